"""A checked condition as a tree of typed nodes; `span` is (start, end) in characters of the text."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, Literal, TypeAlias

import attrs

from rehabflow.conditions.faults import Span
from rehabflow.conditions.possible import Possible, known
from rehabflow.conditions.scope import Fact, Named
from rehabflow.conditions.syntax import ComparisonSign
from rehabflow.conditions.types import Type
from rehabflow.conditions.world import Window
from rehabflow.frozen import frozen

_OF_ARGUMENTS: Final = frozenset(["count", "sum", "mean", "answered", "min", "max", "abs", "round"])
"""The functions that read nothing of the record but their arguments."""


@frozen(eq=False)
class Cut:
    """A fact used in both directions, and the regions that its domain is cut into."""

    fact: Fact
    regions: tuple[Possible, ...]


@frozen(eq=False)
class Constant:
    """A literal: a number, true or false, or a choice. `possible` is its value as every reading takes it."""

    span: Span
    type: Type
    value: bool | Fraction | str
    possible: Possible = attrs.field(init=False, repr=False)

    @possible.default
    def _possible_of_value(self) -> Possible:
        return known(self.type, self.value)


@frozen(eq=False)
class FactNode:
    """A fact by its name as written."""

    span: Span
    type: Type
    fact: Fact
    name: str


@frozen(eq=False)
class NamedNode:
    """Another condition used by its name."""

    span: Span
    type: Type
    named: Named
    name: str


@frozen(eq=False)
class Not:
    """`not operand`."""

    span: Span
    type: Type
    operand: Node


@frozen(eq=False)
class Logic:
    """Parts joined by `and` or by `or`."""

    span: Span
    type: Type
    sign: Literal["and", "or"]
    parts: tuple[Node, ...]


@frozen(eq=False)
class Compare:
    """Two numbers or dates compared; `==` and `!=` only of a measure with a number on its grid."""

    span: Span
    type: Type
    sign: ComparisonSign
    left: Node
    right: Node


@frozen(eq=False)
class NumberIn:
    """A measure that is (or, negated, is not) one of some numbers on its grid."""

    span: Span
    type: Type
    operand: Node
    values: tuple[Fraction, ...]
    negated: bool


@frozen(eq=False)
class ChoiceTest:
    """A choice compared with literals: met by the options `accepted`. `sign` and `written` are for people."""

    span: Span
    type: Type
    operand: Node
    accepted: frozenset[str]
    sign: str
    written: tuple[str, ...]


@frozen(eq=False)
class ChoiceCompare:
    """Two choices of one list compared; `order` is that list."""

    span: Span
    type: Type
    sign: ComparisonSign
    left: Node
    right: Node
    order: tuple[str, ...]


@frozen(eq=False)
class Contains:
    """`'option' in set`, or a choice in a set of the same list."""

    span: Span
    type: Type
    item: Node
    container: Node
    negated: bool


@frozen(eq=False)
class IfElse:
    """`then if test else other`."""

    span: Span
    type: Type
    test: Node
    then: Node
    other: Node


@frozen(eq=False)
class Negate:
    """`-operand`."""

    span: Span
    type: Type
    operand: Node


@frozen(eq=False)
class Arithmetic:
    """`left sign right`."""

    span: Span
    type: Type
    sign: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@frozen(eq=False)
class Call:
    """A function that is no series: its arguments, and what its literals say.

    `number` is `at_least` of `mean`, the decimals of `round`; `text` the scope of `cleared`.
    """

    span: Span
    type: Type
    function: str
    arguments: tuple[Node, ...]
    number: int = 0
    text: str = ""


@frozen(eq=False)
class Series:
    """A function over dated entries: of a fact, of a condition (`streak times`), or of the sessions themselves.

    `cuts` are of the facts that the condition uses in both directions and that differ from member to member. `facts`
    are those inside. `reads_member_only`: they are all answers of the member, whatever else is on record.
    """

    span: Span
    type: Type
    function: str
    arguments: tuple[Node, ...]
    window: Window
    if_none: Node | None = None
    cuts: tuple[Cut, ...] = ()
    facts: tuple[Fact, ...] = attrs.field(init=False, repr=False)
    reads_member_only: bool = attrs.field(init=False, repr=False)

    @facts.default
    def _facts_inside(self) -> tuple[Fact, ...]:
        return tuple(
            node.fact for part in self.arguments for node in walk_through(part) if isinstance(node, FactNode)
        )

    @reads_member_only.default
    def _is_of_member_only(self) -> bool:
        parts = [node for part in self.arguments for node in walk_through(part)]
        return all(fact.varies and fact.key != "session.date" for fact in self.facts) and not any(
            isinstance(node, Series) or (isinstance(node, Call) and node.function not in _OF_ARGUMENTS)
            for node in parts
        )


@frozen(eq=False)
class Pick:
    """The picks of a derived choice: (option, condition), the last condition None."""

    span: Span
    type: Type
    picks: tuple[tuple[str, Node | None], ...]


Node: TypeAlias = (
    Constant
    | FactNode
    | NamedNode
    | Not
    | Logic
    | Compare
    | NumberIn
    | ChoiceTest
    | ChoiceCompare
    | Contains
    | IfElse
    | Negate
    | Arithmetic
    | Call
    | Series
    | Pick
)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes written inside this one; what a name stands for is not written inside it."""
    match node:
        case Constant() | FactNode() | NamedNode():
            return ()
        case (
            Not(operand=operand)
            | Negate(operand=operand)
            | NumberIn(operand=operand)
            | ChoiceTest(operand=operand)
        ):
            return (operand,)
        case Logic(parts=parts):
            return parts
        case (
            Compare(left=left, right=right)
            | ChoiceCompare(left=left, right=right)
            | Arithmetic(left=left, right=right)
        ):
            return (left, right)
        case Contains(item=item, container=container):
            return (item, container)
        case IfElse(test=test, then=then, other=other):
            return (then, test, other)
        case Call(arguments=arguments):
            return arguments
        case Series(arguments=arguments, if_none=None):
            return arguments
        case Series(arguments=arguments, if_none=if_none):
            return (*arguments, if_none) if if_none is not None else arguments
        case Pick(picks=picks):
            return tuple(condition for _, condition in picks if condition is not None)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything written inside it."""
    yield node
    for child in children(node):
        yield from walk(child)


def walk_through(node: Node) -> Iterator[Node]:
    """Yield a node and everything inside it, also inside the conditions that names stand for."""
    for inner in walk(node):
        yield inner
        if isinstance(inner, NamedNode):
            yield from walk_through(inner.named.condition.tree)


def same(left: Node, right: Node) -> bool:
    """Return whether two nodes say the same, wherever they stand."""
    if type(left) is not type(right):
        return False
    if isinstance(left, FactNode) and isinstance(right, FactNode):
        return left.fact.key == right.fact.key
    for field in attrs.fields(type(left)):
        one, other = getattr(left, field.name), getattr(right, field.name)
        if field.name in ("span", "name", "type"):
            continue
        if not _same_value(one, other):
            return False
    return True


def _same_value(one: object, other: object) -> bool:
    if isinstance(one, Node) and isinstance(other, Node):
        return same(one, other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same_value, one, other))
    return one == other
