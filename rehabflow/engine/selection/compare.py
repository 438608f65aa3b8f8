"""The chosen plan against another: what leaves, what comes, points per term."""

from __future__ import annotations

from collections import Counter

from rehabflow.engine.selection.explanations import (
    FINDINGS_TERM,
    Difference,
    FindingDifference,
    TermDifference,
)
from rehabflow.engine.selection.model import finding_quarters
from rehabflow.engine.selection.order import plan_order
from rehabflow.engine.selection.problem import SelectionProblem
from rehabflow.engine.selection.result import Chosen
from rehabflow.engine.selection.solve import Plan


def compare(problem: SelectionProblem, chosen: Plan, other: Plan, minutes: tuple[int, int]) -> Difference:
    """The difference of two plans of one problem; `minutes` are theirs."""
    findings = finding_differences(problem, chosen, other)
    terms = {FINDINGS_TERM: (sum(f.chosen_points for f in findings), sum(f.other_points for f in findings))}
    ours, theirs = _term_sums(problem, chosen), _term_sums(problem, other)
    for name in sorted(ours.keys() | theirs.keys()):
        terms[name] = ours[name], theirs[name]
    return Difference(
        leaves=tuple(Chosen(*pair) for pair in plan_order(problem, chosen) if pair not in other),
        comes=tuple(Chosen(*pair) for pair in plan_order(problem, other) if pair not in chosen),
        terms=tuple(TermDifference(name, *pair) for name, pair in terms.items() if pair[0] != pair[1]),
        findings=findings,
        minutes=minutes,
    )


def finding_differences(
    problem: SelectionProblem, chosen: Plan, other: Plan
) -> tuple[FindingDifference, ...]:
    """The findings that two plans address differently often, the severest first."""
    ours, theirs = finding_counts(problem, chosen), finding_counts(problem, other)
    differences = []
    for finding in sorted(problem.findings, key=lambda finding: (-finding.severity, finding.id)):
        unit = problem.finding_weight * finding.severity
        here, there = ours[finding.id], theirs[finding.id]
        if here != there:
            points = unit * finding_quarters(here), unit * finding_quarters(there)
            differences.append(FindingDifference(finding.id, finding.severity, here, there, *points))
    return tuple(differences)


def finding_counts(problem: SelectionProblem, plan: Plan) -> Counter[str]:
    """How many exercises of a plan address each finding."""
    by_id = {exercise.id: exercise for exercise in problem.exercises}
    return Counter(finding for _, exercise in plan for finding in by_id[exercise].findings)


def _term_sums(problem: SelectionProblem, plan: Plan) -> Counter[str]:
    sums: Counter[str] = Counter()
    for candidate in problem.candidates:
        if (candidate.slot, candidate.exercise) in plan:
            for term in candidate.terms:
                sums[term.name] += term.points
    return sums
