"""Worlds in which some of what is missing has been answered: the record with those answers added, today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import attrs

from rehabflow.conditions.possible import Possible, unknown
from rehabflow.conditions.world import Entry, Member, Window, World
from rehabflow.engine.asking.atoms import UNREPORTED
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.values import possible_of
from rehabflow.engine.views import View
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import Happened
from rehabflow.record.timeline import Series, Timeline, order_of
from rehabflow.record.values import Answer

Answers: TypeAlias = Mapping[str, Answer]
"""By atom; of `@unreported`: whether those sessions were done."""


def suppose(facts: Facts, context: Context, answers: Answers) -> World:
    """Return the world of a context in which these answers were given now.

    A measure's answer is an entry of today, an event's is its date. Answers to diary items fill every blank of that
    item; `@unreported` says whether the sessions that nobody reported were done.
    """
    entries: dict[str, Answer] = {}
    events: dict[str, Answer] = {}
    blanks: dict[str, Blank] = {}
    rulebook = facts.prepared.rulebook
    for atom, answer in answers.items():
        if atom in rulebook.diary:
            item = rulebook.diary[atom]
            whole = unknown(item.type, declinable=item.definition.declinable)
            blanks[atom] = Blank(answer, whole, possible_of(item.type, answer))
        elif atom.partition(".")[0] in rulebook.events:
            events[atom] = answer
        elif atom.startswith("did."):
            type_ = facts.prepared.fact(atom).type
            blanks[atom] = Blank(answer, unknown(type_), possible_of(type_, answer))
        elif atom != UNREPORTED:
            entries[atom] = answer
    world = facts.within(context)
    if entries or events:
        timeline = _with(facts.timeline, facts.now, entries, events)
        world = Facts(facts.prepared, timeline, facts.now, facts.visit, context, facts.past)
    unreported = answers.get(UNREPORTED)
    if not blanks and unreported is None:
        return world
    return Filled(world, blanks, None if unreported is None else bool(unreported), facts.timeline.memo)


def _with(timeline: Timeline, now: Instant, entries: Answers, events: Answers) -> Timeline:
    series = dict(timeline.series)
    for key, answer in entries.items():
        series[key] = _added(series.get(key), now, answer)
    happened = dict(timeline.happened)
    for key, answer in events.items():
        name, _, detail = key.partition(".")
        before = happened.get(name, [])
        newest = before[-1] if before else Happened(now, now, name)
        if detail:
            newest = attrs.evolve(newest, details={**newest.details, detail: str(answer)})
        else:
            newest = attrs.evolve(newest, at=Instant(answer.toordinal()))  # type: ignore[union-attr]  # a date
        happened[name] = [*before[:-1], newest]
    return attrs.evolve(timeline, series=series, happened=happened)


def _added(series: Series | None, now: Instant, answer: Answer) -> Series:
    """Return the series with this answer of now, in the place of any other of now."""
    found = Series()
    for entry in series.entries if series is not None else ():
        if order_of(entry.at) != order_of(now):
            for each in entry.answers:
                found.add(entry.at, each)
    found.add(now, answer)
    return found


@frozen(eq=False)
class Blank:
    """What an answer that nobody gave can be, and what it is filled with: `given`, as a value `filled`."""

    given: Answer
    whole: Possible
    filled: Possible


@attrs.define(eq=False)
class Filled(View):
    """A world in which blank answers of sessions are given, and unreported sessions were done or not (None: open).

    `memo` remembers, from one such world to the next, which members lack what, and members by what they were given.
    """

    blanks: Mapping[str, Blank]
    unreported: bool | None
    memo: dict[object, Any]  # Any: answers of two questions
    _members: dict[Window, list[Member]] = attrs.field(factory=dict)

    def fact(self, key: str) -> Possible:
        """Return what the fact can be; a blank answer of the newest session is filled."""
        found = self.below.fact(key)
        if key.startswith("did."):
            blank = self.blanks.get(key)
            return blank.filled if blank is not None and found == blank.whole else found
        if not key.startswith("session.") or key == "session.date":
            return found
        if key not in self.blanks and self.unreported is None:
            return found
        for member in self.members(Window()):
            if key not in member.not_due and (member.is_entry or member.anonymous) and not member.is_told:
                return member.world.fact(key)
        return found

    def members(self, window: Window) -> Sequence[Member]:
        """Return the sessions with their blanks filled."""
        found = self._members.get(window)
        if found is None:
            found = self._members[window] = list(self._filled(window))
        return found

    def _filled(self, window: Window) -> Iterator[Member]:
        for member in self.below.members(window):
            if member.is_told:
                yield member
            elif member.is_entry or self.unreported is not False:
                yield self._with_answers(member)

    def _with_answers(self, member: Member) -> Member:
        """Return a member with its blanks filled; the same member for the same answers, itself if it has no blanks."""
        keys = [key for key in self.blanks if key not in member.not_due and self._lacks(member, key)]
        is_entry = member.is_entry or self.unreported is True
        if not keys and is_entry == member.is_entry:
            return member
        key = (member, is_entry, *((key, self.blanks[key].given) for key in keys))
        found: Member | None = self.memo.get(key)
        if found is None:
            blanks = {key: self.blanks[key] for key in keys}
            world = FilledSession(member.world, blanks) if blanks else member.world
            counts = member.at_least, member.at_most, member.mixed_with
            found = self.memo[key] = Member(world, is_entry, member.anonymous, *counts, member.not_due)
        return found

    def _lacks(self, member: Member, key: str) -> bool:
        found: bool | None = self.memo.get((member, key))
        if found is None:
            found = self.memo[member, key] = member.world.fact(key) == self.blanks[key].whole
        return found

    def entries(self, key: str, window: Window) -> Sequence[Entry]:
        """Return dated entries, those of a diary item with their blanks filled."""
        if not key.startswith("session."):
            return self.below.entries(key, window)
        return [
            Entry(
                member.world.fact(key),
                member.at_least if member.is_entry else 0,
                member.at_most,
                member.mixed_with,
            )
            for member in self.members(window)
            if key not in member.not_due and not member.is_told
        ]

    def sessions_done(self, window: Window) -> tuple[int, int]:
        """Return the number of sessions done."""
        low, high = self.below.sessions_done(window)
        return (low, high) if self.unreported is None else (high, high) if self.unreported else (low, low)

    def adherence(self, window: Window) -> tuple[Fraction, Fraction]:
        """Return the adherence in percent."""
        low, high = self.below.adherence(window)
        return (low, high) if self.unreported is None else (high, high) if self.unreported else (low, low)


@attrs.define(eq=False)
class FilledSession(View):
    """One session with these of its blank answers given."""

    blanks: Mapping[str, Blank]

    def fact(self, key: str) -> Possible:
        """Return the session's own answer, or what a blank was filled with."""
        blank = self.blanks.get(key)
        return self.below.fact(key) if blank is None else blank.filled
