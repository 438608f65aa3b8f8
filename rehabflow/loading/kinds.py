"""Every kind of table: its name in files, where a contribution keeps it, and its shape."""

from __future__ import annotations

from typing import Any, Final

from rehabflow.definitions.exercises import WORD_LISTS
from rehabflow.frozen import frozen
from rehabflow.loading.containers import ListOf
from rehabflow.loading.reader import Reader
from rehabflow.loading.shapes import Key, Row, Shape
from rehabflow.loading.specs import Id
from rehabflow.loading.tables.exercises import EXERCISE, LADDER
from rehabflow.loading.tables.gates import GATE
from rehabflow.loading.tables.heads import MANIFEST, PROTOCOL
from rehabflow.loading.tables.measures import ASSESSMENT, DIARY_ITEM
from rehabflow.loading.tables.responses import RESPONSE, SELECT, SELECTOR
from rehabflow.loading.tables.shared import CRITERION
from rehabflow.loading.tables.stages import NOT_A_STAGE, STAGE, TRACK
from rehabflow.loading.tables.statements import (
    ADVICE,
    ASK,
    CAUTION,
    CLEARANCE,
    EVENT,
    FINDING,
    LIMIT,
    PARAMETER,
    SELECTION_RULE,
    SOURCE,
)
from rehabflow.problems import Place


@frozen
class Kind:
    """Tables `[name.<id>]`, kept in the field `field`; `taken` are words that may not be ids of it."""

    name: str
    field: str
    shape: Shape[Any]  # Any: each kind makes another definition
    taken: frozenset[str] = frozenset()


def _vocabulary(_reader: Reader, _place: Place, row: Row) -> dict[str, tuple[str, ...]]:
    return dict(row)


VOCABULARY: Final = Shape(
    "vocabulary",
    "Words that this plugin or protocol adds to the lists.",
    tuple(Key(name, ListOf(Id(), least=1), f"words for {name.replace('_', ' ')}") for name in WORD_LISTS),
    _vocabulary,
)

CONTRIBUTED: Final = (
    Kind("source", "sources", SOURCE),
    Kind("parameter", "parameters", PARAMETER),
    Kind("event", "events", EVENT),
    Kind("clearance", "clearances", CLEARANCE),
    Kind("ask", "asks", ASK),
    Kind("criterion", "criteria", CRITERION),
    Kind("finding", "findings", FINDING),
    Kind("caution", "cautions", CAUTION),
    Kind("limit", "limits", LIMIT),
    Kind("rule", "rules", SELECTION_RULE),
    Kind("response", "responses", RESPONSE),
    Kind("selector", "selectors", SELECTOR),
    Kind("advice", "advice", ADVICE),
    Kind("gate", "gates", GATE),
    Kind("assessment", "assessments", ASSESSMENT),
    Kind("diary", "diary", DIARY_ITEM, frozenset({"date"})),
    Kind("exercise", "exercises", EXERCISE),
    Kind("ladder", "ladders", LADDER),
)
OF_PROTOCOLS: Final = (
    Kind("track", "tracks", TRACK),
    Kind("stage", "stages", STAGE, NOT_A_STAGE),
)
SINGLE_OF_PLUGINS: Final[dict[str, Shape[Any]]] = {"plugin": MANIFEST, "vocabulary": VOCABULARY}
SINGLE_OF_PROTOCOLS: Final[dict[str, Shape[Any]]] = {
    "protocol": PROTOCOL,
    "vocabulary": VOCABULARY,
    "select": SELECT,
}
