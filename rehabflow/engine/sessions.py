"""Sessions as series see them: entries, expected sessions that nobody reported, and diary lines."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Concatenate, ParamSpec, TypeVar

from rehabflow.engine.windows import Span
from rehabflow.frozen import frozen
from rehabflow.instants import Duration, Instant
from rehabflow.record.events import DiaryLine, SessionLogged, TrackPlan
from rehabflow.record.timeline import Timeline, order_of

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def remembered(
    function: Callable[Concatenate[Timeline, Arguments], Result],
) -> Callable[Concatenate[Timeline, Arguments], Result]:
    """Return the function with its results remembered on the timeline, which never changes; treat them as frozen."""

    @functools.wraps(function)
    def ask(timeline: Timeline, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        key = (function.__name__, *args, *kwargs.items())
        if key not in timeline.memo:
            timeline.memo[key] = function(timeline, *args, **kwargs)
        found: Result = timeline.memo[key]
        return found

    return ask


@frozen
class Reported:
    """A session with an entry of its own; `surely` in the span or only possibly."""

    session: SessionLogged
    surely: bool


@frozen
class Unreported:
    """A session day that is over, without an entry."""

    day: int


@frozen
class Line:
    """What a diary line adds to the sessions with entries of their own: `at_least` to `at_most` in the span."""

    line: DiaryLine
    first_day: int
    last_day: int
    at_least: int
    at_most: int
    expected_at_least: int
    expected_at_most: int
    done_at_least: int
    done_at_most: int


def expects_session(timeline: Timeline, day: int, exercise: str = "") -> bool:
    """Return whether the plan in force on a day makes it a session day (of an exercise, if named)."""
    decision = timeline.decision_on(day)
    if decision is None:
        return False
    for plan in decision.plans:
        cycles = [plan.cycle]
        if exercise:
            cycles = [item.cycle for item in plan.prescriptions if item.exercise == exercise]
        for cycle in cycles:
            if cycle and day >= plan.cycle_from and cycle[(day - plan.cycle_from) % len(cycle)]:
                return True
    return False


def spread(length: int, count: int) -> tuple[bool, ...]:
    """Return `count` of `length` days taken evenly: day j when j * count mod length < count."""
    return tuple(j * count % length < count for j in range(length))


def spread_over(cycle: tuple[bool, ...], count: int) -> tuple[bool, ...]:
    """Return `count` of a cycle's session days taken evenly; all of them if there are no more."""
    days = [index for index, is_day in enumerate(cycle) if is_day]
    if count >= len(days):
        return cycle
    chosen = {days[j] for j, taken in enumerate(spread(len(days), count)) if taken}
    return tuple(index in chosen for index in range(len(cycle)))


@remembered
def reported(timeline: Timeline, span: Span, exercise: str = "") -> list[Reported]:
    """Return the sessions done in the span, newest first; with an exercise, those in which it was due."""
    found = []
    for session in reversed(timeline.sessions):
        surely, possibly = span.holds(session.at)
        if possibly and session.done > 0 and (not exercise or is_due(timeline, session, exercise)):
            found.append(Reported(session, surely))
    return found


@remembered
def told(timeline: Timeline, span: Span) -> list[Reported]:
    """Return what was answered yes without a session of its own: on days not done, and in diary lines, newest first.

    A yes_no of the diary asks for something bad, and its yes stands whether or not the patient exercised. A line's
    yes counts as of the day the line was written, unless a session of its days says the same.
    """
    found = []
    entries: list[SessionLogged | DiaryLine] = [*timeline.sessions, *timeline.lines]
    for entry in entries:
        if isinstance(entry, SessionLogged):
            yes = {} if entry.done > 0 else yes_in(entry)
        else:
            first, last = _days(entry)
            own = [one for one in timeline.sessions if first <= one.at.day <= last]
            yes = {item: True for item in yes_in(entry) if not any(item in yes_in(one) for one in own)}
        surely, possibly = span.holds(entry.at)
        if yes and possibly:
            found.append(Reported(SessionLogged(entry.at, entry.recorded, Decimal(0), yes), surely))
    return sorted(found, key=lambda one: order_of(one.session.at), reverse=True)


def yes_in(entry: SessionLogged | DiaryLine) -> dict[str, bool]:
    """Return the items of a session or diary line that were answered yes."""
    answers = entry.answers if isinstance(entry, SessionLogged) else entry.worst
    return {item: True for item, answer in answers.items() if answer is True}


def is_due(timeline: Timeline, session: SessionLogged, exercise: str) -> bool:
    """Return whether an exercise was due in a session: by the plan of that day, or because it was done.

    A session on a day without one, not saying what was done, may have been of any exercise: it counts for each.
    """
    if exercise in session.did:
        return True
    decision = timeline.decision_on(session.at.day)
    if decision is None:
        return False
    day = session.at.day
    for plan in decision.plans:
        for item in plan.prescriptions:
            if item.exercise == exercise:
                if not _is_planned(plan, day):
                    return not session.did
                return not item.cycle or _falls_on(item.cycle, plan, day)
    return False


def _is_planned(plan: TrackPlan, day: int) -> bool:
    return not plan.cycle or (day >= plan.cycle_from and _falls_on(plan.cycle, plan, day))


