"""Before a decision is accepted or an episode closed: does it still hold, and is nothing left unanswered?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from rehabflow.engine.decision import ACTIONS, Decision
from rehabflow.instants import Instant
from rehabflow.problems import UsageError
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.record.events import History
from rehabflow.store.errors import NotNow
from rehabflow.store.state import STOPS, EpisodeState

Derive = Callable[[EpisodeState, History, Instant, Literal["between"]], Decision]
_SEVERE: Final = frozenset(["emergency", "refer"])


def check_holds(state: EpisodeState, now: Instant, elsewhere: Elsewhere | None, derive: Derive) -> None:
    """Refuse to accept a decision that time, or what the patient's other episodes tell, has overtaken.

    Args:
        state: the episode; its proposed decision is to be accepted.
        now: when it is to be.
        elsewhere: what the patient's other open episodes ask of it now.
        derive: decides; between visits, as nobody is seen when a decision is accepted.

    Raises:
        NotNow: what is known now stops exercise more strictly than the decision does.
    """
    if state.proposed is None:
        return
    seen = state.seen("visit")
    history = seen.plus(elsewhere) if elsewhere is not None else seen
    anew = derive(state, history, now, "between").action
    words = [str(word) for word in ACTIONS]
    if anew in STOPS and words.index(anew) < words.index(state.proposed.decision.action):
        raise NotNow(f"decide anew: with what is known by now it is {anew.upper()}; record a visit")


def was_changed(state: EpisodeState, number: int) -> bool:
    """Return whether decision `number` came after a clinician's changes: its visit was decided before it too."""
    moments = [made.decision.at for made in state.decisions if made.number == number]
    return any(
        made.number < number and made.decision.kind == "visit" and made.decision.at in moments
        for made in state.decisions
    )


def check_end(state: EpisodeState, reason: str) -> None:
    """Refuse to close an episode without a reason while an emergency or a referral holds, answered or not.

    Raises:
        UsageError: there is one, and no reason is given; the text says which.
    """
    found = [made for made in (state.stop, state.in_force) if made and made.decision.action in _SEVERE]
    if found and not reason.strip() and state.closed is None:
        made = found[0]
        raise UsageError(
            f"decision {made.number} is {made.decision.action.upper()}, and holds; give a reason for closing (--reason)"
        )
