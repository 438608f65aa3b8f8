"""Keys that several tables have, and rules: one testable statement each."""

from __future__ import annotations

from typing import Final

from rehabflow.definitions.common import Rule
from rehabflow.loading.containers import TableOf
from rehabflow.loading.evidence import EVIDENCE_KEYS, evidence
from rehabflow.loading.reader import Reader
from rehabflow.loading.shapes import Key, Row, Shape
from rehabflow.loading.specs import Condition, Id, Text
from rehabflow.problems import Place

TITLE: Final = Key("title", Text("a title"), "what people call it", required=True)
SAY: Final = Key("say", Text("a sentence for the clinician", lines=True), "what to tell the clinician")
TELL: Final = Key("tell", Text("a sentence for the patient", lines=True), "what to tell the patient")
REPLACES: Final = Key(
    "replaces",
    Id("the id of the plugin or protocol whose table this replaces"),
    "the owner of the table of the same name that this one replaces",
)


def own_id(place: Place) -> str:
    """Return the id of the table at a place."""
    return str(place.path[-1])


def note_replaces(reader: Reader, place: Place, row: Row) -> None:
    """Note that this table replaces another owner's: `kind.id` -> owner."""
    if "replaces" in row:
        kind, name = place.path[:2]
        reader.replaces[f"{kind}.{name}"] = row["replaces"]


def _rule(_reader: Reader, place: Place, row: Row) -> Rule:
    return Rule(own_id(place), row["when"], place, row["evidence"], row.get("say", ""), row.get("tell", ""))


WHEN: Final = Key("when", Condition(), "the condition that has to be met", required=True)
RULE: Final = Shape(
    "rule",
    "One testable statement; a bare text is its condition.",
    (WHEN, SAY, TELL, *EVIDENCE_KEYS),
    _rule,
    checks=(evidence,),
    short="when",
)
CRITERION: Final = Shape(
    "criterion",
    "A rule named once and used anywhere as criterion.x.",
    (WHEN, SAY, TELL, REPLACES, *EVIDENCE_KEYS),
    _rule,
    checks=(evidence, note_replaces),
    short="when",
)
RULES: Final = TableOf(RULE, "criteria", least=1)
