"""The reference reading: what a node can be, by the table of the language, on exact fractions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

import attrs

from rehabflow.conditions import intervals
from rehabflow.conditions.comparing import holds
from rehabflow.conditions.joins import as_boolean, as_choice, as_number, as_options, join
from rehabflow.conditions.nodes import (
    Arithmetic,
    Call,
    ChoiceCompare,
    ChoiceTest,
    Compare,
    Constant,
    Contains,
    FactNode,
    IfElse,
    Logic,
    NamedNode,
    Negate,
    Node,
    Not,
    NumberIn,
    Pick,
    Series,
)
from rehabflow.conditions.overlay import Overlay
from rehabflow.conditions.possible import (
    NO,
    OPEN,
    YES,
    Boolean,
    Choice,
    Number,
    Possible,
    boolean_of,
    possible_of_boolean,
)
from rehabflow.conditions.scope import Fact
from rehabflow.conditions.types import BooleanType, NumberType, exact
from rehabflow.conditions.world import World


@attrs.define(eq=False)
class Here:
    """Where a node is evaluated: in a world and, inside a series, in one of its members.

    With `of_visit`, the members are visits, and every assessment's measures are those of the visit.
    """

    world: World
    member: World | None = None
    of_visit: bool = False

    def source(self, fact: Fact) -> World:
        """Return the world that a fact is read from."""
        if self.member is not None and (fact.varies or (self.of_visit and fact.assessment)):
            return self.member
        return self.world

    def value(self, fact: Fact) -> Possible:
        """Return what a fact can be here."""
        source = self.source(fact)
        return source.value(fact) if isinstance(source, Overlay) else source.fact(fact.key)


def possible(node: Node, here: Here) -> Possible:
    """Return what a node can be."""
    while isinstance(node, NamedNode):
        node = node.named.condition.tree
    match node:
        case FactNode(fact=fact):
            return here.value(fact)
        case Constant(possible=value):
            return value
        case IfElse():
            return _if_else(node, here)
        case Series():
            from rehabflow.conditions.series import evaluate_series

            return evaluate_series(node, here)
        case Pick() | Call(function="band"):
            return Possible(Choice(_picked(node, here) if isinstance(node, Pick) else _bands(node, here)))
        case _:
            if isinstance(node.type, BooleanType):
                return possible_of_boolean(boolean(node, here))
            return Possible(number(node, here))


def boolean(node: Node, here: Here) -> Boolean:
    """Return whether a condition is surely, or possibly, true."""
    match node:
        case Not(operand=operand):
            return intervals.opposite(boolean(operand, here))
        case Logic(sign=sign, parts=parts):
            return _logic(sign, [boolean(part, here) for part in parts])
        case Compare(sign=sign, left=left, right=right):
            return intervals.compare(sign, number(left, here), number(right, here))
        case NumberIn():
            return _number_in(node, here)
        case ChoiceTest(operand=operand, accepted=accepted):
            options = as_choice(possible(operand, here))
            return (
                OPEN if options is None else boolean_of(options <= accepted, not options.isdisjoint(accepted))
            )
        case ChoiceCompare():
            return _choice_compare(node, here)
        case Contains():
            return _contains(node, here)
        case Call(function="known" | "cleared" | "happened"):
            return _sure(_on_record(node, here))
        case _:
            return as_boolean(possible(node, here))


def number(node: Node, here: Here) -> Number:
    """Return the interval of a number or a date."""
    match node:
        case Negate(operand=operand):
            return intervals.negate(number(operand, here))
        case Arithmetic(sign=sign, left=left, right=right):
            return _ARITHMETIC[sign](number(left, here), number(right, here))
        case Call(function=function) if function in _CALLS:
            return _CALLS[function](node, here)
        case _:
            return as_number(possible(node, here))


def _sure(answer: bool) -> Boolean:
    return YES if answer else NO


def _on_record(node: Call, here: Here) -> bool:
    if node.function == "cleared":
        return here.world.is_cleared(node.text)
    fact = _named_fact(node)
    return (
        here.source(fact).is_known(fact.key)
        if node.function == "known"
        else here.world.has_happened(fact.key)
    )


def _logic(sign: str, parts: list[Boolean]) -> Boolean:
    if sign == "and":
        return boolean_of(all(part.surely for part in parts), all(part.possibly for part in parts))
    return boolean_of(any(part.surely for part in parts), any(part.possibly for part in parts))


def _if_else(node: IfElse, here: Here) -> Possible:
    test = boolean(node.test, here)
    if test.surely:
        return _branch(node.then, here)
    if not test.possibly:
        return _branch(node.other, here)
    return join(_branch(node.then, here), _branch(node.other, here))


def _branch(node: Node, here: Here) -> Possible:
    """Return a branch; a declined number in it is undefined, since only `sum mean answered` read it as declined."""
    found = possible(node, here)
    return Possible(as_number(found)) if isinstance(node.type, NumberType) else found


def _number_in(node: NumberIn, here: Here) -> Boolean:
    found = number(node.operand, here)
    if found.undefined:
        return OPEN
    inside = {
        value
        for value in node.values
        if (found.low is None or found.low <= value) and (found.high is None or value <= found.high)
    }
    step = (
        Fraction(1, 10 ** (node.operand.type.decimals or 0))
        if isinstance(node.operand.type, NumberType)
        else 1
    )
    surely = (
        found.low is not None
        and found.high is not None
        and step * (len(inside) - 1) == found.high - found.low
    )
    answer = boolean_of(surely, bool(inside))
    return intervals.opposite(answer) if node.negated else answer


def _choice_compare(node: ChoiceCompare, here: Here) -> Boolean:
    left, right = as_choice(possible(node.left, here)), as_choice(possible(node.right, here))
    if left is None or right is None:
        return OPEN
    outcomes = {holds(node.sign, node.order, one, other) for one in left for other in right}
    return boolean_of(outcomes == {True}, True in outcomes)


def _contains(node: Contains, here: Here) -> Boolean:
    items, container = as_choice(possible(node.item, here)), as_options(possible(node.container, here))
    if items is None or container is None:
        return OPEN
    answer = boolean_of(items <= container.surely, not items.isdisjoint(container.possibly))
    return intervals.opposite(answer) if node.negated else answer


def _picked(node: Pick, here: Here) -> frozenset[str]:
    found = set()
    for option, condition in node.picks:
        answer = YES if condition is None else boolean(condition, here)
        if answer.possibly:
            found.add(option)
        if answer.surely:
            break
    return frozenset(found)


def _bands(node: Call, here: Here) -> frozenset[str]:
    from rehabflow.conditions.derived import bands_of

    fact = _named_fact(node)
    return frozenset(bands_of(fact, here.value(fact)))


def _named_fact(node: Call) -> Fact:
    argument = node.arguments[0]
    assert isinstance(argument, FactNode)  # the check takes names only
    return argument.fact


def _count(node: Call, here: Here) -> Number:
    answers = [boolean(argument, here) for argument in node.arguments]
    surely, possibly = sum(each.surely for each in answers), sum(each.possibly for each in answers)
    return Number(surely, possibly)


def _answer(node: Node, here: Here) -> intervals.Answered:
    """Return a number with whether it is surely, or possibly, answered: only a measure itself can be declined."""
    if not isinstance(node, FactNode):
        return number(node, here), True, True
    found = here.value(node.fact)
    if found.value is None:
        return intervals.point(0), False, False
    return as_number(Possible(found.value)), not found.may_be_declined, True


def _sum(node: Call, here: Here) -> Number:
    zero = intervals.point(0)
    answers = [_answer(argument, here) for argument in node.arguments]
    return intervals.total(
        each if surely else intervals.hull(each, zero) for each, surely, possibly in answers if possibly
    )


def _mean(node: Call, here: Here) -> Number:
    return intervals.mean([_answer(argument, here) for argument in node.arguments], node.number)


def _answered(node: Call, here: Here) -> Number:
    found = [here.value(argument.fact) for argument in node.arguments if isinstance(argument, FactNode)]
    surely = sum(each.value is not None and not each.may_be_declined for each in found)
    return Number(surely, sum(each.value is not None for each in found))


def _days_since(node: Call, here: Here) -> Number:
    return _since(node, here, lambda day: here.world.today - day)


def _weeks_since(node: Call, here: Here) -> Number:
    return _since(node, here, lambda day: (here.world.today - day) // 7)


def _months_since(node: Call, here: Here) -> Number:
    return _since(node, here, lambda day: months_between(day, here.world.today))


def _since(node: Call, here: Here, length: Callable[[int], int]) -> Number:
    date = number(node.arguments[0], here)
    low = None if date.high is None else length(int(date.high))
    high = None if date.low is None else length(int(date.low))
    return Number(low, high, date.undefined, date.nowhere)


def months_between(start: int, end: int) -> int:
    """Return the whole calendar months from one day to another, rounded down, also below 0."""
    first, last = datetime.date.fromordinal(start), datetime.date.fromordinal(end)
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _hours_since(node: Call, here: Here) -> Number:
    found = here.world.hours_since(_named_fact(node).key)
    return Number(0, None) if found is None else Number(*found)


def _change(node: Call, here: Here) -> tuple[Fact, Number, Number]:
    """Return the fact, what it is now, and what it was at the baseline."""
    argument = node.arguments[0]
    assert isinstance(argument, FactNode)  # the check takes names only
    return argument.fact, number(argument, here), as_number(here.world.baseline(argument.fact.key))


def _improvement(node: Call, here: Here) -> Number:
    fact, now, before = _change(node, here)
    return intervals.subtract(now, before) if fact.better == "higher" else intervals.subtract(before, now)


def _worsening(node: Call, here: Here) -> Number:
    return intervals.negate(_improvement(node, here))


def _percent_improvement(node: Call, here: Here) -> Number:
    fact, now, before = _change(node, here)
    if now.nowhere or before.nowhere or before.low == before.high == 0:
        return intervals.NOWHERE
    ends = (now.low, now.high, before.low, before.high)
    if intervals.holds_zero(before) or None in ends:
        return intervals.ANYTHING
    sign = 1 if fact.better == "higher" else -1
    corners = [
        exact(100 * sign * Fraction(one - other) / (other if other > 0 else -other))
        for one in (now.low, now.high)
        for other in (before.low, before.high)
        if one is not None and other is not None
    ]
    return Number(min(corners), max(corners), now.undefined or before.undefined)


def _symmetry(node: Call, here: Here) -> Number:
    argument = node.arguments[0]
    assert isinstance(argument, FactNode)  # the check takes names only
    fact = argument.fact
    involved, uninvolved = (as_number(side) for side in here.source(fact).sides(fact.key))
    if fact.better == "lower":
        involved, uninvolved = uninvolved, involved
    return intervals.multiply(intervals.point(100), intervals.divide(involved, uninvolved))


def _all(nodes: Iterable[Node], here: Here) -> list[Number]:
    return [number(node, here) for node in nodes]


_ARITHMETIC: Final[dict[str, Callable[[Number, Number], Number]]] = {
    "+": intervals.add,
    "-": intervals.subtract,
    "*": intervals.multiply,
    "/": intervals.divide,
}
_CALLS: Final[dict[str, Callable[[Call, Here], Number]]] = {
    "count": _count,
    "sum": _sum,
    "mean": _mean,
    "answered": _answered,
    "min": lambda node, here: intervals.least(_all(node.arguments, here)),
    "max": lambda node, here: intervals.greatest(_all(node.arguments, here)),
    "abs": lambda node, here: intervals.magnitude(number(node.arguments[0], here)),
    "round": lambda node, here: intervals.rounded(number(node.arguments[0], here), node.number),
    "days_since": _days_since,
    "weeks_since": _weeks_since,
    "months_since": _months_since,
    "hours_since": _hours_since,
    "improvement": _improvement,
    "worsening": _worsening,
    "percent_improvement": _percent_improvement,
    "symmetry": _symmetry,
}
