"""Playing a journey: each step's events, then its decision, which is history for the next."""

from __future__ import annotations

from rehabflow.catalog import Catalog
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.engine.gates import Memory
from rehabflow.frozen import frozen
from rehabflow.record.events import History
from rehabflow.record.journeys import Journey, JourneyStep


@frozen
class Played:
    """One step of a journey, its decision, and the record that the decision saw."""

    step: JourneyStep
    decision: Decision
    history: History


def play(catalog: Catalog, journey: Journey) -> tuple[Played, ...]:
    """Return the decisions of a journey; each counts as accepted.

    Raises:
        UsageError, FileProblems: see `decide`.
    """
    history = journey.begin()
    memory = Memory()
    played = []
    for step in journey.steps:
        history = history.plus(*step.events)
        decision = decide(catalog, journey.protocol, history, step.at, kind=step.kind, memory=memory)
        played.append(Played(step, decision, history))
        history = history.plus(decision.recorded)
    return tuple(played)
