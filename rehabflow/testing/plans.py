"""What a case expects of the exercises of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rehabflow.conditions import check, truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.faults import ConditionProblems
from rehabflow.conditions.possible import Choice, Number, Possible, Truth
from rehabflow.engine.candidates import ExerciseWorld, own_attributes
from rehabflow.engine.decision import Decision, PlannedExercise
from rehabflow.engine.facts import Facts
from rehabflow.record.journeys import Expectation, PlanExpectation

Found = tuple[tuple[str | int, ...], str, str, str]


def plan_mismatches(expect: Expectation, decision: Decision, facts: Facts) -> Iterator[Found]:
    """Yield what the plan of a decision does not hold: keys below the expectation, what, expected, got."""
    yield from _kept(expect, decision)
    if expect.progressed_at_most is not None:
        progressed = [one.exercise for one in _planned(decision) if one.change == "progressed"]
        if len(progressed) > expect.progressed_at_most:
            wanted = f"at most {expect.progressed_at_most} progressed"
            yield ("progressed_at_most",), "plan", wanted, f"{len(progressed)}: {', '.join(progressed)}"
    for index, statement in enumerate(expect.plan):
        yield from _statement(index, statement, decision, facts)


def _planned(decision: Decision) -> tuple[PlannedExercise, ...]:
    return decision.plan.exercises if decision.plan else ()


def _kept(expect: Expectation, decision: Decision) -> Iterator[Found]:
    if expect.plan_kept is None:
        return
    if decision.plan is None:
        yield ("plan_kept",), "plan_kept", expect.plan_kept, "no plan"
        return
    dropped = [gone.exercise for gone in decision.plan.dropped]
    new = [one.exercise for one in decision.plan.exercises if one.change == "new"]
    if dropped or new:
        got = "; ".join(
            f"{word} {', '.join(ids)}" for word, ids in (("dropped", dropped), ("new", new)) if ids
        )
        yield ("plan_kept",), "plan_kept", expect.plan_kept, got


def _statement(index: int, statement: PlanExpectation, decision: Decision, facts: Facts) -> Iterator[Found]:
    path: tuple[str | int, ...] = ("plan", index)
    condition: Checked | None = None
    if statement.where:
        try:
            scope = facts.prepared.rulebook.case_scope()
            condition = check(statement.where, scope, expects="condition", polarity="free")
        except ConditionProblems as problems:
            yield (*path, "where"), "where", statement.where, "; ".join(p.message for p in problems.problems)
            return
    answers = {one.exercise: _answer(condition, one, facts) for one in _planned(decision)}
    if statement.change is not None:
        otherwise = {one.exercise for one in _planned(decision) if one.change != statement.change}
        answers |= {name: Truth.FALSE for name in otherwise if answers[name]}
    yield from _counted(
        path, statement, {name: answer for name, answer in answers.items() if answer}, decision
    )


def _counted(
    path: tuple[str | int, ...], statement: PlanExpectation, answers: dict[str, Truth], decision: Decision
) -> Iterator[Found]:
    surely = [name for name, answer in answers.items() if answer is Truth.TRUE]
    possibly = [name for name, answer in answers.items() if answer is not Truth.FALSE]
    such = f" {statement.change}" if statement.change else ""
    such += f" where {statement.where}" if statement.where else ""
    listed = ", ".join(_planned_names(decision)) or ("no exercise" if decision.plan else "no plan")
    if statement.at_least is not None and len(surely) < statement.at_least:
        yield path, "plan", f"at least {statement.at_least}{such}", f"{len(surely)} of {listed}"
    if statement.at_most is not None and len(possibly) > statement.at_most:
        yield path, "plan", f"at most {statement.at_most}{such}", f"{len(possibly)}: {', '.join(possibly)}"
    if statement.none and possibly:
        yield path, "plan", f"none{such}", ", ".join(possibly)
    if statement.every and len(surely) < len(answers):
        others = [name for name in answers if name not in surely]
        yield path, "plan", f"every{such}", f"not {', '.join(others)}"


def _planned_names(decision: Decision) -> list[str]:
    return [one.exercise for one in _planned(decision)]


def _answer(condition: Checked | None, one: PlannedExercise, facts: Facts) -> Truth | None:
    """Return whether an exercise is meant; None: it has no `needs` for a limit that is read, and is passed over."""
    if condition is None:
        return Truth.TRUE
    limits = [key for key in condition.reads if key.startswith("prescribed.")]
    prescribed = {key: _prescribed(key.removeprefix("prescribed."), one, facts) for key in limits}
    if any(value is None for value in prescribed.values()):
        return None
    own = dict(own_attributes(facts.prepared, one.exercise))
    own.update({key: value for key, value in prescribed.items() if value is not None})
    return truth(condition, ExerciseWorld(facts, own))


def _prescribed(limit: str, one: PlannedExercise, facts: Facts) -> Possible | None:
    """Return how far the prescription goes in a limit, after caps; None: the exercise does not use it."""
    rulebook = facts.prepared.rulebook
    need = rulebook.exercises[one.exercise].definition.needs.get(limit)
    if need is None:
        return None
    capped = one.dose.caps.get(limit)
    if rulebook.limits[limit].choices:
        return Possible(Choice(frozenset([capped or str(need.most)])))
    most = Fraction(capped.split()[0]) if capped else Fraction(need.most)
    return Possible(Number(most, most))
