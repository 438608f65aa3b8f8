"""Traces: what every part of a condition gave, for whoever asks why."""

from __future__ import annotations

from rehabflow.conditions.answering import evaluate, truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.faults import Span
from rehabflow.conditions.joins import as_boolean
from rehabflow.conditions.nodes import Call, FactNode, NamedNode, Node, Series, children
from rehabflow.conditions.possible import Possible, Truth
from rehabflow.conditions.reference import Here, possible
from rehabflow.conditions.types import BooleanType, Type
from rehabflow.conditions.world import World
from rehabflow.frozen import frozen


@frozen(eq=False)
class TraceNode:
    """One part of a condition: `possible` is what it can be, `result` the answer where it is yes or no (else None).

    `source` is the text that the part stands in: that of the condition, or of one that a name stands for.
    """

    node: Node
    source: str
    possible: Possible
    result: Truth | None
    children: tuple[TraceNode, ...]

    @property
    def span(self) -> Span:
        """Return where the part stands in `source`, end exclusive."""
        return self.node.span

    @property
    def text(self) -> str:
        """Return the part as written, in one line."""
        return " ".join(self.source[self.span[0] : self.span[1]].split())

    @property
    def type(self) -> Type:
        """Return the type of the part."""
        return self.node.type


def trace(checked: Checked, world: World) -> TraceNode:
    """Return what a condition gave, part by part; the whole is exact, the parts are by the table without the split."""
    found = evaluate(checked, world)
    result = truth(checked, world) if isinstance(checked.type, BooleanType) else None
    return TraceNode(
        checked.tree, checked.text, found, result, _inside(checked.tree, checked.text, Here(world))
    )


def _inside(node: Node, source: str, here: Here) -> tuple[TraceNode, ...]:
    if isinstance(node, NamedNode):
        return (_trace(node.named.condition.tree, node.named.condition.text, here),)
    if isinstance(node, Series) or (isinstance(node, Call) and _reads_a_name_only(node)):
        return ()
    return tuple(_trace(child, source, here) for child in children(node))


def _trace(node: Node, source: str, here: Here) -> TraceNode:
    found = possible(node, here)
    return TraceNode(node, source, found, _result(node, found), _inside(node, source, here))


def _reads_a_name_only(node: Call) -> bool:
    return node.function in ("known", "happened", "symmetry", "band") and isinstance(
        node.arguments[0], FactNode
    )


def _result(node: Node, found: Possible) -> Truth | None:
    if not isinstance(node.type, BooleanType):
        return None
    answer = as_boolean(found)
    if answer.surely:
        return Truth.TRUE
    return Truth.UNKNOWN if answer.possibly else Truth.FALSE
