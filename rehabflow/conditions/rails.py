"""The two rails of a condition as Python expressions over slots: "surely true" and "surely false"."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from rehabflow.conditions.context import is_constant
from rehabflow.conditions.nodes import (
    Arithmetic,
    Call,
    ChoiceCompare,
    ChoiceTest,
    Compare,
    Constant,
    Contains,
    FactNode,
    Logic,
    NamedNode,
    Negate,
    Node,
    Not,
    NumberIn,
)
from rehabflow.conditions.slots import Slots, mask
from rehabflow.conditions.types import ChoiceType, NumberType, SetType
from rehabflow.conditions.uses import can_be_undefined
from rehabflow.frozen import frozen

MOST_DEPTH: Final = 30
MOST_CHARACTERS: Final = 4_000


class NoRailError(Exception):
    """This part has no rail; the reference reading fills a slot for it."""


@frozen
class Rails:
    """Python expressions that are true when a condition surely is true, surely is false."""

    true: str
    false: str


@frozen
class Ends:
    """Python expressions of whole numbers for the ends of a number: their values are low / den, high / den.

    `constant`: the number itself, when it is known before any patient is. `far`: an end may stand for no bound.
    """

    low: str
    high: str
    den: int
    constant: Fraction | None = None
    far: bool = False


class Emitter:
    """Writes rails; the same part always reads the same slot."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots

    def rails(self, node: Node, depth: int = 0) -> Rails:
        """Return the rails of a condition; what has none of its own reads a slot filled by the reference."""
        if depth <= MOST_DEPTH:
            try:
                found = self._rails(node, depth)
            except NoRailError:
                return self._slot_rails(node)
            if len(found.true) + len(found.false) <= MOST_CHARACTERS:
                return found
        return self._slot_rails(node)

    def name(self, node: Node, part: int = 0) -> str:
        """Return the variable that holds a slot's value: its first or second place."""
        return f"v{self.slots.of(node).offset + part}"

    def _slot_rails(self, node: Node) -> Rails:
        return Rails(self.name(node), f"not {self.name(node, 1)}")

    def _rails(self, node: Node, depth: int) -> Rails:
        match node:
            case NamedNode(named=named):
                return self.rails(named.condition.tree, depth + 1)
            case Not(operand=operand):
                inner = self.rails(operand, depth + 1)
                return Rails(inner.false, inner.true)
            case Logic(sign=sign, parts=parts):
                inside = [self.rails(part, depth + 1) for part in parts]
                other = "or" if sign == "and" else "and"
                return Rails(
                    _joined(sign, (r.true for r in inside)), _joined(other, (r.false for r in inside))
                )
            case Constant(value=bool() as value):
                return Rails(str(value), str(not value))
            case Compare():
                return self._compare(node, depth)
            case NumberIn():
                return self._number_in(node)
            case ChoiceTest() | ChoiceCompare() | Contains():
                return self._choices(node)
            case _:
                raise NoRailError

    def _compare(self, node: Compare, depth: int) -> Rails:
        left, right, sign = self._ends(node.left, depth + 1), self._ends(node.right, depth + 1), node.sign
        if sign in ("==", "!="):
            if right.constant is None:
                raise NoRailError
            at = _scaled(right.constant, left.den)
            true, false = f"{left.low} == {at} == {left.high}", f"({left.high} < {at} or {left.low} > {at})"
            return Rails(true, false) if sign == "==" else Rails(false, true)
        if sign in (">", ">="):
            left, right = right, left
        if (left.far and right.constant is None) or (right.far and left.constant is None):
            raise NoRailError
        if sign in ("<", ">"):
            return Rails(_less(left, right, "high", "low"), _at_most(right, left, "high", "low"))
        return Rails(_at_most(left, right, "high", "low"), _less(right, left, "high", "low"))

    def _number_in(self, node: NumberIn) -> Rails:
        ends = self._ends(node.operand, 0)
        grid = sorted({_scaled(value, ends.den) for value in node.values})
        runs: list[list[int]] = []
        for value in grid:
            if runs and value == runs[-1][1] + 1:
                runs[-1][1] = value
            else:
                runs.append([value, value])
        true = _joined("or", (f"({ends.low} >= {first} and {ends.high} <= {last})" for first, last in runs))
        false = _joined("and", (f"({ends.high} < {first} or {ends.low} > {last})" for first, last in runs))
        return Rails(false, true) if node.negated else Rails(true, false)

    def _choices(self, node: ChoiceTest | ChoiceCompare | Contains) -> Rails:
        match node:
            case ChoiceTest(operand=operand, accepted=accepted):
                options, choices = self._choice(operand)
                inside = mask(choices, accepted)
                outside = mask(choices, frozenset(choices) - accepted)
                return Rails(f"({options} & {outside} == 0)", f"({options} & {inside} == 0)")
            case Contains(item=item, container=container, negated=negated):
                if can_be_undefined(container):
                    raise NoRailError
                assert isinstance(container.type, SetType)  # the check looked
                surely, possibly = self.name(container), self.name(container, 1)
                options, _ = self._choice(item)
                rails = Rails(f"({options} & ~{surely} == 0)", f"({options} & {possibly} == 0)")
                return Rails(rails.false, rails.true) if negated else rails
            case ChoiceCompare(sign=sign, left=left, right=right):
                return _compare_masks(sign, self._choice(left)[0], self._choice(right)[0])

    def _choice(self, node: Node) -> tuple[str, tuple[str, ...]]:
        """Return the mask of a choice, and the list that its bits stand for."""
        if not isinstance(node.type, ChoiceType) or can_be_undefined(node):
            raise NoRailError
        if isinstance(node, Constant):
            return str(mask(node.type.choices, frozenset([str(node.value)]))), node.type.choices
        return self.name(node), node.type.choices

    def _ends(self, node: Node, depth: int) -> Ends:
        if depth > MOST_DEPTH:
            raise NoRailError
        match node:
            case Constant(value=Fraction() as value):
                number = _scaled(value, value.denominator)
                return Ends(str(number), str(number), value.denominator, constant=value)
            case Negate(operand=operand):
                inner = self._finite(operand, depth + 1)
                return Ends(f"-{inner.high}", f"-{inner.low}", inner.den)
            case Arithmetic():
                return self._arithmetic(node, depth)
            case Call(function="count" | "sum" | "mean" | "min" | "max" | "abs"):
                return self._call(node, depth)
            case _:
                return self._measured(node)

    def _finite(self, node: Node, depth: int) -> Ends:
        """Return the ends of a number that is calculated with: both have to be bounds."""
        ends = self._ends(node, depth)
        if ends.far or len(ends.low) + len(ends.high) > MOST_CHARACTERS:
            raise NoRailError
        return ends

    def _measured(self, node: Node) -> Ends:
        type_ = node.type
        if not isinstance(type_, NumberType) or type_.decimals is None or can_be_undefined(node):
            raise NoRailError
        constant = type_.low if isinstance(node, FactNode) and is_constant(type_) else None
        if constant is not None:
            number = str(_scaled(constant, 10**type_.decimals))
            return Ends(number, number, 10**type_.decimals, constant=constant)
        far = type_.low is None or type_.high is None
        return Ends(self.name(node), self.name(node, 1), 10**type_.decimals, far=far)

    def _arithmetic(self, node: Arithmetic, depth: int) -> Ends:
        left, right = self._finite(node.left, depth + 1), self._finite(node.right, depth + 1)
        if node.sign in "+-":
            if node.sign == "-":
                right = Ends(f"-{right.high}", f"-{right.low}", right.den)
            return _added([left, right])
        if right.constant is None:
            left, right = right, left
        if right.constant is None or (node.sign == "/" and node.right.type != _constant_type(right, node)):
            raise NoRailError
        factor = right.constant if node.sign == "*" else 1 / right.constant
        return _times(left, factor)

    def _call(self, node: Call, depth: int) -> Ends:
        if node.function == "count":
            inside = [self.rails(part, depth + 1) for part in node.arguments]
            low = " + ".join(f"({rails.true})" for rails in inside)
            return Ends(f"({low})", "(" + " + ".join(f"(not ({r.false}))" for r in inside) + ")", 1)
        if can_be_undefined(node) or (
            node.function in ("sum", "mean")
            and any(isinstance(part, FactNode) and part.fact.declinable for part in node.arguments)
        ):
            raise NoRailError
        ends = [self._finite(part, depth + 1) for part in node.arguments]
        if node.function == "sum":
            return _added(ends)
        if node.function == "mean":
            added = _added(ends)
            return Ends(added.low, added.high, added.den * len(ends))
        den, lows, highs = _common(ends)
        if node.function == "abs":
            return Ends(f"max({lows[0]}, -{highs[0]}, 0)", f"max(-{lows[0]}, {highs[0]})", den)
        if len(ends) == 1:
            return ends[0]
        return Ends(f"{node.function}({', '.join(lows)})", f"{node.function}({', '.join(highs)})", den)


