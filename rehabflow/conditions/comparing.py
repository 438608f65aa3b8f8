"""The type check of comparisons: what may be compared with what, and which comparisons are already decided."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rehabflow.conditions import intervals
from rehabflow.conditions.context import BOOLEAN, kind, on_grid, plain, range_of
from rehabflow.conditions.nodes import (
    Call,
    ChoiceCompare,
    ChoiceTest,
    Compare,
    Constant,
    Contains,
    FactNode,
    Node,
    NumberIn,
    Series,
    same,
)
from rehabflow.conditions.possible import NO, OPEN, YES, Boolean
from rehabflow.conditions.syntax import CompareWord, ComparisonSign, NumberWord, TextWord, TupleWord
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType, Type

if TYPE_CHECKING:
    from rehabflow.conditions.checking import Checker

FLIPPED: dict[str, ComparisonSign] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_ORDER = frozenset(["<", "<=", ">", ">="])
_COUNTING = (
    "count",
    "answered",
    "streak",
    "times",
    "sessions_done",
    "days_since",
    "weeks_since",
    "months_since",
)
_WITHOUT_GAPS = frozenset([*_COUNTING, "first", "previous", "last", "worst", "best"])


def check_comparison(checker: Checker, word: CompareWord) -> Node | None:
    """Return the node of a comparison or of `in`."""
    if word.sign in ("in", "not in"):
        return _membership(checker, word)
    if isinstance(word.left, TextWord) or isinstance(word.right, TextWord):
        return _choice_literal(checker, word)
    left, right = checker.node(word.left), checker.node(word.right)
    if left is None or right is None:
        return None
    for node in (left, right):
        if isinstance(node.type, BooleanType):
            other = right if node is left else left
            help_ = (
                "say it, or `not` it, without comparing"
                if isinstance(other, Constant)
                else "use `and`, `or`, `not`"
            )
            checker.fault("boolean-compared", "Yes or no is compared", word.span, help_=help_)
            return None
    if same(left, right):
        checker.fault("self-comparison", "This is compared with itself", word.span)
        return None
    match left.type, right.type:
        case ChoiceType(), ChoiceType():
            return _choices(checker, word, left, right)
        case (NumberType(), NumberType()) | (DateType(), DateType()):
            return _numbers(checker, word, left, right)
        case (ChoiceType(), NumberType()) | (NumberType(), ChoiceType()):
            help_ = "write the choice in single quotes"
        case (DateType(), NumberType()) | (NumberType(), DateType()):
            help_ = "days_since(…) gives a number of days"
        case (SetType(), _) | (_, SetType()):
            help_ = "ask `'so' in …`"
        case _:
            help_ = ""
    message = f"{kind(left.type)} is compared with {kind(right.type)}"
    checker.fault(
        "type-mismatch", message.capitalize(), word.span, expected="the same kind on both sides", help_=help_
    )
    return None


def _numbers(checker: Checker, word: CompareWord, left: Node, right: Node) -> Node | None:
    sign: ComparisonSign = word.sign  # type: ignore[assignment]  # `in` went another way
    checker.common_unit([left, right], word.span)
    if sign in ("==", "!="):
        if isinstance(left, Constant) and not isinstance(right, Constant):
            left, right = right, left
        if not _is_measure(left) or not isinstance(right, Constant):
            message = f"`{sign}` only compares one measure with a number"
            checker.fault("equality", message, word.span, help_="compare with `<=` and `>=`")
            return None
        assert isinstance(right.value, Fraction)  # numbers are compared
        if not _check_grid(checker, left, right.value, right):
            return None
    node = Compare(word.span, BOOLEAN, sign, left, right)
    decided = intervals.compare(sign, range_of(left.type), range_of(right.type))
    measured = right if isinstance(left, Constant) else left
    return node if _is_open(checker, word, decided, measured) else None


def _is_measure(node: Node) -> bool:
    return isinstance(node, FactNode) or (isinstance(node, Call | Series) and node.function in _WITHOUT_GAPS)


def _is_open(checker: Checker, word: CompareWord, decided: Boolean, measured: Node) -> bool:
    if decided == OPEN:
        return True
    code, always = ("always-true", "true") if decided == YES else ("always-false", "false")
    checker.fault(
        code,
        f"This is always {always}{_reach(measured)}",
        word.span,
        help_="compare with a value inside the range",
    )
    return False


def _reach(node: Node) -> str:
    """Return ": the range is 0 to 10" for a number, else nothing."""
    if not isinstance(node.type, NumberType) or node.type.low is None:
        return ""
    high = "and more" if node.type.high is None else f"to {plain(node.type.high)}"
    return f": the range is {plain(node.type.low)} {high}"


def _check_grid(checker: Checker, node: Node, value: Fraction, at: Node | NumberWord) -> bool:
    decimals = node.type.decimals if isinstance(node.type, NumberType) else 0
    if decimals is not None and on_grid(value, decimals):
        return True
    if decimals is None:
        message = "This measure has no grid, so it is never compared for equality"
    else:
        message = f"{plain(value)} is off the grid: the measure has {decimals} decimals"
    checker.fault("off-grid", message, at.span, help_="compare with `<=` and `>=`")
    return False


def _choice_literal(checker: Checker, word: CompareWord) -> Node | None:
    sign: ComparisonSign = word.sign  # type: ignore[assignment]  # `in` went another way
    text, other = word.right, word.left
    if isinstance(other, TextWord):
        text, other, sign = other, word.right, FLIPPED[sign]
    if isinstance(other, TextWord):
        checker.fault(
            "literals-compared", "Two texts are compared", word.span, expected="a measure on one side"
        )
        return None
    assert isinstance(text, TextWord)  # one of them is
    operand = checker.node(other)
    if operand is None:
        return None
    if not isinstance(operand.type, ChoiceType):
        help_ = "ask `'so' in …`" if isinstance(operand.type, SetType) else ""
        message = f"{kind(operand.type)} is compared with a text".capitalize()
        checker.fault("type-mismatch", message, word.span, expected=kind(operand.type), help_=help_)
        return None
    option = checker.choice(text, operand.type.choices)
    if option is None or not _may_order(checker, word, sign, operand.type):
        return None
    accepted = frozenset(
        candidate
        for candidate in operand.type.choices
        if holds(sign, operand.type.choices, candidate, option)
    )
    return _choice_test(checker, word, ChoiceTest(word.span, BOOLEAN, operand, accepted, sign, (option,)))


def _choice_test(checker: Checker, word: CompareWord, node: ChoiceTest) -> Node | None:
    assert isinstance(node.operand.type, ChoiceType)  # made for choices only
    everything = frozenset(node.operand.type.choices)
    decided = Boolean(surely=node.accepted == everything, possibly=bool(node.accepted))
    return node if _is_open(checker, word, decided, node.operand) else None


def holds(sign: str, choices: tuple[str, ...], left: str, right: str) -> bool:
    """Return whether `left sign right` for two options of a list."""
    one, other = choices.index(left), choices.index(right)
    results = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other, "==": one == other}
    return results.get(sign, one != other)


def _may_order(checker: Checker, word: CompareWord, sign: str, type_: ChoiceType) -> bool:
    if sign in _ORDER and not type_.ordered:
        checker.fault("unordered", "These choices have no order", word.span, expected="`==`, `!=` or `in`")
        return False
    return True


def _choices(checker: Checker, word: CompareWord, left: Node, right: Node) -> Node | None:
    sign: ComparisonSign = word.sign  # type: ignore[assignment]  # `in` went another way
    assert isinstance(left.type, ChoiceType)  # the caller looked
    if not same_list(left, right):
        checker.fault("different-lists", "These two choices are not declared with the same list", word.span)
        return None
    if not _may_order(checker, word, sign, left.type):
        return None
    return ChoiceCompare(word.span, BOOLEAN, sign, left, right, left.type.choices)


def same_list(left: Node, right: Node) -> bool:
    """Return whether two choices (or a choice and a set) are of one declared list."""
    one, other = getattr(left.type, "choices", ()), getattr(right.type, "choices", ())
    return bool(one) and one == other


def _membership(checker: Checker, word: CompareWord) -> Node | None:
    negated = word.sign == "not in"
    if isinstance(word.right, TupleWord):
        return _in_list(checker, word, word.right, negated=negated)
    container = checker.node(word.right)
    if container is None:
        return None
    if not isinstance(container.type, SetType):
        message = f"`in` needs a list or a set on its right, this is {kind(container.type)}"
        help_ = "a list of one is written ('a',)" if isinstance(word.right, TextWord | NumberWord) else ""
        checker.fault("type-mismatch", message, word.right.span, expected="a list or a set", help_=help_)
        return None
    if isinstance(word.left, TextWord):
        option = checker.choice(word.left, container.type.choices)
        if option is None:
            return None
        constant = Constant(word.left.span, ChoiceType(container.type.choices), option)
        return Contains(word.span, BOOLEAN, constant, container, negated)
    item = checker.node(word.left)
    if item is None:
        return None
    if not isinstance(item.type, ChoiceType):
        message = f"A set holds choices, this is {kind(item.type)}"
        checker.fault("type-mismatch", message, word.left.span, expected="a choice")
        return None
    if not same_list(item, container):
        message = "The choice and the set are not declared with the same list"
        checker.fault("different-lists", message, word.span)
        return None
    return Contains(word.span, BOOLEAN, item, container, negated)


def _in_list(checker: Checker, word: CompareWord, listed: TupleWord, *, negated: bool) -> Node | None:
    if isinstance(word.left, TextWord | NumberWord):
        checker.fault(
            "literals-compared", "A literal is compared with literals", word.span, expected="a measure"
        )
        return None
    operand = checker.node(word.left)
    if operand is None:
        return None
    wanted = TextWord if isinstance(operand.type, ChoiceType) else NumberWord
    if not isinstance(operand.type, ChoiceType | NumberType):
        help_ = "say it without comparing" if isinstance(operand.type, BooleanType) else ""
        code = "boolean-compared" if isinstance(operand.type, BooleanType) else "type-mismatch"
        checker.fault(
            code, f"{kind(operand.type)} is looked up in a list".capitalize(), word.span, help_=help_
        )
        return None
    wrong = [item for item in listed.items if not isinstance(item, wanted)]
    for item in wrong:
        checker.fault(
            "type-mismatch",
            f"The list goes with {kind(operand.type)}",
            item.span,
            expected=kind(operand.type),
        )
    if wrong:
        return None
    if isinstance(operand.type, ChoiceType):
        texts = [
            checker.choice(item, operand.type.choices) for item in listed.items if isinstance(item, TextWord)
        ]
        written = tuple(option for option in texts if option is not None)
        if len(written) < len(texts):
            return None
        accepted = frozenset(operand.type.choices) - set(written) if negated else frozenset(written)
        return _choice_test(
            checker, word, ChoiceTest(word.span, BOOLEAN, operand, accepted, word.sign, written)
        )
    return _number_in(
        checker,
        word,
        operand,
        [item for item in listed.items if isinstance(item, NumberWord)],
        negated=negated,
    )


def _number_in(
    checker: Checker, word: CompareWord, operand: Node, items: list[NumberWord], *, negated: bool
) -> Node | None:
    if not _is_measure(operand):
        checker.fault(
            "equality", "`in` only looks up one measure", word.left.span, help_="compare with `<=` and `>=`"
        )
        return None
    reach = range_of(operand.type)
    fine = True
    for item in items:
        if not _check_grid(checker, operand, item.value, item):
            fine = False
        elif intervals.equal(reach, intervals.point(item.value)) == NO:
            message = f"{plain(item.value)} is never reached{_reach(operand)}"
            checker.fault("always-false", message, item.span)
            fine = False
    if not fine:
        return None
    values = tuple(item.value for item in items)
    decided = NO if negated else YES
    if _is_everything(operand.type, values) and not _is_open(checker, word, decided, operand):
        return None
    return NumberIn(word.span, BOOLEAN, operand, values, negated)


def _is_everything(type_: Type, values: tuple[Fraction, ...]) -> bool:
    if not isinstance(type_, NumberType) or type_.low is None or type_.high is None or type_.decimals is None:
        return False
    return bool(len(set(values)) == (type_.high - type_.low) * 10**type_.decimals + 1)
