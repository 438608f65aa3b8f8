"""The decision: from a rulebook, a record and a moment to what may be done now. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import attrs

from rehabflow.catalog import Catalog
from rehabflow.conditions.possible import Truth
from rehabflow.definitions.common import Show
from rehabflow.definitions.extensions import Review, Reviewer, ScoreFunction
from rehabflow.engine import elsewhere
from rehabflow.engine.asking import needs_of, settle_line
from rehabflow.engine.changed import changed_notes
from rehabflow.engine.decision import (
    ACTIONS,
    Action,
    AdviceShown,
    CriterionResult,
    Decision,
    FindingResult,
    GateResult,
    Kind,
    Plan,
    Reason,
    TrackResult,
)
from rehabflow.engine.facts import Facts
from rehabflow.engine.findings import evaluate_findings
from rehabflow.engine.gates import Memory, evaluate_gates, on_track
from rehabflow.engine.planning import Planner, TrackChoice
from rehabflow.engine.plans import Written, together, write
from rehabflow.engine.prepared import prepare
from rehabflow.engine.reasons import plain
from rehabflow.engine.reviewing import review_results, taken_out
from rehabflow.engine.staging import NONE, judge_of
from rehabflow.instants import Instant
from rehabflow.problems import UsageError
from rehabflow.record.elsewhere import Elsewhere, OtherEpisode
from rehabflow.record.events import Decided, History, Move, TrackPlan
from rehabflow.record.timeline import StageEntry, Timeline, fold, order_of
from rehabflow.rulebook.model import GateRule, Rulebook


def decide(
    catalog: Catalog,
    protocol: str,
    history: History,
    now: Instant,
    *,
    kind: Kind | None = None,
    memory: Memory | None = None,
    others: Sequence[OtherEpisode] = (),
) -> Decision:
    """Return what to do next for one episode, and why.

    Args:
        catalog: all definitions.
        protocol: the id of the protocol.
        history: everything recorded of the episode; a decision sees what was recorded by `now`.
        now: the moment of the decision, in the clinic's time zone.
        kind: `visit` (all steps) or `between` (only restricts); by default a visit if one is recorded at `now`.
        memory: a shortcut for a series of decisions on one growing record; it never changes an answer.
        others: what the patient's other open episodes ask for (see `told_by`); recorded at `now`, as a store does.

    Raises:
        UsageError: there is no such protocol, or the record has an event later than `now`.
        FileProblems: the protocol and its plugins do not fit together.
    """
    return decide_by(
        catalog.rulebook(protocol),
        history.plus(Elsewhere(now, now, tuple(others))) if others else history,
        now,
        kind=kind,
        memory=memory,
        scores=catalog.score_terms(protocol),
        reviewers=catalog.reviewers(protocol),
    )


def decide_by(
    rulebook: Rulebook,
    history: History,
    now: Instant,
    *,
    kind: Kind | None = None,
    memory: Memory | None = None,
    scores: Mapping[str, ScoreFunction] = MappingProxyType({}),
    reviewers: Sequence[Reviewer[Decision]] = (),
) -> Decision:
    """Return the decision by a rulebook; see `decide`.

    `scores` are those that plugins compute for score terms; `reviewers` see the decision and may restrict it.
    """
    decider = _decider(rulebook, history, now, kind, memory, scores)
    return decider.reviewed(reviewers)


def choices_of(
    catalog: Catalog, protocol: str, history: History, now: Instant, *, kind: Kind | None = None
) -> Mapping[str, TrackChoice]:
    """Return what selection gave for each track of the decision that `decide` returns, so that it can be explained."""
    rulebook = catalog.rulebook(protocol)
    decider = _decider(rulebook, history, now, kind, None, catalog.score_terms(protocol))
    decider.reviewed(catalog.reviewers(protocol))
    return decider.choices


def _decider(
    rulebook: Rulebook,
    history: History,
    now: Instant,
    kind: Kind | None,
    memory: Memory | None,
    scores: Mapping[str, ScoreFunction],
) -> _Decider:
    timeline = fold(history, now)
    _refuse_later_events(timeline, now)
    if kind is None:
        kind = "visit" if any(order_of(at) == order_of(now) for at in timeline.visits) else "between"
    facts = Facts(prepare(rulebook), timeline, now, kind == "visit")
    return _Decider(rulebook, facts, kind, history, memory, scores)


def _refuse_later_events(timeline: Timeline, now: Instant) -> None:
    if timeline.moments and order_of(timeline.moments[-1]) > order_of(now):
        raise UsageError(f"the record has an entry of {timeline.moments[-1]}, which is later than {now}")


@attrs.define(eq=False)
class _Decider:
    """One decision under way."""

    rulebook: Rulebook
    facts: Facts
    kind: Kind
    history: History
    memory: Memory | None
    scores: Mapping[str, ScoreFunction]
    reviews: tuple[Review, ...] = ()
    choices: dict[str, TrackChoice] = attrs.field(factory=dict)

    def reviewed(self, reviewers: Sequence[Reviewer[Decision]]) -> Decision:
        """Return the decision; a second one, with their restrictions, if reviewers have any."""
        decision = self.decide()
        self.reviews = tuple(reviewer(decision) for reviewer in reviewers)
        return self.decide() if any(review.restrictions for review in self.reviews) else decision

    def decide(self) -> Decision:
        gates = evaluate_gates(self.facts, self.history.events, self.memory)
        gates = (*gates, *elsewhere.results(self.facts.timeline.elsewhere), *review_results(self.reviews))
        rules = {rule.address: rule for rule in self.rulebook.gates}
        findings = evaluate_findings(self.facts)
        judges = {name: judge_of(self.facts, name, gates, self.kind) for name in self.rulebook.tracks}
        tracks = {name: judge.judge() for name, judge in judges.items()}
        open_actions: list[Action] = [t.action for t in tracks.values() if t.is_open]
        action: Action = min(open_actions, key=ACTIONS.index, default="stay")
        for rule in self.rulebook.criteria.values():
            judges["main"].answer(rule)
        criteria = {address: c for judge in judges.values() for address, c in judge.criteria.items()}
        written = self._plans(tracks, gates, rules, findings)
        plan = self._plan(written, tracks)
        return self._decision(action, tracks, gates, tuple(criteria.values()), findings, plan, written)

    # -- plan

    def _last_plans(self) -> Mapping[str, TrackPlan]:
        """Return the plans in force before this decision; at a visit also those that a pause set aside.

        Between visits, what the last accepted visit allowed is the most there can be.
        """
        decisions = self.facts.timeline.decisions
        if not decisions:
            return {}
        last = {plan.track: plan for plan in (*decisions[-1].kept, *decisions[-1].plans)}
        if self.kind == "visit":
            return last
        visits = [decision for decision in decisions if decision.kind == "visit"]
        accepted = {plan.track for plan in visits[-1].plans} if visits else set()
        return {track: plan for track, plan in last.items() if track in accepted}

    def _plans(
        self,
        tracks: Mapping[str, TrackResult],
        gates: Sequence[GateResult],
        rules: Mapping[str, GateRule],
        findings: Sequence[FindingResult],
    ) -> list[Written]:
        written: list[Written] = []
        self.choices = {}
        previous = self._last_plans()
        minutes = elsewhere.minutes(self.facts.timeline.elsewhere)
        taken: set[str] = set()
        for name, result in tracks.items():
            if not result.is_open or result.after == NONE or result.action in _SET_ASIDE:
                continue
            if self.kind == "between" and name not in previous:
                continue
            planner = self._planner(name, result, previous.get(name), gates, rules, findings, minutes, taken)
            choice = planner.choose() if self.kind == "visit" else planner.keep()
            self.choices[name] = choice
            part = write(planner, choice, planner.judge())
            minutes += part.minutes
            taken |= {one.exercise for one in part.planned}
            written.append(part)
        return written

    def _planner(
        self,
        track: str,
        result: TrackResult,
        previous: TrackPlan | None,
        gates: Sequence[GateResult],
        rules: Mapping[str, GateRule],
        findings: Sequence[FindingResult],
        minutes: int,
        taken: set[str],
    ) -> Planner:
        present = self.facts.timeline.stage(track, self.facts.now)
        moved = result.before != result.after or present is None
        entry = StageEntry(self.facts.now, result.after) if moved or present is None else present
        gates = on_track(gates, track, rules)
        holds_progress = any(gate.no_progress for gate in gates)
        is_regress_open = any(
            why.state in ("unknown", "error") for why in result.reasons if ".regress_to." in why.address
        )
        return Planner(
            self.facts,
            track,
            self.rulebook.stages[result.after],
            entry,
            previous,
            gates,
            rules,
            findings,
            minutes,
            frozenset(taken),
            self.kind == "visit" and not holds_progress,
            {
                **taken_out(self.reviews),
                **elsewhere.excluded(self.facts.timeline.elsewhere),
                **self._stopped(),
            },
            is_regress_open,
            self.scores,
        )

    def _stopped(self) -> Mapping[str, Reason]:
        """Return the exercises that a response stopped since the last visit; they wait for the visit after this."""
        stopped: dict[str, Reason] = {}
        for decision in reversed(self.facts.timeline.decisions):
            if decision.kind == "visit":
                break
            for name in decision.stopped:
                stopped[name] = plain(f"exercise.{name}", f"Stopped on {decision.at}, after a session")
        return stopped

    def _plan(self, written: Sequence[Written], tracks: Mapping[str, TrackResult]) -> Plan | None:
        if not written:
            return None
        visits = []
        for result in tracks.values():
            if result.is_open and result.after != NONE:
                interval = self.rulebook.stages[result.after].stage.next_visit
                if interval is not None:
                    visits.append(interval.days_after(self.facts.now.day))
        return together(written, min(visits) if visits and self.kind == "visit" else None)

    # -- the whole

    def _decision(
        self,
        action: Action,
        tracks: Mapping[str, TrackResult],
        gates: tuple[GateResult, ...],
        criteria: tuple[CriterionResult, ...],
        findings: tuple[FindingResult, ...],
        plan: Plan | None,
        written: Sequence[Written],
    ) -> Decision:
        plans = tuple(part.record for part in written)
        set_aside = {
            name for name, result in tracks.items() if result.is_open and result.action in _SET_ASIDE
        }
        kept = tuple(plan for track, plan in self._last_plans().items() if track in set_aside)
        moves = tuple(Move(t.track, t.before, t.after) for t in tracks.values() if t.before != t.after)
        now = self.facts.now
        stopped = tuple(
            dropped.exercise
            for part in written
            for dropped in part.dropped
            if any(why.address.endswith(".stop") for why in dropped.why)
        )
        recorded = Decided(now, now, self.kind, action, moves, plans, kept, stopped)
        reasons = tuple(reason for track in tracks.values() for reason in track.reasons)
        needs = needs_of(self.facts, self.kind, tracks, gates, criteria)
        settle = settle_line(action, gates, needs, self.rulebook)
        return Decision(
            self.rulebook.protocol.id,
            now,
            self.kind,
            action,
            tracks,
            gates,
            criteria,
            findings,
            plan,
            self._advice(action, plan),
            needs,
            _unique(reasons),
            (*([settle] if settle else []), *changed_notes(self.rulebook, self.history, self.facts)),
            plans,
            kept,
            recorded,
            self.rulebook.digests,
        )

    def _advice(self, action: Action, plan: Plan | None) -> tuple[AdviceShown, ...]:
        shows: set[Show] = {"plan"} if plan is not None else set()
        if action in ("pause", "refer", "emergency"):
            shows = {action}
        found = []
        for rule in self.rulebook.advice:
            if not shows & set(rule.definition.show):
                continue
            if rule.when is None or self.facts.truth(rule.when) is not Truth.FALSE:
                found.append(AdviceShown(rule.definition.id, rule.definition.text, rule.definition.place))
        return tuple(found)


_SET_ASIDE = frozenset(["pause", "refer", "emergency"])


def _unique(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    seen: dict[tuple[str, str], Reason] = {}
    for reason in reasons:
        seen.setdefault((reason.address, reason.say), reason)
    return tuple(seen.values())
