"""Exact arithmetic on what numbers can be: closed intervals, with "undefined" carried along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from rehabflow.conditions.possible import NO, OPEN, YES, Boolean, Number
from rehabflow.conditions.types import Exact, exact

NOWHERE: Final = Number(None, None, undefined=True, nowhere=True)
ANYTHING: Final = Number(None, None, undefined=True)

Answered = tuple[Number, bool, bool]
"""A number, whether it is answered in every completion, and in some."""


def point(value: Exact) -> Number:
    """Return the number that is exactly this."""
    value = exact(value)
    return Number(value, value)


def add(a: Number, b: Number) -> Number:
    """Return a + b."""
    if a.nowhere or b.nowhere:
        return NOWHERE
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Number(low, high, a.undefined or b.undefined)


def negate(a: Number) -> Number:
    """Return -a."""
    return Number(
        None if a.high is None else -a.high, None if a.low is None else -a.low, a.undefined, a.nowhere
    )


def subtract(a: Number, b: Number) -> Number:
    """Return a - b."""
    return add(a, negate(b))


def multiply(a: Number, b: Number) -> Number:
    """Return a * b."""
    if a.nowhere or b.nowhere:
        return NOWHERE
    undefined = a.undefined or b.undefined
    if a.low is None or a.high is None:
        a, b = b, a
    if a.low is None or a.high is None:
        return Number(None, None, undefined)
    if b.low is not None and b.high is not None:
        ends = (a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)
        return Number(min(ends), max(ends), undefined)
    if a.low == a.high == 0:
        return Number(0, 0, undefined)
    if a.low < 0 < a.high:
        return Number(None, None, undefined)
    if a.high <= 0:
        flipped = multiply(negate(a), b)
        return negate(Number(flipped.low, flipped.high, undefined))
    low = None if b.low is None else b.low * (a.low if b.low >= 0 else a.high)
    high = None if b.high is None else b.high * (a.high if b.high >= 0 else a.low)
    return Number(low, high, undefined)


def divide(a: Number, b: Number) -> Number:
    """Return a / b; undefined where b can be 0."""
    if a.nowhere or b.nowhere or (b.low == 0 and b.high == 0):
        return NOWHERE
    if holds_zero(b):
        return ANYTHING
    if b.low is not None and b.low > 0:
        reciprocal = Number(0 if b.high is None else _inverse(b.high), _inverse(b.low), b.undefined)
    else:
        assert b.high is not None  # it is below 0, or b would hold 0
        reciprocal = Number(_inverse(b.high), 0 if b.low is None else _inverse(b.low), b.undefined)
    return multiply(a, reciprocal)


def _inverse(value: Exact) -> Exact:
    return Fraction(value.denominator, value.numerator)


def holds_zero(a: Number) -> bool:
    """Return whether 0 lies in the interval."""
    return (a.low is None or a.low <= 0) and (a.high is None or a.high >= 0)


def magnitude(a: Number) -> Number:
    """Return abs(a)."""
    if a.low is not None and a.low >= 0:
        return a
    if a.high is not None and a.high <= 0:
        return negate(a)
    high = None if a.low is None or a.high is None else max(-a.low, a.high)
    return a if a.nowhere else Number(0, high, a.undefined)


def least(numbers: Sequence[Number]) -> Number:
    """Return the minimum."""
    return negate(greatest([negate(number) for number in numbers]))


def greatest(numbers: Sequence[Number]) -> Number:
    """Return the maximum."""
    if any(number.nowhere for number in numbers):
        return NOWHERE
    lows = [number.low for number in numbers if number.low is not None]
    highs = [number.high for number in numbers if number.high is not None]
    high = max(highs) if len(highs) == len(numbers) else None
    return Number(max(lows, default=None), high, any(number.undefined for number in numbers))


def total(numbers: Iterable[Number]) -> Number:
    """Return the sum; 0 of none."""
    result = point(0)
    for number in numbers:
        result = add(result, number)
    return result


def round_half_away(value: Exact, digits: int) -> Exact:
    """Return the value on a grid of so many decimals, halves away from zero."""
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return exact(Fraction(whole if value >= 0 else -whole, 10**digits))


def rounded(a: Number, digits: int) -> Number:
    """Return the number rounded; rounding is monotone, so on its ends."""
    low = None if a.low is None else round_half_away(a.low, digits)
    high = None if a.high is None else round_half_away(a.high, digits)
    return Number(low, high, a.undefined, a.nowhere)


def hull(a: Number, b: Number) -> Number:
    """Return the interval of both."""
    if a.nowhere or b.nowhere:
        other = b if a.nowhere else a
        return Number(other.low, other.high, undefined=True, nowhere=a.nowhere and b.nowhere)
    low = None if a.low is None or b.low is None else min(a.low, b.low)
    high = None if a.high is None or b.high is None else max(a.high, b.high)
    return Number(low, high, a.undefined or b.undefined)


def less(a: Number, b: Number) -> Boolean:
    """Return whether a < b."""
    if a.undefined or b.undefined:
        return OPEN
    if a.high is not None and b.low is not None and a.high < b.low:
        return YES
    if a.low is not None and b.high is not None and a.low >= b.high:
        return NO
    return OPEN


def equal(a: Number, b: Number) -> Boolean:
    """Return whether a == b."""
    if a.undefined or b.undefined:
        return OPEN
    if a.low is not None and a.low == a.high == b.low == b.high:
        return YES
    apart = (a.high is not None and b.low is not None and a.high < b.low) or (
        b.high is not None and a.low is not None and b.high < a.low
    )
    return NO if apart else OPEN


def opposite(a: Boolean) -> Boolean:
    """Return not a."""
    return NO if a.surely else OPEN if a.possibly else YES


def compare(sign: str, a: Number, b: Number) -> Boolean:
    """Return `a sign b` for `< <= > >= == !=`."""
    match sign:
        case "<":
            return less(a, b)
        case ">":
            return less(b, a)
        case "<=":
            return opposite(less(b, a))
        case ">=":
            return opposite(less(a, b))
        case "==":
            return equal(a, b)
        case _:
            return opposite(equal(a, b))


def mean(items: Sequence[Answered], at_least: int) -> Number:
    """Return the mean of the answered numbers, undefined in completions with fewer than `at_least` of them."""
    if any(number.undefined for number, _, possibly in items if possibly):
        return ANYTHING
    sure = [number for number, surely, _ in items if surely]
    maybe = [number for number, surely, possibly in items if possibly and not surely]
    needed = max(at_least, 1)
    if len(sure) + len(maybe) < needed:
        return NOWHERE
    low = _lowest_mean([n.low for n in sure], [n.low for n in maybe], needed)
    high = _lowest_mean(_negated(n.high for n in sure), _negated(n.high for n in maybe), needed)
    return Number(low, None if high is None else -high, undefined=len(sure) < needed)


def _negated(values: Iterable[Exact | None]) -> list[Exact | None]:
    return [None if value is None else -value for value in values]


def _lowest_mean(sure: Sequence[Exact | None], maybe: Sequence[Exact | None], needed: int) -> Exact | None:
    """Return the lowest mean of all of `sure` and any of `maybe`, of at least `needed` numbers (None: unbounded)."""
    if any(value is None for value in (*sure, *maybe)):
        return None
    result: Exact = sum(value for value in sure if value is not None)
    count = len(sure)
    for value in sorted(value for value in maybe if value is not None):
        if count >= needed and value * count >= result:
            break
        result += value
        count += 1
    return exact(Fraction(result) / count)
