"""A gate in plain words: when each level triggers, what it does, what ends it, who may set it aside."""

from __future__ import annotations

from rehabflow.definitions.gates import Effect, Gate, GateLevel
from rehabflow.render.page import Block, Gap, Heading, fields
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.render.words import duration_text, listed, plain_id

WHAT_IT_DOES = {
    Effect.CAUTION: "is shown; nothing is blocked",
    Effect.RESTRICT: "leaves out exercises or progress",
    Effect.PAUSE: "sets the plan aside until it is settled",
    Effect.REFER: "sets the plan aside until a clinician has seen to it",
    Effect.EMERGENCY: "sends to an emergency department",
}


def gate_page(gate: Gate, address: str, sayings: Sayings, references: References) -> list[Block]:
    """Return the page of a gate; `address` has its plugin before it."""
    blocks: list[Block] = [Heading(f"{gate.title} ({address})", 1)]
    for effect in sorted(gate.levels, reverse=True):
        blocks.extend(level_blocks(gate.levels[effect], sayings, references))
    return blocks


def level_blocks(level: GateLevel, sayings: Sayings, references: References) -> list[Block]:
    """Return one level of a gate."""
    effect = level.effect
    caps = [f"{plain_id(cap.limit)} up to {_cap(cap.value, cap.unit, cap.word)}" for cap in level.caps]
    refer = f"{level.refer_to.who}, within {duration_text(level.refer_to.within)}" if level.refer_to else ""
    progress = "no stage advances and no dose progresses" if level.no_progress else ""
    return [
        Gap(),
        Heading(f"{effect.word.upper()}: {WHAT_IT_DOES[effect]}"),
        *fields((
            ("Triggered when", sayings.of(level.when)),
            ("Not answered", _unanswered(effect)),
            ("Ends when", _until(level, sayings)),
            ("Leaves out", f"exercises where {sayings.of(level.exclude)}" if level.exclude else ""),
            ("Caps", listed(caps)),
            ("Blocks", progress),
            ("Refers to", refer),
            ("Tracks", listed(level.tracks)),
            ("Clinician", level.say),
            ("Patient", level.tell),
            ("Set aside by", _override(level)),
            ("Rests on", references.basis(level.evidence, level.place)),
            ("Stands in", references.where(level.place)),
        )),
    ]  # fmt: skip


def _cap(value: object, unit: str, word: str) -> str:
    return f"{value} {unit}".strip() if value is not None else plain_id(word)


def _unanswered(effect: Effect) -> str:
    if effect in (Effect.EMERGENCY, Effect.REFER, Effect.PAUSE):
        return "pauses until it is answered"
    return "acts as if it were triggered"


def _until(level: GateLevel, sayings: Sayings) -> str:
    if level.until is None:
        return "the condition no longer holds"
    return f"on later evidence, {sayings.of(level.until)}"


def _override(level: GateLevel) -> str:
    if level.override is None:
        return (
            "nobody" if level.effect in (Effect.EMERGENCY, Effect.REFER) else "any clinician, with a reason"
        )
    return f"a {listed(level.override, 'or')}, with a reason" if level.override else "nobody"
