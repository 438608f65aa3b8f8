"""Gates: safety rules that can only restrict, graded by level."""

from __future__ import annotations

from typing import Final

from rehabflow.definitions.gates import LEVELS, Cap, Effect, Gate, GateLevel, ReferTo
from rehabflow.loading.containers import ListOf, TableOf
from rehabflow.loading.evidence import EVIDENCE_KEYS, evidence
from rehabflow.loading.reader import Reader, listed
from rehabflow.loading.shapes import Key, Row, Shape, with_article
from rehabflow.loading.specs import Condition, Id, ProfessionName, Text, YesNo
from rehabflow.loading.tables.shared import TELL, TITLE, WHEN, own_id
from rehabflow.loading.written import CAP, DURATION
from rehabflow.problems import Place

_ENDS_BY_UNTIL: Final = ("refer", "emergency")


def _refer_to(_reader: Reader, _place: Place, row: Row) -> ReferTo:
    return ReferTo(row["who"], row["within"])


REFER_TO: Final = Shape(
    "referral",
    "Who should see the patient, and within what time.",
    (
        Key("who", Text("who should see the patient"), "a profession or a service", required=True),
        Key("within", DURATION, "how soon", required=True),
    ),
    _refer_to,
)


def _level(_reader: Reader, place: Place, row: Row) -> GateLevel:
    caps = tuple(
        Cap(limit, cap.value, cap.unit, cap.word) for limit, cap in sorted(row.get("cap", {}).items())
    )
    return GateLevel(
        effect=Effect[own_id(place).upper()],
        when=row["when"],
        say=row["say"],
        place=place,
        evidence=row["evidence"],
        until=row.get("until"),
        tell=row.get("tell", ""),
        exclude=row.get("exclude"),
        caps=caps,
        no_progress=row.get("no_progress", False),
        refer_to=row.get("refer_to"),
        override=row.get("override"),
        tracks=row.get("tracks", ()),
    )


def _ending(reader: Reader, place: Place, row: Row) -> None:
    level = own_id(place)
    if level not in _ENDS_BY_UNTIL:
        return
    if not row.given("until"):
        reader.report(
            "missing-until",
            place,
            f"this {level} level lacks `until`",
            expected="`until`: the later evidence that ends it, as \"cleared('seen')\"",
            advice=f"without it a {level} would end as soon as the next answer is no",
            on_key=True,
        )
    if row.get("override"):
        reader.report(
            "override-forbidden",
            place.child("override"),
            f"nobody may set {with_article(level)} aside",
            advice="delete it; `until` says what ends the level",
        )


GATE_LEVEL: Final = Shape(
    "gate level",
    "One level of a gate: when it acts, what it does, what ends it.",
    (
        WHEN,
        Key("until", Condition(), "later evidence that ends it; required for refer and emergency"),
        Key(
            "say",
            Text("a sentence for the clinician", lines=True),
            "what to tell the clinician",
            required=True,
        ),
        TELL,
        Key("exclude", Condition(), "which exercises it takes away, by exercise.<key>"),
        Key(
            "cap",
            TableOf(CAP, "caps", least=1),
            "how far a limit may go: limit = '120 deg', a parameter or a choice",
        ),
        Key("no_progress", YesNo(), "true: no advance and no progression of doses"),
        Key("refer_to", REFER_TO, "who should see the patient, and how soon"),
        Key(
            "override",
            ListOf(ProfessionName()),
            "who may set it aside with a reason; any clinician if left out",
        ),
        Key("tracks", ListOf(Id("a track"), least=1), "the tracks it acts on; all if left out"),
        *EVIDENCE_KEYS,
    ),
    _level,
    checks=(evidence, _ending),
)


def _gate(_reader: Reader, place: Place, row: Row) -> Gate:
    levels = {effect: row[effect.word] for effect in Effect if effect.word in row}
    return Gate(own_id(place), row["title"], levels, place)


def _some_level(reader: Reader, place: Place, row: Row) -> None:
    if not row.given(*LEVELS):
        reader.report(
            "empty-gate",
            place,
            "this gate has no level, so it would never act",
            expected=f"a table [gate.{own_id(place)}.<level>], {listed(LEVELS)}",
            on_key=True,
        )


_IN_A_LEVEL: Final = {
    key.name: "it belongs to a level of the gate, as [gate.x.pause]" for key in GATE_LEVEL.keys
} | {"replaces": "gates cannot be replaced", "level": "levels are tables, as [gate.x.pause]"}

GATE: Final = Shape(
    "gate",
    "A safety rule that can only restrict; its strictest level that holds is its effect.",
    (TITLE, *(Key(level, GATE_LEVEL, f"when the gate has the effect `{level}`") for level in LEVELS)),
    _gate,
    checks=(_some_level,),
    misplaced=_IN_A_LEVEL,
)
