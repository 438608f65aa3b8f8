"""The answer to "why not": the smallest change of the record that would have led to the decision asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Truth
from rehabflow.definitions.extensions import Reviewer, ScoreFunction
from rehabflow.engine.asking.atoms import atoms_of
from rehabflow.engine.decide import decide_by
from rehabflow.engine.decision import Decision
from rehabflow.engine.gates import on_track
from rehabflow.engine.nearest.changing import changed
from rehabflow.engine.nearest.judging import Goal, Judged, Way, gates_of
from rehabflow.engine.nearest.later import Hold, hold_of
from rehabflow.engine.nearest.refining import Refined, refined
from rehabflow.engine.nearest.search import BUDGET, MOST_CHANGES, Found, Search
from rehabflow.engine.nearest.slots import Slot, SlotKind, Slots
from rehabflow.instants import Instant
from rehabflow.record.events import History, Visited
from rehabflow.record.timeline import order_of
from rehabflow.record.values import Answer
from rehabflow.rulebook.model import Rulebook

Status = Literal["already", "found", "only_time", "none", "no_way"]


@attrs.frozen
class Change:
    """One answer that would have had to be another.

    `at`: of when it is. `before`: what is on record, None for nothing. `after`: the answers by key instead; none: it
    did not happen. `low` and `high`: between these a number does as well, None where it has no end. `step`: how far,
    as a share of what is possible.
    """

    kind: SlotKind
    key: str
    at: Instant
    before: Answer | None
    after: Mapping[str, Answer]
    step: Fraction
    low: Fraction | None = None
    high: Fraction | None = None


@attrs.frozen
class Nearest:
    """What would have led to the goal.

    `status`: the decision did `already`; changes were `found`; nothing but time is missing after the changes
    (`only_time`, possibly none); `none` were found; there is `no_way` from this stage. `stage` is that of the way.
    `not_before`: the first day on which the rules `held` by time could be met. `blocking`: the rules in the way now.
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
        history: what the decision saw; without a visit at `now`, one is supposed.
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
        history = history.plus(Visited(now, now))
    judged = Judged.of(rulebook, history, now, track)
    if judged.action == goal:
        return Nearest(goal, track, "already")
    slots = Slots(judged.facts, atoms_of(judged.facts.prepared))
    found = [
        _along(_Question(rulebook, history, now, goal, track, judged, slots, budget), way)
        for way in judged.ways(goal)
    ]
    if not found:
        return Nearest(goal, track, "no_way")
    best = min(found, key=_rank)
    return _verified(best, rulebook, history, now, scores, reviewers)


@attrs.frozen(eq=False)
class _Question:
    rulebook: Rulebook
    history: History
    now: Instant
    goal: Goal
    track: str
    judged: Judged
    slots: Slots
    budget: int


@attrs.frozen(eq=False)
class _Along:
    """What was found along a way; `answers` by slot, to decide again with."""

    answer: Nearest
    answers: Mapping[Slot, Mapping[str, Answer]]


def _along(asked: _Question, way: Way) -> _Along:
    blocking = tuple(block.address for block in asked.judged.blocks(asked.goal, way, asked.slots, None))
    told = Nearest(asked.goal, asked.track, "none", way.stage, blocking=blocking)
    hold = hold_of(_wanted(asked, way), asked.judged.within(), asked.slots.atoms)
    if isinstance(hold, tuple):
        return _Along(attrs.evolve(told, held=hold, least=-1, smallest=True), {})
    search = Search(
        asked.rulebook,
        asked.history,
        asked.now,
        asked.goal,
        way,
        asked.track,
        asked.slots,
        hold,
        asked.budget,
    )
    found = search.run()
    told = attrs.evolve(told, tried=search.tried, least=search.least, judged=search.judged)
    if hold is not None:
        told = attrs.evolve(told, not_before=hold.day, held=hold.addresses)
    if found is None:
        return _Along(attrs.evolve(told, smallest=search.is_smallest), {})
    return _told(told, found, search, hold)


def _told(told: Nearest, found: Found, search: Search, hold: Hold | None) -> _Along:
    is_smallest = search.is_smallest
    parts = refined(found, search)
    told = attrs.evolve(
        told,
        status="found" if hold is None else "only_time",
        changes=tuple(_change(part) for part in parts),
        smallest=is_smallest and not any(part.slot.coarse for part in parts),
        judged=search.judged,
    )
    return _Along(told, {part.slot: part.point.answers for part in parts})


def _change(part: Refined) -> Change:
    slot, point = part.slot, part.point
    return Change(slot.kind, slot.key, slot.at, slot.before, point.answers, point.step, part.low, part.high)


def _wanted(asked: _Question, way: Way) -> dict[str, tuple[Checked, Truth]]:
    """Return the conditions that time may hold, each with the answer it needs to have."""
    wanted = {rule.address: (rule.condition, Truth.TRUE) for rule in way.criteria}
    rules = gates_of(asked.rulebook)
    for gate in on_track(asked.judged.gates, asked.track, rules):
        rule = rules[gate.address]
        if rule.until is None and gate.acts:
            wanted[rule.address] = (rule.when, Truth.FALSE)
    return wanted


def _rank(found: _Along) -> tuple[int, int, int, Fraction]:
    """Return what ways are compared by: found before only time, then the earliest, fewest and smallest changes."""
    answer = found.answer
    order = ("found", "only_time", "none").index(answer.status)
    return (
        order,
        answer.not_before or 0,
        len(answer.changes) or answer.least % (MOST_CHANGES + 1),
        answer.step,
    )


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
