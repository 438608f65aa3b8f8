"""What the parts of the type check share: the scope, the problems found, and how names are looked up."""

from __future__ import annotations

from rehabflow.conditions.faults import ConditionProblem, Span, nearest
from rehabflow.conditions.nodes import FactNode, NamedNode, Node, Series, children, walk
from rehabflow.conditions.possible import Number
from rehabflow.conditions.scope import Fact, Forbidden, Meaning, Named, Scope
from rehabflow.conditions.syntax import NameWord, Word
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, Exact, NumberType, SetType, Type

BOOLEAN = BooleanType()


class Context:
    """The scope of a text, and the problems found in it so far."""

    def __init__(self, scope: Scope, *, is_score: bool) -> None:
        self.scope = scope
        self.is_score = is_score
        self.problems: list[ConditionProblem] = []

    def fault(self, code: str, message: str, span: Span, *, expected: str = "", help_: str = "") -> None:
        """Note a problem."""
        self.problems.append(ConditionProblem(code, message, span, expected, help_))

    def meaning(self, word: NameWord) -> Meaning | None:
        """Return what a name means; note a name that means nothing here."""
        found = self.scope.find(word.name)
        if found is None:
            help_ = nearest(word.name, self.scope.names())
            self.fault("unknown-name", f"`{word.name}` is not known here", word.span, help_=help_)
        elif isinstance(found, Forbidden):
            self.fault("forbidden-name", f"`{word.name}` cannot be used here: {found.reason}", word.span)
            return None
        return found

    def fact(self, word: Word, function: str) -> FactNode | None:
        """Return the fact that an argument names, as written; note anything else."""
        if not isinstance(word, NameWord):
            self.fault(
                "not-a-name", f"`{function}` reads one measure by its name", word.span, expected="a name"
            )
            return None
        found = self.meaning(word)
        if found is None:
            return None
        if not isinstance(found, Fact):
            kind = "another condition" if isinstance(found, Named) else "a name of several measures"
            self.fault("not-a-measure", f"`{word.name}` is {kind}", word.span, expected="a measure")
            return None
        return FactNode(word.span, found.type, found, word.name)


def range_of(type_: Type) -> Number:
    """Return the declared range of a number or a date."""
    if isinstance(type_, NumberType):
        return Number(type_.low, type_.high)
    if isinstance(type_, DateType):
        return Number(type_.low, type_.high)
    raise TypeError(type_)


def is_constant(type_: NumberType) -> bool:
    """Return whether only one number is possible, known before any patient is."""
    return type_.low is not None and type_.low == type_.high


def on_grid(value: Exact, decimals: int) -> bool:
    """Return whether a number has no more than so many decimals."""
    return bool((value * 10**decimals).denominator == 1)


def kind(type_: Type) -> str:
    """Return the type in words."""
    match type_:
        case BooleanType():
            return "yes or no"
        case NumberType(unit=unit):
            return f"a number ({unit})" if unit else "a number"
        case ChoiceType():
            return "a choice"
        case SetType():
            return "a set of choices"
        case DateType():
            return "a date"


def plain(value: Exact) -> str:
    """Return a number as written: 12 or 12.5, a fraction only where decimals never end."""
    for digits in range(10):
        if on_grid(value, digits):
            whole = abs(value * 10**digits).numerator
            text = str(whole).rjust(digits + 1, "0")
            sign = "-" if value < 0 else ""
            return sign + (f"{text[:-digits]}.{text[-digits:]}" if digits else text)
    return f"{value.numerator}/{value.denominator}"


def first_series(node: Node) -> Node | None:
    """Return a node inside this one that is a series, itself or through another condition."""
    for inner in walk(node):
        if isinstance(inner, Series) or (isinstance(inner, NamedNode) and inner.named.condition.series):
            return inner
    return None


def first_varying(node: Node) -> Node | None:
    """Return a node outside any series that differs from session to session, itself or through another condition."""
    if isinstance(node, FactNode):
        return node if node.fact.varies else None
    if isinstance(node, NamedNode):
        return node if node.named.condition.varies else None
    if isinstance(node, Series):
        return None
    return next((found for child in children(node) if (found := first_varying(child)) is not None), None)
