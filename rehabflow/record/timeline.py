"""The fold of an episode's events into dated series, as they are known at one moment, corrections applied."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.record.events import (
    Cleared,
    Corrected,
    Decided,
    DiaryLine,
    Event,
    Happened,
    History,
    Observed,
    Ordered,
    Overridden,
    Pinned,
    Placed,
    Removed,
    SessionLogged,
    Visited,
    Withdrawn,
)
from rehabflow.record.values import Absent, Answer

Key: TypeAlias = tuple[int, int]


def order_of(at: Instant) -> Key:
    """Return what instants are sorted by: the day, then the time; a day without time comes before its times."""
    return at.day, -1 if at.second is None else at.second


def is_later(entry: Instant, than: Instant) -> bool:
    """Return whether `entry` is surely later: the same instant is not, nor is the same day without a time."""
    if than.second is None or entry.second is None:
        return entry.day > than.day
    return entry.earliest > than.latest


@frozen
class Dated:
    """What was recorded of one key at one instant; several answers: it is one of them until corrected."""

    at: Instant
    answers: tuple[Answer, ...]


@frozen
class StageEntry:
    """A track's stage and when it was entered; `decided`: by a decision, not placed by a person."""

    at: Instant
    stage: str
    decided: bool = False


class Series:
    """Dated entries of one key in order of time."""

    def __init__(self) -> None:
        self.entries: list[Dated] = []
        self._orders: list[Key] = []

    def add(self, at: Instant, answer: Answer) -> None:
        """Insert an answer; another answer at the same instant joins it."""
        order = order_of(at)
        index = bisect_right(self._orders, order)
        if index and self._orders[index - 1] == order:
            present = self.entries[index - 1]
            if answer not in present.answers:
                answers = tuple(sorted((*present.answers, answer), key=_rank))
                self.entries[index - 1] = Dated(at, answers)
            return
        self._orders.insert(index, order)
        self.entries.insert(index, Dated(at, (answer,)))

    def upto(self, moment: Instant) -> int:
        """Return how many entries are not later than the moment."""
        return bisect_right(self._orders, order_of(moment))

    def newest(self, moment: Instant) -> Dated | None:
        """Return the newest entry not later than the moment."""
        index = self.upto(moment)
        return self.entries[index - 1] if index else None

    def correct(self, on: Instant, to: Answer) -> None:
        """Replace what was recorded at `on` (a day without time: all of that day)."""
        for index, entry in enumerate(self.entries):
            same = entry.at.day == on.day if on.second is None else entry.at == on
            if same:
                self.entries[index] = Dated(entry.at, (to,))


def _rank(answer: Answer) -> tuple[str, str]:
    if isinstance(answer, frozenset):
        return "set", ",".join(sorted(answer))
    return type(answer).__name__, str(answer)


@attrs.define(eq=False)
class Timeline:
    """What is known at `known_by` of an episode. Lists are in order of clinical time, never changed after."""

    day_0: int
    involved: str
    known_by: Instant
    series: dict[str, Series] = attrs.field(factory=dict)
    sessions: list[SessionLogged] = attrs.field(factory=list)
    lines: list[DiaryLine] = attrs.field(factory=list)
    happened: dict[str, list[Happened]] = attrs.field(factory=dict)
    clearances: dict[str, list[Cleared | Withdrawn]] = attrs.field(factory=dict)
    overrides: list[Overridden] = attrs.field(factory=list)
    orders: list[Ordered] = attrs.field(factory=list)
    pins: list[Pinned | Removed] = attrs.field(factory=list)
    stages: dict[str, list[StageEntry]] = attrs.field(factory=dict)
    decisions: list[Decided] = attrs.field(factory=list)
    visits: list[Instant] = attrs.field(factory=list)
    moments: list[Instant] = attrs.field(factory=list)
    corrections: list[Corrected] = attrs.field(factory=list)
    elsewhere: Elsewhere | None = None
    memo: dict[object, Any] = attrs.field(factory=dict, repr=False)  # Any: answers of several functions

    def newest(self, key: str, moment: Instant) -> Dated | None:
        """Return the newest entry of a key not later than the moment."""
        series = self.series.get(key)
        return series.newest(moment) if series else None

    def event(self, event: str, moment: Instant) -> Happened | None:
        """Return the newest happening of an event not later than the moment."""
        found = [item for item in self.happened.get(event, ()) if order_of(item.at) <= order_of(moment)]
        return found[-1] if found else None

    def stage(self, track: str, moment: Instant, *, before_deciding: bool = False) -> StageEntry | None:
        """Return the stage a track was in at the moment; None before its first.

        `before_deciding`: a decision of the moment itself does not count yet.
        """
        limit = order_of(moment)
        found = [
            entry
            for entry in self.stages.get(track, ())
            if order_of(entry.at) < limit
            or (order_of(entry.at) == limit and not (entry.decided and before_deciding))
        ]
        return found[-1] if found and found[-1].stage != "none" else None

    def decision_on(self, day: int) -> Decided | None:
        """Return the newest decision of that day or before it: its plans are in force."""
        found = None
        for decision in self.decisions:
            if decision.at.day > day:
                break
            found = decision
        return found


