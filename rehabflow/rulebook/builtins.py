"""The names that every rulebook has: patient, episode, stage, sessions, exercises, prescriptions, trigger."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from rehabflow.conditions.scope import Fact
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType, Type, fraction
from rehabflow.definitions.exercises import DIRECTIONS, EFFORT_KINDS, QUALITIES, ROLES
from rehabflow.rulebook.scope import Group
from rehabflow.rulebook.tables import Tables
from rehabflow.rulebook.words import Words, decimals_of

BORN = "patient.born"
OLDEST = Fraction(130)
HARDEST_EFFORT = Fraction(10)
HEAVIEST_LOAD = Fraction(500)
LONGEST_SESSION = Fraction(127)


def builtin_facts(tables: Tables, words: Words) -> Iterator[tuple[Group, Fact]]:
    """Yield every built-in fact with its group; parameters, events and assessments are not among them."""
    yield "record", Fact("patient.age", number("a", 0, OLDEST))
    yield "record", Fact("episode.days", number("d", 0))
    yield "stage", Fact("stage.days", number("d", 0))
    yield "stage", Fact("stage.hours", NumberType("h", Fraction(0), None, None))
    yield "stage", Fact("stage.max_demand", number(None, 1, 5))
    for id_, item in tables.united.diary.items():
        key = f"session.{id_}"
        yield (
            "session",
            Fact(
                key,
                words.type_of(item.shape),
                declinable=item.declinable,
                dated=True,
                varies=True,
                better=item.shape.better,
                choice_list=item.shape.choices_from or key,
            ),
        )
    yield "session", Fact("session.date", DateType(), varies=True)
    yield "did", Fact("did.all_steps", BooleanType(), dated=True, varies=True)
    yield "did", Fact("did.effort", number(None, 0, HARDEST_EFFORT, 1), dated=True, varies=True)
    yield "did", Fact("did.load", number("kg", 0, HEAVIEST_LOAD, 2), dated=True, varies=True)
    for id_, limit in tables.united.limits.items():
        key = f"prescribed.{id_}"
        if limit.choices:
            yield "prescribed", Fact(key, ChoiceType(limit.choices, ordered=True), choice_list=f"limit.{id_}")
        else:
            yield "prescribed", Fact(key, NumberType(limit.unit, None, None, _need_decimals(tables, id_)))
    yield "trigger", Fact("trigger", DateType(), is_instant=True)
    for fact in _exercise_facts(tables, words):
        yield "exercise", fact


def _exercise_facts(tables: Tables, words: Words) -> Iterator[Fact]:
    for key, choices, list_ in (
        ("id", words.lists["exercise"], "exercise"),
        ("role", ROLES, "role"),
        ("quality", QUALITIES, "quality"),
        ("pattern", words.lists["pattern"], "pattern"),
        ("position", words.lists["position"], "position"),
        ("direction", DIRECTIONS, "direction"),
        ("effort_kind", EFFORT_KINDS, "effort_kind"),
    ):
        yield Fact(f"exercise.{key}", ChoiceType(choices), choice_list=list_)
    for key, members, list_ in (
        ("trains", words.pairs(), "trains"),
        ("cautions", tuple(tables.united.cautions), "caution"),
        ("joints", words.lists["joint"], "joint"),
        ("equipment", words.lists["equipment"], "equipment"),
    ):
        yield Fact(f"exercise.{key}", SetType(members), choice_list=list_)
    yield Fact("exercise.contact_risk", BooleanType())
    yield Fact("exercise.each_side", BooleanType())
    yield Fact("exercise.demand", number(None, 1, 5))
    minutes = [
        exercise.minutes for exercise in tables.united.exercises.values() if exercise.minutes is not None
    ]
    decimals = max(map(decimals_of, minutes), default=0)
    yield Fact(
        "exercise.minutes", number("min", 0, max([LONGEST_SESSION, *map(Fraction, minutes)]), decimals)
    )


def number(unit: str | None, low: int, high: Fraction | int | None = None, decimals: int = 0) -> Type:
    """Return the type of a number from `low` up to `high` (None: unbounded)."""
    return NumberType(unit, Fraction(low), None if high is None else Fraction(high), decimals)


def parameter_fact(tables: Tables, id_: str) -> Fact:
    """Return a parameter's fact: one number, the span of its cases, open where an order may be stricter."""
    parameter = tables.united.parameters[id_]
    values = [case.value for case in parameter.cases]
    low, high = fraction(min(values)), fraction(max(values))
    if parameter.set_by:
        low = None if parameter.stricter == "lower" else low
        high = None if parameter.stricter == "higher" else high
    return Fact(id_, NumberType(parameter.unit, low, high, max(map(decimals_of, values))))


def event_facts(tables: Tables) -> Iterator[Fact]:
    """Yield the date of every event, and its details."""
    for id_, event in tables.united.events.items():
        yield Fact(id_, DateType(), is_event=True)
        for name in sorted(event.details):
            key = f"{id_}.{name}"
            yield Fact(key, ChoiceType(event.details[name]), choice_list=key)


def _need_decimals(tables: Tables, limit: str) -> int:
    ends = [
        end
        for exercise in tables.united.exercises.values()
        if limit in exercise.needs
        for end in (exercise.needs[limit].least, exercise.needs[limit].most)
    ]
    return max((decimals_of(end) for end in ends if isinstance(end, Decimal)), default=0)
