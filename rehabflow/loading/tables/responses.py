"""Responses of doses to sessions, and selectors of exercises."""

from __future__ import annotations

from typing import Final

from rehabflow.definitions.protocols import Response, ResponseLevel, ResponseRule, ScoreTerm, Selector
from rehabflow.loading.cases import NUMBER
from rehabflow.loading.containers import TableOf
from rehabflow.loading.evidence import EVIDENCE_KEYS, evidence
from rehabflow.loading.reader import Reader, listed
from rehabflow.loading.shapes import Key, Row, Shape
from rehabflow.loading.specs import Condition, Id, Whole
from rehabflow.loading.tables.shared import REPLACES, SAY, TELL, WHEN, note_replaces, own_id
from rehabflow.loading.written import DURATION
from rehabflow.problems import Place

RESPONSE_LEVELS: Final[tuple[ResponseLevel, ...]] = ("stop", "ease", "keep", "progress")
BUILT_IN_TERMS: Final = ("addresses_findings", "keeps_current")


def _level(_reader: Reader, place: Place, row: Row) -> ResponseRule:
    level = next(level for level in RESPONSE_LEVELS if level == own_id(place))
    return ResponseRule(
        level, row["when"], place, row["evidence"], row.get("say", ""), row.get("tell", ""), row.get("off")
    )


_LEVEL_KEYS: Final = (WHEN, SAY, TELL, *EVIDENCE_KEYS)
_OFF: Final = Key("off", DURATION, "days without this exercise")
LEVEL: Final = Shape(
    "response level",
    "When a dose answers in this way.",
    _LEVEL_KEYS,
    _level,
    checks=(evidence,),
    short="when",
    misplaced={"off": "days off only follow `stop` and `ease`; delete it"},
)
LEVEL_WITH_REST: Final = Shape(
    "response level",
    "When a dose answers in this way.",
    (*_LEVEL_KEYS, _OFF),
    _level,
    checks=(evidence,),
    short="when",
    schema_name="response_level_with_rest",
)


def _response(_reader: Reader, place: Place, row: Row) -> Response:
    rules = {level: row[level] for level in RESPONSE_LEVELS if level in row}
    return Response(own_id(place), rules, place, row.get("break_after"))


def _some_level(reader: Reader, place: Place, row: Row) -> None:
    if not row.given(*RESPONSE_LEVELS):
        reader.report(
            "empty-table", place, "this response has no level", expected=listed(RESPONSE_LEVELS), on_key=True
        )


RESPONSE: Final = Shape(
    "response",
    "How one exercise's dose answers its own sessions.",
    (
        Key("break_after", DURATION, "a longer break takes one step down"),
        *(
            Key(level, LEVEL_WITH_REST if level in ("stop", "ease") else LEVEL, f"when to {level}")
            for level in RESPONSE_LEVELS
        ),
        REPLACES,
    ),
    _response,
    checks=(_some_level, note_replaces),
)


def _term(_reader: Reader, place: Place, row: Row) -> ScoreTerm:
    return ScoreTerm(own_id(place), row["weight"], place, row.get("value"), row.get("if_unknown"))


def _built_in(reader: Reader, place: Place, row: Row) -> None:
    if own_id(place) in BUILT_IN_TERMS:
        for key in row.given("value", "if_unknown"):
            reader.report(
                "key-does-not-fit",
                place.child(key),
                f"`{own_id(place)}` is built in and has only a weight",
                advice="delete it",
                on_key=True,
            )


def _has_value(reader: Reader, place: Place, row: Row) -> None:
    if own_id(place) not in BUILT_IN_TERMS and not row.given("value"):
        reader.report(
            "missing-key",
            place,
            "this score term lacks `value`",
            expected="`value`, a score in quotes",
            advice=f"only {' and '.join(BUILT_IN_TERMS)} have none",
            on_key=True,
        )


_TERM_KEYS: Final = (
    Key("weight", Whole(1, 10), "how much it counts", required=True),
    Key("value", Condition("a score in quotes"), "the score of an exercise, -10 to 10"),
    Key("if_unknown", NUMBER, "the score while it is unknown; the lowest possible if left out"),
)
TERM: Final = Shape(
    "score term", "One reason to prefer an exercise.", _TERM_KEYS, _term, checks=(_built_in, _has_value)
)
CHANGED_TERM: Final = Shape(
    "score term",
    "One reason to prefer an exercise.",
    _TERM_KEYS,
    _term,
    checks=(_built_in,),
    schema_name="changed_score_term",
)

_SCORE: Final = Condition("a number, or a score in quotes", or_number=True)


def _limits(*, required: bool) -> tuple[Key, ...]:
    return (
        Key("minutes", _SCORE, "minutes a session may take; unknown: the lowest answer", required=required),
        Key(
            "equipment",
            Condition("a set in quotes"),
            "what the patient has; unknown: nothing",
            required=required,
        ),
        Key("days", _SCORE, "days a week; unknown: the lowest answer", required=required),
        Key("exercises", _SCORE, "how many exercises at most", required=required),
        Key("new_at_most", Whole(0, 50), "how many new ones at a time"),
    )


def _selector(_reader: Reader, place: Place, row: Row) -> Selector:
    name = "" if place.path == ("select",) else own_id(place)
    return Selector(
        name,
        place,
        row.get("minutes"),
        row.get("equipment"),
        row.get("days"),
        row.get("exercises"),
        row.get("new_at_most"),
        row.get("score", {}),
    )


SELECTOR: Final = Shape(
    "selector",
    "How exercises are chosen for slots: what the patient has time for, and what is preferred.",
    (*_limits(required=True), Key("score", TableOf(TERM, "score terms"), "reasons to prefer"), REPLACES),
    _selector,
    checks=(note_replaces,),
)


def _select(reader: Reader, place: Place, row: Row) -> tuple[str, Selector]:
    return row["use"], _selector(reader, place, row)


SELECT: Final = Shape(
    "choice of a selector",
    "Which selector the protocol uses, and what it changes of it.",
    (
        Key("use", Id("a selector"), "the selector", required=True),
        *_limits(required=False),
        Key("score", TableOf(CHANGED_TERM, "score terms"), "reasons added or changed"),
    ),
    _select,
)
