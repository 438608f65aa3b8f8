"""What the patient's other open episodes ask of this decision: gates, exclusions, caps, minutes. They only restrict."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from rehabflow.definitions.common import Limit
from rehabflow.definitions.gates import Effect, ReferTo
from rehabflow.engine.decision import GateResult, Reason
from rehabflow.engine.limits import CapInForce
from rehabflow.engine.reasons import plain
from rehabflow.problems import Place
from rehabflow.record.elsewhere import Ceiling, Elsewhere, OtherEpisode, Restraint

HEAD = "others"
"""Addresses of what comes from another episode begin so: `others.low_back_pain.red_flags.fracture.refer`."""


def results(elsewhere: Elsewhere | None) -> tuple[GateResult, ...]:
    """Return a caution for each other open episode, and its gate levels that act here too."""
    found: list[GateResult] = []
    for other in elsewhere.episodes if elsewhere is not None else ():
        found.append(_caution(other))
        found.extend(_result(other, restraint) for restraint in other.restraints)
    return tuple(found)


def excluded(elsewhere: Elsewhere | None) -> Mapping[str, Reason]:
    """Return the exercises that other episodes take out, with the first reason."""
    found: dict[str, Reason] = {}
    for other in elsewhere.episodes if elsewhere is not None else ():
        for restraint in other.restraints:
            for name in restraint.exclude:
                found.setdefault(name, _reason(other, restraint.address, restraint.say, restraint.state))
    return found


def minutes(elsewhere: Elsewhere | None) -> int:
    """Return the minutes a day that the plans of other episodes take."""
    return sum(other.minutes for other in elsewhere.episodes) if elsewhere is not None else 0


def tightened(
    caps: Mapping[str, CapInForce], elsewhere: Elsewhere | None, limits: Mapping[str, Limit]
) -> dict[str, CapInForce]:
    """Return the caps in force, those of other episodes included, the tightest of each limit.

    A limit that this protocol does not know, or knows otherwise, keeps out whatever uses its joint.
    """
    found = dict(caps)
    for other in elsewhere.episodes if elsewhere is not None else ():
        for ceiling in other.ceilings:
            limit = limits.get(ceiling.limit)
            is_same = limit is not None and _is_same(limit, ceiling)
            name = ceiling.limit if is_same else f"{HEAD}.{other.name}.{ceiling.limit}"
            most = Fraction(ceiling.most)
            present = found.get(name)
            if present is None or most < present.most:
                why = _reason(other, ceiling.address, ceiling.say, "triggered")
                found[name] = CapInForce(limit if limit and is_same else _limit(name, ceiling), most, why)
    return found


def _caution(other: OtherEpisode) -> GateResult:
    address = f"{HEAD}.{other.name}"
    took = f"; its plan takes {other.minutes} minutes a day" if other.minutes else ""
    say = f"Another episode is open: {other.title}{took}"
    why = plain(address, say, "triggered")
    return GateResult(address, address, Effect.CAUTION, "triggered", Effect.CAUTION, why)


def _result(other: OtherEpisode, restraint: Restraint) -> GateResult:
    why = _reason(other, restraint.address, restraint.say, restraint.state)
    within = restraint.refer_within
    return GateResult(
        why.address,
        why.address,
        Effect[restraint.effect.upper()],
        restraint.state,
        Effect[restraint.acts.upper()],
        why,
        no_progress=restraint.no_progress,
        refer_to=ReferTo(restraint.refer_who, within) if within is not None else None,
        tell=restraint.tell,
        until="it is settled in that episode",
    )


def _reason(other: OtherEpisode, address: str, say: str, state: str) -> Reason:
    return plain(
        f"{HEAD}.{other.name}.{address}", f"{say} (asked for by another episode: {other.title})", state
    )


def _is_same(limit: Limit, ceiling: Ceiling) -> bool:
    return (limit.joint, limit.unit, limit.choices) == (ceiling.joint, ceiling.unit, ceiling.choices)


def _limit(name: str, ceiling: Ceiling) -> Limit:
    return Limit(name, ceiling.title, ceiling.joint, Place(""), ceiling.unit, ceiling.choices)
