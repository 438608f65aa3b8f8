"""What a clinician signs by itself: recorded; if it belongs to a visit whose decision waits, that is decided anew."""

from __future__ import annotations

from collections.abc import Mapping

from rehabflow.cli.episode.desk import Desk
from rehabflow.cli.episode.given import Given
from rehabflow.cli.episode.recorded import show_decided, show_recorded
from rehabflow.cli.terminal_input import EndOfInput, ask_line
from rehabflow.problems import UsageError
from rehabflow.record.events import Event, Visited
from rehabflow.store.state import EpisodeState


def sign(desk: Desk, state: EpisodeState, what: str, said: Mapping[str, object], sentence: str) -> int:
    """Record what was signed, and show what it leads to.

    With a decision of today waiting it belongs to that visit, and a new decision follows. Else it is on record for the
    next visit; a decision that waited since an earlier day lapses.
    """
    events = signed(desk, state, said)
    request = desk.request()
    if _waits_today(desk, state) and not desk.store.request(request.key):
        return show_decided(desk, what, desk.episodes.change(request, state.episode, events))
    after = desk.episodes.record(request, state.episode, events)
    lapsed = " The decision that waited has lapsed." if state.proposed and not after.proposed else ""
    return show_recorded(desk, what, after, f"{sentence} The next visit is decided with it.{lapsed}")


def signed(desk: Desk, state: EpisodeState, said: Mapping[str, object]) -> tuple[Event, ...]:
    """Return the events that a clinician signs, by the keys of a journey's visit."""
    if not desk.actor.profession:
        raise UsageError("this is signed by a profession; act as one: --as ID:ROLE:PROFESSION")
    events = Given(said=said).events(desk, state, "visit", desk.now)
    return tuple(event for event in events if not isinstance(event, Visited))


def reason_of(desk: Desk, reason: str) -> str:
    """Return the reason given, or ask for it.

    Raises:
        UsageError: there is none.
    """
    if not reason and not desk.setting.no_input:
        try:
            reason = ask_line("Reason")
        except EndOfInput:
            reason = ""
    if not reason.strip():
        raise UsageError("it needs a reason: --reason TEXT")
    return reason.strip()


def _waits_today(desk: Desk, state: EpisodeState) -> bool:
    return state.proposed is not None and state.proposed.decision.at.day == desk.now.day
