"""Exercises, their doses, and ladders."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from rehabflow.definitions.exercises import (
    DIRECTIONS,
    DOSE_LEVELS,
    EFFORT_KINDS,
    QUALITIES,
    ROLES,
    DoseTable,
    Exercise,
    Frequency,
    Ladder,
    Need,
)
from rehabflow.frozen import frozen
from rehabflow.loading.cases import NUMBER
from rehabflow.loading.containers import ListOf, TableOf
from rehabflow.loading.evidence import EVIDENCE_KEYS, evidence
from rehabflow.loading.reader import Reader, listed, nearest
from rehabflow.loading.shapes import AnyOf, Key, Row, Shape
from rehabflow.loading.specs import Condition, Id, Number, OneOf, Schema, Spec, Text, Whole, YesNo
from rehabflow.loading.tables.shared import REPLACES, TELL, TITLE, note_replaces, own_id
from rehabflow.loading.written import CHOICE, DURATION, PAIR, PER_WEEK, PERCENT, REST, STEP
from rehabflow.problems import Place

Minutes = Decimal | str


def _is_text(value: object) -> int:
    return 0 if not isinstance(value, str) else (1 if value == "dose" else -1)


MINUTES: Final[AnyOf[Minutes]] = AnyOf(
    'minutes of one bout, above 0, at most 240, or "dose"',
    (Number(0, 240, above=True), OneOf(("dose",))),
    _is_text,
)


@frozen
class NeedRange(Spec[Need]):
    """The least of a limit at which an exercise is of use, and the most it goes to: two numbers or two choices."""

    words: str = "two numbers or two choices, the least and the most, as [60, 120]"

    def read(self, reader: Reader, place: Place, value: object) -> Need | None:
        """Return the pair."""
        if not isinstance(value, list) or len(value) != 2:
            self.wrong_type(reader, place, value)
            return None
        if all(isinstance(end, str) for end in value):
            words = [CHOICE.read(reader, place.child(number), end) for number, end in enumerate(value)]
            return Need(words[0], words[1]) if words[0] and words[1] else None
        low, high = (NUMBER.read(reader, place.child(number), end) for number, end in enumerate(value))
        if low is None or high is None:
            return None
        if low > high:
            reader.report(
                "bad-range", place, f"the least, {low}, is above the most, {high}", expected=self.words
            )
            return None
        return Need(low, high)

    def schema(self) -> Schema:
        """Return a schema of pairs."""
        return {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 2, "maxItems": 2}


@frozen
class Kit(Spec[tuple[tuple[str, ...], ...]]):
    """Equipment: all of the list; of an inner list any one."""

    words: str = 'a list: all of it is needed; of an inner list any one, as [["strap", "towel"], "mat"]'

    def read(self, reader: Reader, place: Place, value: object) -> tuple[tuple[str, ...], ...] | None:
        """Return what is needed, each as the tuple of what will do."""
        if not isinstance(value, list):
            self.wrong_type(reader, place, value)
            return None
        found = [self._one(reader, place.child(number), entry) for number, entry in enumerate(value)]
        good = tuple(entry for entry in found if entry is not None)
        if len(good) == len(found) and len(set(good)) < len(good):
            reader.report("twice-in-list", place, "the same equipment is needed twice", advice="delete one")
            return None
        return good if len(good) == len(found) else None

    def _one(self, reader: Reader, place: Place, value: object) -> tuple[str, ...] | None:
        if isinstance(value, list):
            return ListOf(Id("a piece of equipment"), least=1).read(reader, place, value)
        word = Id("equipment, or a list of which any one will do").read(reader, place, value)
        return None if word is None else (word,)

    def schema(self) -> Schema:
        """Return a schema of the nested list."""
        word = Id().schema()
        return {"type": "array", "items": {"anyOf": [word, {"type": "array", "items": word, "minItems": 1}]}}


def _dose(_reader: Reader, place: Place, row: Row) -> DoseTable:
    frequency = row["per_week"] if "per_week" in row else Frequency(7, 7, row["per_day"])
    return DoseTable(
        level=own_id(place),
        steps=row["steps"],
        frequency=frequency,
        place=place,
        effort=row.get("effort", ""),
        rest_seconds=row.get("rest", 0),
        then_load=row.get("then_load"),
        warm_up=row.get("as") == "warm_up",
    )


def _one_frequency(reader: Reader, place: Place, row: Row) -> None:
    if len(row.given("per_day", "per_week")) != 1:
        reader.report(
            "one-of-keys",
            place,
            "a dose has either `per_day` or `per_week`",
            expected="`per_day`, bouts a day, or `per_week`, days a week",
            on_key=True,
        )


DOSE: Final = Shape(
    "dose",
    "How much, at one dose level.",
    (
        Key("steps", ListOf(STEP, least=1), "the steps, easiest first", required=True),
        Key("per_day", Whole(1, 12), "bouts a day, every day"),
        Key("per_week", PER_WEEK, "days a week: 5, '5' or '3 to 5'"),
        Key("effort", Text("an effort"), "how hard it should feel, 0 to 10, as '5 to 7'"),
        Key("rest", REST, "rest between sets"),
        Key("then_load", PERCENT, "when all steps are used: that much more load"),
        Key("as", OneOf(("warm_up",)), "warm_up: first in the session"),
    ),
    _dose,
    checks=(_one_frequency,),
)


@frozen
class Doses(Spec[dict[str, DoseTable]]):
    """Doses by level; no table for a level: not used there."""

    @property
    def words(self) -> str:
        """Return the form in words."""
        return f"a table of doses by level: {', '.join(DOSE_LEVELS)}"

    def read(self, reader: Reader, place: Place, value: object) -> dict[str, DoseTable] | None:
        """Return the doses, in order of the levels."""
        if not isinstance(value, Mapping):
            self.wrong_type(reader, place, value)
            return None
        for word in value:
            if word not in DOSE_LEVELS:
                reader.report(
                    "unknown-key",
                    place.child(word),
                    f"`{word[:60]}` is not a dose level",
                    expected=listed(DOSE_LEVELS),
                    advice=nearest(word, DOSE_LEVELS),
                    on_key=True,
                )
        found = {}
        for level in DOSE_LEVELS:
            if level in value:
                dose = DOSE.read(reader, place.child(level), value[level])
                if dose is not None:
                    found[level] = dose
        return found if len(found) == len(value) else None

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kind of a dose."""
        return (DOSE,)

    def schema(self) -> Schema:
        """Return a schema of doses by level."""
        levels = {level: DOSE.schema() for level in DOSE_LEVELS}
        return {"type": "object", "properties": levels, "additionalProperties": False}


