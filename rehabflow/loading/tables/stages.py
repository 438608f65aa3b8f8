"""Tracks, stages, slots, weeks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rehabflow.definitions.exercises import DOSE_LEVELS
from rehabflow.definitions.protocols import Review, Slot, Stage, Track, Week
from rehabflow.frozen import frozen
from rehabflow.loading.containers import ListOf, TableOf
from rehabflow.loading.reader import Reader, listed, nearest
from rehabflow.loading.shapes import AnyOf, Key, Row, Shape
from rehabflow.loading.specs import Condition, Id, OneOf, Schema, Spec, Text, Whole, YesNo
from rehabflow.loading.tables.shared import RULES, SAY, TELL, TITLE, own_id
from rehabflow.loading.written import DURATION
from rehabflow.problems import Place

NOT_A_STAGE: Final = frozenset({"none", "open", "closed"})
_MOST_PLACES: Final = 20


@frozen
class Places(Spec[tuple[int, int]]):
    """How many exercises a slot takes: a number, or at least and at most."""

    words: str = f"a number from 1 to {_MOST_PLACES}, or [at least, at most], as [0, 1]"

    def read(self, reader: Reader, place: Place, value: object) -> tuple[int, int] | None:
        """Return the lower and the upper number."""
        if not isinstance(value, list):
            number = Whole(1, _MOST_PLACES).read(reader, place, value)
            return None if number is None else (number, number)
        if len(value) != 2:
            self.wrong_type(reader, place, value)
            return None
        low = Whole(0, _MOST_PLACES).read(reader, place.child(0), value[0])
        high = Whole(1, _MOST_PLACES).read(reader, place.child(1), value[1])
        if low is None or high is None:
            return None
        if low > high:
            reader.report(
                "bad-range", place, f"at least {low} is more than at most {high}", expected=self.words
            )
            return None
        return low, high

    def schema(self) -> Schema:
        """Return a schema of both forms."""
        number = {"type": "integer", "minimum": 0, "maximum": _MOST_PLACES}
        return {"anyOf": [number, {"type": "array", "items": number, "minItems": 2, "maxItems": 2}]}


def _slot(_reader: Reader, place: Place, row: Row) -> Slot:
    lower, upper = row["choose"]
    return Slot(
        own_id(place),
        row["title"],
        lower,
        upper,
        row["where"],
        place,
        row.get("open_when"),
        row.get("outside_session", False),
    )


SLOT: Final = Shape(
    "slot",
    "A place in a stage to be filled with exercises.",
    (
        TITLE,
        Key("choose", Places(), "how many: 2, or [at least, at most]", required=True),
        Key("where", Condition(), "which exercises may fill it, by exercise.<key>", required=True),
        Key("open_when", Condition(), "the slot opens when this is met, and stays open in the stage"),
        Key("outside_session", YesNo(), "true: through the day; counts neither in minutes nor in number"),
    ),
    _slot,
)


def _review(_reader: Reader, place: Place, row: Row) -> Review:
    return Review(row["after"], place, row.get("say", ""))


REVIEW: Final = Shape(
    "review",
    "When a stage that lasts is to be looked at again.",
    (Key("after", DURATION, "how long after the stage was entered", required=True), SAY),
    _review,
)


@frozen
class WeekTable(Spec[Week]):
    """Day types, each a capital letter with its slots, and the `pattern` of them."""

    words: str = 'day types and their pattern, as A = ["strength"], pattern = "A - A - A - -"'

    def read(self, reader: Reader, place: Place, value: object) -> Week | None:
        """Return the week."""
        if not isinstance(value, Mapping):
            self.wrong_type(reader, place, value)
            return None
        days = {}
        for word in sorted(value):
            if word == "pattern":
                continue
            if len(word) != 1 or not "A" <= word <= "Z":
                reader.report(
                    "unknown-key",
                    place.child(word),
                    f"`{word[:60]}` is not a key of a week",
                    expected="`pattern`, or a day type: one capital letter",
                    advice=nearest(word, ["pattern"]),
                    on_key=True,
                )
                continue
            slots = ListOf(Id("a slot of this stage"), least=1).read(reader, place.child(word), value[word])
            if slots is not None:
                days[word] = slots
        pattern = self._pattern(reader, place, value)
        if pattern is None or len(days) < len(value) - 1:
            return None
        return Week(days, pattern, place)

    def _pattern(self, reader: Reader, place: Place, value: Mapping[str, object]) -> tuple[str, ...] | None:
        if "pattern" not in value:
            reader.report("missing-key", place, "this week lacks `pattern`", expected=self.words, on_key=True)
            return None
        here = place.child("pattern")
        text = Text("day types with blanks between them").read(reader, here, value["pattern"])
        if text is None:
            return None
        letters = tuple(text.split())
        types = sorted(word for word in value if word != "pattern")
        bad = False
        for letter in sorted(set(letters) - {"-", *types}):
            bad = True
            start = str(value["pattern"]).index(letter)
            reader.report(
                "week-pattern",
                here,
                f"`{letter[:20]}` is not a day type of this week",
                expected=f"- for a day without session, or {listed(types)}",
                span=(start, start + len(letter)),
            )
        for letter in sorted(set(types) - set(letters)):
            bad = True
            reader.report(
                "week-pattern",
                place.child(letter),
                f"the day type `{letter}` is not in the pattern",
                advice="put it into the pattern, or delete it",
                on_key=True,
            )
        if len(letters) > 56:
            bad = True
            reader.report(
                "week-pattern", here, f"the pattern has {len(letters)} days", expected="at most 56 days"
            )
        return None if bad else letters

    def schema(self) -> Schema:
        """Return a schema of weeks."""
        return {
            "type": "object",
            "properties": {"pattern": {"type": "string", "pattern": "^[A-Z-]( +[A-Z-])*$"}},
            "patternProperties": {"^[A-Z]$": ListOf(Id(), least=1).schema()},
            "required": ["pattern"],
            "additionalProperties": False,
        }


def _stage(_reader: Reader, place: Place, row: Row) -> Stage:
    discharge = row.get("discharge")
    return Stage(
        id=own_id(place),
        title=row["title"],
        dose=row["dose"],
        max_demand=row["max_demand"],
        place=place,
        aim=row.get("aim", ""),
        tell=row.get("tell", ""),
        response=row.get("response", ""),
        next=row.get("next", ()),
        next_visit=row.get("next_visit"),
        start_here=row.get("start_here", False),
        order=row.get("order", ()),
        enter=tuple(row.get("enter", {}).values()),
        leave=tuple(row.get("leave", {}).values()),
        discharge=None if discharge is None else tuple(discharge.values()),
        regress_to={stage: tuple(rules.values()) for stage, rules in row.get("regress_to", {}).items()},
        review=row.get("review"),
        slots=row.get("slot", {}),
        week=row.get("week"),
    )


def _own_slots(reader: Reader, place: Place, row: Row) -> None:
    """Report names in `order` and `week` that are no slots of this stage."""
    if row.bad & {"slot"}:
        return
    slots = row.get("slot", {})
    week: Week | None = row.get("week")
    named = [(place.child("order", number), word) for number, word in enumerate(row.get("order", ()))]
    for letter, words in week.days.items() if week else ():
        named += [(place.child("week", letter, number), word) for number, word in enumerate(words)]
    for here, word in named:
        if word not in slots:
            reader.report(
                "unknown-name",
                here,
                f"this stage has no slot `{word}`",
                expected=listed(slots),
                advice=nearest(word, slots),
            )


def _one_or_list(value: object) -> int:
    return 0 if isinstance(value, str) else 1


@frozen
class _OneId(Spec[tuple[str, ...]]):
    words: str = "a stage"

    def read(self, reader: Reader, place: Place, value: object) -> tuple[str, ...] | None:
        """Return the id as a list of one."""
        word = Id("a stage").read(reader, place, value)
        return None if word is None else (word,)

    def schema(self) -> Schema:
        """Return a schema of ids."""
        return Id().schema()


_NEXT: Final = AnyOf("a stage, or a list of stages", (_OneId(), ListOf(Id("a stage"), least=1)), _one_or_list)

STAGE: Final = Shape(
    "stage",
    "One part of a track: what to do in it, what lets a patient in, on, back and out.",
    (
        TITLE,
        Key("aim", Text("a sentence", lines=True), "what the stage is for"),
        TELL,
        Key("dose", OneOf(DOSE_LEVELS), "the dose level of its exercises", required=True),
        Key("max_demand", Whole(1, 5), "the most demanding exercise allowed", required=True),
        Key("response", Id("a response"), "how doses answer sessions, [response.x]"),
        Key("next", _NEXT, "the stages that may follow; the following of the track if left out"),
        Key("next_visit", DURATION, "when the patient is seen again"),
        Key("start_here", YesNo(), "true: an episode may start here if `enter` is met"),
        Key("order", ListOf(Id("a slot of this stage"), least=1), "the slots in the order of the session"),
        Key("enter", RULES, "every criterion met: may be entered"),
        Key("leave", RULES, "every criterion met: may be left forward"),
        Key("discharge", RULES, "every criterion met: the episode ends"),
        Key(
            "regress_to",
            TableOf(RULES, "stages", least=1),
            "an earlier stage and its criteria, any of which sends back",
        ),
        Key("review", REVIEW, "when to look again at a stage that lasts"),
        Key("slot", TableOf(SLOT, "slots", least=1), "its places for exercises"),
        Key("week", WeekTable(), "which slots on which days; every slot on every day if left out"),
    ),
    _stage,
    checks=(_own_slots,),
)


def _track(_reader: Reader, place: Place, row: Row) -> Track:
    return Track(
        own_id(place),
        row["title"],
        row["stages"],
        place,
        row.get("open_while"),
        tuple(row.get("leave", {}).values()),
    )


TRACK: Final = Shape(
    "track",
    "A line of stages; others than main run while they are open.",
    (
        TITLE,
        Key("stages", ListOf(Id("a stage"), least=1), "its stages in order", required=True),
        Key("open_while", Condition(), "the track runs while this is met"),
        Key("leave", RULES, "every criterion met: each of its stages may be left forward"),
    ),
    _track,
)
