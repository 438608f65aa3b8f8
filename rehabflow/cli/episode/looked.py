"""Decisions of an episode as they were made: derived again from what was known then, and compared with the record."""

from __future__ import annotations

from rehabflow.cli.episode.desk import Desk
from rehabflow.engine.decision import Decision
from rehabflow.frozen import frozen
from rehabflow.problems import UsageError
from rehabflow.record.events import History
from rehabflow.rulebook.model import Rulebook
from rehabflow.store.errors import ReplayDiffers
from rehabflow.store.state import EpisodeState, Made, state_of
from rehabflow.store.trace import whole_of


@frozen
class Looked:
    """A decision, the record it saw, and the rules it was made by; `made` is its entry."""

    made: Made
    decision: Decision
    history: History
    rulebook: Rulebook


def decision_of(desk: Desk, state: EpisodeState, number: int | None = None) -> Looked:
    """Return a decision of an episode, by the number of its entry; by default the newest that may be seen.

    Raises:
        UsageError: there is no such decision.
        ReplayDiffers: derived again it is another; then it is not shown.
        NotReplayable: the definitions that it was made by cannot be had.
    """
    made = _made(state, number)
    patient, entries = desk.episodes.vault.read(state.episode)
    before = state_of(state.episode, patient, entries[: made.number - 1])
    history = before.seen(made.decision.kind)
    decision = desk.episodes.derive(before, history, made.decision.at, made.decision.kind)
    if whole_of(decision) != made.decision.whole:
        raise ReplayDiffers(
            state.episode, made.number, "the whole; `rehabflow episode replay` says where first"
        )
    return Looked(made, decision, history, desk.rulebook(before))


def _made(state: EpisodeState, number: int | None) -> Made:
    if number is None:
        newest = state.proposed or (state.decisions[-1] if state.decisions else None)
        if newest is None:
            raise UsageError("the episode has no decision yet; `rehabflow episode visit` makes the first")
        return newest
    found = next((made for made in state.decisions if made.number == number), None)
    if found is None:
        known = ", ".join(str(made.number) for made in state.decisions[-8:]) or "none"
        raise UsageError(f"the episode has no such decision that you may see; the newest are: {known}")
    return found


def next_visit_of(state: EpisodeState) -> int | None:
    """Return the day of the next visit that the decisions in force agreed on."""
    for made in reversed(state.decisions):
        if made.number not in state.effective:
            continue
        trace = made.decision.trace
        plan = trace.get("plan") if isinstance(trace, dict) else None
        day = plan.get("next_visit") if isinstance(plan, dict) else None
        if made.decision.kind == "visit":
            return day if isinstance(day, int) else None
    return None
