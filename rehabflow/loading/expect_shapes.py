"""What a case may assert of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from rehabflow.definitions.gates import Effect
from rehabflow.frozen import frozen
from rehabflow.loading.containers import ListOf
from rehabflow.loading.reader import Reader
from rehabflow.loading.shapes import Key, Row, Shape
from rehabflow.loading.specs import Condition, Id, OneOf, Schema, Spec, Whole, YesNo
from rehabflow.loading.tables.values import Anything
from rehabflow.loading.written import ADDRESS
from rehabflow.problems import Place

T = TypeVar("T")
ACTIONS: Final = (
    *(effect.word for effect in sorted(Effect, reverse=True) if effect >= Effect.PAUSE),
    "regress",
    "start",
    "stay",
    "advance",
    "discharge",
)
CHANGES: Final = ("kept", "new", "progressed", "eased")


@frozen
class Entry:
    """A table that was read, with its place."""

    place: Place
    row: Row


def entry(_reader: Reader, place: Place, row: Row) -> Entry:
    """Return the row with its place."""
    return Entry(place, row)


@frozen
class Answers(Spec[Mapping[str, T]]):
    """A table from addresses, which stand in quotes if they have points, to values of one kind."""

    item: Spec[T]
    example: str

    @property
    def words(self) -> str:
        """Return the form in words."""
        return f"a table as {self.example}"

    def read(self, reader: Reader, place: Place, value: object) -> Mapping[str, T] | None:
        """Return the values by address."""
        if not isinstance(value, Mapping):
            self.wrong_type(reader, place, value)
            return None
        found = {}
        for word in sorted(value):
            here = place.child(word)
            if isinstance(value[word], Mapping):
                reader.wrong_type(
                    here,
                    value[word],
                    self.words,
                    advice="an address with points stands in quotes",
                    on_key=True,
                )
                continue
            entry = self.item.read(reader, here, value[word])
            if entry is not None:
                found[word] = entry
        return found if len(found) == len(value) else None

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kind of the values."""
        return (self.item,)

    def schema(self) -> Schema:
        """Return a schema of such tables."""
        return {"type": "object", "additionalProperties": self.item.schema()}


def _plan_count(reader: Reader, place: Place, row: Row) -> None:
    asked = [
        key for key in row.given("at_least", "at_most", "none", "every") if row.get(key, True) is not False
    ]
    if not asked or (len(asked) > 1 and set(asked) != {"at_least", "at_most"}):
        reader.report(
            "one-of-keys",
            place,
            "this says nothing of the plan, or too much",
            expected="`at_least`, `at_most` or both, or `none = true`, or `every = true`",
            on_key=True,
        )


PLAN: Final = Shape(
    "expectation of the plan",
    "How many exercises of the plan meet a condition.",
    (
        Key("at_least", Whole(0, 100), "at least so many"),
        Key("at_most", Whole(0, 100), "at most so many"),
        Key("none", YesNo(), "true: none"),
        Key("every", YesNo(), "true: all of the plan"),
        Key("where", Condition(), "which exercises are counted; all if left out"),
        Key("change", OneOf(CHANGES), "counted only if it is new, or its dose was kept, progressed or eased"),
    ),
    entry,
    checks=(_plan_count,),
)
_ADDRESSES: Final = ListOf(ADDRESS)
EXPECT: Final = Shape(
    "expectation",
    "What a case asserts of the decision; only what it names.",
    (
        Key("action", OneOf(ACTIONS), "the action"),
        Key("action_not", ListOf(OneOf(ACTIONS), least=1), "none of these actions"),
        Key("stage", Id("a stage"), "the stage of main after the decision, or none"),
        Key(
            "tracks",
            Answers(Id("a stage, open or closed"), '{ sport = "open" }'),
            "stages of tracks, or open, closed",
        ),
        Key(
            "gates",
            Answers(OneOf(("triggered", "clear", "unknown", "error")), '{ "minor.refer" = "triggered" }'),
            "states of gate levels",
        ),
        Key(
            "criteria",
            Answers(OneOf(("met", "not_met", "unknown", "error")), '{ "criterion.quiet" = "met" }'),
            "states of criteria",
        ),
        Key(
            "measures",
            Answers(Anything(), '{ "odi.percent" = 40 }'),
            "values, rounded to the decimals written",
        ),
        Key("findings", _ADDRESSES, "findings that hold"),
        Key("findings_not", _ADDRESSES, "findings that do not hold"),
        Key("needs", _ADDRESSES, "what is asked for"),
        Key("needs_not", _ADDRESSES, "what is not asked for"),
        Key("advice", ListOf(Id("an advice")), "advice that is shown"),
        Key("advice_not", ListOf(Id("an advice")), "advice that is not shown"),
        Key("plan_kept", OneOf(("all",)), "all: the plan is the one before"),
        Key("progressed_at_most", Whole(0, 100), "how many exercises progress at most"),
        Key("plan", ListOf(PLAN, unique=False), "statements about the plan"),
    ),
    entry,
    lenient=True,
)
