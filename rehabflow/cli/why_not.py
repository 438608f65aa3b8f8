"""Why the allowed exercises of a decision's plan were not chosen; solved only when asked for."""

from __future__ import annotations

from rehabflow.catalog import Catalog
from rehabflow.engine.decide import choices_of
from rehabflow.engine.play import Played
from rehabflow.engine.selection import Explainer, WhyNot


def why_not(catalog: Catalog, protocol: str, played: Played) -> dict[str, WhyNot]:
    """Return, for every exercise that was allowed and lost, what it lost by."""
    plan = played.decision.plan
    losers = {one.exercise for one in plan.rejected if one.kind == "not_best"} if plan else set()
    if not losers:
        return {}
    found: dict[str, WhyNot] = {}
    choices = choices_of(catalog, protocol, played.history, played.step.at, kind=played.step.kind)
    for choice in choices.values():
        if choice.problem is None or choice.selection is None:
            continue
        explainer = Explainer(choice.problem, choice.selection)
        known = {one.id for one in choice.problem.exercises}
        for exercise in sorted(losers & known - found.keys()):
            found[exercise] = explainer.why_not(exercise)
    return found
