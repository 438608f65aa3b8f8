"""What to ask next: what is missing and could change the decision, and what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehabflow.engine.decision import Action, CriterionResult, GateResult, Kind, Need, TrackResult
from rehabflow.engine.facts import Facts


def needs_of(
    facts: Facts,
    kind: Kind,
    action: Action,
    tracks: Mapping[str, TrackResult],
    gates: Sequence[GateResult],
    criteria: Sequence[CriterionResult],
) -> tuple[Need, ...]:
    """Return what is missing, most urgent first."""
    del kind, action, tracks
    found: dict[str, list[str]] = {}
    for result in gates:
        if result.state in ("unknown", "error"):
            for value in result.reason.values:
                if not facts.is_known(value.name):
                    found.setdefault(value.name, []).append(result.address)
    for criterion in criteria:
        if criterion.state in ("unknown", "error"):
            for value in criterion.reason.values:
                if not facts.is_known(value.name):
                    found.setdefault(value.name, []).append(criterion.address)
    return tuple(Need(name, "measure", name.split(".")[0], tuple(rules)) for name, rules in found.items())
