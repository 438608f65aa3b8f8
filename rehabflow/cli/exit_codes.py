"""What `run` ends with, by its last decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision, Reason, TrackResult

FINE: Final = 0
STOPPED: Final = 3
ANSWER_MISSING: Final = 4


def code_of(decision: Decision) -> int:
    """Return 3 if a safety gate stopped it, 4 if only missing answers make it pause or stay, else 0."""
    match decision.action:
        case "emergency" | "refer":
            return STOPPED
        case "pause":
            acting = [gate for gate in decision.gates if gate.acts >= Effect.PAUSE]
            only_missing = bool(acting) and all(gate.state == "unknown" for gate in acting)
            return ANSWER_MISSING if only_missing else STOPPED
        case "stay":
            waiting = [is_waiting(track) for track in decision.tracks.values() if track.is_open]
            return ANSWER_MISSING if any(waiting) else FINE
        case _:
            return FINE


def is_waiting(track: TrackResult) -> bool:
    """Return whether a track stays only because answers are missing: one way on has nothing against it but those.

    The reasons of a stay are its open criteria. Ways on are the discharge, and each next stage; the criteria to leave
    stand in the way of every next stage.
    """
    if track.action != "stay" or not track.reasons:
        return False
    ways: dict[str, list[Reason]] = {}
    common: list[Reason] = []
    for reason in track.reasons:
        way = _way(reason.address, track.before)
        if way:
            ways.setdefault(way, []).append(reason)
        else:
            common.append(reason)
    on = [way for way in ways if way != "discharge"] or ["on"]
    blocked = [[*common, *ways.get(way, ())] for way in on] + [
        ways[way] for way in ways if way == "discharge"
    ]
    return any(_only_missing(reasons) for reasons in blocked)


def _way(address: str, stage: str) -> str:
    if address.startswith(f"stage.{stage}.discharge."):
        return "discharge"
    if address.startswith("stage.") and ".enter." in address:
        return address.split(".")[1]
    return ""


def _only_missing(reasons: Iterable[Reason]) -> bool:
    states = {reason.state for reason in reasons}
    return states == {"unknown"}
