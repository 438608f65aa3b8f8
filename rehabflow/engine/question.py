"""The question to the solver: from a stage, the facts and the findings to a `SelectionProblem`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import attrs

from rehabflow.conditions import evaluate
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Number, Truth
from rehabflow.definitions.exercises import Exercise
from rehabflow.definitions.extensions import SCORE_BOUND, ScoreFunction
from rehabflow.engine import dosing
from rehabflow.engine import selection as solver
from rehabflow.engine.candidates import Judge
from rehabflow.engine.decision import FindingResult, Reason
from rehabflow.engine.dosing import Due
from rehabflow.engine.facts import Facts
from rehabflow.engine.gates import may
from rehabflow.engine.selection.problem import QUARTERS
from rehabflow.record.events import Overridden, TrackPlan
from rehabflow.record.timeline import order_of
from rehabflow.rulebook.model import ChoiceRule, ExerciseRule, StageRule, TermRule

MOST_MINUTES = 127


@attrs.define(eq=False)
class Question:
    """What is to be chosen for one stage; `notes` collects what a clinician should know of the rules set aside.

    `due` is what the current plan has, or what is due in its place; `slots_of` the open slots that take an exercise.
    """

    facts: Facts
    stage: StageRule
    judge: Judge
    due: Mapping[str, Due]
    excluded: Mapping[str, tuple[Reason, ...]]
    slots_of: Mapping[str, tuple[str, ...]]
    opened: tuple[str, ...]
    findings: tuple[FindingResult, ...]
    previous: TrackPlan | None
    is_same_plan: bool
    minutes_used: int
    pins: tuple[solver.Pin, ...]
    scores: Mapping[str, ScoreFunction]
    notes: list[str] = attrs.field(factory=list)

    def problem(self) -> solver.SelectionProblem:
        """Return the question to the solver."""
        rulebook = self.facts.prepared.rulebook
        due, excluded, opened = self.due, self.excluded, self.opened
        allowed = [name for name in rulebook.exercises if name not in excluded and self.slots_of[name]]
        minutes, exercises, new_at_most = self._limits()
        week = self.stage.stage.week
        used = (
            {slot for name, day in week.days.items() if name in week.pattern for slot in day}
            if week
            else set(opened)
        )
        slots = [rule.slot for rule in self.stage.slots if rule.slot.id in opened and rule.slot.id in used]
        names = {slot.id for slot in slots}
        findings = {f.key: f for f in self.findings if f.state == "met"}
        return solver.SelectionProblem(
            slots=tuple(solver.Slot(s.id, s.lower, s.upper, s.outside_session) for s in slots),
            exercises=tuple(self._exercise(rulebook.exercises[name], findings) for name in allowed),
            candidates=tuple(
                solver.Candidate(name, slot, self._terms(name, name in due))
                for name in allowed
                for slot in self.slots_of[name]
                if slot in names
            ),
            minutes_limit=minutes,
            exercises_limit=exercises,
            findings=tuple(solver.Finding(f.key, f.severity) for f in findings.values()),
            finding_weight=self._finding_weight(),
            slot_order=self.stage.stage.order or tuple(rule.slot.id for rule in self.stage.slots),
            day_types=self._day_types(names),
            together=self._together(),
            at_most=self._at_most(),
            before=self._before(),
            pins=self.pins,
            excluded=self._excluded(findings),
            new_at_most=new_at_most if self.is_same_plan else None,
        )

    def _limits(self) -> tuple[int, int, int | None]:
        selector = self.facts.prepared.rulebook.selector
        minutes, exercises, new = MOST_MINUTES, MOST_MINUTES, None
        if selector is not None:
            if selector.minutes is not None:
                found = lowest(evaluate(selector.minutes, self.judge.facts).value)
                minutes = min(MOST_MINUTES, max(0, found - self.minutes_used))
            if selector.exercises is not None:
                exercises = max(0, lowest(evaluate(selector.exercises, self.judge.facts).value))
            new = selector.new_at_most
        return minutes, exercises, new

    def _exercise(self, rule: ExerciseRule, findings: Mapping[str, FindingResult]) -> solver.Exercise:
        exercise = rule.definition
        dose = dose_of(exercise, self.due, self.stage.stage.dose)
        return solver.Exercise(
            exercise.id,
            dosing.minutes_a_day(exercise, dose.level, dose.step),
            exercise.demand,
            exercise.position,
            frozenset(key for key, f in findings.items() if set(f.targets) & set(exercise.trains)),
            frozenset([rule.ladder] if rule.ladder else []),
            exercise.id in self.due,
        )

    def _terms(self, exercise: str, is_current: bool) -> tuple[solver.Term, ...]:
        selector = self.facts.prepared.rulebook.selector
        found = []
        for term in selector.terms if selector else ():
            name, weight = term.definition.id, term.definition.weight
            if name == "keeps_current":
                found.append(solver.Term(name, weight * QUARTERS * is_current))
            elif term.value is not None or term.computed:
                found.append(solver.Term(name, weight * self._quarters(term, exercise)))
        return tuple(found)

    def _quarters(self, term: TermRule, exercise: str) -> int:
        """Return a term's value in quarter points, rounded half up; unknown: its `if_unknown`, or the lowest."""
        low, is_known = self._number(term, exercise)
        if not is_known and term.definition.if_unknown is not None:
            low = Fraction(term.definition.if_unknown)
        parts = low.denominator
        rounded = (2 * QUARTERS * low.numerator + parts) // (2 * parts)
        return max(-SCORE_BOUND * QUARTERS, min(SCORE_BOUND * QUARTERS, rounded))

    def _number(self, term: TermRule, exercise: str) -> tuple[Fraction, bool]:
        """Return a term's least possible value, and whether that is its value."""
        if term.computed:
            definition = self.facts.prepared.rulebook.exercises[exercise].definition
            computed = self.scores[term.computed](self.judge.world(exercise), definition)
            return (Fraction(-SCORE_BOUND), False) if computed is None else (computed, True)
        assert term.value is not None
        value = self.judge.score(term.value, exercise).value
        if not isinstance(value, Number) or value.low is None or value.undefined:
            return Fraction(-SCORE_BOUND), False
        return Fraction(value.low), value.low == value.high

    def _finding_weight(self) -> int:
        selector = self.facts.prepared.rulebook.selector
        weights = (
            [t.definition.weight for t in selector.terms if t.definition.id == "addresses_findings"]
            if selector
            else []
        )
        return weights[0] if weights else 0

    def _day_types(self, slots: set[str]) -> tuple[solver.DayType, ...]:
        week = self.stage.stage.week
        if week is None:
            return ()
        kinds = [(name, tuple(s for s in days if s in slots)) for name, days in week.days.items()]
        return tuple(solver.DayType(name, days) for name, days in kinds if days and name in week.pattern)

    # -- rules

    def _rules(self, kind: str) -> Iterable[ChoiceRule]:
        """Yield the rules of a kind that hold: not known to be out of place, not set aside."""
        for rule in self.facts.prepared.rulebook.rules:
            if rule.definition.kind != kind:
                continue
            if rule.when is not None and self.judge.facts.truth(rule.when) is Truth.FALSE:
                continue
            override = next((o for o in self.facts.timeline.overrides if self._sets_aside(o, rule)), None)
            if override is None:
                yield rule
            else:
                self.notes.append(
                    f"{rule.address} set aside by {override.name} ({override.by}): {override.reason}"
                )

    def _sets_aside(self, override: Overridden, rule: ChoiceRule) -> bool:
        is_live = (
            order_of(override.at) <= order_of(self.facts.now) and self.facts.now.day <= override.until.day
        )
        return override.rule == rule.address and is_live and may(override.by, rule.definition.override)

    def _all_who(self, condition: Checked | None) -> frozenset[str]:
        if condition is None:
            return frozenset()
        names = self.facts.prepared.rulebook.exercises
        return frozenset(name for name in names if self.judge.answer(condition, name) is Truth.TRUE)

    def _together(self) -> tuple[solver.Together, ...]:
        return tuple(
            solver.Together(rule.address, self._all_who(rule.first), self._all_who(rule.then))
            for rule in self._rules("together")
        )

    def _before(self) -> tuple[solver.Before, ...]:
        return tuple(
            solver.Before(rule.address, self._all_who(rule.first), self._all_who(rule.then))
            for rule in self._rules("before")
        )

    def _at_most(self) -> tuple[solver.AtMost, ...]:
        return tuple(
            solver.AtMost(rule.address, rule.definition.count, self._all_who(rule.of))
            for rule in self._rules("at_most")
        )

    def _excluded(self, findings: Mapping[str, FindingResult]) -> tuple[solver.Excluded, ...]:
        rulebook = self.facts.prepared.rulebook
        slot_of = {item.exercise: item.slot for item in self.previous.prescriptions} if self.previous else {}
        return tuple(
            solver.Excluded(
                name,
                reasons,
                slot_of.get(name),
                frozenset(
                    key
                    for key, f in findings.items()
                    if set(f.targets) & set(rulebook.exercises[name].definition.trains)
                ),
            )
            for name, reasons in self.excluded.items()
        )


def dose_of(exercise: Exercise, due: Mapping[str, Due], level: str) -> Due:
    """Return the dose an exercise would get now: the due one, or the first step."""
    return due.get(exercise.id) or Due(exercise.id, level, 0, 0, "kept", ())


def lowest(value: object) -> int:
    """Return the lowest whole number still possible, 0 if there is none."""
    if isinstance(value, Number) and value.low is not None:
        return int(value.low // 1)
    return 0
