"""Which stretch of the record a series reads."""

from __future__ import annotations

import attrs

from rehabflow.conditions.world import Window
from rehabflow.instants import Instant
from rehabflow.record.timeline import is_later, order_of


@attrs.frozen(cache_hash=True)
class Span:
    """A stretch of days (ordinals, both included); `after` and `before` cut it at instants, `hours` at exact hours.

    An instant belongs to it surely, possibly or not: with hours, a day without a time of day may be cut through.
    """

    now: Instant
    first_day: int
    last_day: int
    after: Instant | None = None
    strictly_later: bool = False
    before: Instant | None = None
    hours: int | None = None

    def holds(self, at: Instant) -> tuple[bool, bool]:
        """Return (surely, possibly) whether an instant lies in the span."""
        if order_of(at) > order_of(self.now) or not self.first_day <= at.day <= self.last_day:
            return False, False
        if self.after is not None and not self._is_after(at):
            return False, False
        if self.before is not None and order_of(at) >= order_of(self.before):
            return False, False
        if self.hours is None:
            return True, True
        limit = self.hours * 3600
        return at.earliest >= self.now.latest - limit, at.latest > self.now.earliest - limit

    def _is_after(self, at: Instant) -> bool:
        assert self.after is not None
        if self.strictly_later:
            return is_later(at, self.after)
        return order_of(at) > order_of(self.after)

    def days_until(self, day: int) -> range:
        """Return the whole days of the span that lie before `day`."""
        first = self.first_day if self.after is None else max(self.first_day, self.after.day + 1)
        last = min(self.last_day, day - 1)
        if self.before is not None:
            last = min(last, self.before.day - 1)
        return range(first, last + 1)


def span_of(
    window: Window,
    now: Instant,
    *,
    since: Instant | None,
    strictly_later: bool,
    before: Instant | None,
) -> Span:
    """Return the days of a window.

    `since` is the instant that the window's `since` (or its default) stands for, None for the whole episode;
    `before` the instant of `before=`. `last='7d'` is today and the six days before.
    """
    last_day = now.day if window.ending is None else window.ending.days_before(now.day)
    first_day = 1
    hours = None
    if window.last is not None:
        first_day = window.last.days_before(last_day) + 1
        if window.last.unit == "h" and window.ending is None:
            hours = window.last.count
            first_day -= 1
    return Span(now, first_day, last_day, since, strictly_later, before, hours)
