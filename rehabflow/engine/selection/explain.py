"""Why each exercise is in the plan or is not, by exact solves."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from rehabflow.engine.selection.compare import compare, finding_counts
from rehabflow.engine.selection.compile import Forced
from rehabflow.engine.selection.explanations import (
    Difference,
    FindingPart,
    Obstacle,
    RuleServed,
    WhyCannotBePlaced,
    WhyChosen,
    WhyExcluded,
    WhyNoRoom,
    WhyNoSlot,
    WhyNot,
    WhyNoTime,
    WhyOutscored,
    WhyUnfilled,
    WhyWouldLeaveGap,
    Worth,
)
from rehabflow.engine.selection.model import finding_quarters
from rehabflow.engine.selection.obstacles import lifted, no_limit, with_minutes, without
from rehabflow.engine.selection.problem import SelectionProblem
from rehabflow.engine.selection.result import Selection
from rehabflow.engine.selection.solve import NODE_BUDGET, Plan, Solution, each, solve


def why_chosen(problem: SelectionProblem, selection: Selection, exercise: str) -> WhyChosen:
    """What an exercise of the plan is in it for. Costs no solve.

    Raises:
        ValueError: it is not in the plan.
    """
    slot = selection.slot_of(exercise)
    if slot is None:
        raise ValueError(f"{exercise!r} is not in the plan")
    by_id = {one.id: one for one in problem.exercises}
    wanted = {one.id: one.lower for one in problem.slots}[slot]
    held = sum(one.slot == slot for one in selection.chosen)
    own = next(one for one in problem.candidates if (one.slot, one.exercise) == (slot, exercise))
    return WhyChosen(
        exercise=exercise,
        slot=slot,
        findings=tuple(_finding_parts(problem, selection, exercise)),
        terms=own.terms,
        rules=tuple(_rules_served(problem, selection, exercise)),
        is_required_place=held <= wanted,
        is_pinned=exercise in selection.pins,
        is_current=by_id[exercise].is_current,
        exception=next((one for one in selection.new_exceptions if one.exercise == exercise), None),
    )


def _finding_parts(problem: SelectionProblem, selection: Selection, exercise: str) -> Iterator[FindingPart]:
    by_id = {one.id: one for one in problem.exercises}
    order = [one.exercise for one in selection.chosen]
    for finding in sorted(problem.findings, key=lambda finding: (-finding.severity, finding.id)):
        addressing = [one for one in order if finding.id in by_id[one].findings]
        if exercise in addressing:
            place = addressing.index(exercise) + 1
            quarters = finding_quarters(place) - finding_quarters(place - 1)
            points = problem.finding_weight * finding.severity * quarters
            yield FindingPart(finding.id, finding.severity, place, points)


def _rules_served(problem: SelectionProblem, selection: Selection, exercise: str) -> Iterator[RuleServed]:
    for rule in sorted(problem.together, key=lambda rule: rule.id):
        if exercise in rule.then:
            needing = _meeting(problem, selection, exercise, rule.first - rule.then)
            if needing:
                yield RuleServed(rule.id, "partner_of", needing)
        elif exercise in rule.first:
            yield RuleServed(rule.id, "needs", _meeting(problem, selection, exercise, rule.then))


def _meeting(
    problem: SelectionProblem, selection: Selection, exercise: str, others: frozenset[str]
) -> tuple[str, ...]:
    """Of the others, those in the plan that share a type of day with the exercise, in plan order."""
    days = problem.days_of()
    slots = {one.exercise: one.slot for one in selection.chosen}
    own = set(days[slots[exercise]])
    return tuple(one for one in slots if one in others and one != exercise and own & set(days[slots[one]]))


def why_not(problem: SelectionProblem, selection: Selection, exercise: str) -> WhyNot:
    """Why an exercise is not in the plan: the first kind that fits, of those that section 5 lists.

    Raises:
        ValueError: it is in the plan.
    """
    return Explainer(problem, selection).why_not(exercise)


def why_unaddressed(problem: SelectionProblem, selection: Selection, finding: str) -> WhyNot:
    """Why no exercise of the plan addresses a finding; `subject` is the finding.

    Raises:
        ValueError: one does.
    """
    return Explainer(problem, selection).why_unaddressed(finding)


def why_unfilled(problem: SelectionProblem, selection: Selection, slot: str) -> WhyUnfilled:
    """What would fill a required place of a slot that stayed empty.

    Raises:
        ValueError: none did.
    """
    return Explainer(problem, selection).why_unfilled(slot)


def worth(problem: SelectionProblem, selection: Selection, exercise: str) -> Worth:
    """What an exercise of the plan is worth, and what would replace it.

    Raises:
        ValueError: it is not in the plan.
    """
    return Explainer(problem, selection).worth(exercise)


@attrs.define(eq=False)
class Explainer:
    """Explains one selection; keeps the solves that several explanations share."""

    problem: SelectionProblem
    selection: Selection
    budget: int = NODE_BUDGET
    _longer: dict[int, Solution] = attrs.field(factory=dict, init=False)
    _wider: Solution | None = attrs.field(default=None, init=False)

    def why_not(self, exercise: str) -> WhyNot:
        """See `why_not`."""
        if self.selection.slot_of(exercise) is not None:
            raise ValueError(f"{exercise!r} is in the plan")
        for gone in self.problem.excluded:
            if gone.exercise == exercise:
                return WhyExcluded(exercise, gone.reasons)
        lonely = dict(self.selection.unpartnered)
        if exercise in lonely:
            return WhyExcluded(exercise, (), lonely[exercise])
        return self._why_none_of(exercise, frozenset([exercise]))

    def why_unaddressed(self, finding: str) -> WhyNot:
        """See `why_unaddressed`."""
        if finding_counts(self.problem, self._plan)[finding]:
            raise ValueError(f"{finding!r} is addressed by the plan")
        lonely = dict(self.selection.unpartnered)
        able = [one.id for one in self.problem.exercises if finding in one.findings]
        return self._why_none_of(finding, frozenset(one for one in able if one not in lonely))

    def worth(self, exercise: str) -> Worth:
        """See `worth`."""
        if self.selection.slot_of(exercise) is None:
            raise ValueError(f"{exercise!r} is not in the plan")
        pins = tuple(pin for pin in self.selection.pins if pin != exercise)
        known = tuple(pair for pair in self._plan if pair[1] != exercise)
        other = self._solve(without(self.problem, exercise), each(pins), known)
        if other.plan is None or other.objective is None:
            other = self._solve(without(self.problem, exercise), ())
        assert other.plan is not None
        assert other.objective is not None
        ours = self.selection.objective
        return Worth(
            exercise=exercise,
            serious_lost=ours.serious - other.objective.serious,
            places_lost=ours.filled - other.objective.filled,
            loss=self._margin(other),
            without=self._compare(other),
        )

    def why_unfilled(self, slot: str) -> WhyUnfilled:
        """See `why_unfilled`."""
        missing = next((one.missing for one in self.selection.unfilled if one.slot == slot), 0)
        if not missing:
            raise ValueError(f"every required place of {slot!r} is filled")
        lifting = [
            obstacle
            for obstacle, problem, pins in lifted(self.problem, self.selection.pins, frozenset())
            if self._fills(slot, self._solve(problem, each(pins)))
        ]
        minutes = None
        if Obstacle("minutes") in lifting:
            lifting.remove(Obstacle("minutes"))
            minutes = self._fewest_minutes(slot)
        return WhyUnfilled(slot, missing, minutes, tuple(lifting))

    def _fewest_minutes(self, slot: str) -> int | None:
        """The fewest more minutes with which the best plan fills more of the slot's required places."""
        times = {one.id: one.minutes for one in self.problem.exercises}
        longest = max(times[one.exercise] for one in self.problem.candidates if one.slot == slot)
        most = no_limit(self.problem) - self.problem.minutes_limit
        tries: list[int] = [*range(1, longest + 1), most]
        for more in tries:
            if self._fills(slot, self._with_more(more)):
                return more
        return None

    def _fills(self, slot: str, solution: Solution) -> bool:
        held = sum(one.slot == slot for one in self.selection.chosen)
        return solution.plan is not None and sum(one == slot for one, _ in solution.plan) > held

    def _why_none_of(self, subject: str, exercises: frozenset[str]) -> WhyNot:
        """Why the plan has none of some exercises: kinds 2 to 5."""
        if not any(one.exercise in exercises for one in self.problem.candidates):
            return WhyNoSlot(subject)
        pins = each(self.selection.pins)
        solution = self._solve(self.problem, (*pins, exercises), self._plan)
        if solution.plan is None and solution.exact:
            return WhyCannotBePlaced(subject, self._lifting(exercises))
        gap = self._gap(subject, solution)
        if gap is not None:
            return gap
        margin = self._margin(solution)
        for more in self._extra_minutes(exercises):
            if self._has(self._with_more(more), exercises):
                return WhyNoTime(subject, more, margin)
        if self._has(self._with_one_more(), exercises):
            return WhyNoRoom(subject, margin)
        return WhyOutscored(subject, margin, self._compare(solution))

    def _lifting(self, exercises: frozenset[str]) -> tuple[Obstacle, ...]:
        slots = frozenset(one.slot for one in self.problem.candidates if one.exercise in exercises)
        return tuple(
            obstacle
            for obstacle, problem, pins in lifted(self.problem, self.selection.pins, slots)
            if self._solve(problem, (*each(pins), exercises)).plan is not None
        )

    def _gap(self, subject: str, solution: Solution) -> WhyWouldLeaveGap | None:
        """Kind 3, if the best plan with it falls behind in serious findings or required places."""
        ours = self.selection.objective
        if solution.plan is None or solution.objective is None:
            return WhyWouldLeaveGap(subject, (), (), is_proven=False, with_it=None)
        theirs = solution.objective
        if (theirs.serious, theirs.filled) >= (ours.serious, ours.filled):
            return None
        here, there = (finding_counts(self.problem, plan) for plan in (self._plan, solution.plan))
        findings = [one.id for one in self.problem.findings if one.severity == 3]
        places = []
        for slot in self.problem.ordered_slots():
            held = sum(one == slot.id for one, _ in self._plan)
            left = sum(one == slot.id for one, _ in solution.plan)
            if left < min(held, slot.lower):
                places.append(slot.id)
        return WhyWouldLeaveGap(
            subject=subject,
            findings=tuple(sorted(one for one in findings if here[one] and not there[one])),
            places=tuple(places),
            is_proven=solution.bound[:2] < (ours.serious, ours.filled),
            with_it=self._compare(solution),
        )

    def _extra_minutes(self, exercises: frozenset[str]) -> list[int]:
        """The own minutes of those that count in a session, fewest first."""
        inside = {slot.id for slot in self.problem.slots if not slot.outside_session}
        able = {one.exercise for one in self.problem.candidates if one.slot in inside}
        times = {one.minutes for one in self.problem.exercises if one.id in exercises & able}
        return sorted(times - {0})[:1]

    def _with_more(self, minutes: int) -> Solution:
        """The best plan with more minutes; shared by all candidates of equal length."""
        if minutes not in self._longer:
            longer = with_minutes(self.problem, self.problem.minutes_limit + minutes)
            self._longer[minutes] = self._solve(longer, each(self.selection.pins), self._plan)
        return self._longer[minutes]

    def _with_one_more(self) -> Solution:
        """The best plan with one more exercise in the session."""
        if self._wider is None:
            wider = attrs.evolve(self.problem, exercises_limit=self.problem.exercises_limit + 1)
            self._wider = self._solve(wider, each(self.selection.pins), self._plan)
        return self._wider

    def _has(self, solution: Solution, exercises: frozenset[str]) -> bool:
        """Whether the best plan, proven to be the best, has one of these."""
        return solution.exact and any(one in exercises for _, one in solution.plan or ())

    def _margin(self, solution: Solution) -> tuple[int, int]:
        """By how many quarter points the chosen plan leads, at least and at most."""
        assert solution.objective is not None
        ours = self.selection
        least = ours.objective.score - (solution.objective.score if solution.exact else solution.bound[2])
        return max(0, least) if not solution.exact else least, ours.bound[2] - solution.objective.score

    def _compare(self, solution: Solution) -> Difference:
        assert solution.plan is not None
        assert solution.objective is not None
        minutes = self.selection.objective.minutes, solution.objective.minutes
        return compare(self.problem, self._plan, solution.plan, minutes)

    def _solve(self, problem: SelectionProblem, forced: Forced, known: Plan = ()) -> Solution:
        return solve(problem, forced, known, self.budget)

    @property
    def _plan(self) -> Plan:
        return tuple((one.slot, one.exercise) for one in self.selection.chosen)
