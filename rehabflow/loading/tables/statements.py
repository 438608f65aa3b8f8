"""Tables that state what is so: sources, parameters, events, clearances, findings, cautions, limits, advice."""

from __future__ import annotations

from typing import Final

from rehabflow.definitions.common import (
    Advice,
    Ask,
    Caution,
    ClearanceKind,
    EventKind,
    Finding,
    Limit,
    Parameter,
    SelectionRule,
    Source,
)
from rehabflow.loading.cases import ParameterValue, Severity
from rehabflow.loading.containers import ListOf, TableOf
from rehabflow.loading.evidence import EVIDENCE_KEYS, check_source, evidence
from rehabflow.loading.reader import ANY_CLINICIAN, Reader
from rehabflow.loading.shapes import Key, Row, Shape
from rehabflow.loading.specs import Condition, Id, OneOf, ProfessionName, Text, Whole, YesNo
from rehabflow.loading.tables.shared import REPLACES, SAY, TITLE, WHEN, note_replaces, own_id
from rehabflow.loading.written import CHOICE, DURATION, EVERY, PAIR, SEEN, UNIT, VALIDITY
from rehabflow.problems import Place

PROFESSIONS_LIST: Final = ListOf(ProfessionName(), least=1)


def _source(_reader: Reader, place: Place, row: Row) -> Source:
    return Source(own_id(place), row["cite"], row["seen"], place, row.get("url", ""))


SOURCE: Final = Shape(
    "source",
    "A publication that evidence names.",
    (
        Key("cite", Text("how to find the publication"), "author, year and where it appeared", required=True),
        Key("url", Text("an address"), "where it can be read"),
        Key("seen", OneOf(SEEN), "how much of it was read; recalled prints as unchecked", required=True),
    ),
    _source,
)


def _parameter(_reader: Reader, place: Place, row: Row) -> Parameter:
    return Parameter(
        own_id(place),
        row["value"],
        row["unit"],
        row["stricter"],
        place,
        row["evidence"],
        row.get("set_by", ()),
    )


PARAMETER: Final = Shape(
    "parameter",
    "A number that rules rest on, said once.",
    (
        Key(
            "value",
            ParameterValue(),
            "the number, or [condition, number] pairs that end in else",
            required=True,
        ),
        Key("unit", UNIT, "its unit in UCUM", required=True),
        Key("stricter", OneOf(("higher", "lower", "none")), "which way it restricts more", required=True),
        Key("set_by", PROFESSIONS_LIST, "who may order another value for one patient"),
        REPLACES,
        *EVIDENCE_KEYS,
    ),
    _parameter,
    checks=(evidence, note_replaces),
)


def _event(_reader: Reader, place: Place, row: Row) -> EventKind:
    return EventKind(own_id(place), row["title"], place, row.get("details", {}))


EVENT: Final = Shape(
    "event",
    "A dated fact that may happen, such as an operation.",
    (
        TITLE,
        Key(
            "details",
            TableOf(ListOf(CHOICE, least=2), "details", least=1),
            "what is known of it: name = [choices]",
        ),
        REPLACES,
    ),
    _event,
    checks=(note_replaces,),
)


def _clearance(_reader: Reader, place: Place, row: Row) -> ClearanceKind:
    return ClearanceKind(own_id(place), row["title"], row["by"], row["valid_for"].length, place)


CLEARANCE: Final = Shape(
    "clearance",
    "A clinician's agreement that conditions may ask for.",
    (
        TITLE,
        Key("by", PROFESSIONS_LIST, "the professions that may give it", required=True),
        Key("valid_for", VALIDITY, "how long it holds", required=True),
        REPLACES,
    ),
    _clearance,
    checks=(note_replaces,),
)


def _ask(_reader: Reader, place: Place, row: Row) -> Ask:
    return Ask(
        own_id(place),
        row["what"],
        row["every"],
        place,
        row.get("late_after"),
        row.get("also", ()),
        row.get("from_stage", ""),
    )


ASK: Final = Shape(
    "ask",
    "When assessments are due.",
    (
        Key("what", ListOf(Id("an assessment"), least=1), "the assessments", required=True),
        Key("every", EVERY, "how often", required=True),
        Key("late_after", DURATION, "how long after it was due it counts as late"),
        Key("also", ListOf(OneOf(("on_entry", "before_discharge")), least=1), "further moments"),
        Key("from_stage", Id("a stage"), "due only from this stage on"),
        REPLACES,
    ),
    _ask,
    checks=(note_replaces,),
)


def _finding(_reader: Reader, place: Place, row: Row) -> Finding:
    return Finding(
        own_id(place),
        row["when"],
        row["severity"],
        row["targets"],
        place,
        row["evidence"],
        row.get("each_side", False),
        row.get("say", ""),
    )