def _exercise(_reader: Reader, place: Place, row: Row) -> Exercise:
    return Exercise(
        id=own_id(place),
        title=row["title"],
        role=row["role"],
        quality=row["quality"],
        trains=row["trains"],
        pattern=row["pattern"],
        position=row["position"],
        direction=row["direction"],
        joints=row["joints"],
        effort_kind=row["effort_kind"],
        contact_risk=row["contact_risk"],
        demand=row["demand"],
        cautions=row["cautions"],
        equipment=row["equipment"],
        minutes=None if row["minutes"] == "dose" else row["minutes"],
        how=row["how"],
        doses=row.get("dose", {}),
        place=place,
        evidence=row["evidence"],
        each_side=row.get("each_side", False),
        needs=row.get("needs", {}),
        only_if=row.get("only_if"),
        never_if=row.get("never_if"),
        rest_between=row.get("rest_between"),
        cues=row.get("cues", ()),
        avoid=row.get("avoid", ()),
        tell=row.get("tell", ""),
    )


def _timed_steps(reader: Reader, place: Place, row: Row) -> None:
    """Report steps without a time where the exercise takes its minutes from the dose."""
    if row.get("minutes") != "dose":
        return
    doses: dict[str, DoseTable] = row.get("dose", {})
    for level, dose in doses.items():
        for number, step in enumerate(dose.steps):
            if step.minutes is None and step.seconds is None:
                reader.report(
                    "step-without-time",
                    place.child("dose", level, "steps", number),
                    f'`{step.text}` says no time, and minutes = "dose" takes it from here',
                    expected="a step such as '10 min' or '3 x 30 s'",
                    advice="or give `minutes` of the exercise as a number",
                )


_SENTENCES: Final = ListOf(Text("a sentence", lines=True), least=1)

EXERCISE: Final = Shape(
    "exercise",
    "An activity: what it trains, what it asks for, how it is done.",
    (
        TITLE,
        Key("role", OneOf(ROLES), "what its muscles do for the spine", required=True),
        Key("quality", OneOf(QUALITIES), "what kind of training it is", required=True),
        Key("trains", ListOf(PAIR), "what it trains, pairs quality:body_part", required=True),
        Key("pattern", Id("a pattern"), "the movement pattern, of the vocabulary", required=True),
        Key("position", Id("a position"), "the position, of the vocabulary", required=True),
        Key("direction", OneOf(DIRECTIONS), "the direction of the spine it favours", required=True),
        Key("joints", ListOf(Id("a joint")), "the joints it moves or loads", required=True),
        Key("effort_kind", OneOf(EFFORT_KINDS), "who does the work", required=True),
        Key("contact_risk", YesNo(), "true: risk of contact or a fall", required=True),
        Key("demand", Whole(1, 5), "how demanding it is, 1 to 5", required=True),
        Key("cautions", ListOf(Id("a caution")), "tags of [caution.x]; [] said aloud", required=True),
        Key("equipment", Kit(), "what is needed; [] for nothing", required=True),
        Key("minutes", MINUTES, 'minutes of one bout, or "dose"', required=True),
        Key("how", _SENTENCES, "how it is done, for the patient", required=True),
        Key("each_side", YesNo(), "true: done on each side"),
        Key(
            "needs",
            TableOf(NeedRange(), "needs", least=1),
            "of a limit, the least it is of use at and the most it goes to",
        ),
        Key("only_if", Condition(), "given only if this is surely so"),
        Key("never_if", Condition(), "not given unless this is surely not so"),
        Key("rest_between", DURATION, "time between two sessions with it"),
        Key("cues", _SENTENCES, "what to pay attention to"),
        Key("avoid", _SENTENCES, "mistakes to avoid"),
        TELL,
        Key("dose", Doses(), "its doses by level"),
        REPLACES,
        *EVIDENCE_KEYS,
    ),
    _exercise,
    checks=(evidence, _timed_steps, note_replaces),
    misplaced={key.name: "it belongs to a dose, as [exercise.x.dose.control]" for key in DOSE.keys},
)


def _ladder(_reader: Reader, place: Place, row: Row) -> Ladder:
    return Ladder(own_id(place), row["title"], row["rungs"], place)


LADDER: Final = Shape(
    "ladder",
    "Exercises from easier to harder; neighbours are progression and regression.",
    (
        TITLE,
        Key("rungs", ListOf(Id("an exercise"), least=2), "the exercises, easiest first", required=True),
        REPLACES,
    ),
    _ladder,
    checks=(note_replaces,),
)
