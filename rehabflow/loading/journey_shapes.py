"""The tables of a journey: visits, sessions, their entries and expectations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from rehabflow.frozen import frozen
from rehabflow.loading.cases import NUMBER
from rehabflow.loading.containers import ListOf
from rehabflow.loading.expect_shapes import EXPECT, Entry, entry
from rehabflow.loading.moments import DateSpec, MomentSpec, TimeSpec
from rehabflow.loading.reader import Reader
from rehabflow.loading.shapes import Key, Row, Shape
from rehabflow.loading.specs import (
    Id,
    Number,
    OneOf,
    ProfessionName,
    Schema,
    Spec,
    Text,
    Whole,
    YesNo,
)
from rehabflow.loading.written import ADDRESS, DURATION
from rehabflow.problems import Place


@frozen
class Raw(Spec[Mapping[str, object]]):
    """A table whose keys depend on the protocol; judged later, against its definitions.

    `entry` is what each of its values is, for the schema.
    """

    words: str
    entry: Spec[Any] | None = None  # Any: of whatever type

    def read(self, reader: Reader, place: Place, value: object) -> Mapping[str, object] | None:
        """Return the table as it is."""
        if isinstance(value, Mapping):
            return value
        self.wrong_type(reader, place, value)
        return None

    def schema(self) -> Schema:
        """Return a schema of tables."""
        return {"type": "object"} | ({"additionalProperties": self.entry.schema()} if self.entry else {})

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kind of its values."""
        return (self.entry,) if self.entry else ()


@frozen
class Held:
    """A value as the file has it."""

    value: object


@frozen
class AnyValue(Spec[Held]):
    """A value that is judged later, against the definition of what it is a value of."""

    words: str = "a value"

    def read(self, reader: Reader, place: Place, value: object) -> Held | None:
        """Return the value as it is."""
        del reader, place
        return Held(value)

    def schema(self) -> Schema:
        """Return a schema of anything."""
        return {}