FINDING: Final = Shape(
    "finding",
    "What a set of values means for this patient, and which exercises answer it.",
    (
        WHEN,
        Key("severity", Severity(), "how serious it is: 1 to 3, the least is else", required=True),
        Key("targets", ListOf(PAIR, least=1), "what exercises have to train", required=True),
        Key("each_side", YesNo(), "true: one finding a side; conditions say x.this_side"),
        SAY,
        REPLACES,
        *EVIDENCE_KEYS,
    ),
    _finding,
    checks=(evidence, note_replaces),
)


def _caution(_reader: Reader, place: Place, row: Row) -> Caution:
    return Caution(
        own_id(place), row["title"], row["when"], row["effect"], row["say"], place, row["evidence"]
    )


CAUTION: Final = Shape(
    "caution",
    "What a tag in an exercise's cautions means for this patient; unknown acts as met.",
    (
        TITLE,
        WHEN,
        Key("effect", OneOf(("exclude", "warn")), "exclude the exercise, or warn", required=True),
        Key("say", Text("a sentence", lines=True), "what to say", required=True),
        *EVIDENCE_KEYS,
    ),
    _caution,
    checks=(evidence,),
    misplaced={"replaces": "cautions cannot be replaced"},
)


def _limit(_reader: Reader, place: Place, row: Row) -> Limit:
    return Limit(
        own_id(place), row["title"], row["joint"], place, row.get("unit", ""), row.get("choices", ())
    )


def _one_scale(reader: Reader, place: Place, row: Row) -> None:
    if len(row.given("unit", "choices")) != 1:
        reader.report(
            "one-of-keys",
            place,
            "a limit has either `unit` or `choices`",
            expected="`unit` for a number, or `choices`, most restrictive first",
            on_key=True,
        )


LIMIT: Final = Shape(
    "limit",
    "How far or how heavy a movement may go: what gates cap and exercises need.",
    (
        TITLE,
        Key("joint", Id("a joint"), "the joint it is about", required=True),
        Key("unit", UNIT, "the unit, if it is a number"),
        Key("choices", ListOf(CHOICE, least=2), "the choices, most restrictive first"),
    ),
    _limit,
    checks=(_one_scale,),
    misplaced={"replaces": "limits cannot be replaced"},
)


def _advice(_reader: Reader, place: Place, row: Row) -> Advice:
    return Advice(own_id(place), row["show"], row["text"], place, row.get("when"), row.get("source", ""))


def _known_source(reader: Reader, place: Place, row: Row) -> None:
    if "source" in row:
        check_source(reader, place.child("source"), row["source"])


ADVICE: Final = Shape(
    "advice",
    "A text shown to the patient with a plan, a pause or a referral.",
    (
        Key(
            "show",
            ListOf(OneOf(("plan", "pause", "refer", "emergency")), least=1),
            "with what",
            required=True,
        ),
        Key("when", Condition(), "shown unless this is surely false"),
        Key("text", Text("a text for the patient", lines=True), "what the patient reads", required=True),
        Key("source", Id("a source"), "the publication behind it"),
        REPLACES,
    ),
    _advice,
    checks=(_known_source, note_replaces),
)


def _selection_rule(_reader: Reader, place: Place, row: Row) -> SelectionRule:
    return SelectionRule(
        own_id(place),
        row["kind"],
        place,
        row["evidence"],
        row.get("first"),
        row.get("then"),
        row.get("of"),
        row.get("count", 0),
        row.get("when"),
        row.get("say", ""),
        row.get("override", (ANY_CLINICIAN,)),
    )


def _keys_of_kind(reader: Reader, place: Place, row: Row) -> None:
    if "kind" not in row:
        return
    own, other = (
        (("count", "of"), ("first", "then"))
        if row["kind"] == "at_most"
        else (("first", "then"), ("count", "of"))
    )
    missing = [f"`{key}`" for key in own if not row.given(key)]
    if missing:
        reader.report(
            "missing-key",
            place,
            f"this `{row['kind']}` rule lacks {', '.join(missing)}",
            expected=f"`{own[0]}` and `{own[1]}`",
            on_key=True,
        )
    for key in row.given(*other):
        reader.report(
            "key-does-not-fit",
            place.child(key),
            f"`{key}` has no meaning in a rule of kind `{row['kind']}`",
            expected=f"`{own[0]}` and `{own[1]}`",
            advice="delete it",
            on_key=True,
        )


SELECTION_RULE: Final = Shape(
    "selection rule",
    "A hard rule of selection: order within a session, exercises that go together, at most n of a kind.",
    (
        Key("kind", OneOf(("before", "together", "at_most")), "what the rule demands", required=True),
        Key("first", Condition(), "before, together: which exercises it is about"),
        Key("then", Condition(), "before: which come after them; together: which they need beside them"),
        Key("count", Whole(1, 50), "at_most: how many"),
        Key("of", Condition(), "at_most: of which exercises"),
        Key("when", Condition(), "the rule holds unless this is surely false"),
        SAY,
        Key(
            "override",
            ListOf(ProfessionName()),
            "who may set it aside, with a reason; any clinician if left out",
        ),
        REPLACES,
        *EVIDENCE_KEYS,
    ),
    _selection_rule,
    checks=(evidence, _keys_of_kind, note_replaces),
)
