"""Dates, times of day and durations as a clinic writes them, in its own time zone."""

from __future__ import annotations

import datetime
import re
from typing import Literal

import attrs

from rehabflow.frozen import frozen
from rehabflow.problems import RehabflowError

SECONDS_A_DAY = 86_400

Unit = Literal["h", "d", "w", "mo"]
_DURATION = re.compile(r"([1-9][0-9]{0,3})(h|d|w|mo)", re.ASCII)


class NotADuration(RehabflowError):
    """A text that is not a duration such as `48h`, `7d`, `6w` or `9mo`."""


@attrs.frozen(order=True, cache_hash=True)
class Instant:
    """A point on the clinic's calendar: a day (proleptic ordinal), with or without a time of day.

    Without a time (`second` is None) the instant is the whole day, so differences of hours are intervals.
    """

    day: int
    second: int | None = attrs.field(default=None, order=lambda second: -1 if second is None else second)

    @property
    def earliest(self) -> int:
        """Seconds from day 0 to the first moment it can be."""
        return self.day * SECONDS_A_DAY + (self.second or 0)

    @property
    def latest(self) -> int:
        """Seconds from day 0 to the last moment it can be (the end of the day without a time)."""
        return self.day * SECONDS_A_DAY + (SECONDS_A_DAY if self.second is None else self.second)

    @classmethod
    def of(cls, when: datetime.date | datetime.datetime) -> Instant:
        """Return the instant of a date, or of a date with a time of day (to the second)."""
        if isinstance(when, datetime.datetime):
            return cls(when.toordinal(), when.hour * 3600 + when.minute * 60 + when.second)
        return cls(when.toordinal())

    def __str__(self) -> str:
        date = datetime.date.fromordinal(self.day).isoformat()
        if self.second is None:
            return date
        return f"{date} {self.second // 3600:02d}:{self.second // 60 % 60:02d}"


def hours_between(start: Instant, end: Instant) -> tuple[int, int]:
    """Return the least and the most *seconds* that can lie between two instants, never negative."""
    low = max(0, end.earliest - start.latest)
    return low, max(low, end.latest - start.earliest)


@frozen
class Duration:
    """A length of time in one unit: hours, calendar days, weeks or calendar months."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `48h`, `7d`, `6w` or `9mo`; raise NotADuration otherwise."""
        match = _DURATION.fullmatch(text)
        if match is None:
            raise NotADuration(
                f"{text!r} is not a duration; write hours, days, weeks or months as '48h', '7d', '6w', '9mo'"
            )
        unit: Unit = match[2]  # type: ignore[assignment]  # the pattern admits only these four
        return cls(int(match[1]), unit)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    def days_before(self, day: int) -> int:
        """Return the ordinal of the day this long before `day`; hours count as whole days, rounded up."""
        if self.unit == "mo":
            return _months_before(day, self.count)
        if self.unit == "h":
            return day - -(-self.count // 24)
        return day - self.count * (7 if self.unit == "w" else 1)

    def days_after(self, day: int) -> int:
        """Return the ordinal of the day this long after `day`; hours count as whole days, rounded up."""
        if self.unit == "mo":
            return _months_before(day, -self.count)
        return day + (day - self.days_before(day))


def whole_months(start: int, end: int) -> int:
    """Return the whole calendar months between two day ordinals, rounded down; negative if `end` is earlier."""
    if end < start:
        return -whole_months(end, start)
    first, last = datetime.date.fromordinal(start), datetime.date.fromordinal(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


def whole_years(start: int, end: int) -> int:
    """Return the whole years between two day ordinals, rounded down: an age."""
    return whole_months(start, end) // 12


def _months_before(day: int, months: int) -> int:
    date = datetime.date.fromordinal(day)
    index = date.year * 12 + date.month - 1 - months
    year, month = index // 12, index % 12 + 1
    for last in (date.day, 30, 29, 28):
        try:
            return datetime.date(year, month, min(date.day, last)).toordinal()
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
