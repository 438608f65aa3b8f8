"""One scope that the table tests share."""

from __future__ import annotations

from fractions import Fraction

import attrs

from conditions.worlds import DictScope, choice, date, event, number, options, yes_no
from rehabflow.conditions.faults import ConditionProblem, ConditionProblems
from rehabflow.conditions.scope import Fact, Forbidden, Named, Several
from rehabflow.conditions.types import NumberType


def shared_scope() -> DictScope:
    """Return names of every kind."""
    scope = DictScope.of(
        number("nprs", dated=True),
        number("temperature", 34, 42, decimals=1, unit="Cel"),
        number("minutes", 0, 180, unit="min", better="higher"),
        number("reps", 1, 50, unit=None, better="higher"),
        number("ratio", 0, 5, better="none"),
        number("asked", 0, 5, declinable=True, unit="{score}"),
        yes_no("red"),
        yes_no("numb", dated=True),
        yes_no("shy", declinable=True),
        choice(
            "effusion", "none", "trace", "one", "two", ordered=True, better="lower", assessment="effusion"
        ),
        choice("left_effusion", "none", "trace", "one", "two", ordered=True, better="lower"),
        choice("direction", "neutral", "flexion", "extension"),
        choice("sport", "run", "swim"),
        options("equipment", "mat", "strap", "ball"),
        options("directions", "neutral", "flexion", "extension"),
        date("born"),
        event("surgery"),
        number("quad", 1, 400, unit="N", better="higher", sided=True),
        number("hop", 1, 20, unit="s", better="lower", sided=True, decimals=1),
        number("lean", 0, 40, sided=True),
        *(number(f"i{index}", 0, 5, unit=None, declinable=index == 3) for index in (1, 2, 3)),
        number("session.pain", varies=True, dated=False),
        yes_no("session.alarm", varies=True),
        choice("session.soreness", "none", "some", "stays", ordered=True, better="lower", varies=True),
        number("did.effort", varies=True, dated=False, better="none"),
        clearances=["start", "loading"],
        assessments=["effusion", "odi"],
    )
    scope.meanings["limit"] = Fact("limit", NumberType("{score}", Fraction(5), Fraction(5), 0))
    scope.meanings["items"] = Several(
        tuple(fact for key in ("i1", "i2", "i3") if isinstance(fact := scope.meanings[key], Fact))
    )
    scope.meanings["exercise.id"] = Forbidden("an exercise is only known where exercises are chosen")
    scope.derive(number("odi", 0, 100, decimals=1, unit="%"), "mean(items, at_least=2) * 20")
    scope.band("odi", ("minimal", "odi <= 20"), ("moderate", "odi <= 40"), ("severe", None))
    scope.meanings["criterion.quiet"] = Named("criterion.quiet", scope.condition("nprs <= 5 and not red"))
    scope.meanings["criterion.calm"] = Named("criterion.calm", scope.condition("session.pain <= 3"))
    scope.meanings["criterion.week"] = Named(
        "criterion.week", scope.condition("worst(session.pain, last='7d') <= 3")
    )
    scope.meanings["criterion.agreed"] = Named(
        "criterion.agreed", scope.condition("cleared('start') and nprs <= 5")
    )
    return scope


def with_trigger(scope: DictScope) -> DictScope:
    """Return the scope of an `until`, where `trigger` is known."""
    trigger = attrs.evolve(date("trigger"), is_instant=True)
    return attrs.evolve(scope, meanings={**scope.meanings, "trigger": trigger})


def problems_of(scope: DictScope, text: str, expects: str = "condition") -> list[ConditionProblem]:
    """Return what is wrong with a text, nothing if it is fine."""
    try:
        scope.condition(text) if expects == "condition" else scope.score(text)
    except ConditionProblems as found:
        return list(found.problems)
    return []
