"""Which part of a condition decided: what every part of the rules behind a decision gave, for whoever asks why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rehabflow.conditions import TraceNode, trace
from rehabflow.conditions.compiled import Group, Trace
from rehabflow.conditions.possible import Truth
from rehabflow.engine.decision import Decision
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.prepared import prepare
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import History
from rehabflow.record.timeline import fold, order_of
from rehabflow.rulebook.model import CriterionRule, Rulebook, StageRule


@frozen
class Part:
    """A part of a condition as written, what it gave, and its own parts; a name has the parts of what it stands for."""

    text: str
    state: Truth
    parts: tuple[Part, ...] = ()


def parts_of(rulebook: Rulebook, history: History, decision: Decision) -> Mapping[str, tuple[Part, ...]]:
    """Return the parts of each gate level and criterion of a decision, by address; those without parts are left out.

    Args:
        rulebook: what decided.
        history: the record that the decision saw.
        decision: it; a level that was triggered before is looked at as of then.
    """
    timeline = fold(history, decision.at)
    facts = Facts(prepare(rulebook), timeline, decision.at, decision.kind == "visit")
    visits = {order_of(at) for at in timeline.visits}

    def then(since: Instant | None) -> Facts:
        if since is None or order_of(since) >= order_of(decision.at):
            return facts
        return facts.at(since, visit=order_of(since) in visits)

    found = dict(_of_gates(facts, {gate.address: gate.since for gate in decision.gates}, then))
    rules = dict(_criteria(rulebook))
    for result in decision.criteria:
        if result.address in rules:
            rule, track = rules[result.address]
            root = trace(rule.condition, facts.within(Context(track=track, since_stage=True)))
            found[result.address] = _inside(root)
    return {address: parts for address, parts in found.items() if parts}


def _of_gates(
    facts: Facts, since: Mapping[str, Instant | None], then: Callable[[Instant | None], Facts]
) -> Iterator[tuple[str, tuple[Part, ...]]]:
    """Yield the parts of each level, by the compiled reading; each moment is looked at once."""
    for group in (facts.prepared.plain_whens, facts.prepared.latched_whens):
        seen: dict[int, tuple[Trace, ...]] = {}
        for index, address in enumerate(group.names):
            world = then(since.get(address))
            if id(world) not in seen:
                seen[id(world)] = group.traces(group.fill(world))
            yield address, _compiled(group, seen[id(world)][index]).parts


def _compiled(group: Group, traced: Trace) -> Part:
    index, is_true, is_false, _, inside = traced
    node, source = group.nodes[index]
    start, end = node.span
    state = Truth.TRUE if is_true else Truth.FALSE if is_false else Truth.UNKNOWN
    return Part(" ".join(source[start:end].split()), state, tuple(_compiled(group, part) for part in inside))


def _inside(node: TraceNode) -> tuple[Part, ...]:
    """Return the parts that are yes or no."""
    return tuple(
        Part(child.text, child.result, _inside(child)) for child in node.children if child.result is not None
    )


def _criteria(rulebook: Rulebook) -> Iterator[tuple[str, tuple[CriterionRule, str]]]:
    for stage in rulebook.stages.values():
        for rule in _of_stage(stage):
            yield rule.address, (rule, stage.track)
    for rule in rulebook.criteria.values():
        yield rule.address, (rule, "main")


def _of_stage(stage: StageRule) -> Iterator[CriterionRule]:
    yield from (*stage.enter, *stage.leave, *(stage.discharge or ()))
    for _, rules in stage.regress:
        yield from rules
