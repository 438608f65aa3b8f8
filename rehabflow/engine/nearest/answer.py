"""The answer to "why not": the smallest change of the record that would have led to the decision asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Truth
from rehabflow.conditions.types import fraction
from rehabflow.definitions.extensions import Reviewer, ScoreFunction
from rehabflow.engine import elsewhere
from rehabflow.engine.asking.atoms import atoms_of
from rehabflow.engine.decide import decide_by
from rehabflow.engine.decision import Decision, GateResult
from rehabflow.engine.facts import Facts
from rehabflow.engine.gates import evaluate_gates, on_track_levels
from rehabflow.engine.nearest.changing import changed
from rehabflow.engine.nearest.filling import scores_with
from rehabflow.engine.nearest.judging import Checklist, Goal, Way, ways_of, within
from rehabflow.engine.nearest.later import hold_of
from rehabflow.engine.nearest.refining import Refined, refined
from rehabflow.engine.nearest.search import BUDGET, MOST_CHANGES, Found, Search
from rehabflow.engine.nearest.slots import Slot, SlotKind, Slots
from rehabflow.engine.prepared import prepare
from rehabflow.engine.staging import judge_of
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import History, Observed, Visited
from rehabflow.record.timeline import fold, order_of
from rehabflow.record.values import Answer
from rehabflow.rulebook.model import Rulebook, TrackRule

Status = Literal["already", "found", "only_time", "none", "no_way"]


@frozen
class Change:
    """One answer that would have had to be another.

    `at`: of when it is. `before`: what is on record, None for nothing. `after`: the answers by key instead; none: it
    did not happen. `is_worse`: the measure says that the other direction is better. `step`: how far, as a share of what
    is possible. `low` and `high`: between these a number does as well, None where it has no end.
    `scores`: of a questionnaire, between what its scores then lie.
    """

    kind: SlotKind
    key: str
    at: Instant
    before: Answer | None
    after: Mapping[str, Answer]
    step: Fraction
    is_worse: bool = False
    low: Fraction | None = None
    high: Fraction | None = None
    scores: Mapping[str, tuple[Fraction, Fraction]] = attrs.field(factory=dict)


@frozen
class Nearest:
    """What would have led to the goal.

    `status`: the decision did `already`; changes were `found`; nothing but time is missing after the changes
    (`only_time`, possibly none); `none` were found; there is `no_way` from this stage. `stage` is that of the way.
    `not_before`: the first day on which the rules `held` by time could be met. `blocking`: the rules in the way now;
    `others`: what those of them say that another open episode of the patient asks for.
    `tried`: how many changes were tried in full; `least`: how many are needed at least, -1 if no number would do.
    `smallest`: nothing smaller was left untried. `judged`: how many records were judged. `restricted`: a reviewer of a
    plugin would have held the patient back all the same.
    """

    goal: Goal
    track: str
    status: Status
    stage: str = ""
    changes: tuple[Change, ...] = ()
    not_before: int | None = None
    held: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    others: Mapping[str, str] = attrs.field(factory=dict)
    tried: int = 0
    least: int = 0
    smallest: bool = False
    judged: int = 0
    restricted: bool = False

    @property
    def step(self) -> Fraction:
        """Return the sum of the steps."""
        return sum((change.step for change in self.changes), Fraction(0))


def nearest(
    rulebook: Rulebook,
    history: History,
    now: Instant,
    goal: Goal,
    *,
    track: str = "main",
    scores: Mapping[str, ScoreFunction] = MappingProxyType({}),
    reviewers: Sequence[Reviewer[Decision]] = (),
    budget: int = BUDGET,
) -> Nearest:
    """Return the smallest change of a record with which a visit at `now` would have led to the goal.

    What is found was decided again with the changed record.

    Args:
        rulebook: the rules.
        history: what the decision saw; without a visit at `now`, one is supposed, at which what is asked at every visit
            was answered as last time.
        now: the moment of the decision.
        goal: what should have been decided.
        track: of which track.
        scores: see `decide_by`.
        reviewers: see `decide_by`.
        budget: how many records may be judged, for each way.
    """
    if not any(
        isinstance(event, Visited) and order_of(event.at) == order_of(now) for event in history.events
    ):
        history = history.plus(Visited(now, now), *_as_last_time(rulebook, history, now))
    facts = Facts(prepare(rulebook), fold(history, now), now, visit=True)
    gates = (*evaluate_gates(facts, history.events, None), *elsewhere.results(facts.timeline.elsewhere))
    result = judge_of(facts, track, gates, "visit").judge()
    if result.is_open and result.action == goal:
        return Nearest(goal, track, "already")
    asked = _Question(rulebook, history, now, goal, rulebook.tracks[track], gates, facts, budget)
    found = [_along(asked, way) for way in ways_of(goal, asked.track, facts)]
    if not found:
        return Nearest(goal, track, "no_way")
    return _verified(min(found, key=_rank), rulebook, history, now, scores, reviewers)


def _as_last_time(rulebook: Rulebook, history: History, now: Instant) -> Iterator[Observed]:
    """Yield the newest answers to what is asked at every visit, as of now."""
    prepared, timeline = prepare(rulebook), fold(history, now)
    for assessment in sorted(prepared.visit_assessments):
        for key in prepared.keys_of_assessment.get(assessment, ()):
            newest = timeline.newest(key, now)
            if newest is not None and order_of(newest.at) != order_of(now):
                yield from (Observed(now, now, key, answer) for answer in newest.answers)


@frozen(eq=False)
class _Question:
    rulebook: Rulebook
    history: History
    now: Instant
    goal: Goal
    track: TrackRule
    gates: tuple[GateResult, ...]
    facts: Facts
    budget: int


@frozen(eq=False)
class _Along:
    """What was found along a way; `answers` by slot, to decide again with."""

    answer: Nearest
    answers: Mapping[Slot, Mapping[str, Answer]]


def _along(asked: _Question, way: Way) -> _Along:
    slots = Slots(asked.facts, atoms_of(asked.facts.prepared))
    hurdles = Checklist(asked.goal, asked.track, slots).of(way)
    blocking = tuple(hurdle.address for hurdle in hurdles if hurdle.look(asked.facts))
    others = {gate.address: gate.reason.say for gate in elsewhere.results(asked.facts.timeline.elsewhere)}
    others = {address: say for address, say in others.items() if address in blocking}
    told = Nearest(asked.goal, asked.track.track.id, "none", way.stage, blocking=blocking, others=others)
    hold = hold_of(_wanted(asked, way), within(asked.facts, asked.track), slots.atoms)
    if isinstance(hold, tuple):
        return _Along(attrs.evolve(told, held=hold, least=-1, smallest=True), {})
    if hold is not None:
        hurdles = Checklist(asked.goal, asked.track, slots, hold).of(way)
        told = attrs.evolve(told, not_before=hold.day, held=hold.addresses)
    search = Search(asked.rulebook, asked.history, asked.now, hurdles, asked.budget)
    found = search.run()
    told = attrs.evolve(told, tried=search.tried, least=search.least, judged=search.judged)
    if found is None:
        return _Along(attrs.evolve(told, smallest=search.is_smallest), {})
    return _told(told, found, search, slots)


def _told(told: Nearest, found: Found, search: Search, slots: Slots) -> _Along:
    is_smallest = search.is_smallest
    parts = refined(found, search)
    told = attrs.evolve(
        told,
        status="found" if told.not_before is None else "only_time",
        changes=tuple(_change(part, slots) for part in parts),
        smallest=is_smallest and not any(part.slot.coarse for part in parts),
        judged=search.judged,
    )
    return _Along(told, {part.slot: part.point.answers for part in parts})


def _change(part: Refined, slots: Slots) -> Change:
    slot, point = part.slot, part.point
    is_form = slot.kind == "questionnaire"
    return Change(
        slot.kind,
        slot.key,
        slot.at,
        slot.before,
        point.answers,
        point.step,
        point.is_worse,
        fraction(part.low),
        fraction(part.high),
        scores_with(slots.facts, slots.atoms, slot.key, point.answers) if is_form else {},
    )


def _wanted(asked: _Question, way: Way) -> dict[str, tuple[Checked, Truth]]:
    """Return the conditions that time may hold, each with the answer it needs to have."""
    wanted = {rule.address: (rule.condition, Truth.TRUE) for rule in way.criteria}
    acting = {gate.address for gate in asked.gates if gate.acts}
    for rule in on_track_levels(asked.rulebook.gates, asked.track.track.id):
        if rule.until is None and rule.address in acting:
            wanted[rule.address] = (rule.when, Truth.FALSE)
    return wanted


def _rank(found: _Along) -> tuple[int, int, int, int, Fraction]:
    """Return what ways are compared by: found before only time, then the earliest, fewest and smallest changes."""
    answer = found.answer
    order = ("found", "only_time", "none").index(answer.status)
    few = len(answer.changes) or answer.least % (MOST_CHANGES + 1)
    return order, answer.not_before or 0, few, sum(one.is_worse for one in answer.changes), answer.step


def _verified(
    best: _Along,
    rulebook: Rulebook,
    history: History,
    now: Instant,
    scores: Mapping[str, ScoreFunction],
    reviewers: Sequence[Reviewer[Decision]],
) -> Nearest:
    """Return the answer once the changed record was decided in full and led to the goal."""
    answer = best.answer
    if answer.status != "found":
        return answer
    record = changed(history, now, best.answers)
    decision = decide_by(rulebook, record, now, kind="visit", scores=scores, reviewers=reviewers)
    if decision.tracks[answer.track].action == answer.goal:
        return answer
    return attrs.evolve(answer, status="none", changes=(), restricted=True, smallest=False)
