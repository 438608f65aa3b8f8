"""Sets of possible values: their union, their intersection, and whether only one value is left."""

from __future__ import annotations

from rehabflow.conditions import intervals
from rehabflow.conditions.possible import OPEN, Boolean, Choice, Number, Options, Possible, boolean_of
from rehabflow.conditions.types import Exact

Value = Boolean | Number | Choice | Options


def join(left: Possible, right: Possible) -> Possible:
    """Return the least possible value that covers both (for numbers, the interval of both)."""
    declined = left.may_be_declined or right.may_be_declined
    if left.value is None or right.value is None:
        return Possible(left.value if right.value is None else right.value, declined)
    return Possible(_join(left.value, right.value), declined)


def _join(left: Value, right: Value) -> Value:
    match left, right:
        case Boolean(), Boolean():
            return boolean_of(left.surely and right.surely, left.possibly or right.possibly)
        case Number(), Number():
            return intervals.hull(left, right)
        case Choice(), Choice():
            return Choice(left.options | right.options)
        case Options(), Options():
            return Options(left.surely & right.surely, left.possibly | right.possibly)
        case _:
            raise TypeError(f"{left} and {right} are not of one type")


def meet(left: Possible, right: Possible) -> Possible | None:
    """Return what both allow; None when nothing is."""
    declined = left.may_be_declined and right.may_be_declined
    value = None if left.value is None or right.value is None else _meet(left.value, right.value)
    return Possible(value, declined) if declined or value is not None else None


def _meet(left: Value, right: Value) -> Value | None:
    match left, right:
        case Boolean(), Boolean():
            surely, possibly = left.surely or right.surely, left.possibly and right.possibly
            return boolean_of(surely, possibly) if possibly or not surely else None
        case Number(), Number():
            low = _tighter(left.low, right.low, highest=True)
            high = _tighter(left.high, right.high, highest=False)
            undefined = left.undefined and right.undefined
            return (
                None if low is not None and high is not None and low > high else Number(low, high, undefined)
            )
        case Choice(), Choice():
            both = left.options & right.options
            return Choice(both) if both else None
        case Options(), Options():
            inside, maybe = left.surely | right.surely, left.possibly & right.possibly
            return Options(inside, maybe) if inside <= maybe else None
        case _:
            raise TypeError(f"{left} and {right} are not of one type")


def _tighter(one: Exact | None, other: Exact | None, *, highest: bool) -> Exact | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other) if highest else min(one, other)


def is_definite(possible: Possible) -> bool:
    """Return whether only one value is possible, or it is surely declined."""
    if possible.value is None:
        return True
    if possible.may_be_declined:
        return False
    match possible.value:
        case Boolean(surely, possibly):
            return surely == possibly
        case Number(low=low, high=high, undefined=undefined):
            return low is not None and low == high and not undefined
        case Choice(options):
            return len(options) == 1
        case Options(surely, possibly):
            return surely == possibly


def as_boolean(possible: Possible) -> Boolean:
    """Return the value as yes or no; declined, it may be either."""
    if isinstance(possible.value, Boolean) and not possible.may_be_declined:
        return possible.value
    return OPEN


def as_number(possible: Possible) -> Number:
    """Return the value as a number; undefined where it is declined."""
    value = possible.value
    if value is None:
        return intervals.NOWHERE
    if not isinstance(value, Number):
        raise TypeError(f"{value} is no number")
    return Number(value.low, value.high, undefined=True) if possible.may_be_declined else value


def as_choice(possible: Possible) -> frozenset[str] | None:
    """Return the options that are possible; None when it may be declined, so that any comparison may go either way."""
    if isinstance(possible.value, Choice) and not possible.may_be_declined:
        return possible.value.options
    return None


def as_options(possible: Possible) -> Options | None:
    """Return a set of choices; None when it may be declined."""
    if isinstance(possible.value, Options) and not possible.may_be_declined:
        return possible.value
    return None
