"""From words to typed nodes: names looked up, types and units compared, comparisons already decided refused."""

from __future__ import annotations

from fractions import Fraction

from rehabflow.conditions import comparing, intervals
from rehabflow.conditions.context import BOOLEAN, Context, is_constant, kind, range_of
from rehabflow.conditions.faults import Span, nearest
from rehabflow.conditions.functions import check_call
from rehabflow.conditions.nodes import (
    Arithmetic,
    Constant,
    FactNode,
    IfElse,
    Logic,
    NamedNode,
    Negate,
    Node,
    Not,
)
from rehabflow.conditions.possible import Number
from rehabflow.conditions.scope import Fact, Named, Scope
from rehabflow.conditions.syntax import (
    ArithmeticWord,
    CallWord,
    CompareWord,
    IfWord,
    LogicWord,
    MinusWord,
    NameWord,
    NotWord,
    NumberWord,
    TextWord,
    TruthWord,
    TupleWord,
    Word,
)
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType, Type, fraction


class Checker(Context):
    """Turns words into nodes; a part with a problem becomes None, and what holds it too."""

    def __init__(self, scope: Scope, *, is_score: bool) -> None:
        super().__init__(scope, is_score=is_score)

    def node(self, word: Word, wanted: Type | None = None) -> Node | None:
        """Return the node of a word; `wanted` is the list that a text in quotes is one of."""
        match word:
            case NumberWord() | TruthWord() | TextWord() | NameWord():
                return self._atom(word, wanted)
            case CallWord():
                return check_call(self, word)
            case NotWord() | LogicWord():
                return self._logic(word)
            case CompareWord():
                return comparing.check_comparison(self, word)
            case MinusWord():
                return self._minus(word)
            case ArithmeticWord():
                return self._arithmetic(word)
            case IfWord():
                return self._if(word, wanted)
            case TupleWord():
                raise TypeError(word)  # the grammar has it on the right of `in` only

    def boolean(self, word: Word) -> Node | None:
        """Return the node of a word that has to be yes or no."""
        node = self.node(word)
        if node is None or isinstance(node.type, BooleanType):
            return node
        message = f"This is {kind(node.type)}, where yes or no is needed"
        help_ = "compare it with something" if not isinstance(node.type, SetType) else "ask `'so' in …`"
        self.fault("type-mismatch", message, node.span, expected="yes or no", help_=help_)
        return None

    def number(self, word: Word) -> Node | None:
        """Return the node of a word that has to be a number."""
        node = self.node(word)
        if node is None or isinstance(node.type, NumberType):
            return node
        help_ = ""
        if isinstance(node.type, BooleanType):
            help_ = "count(…) counts what is true"
        elif isinstance(node.type, DateType):
            help_ = "days_since(…) gives a number of days"
        message = f"This is {kind(node.type)}, where a number is needed"
        self.fault("type-mismatch", message, node.span, expected="a number", help_=help_)
        return None

    def common_unit(self, nodes: list[Node], span: Span) -> str | None:
        """Return the unit that all numbers share (None: they have none); note two that differ."""
        found: str | None = None
        for node in nodes:
            unit = node.type.unit if isinstance(node.type, NumberType) else None
            if unit is None:
                continue
            if found is not None and unit != found:
                self.fault("unit-mismatch", f"Units differ: {found} and {unit}", span, expected=found)
                return found
            found = unit
        return found

    def choice(self, word: TextWord, choices: tuple[str, ...], span: Span | None = None) -> str | None:
        """Return the option that a text names; note one that is not on the list."""
        if word.value in choices:
            return word.value
        help_ = nearest(word.value, choices)
        shown = ", ".join(f"'{option}'" for option in choices[:8]) + (" …" if len(choices) > 8 else "")
        self.fault(
            "unknown-choice",
            f"'{word.value}' is none of the choices",
            span or word.span,
            expected=shown,
            help_=help_,
        )
        return None

    def _atom(self, word: NumberWord | TruthWord | TextWord | NameWord, wanted: Type | None) -> Node | None:
        match word:
            case NumberWord(span=span, value=value):
                return Constant(span, literal_type(value), value)
            case TruthWord(span=span, value=truth):
                return Constant(span, BOOLEAN, truth)
            case TextWord():
                return self._text(word, wanted)
            case NameWord():
                return self._name(word)

    def _text(self, word: TextWord, wanted: Type | None) -> Node | None:
        if isinstance(wanted, ChoiceType):
            option = self.choice(word, wanted.choices)
            return None if option is None else Constant(word.span, wanted, option)
        message = "A text in quotes only stands where a choice is compared, or in a score that gives a choice"
        self.fault("stray-text", message, word.span)
        return None

    def _name(self, word: NameWord) -> Node | None:
        found = self.meaning(word)
        match found:
            case Fact(sided=True):
                help_ = (
                    f"say the side: `{word.name}.involved`, `.uninvolved`, `.left`, `.right` or `.average`"
                )
                self.fault("sided", f"`{word.name}` has two sides", word.span, help_=help_)
                return None
            case Fact():
                return FactNode(word.span, found.type, found, word.name)
            case Named():
                return NamedNode(word.span, found.condition.type, found, word.name)
            case None:
                return None
            case _:
                message = f"`{word.name}` stands for several measures: only `count sum mean answered min max` read it"
                self.fault("several", message, word.span)
                return None

    def _logic(self, word: LogicWord | NotWord) -> Node | None:
        if isinstance(word, NotWord):
            inner = self.boolean(word.operand)
            return None if inner is None else Not(word.span, BOOLEAN, inner)
        parts = [self.boolean(part) for part in word.parts]
        kept = tuple(part for part in parts if part is not None)
        return Logic(word.span, BOOLEAN, word.sign, kept) if len(kept) == len(parts) else None

    def _minus(self, word: MinusWord) -> Node | None:
        if isinstance(word.operand, NumberWord):
            value = -word.operand.value
            return Constant(word.span, literal_type(value), value)
        inner = self.number(word.operand)
        if inner is None or not isinstance(inner.type, NumberType):
            return None
        return Negate(
            word.span,
            number_type(inner.type.unit, intervals.negate(range_of(inner.type)), inner.type.decimals),
            inner,
        )

    def _arithmetic(self, word: ArithmeticWord) -> Node | None:
        left, right = self.number(word.left), self.number(word.right)
        if left is None or right is None:
            return None
        assert isinstance(left.type, NumberType)  # `number` gave them
        assert isinstance(right.type, NumberType)
        type_: NumberType | None
        if word.sign in "+-":
            type_ = self._sum_type(word, left, right)
        elif word.sign == "*":
            type_ = self._product_type(word, left.type, right.type)
        else:
            type_ = self._quotient_type(word, left.type, right.type)
        return None if type_ is None else Arithmetic(word.span, type_, word.sign, left, right)

    def _sum_type(self, word: ArithmeticWord, left: Node, right: Node) -> NumberType:
        combine = intervals.add if word.sign == "+" else intervals.subtract
        decimals = finest([left.type, right.type])
        return number_type(
            self.common_unit([left, right], word.span),
            combine(range_of(left.type), range_of(right.type)),
            decimals,
        )

    def _product_type(self, word: ArithmeticWord, left: NumberType, right: NumberType) -> NumberType | None:
        if left.unit is not None and right.unit is not None:
            message = f"Units {left.unit} and {right.unit} multiplied"
            self.fault("unit-mismatch", message, word.span, expected="one side without a unit")
            return None
        if not self.is_score and not is_constant(left) and not is_constant(right):
            help_ = "define a derived measure and compare that"
            self.fault(
                "product-in-condition", "Two measures multiplied in a condition", word.span, help_=help_
            )
            return None
        decimals = None if left.decimals is None or right.decimals is None else left.decimals + right.decimals
        return number_type(
            left.unit or right.unit, intervals.multiply(range_of(left), range_of(right)), decimals
        )

    def _quotient_type(self, word: ArithmeticWord, left: NumberType, right: NumberType) -> NumberType | None:
        if right.unit is not None and left.unit not in (None, right.unit):
            message = f"Units {left.unit} and {right.unit} divided"
            self.fault(
                "unit-mismatch", message, word.span, expected="equal units, or one side without a unit"
            )
            return None
        divisor = range_of(right)
        if intervals.holds_zero(divisor) and (is_constant(right) or not self.is_score):
            message = "The divisor can be 0"
            help_ = "use symmetry(…), percent_improvement(…) or mean(…), or a measure whose range excludes 0"
            self.fault("zero-divisor", message, word.right.span, help_=help_)
            return None
        unit = left.unit if right.unit is None else None
        return number_type(unit, intervals.divide(range_of(left), divisor), None)

    def _if(self, word: IfWord, wanted: Type | None) -> Node | None:
        if not self.is_score:
            help_ = "join two cases with `and`, `or`"
            self.fault("if-in-condition", "`if … else` stands in scores only", word.span, help_=help_)
            return None
        test = self.boolean(word.test)
        if isinstance(word.then, TextWord) and wanted is None:
            other = self.node(word.other)
            then = self.node(word.then, None if other is None else other.type)
        else:
            then = self.node(word.then, wanted)
            other = self.node(word.other, wanted or (None if then is None else then.type))
        if test is None or then is None or other is None:
            return None
        type_ = self._branch_type(word, then, other)
        return None if type_ is None else IfElse(word.span, type_, test, then, other)

    def _branch_type(self, word: IfWord, then: Node, other: Node) -> Type | None:
        if isinstance(then.type, NumberType) and isinstance(other.type, NumberType):
            unit = self.common_unit([then, other], word.span)
            return number_type(
                unit,
                intervals.hull(range_of(then.type), range_of(other.type)),
                finest([then.type, other.type]),
            )
        if type(then.type) is type(other.type) and getattr(then.type, "choices", ()) == getattr(
            other.type, "choices", ()
        ):
            return then.type
        message = f"One branch is {kind(then.type)}, the other {kind(other.type)}"
        self.fault("type-mismatch", message, word.span, expected="the same on both sides of `else`")
        return None


def literal_type(value: Fraction) -> NumberType:
    """Return the type of a number in the text: without a unit, on the grid it is written on."""
    decimals = next((digits for digits in range(20) if (value * 10**digits).denominator == 1), None)
    return NumberType(None, value, value, decimals)


def number_type(unit: str | None, reach: Number, decimals: int | None) -> NumberType:
    """Return the type of a number that reaches so far."""
    return NumberType(unit, fraction(reach.low), fraction(reach.high), decimals)


def finest(types: list[Type]) -> int | None:
    """Return the decimals of the finest grid of all; None when one has no grid."""
    found = [type_.decimals for type_ in types if isinstance(type_, NumberType)]
    known = [decimals for decimals in found if decimals is not None]
    return max(known, default=0) if len(known) == len(found) else None
