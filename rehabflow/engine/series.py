"""Dated entries and sessions as the condition language's series read them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from rehabflow.conditions.possible import Boolean, Number, Possible, known, unknown
from rehabflow.conditions.types import BooleanType, Type
from rehabflow.conditions.world import Entry, Member, Window
from rehabflow.engine import sessions
from rehabflow.engine.prepared import SIDES
from rehabflow.engine.sessions import Line, Reported, answer_is_due
from rehabflow.engine.values import is_settled, no_worse_than, possible_of, possible_of_dated
from rehabflow.engine.views import View
from rehabflow.engine.windows import Span, span_of
from rehabflow.instants import Instant
from rehabflow.record.events import DiaryLine, SessionLogged
from rehabflow.record.timeline import Dated, is_later, order_of
from rehabflow.record.values import Absent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rehabflow.engine.facts import Facts

MOST = 1_000
"""More sessions than a series may have: how many there are of those that nothing is known of."""


def span(facts: Facts, window: Window, *, whole_episode: bool = False) -> Span:
    """Return the stretch of the record that a window means in this context; worked out once."""
    place = window, whole_episode
    found = facts.spans.get(place)
    if found is None:
        found = facts.spans[place] = _span(facts, window, whole_episode=whole_episode)
    return found


def _span(facts: Facts, window: Window, *, whole_episode: bool) -> Span:
    since: Instant | None = None
    strictly = False
    before: Instant | None = None
    if window.since is not None:
        since = facts.instant_of(window.since)
        strictly = window.since == "trigger"
    elif window.before is not None:
        before = facts.instant_of(window.before)
    elif window.last is None and window.ending is None and facts.context.since_stage and not whole_episode:
        entry = facts.stage()
        since = entry.at if entry else None
    return span_of(window, facts.now, since=since, strictly_later=strictly, before=before)


def _waits(facts: Facts, instants: Iterable[Instant]) -> bool:
    """Return whether an `until` still waits for the series' first entry later than the trigger.

    Once there is one, the series looks back as far as its window; without one nothing of it is known.
    """
    trigger = facts.context.trigger
    return trigger is not None and not any(is_later(at, trigger) for at in instants)


def _sessions_wait(facts: Facts, stretch: Span) -> bool:
    found = [entry.session.at for entry in sessions.reported(facts.timeline, stretch)]
    found += [entry.line.at for entry in sessions.lines(facts.timeline, stretch) if entry.at_most]
    return _waits(facts, found)


def entries(facts: Facts, key: str, window: Window, *, whole_episode: bool = False) -> Sequence[Entry]:
    """Return the dated values of a measure or diary item in a window, newest first."""
    stretch = span(facts, window, whole_episode=whole_episode)
    if key.startswith("session."):
        return _session_entries(facts, key, stretch)
    found = []
    instants = []
    for at in reversed(moments_of(facts, key)):
        surely, possibly = stretch.holds(at)
        if possibly:
            found.append(Entry(value_at(facts, key, at), at_least=int(surely)))
            instants.append(at)
    return [_nothing_known(facts, key)] if _waits(facts, instants) else found


def _nothing_known(facts: Facts, key: str) -> Entry:
    return Entry(unknown(facts.prepared.fact(key).type), at_least=0, at_most=MOST)


def moments_of(facts: Facts, key: str) -> list[Instant]:
    """Return when a measure had a dated value up to now, oldest first; a derived one has one where a part has."""
    if _is_recorded(facts, key):
        return [entry.at for entry in _upto_now(facts, key)]
    instants = {
        order_of(entry.at): entry.at
        for part in facts.prepared.series_keys(key)
        if not part.startswith("@")
        for entry in _upto_now(facts, part)
    }
    return [at for _, at in sorted(instants.items())]


def value_at(facts: Facts, key: str, at: Instant) -> Possible:
    """Return the value that a measure had at one of its moments."""
    if _is_recorded(facts, key):
        return possible_of_dated(facts.prepared.fact(key).type, facts.timeline.newest(key, at))
    as_it_was = facts.within(attrs.evolve(facts.context, trigger=None, only_at=None))
    return as_it_was.at(at, visit=False).fact(key)


def _is_recorded(facts: Facts, key: str) -> bool:
    """Return whether a measure has entries of its own: it is not derived, and is no view of two sides."""
    side = facts.prepared.sides.get(key)
    return facts.prepared.fact(key).derived is None and (side is None or side.side in SIDES)


def _upto_now(facts: Facts, key: str) -> list[Dated]:
    series = facts.timeline.series.get(key)
    return series.entries[: series.upto(facts.now)] if series else []


def baseline(facts: Facts, key: str) -> Possible:
    """Return the first value of the episode, or with `before:<event>` the last before that event."""
    rule = facts.prepared.rulebook.protocol.baseline
    moments = moments_of(facts, key)
    if rule.startswith("before:"):
        event = facts.timeline.event(rule.removeprefix("before:"), facts.now)
        moments = [at for at in moments if event is not None and order_of(at) < order_of(event.at)][-1:]
    return value_at(facts, key, moments[0]) if moments else unknown(facts.prepared.fact(key).type)


def sides(facts: Facts, key: str) -> tuple[Possible, Possible]:
    """Return (involved, uninvolved) if the newest valid entries of both sides are from one visit; else unknown."""
    rule = facts.prepared.rulebook.measures[key]
    neither = unknown(rule.type, declinable=rule.declinable)
    involved = facts.timeline.involved
    left, right = (facts.valid(rule, f"{key}.{side}") for side in SIDES)
    if not involved or left is None or right is None or order_of(left.at) != order_of(right.at):
        return neither, neither
    values = {"left": possible_of_dated(rule.type, left), "right": possible_of_dated(rule.type, right)}
    return values[involved], values[SIDES[1 - SIDES.index(involved)]]


# -- sessions


def newest_session_entry(facts: Facts) -> Instant | None:
    """Return the instant of the newest entry or diary line of sessions that were done, or in which a yes was told."""
    limit = order_of(facts.now)
    entries: list[SessionLogged | DiaryLine] = [*facts.timeline.sessions, *facts.timeline.lines]
    found = [
        one.at for one in entries if order_of(one.at) <= limit and (one.done > 0 or sessions.yes_in(one))
    ]
    return max(found, key=order_of) if found else None


def blank_sessions(facts: Facts, key: str) -> list[Instant]:
    """Return the sessions and diary lines up to now that leave a diary item open that is due."""
    item = key.removeprefix("session.")
    if key not in facts.prepared.rulebook.diary:
        return []
    limit = order_of(facts.now)
    found = [
        session.at
        for session in facts.timeline.sessions
        if order_of(session.at) <= limit
        and session.done > 0
        and session.answers.get(item, Absent.UNKNOWN) is Absent.UNKNOWN
        and key not in _not_due(facts, session)
    ]
    found += [
        line.at
        for line in facts.timeline.lines
        if order_of(line.at) <= limit and line.done > 0 and not is_settled(_worst(facts, key, line))
    ]
    return found


def sessions_done(facts: Facts, window: Window) -> tuple[int, int]:
    """Return the least and the most number of sessions done in a window."""
    stretch = span(facts, window)
    if _sessions_wait(facts, stretch):
        return 0, MOST
    return sessions.count_done(facts.timeline, stretch, facts.context.exercise)


def adherence_of(facts: Facts, window: Window) -> tuple[Fraction, Fraction]:
    """Return the least and most adherence in a window, in percent."""
    stretch = span(facts, window)
    if _sessions_wait(facts, stretch):
        return Fraction(0), Fraction(100)
    return sessions.adherence(facts.timeline, stretch, facts.context.exercise)


def members(facts: Facts, window: Window) -> Sequence[Member]:
    """Return the sessions of a window, or with `of` the visits at which that assessment was recorded, newest first."""
    if window.of is not None:
        return _visits(facts, window)
    exercise = facts.context.exercise
    stretch = span(facts, window)
    if _sessions_wait(facts, stretch):
        return [Member(_session_world(facts), anonymous=True, at_least=0, at_most=MOST)]
    found: list[tuple[int, int, Member]] = []
    for entry in sessions.reported(facts.timeline, stretch, exercise):
        world = _session_world(facts, entry.session)
        not_due = _not_due(facts, entry.session)
        answers = _answers(facts, entry.session)
        member = Member(world, at_least=int(entry.surely), not_due=not_due, answers=answers)
        found.append((entry.session.at.day, entry.session.at.second or 0, member))
    for day in sessions.unreported(facts.timeline, stretch, exercise):
        found.append((day.day, 0, Member(_session_world(facts), is_entry=False)))
    found.sort(key=lambda item: item[:2], reverse=True)
    for line in sessions.lines(facts.timeline, stretch):
        _insert_line(facts, found, line)
    told = [
        Member(_session_world(facts, entry.session), at_least=int(entry.surely), is_told=True)
        for entry in sessions.told(facts.timeline, stretch)
    ]
    return [*(member for _, _, member in found), *told]


def _answers(facts: Facts, entry: SessionLogged | DiaryLine) -> dict[object, Boolean]:
    """Return where conditions of one session (or line) are remembered, the same for every look at it."""
    key = ("answers", id(entry), facts.context, facts.now, facts.visit, facts.past)
    found: dict[object, Boolean] = facts.timeline.memo.setdefault(key, {})
    return found


def _insert_line(facts: Facts, found: list[tuple[int, int, Member]], line: Line) -> None:
    if not line.at_most:
        return
    index = next((i for i, item in enumerate(found) if item[0] <= line.last_day), len(found))
    mixed = sum(line.first_day <= item[0] <= line.last_day for item in found[index:])
    member = Member(
        _session_world(facts, line=line),
        anonymous=True,
        at_least=line.at_least,
        at_most=line.at_most,
        mixed_with=mixed,
        answers=_answers(facts, line.line),
    )
    found.insert(index, (line.last_day, 0, member))


def _visits(facts: Facts, window: Window) -> list[Member]:
    stretch = span(facts, attrs.evolve(window, of=None))
    instants: dict[tuple[int, int], Instant] = {}
    for key in facts.prepared.keys_of_assessment.get(window.of or "", ()):
        instants |= {order_of(entry.at): entry.at for entry in _upto_now(facts, key)}
    if _waits(facts, instants.values()):
        nowhere = facts.within(attrs.evolve(facts.context, only_at=Instant(0)))
        return [Member(nowhere, anonymous=True, at_least=0, at_most=MOST)]
    found = []
    for _, at in sorted(instants.items(), reverse=True):
        surely, possibly = stretch.holds(at)
        if possibly:
            then = facts.at(at, visit=True).within(attrs.evolve(facts.context, only_at=at, trigger=None))
            found.append(Member(then, at_least=int(surely)))
    return found


def _not_due(facts: Facts, session: SessionLogged) -> frozenset[str]:
    return frozenset(
        rule.key
        for rule in facts.prepared.rulebook.diary.values()
        if not answer_is_due(session, rule.definition.answered_after, facts.now)
    )


def _session_entries(facts: Facts, key: str, stretch: Span) -> list[Entry]:
    if _sessions_wait(facts, stretch):
        return [_nothing_known(facts, key)]
    found: list[tuple[int, int, Entry]] = []
    for reported in sessions.reported(facts.timeline, stretch, facts.context.exercise):
        if key not in _not_due(facts, reported.session):
            value = _answer(facts, key, reported.session)
            at = reported.session.at
            found.append((at.day, at.second or 0, Entry(value, at_least=int(reported.surely))))
    blank = unknown(facts.prepared.fact(key).type)
    for missing in sessions.unreported(facts.timeline, stretch, facts.context.exercise):
        found.append((missing.day, 0, Entry(blank, at_least=0)))
    for line in sessions.lines(facts.timeline, stretch):
        entry = Entry(_worst(facts, key, line.line), at_least=line.at_least, at_most=line.at_most)
        found.append((line.last_day, -1, entry))
    found.sort(key=lambda item: item[:2], reverse=True)
    return [entry for _, _, entry in found]


def _answer(facts: Facts, key: str, session: SessionLogged) -> Possible:
    rule = facts.prepared.rulebook.diary[key]
    answer = session.answers.get(rule.definition.id)
    if answer is None or not sessions.answer_is_due(session, rule.definition.answered_after, facts.now):
        return unknown(rule.type, declinable=rule.definition.declinable)
    return possible_of(rule.type, answer, declinable=rule.definition.declinable)


def _worst(facts: Facts, key: str, line: DiaryLine) -> Possible:
    """Return what an item was in each session of a diary line: no worse than the line says, if it does."""
    memo, place = facts.timeline.memo, (key, id(line))
    if place not in memo:
        rule = facts.prepared.rulebook.diary[key]
        worst, better = line.worst.get(rule.definition.id), rule.definition.shape.better
        memo[place] = unknown(rule.type) if worst is None else no_worse_than(rule.type, worst, better)
    found: Possible = memo[place]
    return found


def session_value(facts: Facts, key: str) -> Possible:
    """Return a plain `session.x`: of the newest session whose answer is due; `session.date`: its day."""
    stretch = span(facts, Window())
    newest = _newest_due(facts, key, stretch)
    if key == "session.date":
        return _session_date(facts, newest)
    if newest is None:
        return unknown(facts.prepared.fact(key).type)
    if isinstance(newest, Line):
        return _worst(facts, key, newest.line)
    return _answer(facts, key, newest.session)


def _newest_due(facts: Facts, key: str, stretch: Span) -> Reported | Line | None:
    newest: Reported | Line | None = None
    day = 0
    for entry in sessions.reported(facts.timeline, stretch, facts.context.exercise):
        if key not in _not_due(facts, entry.session):
            newest, day = entry, entry.session.at.day
            break
    for line in sessions.lines(facts.timeline, stretch):
        if line.at_most and line.last_day > day:
            return line
    return newest


def _session_date(facts: Facts, newest: Reported | Line | None) -> Possible:
    type_ = facts.prepared.fact("session.date").type
    if isinstance(newest, Reported):
        return known(type_, newest.session.at.day)
    if isinstance(newest, Line):
        first = newest.first_day + newest.line.done - 1
        return Possible(Number(Fraction(first), Fraction(newest.last_day)))
    entry = facts.stage()
    return known(type_, entry.at.day) if entry else unknown(type_)


def did_value(facts: Facts, name: str) -> Possible:
    """Return `did.x` of this exercise in the newest session in which it was due."""
    type_ = facts.prepared.fact(f"did.{name}").type
    for entry in sessions.reported(facts.timeline, span(facts, Window()), facts.context.exercise):
        return _did(type_, entry.session, facts.context.exercise, name)
    return unknown(type_)


def _did(type_: Type, session: SessionLogged, exercise: str, name: str) -> Possible:
    done = session.did.get(exercise)
    answer = getattr(done, name) if done is not None else None
    if answer is None:
        return unknown(type_)
    return known(type_, answer if isinstance(type_, BooleanType) else Fraction(answer))


@attrs.define(eq=False)
class SessionWorld(View):
    """One session (or a diary line's, or an unreported one) as a world: everything but `session` and `did` as now."""

    facts: Facts
    session: SessionLogged | None
    line: Line | None

    def fact(self, key: str) -> Possible:
        """Return the session's own answer, or the fact as it is now."""
        if key.startswith("did."):
            type_ = self.facts.prepared.fact(key).type
            if self.session is None:
                return unknown(type_)
            return _did(type_, self.session, self.facts.context.exercise, key.removeprefix("did."))
        if not key.startswith("session.") or key == "session.date":
            return self.facts.fact(key)
        if self.line is not None:
            return _worst(self.facts, key, self.line.line)
        if self.session is None:
            return unknown(self.facts.prepared.fact(key).type)
        return _answer(self.facts, key, self.session)


def _session_world(
    facts: Facts, session: SessionLogged | None = None, line: Line | None = None
) -> SessionWorld:
    return SessionWorld(facts, facts, session, line)
