"""What is due by the calendar: assessments that are asked again and again, and stages to be reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from rehabflow.definitions.common import Ask
from rehabflow.engine.decision import CriterionResult, Kind, Need, TrackResult
from rehabflow.engine.facts import Facts
from rehabflow.engine.staging import NONE
from rehabflow.instants import Duration, Instant
from rehabflow.record.timeline import order_of

Due: TypeAlias = Literal["", "due", "late"]
_URGENCY: Mapping[Due, int] = {"": 0, "due": 1, "late": 2}


def due_assessments(
    facts: Facts, kind: Kind, tracks: Mapping[str, TrackResult], criteria: Mapping[str, CriterionResult]
) -> dict[str, Due]:
    """Return each assessment that is due or late, by its id, in the order of the asks; `criteria` by address."""
    found: dict[str, Due] = {}
    for ask in facts.prepared.rulebook.asks.values():
        since = _asked_since(facts, ask, tracks)
        if since is None:
            continue
        for assessment in ask.what:
            state = _state(facts, kind, ask, assessment, since)
            if not state and _also(facts, kind, ask, assessment, tracks, criteria):
                state = "due"
            if _URGENCY[state] > _URGENCY[found.get(assessment, "")]:
                found[assessment] = state
    return found


def last_recorded(facts: Facts, assessment: str) -> Instant | None:
    """Return when anything of an assessment was last recorded."""
    keys = facts.prepared.keys_of_assessment.get(assessment, ())
    found = [entry.at for key in keys if (entry := facts.timeline.newest(key, facts.now)) is not None]
    return max(found, key=order_of) if found else None


def _asked_since(facts: Facts, ask: Ask, tracks: Mapping[str, TrackResult]) -> int | None:
    """Return the day since which an ask holds; None: it does not hold yet."""
    if not ask.from_stage:
        return facts.timeline.day_0
    for name, result in tracks.items():
        stages = facts.prepared.rulebook.tracks[name].stages
        if ask.from_stage not in stages or not result.is_open or result.after not in stages:
            continue
        if stages.index(result.after) >= stages.index(ask.from_stage):
            entry = _entry(facts, result)
            return entry.day if entry is not None else facts.now.day
    return None


def _entry(facts: Facts, result: TrackResult) -> Instant | None:
    """Return when the stage in force after the decision was entered; None without a stage."""
    if result.after == NONE:
        return None
    if result.after != result.before:
        return facts.now
    entry = facts.timeline.stage(result.track, facts.now)
    return entry.at if entry is not None else None


def _state(facts: Facts, kind: Kind, ask: Ask, assessment: str, since: int) -> Due:
    due_on = _due_on(facts, kind, ask, last_recorded(facts, assessment), since)
    if due_on is None:
        return ""
    return (
        "late" if ask.late_after is not None and facts.now.day > ask.late_after.days_after(due_on) else "due"
    )


def _due_on(facts: Facts, kind: Kind, ask: Ask, last: Instant | None, since: int) -> int | None:
    """Return the day on which an assessment fell due; None: not by its interval."""
    if isinstance(ask.every, Duration):
        due_on = since if last is None else ask.every.days_after(last.day)
        return due_on if due_on <= facts.now.day else None
    if ask.every == "once":
        return since if last is None else None
    if kind != "visit" or (last is not None and order_of(last) == order_of(facts.now)):
        return None
    return since if last is None else last.day


def _also(
    facts: Facts,
    kind: Kind,
    ask: Ask,
    assessment: str,
    tracks: Mapping[str, TrackResult],
    criteria: Mapping[str, CriterionResult],
) -> bool:
    """Return whether an assessment is due at the entry of a stage, or before a discharge."""
    last = last_recorded(facts, assessment)
    is_fresh = last is not None and order_of(last) == order_of(facts.now)
    for result in tracks.values():
        entry = _entry(facts, result) if result.is_open else None
        if entry is None:
            continue
        if "on_entry" in ask.also and (last is None or last.day < entry.day):
            return True
        is_asked = "before_discharge" in ask.also and kind == "visit" and not is_fresh
        if is_asked and (result.action == "discharge" or _waits_for(facts, result, assessment, criteria)):
            return True
    return False


def _waits_for(
    facts: Facts, result: TrackResult, assessment: str, criteria: Mapping[str, CriterionResult]
) -> bool:
    """Return whether all that a discharge asks for besides this assessment is met."""
    rules = facts.prepared.rulebook.stages[result.after].discharge or ()
    prefix = f"{assessment}."
    others = [rule for rule in rules if not any(key.startswith(prefix) for key in rule.condition.reads)]
    return bool(others) and all(
        rule.address in criteria and criteria[rule.address].state == "met" for rule in others
    )


def reviews(facts: Facts, tracks: Mapping[str, TrackResult]) -> Iterator[Need]:
    """Yield a need for each stage that has lasted longer than its `review` says."""
    for result in tracks.values():
        if not result.is_open or result.after == NONE or result.after != result.before:
            continue
        review = facts.prepared.rulebook.stages[result.after].stage.review
        entry = _entry(facts, result)
        if review is None or entry is None or facts.now.day < review.after.days_after(entry.day):
            continue
        say = review.say or f"{review.after} in this stage: look at it again"
        yield Need(f"stage.{result.after}.review", "review", due="due", ask=say)