def fold(history: History, now: Instant) -> Timeline:
    """Return what is known of the episode by `now`; a correction concerns what was on record when it was made."""
    timeline = Timeline(history.day_0, history.involved, now)
    limit = order_of(now)
    for index, event in enumerate(history.events):
        if order_of(event.recorded) > limit:
            continue
        _add(timeline, event)
        correction = event
        if isinstance(event, Withdrawn) and not event.what.startswith("clearance."):
            correction = _as_correction(history.events[:index], event)
        if isinstance(correction, Corrected):
            timeline.corrections.append(correction)
            _correct(timeline, correction)
    _share(timeline)
    _sort(timeline)
    return timeline


def _as_correction(earlier: Sequence[Event], withdrawn: Withdrawn) -> Event:
    """Return the correction to unknown of what was withdrawn: the newest observation not later than that.

    One of the same visit is the newest: what was entered by mistake is taken back where it was entered.
    """
    found = [
        event
        for event in earlier
        if isinstance(event, Observed)
        and event.key == withdrawn.what
        and order_of(event.at) <= order_of(withdrawn.at)
    ]
    if not found:
        return withdrawn
    on = max((event.at for event in found), key=order_of)
    at, recorded = withdrawn.at, withdrawn.recorded
    return Corrected(at, recorded, withdrawn.what, on, Absent.UNKNOWN, withdrawn.by, withdrawn.reason)


def _add(timeline: Timeline, event: Event) -> None:  # noqa: C901, PLR0912 - one case an event
    match event:
        case Observed(at=at, key=key, answer=answer):
            timeline.series.setdefault(key, Series()).add(at, answer)
        case SessionLogged():
            timeline.sessions.append(event)
        case DiaryLine():
            timeline.lines.append(event)
        case Happened(event=name):
            timeline.happened.setdefault(name, []).append(event)
        case Cleared(scope=scope):
            timeline.clearances.setdefault(scope, []).append(event)
        case Withdrawn(what=what) if what.startswith("clearance."):
            timeline.clearances.setdefault(what.removeprefix("clearance."), []).append(event)
        case Overridden():
            timeline.overrides.append(event)
        case Ordered():
            timeline.orders.append(event)
        case Pinned() | Removed():
            timeline.pins.append(event)
        case Placed(at=at, track=track, stage=stage):
            timeline.stages.setdefault(track, []).append(StageEntry(at, stage))
        case Decided(at=at, moves=moves):
            timeline.decisions.append(event)
            for move in moves:
                timeline.stages.setdefault(move.track, []).append(StageEntry(at, move.after, decided=True))
        case Visited(at=at):
            timeline.visits.append(at)
        case Elsewhere():
            timeline.elsewhere = event
    if not isinstance(event, Decided | Elsewhere):
        timeline.moments.append(event.at)


def _share(timeline: Timeline) -> None:
    """Add the answers that other episodes share; what was recorded here at the same instant comes first."""
    for shared in timeline.elsewhere.episodes if timeline.elsewhere is not None else ():
        for answer in shared.answers:
            present = timeline.newest(answer.key, answer.at)
            if present is None or order_of(present.at) != order_of(answer.at):
                timeline.series.setdefault(answer.key, Series()).add(answer.at, answer.answer)


def _correct(timeline: Timeline, correction: Corrected) -> None:
    if correction.key.startswith("session."):
        _correct_session(timeline, correction)
    else:
        timeline.series.setdefault(correction.key, Series()).correct(correction.on, correction.to)


def _correct_session(timeline: Timeline, correction: Corrected) -> None:
    item = correction.key.removeprefix("session.")
    for index, session in enumerate(timeline.sessions):
        on = correction.on
        if session.at.day == on.day if on.second is None else session.at == on:
            answers: Mapping[str, Answer] = {**session.answers, item: correction.to}
            timeline.sessions[index] = attrs.evolve(session, answers=answers)


def _sort(timeline: Timeline) -> None:
    timeline.sessions.sort(key=lambda session: order_of(session.at))
    timeline.lines.sort(key=lambda line: order_of(line.at))
    timeline.decisions.sort(key=lambda decision: order_of(decision.at))
    for happened in timeline.happened.values():
        happened.sort(key=lambda event: order_of(event.at))
    for clearances in timeline.clearances.values():
        clearances.sort(key=lambda event: order_of(event.at))
    for entries in timeline.stages.values():
        entries.sort(key=lambda entry: order_of(entry.at))
    timeline.orders.sort(key=lambda order: order_of(order.at))
    timeline.moments = sorted(set(timeline.moments), key=order_of)
