"""The domain of a fact, cut where the conditions that read it can change."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs

from rehabflow.conditions.context import is_constant
from rehabflow.conditions.nodes import (
    Call,
    ChoiceTest,
    Compare,
    Constant,
    Contains,
    Cut,
    FactNode,
    NamedNode,
    Node,
    NumberIn,
    Series,
    children,
)
from rehabflow.conditions.possible import DECLINED, Choice, Number, Options, Possible, unknown
from rehabflow.conditions.possible import FALSE as NO
from rehabflow.conditions.possible import TRUE as YES
from rehabflow.conditions.scope import Fact
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType
from rehabflow.instants import whole_months

if TYPE_CHECKING:
    from rehabflow.conditions.checked import Checked

MOST_GRID_VALUES: Final = 64
MOST_SUBSET_MEMBERS: Final = 4
PIECES: Final = 16


@attrs.define
class Marks:
    """What a fact is compared with: `thresholds` as (value, sides); `mixed`: used inside arithmetic.

    The sides of a threshold: "below" cuts just below the value, "above" just above it. `options` are the members
    that a set is asked for; `since` the lengths of time that a date is compared with.
    """

    fact: Fact
    thresholds: set[tuple[Fraction, str]] = attrs.field(factory=set)
    mixed: bool = False
    options: set[str] = attrs.field(factory=set)
    since: set[tuple[str, Fraction]] = attrs.field(factory=set)


def regions(checked: Checked, key: str, today: int | None = None) -> tuple[Possible, ...]:
    """Return the domain of a fact cut at the constants that a condition compares it with; () if it is not read.

    A number inside arithmetic is cut by grid value, or into some even pieces where these are more than 64. A date
    is cut only when `today` is given. For a measure with two sides read by `symmetry`, the key of either side.
    """
    marks = marks_of([checked.tree])
    found = marks.get(key)
    if found is None and key.rpartition(".")[2] in ("involved", "uninvolved"):
        found = marks.get(key.rpartition(".")[0])
    return () if found is None else tuple(_regions(found, today, pieces=PIECES))


def domain(marks: Marks, today: int | None = None) -> tuple[Possible, ...]:
    """Return the domain of the marks' fact cut at all of them, as `regions` does for one condition."""
    return tuple(_regions(marks, today, pieces=PIECES))


def cuts(nodes: Iterable[Node], facts: Iterable[Fact]) -> tuple[Cut, ...]:
    """Return the regions of some facts over all nodes, for the case split; a fact read only in series is not cut."""
    marks = marks_of(nodes)
    return tuple(
        Cut(fact, tuple(_regions(marks[fact.key], None, pieces=1))) for fact in facts if fact.key in marks
    )


def marks_of(nodes: Iterable[Node]) -> dict[str, Marks]:
    """Return, for every fact that the nodes read, what it is compared with."""
    found: dict[str, Marks] = {}
    for node in nodes:
        _mark(node, found)
    return found


def _mark(node: Node, found: dict[str, Marks]) -> None:
    match node:
        case FactNode(fact=fact):
            _mark_fact(fact, found).mixed = True
        case NamedNode(named=named):
            _mark(named.condition.tree, found)
        case Compare(left=left, right=right):
            if not (
                _mark_pair(node.sign, left, right, found)
                or _mark_pair(_turned(node.sign), right, left, found)
            ):
                _mark(left, found)
                _mark(right, found)
        case NumberIn(operand=operand, values=values) if (direct := _direct(operand)) is not None:
            _mark_fact(direct, found).thresholds |= {
                (value, side) for value in values for side in ("below", "above")
            }
        case ChoiceTest(operand=Call(function="band", arguments=(FactNode(fact=fact),))):
            _mark_bands(fact, found)
        case Contains(item=Constant(value=str(option)), container=FactNode(fact=fact)):
            _mark_fact(fact, found).options.add(option)
        case Call(function="band", arguments=(FactNode(fact=fact),)):
            _mark_bands(fact, found)
        case Call(function="known" | "happened", arguments=(FactNode(fact=fact),)):
            _mark_fact(fact, found)
        case _:
            for child in children(node):
                _mark(child, found)


def _mark_fact(fact: Fact, found: dict[str, Marks]) -> Marks:
    known = found.get(fact.key)
    if known is not None:
        return known
    marks = found[fact.key] = Marks(fact)
    if fact.derived is not None:
        conditions = [fact.derived.value, *(condition for _, condition in fact.derived.picks)]
        for condition in conditions:
            if condition is not None:
                _mark(condition.tree, found)
    return marks


def _mark_bands(fact: Fact, found: dict[str, Marks]) -> None:
    _mark_fact(fact, found)
    for _, condition in fact.bands:
        if condition is not None:
            _mark(condition.tree, found)


