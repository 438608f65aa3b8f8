"""A world in which some facts are those of one session or one exercise, and all else is as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import attrs

from rehabflow.conditions.possible import Possible
from rehabflow.conditions.world import Entry, Member, Window, World


@attrs.define(eq=False)
class View:
    """A world that answers everything as `below` does; subclasses replace some facts."""

    below: World

    @property
    def today(self) -> int:
        """The day of the decision."""
        return self.below.today

    def fact(self, key: str) -> Possible:
        """Return what the fact can be."""
        return self.below.fact(key)

    def is_known(self, key: str) -> bool:
        """Return whether the fact has a valid observation."""
        return self.below.is_known(key)

    def is_cleared(self, scope: str) -> bool:
        """Return whether the scope is cleared."""
        return self.below.is_cleared(scope)

    def has_happened(self, event: str) -> bool:
        """Return whether the event is on record."""
        return self.below.has_happened(event)

    def hours_since(self, key: str) -> tuple[Fraction, Fraction] | None:
        """Return the least and most hours since an event."""
        return self.below.hours_since(key)

    def entries(self, key: str, window: Window) -> Sequence[Entry]:
        """Return dated entries."""
        return self.below.entries(key, window)

    def members(self, window: Window) -> Sequence[Member]:
        """Return the members of a window."""
        return self.below.members(window)

    def sessions_done(self, window: Window) -> tuple[int, int]:
        """Return the number of sessions done."""
        return self.below.sessions_done(window)

    def adherence(self, window: Window) -> tuple[Fraction, Fraction]:
        """Return the adherence in percent."""
        return self.below.adherence(window)

    def sides(self, key: str) -> tuple[Possible, Possible]:
        """Return (involved, uninvolved)."""
        return self.below.sides(key)

    def baseline(self, key: str) -> Possible:
        """Return the value that improvement counts from."""
        return self.below.baseline(key)
