"""The rules that the outcome of a decision follows from, each with what it says now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Truth
from rehabflow.conditions.world import Window
from rehabflow.definitions.gates import Effect
from rehabflow.engine.asking.atoms import CLEARANCE, UNREPORTED, atoms_of
from rehabflow.engine.decision import CriterionResult, GateResult, Kind, TrackResult
from rehabflow.engine.facts import PLAIN, Context, Facts
from rehabflow.engine.values import is_settled
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.timeline import order_of
from rehabflow.rulebook.model import CriterionRule, StageRule, TrackRule

NO: Final = 0
OPEN: Final = 1
YES: Final = 2
STUCK: Final = 3
"""What a rule says: not met, undecided, met, or undecided for good, so that the engine acts on "unknown"."""

_ANSWERS: Final = {
    "met": YES, "triggered": YES, "not_met": NO, "clear": NO, "unknown": OPEN, "error": STUCK,
}  # fmt: skip
_TRUTHS: Final = {Truth.TRUE: YES, Truth.FALSE: NO, Truth.UNKNOWN: OPEN, Truth.ERROR: STUCK}
NONE: Final = "none"


@frozen(eq=False)
class RuleNow:
    """A gate level or criterion and what it says now.

    `effect` is that of a gate level, NONE for a criterion; without `condition` it is a reviewer's, and stays.
    `trigger`: since when a level with `until` is in force; then it says no only once `until` is met. `unanswered`: an
    entry that lacks an answer and may have met it. `sends_back`: a criterion of `regress_to`.
    """

    address: str
    effect: Effect
    condition: Checked | None
    context: Context
    says: int
    until: Checked | None = None
    trigger: Instant | None = None
    unanswered: Instant | None = None
    sends_back: bool = False

    @property
    def is_gate(self) -> bool:
        """Return whether it is a gate level."""
        return self.effect is not Effect.NONE


@frozen(eq=False)
class TrackNow:
    """What one track may do: places of rules in the list, and stages.

    `gates` are strictest first; `brakes` forbid progress. Without a stage, `starts` are the stages that may be
    started, in the order in which they are tried; else `regress` has the earliest stage first, each rule with
    whether it would rest on evidence newer than the stage's entry.
    """

    track: str
    stage: str
    visit: bool
    gates: tuple[tuple[int, Effect], ...]
    brakes: tuple[int, ...]
    open_while: int | None
    starts: tuple[tuple[str, tuple[int, ...]], ...]
    regress: tuple[tuple[str, tuple[tuple[int, bool], ...]], ...]
    discharge: tuple[int, ...] | None
    leave: tuple[int, ...]
    nexts: tuple[tuple[str, tuple[int, ...]], ...]

    def criteria(self) -> frozenset[int]:
        """Return the places of the rules, gates aside, that its action reads."""
        found = {*self.brakes, *self.leave, *(self.discharge or ())}
        if self.open_while is not None:
            found.add(self.open_while)
        for _, rules in (*self.starts, *self.nexts):
            found.update(rules)
        for _, regress in self.regress:
            found.update(place for place, _ in regress)
        return frozenset(found)


@attrs.define(eq=False)
class Collector:
    """Collects the rules of one decision, each once."""

    facts: Facts
    kind: Kind
    results: Mapping[str, CriterionResult]
    rules: list[RuleNow] = attrs.field(factory=list)
    _gates: list[tuple[int, Effect, bool, tuple[str, ...]]] = attrs.field(factory=list)
    _places: dict[tuple[str, str], int] = attrs.field(factory=dict)

    def gates(self, results: Sequence[GateResult]) -> None:
        """Take every gate level that is not set aside, and what reviewers add."""
        rules = {rule.address: rule for rule in self.facts.prepared.rulebook.gates}
        for result in results:
            if result.overridden:
                continue
            rule = rules.get(result.address)
            holds = result.no_progress if rule is None else rule.level.no_progress
            self._gates.append(
                (len(self.rules), result.effect, holds, () if rule is None else rule.level.tracks)
            )
            says = _ANSWERS[result.state]
            self.rules.append(
                RuleNow(
                    result.address,
                    result.effect,
                    None if rule is None else rule.when,
                    PLAIN,
                    says,
                    rule.until if rule is not None and says == YES else None,
                    result.since,
                    result.unanswered,
                )
            )

    def track(self, rule: TrackRule, result: TrackResult) -> TrackNow:
        """Return what a track may do, its criteria taken."""
        name = rule.track.id
        facts = self.facts.within(Context(track=name, since_stage=True))
        entry = self.facts.timeline.stage(name, self.facts.now, before_deciding=self.facts.past)
        stages = self.facts.prepared.rulebook.stages
        stage = stages[entry.stage] if entry is not None else None
        visit = self.kind == "visit"
        is_later = entry is not None and order_of(self.facts.now) > order_of(entry.at)
        goes_on = stage is not None and visit
        return TrackNow(
            name,
            result.before,
            visit,
            self._gates_of(name),
            self._brakes_of(name),
            None
            if rule.open_while is None
            else self._named(f"track.{name}.open_while", rule.open_while, facts),
            self._starts(rule, facts) if stage is None and visit else (),
            () if stage is None else self._regress(stage, facts, is_later),
            None
            if stage is None or stage.discharge is None or not visit
            else self._all(stage.discharge, facts),
            self._all(stage.leave, facts) if stage is not None and goes_on else (),
            tuple((next_, self._all(stages[next_].enter, facts)) for next_ in stage.next)
            if stage and goes_on
            else (),
        )

    def _gates_of(self, track: str) -> tuple[tuple[int, Effect], ...]:
        found = [(place, effect) for place, effect, _, tracks in self._gates if not tracks or track in tracks]
        return tuple(sorted(found, key=lambda gate: (-gate[1], gate[0])))

    def _brakes_of(self, track: str) -> tuple[int, ...]:
        return tuple(
            place for place, _, holds, tracks in self._gates if holds and (not tracks or track in tracks)
        )

    def _starts(self, rule: TrackRule, facts: Facts) -> tuple[tuple[str, tuple[int, ...]], ...]:
        stages = [self.facts.prepared.rulebook.stages[name] for name in rule.stages]
        if not stages:
            return ()
        tried = [stage for stage in reversed(stages[1:]) if stage.stage.start_here]
        return tuple((stage.stage.id, self._all(stage.enter, facts)) for stage in [*tried, stages[0]])

    def _regress(
        self, stage: StageRule, facts: Facts, is_later: bool
    ) -> tuple[tuple[str, tuple[tuple[int, bool], ...]], ...]:
        found = []
        for target, rules in stage.regress:
            places = []
            for rule in rules:
                place = self._criterion(rule, facts, sends_back=True)
                result = self.results.get(rule.address)
                is_new = result is None or result.new_evidence
                places.append((place, is_new or (is_later and self._lacks_answers(rule.condition, facts))))
            found.append((target, tuple(places)))
        return tuple(found)

    def _lacks_answers(self, condition: Checked, facts: Facts) -> bool:
        """Return whether a condition reads what is missing: given now, it would be new evidence.

        A blank answer of a session would not be: it is as old as the session. A session that nobody reported would.
        """
        atoms = atoms_of(self.facts.prepared).of_node(condition.tree)
        if UNREPORTED in atoms and any(not m.is_entry and not m.anonymous for m in facts.members(Window())):
            return True
        return any(
            not is_settled(self.facts.fact(atom))
            for atom in atoms
            if not atom.startswith(CLEARANCE)
            and atom != UNREPORTED
            and atom not in self.facts.prepared.rulebook.diary
        )

    def _all(self, rules: Iterable[CriterionRule], facts: Facts) -> tuple[int, ...]:
        return tuple(self._criterion(rule, facts) for rule in rules)

    def _criterion(self, rule: CriterionRule, facts: Facts, *, sends_back: bool = False) -> int:
        result = self.results.get(rule.address)
        state = None if result is None else result.state
        return self._named(rule.address, rule.condition, facts, state, sends_back=sends_back)

    def _named(
        self,
        address: str,
        condition: Checked,
        facts: Facts,
        state: str | None = None,
        *,
        sends_back: bool = False,
    ) -> int:
        key = (facts.context.track, address)
        place = self._places.get(key)
        if place is None:
            says = _TRUTHS[facts.truth(condition)] if state is None else _ANSWERS[state]
            place = self._places[key] = len(self.rules)
            made = RuleNow(address, Effect.NONE, condition, facts.context, says, sends_back=sends_back)
            self.rules.append(made)
        return place
