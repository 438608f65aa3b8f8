"""Stages: what each open track does, by ranked outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from rehabflow.conditions.nodes import NamedNode, Node
from rehabflow.conditions.possible import Truth
from rehabflow.definitions.common import Rule
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Action, CriterionResult, GateResult, Reason, State, TrackResult
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.gates import on_track
from rehabflow.engine.reasons import plain, reason
from rehabflow.record.timeline import StageEntry, order_of
from rehabflow.rulebook.model import CriterionRule, StageRule, TrackRule

NONE = "none"
STATES: dict[Truth, State] = {
    Truth.TRUE: "met",
    Truth.FALSE: "not_met",
    Truth.UNKNOWN: "unknown",
    Truth.ERROR: "error",
}
_TIME = frozenset(["session.date", "stage.days", "stage.hours", "episode.days", "patient.age"])


@attrs.define(eq=False)
class TrackJudge:
    """Judges one track at one moment; `criteria` collects every criterion it looked at."""

    facts: Facts
    rule: TrackRule
    effect: Effect
    no_progress: bool
    kind: str
    gate_reasons: tuple[Reason, ...]
    criteria: dict[str, CriterionResult] = attrs.field(factory=dict)

    @property
    def track(self) -> str:
        """The id of the track."""
        return self.rule.track.id

    def judge(self) -> TrackResult:
        """Return the track's action: the first of the ranked outcomes that applies."""
        entry = self.facts.timeline.stage(self.track, self.facts.now, before_deciding=self.facts.past)
        before = entry.stage if entry else NONE
        if not self._is_open():
            return TrackResult(self.track, False, "stay", before, before, ())
        stage = self.facts.prepared.rulebook.stages[before] if entry else None
        outcome = self._outcome(stage, entry)
        if self.effect >= Effect.PAUSE:
            action: Action = self.effect.word  # type: ignore[assignment]  # pause, refer or emergency
            return TrackResult(self.track, True, action, before, before, self.gate_reasons)
        return attrs.evolve(outcome, tell=self._tell(outcome))

    def _tell(self, outcome: TrackResult) -> str:
        """Return what the stage from now on says to the patient; nothing where its exercises come to an end."""
        stage = self.facts.prepared.rulebook.stages.get(outcome.after)
        return stage.stage.tell if stage is not None and outcome.action != "discharge" else ""

    def _is_open(self) -> bool:
        if self.rule.open_while is None:
            return True
        answer = self._facts().truth(self.rule.open_while)
        return answer is Truth.TRUE

    def _facts(self) -> Facts:
        return self.facts.within(Context(track=self.track, since_stage=True))

    def _outcome(self, stage: StageRule | None, entry: StageEntry | None) -> TrackResult:
        if stage is None or entry is None:
            return self._start()
        regress = self._regress(stage, entry)
        if regress is not None:
            return regress
        if self.kind != "visit":
            return self._stay(stage.stage.id, ())
        return self._go_on(stage)

    def _stay(self, stage: str, why: Sequence[Reason]) -> TrackResult:
        return TrackResult(self.track, True, "stay", stage, stage, tuple(why))

    # -- start

    def _start(self) -> TrackResult:
        stages = [self.facts.prepared.rulebook.stages[name] for name in self.rule.stages]
        if self.kind != "visit" or not stages:
            return self._stay(NONE, ())
        for stage in reversed(stages[1:]):
            results = [self.answer(rule) for rule in stage.enter]
            if stage.stage.start_here and all(result.state == "met" for result in results):
                return self._begin(stage, results)
        first = [self.answer(rule) for rule in stages[0].enter]
        if all(result.state == "met" for result in first):
            return self._begin(stages[0], first)
        return self._stay(NONE, _open(first))

    def _begin(self, stage: StageRule, results: Sequence[CriterionResult]) -> TrackResult:
        why = tuple(result.reason for result in results)
        if not why:
            why = (plain(f"stage.{stage.stage.id}", "First stage of the track", place=stage.stage.place),)
        return TrackResult(self.track, True, "start", NONE, stage.stage.id, why)

    # -- regress

    def _regress(self, stage: StageRule, entry: StageEntry) -> TrackResult | None:
        found: TrackResult | None = None
        for target, rules in stage.regress:
            results = [self.answer(rule, newer_than=entry) for rule in rules]
            met = [result.reason for result in results if result.state == "met" and result.new_evidence]
            if met and found is None:
                found = TrackResult(self.track, True, "regress", stage.stage.id, target, tuple(met))
        return found

    def _is_new(self, rule: CriterionRule, entry: StageEntry) -> bool:
        """Return whether a criterion rests on evidence newer than the stage's entry, or on time that has passed."""
        newest = self.facts.newest_of(self.facts.prepared.series_of(rule.condition))
        if newest is not None and order_of(newest) > order_of(entry.at):
            return True
        if not self._reads_time(rule):
            return False
        now = order_of(self.facts.now)
        done = [order_of(one.at) for one in self.facts.timeline.sessions if one.done > 0]
        return now > max([order_of(entry.at), *(at for at in done if at <= now)])

    def _reads_time(self, rule: CriterionRule) -> bool:
        """Return whether a criterion's answer changes as time passes; that something happened does not."""
        events = self.facts.prepared.rulebook.events
        dates = {fact.key for fact in rule.condition.facts} & set(events)
        return bool(rule.condition.reads & _TIME or dates)

    # -- discharge, advance

    def _go_on(self, stage: StageRule) -> TrackResult:
        blocking = [
            result
            for _, rules in stage.regress
            for result in (self.criteria[rule.address] for rule in rules)
            if result.state != "not_met"
        ]
        leave = [self.answer(rule) for rule in stage.leave]
        discharge = None if stage.discharge is None else [self.answer(rule) for rule in stage.discharge]
        nexts = {name: self._enter(name) for name in stage.next}
        if blocking:
            return self._stay(stage.stage.id, [result.reason for result in blocking])
        if self.no_progress:
            return self._stay(stage.stage.id, self.gate_reasons)
        if discharge is not None and all(result.state == "met" for result in discharge):
            name = stage.stage.id
            return TrackResult(self.track, True, "discharge", name, name, _reasons(discharge))
        return self._advance(stage, leave, nexts, discharge or [])

    def _enter(self, name: str) -> list[CriterionResult]:
        return [self.answer(rule) for rule in self.facts.prepared.rulebook.stages[name].enter]

    def _advance(
        self,
        stage: StageRule,
        leave: list[CriterionResult],
        nexts: dict[str, list[CriterionResult]],
        discharge: list[CriterionResult],
    ) -> TrackResult:
        name = stage.stage.id
        ready = [target for target, results in nexts.items() if all(r.state == "met" for r in results)]
        undecided = [
            target
            for target, results in nexts.items()
            if target not in ready and not any(result.state == "not_met" for result in results)
        ]
        can_leave = all(result.state == "met" for result in leave)
        if can_leave and len(ready) == 1 and not undecided:
            return TrackResult(
                self.track, True, "advance", name, ready[0], _reasons([*leave, *nexts[ready[0]]])
            )
        if can_leave and len(ready) > 1:
            choice = plain(f"stage.{name}.next", f"Ready for {' and '.join(ready)}: the clinician chooses")
            return self._stay(name, [choice])
        entries = [result for results in nexts.values() for result in results]
        return self._stay(name, _open([*leave, *entries, *discharge]))

    # -- criteria

    def answer(self, rule: CriterionRule, newer_than: StageEntry | None = None) -> CriterionResult:
        """Return a criterion's answer, and remember it."""
        found = self.criteria.get(rule.address)
        if found is None:
            facts = self._facts()
            state = STATES[facts.truth(rule.condition)]
            named = self._by_name(rule.condition.tree)
            why = reason(
                facts,
                rule.condition,
                address=rule.address,
                state=state,
                say=rule.rule.say or (named.say if named else ""),
                place=rule.rule.place,
                evidence=rule.rule.evidence,
                tell=rule.rule.tell or (named.tell if named else ""),
            )
            new = newer_than is None or self._is_new(rule, newer_than)
            found = CriterionResult(rule.address, state, why, new)
            self.criteria[rule.address] = found
        return found

    def _by_name(self, tree: Node) -> Rule | None:
        """Return the criterion whose name is all that a rule is: what it says of itself holds for the rule too."""
        name = tree.name.removeprefix("criterion.") if isinstance(tree, NamedNode) else ""
        named = self.facts.prepared.rulebook.criteria.get(name)
        return named.rule if named else None


def judge_of(facts: Facts, track: str, gates: Sequence[GateResult], kind: str) -> TrackJudge:
    """Return the judge of a track, given the results of all gates."""
    rulebook = facts.prepared.rulebook
    acting = on_track(gates, track, {rule.address: rule for rule in rulebook.gates})
    effect = max((gate.acts for gate in acting), default=Effect.NONE)
    holding = [gate for gate in acting if gate.acts is effect and gate.acts >= Effect.PAUSE]
    blocking = [gate for gate in acting if gate.no_progress]
    reasons = tuple(gate.reason for gate in holding) or tuple(gate.reason for gate in blocking)
    return TrackJudge(facts, rulebook.tracks[track], effect, bool(blocking), kind, reasons)


def _open(results: Iterable[CriterionResult]) -> tuple[Reason, ...]:
    return tuple(result.reason for result in results if result.state != "met")


def _reasons(results: Iterable[CriterionResult]) -> tuple[Reason, ...]:
    return tuple(result.reason for result in results)
