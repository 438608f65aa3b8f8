"""The type check of functions over values: what each takes and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from rehabflow.conditions import intervals, series_functions
from rehabflow.conditions.context import BOOLEAN, range_of
from rehabflow.conditions.faults import nearest
from rehabflow.conditions.nodes import Call, FactNode, Node
from rehabflow.conditions.possible import Number
from rehabflow.conditions.scope import Several
from rehabflow.conditions.syntax import CallWord, NameWord, NumberWord, TextWord, Word
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, fraction
from rehabflow.frozen import frozen

if TYPE_CHECKING:
    from rehabflow.conditions.checking import Checker

MOST_DIGITS = 9
_SINCE_UNITS: Final = {"days_since": "d", "weeks_since": "wk", "months_since": "mo", "hours_since": "h"}


@frozen
class Signature:
    """How many arguments a function takes (`most` None: any number), which named ones, and who checks it."""

    least: int
    most: int | None
    check: Callable[[Checker, CallWord], Node | None]
    options: frozenset[str] = frozenset()

    @property
    def expected(self) -> str:
        """Return the number of arguments in words."""
        if self.most is None:
            return f"at least {self.least}"
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


def check_call(checker: Checker, word: CallWord) -> Node | None:
    """Return the node of a function call."""
    signature = FUNCTIONS.get(word.function)
    if signature is None:
        help_ = nearest(word.function, FUNCTIONS)
        checker.fault(
            "unknown-function", f"There is no function `{word.function}`", word.function_span, help_=help_
        )
        return None
    count = len(word.arguments)
    if count < signature.least or (signature.most is not None and count > signature.most):
        message = f"`{word.function}` takes {signature.expected} arguments, not {count}"
        checker.fault("argument-count", message, word.span, expected=signature.expected)
        return None
    seen: set[str] = set()
    for name, span, _ in word.options:
        if name not in signature.options or name in seen:
            reason = "is given twice" if name in seen else f"is nothing that `{word.function}` takes"
            help_ = nearest(name, signature.options)
            checker.fault("unknown-option", f"`{name}=` {reason}", span, help_=help_)
            return None
        seen.add(name)
    return signature.check(checker, word)


def _spread(checker: Checker, word: CallWord) -> list[Node] | None:
    """Return the arguments with names of several measures spread out."""
    found: list[Node | None] = []
    for argument in word.arguments:
        meaning = checker.scope.find(argument.name) if isinstance(argument, NameWord) else None
        if isinstance(meaning, Several):
            found += [FactNode(argument.span, fact.type, fact, fact.key) for fact in meaning.facts]
        else:
            found.append(checker.node(argument))
    nodes = [node for node in found if node is not None]
    return nodes if len(nodes) == len(found) else None


def _spread_numbers(checker: Checker, word: CallWord) -> list[Node] | None:
    nodes = _spread(checker, word)
    if nodes is None:
        return None
    wrong = [node for node in nodes if not isinstance(node.type, NumberType)]
    for node in wrong:
        help_ = "count(…) counts what is true" if isinstance(node.type, BooleanType) else ""
        message = f"`{word.function}` takes numbers"
        checker.fault("type-mismatch", message, node.span, expected="a number", help_=help_)
    return None if wrong else nodes


def _may_be_declined(node: Node) -> bool:
    return isinstance(node, FactNode) and node.fact.declinable


def _number(unit: str | None, reach: Number, decimals: int | None) -> NumberType:
    return NumberType(unit, fraction(reach.low), fraction(reach.high), decimals)


def _counted(most: int | None) -> NumberType:
    return NumberType(None, Fraction(0), None if most is None else Fraction(most), 0)


def _finest(nodes: list[Node]) -> int | None:
    found = [node.type.decimals for node in nodes if isinstance(node.type, NumberType)]
    known = [decimals for decimals in found if decimals is not None]
    return max(known, default=0) if len(known) == len(found) else None


def _count(checker: Checker, word: CallWord) -> Node | None:
    nodes = _spread(checker, word)
    if nodes is None:
        return None
    wrong = [node for node in nodes if not isinstance(node.type, BooleanType)]
    for node in wrong:
        checker.fault(
            "type-mismatch", "`count` takes conditions", node.span, expected="yes or no", help_="sum(…) adds"
        )
    return None if wrong else Call(word.span, _counted(len(nodes)), "count", tuple(nodes))


def _answered(checker: Checker, word: CallWord) -> Node | None:
    nodes = _spread(checker, word)
    if nodes is None:
        return None
    wrong = [node for node in nodes if not isinstance(node, FactNode)]
    for node in wrong:
        checker.fault("not-a-name", "`answered` takes measures by name", node.span, expected="a measure")
    return None if wrong else Call(word.span, _counted(len(nodes)), "answered", tuple(nodes))


def _sum(checker: Checker, word: CallWord) -> Node | None:
    nodes = _spread_numbers(checker, word)
    if nodes is None:
        return None
    zero = intervals.point(0)
    ranges = [range_of(node.type) for node in nodes]
    reach = intervals.total(
        intervals.hull(each, zero) if _may_be_declined(node) else each
        for node, each in zip(nodes, ranges, strict=True)
    )
    unit = checker.common_unit(nodes, word.span)
    return Call(word.span, _number(unit, reach, _finest(nodes)), "sum", tuple(nodes))


def _mean(checker: Checker, word: CallWord) -> Node | None:
    if any(name in series_functions.WINDOW_OPTIONS or name == "if_none" for name, _, _ in word.options):
        return series_functions.check_mean(checker, word)
    nodes = _spread_numbers(checker, word)
    at_least = 1
    for _, _, value in word.options:
        whole = _whole(checker, value, 1, 60)
        if whole is None:
            return None
        at_least = whole
    if nodes is None:
        return None
    if at_least > len(nodes):
        message = f"at_least={at_least} of {len(nodes)} arguments is never reached"
        checker.fault("at-least", message, word.span, expected=f"at most {len(nodes)}")
        return None
    answered = [(range_of(node.type), not _may_be_declined(node), True) for node in nodes]
    reach = intervals.mean(answered, at_least)
    unit = checker.common_unit(nodes, word.span)
    return Call(word.span, _number(unit, reach, None), "mean", tuple(nodes), number=at_least)


def _whole(checker: Checker, word: Word, low: int, high: int) -> int | None:
    if isinstance(word, NumberWord) and word.value.denominator == 1 and low <= word.value <= high:
        return int(word.value)
    checker.fault("whole-number", "This needs a whole number", word.span, expected=f"{low} to {high}")
    return None


def _extreme(checker: Checker, word: CallWord) -> Node | None:
    nodes = _spread_numbers(checker, word)
    if nodes is None:
        return None
    combine = intervals.least if word.function == "min" else intervals.greatest
    unit = checker.common_unit(nodes, word.span)
    reach = combine([range_of(node.type) for node in nodes])
    return Call(word.span, _number(unit, reach, _finest(nodes)), word.function, tuple(nodes))


def _abs(checker: Checker, word: CallWord) -> Node | None:
    node = checker.number(word.arguments[0])
    if node is None or not isinstance(node.type, NumberType):
        return None
    reach = intervals.magnitude(range_of(node.type))
    return Call(word.span, _number(node.type.unit, reach, node.type.decimals), "abs", (node,))


def _round(checker: Checker, word: CallWord) -> Node | None:
    node = checker.number(word.arguments[0])
    digits = _whole(checker, word.arguments[1], 0, MOST_DIGITS) if len(word.arguments) > 1 else 0
    if node is None or digits is None or not isinstance(node.type, NumberType):
        return None
    type_ = _number(node.type.unit, intervals.rounded(range_of(node.type), digits), digits)
    return Call(word.span, type_, "round", (node,), number=digits)


def _known(checker: Checker, word: CallWord) -> Node | None:
    node = checker.fact(word.arguments[0], "known")
    if node is None:
        return None
    if node.fact.is_event or node.fact.sided:
        help_ = "ask `happened(…)`" if node.fact.is_event else "ask for a side, as in `known(x.left)`"
        checker.fault("not-a-measure", f"`{node.name}` is not one measure", node.span, help_=help_)
        return None
    return Call(word.span, BOOLEAN, "known", (node,))


def _cleared(checker: Checker, word: CallWord) -> Node | None:
    argument = word.arguments[0]
    if not isinstance(argument, TextWord):
        checker.fault("not-a-text", "`cleared` takes a scope in quotes", argument.span, expected="'scope'")
        return None
    scopes = checker.scope.clearances()
    if argument.value not in scopes:
        message = f"No clearance '{argument.value}' is declared"
        checker.fault("unknown-clearance", message, argument.span, help_=nearest(argument.value, scopes))
        return None
    return Call(word.span, BOOLEAN, "cleared", (), text=argument.value)


def _happened(checker: Checker, word: CallWord) -> Node | None:
    node = checker.fact(word.arguments[0], "happened")
    if node is None:
        return None
    if not node.fact.is_event:
        checker.fault("not-an-event", f"`{node.name}` is no event", node.span, expected="an event")
        return None
    return Call(word.span, BOOLEAN, "happened", (node,))


def _since(checker: Checker, word: CallWord) -> Node | None:
    node = checker.fact(word.arguments[0], word.function)
    if node is None:
        return None
    exact = word.function == "hours_since"
    if exact and not (node.fact.is_instant or node.fact.is_event):
        help_ = "use days_since(…)"
        checker.fault(
            "not-an-instant", f"`{node.name}` has no time of day", node.span, expected="an event", help_=help_
        )
        return None
    if not isinstance(node.type, DateType):
        checker.fault("type-mismatch", f"`{node.name}` is no date", node.span, expected="a date")
        return None
    type_ = NumberType(
        _SINCE_UNITS[word.function], Fraction(0) if exact else None, None, None if exact else 0
    )
    return Call(word.span, type_, word.function, (node,))


def _directed(checker: Checker, word: CallWord) -> FactNode | None:
    node = checker.fact(word.arguments[0], word.function)
    if node is None:
        return None
    if not isinstance(node.type, NumberType) or not node.fact.dated:
        message = f"`{word.function}` reads a recorded measure that is a number"
        checker.fault("not-dated", message, node.span, expected="a number recorded over time")
        return None
    if node.fact.better == "none":
        message = f"`{node.name}` is declared with no better direction"
        checker.fault("no-direction", message, node.span, expected='better = "higher" or "lower"')
        return None
    return node


def _change(checker: Checker, word: CallWord) -> Node | None:
    node = _directed(checker, word)
    if node is None or not isinstance(node.type, NumberType):
        return None
    reach = range_of(node.type)
    return Call(
        word.span,
        _number(node.type.unit, intervals.subtract(reach, reach), node.type.decimals),
        word.function,
        (node,),
    )


def _percent_change(checker: Checker, word: CallWord) -> Node | None:
    node = _directed(checker, word)
    return (
        None if node is None else Call(word.span, NumberType("%", None, None, None), word.function, (node,))
    )


def _symmetry(checker: Checker, word: CallWord) -> Node | None:
    node = checker.fact(word.arguments[0], "symmetry")
    if node is None:
        return None
    if not node.fact.sided or not isinstance(node.type, NumberType):
        message = f"`{node.name}` is no number with two sides"
        checker.fault("not-sided", message, node.span, expected="a measure with two sides, named without one")
        return None
    reach = range_of(node.type)
    if intervals.holds_zero(reach):
        message = "The range includes 0, and one side is divided by the other"
        checker.fault("zero-divisor", message, node.span, expected="a measure whose range excludes 0")
        return None
    percent = intervals.multiply(intervals.point(100), intervals.divide(reach, reach))
    return Call(word.span, _number("%", percent, None), "symmetry", (node,))


def _band(checker: Checker, word: CallWord) -> Node | None:
    node = checker.fact(word.arguments[0], "band")
    if node is None:
        return None
    if not node.fact.bands:
        checker.fault("no-bands", f"`{node.name}` has no bands", node.span, expected="a measure with bands")
        return None
    names = tuple(name for name, _ in node.fact.bands)
    return Call(word.span, ChoiceType(names, ordered=True), "band", (node,))


FUNCTIONS: Final[Mapping[str, Signature]] = {
    "count": Signature(1, None, _count),
    "sum": Signature(1, None, _sum),
    "mean": Signature(1, None, _mean, series_functions.WINDOW_OPTIONS | {"at_least", "if_none"}),
    "answered": Signature(1, None, _answered),
    "min": Signature(1, None, _extreme),
    "max": Signature(1, None, _extreme),
    "abs": Signature(1, 1, _abs),
    "round": Signature(1, 2, _round),
    "known": Signature(1, 1, _known),
    "cleared": Signature(1, 1, _cleared),
    "happened": Signature(1, 1, _happened),
    "days_since": Signature(1, 1, _since),
    "weeks_since": Signature(1, 1, _since),
    "months_since": Signature(1, 1, _since),
    "hours_since": Signature(1, 1, _since),
    "improvement": Signature(1, 1, _change),
    "worsening": Signature(1, 1, _change),
    "percent_improvement": Signature(1, 1, _percent_change),
    "symmetry": Signature(1, 1, _symmetry),
    "band": Signature(1, 1, _band),
    **{
        name: Signature(1, 1, series_functions.check_of_fact, series_functions.WINDOW_OPTIONS | {"if_none"})
        for name in ("first", "previous", "last", "worst", "best")
    },
    **{
        name: Signature(1, 1, series_functions.check_of_condition, series_functions.WINDOW_OPTIONS)
        for name in ("streak", "times")
    },
    **{
        name: Signature(0, 0, series_functions.check_of_sessions, series_functions.WINDOW_OPTIONS - {"of"})
        for name in ("sessions_done", "adherence")
    },
}
"""Every function of the language. Plugins contribute none."""
