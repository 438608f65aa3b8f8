"""Recorded answers as possible values."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from rehabflow.conditions.joins import join
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
from rehabflow.conditions.types import ChoiceType, NumberType, Type, exact
from rehabflow.instants import Duration, Instant
from rehabflow.record.timeline import Dated
from rehabflow.record.values import Absent, Answer, Value


def raw_of(value: Value) -> Raw:
    """Return a recorded value as the condition language takes it."""
    if isinstance(value, Decimal):
        return exact(value)
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
    return functools.reduce(join, options)


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
