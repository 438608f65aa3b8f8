"""What a condition may ask of the record: the port that the engine's facts (and tests) implement."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

import attrs

from rehabflow.conditions.possible import Boolean, Possible
from rehabflow.frozen import frozen
from rehabflow.instants import Duration


@frozen
class Window:
    """Which dated entries a series reads; all None is the default window of the place it stands in.

    `since` and `before` are an event's key, `stage` or `trigger`; `of` is an assessment, whose visits are then
    the members.
    """

    last: Duration | None = None
    ending: Duration | None = None
    since: str | None = None
    before: str | None = None
    of: str | None = None


@frozen
class Entry:
    """One dated value of a series, or several alike (between at_least and at_most of them lie in the window).

    `mixed_with`: it lies, in unknown order, among itself and that many entries that follow it (a diary line).
    An answer that is not due yet is no entry.
    """

    value: Possible
    at_least: int = 1
    at_most: int = 1
    mixed_with: int = 0


@frozen(eq=False)
class Member:
    """One session (or visit) of a series, seen as a world of its own.

    `is_entry` is false for an expected session that nobody reported: an unknown member of every series but
    `times`. A member with `anonymous` stands for `at_least` to `at_most` sessions of a diary line; it lies, in
    unknown order, among itself and the `mixed_with` members that follow it in the sequence. `not_due` are keys
    whose answers are neither given nor due yet: a condition that they leave open skips the member, one that is
    decided without them counts it. A member with `is_told` is no session but a yes told
    without one: it counts in `times` over yes_no items and nowhere else. `answers` remembers what conditions gave
    that read nothing but the member.
    """

    world: World
    is_entry: bool = True
    anonymous: bool = False
    at_least: int = 1
    at_most: int = 1
    mixed_with: int = 0
    not_due: frozenset[str] = frozenset()
    is_told: bool = False
    answers: dict[object, Boolean] = attrs.field(factory=dict, repr=False)


class World(Protocol):
    """The facts at one moment. Keys are those of `scope.Fact`; every answer is pure."""

    @property
    def today(self) -> int:
        """The day of the decision, as an ordinal."""

    def fact(self, key: str) -> Possible:
        """Return what the fact can be now; unknown facts give their whole domain."""

    def is_known(self, key: str) -> bool:
        """Return whether the fact has a valid observation (a value or declined)."""

    def is_cleared(self, scope: str) -> bool:
        """Return whether there is a live clearance of this scope."""

    def has_happened(self, event: str) -> bool:
        """Return whether such an event is on record."""

    def hours_since(self, key: str) -> tuple[Fraction, Fraction] | None:
        """Return the least and most hours since the dated fact (an event, or `trigger`); None if unknown."""

    def entries(self, key: str, window: Window) -> Sequence[Entry]:
        """Return the dated values of a measure or diary item, newest first; unknown ones included."""

    def members(self, window: Window) -> Sequence[Member]:
        """Return the sessions (visits, with `of`) of the window, newest first."""

    def sessions_done(self, window: Window) -> tuple[int, int]:
        """Return the least and the most number of sessions done."""

    def adherence(self, window: Window) -> tuple[Fraction, Fraction]:
        """Return the least and most percent of expected sessions done, 0 to 100."""

    def sides(self, key: str) -> tuple[Possible, Possible]:
        """Return (involved, uninvolved) of a sided measure, both from its newest visit with both sides."""

    def baseline(self, key: str) -> Possible:
        """Return the value that improvement and worsening count from (`first`, or the last before an event)."""
