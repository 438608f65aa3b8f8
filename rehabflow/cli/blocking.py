"""What to ask beyond a decision's needs: what stands in the way together, and what would allow more exercises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision, GateResult, Need
from rehabflow.rulebook.model import GateRule, Rulebook


def needs_to_ask(decision: Decision, rulebook: Rulebook) -> tuple[Need, ...]:
    """Return the needs of a decision, and after those that can change it what its gates and its plan wait for.

    While two gates pause, answering one changes nothing yet, so neither is a need by itself; a person at the terminal
    goes through both. An exercise that is left out because an answer is missing changes the plan, not the decision.
    """
    rules = {rule.address: rule for rule in rulebook.gates}
    known = {need.id for need in decision.needs if need.could_change}
    waiting: dict[str, Need] = {}
    for gate in decision.gates:
        if gate.acts >= Effect.PAUSE:
            for need in _of(gate, rules[gate.address], rulebook):
                if need.id not in known:
                    waiting.setdefault(need.id, need)
    for need in _of_plan(decision, rulebook):
        if need.id not in known:
            waiting.setdefault(need.id, need)
    changing = [need for need in decision.needs if need.could_change or need.kind != "measure"]
    asked = sorted([*changing, *waiting.values()], key=_rank)
    return (*asked, *(need for need in decision.needs if need not in changing))


def _rank(need: Need) -> int:
    """Return what comes first: red flags, then the rest in the order of the decision."""
    levels = {rule.rpartition(".")[2] for rule in need.could_change}
    if need.kind != "measure":
        return 2
    return 0 if "emergency" in levels else 1 if "refer" in levels else 2


def _of(gate: GateResult, rule: GateRule, rulebook: Rulebook) -> Iterator[Need]:
    for value in gate.reason.values:
        if gate.state == "unknown" and value.text == "unknown":
            yield _measure(value.name, gate.address, rulebook)
    if gate.state == "triggered" and rule.until is None:
        for scope in sorted(rule.when.uses_cleared):
            yield Need(
                f"clearance.{scope}", "clearance", "", (gate.address,), who=rulebook.clearances[scope].by
            )


def _of_plan(decision: Decision, rulebook: Rulebook) -> list[Need]:
    """Return the answers whose absence excludes exercises, those that exclude most first."""
    excluded: Counter[str] = Counter()
    for one in decision.plan.rejected if decision.plan else ():
        reasons = [reason for reason in one.why if reason.state == "unknown"]
        if len(reasons) == len(one.why):
            excluded.update(
                {value.name for reason in reasons for value in reason.values if value.text == "unknown"}
            )
    return [_measure(name, "plan", rulebook) for name, _ in excluded.most_common()]


def _measure(name: str, rule: str, rulebook: Rulebook) -> Need:
    head = name.partition(".")[0]
    return Need(name, "measure", head if head in rulebook.assessments else "", (rule,))
