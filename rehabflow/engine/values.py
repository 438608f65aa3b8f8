"""Recorded answers as possible values."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from rehabflow.conditions.possible import (
    DECLINED,
    Boolean,
    Choice,
    Number,
    Options,
    Possible,
    Raw,
    known,
    unknown,
)
from rehabflow.conditions.types import ChoiceType, NumberType, Type
from rehabflow.instants import Duration, Instant
from rehabflow.record.timeline import Dated
from rehabflow.record.values import Absent, Answer, Value


def raw_of(value: Value) -> Raw:
    """Return a recorded value as the condition language takes it."""
    if isinstance(value, Decimal):
        return Fraction(value)
    if isinstance(value, datetime.date):
        return value.toordinal()
    return value


def possible_of(type_: Type, answer: Answer, *, declinable: bool = False) -> Possible:
    """Return what a recorded answer says of a value of this type."""
    if answer is Absent.UNKNOWN:
        return unknown(type_, declinable=declinable)
    if answer is Absent.DECLINED:
        return DECLINED
    return known(type_, raw_of(answer))


def possible_of_dated(type_: Type, entry: Dated | None, *, declinable: bool = False) -> Possible:
    """Return what an entry says; no entry, everything; several answers, one of them."""
    if entry is None:
        return unknown(type_, declinable=declinable)
    return either([possible_of(type_, answer, declinable=declinable) for answer in entry.answers])


def either(options: Sequence[Possible]) -> Possible:
    """Return the least possible value that covers all of the options."""
    result = options[0]
    for option in options[1:]:
        result = _join(result, option)
    return result


def _join(left: Possible, right: Possible) -> Possible:
    declined = left.may_be_declined or right.may_be_declined
    if left.value is None or right.value is None:
        return Possible(left.value if right.value is None else right.value, declined)
    match left.value, right.value:
        case Boolean() as a, Boolean() as b:
            return Possible(Boolean(a.surely and b.surely, a.possibly or b.possibly), declined)
        case Choice() as a, Choice() as b:
            return Possible(Choice(a.options | b.options), declined)
        case Options() as a, Options() as b:
            return Possible(Options(a.surely & b.surely, a.possibly | b.possibly), declined)
        case Number() as a, Number() as b:
            low = None if a.low is None or b.low is None else min(a.low, b.low)
            high = None if a.high is None or b.high is None else max(a.high, b.high)
            return Possible(Number(low, high, a.undefined or b.undefined), declined)
    raise AssertionError("values of one type are of one kind")


def no_worse_than(type_: Type, worst: Value, better: str) -> Possible:
    """Return what an answer can be that is known to be no worse than `worst`; unknown where no direction says so."""
    raw = raw_of(worst)
    if isinstance(worst, bool):
        return known(type_, False) if not worst else unknown(type_)
    if isinstance(type_, NumberType) and better != "none":
        bound = Fraction(raw)  # type: ignore[arg-type]  # a number by its type
        low, high = (type_.low, bound) if better == "lower" else (bound, type_.high)
        return Possible(Number(low, high))
    if isinstance(type_, ChoiceType) and type_.ordered and better != "none" and raw in type_.choices:
        index = type_.choices.index(str(raw))
        kept = type_.choices[: index + 1] if better == "lower" else type_.choices[index:]
        return Possible(Choice(frozenset(kept)))
    return unknown(type_)


def is_settled(possible: Possible) -> bool:
    """Return whether only one value is possible (or it is surely declined)."""
    match possible.value:
        case None:
            return True
        case Boolean(surely=surely, possibly=possibly):
            return surely == possibly and not possible.may_be_declined
        case Number(low=low, high=high, undefined=undefined):
            return low is not None and low == high and not undefined and not possible.may_be_declined
        case Choice(options=options):
            return len(options) == 1 and not possible.may_be_declined
        case Options(surely=inside, possibly=maybe):
            return inside == maybe and not possible.may_be_declined


def is_valid(at: Instant, valid_for: Duration | None, now: Instant) -> bool:
    """Return whether something of that date still counts: `today - date <= valid_for`."""
    if valid_for is None:
        return True
    return now.day <= valid_for.days_after(at.day)
