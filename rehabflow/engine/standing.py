"""Where an episode stands: each criterion that its next step waits for, with values and their course. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from rehabflow.conditions.possible import Number, Possible
from rehabflow.definitions.gates import Effect
from rehabflow.engine import elsewhere
from rehabflow.engine.decision import CriterionResult, GateResult
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.gates import evaluate_gates
from rehabflow.engine.prepared import prepare
from rehabflow.engine.staging import judge_of
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import History
from rehabflow.record.timeline import fold, order_of
from rehabflow.rulebook.model import CriterionRule, Rulebook, StageRule

POINTS: Final = 12


@frozen
class Course:
    """The numbers that a measure had, oldest first, each with when it was so."""

    key: str
    values: tuple[tuple[Instant, Fraction], ...]


@frozen
class Waiting:
    """A criterion that a step waits for; `course` is that of the first number it reads, None if there is none."""

    result: CriterionResult
    course: Course | None


@frozen
class Step:
    """A step from here and what it waits for: to `leave` the stage and `enter` a next one, `discharge`, `start`."""

    kind: str
    stage: str
    waits: tuple[Waiting, ...]


@frozen
class TrackStanding:
    """Where a track stands: its stage ("none": none), since when, and the steps from there."""

    track: str
    is_open: bool
    stage: str
    since: Instant | None
    steps: tuple[Step, ...]


@frozen
class Standing:
    """Where an episode stands at `now`: its tracks, and every gate level that acts or was set aside."""

    now: Instant
    tracks: tuple[TrackStanding, ...]
    gates: tuple[GateResult, ...]


def standing(rulebook: Rulebook, history: History, now: Instant) -> Standing:
    """Return where an episode stands; values count as between visits, as long as they are valid."""
    facts = Facts(prepare(rulebook), fold(history, now), now, visit=False)
    gates = (*evaluate_gates(facts, history.events, None), *elsewhere.results(facts.timeline.elsewhere))
    tracks = tuple(_track(facts, name, gates) for name in rulebook.tracks)
    told = tuple(gate for gate in gates if gate.acts is not Effect.NONE or gate.overridden)
    return Standing(now, tracks, told)


def _track(facts: Facts, name: str, gates: Sequence[GateResult]) -> TrackStanding:
    judge = judge_of(facts, name, gates, "between")
    is_open = judge.judge().is_open
    entry = facts.timeline.stage(name, facts.now)
    stages = facts.prepared.rulebook.stages
    within = facts.within(Context(track=name, since_stage=True))

    def waits(rules: Iterable[CriterionRule]) -> tuple[Waiting, ...]:
        return tuple(Waiting(judge.answer(rule), _course(within, rule)) for rule in rules)

    if entry is None:
        first = [stages[stage] for stage in judge.rule.stages[:1]]
        steps = [Step("start", one.stage.id, waits(one.enter)) for one in first]
        return TrackStanding(name, is_open, "none", None, tuple(steps))
    stage = stages[entry.stage]
    return TrackStanding(name, is_open, entry.stage, entry.at, tuple(_steps(stage, waits, stages)))


def _steps(
    stage: StageRule,
    waits: Callable[[Iterable[CriterionRule]], tuple[Waiting, ...]],
    stages: Mapping[str, StageRule],
) -> Iterator[Step]:
    if stage.next and stage.leave:
        yield Step("leave", stage.stage.id, waits(stage.leave))
    for name in stage.next:
        yield Step("enter", name, waits(stages[name].enter))
    if stage.discharge is not None:
        yield Step("discharge", stage.stage.id, waits(stage.discharge))


def _course(facts: Facts, rule: CriterionRule) -> Course | None:
    """Return the course of the first number that a criterion reads, taken where something of it was recorded."""
    keys = [key for key in rule.condition.own_names if key in facts.prepared.rulebook.facts]
    for key in sorted({*keys, *rule.condition.reads}, key=lambda one: (one not in keys, one)):
        if key not in facts.prepared.rulebook.facts or key.startswith(("stage.", "episode.", "exercise.")):
            continue
        found = _numbers(facts, key)
        if found:
            return Course(key, tuple(found[-POINTS:]))
    return None


def _numbers(facts: Facts, key: str) -> list[tuple[Instant, Fraction]]:
    moments: dict[tuple[int, int], Instant] = {}
    for series in facts.prepared.series_keys(key):
        for at in _dates(facts, series):
            if order_of(at) <= order_of(facts.now):
                moments[order_of(at)] = at
    found = []
    for order in sorted(moments):
        number = _number(facts.at(moments[order], visit=False).fact(key))
        if number is not None:
            found.append((moments[order], number))
    return found


def _dates(facts: Facts, series: str) -> list[Instant]:
    if series == "@session":
        return [session.at for session in facts.timeline.sessions]
    recorded = facts.timeline.series.get(series)
    return [entry.at for entry in recorded.entries] if recorded is not None else []


def _number(possible: Possible) -> Fraction | None:
    value = possible.value
    if not isinstance(value, Number) or value.low is None or value.low != value.high or value.undefined:
        return None
    return Fraction(value.low)
