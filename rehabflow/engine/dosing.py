"""Doses: how each exercise answers its own sessions, one step per visit, and what a dose takes in time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from rehabflow.conditions.possible import Truth
from rehabflow.definitions.exercises import DoseTable, Exercise, Step
from rehabflow.definitions.protocols import ResponseLevel
from rehabflow.engine import sessions
from rehabflow.engine.decision import Reason
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.reasons import plain, reason
from rehabflow.engine.windows import Span
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import Prescription
from rehabflow.record.timeline import StageEntry, order_of
from rehabflow.rulebook.model import ExerciseRule, ResponseRules, Rulebook

RANKED: tuple[ResponseLevel, ...] = ("stop", "ease", "keep", "progress")
SECONDS_A_REPETITION = 4
CHANGE_OVER_SECONDS = 30


@frozen
class Mark:
    """What an exercise's sessions ask for, and why. `rest_until`: the last day without it.

    `is_undecided`: whether to stop or ease hangs on an answer that is missing.
    """

    level: ResponseLevel
    why: tuple[Reason, ...]
    rest_until: int | None = None
    is_undecided: bool = False


@frozen
class Due:
    """The exercise that is due in the place of a prescription, with its dose."""

    exercise: str
    level: str
    step: int
    loads: int
    change: Literal["kept", "progressed", "eased"]
    why: tuple[Reason, ...]
    rest_until: int | None = None


def mark(
    facts: Facts,
    track: str,
    item: Prescription,
    response: ResponseRules | None,
    *,
    may_progress: bool,
    same_stage: bool = True,
) -> Mark:
    """Return what one exercise's sessions since the last change ask for, by ranked outcomes.

    The strictest level that is met wins; a freer one also needs every stricter one known not met. A dose eases and
    progresses only on sessions later than its last change. A break longer than `break_after` is one step down, also
    where a new stage begins (not `same_stage`) and has no sessions yet.
    """
    if response is None:
        return Mark("keep", ())
    seen = facts.within(Context(track=track, since_stage=True, exercise=item.exercise))
    pause = _long_break(seen, item, response)
    if not same_stage:
        return Mark("ease", (pause,)) if pause else Mark("keep", ())
    newest = _newest_session(seen, item, seen.stage())
    is_new = newest is not None and order_of(newest) > order_of(item.since)
    answers = {level: seen.truth(condition) for level, (_, condition) in response.levels.items()}
    why = {level: _why(seen, response, level, answers[level]) for level in response.levels}
    unknown = [level for level in RANKED[:2] if answers.get(level) in (Truth.UNKNOWN, Truth.ERROR)]
    missing = is_new and bool(unknown)
    if is_new:
        for level in ("stop", "ease"):
            if answers.get(level) is Truth.TRUE:
                rest = _rest_until(response, level, newest)
                return Mark(level, (why[level],), rest, is_undecided="stop" in unknown)
    if pause is not None:
        return Mark("ease", (pause,), is_undecided=missing)
    undecided = [why[level] for level in RANKED[:3] if answers.get(level, Truth.FALSE) is not Truth.FALSE]
    if undecided or answers.get("progress") is not Truth.TRUE:
        return Mark("keep", tuple(undecided or _of(why, "progress")), is_undecided=missing)
    if not may_progress or not is_new:
        return Mark("keep", ())
    return Mark("progress", (why["progress"],))


def _of(why: Mapping[ResponseLevel, Reason], level: ResponseLevel) -> list[Reason]:
    return [why[level]] if level in why else []


def _why(facts: Facts, response: ResponseRules, level: ResponseLevel, answer: Truth) -> Reason:
    rule, condition = response.levels[level]
    return reason(
        facts,
        condition,
        address=f"response.{response.definition.id}.{level}",
        state=answer.value,
        say=rule.say,
        place=rule.place,
        evidence=rule.evidence,
        tell=rule.tell,
    )


def _newest_session(facts: Facts, item: Prescription, entry: StageEntry | None) -> Instant | None:
    """Return when the newest session (or diary line) of this exercise was entered, after `entry` if that is given."""
    everything = Span(facts.now, 1, facts.now.day, entry.at if entry else None)
    found = [one.session.at for one in sessions.reported(facts.timeline, everything, item.exercise)]
    found += [one.line.at for one in sessions.lines(facts.timeline, everything) if one.line.done > 0]
    return max(found, key=order_of) if found else None


def _rest_until(response: ResponseRules, level: ResponseLevel, newest: Instant | None) -> int | None:
    off = response.levels[level][0].off
    return off.days_after(newest.day) if off is not None and newest is not None else None


def _long_break(facts: Facts, item: Prescription, response: ResponseRules) -> Reason | None:
    after = response.definition.break_after
    if after is None:
        return None
    newest = _newest_session(facts, item, None)
    last = max([item.since.day, *([newest.day] if newest else [])])
    if after.days_after(last) >= facts.now.day:
        return None
    days = facts.now.day - last
    return plain(
        f"response.{response.definition.id}.break_after",
        f"No session for {days} days (more than {after}): one step down",
        place=response.definition.place,
    )


# -- what is due


def due(rulebook: Rulebook, item: Prescription, level: str, asked: Mark, load_known: bool) -> Due:
    """Return the exercise and dose that a mark leads to, at the stage's dose level.

    At a new dose level an exercise begins with its first step. A progression goes a step up, then a load up, then to
    the next rung; easing a load or step down, then a rung down.
    """
    rule = rulebook.exercises[item.exercise]
    if item.level != level or level not in rule.definition.doses:
        return Due(item.exercise, level, 0, 0, "kept", asked.why, item.rest_until)
    if asked.level == "progress":
        return _up(rulebook, rule, item, asked, load_known)
    if asked.level == "ease":
        return _down(rulebook, rule, item, asked)
    return Due(item.exercise, level, item.step, item.loads, "kept", asked.why, asked.rest_until)


def _up(rulebook: Rulebook, rule: ExerciseRule, item: Prescription, asked: Mark, load_known: bool) -> Due:
    table = rule.definition.doses[item.level]
    if item.step + 1 < len(table.steps):
        return Due(item.exercise, item.level, item.step + 1, item.loads, "progressed", asked.why)
    if table.then_load is not None:
        if load_known:
            return Due(item.exercise, item.level, 0, item.loads + 1, "progressed", asked.why)
        ask = plain("did.load", "Every step is used; the load of the last session is not known, so it stays")
        return Due(item.exercise, item.level, item.step, item.loads, "kept", (*asked.why, ask))
    rung = neighbour(rulebook, rule, 1)
    if rung is not None and item.level in rung.definition.doses:
        return Due(rung.definition.id, item.level, 0, 0, "progressed", asked.why)
    return Due(item.exercise, item.level, item.step, item.loads, "kept", asked.why)


def _down(rulebook: Rulebook, rule: ExerciseRule, item: Prescription, asked: Mark) -> Due:
    if item.step > 0:
        return Due(item.exercise, item.level, item.step - 1, item.loads, "eased", asked.why, asked.rest_until)
    if item.loads > 0:
        return Due(item.exercise, item.level, 0, item.loads - 1, "eased", asked.why, asked.rest_until)
    rung = neighbour(rulebook, rule, -1)
    if rung is not None and item.level in rung.definition.doses:
        first = len(rung.definition.doses[item.level].steps) - 1
        return Due(rung.definition.id, item.level, first, 0, "eased", asked.why, asked.rest_until)
    return Due(item.exercise, item.level, 0, 0, "kept", asked.why, asked.rest_until)


def neighbour(rulebook: Rulebook, rule: ExerciseRule, by: int) -> ExerciseRule | None:
    """Return the exercise `by` rungs up its ladder (down if negative), or None."""
    if not rule.ladder:
        return None
    rungs = rulebook.ladders[rule.ladder].rungs
    index = rule.rung + by
    return rulebook.exercises.get(rungs[index]) if 0 <= index < len(rungs) else None


# -- time


def bout_seconds(exercise: Exercise, step: Step, table: DoseTable) -> Fraction:
    """Return the seconds of one bout: the exercise's minutes, or what its dose takes with rests."""
    if exercise.minutes is not None:
        return Fraction(exercise.minutes) * 60
    if step.minutes is not None:
        return Fraction(step.minutes) * 60
    if step.reps:
        work = sum(step.reps) * (step.seconds or SECONDS_A_REPETITION)
    else:
        work = step.sets * (step.seconds or step.metres or 0)
    sides = 2 if exercise.each_side else 1
    return Fraction(work * sides + table.rest_seconds * max(0, step.sets - 1) + CHANGE_OVER_SECONDS)


def minutes_a_day(exercise: Exercise, level: str, step: int) -> int:
    """Return the whole minutes of all bouts of a day, rounded up."""
    table = exercise.doses[level]
    seconds = bout_seconds(exercise, table.steps[step], table) * max(1, table.frequency.per_day)
    return -int(-seconds // 60)
