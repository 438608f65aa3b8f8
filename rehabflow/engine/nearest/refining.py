"""What was found, made as near as it can be, and how wide the ranges are that would do as well."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from rehabflow.conditions.possible import Number
from rehabflow.conditions.types import Exact, NumberType
from rehabflow.engine.nearest.points import Point, decimal_of, point_of
from rehabflow.engine.nearest.search import Found, Search
from rehabflow.engine.nearest.slots import Slot
from rehabflow.frozen import frozen

Points: TypeAlias = Mapping[Slot, Point]


@frozen(eq=False)
class Refined:
    """A change. Between `low` and `high` a number does as well, the other changes as they are; None: no end."""

    slot: Slot
    point: Point
    low: Exact | None = None
    high: Exact | None = None


def refined(found: Found, search: Search) -> list[Refined]:
    """Return the changes of a find, each number at its nearest, with the range that would do as well."""
    points = {slot: slot.points[place] for slot, place in found.chosen}
    for slot in points:
        if slot.coarse and isinstance(slot.before, Decimal):
            points[slot] = _nearer(slot, points, search)
    return [_widened(slot, points, search) for slot in points]


def _does(points: Points, slot: Slot, point: Point, search: Search) -> bool:
    return search.does({one: other.answers for one, other in {**points, slot: point}.items()})


def _type_of(slot: Slot, search: Search) -> NumberType | None:
    """Return the type of a slot that holds one number."""
    if slot.kind not in ("answer", "session", "line") or slot.key not in search.rulebook.facts:
        return None
    type_ = search.rulebook.facts[slot.key].type
    return type_ if isinstance(type_, NumberType) else None


def _nearer(slot: Slot, points: Points, search: Search) -> Point:
    """Return the number nearest to the recorded one that will do, by halving what lies between."""
    type_ = _type_of(slot, search)
    after = points[slot].answers.get(slot.key)
    if type_ is None or type_.decimals is None or not isinstance(after, Decimal):
        return points[slot]
    assert isinstance(slot.before, Decimal)  # the caller looked
    grid = 10**type_.decimals
    far, near = int(Fraction(after) * grid), int(Fraction(slot.before) * grid)
    best = points[slot]
    while abs(far - near) > 1:
        middle = (far + near) // 2
        value = decimal_of(Fraction(middle, grid))
        point = point_of(search.rulebook.facts[slot.key], slot.key, slot.before, value)
        if _does(points, slot, point, search):
            best, far = point, middle
        else:
            near = middle
    return best


def _widened(slot: Slot, points: Points, search: Search) -> Refined:
    point, type_ = points[slot], _type_of(slot, search)
    value = point.answers.get(slot.key)
    if type_ is None or not isinstance(value, Decimal):
        return Refined(slot, point)
    low: Exact = Fraction(value)
    high: Exact = low
    if point.region is not None and isinstance(point.region.value, Number) and not slot.coarse:
        low = low if point.region.value.low is None else point.region.value.low
        high = high if point.region.value.high is None else point.region.value.high
    others = sorted(((_number(one, slot), one) for one in slot.points), key=lambda pair: pair[0])
    for at, other in (pair for pair in others if pair[0] > high):
        if not _does(points, slot, other, search):
            break
        high = _end(other, at, is_high=True)
    for at, other in (pair for pair in reversed(others) if pair[0] < low):
        if not _does(points, slot, other, search):
            break
        low = _end(other, at, is_high=False)
    return Refined(slot, point, None if low == type_.low else low, None if high == type_.high else high)


def _number(point: Point, slot: Slot) -> Fraction:
    value = point.answers[slot.key]
    return Fraction(value) if isinstance(value, Decimal) else Fraction(0)


def _end(point: Point, at: Exact, *, is_high: bool) -> Exact:
    """Return how far the region of a point reaches."""
    if point.region is None or not isinstance(point.region.value, Number):
        return at
    end = point.region.value.high if is_high else point.region.value.low
    return at if end is None else end
