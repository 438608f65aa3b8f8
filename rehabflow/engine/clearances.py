"""Clearances: which are live at a moment, and when that last changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehabflow.engine.values import is_valid
from rehabflow.instants import Instant
from rehabflow.record.events import Cleared, Withdrawn
from rehabflow.record.timeline import order_of

if TYPE_CHECKING:
    from rehabflow.engine.facts import Facts


def _events(facts: Facts, scope: str) -> list[Cleared | Withdrawn]:
    events = facts.timeline.clearances.get(scope, ())
    return [event for event in events if order_of(event.at) <= order_of(facts.now)]


def live(facts: Facts, scope: str) -> Cleared | None:
    """Return the clearance in force; None if none was given, it was withdrawn or has expired."""
    events = _events(facts, scope)
    if not events:
        return None
    newest = order_of(events[-1].at)
    if any(isinstance(event, Withdrawn) for event in events if order_of(event.at) == newest):
        return None
    given = events[-1]
    if facts.context.trigger is not None and _taken_back(facts, scope, given):
        return None
    valid_for = facts.prepared.rulebook.clearances[scope].valid_for
    assert isinstance(given, Cleared)
    return given if is_valid(given.at, valid_for, facts.now) else None


def _taken_back(facts: Facts, scope: str, given: Cleared | Withdrawn) -> bool:
    """Return whether what followed a clearance was its withdrawal, also one later than the moment looked at.

    In an `until` a clearance is evidence that a danger is over; what was taken back since has ended nothing.
    """
    events = facts.timeline.clearances[scope]
    later = events[events.index(given) + 1 :]
    return bool(later) and isinstance(later[0], Withdrawn)


def changed(facts: Facts, scope: str) -> Instant | None:
    """Return when a clearance was last given, withdrawn or expired."""
    events = _events(facts, scope)
    if not events:
        return None
    newest = events[-1]
    valid_for = facts.prepared.rulebook.clearances[scope].valid_for
    if isinstance(newest, Cleared) and not is_valid(newest.at, valid_for, facts.now):
        assert valid_for is not None
        return Instant(valid_for.days_after(newest.at.day) + 1)
    return newest.at
