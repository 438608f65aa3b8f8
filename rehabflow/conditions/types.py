"""The types of the condition language: what a value may be, known before any patient is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from rehabflow.frozen import frozen

Better = Literal["higher", "lower", "none"]
Exact: TypeAlias = Fraction | int
"""An exact number; of what a patient answers, a whole one is an int, which is compared ten times faster."""


@frozen
class BooleanType:
    """True or false (`yes_no` in the files)."""


@frozen
class NumberType:
    """A number between `low` and `high` (None: unbounded) with `decimals` decimals (None: off any grid).

    `unit` is a UCUM code; None is the unit of a literal, which fits any.
    """

    unit: str | None
    low: Fraction | None
    high: Fraction | None
    decimals: int | None


@frozen
class ChoiceType:
    """One of a declared list; `ordered` lists run from first to last."""

    choices: tuple[str, ...]
    ordered: bool = False


@frozen
class SetType:
    """Any subset of a declared list."""

    choices: tuple[str, ...]


@frozen
class DateType:
    """A calendar day, as a day number (proleptic ordinal)."""

    low: int = 1
    high: int = 3_652_059


Type: TypeAlias = BooleanType | NumberType | ChoiceType | SetType | DateType


def exact(value: Exact | Decimal) -> Exact:
    """Return exactly this number, as an int if it is whole."""
    if isinstance(value, int):
        return value
    numerator, denominator = value.as_integer_ratio()
    return numerator if denominator == 1 else Fraction(numerator, denominator)


def fraction(value: Exact | Decimal | None) -> Fraction | None:
    """Return exactly this number as a fraction; None stays None (unbounded)."""
    return None if value is None else Fraction(value)
