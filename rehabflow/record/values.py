"""Recorded values, and the two ways in which an answer can be absent."""

from __future__ import annotations

import datetime
import enum
from decimal import Decimal
from typing import TypeAlias


class Absent(enum.Enum):
    """An answer that is not there: `UNKNOWN` was withdrawn or forgotten; `DECLINED` is the patient's own."""

    UNKNOWN = "unknown"
    DECLINED = "declined"


Value: TypeAlias = bool | Decimal | str | frozenset[str] | datetime.date
"""yes_no, number, choice, set, date."""

Answer: TypeAlias = Value | Absent