def _mark_pair(sign: str, left: Node, right: Node, found: dict[str, Marks]) -> bool:
    """Mark a comparison of a fact with numbers that are known before any patient is; return whether it was one."""
    values = _constants(right)
    if not values:
        return False
    if isinstance(left, Call) and left.function.endswith("_since"):
        argument = left.arguments[0]
        if isinstance(argument, FactNode):
            lengths = {(left.function, value + step) for value in values for step in (0, 1)}
            _mark_fact(argument.fact, found).since |= lengths
        return True
    fact = _direct(left)
    if fact is None or (len(values) > 1 and not isinstance(fact.type, NumberType)):
        return False
    sides = {"<": ("below",), ">=": ("below",), "<=": ("above",), ">": ("above",)}.get(
        sign, ("below", "above")
    )
    _mark_fact(fact, found).thresholds |= {(value, side) for value in values for side in sides}
    return True


def _direct(node: Node) -> Fact | None:
    """Return the fact of a name, or of a series that gives one of its own values."""
    if isinstance(node, FactNode):
        return node.fact
    if isinstance(node, Series) and node.function in ("first", "previous", "last", "worst", "best"):
        return _direct(node.arguments[0])
    return None


def _constants(node: Node) -> tuple[Fraction, ...]:
    if isinstance(node.type, NumberType) and is_constant(node.type) and node.type.low is not None:
        return (node.type.low,)
    return ()


def _turned(sign: str) -> str:
    return {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)


def _regions(marks: Marks, today: int | None, *, pieces: int) -> list[Possible]:
    found = _answers(marks, today, pieces)
    return [*found, DECLINED] if marks.fact.declinable else found


def _answers(marks: Marks, today: int | None, pieces: int) -> list[Possible]:
    type_ = marks.fact.type
    match type_:
        case BooleanType():
            return [NO, YES]
        case ChoiceType(choices=choices):
            return [Possible(Choice(frozenset([option]))) for option in choices]
        case SetType(choices=choices):
            return _subsets(choices, marks)
        case NumberType():
            return _numbers(type_, marks, pieces)
        case DateType():
            return _dates(type_, marks, today)


def _subsets(choices: tuple[str, ...], marks: Marks) -> list[Possible]:
    asked = sorted(marks.options) if not marks.mixed else list(choices)
    if len(asked) > MOST_SUBSET_MEMBERS:
        return [unknown(marks.fact.type)]
    rest = frozenset(choices) - set(asked)
    found = []
    for bits in range(2 ** len(asked)):
        inside = frozenset(option for index, option in enumerate(asked) if bits >> index & 1)
        found.append(Possible(Options(inside, inside | rest)))
    return found


def _numbers(type_: NumberType, marks: Marks, pieces: int) -> list[Possible]:
    low, high, decimals = type_.low, type_.high, type_.decimals
    if decimals is None:
        return _overlapping(type_, sorted({value for value, _ in marks.thresholds}))
    step = Fraction(1, 10**decimals)
    uppers = {
        (math.ceil(value / step) - 1) * step if side == "below" else math.floor(value / step) * step
        for value, side in marks.thresholds
    }
    if marks.mixed and low is not None and high is not None:
        count = int((high - low) / step) + 1
        if count <= MOST_GRID_VALUES:
            uppers = {low + index * step for index in range(count)}
        else:
            uppers |= {low + count * index // pieces * step for index in range(1, pieces)}
    ends = sorted(
        upper for upper in uppers if (low is None or low <= upper) and (high is None or upper < high)
    )
    starts = [low, *(end + step for end in ends)]
    return [Possible(Number(start, end)) for start, end in zip(starts, [*ends, high], strict=True)]


def _overlapping(type_: NumberType, values: list[Fraction]) -> list[Possible]:
    """Cut numbers off any grid: closed intervals that share their ends."""
    low, high = type_.low, type_.high
    inner = [value for value in values if (low is None or low < value) and (high is None or value < high)]
    return [Possible(Number(start, end)) for start, end in zip([low, *inner], [*inner, high], strict=True)]


def _dates(type_: DateType, marks: Marks, today: int | None) -> list[Possible]:
    low, high = type_.low, type_.high if today is None else min(type_.high, max(today, type_.low))
    uppers = set()
    if today is not None:
        for function, value in marks.since:
            uppers.add(_last_day_at_least(function, math.ceil(value), today, low, high))
    ends = sorted(upper for upper in uppers if low <= upper < high)
    starts = [low, *(end + 1 for end in ends)]
    return [Possible(Number(Fraction(a), Fraction(b))) for a, b in zip(starts, [*ends, high], strict=True)]


def _last_day_at_least(function: str, value: int, today: int, low: int, high: int) -> int:
    """Return the last day that lies at least `value` days (weeks, …) before today."""
    if function == "hours_since":
        return today - -(-value // 24) - 1
    if function != "months_since":
        return today - value * (7 if function == "weeks_since" else 1)
    while low < high:
        middle = (low + high + 1) // 2
        if whole_months(middle, today) >= value:
            low = middle
        else:
            high = middle - 1
    return low