def _constant_type(ends: Ends, node: Arithmetic) -> object:
    """Return the divisor's type where the divisor (and not the dividend) is the constant."""
    reach = node.right.type
    same = isinstance(reach, NumberType) and is_constant(reach) and reach.low == ends.constant
    return reach if same else None


def _joined(sign: str, parts: Iterable[str]) -> str:
    found = list(parts)
    return found[0] if len(found) == 1 else f"({f' {sign} '.join(found)})"


def _scaled(value: Fraction, den: int) -> int:
    """Return a number that lies on the grid of 1 / den as a whole number."""
    scaled = value * den
    if scaled.denominator != 1:
        raise NoRailError
    return int(scaled)


def _common(ends: list[Ends]) -> tuple[int, list[str], list[str]]:
    den = math.lcm(*(each.den for each in ends))
    return (
        den,
        [_grown(each.low, den // each.den) for each in ends],
        [_grown(each.high, den // each.den) for each in ends],
    )


def _grown(text: str, factor: int) -> str:
    return text if factor == 1 else f"{text} * {factor}"


def _added(ends: list[Ends]) -> Ends:
    den, low, high = _common(ends)
    return Ends(f"({' + '.join(low)})", f"({' + '.join(high)})", den)


def _times(ends: Ends, factor: Fraction) -> Ends:
    low, high = (ends.low, ends.high) if factor >= 0 else (ends.high, ends.low)
    number = factor.numerator
    return Ends(f"({low} * {number})", f"({high} * {number})", ends.den * factor.denominator)


def _sides(left: Ends, right: Ends, first: str, second: str) -> tuple[str, str]:
    den = math.lcm(left.den, right.den)
    one, other = getattr(left, first), getattr(right, second)
    return _grown(one, den // left.den), _grown(other, den // right.den)


def _less(left: Ends, right: Ends, first: str, second: str) -> str:
    """Return `left < right` for two ends; a constant is brought to the other's grid once and for all."""
    if right.constant is not None:
        return f"{getattr(left, first)} < {math.ceil(right.constant * left.den)}"
    if left.constant is not None:
        return f"{math.floor(left.constant * right.den)} < {getattr(right, second)}"
    one, other = _sides(left, right, first, second)
    return f"{one} < {other}"


def _at_most(left: Ends, right: Ends, first: str, second: str) -> str:
    """Return `left <= right` for two ends."""
    if right.constant is not None:
        return f"{getattr(left, first)} <= {math.floor(right.constant * left.den)}"
    if left.constant is not None:
        return f"{math.ceil(left.constant * right.den)} <= {getattr(right, second)}"
    one, other = _sides(left, right, first, second)
    return f"{one} <= {other}"


def _compare_masks(sign: str, left: str, right: str) -> Rails:
    if sign in ("==", "!="):
        same = f"({left} == {right} and {left} & {left} - 1 == 0)"
        apart = f"({left} & {right} == 0)"
        return Rails(same, apart) if sign == "==" else Rails(apart, same)
    if sign in (">", ">="):
        left, right = right, left
    high, low = f"({left}).bit_length()", f"({right} & -{right}).bit_length()"
    low_left, high_right = f"({left} & -{left}).bit_length()", f"({right}).bit_length()"
    if sign in ("<", ">"):
        return Rails(f"{high} < {low}", f"{low_left} >= {high_right}")
    return Rails(f"{high} <= {low}", f"{low_left} > {high_right}")
