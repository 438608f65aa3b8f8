"""The phases of one solve: a start, the tier, prices, and the search; all within one budget of nodes."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from rehabflow.engine.selection.bounds import Pricing, opening_slopes
from rehabflow.engine.selection.compile import Forced, compile_model
from rehabflow.engine.selection.dominance import undominated
from rehabflow.engine.selection.goal import score_goal, tier_limit
from rehabflow.engine.selection.grow import grow
from rehabflow.engine.selection.model import Model, bits
from rehabflow.engine.selection.problem import SelectionProblem
from rehabflow.engine.selection.search import Found, Run
from rehabflow.engine.selection.start import charges, first_plan, improve, keep
from rehabflow.engine.selection.tier import STEPS, TierQuestion, best_tier
from rehabflow.frozen import frozen

NODE_BUDGET = 200_000
"""Nodes of all phases of one solve together. Counted, never timed."""
FIRST_NODES = 3_000
"""After so many nodes the start is improved and the prices are found anew, once."""
ROUND = 8
"""Steps between two tries to drop candidates and to better the plan."""
FEW = 20
"""So few candidates are searched faster than priced."""

Plan = tuple[tuple[str, str], ...]
"""(slot, exercise) pairs in canonical order."""


@attrs.frozen(order=True)
class Objective:
    """What plans are compared by, in this order; a larger one is better."""

    serious: int
    """Serious findings addressed."""
    filled: int
    """Required places filled."""
    score: int
    """Quarter points."""
    minutes: int = attrs.field(order=lambda minutes: -minutes)
    """Minutes of the sessions of all types of day; fewer is better."""


@frozen
class Solution:
    """The best plan that holds every constraint, or what is known of it."""

    plan: Plan | None
    """None: there is none (`exact`), or none was found within the budget."""
    objective: Objective | None
    exact: bool
    """The plan is proven to be the canonical best one."""
    bound: tuple[int, int, int]
    """No plan has more (serious findings, required places, quarter points), compared in this order."""
    nodes: int


def solve(
    problem: SelectionProblem,
    forced: Forced = (),
    known: Plan = (),
    budget: int = NODE_BUDGET,
) -> Solution:
    """The best plan of a problem that has one of each set of `forced`; its pins are not looked at.

    Args:
        problem: what to solve.
        forced: sets of exercises; one of each must be in the plan.
        known: a plan to begin from. It changes the work, never the answer.
        budget: nodes allowed.
    """
    model = compile_model(problem, forced)
    if not model.is_possible:
        return Solution(None, None, exact=True, bound=(0, 0, 0), nodes=0)
    run = Run(budget)
    plan = _start(model, problem, known)
    limit = tier_limit(model)
    is_tier_proven = plan is not None and model.tier(plan) == limit
    if not is_tier_proven:
        found_tier = best_tier(run, TierQuestion(problem, forced, model, limit), plan)
        plan, limit = found_tier.plan, found_tier.limit
        if plan is None:
            bound = (*limit, 0 if found_tier.is_complete else _any_score(model))
            return Solution(None, None, exact=found_tier.is_complete, bound=bound, nodes=run.nodes)
        is_tier_proven = model.tier(plan) == limit
    assert plan is not None
    tier = model.tier(plan)
    found, plan = _best_score(run, model, plan, tier)
    score = model.score(plan)
    objective = Objective(*tier, score, model.total_minutes(plan))
    top = max(score, -(-found.open_bound // model.scale))
    if not is_tier_proven:
        top = max(top, _any_score(model))
    return Solution(
        plan=tuple(model.names[place] for place in bits(plan)),
        objective=objective,
        exact=is_tier_proven and found.is_complete,
        bound=(*limit, score if is_tier_proven and found.is_complete else top),
        nodes=run.nodes,
    )


def each(exercises: Iterable[str]) -> Forced:
    """What forces every one of these exercises."""
    return tuple(frozenset([exercise]) for exercise in exercises)


def _start(model: Model, problem: SelectionProblem, known: Plan) -> int | None:
    names = set(known)
    current = {exercise.id for exercise in problem.exercises if exercise.is_current}
    mask = 0
    for place, name in enumerate(model.names):
        if name in names if names else name[1] in current:
            mask |= 1 << place
    return first_plan(model, mask)


def _best_score(run: Run, model: Model, plan: int, tier: tuple[int, int]) -> tuple[Found, int]:
    """The canonical best plan of this tier, from a plan that has the tier."""
    goal = score_goal(model, tier)
    alive = undominated(model, model.alive)
    pricing = Pricing(model, goal, alive, opening_slopes(model, goal, plan), {})
    plan = _price(pricing, plan, STEPS)
    found = run.search(pricing, goal.value(model, plan) - 1, FIRST_NODES)
    if not found.is_complete and run.nodes < run.budget:
        plan = improve(model, found.plan if found.plan is not None else plan, out=2)
        pricing.narrow(pricing.survivors(goal.value(model, plan)))
        pricing.halvings = 0
        plan = _price(pricing, plan, 2 * STEPS)
        found = run.search(pricing, goal.value(model, plan) - 1, run.budget)
    return found, found.plan if found.plan is not None else plan


def _price(pricing: Pricing, plan: int, steps: int) -> int:
    """Find prices and, with their help, a better plan; drop what no plan as good can hold."""
    model, goal = pricing.model, pricing.goal
    worth = goal.value(model, plan)
    for number in range(steps // ROUND):
        pricing.run(ROUND, worth)
        alive = pricing.survivors(worth)
        if alive != pricing.alive:
            pricing.narrow(alive)
        if pricing.best.bound <= worth or alive.bit_count() <= FEW or pricing.halvings > 5:
            break
        other = _guided(pricing, plan)
        if number == 1:
            other = improve(model, other, within=alive)
        if goal.value(model, other) > worth:
            plan, worth = other, goal.value(model, other)
    return plan


def _guided(pricing: Pricing, plan: int) -> int:
    """The plan, or a better one of its tier grown with an eye on the prices."""
    model, goal = pricing.model, pricing.goal
    charge = charges(model, pricing.best.prices)
    for wanted in (0, pricing.taken()):
        other = grow(model, keep(model, wanted), pricing.alive, charge)
        if model.is_allowed(other) and model.tier(other) == goal.tier:
            plan = max(plan, other, key=lambda one: goal.value(model, one))
    return plan


def _any_score(model: Model) -> int:
    """More quarter points than any plan of any tier has."""
    findings = sum(unit * 7 for unit in model.units)
    return findings + sum(max(0, model.points[place]) for place in bits(model.alive))