def _falls_on(cycle: tuple[bool, ...], plan: TrackPlan, day: int) -> bool:
    return cycle[(day - plan.cycle_from) % len(cycle)]


@remembered
def unreported(timeline: Timeline, span: Span, exercise: str = "") -> list[Unreported]:
    """Return the expected sessions that nobody reported, newest first."""
    entered = {session.at.day for session in timeline.sessions}
    covered = [_days(line) for line in _lines_upto(timeline, span.now)]
    first_plan = timeline.decisions[0].at.day if timeline.decisions else span.now.day
    days = span.days_until(span.now.day)
    return [
        Unreported(day)
        for day in reversed(range(max(days.start, first_plan), days.stop))
        if day not in entered
        and not any(first <= day <= last for first, last in covered)
        and expects_session(timeline, day, exercise)
    ]


def _days(line: DiaryLine) -> tuple[int, int]:
    return line.last.days_before(line.at.day) + 1, line.at.day


@remembered
def lines(timeline: Timeline, span: Span) -> list[Line]:
    """Return what the diary lines add in the span, newest first.

    A line's days that a later line covers count with the later one. Of a line that the span cuts through, as many
    sessions count as are surely (possibly) inside, one a day at most.
    """
    found: list[Line] = []
    covered_from: int | None = None
    for line in reversed(_lines_upto(timeline, span.now)):
        first, last = _days(line)
        upto = last if covered_from is None else min(last, covered_from - 1)
        covered_from = first if covered_from is None else min(covered_from, first)
        found.append(_portion(timeline, line, first, last, _inside(span, first, upto)))
    return [line for line in found if line.at_most or line.expected_at_most]


def _lines_upto(timeline: Timeline, now: Instant) -> list[DiaryLine]:
    return [line for line in timeline.lines if order_of(line.at) <= order_of(now)]


def _inside(span: Span, first: int, last: int) -> int:
    """Return how many days of a line lie in the span (the last day of a line is the day it was written)."""
    days = span.days_until(span.now.day + 1)
    return max(0, min(last, days.stop - 1) - max(first, days.start) + 1)


def _portion(timeline: Timeline, line: DiaryLine, first: int, last: int, inside: int) -> Line:
    length = last - first + 1
    own = [s for s in timeline.sessions if first <= s.at.day <= last and s.done > 0]
    anonymous = max(0, line.done - len(own))
    outside = length - inside
    return Line(
        line,
        first,
        last,
        at_least=max(0, anonymous - outside),
        at_most=min(anonymous, inside),
        expected_at_least=max(0, line.of - outside),
        expected_at_most=min(line.of, inside) if outside else line.of,
        done_at_least=max(0, line.done - outside),
        done_at_most=min(line.done, inside) if outside else line.done,
    )


@remembered
def count_done(timeline: Timeline, span: Span, exercise: str = "") -> tuple[int, int]:
    """Return the least and most number of sessions done in the span; with an exercise, of those in which it was due."""
    low = high = 0
    for entry in reported(timeline, span, exercise):
        low += entry.surely
        high += 1
    high += len(unreported(timeline, span, exercise))
    for line in lines(timeline, span):
        low += line.at_least
        high += line.at_most
    return low, high


@remembered
def adherence(timeline: Timeline, span: Span, exercise: str = "") -> tuple[Fraction, Fraction]:
    """Return the least and most percent of expected sessions (of an exercise) done, 0 to 100; none expected: 100."""
    portions = lines(timeline, span)
    ranges = [(portion.first_day, portion.last_day) for portion in portions]
    low = high = Fraction(0)
    for entry in reported(timeline, span, exercise):
        if not _within(entry.session.at.day, ranges):
            low += Fraction(entry.session.done) if entry.surely else 0
            high += Fraction(entry.session.done)
    missing = len(unreported(timeline, span, exercise))
    high += missing
    days = span.days_until(span.now.day)
    first = max(days.start, timeline.decisions[0].at.day if timeline.decisions else days.stop)
    over = [day for day in range(first, days.stop) if not _within(day, ranges)]
    expected = sum(expects_session(timeline, day, exercise) for day in over)
    expected_low = expected + sum(portion.expected_at_least for portion in portions)
    expected_high = expected + sum(portion.expected_at_most for portion in portions)
    low += sum(portion.done_at_least for portion in portions)
    high += sum(portion.done_at_most for portion in portions)
    if expected_high == 0:
        return Fraction(100), Fraction(100)
    least = min(Fraction(100), 100 * low / expected_high)
    most = Fraction(100) if expected_low == 0 else min(Fraction(100), 100 * high / expected_low)
    return least, most


def _within(day: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= day <= last for first, last in ranges)


def answer_is_due(session: SessionLogged, after: Duration | None, now: Instant) -> bool:
    """Return whether a session's answer that is asked `after` it is due at `now`.

    With both times of day known this is exact; else the answer is due on the calendar day on which it may be, and
    never on the session's own day.
    """
    if after is None:
        return True
    if after.unit != "h":
        return now.day >= after.days_after(session.at.day)
    if session.at.second is not None and now.second is not None:
        return now.earliest >= session.at.earliest + after.count * 3600
    due = session.at.earliest + after.count * 3600
    return now.day > session.at.day and now.latest > due