@frozen
class Entries(Spec[tuple[Entry, ...]]):
    """A list of tables; what is right of them is kept, so that all of it is checked."""

    item: Shape[Entry]
    words: str = "a list of tables: [{ ... }]"

    def read(self, reader: Reader, place: Place, value: object) -> tuple[Entry, ...] | None:
        """Return the entries that could be read."""
        if not isinstance(value, list):
            advice = "put it in square brackets" if isinstance(value, Mapping) else ""
            is_step = place.path[-1] in ("visit", "session")
            self.wrong_type(reader, place, value, "write two brackets" if is_step else advice)
            return None
        found = [self.item.read(reader, place.child(number), entry) for number, entry in enumerate(value)]
        return tuple(entry for entry in found if entry is not None)

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kind of the entries."""
        return (self.item,)

    def schema(self) -> Schema:
        """Return a schema of lists of them."""
        return {"type": "array", "items": self.item.schema()}


def _subject(*names: str) -> Callable[[Reader, Place, Row], None]:
    """Return a check that exactly one of the keys is given."""

    def check(reader: Reader, place: Place, row: Row) -> None:
        if len(row.given(*names)) != 1:
            words = " or ".join(f"`{name}`" for name in names)
            reader.report("one-of-keys", place, f"this entry has either {words}", expected=words, on_key=True)

    return check


_BY: Final = Key("by", ProfessionName(), "the profession of who did it", required=True)
_NAME: Final = Key("name", Text("a name"), "who did it", required=True)
_REASON: Final = Key("reason", Text("a reason", lines=True), "why", required=True)
_AT: Final = Key("at", MomentSpec(), "when it was so, if not at this visit")

HAPPENED: Final = Shape(
    "event",
    "A dated fact.",
    (
        Key("event", Id("an event"), "which event", required=True),
        _AT,
        Key("details", Raw("a table of details"), "what is known of it"),
    ),
    entry,
)
CLEAR: Final = Shape(
    "clearance",
    "A clinician agreed.",
    (
        Key("scope", Id("a clearance"), "what was agreed to", required=True),
        _BY,
        _NAME,
        Key("reason", Text("a reason", lines=True), "why"),
    ),
    entry,
)
WITHDRAW: Final = Shape(
    "withdrawal",
    "A clearance or an observation was taken back.",
    (
        Key("clearance", Id("a clearance"), "the clearance taken back"),
        Key("observed", ADDRESS, "the observation taken back, as 'slr.left'"),
        _BY,
        _REASON,
    ),
    entry,
    checks=(_subject("clearance", "observed"),),
)
OVERRIDE: Final = Shape(
    "override",
    "A gate level or rule was set aside.",
    (
        Key("gate", ADDRESS, "the gate level, as 'minor.refer' or 'plugin.gate.level'"),
        Key("rule", Id("a rule"), "the selection rule"),
        _BY,
        _NAME,
        _REASON,
        Key("until", MomentSpec(), "the last day", required=True),
    ),
    entry,
    checks=(_subject("gate", "rule"),),
)
ORDER: Final = Shape(
    "order",
    "A number was set for this patient.",
    (
        Key("parameter", Id("a parameter"), "which", required=True),
        Key("value", NUMBER, "the number", required=True),
        _BY,
        _NAME,
    ),
    entry,
)
CORRECT: Final = Shape(
    "correction",
    "What was recorded was wrong.",
    (
        Key("observed", ADDRESS, "what was observed, as 'slr.left' or 'nprs.average'", required=True),
        Key("on", MomentSpec(), "when it was observed", required=True),
        Key("to", AnyValue(), "the right value", required=True),
        _BY,
        _REASON,
    ),
    entry,
)
PLACE: Final = Shape(
    "placement",
    "A clinician set the stage.",
    (
        Key("track", Id("a track"), "which track", required=True),
        Key("stage", Id("a stage"), "which stage", required=True),
        _BY,
        _NAME,
        _REASON,
    ),
    entry,
)
PIN: Final = Shape(
    "pin",
    "A clinician wants an exercise in the plan.",
    (Key("exercise", Id("an exercise"), "which", required=True), _BY, _REASON),
    entry,
)
REMOVE: Final = Shape(
    "removal",
    "A clinician took an exercise out.",
    (
        Key("exercise", Id("an exercise"), "which", required=True),
        _BY,
        _REASON,
        Key("until", MomentSpec(), "the last day without it; for good if left out"),
    ),
    entry,
)
DIARY_LINE: Final = Shape(
    "diary line",
    "One line instead of daily entries.",
    (
        Key("last", DURATION, "the time it is about", required=True),
        Key("of", Whole(0, 1_000), "how many sessions were expected", required=True),
        Key("done", Whole(0, 1_000), "how many of them were done", required=True),
        Key("worst", Raw("a table of diary items"), "the worst of each item in that time"),
    ),
    entry,
)


_DAY: Final = Key("day", Whole(0, 36_500), "days since day_0", required=True)
_TIME: Final = Key("time", TimeSpec(), "time of day; without it the whole day")
_OBSERVED: Final = Key(
    "observed", Raw("a table of assessments"), "what was observed: x = { measure = value }"
)
_HAPPENED: Final = Key("happened", Entries(HAPPENED), "dated facts")
_EXPECT: Final = Key("expect", EXPECT, "what a case asserts of the decision")

VISIT: Final = Shape(
    "visit",
    "A contact with the clinic.",
    (
        _DAY,
        _TIME,
        Key("given", ListOf(Id("a given")), "shared observations, [given.x]"),
        _OBSERVED,
        Key("decline", ListOf(ADDRESS), "asked, not answered"),
        Key("diary", DIARY_LINE, "one line instead of daily entries"),
        _HAPPENED,
        Key("clear", Entries(CLEAR), "agreements given"),
        Key("withdraw", Entries(WITHDRAW), "agreements or observations taken back"),
        Key("override", Entries(OVERRIDE), "gates or rules set aside"),
        Key("order", Entries(ORDER), "numbers set for this patient"),
        Key("correct", Entries(CORRECT), "corrections of what was recorded"),
        Key("place", Entries(PLACE), "stages set by a clinician"),
        Key("pin", Entries(PIN), "exercises wanted"),
        Key("remove", Entries(REMOVE), "exercises taken out"),
        _EXPECT,
    ),
    entry,
    lenient=True,
    misplaced={"done": "only a session has it", "did": "only a session has it"},
)
DID: Final = Shape(
    "record of an exercise",
    "What was done of it.",
    (
        Key("all_steps", YesNo(), "true: all sets and repetitions"),
        Key("effort", Number(0, 10), "how hard it felt, 0 to 10"),
        Key("load", Number(0, 500), "the weight, in kg"),
    ),
    entry,
)
SESSION: Final = Shape(
    "session",
    "One bout of exercise, at home or in the clinic.",
    (
        _DAY,
        _TIME,
        Key("done", Number(0, 1), "how much of it was done, 0 to 1", required=True),
        _OBSERVED,
        Key("did", Raw("a table of exercises", DID), "what was done: exercise = { all_steps, effort, load }"),
        _HAPPENED,
        _EXPECT,
    ),
    entry,
    misplaced={
        "clear": "only a visit has it",
        "given": "only a visit has it",
        "diary": "only a visit has it",
    },
)
JOURNEY: Final = Shape(
    "journey",
    "Dated visits and sessions of one patient; with expectations it is a case.",
    (
        Key("title", Text("a sentence"), "what it shows"),
        Key("protocol", Id("a protocol"), "the protocol it is played with", required=True),
        Key("day_0", DateSpec(), "the date of day 0", required=True),
        Key("involved", OneOf(("left", "right")), "the side that is treated"),
        Key("visit", Entries(VISIT, "tables [[journey.x.visit]]"), "the visits"),
        Key("session", Entries(SESSION, "tables [[journey.x.session]]"), "the sessions"),
    ),
    entry,
)
