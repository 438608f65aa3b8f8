"""What `run` ends with, by its last decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision, TrackResult
from rehabflow.rulebook.model import CriterionRule, Rulebook, StageRule

FINE: Final = 0
STOPPED: Final = 3
ANSWER_MISSING: Final = 4
_OPEN: Final = {"unknown"}
_FINE: Final = {"met", "unknown"}


def code_of(decision: Decision, rulebook: Rulebook) -> int:
    """Return 3 if a safety gate stopped it, 4 if only missing answers make it pause or stay, else 0."""
    match decision.action:
        case "emergency" | "refer":
            return STOPPED
        case "pause":
            acting = [gate for gate in decision.gates if gate.acts >= Effect.PAUSE]
            only_missing = bool(acting) and all(gate.state == "unknown" for gate in acting)
            return ANSWER_MISSING if only_missing else STOPPED
        case "stay" if decision.kind == "visit":
            tracks = [track for track in decision.tracks.values() if track.is_open and track.action == "stay"]
            waiting = any(_is_waiting(decision, track, rulebook) for track in tracks)
            return ANSWER_MISSING if waiting else FINE
        case _:
            return FINE


def _is_waiting(decision: Decision, track: TrackResult, rulebook: Rulebook) -> bool:
    """Return whether a track stays only because answers are missing: a way on has nothing against it but those."""
    for way in _ways(track, rulebook):
        states = {*_states(decision, way), *_held_back(decision, track, rulebook)}
        if states & _OPEN and states <= _FINE:
            return True
    return False


def _ways(track: TrackResult, rulebook: Rulebook) -> Iterator[list[CriterionRule]]:
    """Yield what each way on asks: the first stage, or discharge and each next stage."""
    if track.before not in rulebook.stages:
        stages = [rulebook.stages[name] for name in rulebook.tracks[track.track].stages]
        yield from ([*stage.enter] for stage in stages[:1])
        yield from ([*stage.enter] for stage in stages[1:] if stage.stage.start_here)
        return
    stage = rulebook.stages[track.before]
    if stage.discharge is not None:
        yield [*stage.discharge]
    for name in stage.next:
        yield [*stage.leave, *rulebook.stages[name].enter]


def _states(decision: Decision, way: Iterable[CriterionRule]) -> list[str]:
    """Return how the criteria of a way on were answered."""
    answers = {result.address: result.state for result in decision.criteria}
    return [answers.get(rule.address, "not_met") for rule in way]


def _held_back(decision: Decision, track: TrackResult, rulebook: Rulebook) -> Iterator[str]:
    """Yield, as of criteria that should be met, what blocks every way on: gates, and a regress that may be due."""
    tracks = {rule.address: rule.level.tracks for rule in rulebook.gates}
    for gate in decision.gates:
        if gate.no_progress and (not tracks[gate.address] or track.track in tracks[gate.address]):
            yield "unknown" if gate.state == "unknown" else "not_met"
    stage: StageRule | None = rulebook.stages.get(track.before)
    answers = {result.address: result.state for result in decision.criteria}
    for _, rules in stage.regress if stage else ():
        for rule in rules:
            state = answers.get(rule.address, "not_met")
            yield {"not_met": "met", "unknown": "unknown"}.get(state, "not_met")
