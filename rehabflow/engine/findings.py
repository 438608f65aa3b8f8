"""Findings: what the measures mean for this patient, to choose exercises by."""

from __future__ import annotations

from rehabflow.conditions.possible import Truth
from rehabflow.engine.decision import FindingResult
from rehabflow.engine.facts import Facts
from rehabflow.instants import Instant
from rehabflow.record.timeline import order_of
from rehabflow.rulebook.model import FindingRule

SERIOUS = 3


def evaluate_findings(facts: Facts) -> tuple[FindingResult, ...]:
    """Return every finding's state; a serious one falls back only after two visits, or its noise swaps exercises."""
    before = _last_visit(facts)
    earlier = facts.at(before, visit=True) if before is not None else None
    found = []
    for rule in facts.prepared.rulebook.findings:
        state = facts.truth(rule.when)
        severity = _severity(rule, facts) if state is Truth.TRUE else 0
        if 0 < severity < SERIOUS and earlier is not None and _was_serious(rule, earlier):
            severity = SERIOUS
        definition = rule.definition
        found.append(FindingResult(rule.key, state.value, severity, definition.targets, definition.say))
    return tuple(found)


def _severity(rule: FindingRule, facts: Facts) -> int:
    """Return the severity, the highest that is still possible."""
    for severity, condition in rule.severity:
        if condition is None or facts.truth(condition) is not Truth.FALSE:
            return severity
    return 1


def _was_serious(rule: FindingRule, earlier: Facts) -> bool:
    return earlier.truth(rule.when) is Truth.TRUE and _severity(rule, earlier) == SERIOUS


def _last_visit(facts: Facts) -> Instant | None:
    visits = [at for at in facts.timeline.visits if order_of(at) < order_of(facts.now)]
    return max(visits, key=order_of) if visits else None
