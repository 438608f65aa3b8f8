"""Where a condition uses which facts, and in which direction: raising a value makes it truer, falser, or either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import attrs

from rehabflow.conditions import intervals
from rehabflow.conditions.context import range_of
from rehabflow.conditions.faults import Span
from rehabflow.conditions.nodes import (
    Arithmetic,
    Call,
    Compare,
    FactNode,
    IfElse,
    Logic,
    NamedNode,
    Negate,
    Node,
    Not,
    Series,
    children,
)
from rehabflow.conditions.scope import Derived, Fact
from rehabflow.frozen import frozen

UP: Final = 1
DOWN: Final = -1
EITHER: Final = 0

Way = Literal["now", "shared", "member", "entries", "sides", "event", "known", "cleared"]


@frozen
class Use:
    """One use of a fact (or, `known` and `cleared`, of the record) with its direction `UP`, `DOWN` or `EITHER`.

    `way`: its value `now`; the same value for all members of a series (`shared`); its value in each `member`;
    its dated `entries`; its two `sides`; only whether the `event` happened. `span` is in the text itself.
    """

    key: str
    way: Way
    direction: int
    span: Span
    fact: Fact | None = None


def uses(
    node: Node, direction: int = UP, *, window_of: str | None = None, in_series: bool = False
) -> Iterator[Use]:
    """Yield every use in a node, through names and derived measures."""
    return _Walk(in_series, window_of, None).uses(node, direction)


@frozen
class _Walk:
    in_series: bool
    window_of: str | None
    at: Span | None

    def uses(self, node: Node, direction: int) -> Iterator[Use]:
        match node:
            case FactNode(fact=fact):
                yield from self._fact(fact, direction, node.span)
            case NamedNode(named=named, span=span):
                yield from self._inside(span).uses(named.condition.tree, direction)
            case Call():
                yield from self._call(node, direction)
            case Series():
                yield from self._series(node, direction)
            case _:
                for part, toward in _parts(node, direction):
                    yield from self.uses(part, toward)

    def _all(self, nodes: Iterable[Node], direction: int) -> Iterator[Use]:
        for node in nodes:
            yield from self.uses(node, direction)

    def _inside(self, span: Span) -> _Walk:
        return attrs.evolve(self, at=self.at or span)

    def _use(self, key: str, way: Way, direction: int, span: Span, fact: Fact | None = None) -> Use:
        return Use(key, way, direction, self.at or span, fact)

    def _fact(self, fact: Fact, direction: int, span: Span) -> Iterator[Use]:
        if not self.in_series:
            way: Way = "now"
        else:
            way = "member" if fact.varies or (self.window_of and fact.assessment) else "shared"
        yield self._use(fact.key, way, EITHER if fact.declinable else direction, span, fact)
        if fact.derived is not None:
            yield from self._inside(span).derived(fact.derived, direction)

    def derived(self, derived: Derived, direction: int) -> Iterator[Use]:
        """Yield the uses of what a derived measure follows from."""
        if derived.value is not None:
            yield from self.uses(derived.value.tree, direction)
        for _, condition in derived.picks:
            if condition is not None:
                yield from self.uses(condition.tree, EITHER)

    def _call(self, node: Call, direction: int) -> Iterator[Use]:
        match node.function:
            case "known":
                yield self._use(_key(node), "known", direction, node.span)
            case "cleared":
                yield self._use(node.text, "cleared", direction, node.span)
            case "happened":
                yield self._use(_key(node), "event", EITHER, node.span)
            case "symmetry":
                yield from self._sides(node, direction)
            case "days_since" | "weeks_since" | "months_since" | "hours_since":
                yield from self._all(node.arguments, -direction)
            case "improvement" | "percent_improvement":
                yield from self._all(node.arguments, direction * better_sign(_fact_of(node)))
            case "worsening":
                yield from self._all(node.arguments, -direction * better_sign(_fact_of(node)))
            case "abs":
                yield from self._all(node.arguments, direction * sign_of(node.arguments[0]))
            case "band" | "answered":
                yield from self._all(node.arguments, EITHER)
            case _:
                yield from self._all(node.arguments, direction)

    def _sides(self, node: Call, direction: int) -> Iterator[Use]:
        fact = _fact_of(node)
        turned = -direction if fact.better == "lower" else direction
        yield self._use(f"{fact.key}.involved", "sides", turned, node.span, fact)
        yield self._use(f"{fact.key}.uninvolved", "sides", -turned, node.span, fact)

    def _series(self, node: Series, direction: int) -> Iterator[Use]:
        for event in (node.window.since, node.window.before):
            if event not in (None, "stage", "trigger"):
                yield self._use(str(event), "event", EITHER, node.span)
        if node.function in ("streak", "times"):
            inner = attrs.evolve(self, in_series=True, window_of=node.window.of)
            yield from inner._all(node.arguments, direction)
            return
        for argument in node.arguments:
            fact = argument.fact if isinstance(argument, FactNode) else None
            yield self._use(_key(node), "entries", EITHER, argument.span, fact)
        if node.if_none is not None:
            yield from self.uses(node.if_none, direction)


def _parts(node: Node, direction: int) -> list[tuple[Node, int]]:
    """Return the parts of a node, each with the direction in which the whole follows it."""
    match node:
        case Not(operand=operand) | Negate(operand=operand):
            return [(operand, -direction)]
        case Logic(parts=parts):
            return [(part, direction) for part in parts]
        case Compare(sign=sign, left=left, right=right):
            toward = {"<": -direction, "<=": -direction, ">": direction, ">=": direction}.get(sign, EITHER)
            return [(left, toward), (right, -toward)]
        case IfElse(test=test, then=then, other=other):
            return [(test, EITHER), (then, direction), (other, direction)]
        case Arithmetic():
            return _arithmetic(node, direction)
        case _:
            return [(part, EITHER) for part in children(node)]


def _arithmetic(node: Arithmetic, direction: int) -> list[tuple[Node, int]]:
    left, right = node.left, node.right
    if node.sign in "+-":
        return [(left, direction), (right, direction if node.sign == "+" else -direction)]
    first = direction * sign_of(right)
    if node.sign == "*":
        return [(left, first), (right, direction * sign_of(left))]
    steady = not intervals.holds_zero(range_of(right.type))
    return [(left, first), (right, -direction * sign_of(left) * steady)]


def sign_of(node: Node) -> int:
    """Return `UP` for a number never below 0, `DOWN` for one never above, else `EITHER`."""
    reach = range_of(node.type)
    if reach.low is not None and reach.low >= 0:
        return UP
    return DOWN if reach.high is not None and reach.high <= 0 else EITHER


def better_sign(fact: Fact) -> int:
    """Return `UP` where higher is better, `DOWN` where lower is."""
    return {"higher": UP, "lower": DOWN}.get(fact.better, EITHER)


def used_both_ways(found: Iterable[Use], way: Way = "now") -> list[Fact]:
    """Return the facts, no derived ones, for which interval evaluation forgets that two uses are one value.

    With `way` "now": those of the moment itself, also inside series; with "member": those that differ from member
    to member of one series.
    """
    directions: dict[str, list[int]] = {}
    facts: dict[str, Fact] = {}
    apart = set()
    ways = {"now": ("now", "shared"), "member": ("member",)}[way]
    for use in found:
        if use.way == "sides":
            apart.add(use.key)
        if use.way not in ways or use.fact is None or use.fact.derived is not None:
            continue
        facts[use.key] = use.fact
        directions.setdefault(use.key, []).extend([use.direction] * (2 if use.way == "shared" else 1))
    return [
        facts[key]
        for key, each in sorted(directions.items())
        if key not in apart and len(each) > 1 and (EITHER in each or len(set(each)) > 1)
    ]


def _key(node: Call | Series) -> str:
    return _fact_of(node).key


def _fact_of(node: Call | Series) -> Fact:
    argument = node.arguments[0]
    assert isinstance(argument, FactNode)  # the check of these functions takes names only
    return argument.fact


def can_be_undefined(node: Node) -> bool:
    """Return whether some completion gives no value somewhere: a division by 0, a declined answer, too few answers."""
    match node:
        case FactNode(fact=fact):
            return fact.declinable or _derived_can(fact)
        case NamedNode(named=named):
            return named.condition.can_be_undefined
        case Arithmetic(sign="/", left=left, right=right):
            return (
                intervals.holds_zero(range_of(right.type))
                or can_be_undefined(left)
                or can_be_undefined(right)
            )
        case Call(function="known" | "cleared" | "happened" | "answered"):
            return False
        case Call(function="sum"):
            return any(not isinstance(part, FactNode) and can_be_undefined(part) for part in node.arguments)
        case Call(function="mean"):
            sure = sum(not (isinstance(part, FactNode) and part.fact.declinable) for part in node.arguments)
            inner = any(
                _derived_can(part.fact) if isinstance(part, FactNode) else can_be_undefined(part)
                for part in node.arguments
            )
            return sure < node.number or inner
        case Call(function="percent_improvement"):
            return intervals.holds_zero(range_of(node.arguments[0].type)) or can_be_undefined(
                node.arguments[0]
            )
        case _:
            return any(can_be_undefined(child) for child in children(node))


def _derived_can(fact: Fact) -> bool:
    derived = fact.derived
    if derived is None:
        return False
    return derived.value is not None and derived.value.can_be_undefined
