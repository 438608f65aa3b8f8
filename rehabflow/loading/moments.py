"""Days and times of a journey: days since its beginning, or dates."""

from __future__ import annotations

import datetime
from typing import Final

from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.loading.reader import Reader
from rehabflow.loading.specs import Schema, Spec, Whole
from rehabflow.problems import Place

MOST_DAYS: Final = 36_500


@frozen
class Moment:
    """A day of the journey, or a date, perhaps with a time of day."""

    value: int | datetime.date

    def instant(self, day_0: int) -> Instant:
        """Return when that is, `day_0` being the ordinal of day 0."""
        return Instant(day_0 + self.value) if isinstance(self.value, int) else Instant.of(self.value)


@frozen
class MomentSpec(Spec[Moment]):
    """A day of the journey (0 is its first, negative before it), a date, or a date with a time."""

    words: str = "a day of the journey (0, 14, -30), a date, or a date with a time of day"

    def read(self, reader: Reader, place: Place, value: object) -> Moment | None:
        """Return the moment."""
        if isinstance(value, datetime.datetime):
            if value.tzinfo is not None or value.microsecond:
                reader.report(
                    "wrong-type", place, f"found {value.isoformat()}", expected="a local time, to the second"
                )
                return None
            return Moment(value)
        if isinstance(value, datetime.date):
            return Moment(value)
        day = Whole(-MOST_DAYS, MOST_DAYS).read(reader, place, value) if isinstance(value, int) else None
        if not isinstance(value, int):
            self.wrong_type(reader, place, value)
        return None if day is None else Moment(day)

    def schema(self) -> Schema:
        """Return a schema of days and dates."""
        return {"anyOf": [{"type": "integer"}, {"type": "string", "format": "date"}, {"type": "string"}]}


@frozen
class DateSpec(Spec[datetime.date]):
    """A date."""

    words: str = "a date as 2026-03-02, without quotes"

    def read(self, reader: Reader, place: Place, value: object) -> datetime.date | None:
        """Return the date."""
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        advice = f"write {value} without quotes" if isinstance(value, str) and len(value) == 10 else ""
        self.wrong_type(reader, place, value, advice)
        return None

    def schema(self) -> Schema:
        """Return a schema of dates."""
        return {"type": "string", "format": "date"}


@frozen
class TimeSpec(Spec[int]):
    """A time of day, as seconds since midnight."""

    words: str = "a time of day to the second, as 18:00:00, without quotes"

    def read(self, reader: Reader, place: Place, value: object) -> int | None:
        """Return the second of the day."""
        if isinstance(value, datetime.time) and not value.microsecond:
            return value.hour * 3600 + value.minute * 60 + value.second
        self.wrong_type(reader, place, value)
        return None

    def schema(self) -> Schema:
        """Return a schema of times."""
        return {"type": "string", "format": "time"}
