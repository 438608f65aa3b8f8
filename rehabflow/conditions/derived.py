"""Derived measures: worked out from others, rounded to their own decimals, with the bands still possible."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from rehabflow.conditions import intervals
from rehabflow.conditions.cutting import cuts
from rehabflow.conditions.joins import as_number, is_definite
from rehabflow.conditions.nodes import Cut, Node, Pick
from rehabflow.conditions.possible import Number, Possible, unknown
from rehabflow.conditions.reference import Here, boolean, possible
from rehabflow.conditions.scope import Fact
from rehabflow.conditions.split import settle
from rehabflow.conditions.types import Exact, NumberType
from rehabflow.conditions.uses import EITHER, used_both_ways, uses
from rehabflow.conditions.world import Entry, Member, Window, World
from rehabflow.frozen import frozen

Status = Literal["computed", "incomplete", "invalid"]


def evaluate_derived(fact: Fact, world: World) -> Possible:
    """Return what a derived measure can be: a number rounded to its decimals, or the choices still possible.

    Raises:
        ValueError: the fact is not derived.
    """
    if fact.derived is None:
        raise ValueError(f"{fact.key} is recorded, not derived")
    tree, cut = _tree(fact)
    found = settle(lambda where: possible(tree, Here(where)), cut, world)
    if isinstance(fact.type, NumberType):
        number = as_number(found)
        return Possible(
            number if fact.type.decimals is None else intervals.rounded(number, fact.type.decimals)
        )
    return unknown(fact.type) if found.may_be_declined else found


def status_of(fact: Fact, found: Possible) -> Status:
    """Return the status of a derived measure.

    Computed: one value, or one band. Invalid: undefined in every completion. Incomplete: anything else.
    """
    if isinstance(found.value, Number) and found.value.nowhere:
        return "invalid"
    if is_definite(found) or (fact.bands and len(bands_of(fact, found)) == 1):
        return "computed"
    return "incomplete"


@lru_cache(maxsize=4096)
def _tree(fact: Fact) -> tuple[Node, tuple[Cut, ...]]:
    """Return the tree of a derived fact and the facts that it uses in both directions."""
    derived = fact.derived
    assert derived is not None  # the callers looked
    if derived.value is not None:
        return derived.value.tree, derived.value.cuts
    picks = tuple(
        (option, None if condition is None else condition.tree) for option, condition in derived.picks
    )
    tree = Pick((0, 0), fact.type, picks)
    return tree, cuts([tree], used_both_ways(tuple(uses(tree, EITHER))))


def bands_of(fact: Fact, found: Possible) -> tuple[str, ...]:
    """Return the bands from that of the lowest possible value to that of the highest, in declared order."""
    names = tuple(name for name, _ in fact.bands)
    value = as_number(found)
    if value.undefined or value.low is None or value.high is None:
        return names
    ends = sorted((band_index(fact, value.low), band_index(fact, value.high)))
    return names[ends[0] : ends[1] + 1]


def band_index(fact: Fact, value: Exact) -> int:
    """Return the position of the band that one value lies in."""
    alone = Here(_Alone(fact.key, Possible(Number(value, value))))
    for index, (_, condition) in enumerate(fact.bands):
        if condition is None or boolean(condition.tree, alone).surely:
            return index
    return len(fact.bands) - 1


@frozen
class _Alone:
    """A world in which one fact is known and nothing else can be asked for."""

    key: str
    only: Possible

    @property
    def today(self) -> int:
        raise LookupError("a band reads only its own measure")

    def fact(self, key: str) -> Possible:
        if key != self.key:
            raise LookupError(f"a band of {self.key} reads {key}")
        return self.only

    def is_known(self, key: str) -> bool:
        return key == self.key

    def is_cleared(self, scope: str) -> bool:
        raise LookupError(scope)

    def has_happened(self, event: str) -> bool:
        raise LookupError(event)

    def hours_since(self, key: str) -> tuple[Fraction, Fraction] | None:
        raise LookupError(key)

    def entries(self, key: str, window: Window) -> Sequence[Entry]:
        raise LookupError(key, window)

    def members(self, window: Window) -> Sequence[Member]:
        raise LookupError(window)

    def sessions_done(self, window: Window) -> tuple[int, int]:
        raise LookupError(window)

    def adherence(self, window: Window) -> tuple[Fraction, Fraction]:
        raise LookupError(window)

    def sides(self, key: str) -> tuple[Possible, Possible]:
        raise LookupError(key)

    def baseline(self, key: str) -> Possible:
        raise LookupError(key)
