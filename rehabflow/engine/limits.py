"""Limits and caps: how far a movement may go, the tightest of all caps in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from rehabflow.conditions.possible import Number
from rehabflow.definitions.common import Limit
from rehabflow.definitions.exercises import Exercise, Need
from rehabflow.definitions.gates import Cap, Effect
from rehabflow.engine.decision import GateResult, Reason
from rehabflow.engine.facts import Facts
from rehabflow.engine.reasons import number_text
from rehabflow.frozen import frozen
from rehabflow.rulebook.model import GateRule


@frozen
class CapInForce:
    """The tightest cap on a limit: a number, or the position of a choice (0: most restrictive), and who set it."""

    limit: Limit
    most: Fraction
    reason: Reason

    @property
    def text(self) -> str:
        """Return the cap as people say it."""
        if self.limit.choices:
            return self.limit.choices[int(self.most)]
        return f"{number_text(self.most)} {self.limit.unit}"


def caps_in_force(
    facts: Facts, gates: Iterable[GateResult], rules: Mapping[str, GateRule]
) -> dict[str, CapInForce]:
    """Return the tightest cap on each limit, of all gate levels that act."""
    found: dict[str, CapInForce] = {}
    limits = facts.prepared.rulebook.limits
    for result in gates:
        rule = rules.get(result.address)
        if rule is None or result.acts is Effect.NONE:
            continue
        for cap in rule.level.caps:
            limit = limits[cap.limit]
            most = _most(facts, limit, cap)
            present = found.get(cap.limit)
            if present is None or most < present.most:
                found[cap.limit] = CapInForce(limit, most, result.reason)
    return found


def _most(facts: Facts, limit: Limit, cap: Cap) -> Fraction:
    if cap.value is not None:
        return Fraction(cap.value)
    if limit.choices and cap.word in limit.choices:
        return Fraction(limit.choices.index(cap.word))
    value = facts.fact(cap.word).value
    assert isinstance(value, Number)
    assert value.low is not None
    return Fraction(value.low)


def position(limit: Limit, bound: Decimal | str) -> Fraction:
    """Return a need's bound as a number: for choices its place in the list."""
    if isinstance(bound, str):
        return Fraction(limit.choices.index(bound))
    return Fraction(bound)


def beyond_caps(exercise: Exercise, caps: Mapping[str, CapInForce]) -> Iterable[Reason]:
    """Yield why caps exclude an exercise.

    Excluded: those whose least is beyond a cap, and those that use the limit's joint and do not say how far they go.
    """
    for name, cap in caps.items():
        need = exercise.needs.get(name)
        if need is None:
            if cap.limit.joint in exercise.joints:
                yield cap.reason
        elif position(cap.limit, need.least) > cap.most:
            yield cap.reason


def clamped(need: Need, cap: CapInForce) -> Fraction:
    """Return how far a prescription goes: the exercise's most, or the cap if that is less."""
    return min(position(cap.limit, need.most), cap.most)
