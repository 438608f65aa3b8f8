"""The first phase: as many serious findings, then as many required places, as any plan has."""

from __future__ import annotations

import attrs

from rehabflow.engine.selection.bounds import Pricing, opening_slopes
from rehabflow.engine.selection.compile import Forced, compile_model
from rehabflow.engine.selection.dominance import undominated_for_tier
from rehabflow.engine.selection.goal import tier_goal
from rehabflow.engine.selection.model import Model, bits
from rehabflow.engine.selection.problem import SelectionProblem
from rehabflow.engine.selection.search import Run
from rehabflow.engine.selection.start import short_plan
from rehabflow.frozen import frozen

STEPS = 40
"""Steps towards good prices."""

Tier = tuple[int, int]
"""Serious findings addressed, required places filled."""


@frozen(eq=False)
class TierQuestion:
    """A problem whose best tier is not known yet."""

    problem: SelectionProblem
    forced: Forced
    model: Model
    limit: Tier
    """The simple bound."""


@frozen
class TierFound:
    """What the first phase found."""

    plan: int | None
    """A plan of the best tier found; None: no plan at all."""
    limit: Tier
    """No plan has a better tier."""
    is_complete: bool
    """False when the nodes ran out first."""


def best_tier(run: Run, question: TierQuestion, plan: int | None) -> TierFound:
    """A plan of the best tier.

    Args:
        run: the budget; half of it at most is spent here.
        question: the problem.
        plan: a plan to begin with, if one is known.
    """
    if plan is not None:
        plan = short_plan(question.model, plan, question.limit)
        if question.model.tier(plan) == question.limit:
            return TierFound(plan, question.limit, is_complete=True)
    model, known = _scarcest_slot_first(question, plan)
    found = _search(run, model, known, question.limit)
    if found.plan is not None:
        place_of = {name: place for place, name in enumerate(question.model.names)}
        plan = sum([1 << place_of[model.names[place]] for place in bits(found.plan)])
    return attrs.evolve(found, plan=plan)


def _scarcest_slot_first(question: TierQuestion, plan: int | None) -> tuple[Model, int | None]:
    """The same problem and plan with the slots of fewest candidates first: which plan is found is free here."""
    model = question.model
    counts = [(mask & model.alive).bit_count() for mask in model.slot_mask]
    order = sorted(range(len(counts)), key=lambda slot: (counts[slot], slot))
    slots = tuple(model.slots[slot].id for slot in order)
    other = compile_model(attrs.evolve(question.problem, slot_order=slots), question.forced)
    if plan is None:
        return other, None
    taken = {model.names[place] for place in bits(plan)}
    return other, sum([1 << place for place, name in enumerate(other.names) if name in taken])


def _search(run: Run, model: Model, known: int | None, limit: Tier) -> TierFound:
    """A plan of a better tier than the one known, if there is one."""
    places = sum(slot.lower for slot in model.slots)
    goal = tier_goal(model, places)
    above = -goal.grain if known is None else goal.value(model, known)
    alive = undominated_for_tier(model, model.alive)
    pricing = Pricing(model, goal, alive, opening_slopes(model, goal, known or 0), {})
    pricing.run(STEPS, above + goal.grain)
    pricing.narrow(pricing.survivors(above + goal.grain))
    enough = goal.grain * (limit[0] * (places + 1) + limit[1])
    found = run.search(pricing, above, run.budget // 2, enough)
    best = found.plan if found.plan is not None else known
    if found.is_complete:
        return TierFound(found.plan, limit if best is None else model.tier(best), is_complete=True)
    serious, filled = divmod(max(found.open_bound, 0) // goal.grain, places + 1)
    reached = min(limit, (serious, filled))
    if best is not None:
        reached = max(model.tier(best), reached)
    return TierFound(found.plan, reached, is_complete=False)
