"""Which rules stand in the way: gates and stages judged as in a decision, without its plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

import attrs

from rehabflow.conditions import truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Truth
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import GateResult
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.gates import evaluate_gates, on_track
from rehabflow.engine.nearest.later import Hold, Later
from rehabflow.engine.nearest.slots import Slot, Slots, together
from rehabflow.engine.prepared import prepare
from rehabflow.engine.staging import TrackJudge, judge_of
from rehabflow.instants import Instant
from rehabflow.record.events import History
from rehabflow.record.timeline import fold
from rehabflow.rulebook.model import CriterionRule, GateRule, Rulebook, StageRule

Goal: TypeAlias = Literal["start", "advance", "discharge"]


@attrs.frozen
class Way:
    """A way to the goal: the stage to be entered (of a discharge the present one), and the rules it asks for."""

    stage: str
    criteria: tuple[CriterionRule, ...]


@attrs.frozen
class Block:
    """A rule that stands in the way, and what its answer rests on."""

    address: str
    slots: tuple[Slot, ...]


@attrs.define(eq=False)
class Judged:
    """One track of a record, judged at a visit."""

    facts: Facts
    gates: tuple[GateResult, ...]
    judge: TrackJudge
    action: str

    @classmethod
    def of(cls, rulebook: Rulebook, history: History, now: Instant, track: str) -> Judged:
        """Return the judgement of a record as it is."""
        facts = Facts(prepare(rulebook), fold(history, now), now, visit=True)
        gates = evaluate_gates(facts, history.events, None)
        judge = judge_of(facts, track, gates, "visit")
        result = judge.judge()
        return cls(facts, gates, judge, result.action if result.is_open else "closed")

    @property
    def track(self) -> str:
        """Return the id of the track."""
        return self.judge.track

    @property
    def stage(self) -> StageRule | None:
        """Return the stage that the track is in."""
        entry = self.facts.timeline.stage(self.track, self.facts.now, before_deciding=self.facts.past)
        return self.facts.prepared.rulebook.stages[entry.stage] if entry else None

    def within(self) -> Facts:
        """Return the facts as criteria of this track see them."""
        return self.facts.within(Context(track=self.track, since_stage=True))

    def ways(self, goal: Goal) -> list[Way]:
        """Return the ways there are from here."""
        stages, stage = self.facts.prepared.rulebook.stages, self.stage
        if goal == "start":
            listed = [] if stage is not None else [stages[name] for name in self.judge.rule.stages]
            tried = [one for index, one in enumerate(listed) if index == 0 or one.stage.start_here]
            return [Way(one.stage.id, one.enter) for one in tried]
        if stage is None:
            return []
        if goal == "discharge":
            return [] if stage.discharge is None else [Way(stage.stage.id, stage.discharge)]
        return [Way(name, (*stage.leave, *stages[name].enter)) for name in stage.next]

    def blocks(self, goal: Goal, way: Way, slots: Slots, hold: Hold | None) -> list[Block]:
        """Return the rules that stand in a way, in the order in which a decision looks at them.

        Of what only time can change (`hold`), it is looked at whether all else is as it should be by then.
        """
        found = list(self._gates(goal, slots, hold))
        open_while = self.judge.rule.open_while
        if open_while is not None and self.within().truth(open_while) is not Truth.TRUE:
            found.append(Block(f"track.{self.track}.open_while", slots.of(open_while)))
        stage = self.stage
        if stage is not None:
            found += self._regress(stage, slots)
        found += [
            Block(rule.address, slots.of(rule.condition))
            for rule in way.criteria
            if self._answer(rule.condition, rule.address, hold) is not Truth.TRUE
        ]
        if goal == "advance" and stage is not None:
            found += self._rivals(stage, way, slots)
        return found

    def _answer(self, condition: Checked, address: str, hold: Hold | None) -> Truth:
        facts = self.within()
        if hold is None or address not in hold.addresses:
            return facts.truth(condition)
        return truth(condition, Later(facts, hold.day))

    # -- what blocks

    def _gates(self, goal: Goal, slots: Slots, hold: Hold | None) -> Iterator[Block]:
        rules = {rule.address: rule for rule in self.facts.prepared.rulebook.gates}
        for gate in on_track(self.gates, self.track, rules):
            if gate.acts < Effect.PAUSE and (goal == "start" or not gate.no_progress):
                continue
            rule = rules[gate.address]
            if hold is not None and rule.address in hold.addresses:
                is_over = truth(rule.when, Later(self.facts, hold.day)) is Truth.FALSE
                if is_over:
                    continue
            yield Block(gate.address, gate_slots(rule, slots))

    def _regress(self, stage: StageRule, slots: Slots) -> Iterator[Block]:
        facts = self.within()
        for _, rules in stage.regress:
            for rule in rules:
                if facts.truth(rule.condition) is not Truth.FALSE:
                    yield Block(rule.address, slots.of(rule.condition))

    def _rivals(self, stage: StageRule, way: Way, slots: Slots) -> Iterator[Block]:
        """Yield what would come before the way: a discharge that is met, another next stage that may be entered."""
        stages = self.facts.prepared.rulebook.stages
        if stage.discharge is not None and self._all(stage.discharge) is Truth.TRUE:
            yield Block(f"stage.{stage.stage.id}.discharge", _rules_slots(stage.discharge, slots))
        for name in stage.next:
            if name != way.stage and self._all(stages[name].enter) is not Truth.FALSE:
                yield Block(f"stage.{name}.enter", _rules_slots(stages[name].enter, slots))

    def _all(self, rules: Sequence[CriterionRule]) -> Truth:
        answers = [self.within().truth(rule.condition) for rule in rules]
        if Truth.FALSE in answers:
            return Truth.FALSE
        return Truth.TRUE if all(answer is Truth.TRUE for answer in answers) else Truth.UNKNOWN


def gate_slots(rule: GateRule, slots: Slots) -> tuple[Slot, ...]:
    """Return what a gate level's state rests on; of one that lasts, every moment of the record."""
    is_latched = rule.until is not None
    conditions = [rule.when, *([rule.until] if rule.until is not None else [])]
    return together(slots.of(condition, looks_back=is_latched) for condition in conditions)


def _rules_slots(rules: Iterable[CriterionRule], slots: Slots) -> tuple[Slot, ...]:
    return together(slots.of(rule.condition) for rule in rules)


def gates_of(rulebook: Rulebook) -> Mapping[str, GateRule]:
    """Return the gate levels by address."""
    return {rule.address: rule for rule in rulebook.gates}
