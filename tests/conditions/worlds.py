"""A simple scope and a simple world over dictionaries, for tests of conditions and of what uses them."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from rehabflow.conditions.checked import Checked, Polarity, check
from rehabflow.conditions.possible import Possible, Raw, known, unknown
from rehabflow.conditions.scope import Derived, Fact, Meaning, Several
from rehabflow.conditions.types import (
    Better,
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    SetType,
    Type,
)
from rehabflow.conditions.world import Entry, Member, Window, World
from rehabflow.instants import Instant, hours_between

Given = Any  # the other fields of Fact, each of its own type
TODAY = datetime.date(2024, 6, 14).toordinal()


def yes_no(key: str, **more: Given) -> Fact:
    return Fact(key, BooleanType(), **more)


def number(
    key: str,
    low: float | str = 0,
    high: float | str = 10,
    *,
    decimals: int = 0,
    unit: str | None = "{score}",
    better: Better = "lower",
    **more: Given,
) -> Fact:
    return Fact(
        key,
        NumberType(unit, Fraction(str(low)), Fraction(str(high)), decimals),
        better=better,
        **{"dated": True, **more},
    )


def choice(key: str, *choices: str, ordered: bool = False, **more: Given) -> Fact:
    return Fact(key, ChoiceType(choices, ordered), **{"dated": True, **more})


def options(key: str, *choices: str, **more: Given) -> Fact:
    return Fact(key, SetType(choices), **more)


def date(key: str, **more: Given) -> Fact:
    return Fact(key, DateType(), **more)


def event(key: str) -> Fact:
    return Fact(key, DateType(), is_event=True, is_instant=True)


@attrs.define(eq=False)
class DictScope:
    """A scope over a dictionary of meanings; facts stand under their keys."""

    meanings: dict[str, Meaning]
    clearance_scopes: Collection[str] = ()
    assessment_names: Collection[str] = ()

    @classmethod
    def of(
        cls,
        *facts: Fact,
        clearances: Collection[str] = (),
        assessments: Collection[str] = (),
        **names: Meaning,
    ) -> DictScope:
        return cls({**{fact.key: fact for fact in facts}, **names}, clearances, assessments)

    def find(self, name: str) -> Meaning | None:
        return self.meanings.get(name)

    def names(self) -> Collection[str]:
        return tuple(self.meanings)

    def clearances(self) -> Collection[str]:
        return self.clearance_scopes

    def assessments(self) -> Collection[str]:
        return self.assessment_names

    def facts(self) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        for meaning in self.meanings.values():
            for fact in meaning.facts if isinstance(meaning, Several) else [meaning]:
                if isinstance(fact, Fact):
                    found[fact.key] = fact
        return found

    def condition(self, text: str, polarity: Polarity = "free") -> Checked:
        return check(text, self, expects="condition", polarity=polarity)

    def score(self, text: str, type_: Type | None = None) -> Checked:
        return check(text, self, expects=type_ or "score", polarity="free")

    def derive(self, fact: Fact, text: str = "", *, picks: Sequence[tuple[str, str | None]] = ()) -> Fact:
        """Add a derived fact from texts and return it."""
        if text:
            derived = Derived(value=self.score(text, fact.type))
        else:
            pairs = tuple((option, None if when is None else self.condition(when)) for option, when in picks)
            derived = Derived(picks=pairs)
        found = attrs.evolve(fact, derived=derived)
        self.meanings[fact.key] = found
        return found

    def band(self, key: str, *bands: tuple[str, str | None]) -> Fact:
        """Give a fact bands from texts and return it."""
        fact = self.meanings[key]
        assert isinstance(fact, Fact)
        pairs = tuple((name, None if when is None else self.condition(when)) for name, when in bands)
        found = attrs.evolve(fact, bands=pairs)
        self.meanings[key] = found
        return found


@attrs.define(eq=False)
class DictWorld:
    """A world over dictionaries; what is not in them is unknown, never happened, not cleared, an empty series.

    `series` holds (day, value) pairs by key, newest first, `sessions` the members; of windows only `last`,
    `ending` and `before` (by `events`) are looked at, and `since` an event.
    """

    facts: Mapping[str, Fact]
    values: dict[str, Possible] = attrs.field(factory=dict)
    today: int = TODAY
    cleared: Collection[str] = ()
    events: dict[str, Instant] = attrs.field(factory=dict)
    now: Instant | None = None
    series: dict[str, list[tuple[int, Entry]]] = attrs.field(factory=dict)
    sessions: list[tuple[int, Member]] = attrs.field(factory=list)
    visits: dict[str, list[tuple[int, Member]]] = attrs.field(factory=dict)
    done: tuple[int, int] = (0, 0)
    percent: tuple[Fraction, Fraction] = (Fraction(100), Fraction(100))
    both_sides: dict[str, tuple[Possible, Possible]] = attrs.field(factory=dict)
    baselines: dict[str, Possible] = attrs.field(factory=dict)
    recorded: set[str] = attrs.field(factory=set)

    @classmethod
    def of(cls, scope: DictScope, /, **values: Raw | Possible) -> DictWorld:
        """Return a world with these facts; dots in keys are written `__`."""
        world = cls(scope.facts())
        for name, value in values.items():
            world.set(name.replace("__", "."), value)
        return world

    def set(self, key: str, value: Raw | Possible) -> None:
        self.values[key] = value if isinstance(value, Possible) else known(self.facts[key].type, value)
        self.recorded.add(key)

    def fact(self, key: str) -> Possible:
        found = self.values.get(key)
        if found is not None:
            return found
        fact = self.facts[key]
        if fact.is_event and key in self.events:
            return known(fact.type, self.events[key].day)
        if fact.derived is not None:
            from rehabflow.conditions.derived import evaluate_derived

            return evaluate_derived(fact, self)
        return unknown(fact.type, declinable=fact.declinable)

    def is_known(self, key: str) -> bool:
        return key in self.recorded

    def is_cleared(self, scope: str) -> bool:
        return scope in self.cleared

    def has_happened(self, event: str) -> bool:
        return event in self.events

    def hours_since(self, key: str) -> tuple[Fraction, Fraction] | None:
        if key not in self.events:
            return None
        low, high = hours_between(self.events[key], self.now or Instant(self.today))
        return Fraction(low, 3600), Fraction(high, 3600)

    def entries(self, key: str, window: Window) -> Sequence[Entry]:
        return [entry for day, entry in self.series.get(key, []) if self._is_inside(day, window)]

    def members(self, window: Window) -> Sequence[Member]:
        found = self.sessions if window.of is None else self.visits.get(window.of, [])
        return [member for day, member in found if self._is_inside(day, window)]

    def sessions_done(self, window: Window) -> tuple[int, int]:
        return self.done

    def adherence(self, window: Window) -> tuple[Fraction, Fraction]:
        return self.percent

    def sides(self, key: str) -> tuple[Possible, Possible]:
        nothing = unknown(self.facts[key].type)
        return self.both_sides.get(key, (nothing, nothing))

    def baseline(self, key: str) -> Possible:
        return self.baselines.get(key, unknown(self.facts[key].type))

    def _is_inside(self, day: int, window: Window) -> bool:
        end = self.today if window.ending is None else window.ending.days_before(self.today)
        if day > end or (window.last is not None and day <= window.last.days_before(end)):
            return False
        if window.since in self.events and day < self.events[window.since].day:
            return False
        return not (window.before in self.events and day >= self.events[window.before].day)


def session(scope: DictScope, **values: Raw | Possible) -> World:
    """Return the world of one session: `session.` facts by their short names."""
    return DictWorld.of(scope, **{f"session__{name}": value for name, value in values.items()})
