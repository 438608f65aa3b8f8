"""A world with some facts replaced: what would be so if they were this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from rehabflow.conditions.possible import Number, Possible
from rehabflow.conditions.scope import Fact
from rehabflow.conditions.world import Entry, Member, Window, World
from rehabflow.instants import Instant, hours_between

SECONDS_AN_HOUR = 3600


class Overlay:
    """A world in which some facts have other values; derived facts that follow from them are worked out anew.

    `values` are keyed like facts. `known` replaces what `known(x)` answers, for keys that are in it; other keys
    answer as before, since giving a value to what is missing does not record it. Dated entries stay as they are.
    """

    def __init__(
        self, world: World, values: Mapping[str, Possible], known: Mapping[str, bool] | None = None
    ) -> None:
        inner = world if isinstance(world, Overlay) else None
        self.world: World = world if inner is None else inner.world
        self.values: Mapping[str, Possible] = {**(inner.values if inner else {}), **values}
        self.known: Mapping[str, bool] = {**(inner.known if inner else {}), **(known or {})}
        self._derived: dict[str, Possible] = {}

    @property
    def today(self) -> int:
        """The day of the decision, as an ordinal."""
        return self.world.today

    def fact(self, key: str) -> Possible:
        """Return the replaced value, or that of the world below; for derived facts see `value`."""
        found = self.values.get(key)
        return self.world.fact(key) if found is None else found

    def value(self, fact: Fact) -> Possible:
        """Return what a fact can be, derived anew when something it follows from is replaced."""
        if (
            fact.derived is None
            or fact.key in self.values
            or self.values.keys().isdisjoint(derived_reads(fact))
        ):
            return self.fact(fact.key)
        found = self._derived.get(fact.key)
        if found is None:
            from rehabflow.conditions.derived import evaluate_derived

            found = self._derived[fact.key] = evaluate_derived(fact, self)
        return found

    def is_known(self, key: str) -> bool:
        """Return whether the fact has a valid observation."""
        found = self.known.get(key)
        return self.world.is_known(key) if found is None else found

    def is_cleared(self, scope: str) -> bool:
        """Return whether there is a live clearance of this scope."""
        return self.world.is_cleared(scope)

    def has_happened(self, event: str) -> bool:
        """Return whether such an event is on record."""
        return self.world.has_happened(event)

    def hours_since(self, key: str) -> tuple[Fraction, Fraction] | None:
        """Return the least and most hours since a dated fact; a replaced one has no time of day."""
        found = self.values.get(key)
        if found is None or not isinstance(found.value, Number):
            return self.world.hours_since(key)
        first, last = found.value.low, found.value.high
        if first is None or last is None:
            return None
        now = Instant(self.today)
        low, _ = hours_between(Instant(int(last)), now)
        _, high = hours_between(Instant(int(first)), now)
        return Fraction(low, SECONDS_AN_HOUR), Fraction(high, SECONDS_AN_HOUR)

    def entries(self, key: str, window: Window) -> Sequence[Entry]:
        """Return the dated values of the world below."""
        return self.world.entries(key, window)

    def members(self, window: Window) -> Sequence[Member]:
        """Return the sessions or visits of the world below."""
        return self.world.members(window)

    def sessions_done(self, window: Window) -> tuple[int, int]:
        """Return the least and the most number of sessions done."""
        return self.world.sessions_done(window)

    def adherence(self, window: Window) -> tuple[Fraction, Fraction]:
        """Return the least and most percent of expected sessions done."""
        return self.world.adherence(window)

    def sides(self, key: str) -> tuple[Possible, Possible]:
        """Return (involved, uninvolved), each replaced where its fact is."""
        involved, uninvolved = self.world.sides(key)
        return self.values.get(f"{key}.involved", involved), self.values.get(f"{key}.uninvolved", uninvolved)

    def baseline(self, key: str) -> Possible:
        """Return the value that improvement and worsening count from."""
        return self.world.baseline(key)


@lru_cache(maxsize=4096)
def derived_reads(fact: Fact) -> frozenset[str]:
    """Return the keys that a derived fact follows from, through other derived facts; empty for a recorded one."""
    derived = fact.derived
    if derived is None:
        return frozenset()
    conditions = [derived.value, *(condition for _, condition in derived.picks)]
    return frozenset().union(*(condition.reads for condition in conditions if condition is not None))
