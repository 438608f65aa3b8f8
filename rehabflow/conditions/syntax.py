"""A condition as written, before names and types are known."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias

from rehabflow.conditions.faults import Span
from rehabflow.frozen import frozen

ComparisonSign = Literal["<", "<=", ">", ">=", "==", "!="]
MembershipSign = Literal["in", "not in"]


@frozen
class NumberWord:
    """A number as written."""

    span: Span
    value: Fraction


@frozen
class TextWord:
    """A text in single quotes."""

    span: Span
    value: str


@frozen
class TruthWord:
    """`true` or `false`."""

    span: Span
    value: bool


@frozen
class NameWord:
    """A dotted name."""

    span: Span
    name: str


@frozen
class CallWord:
    """A function with its arguments; `options` are those with a name: (name, its span, value)."""

    span: Span
    function: str
    function_span: Span
    arguments: tuple[Word, ...]
    options: tuple[tuple[str, Span, Word], ...]


@frozen
class NotWord:
    """`not operand`."""

    span: Span
    operand: Word


@frozen
class MinusWord:
    """`-operand`."""

    span: Span
    operand: Word


@frozen
class ArithmeticWord:
    """`left sign right`."""

    span: Span
    sign: Literal["+", "-", "*", "/"]
    left: Word
    right: Word


@frozen
class LogicWord:
    """Parts joined by `and` or by `or`; a chain of comparisons is one too."""

    span: Span
    sign: Literal["and", "or"]
    parts: tuple[Word, ...]


@frozen
class CompareWord:
    """`left sign right`."""

    span: Span
    sign: ComparisonSign | MembershipSign
    left: Word
    right: Word


@frozen
class TupleWord:
    """A bracketed list of literals, on the right of `in`."""

    span: Span
    items: tuple[Word, ...]


@frozen
class IfWord:
    """`then if test else other`."""

    span: Span
    test: Word
    then: Word
    other: Word


Word: TypeAlias = (
    NumberWord
    | TextWord
    | TruthWord
    | NameWord
    | CallWord
    | NotWord
    | MinusWord
    | ArithmeticWord
    | LogicWord
    | CompareWord
    | TupleWord
    | IfWord
)
