"""From text to words: the subset of Python expressions that a condition may use.

`ast` parses and is never asked to evaluate; whatever it accepts beyond the grammar is named and refused.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal

from rehabflow.conditions.bounds import flatten
from rehabflow.conditions.faults import ConditionProblem, Span
from rehabflow.conditions.syntax import (
    ArithmeticWord,
    CallWord,
    CompareWord,
    ComparisonSign,
    IfWord,
    LogicWord,
    MembershipSign,
    MinusWord,
    NameWord,
    NotWord,
    NumberWord,
    TextWord,
    TruthWord,
    TupleWord,
    Word,
)

MOST_NODES = 400
MOST_DEPTH = 40
MOST_ARGUMENTS = 60

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_TEXT = re.compile(r"'[^'\n]*'")
_COMPARISONS: Final[dict[type[ast.cmpop], ComparisonSign | MembershipSign]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_ARITHMETIC: Final[dict[type[ast.operator], Literal["+", "-", "*", "/"]]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_CONSTRUCTS: Final[dict[type[ast.AST], tuple[str, str]]] = {
    ast.NamedExpr: ("an assignment", "compare with `==`"),
    ast.Lambda: ("a lambda", ""),
    ast.Dict: ("a dictionary", ""),
    ast.Set: ("a set in braces", "write a list of choices as ('a', 'b')"),
    ast.List: ("a list in square brackets", "write a list of choices as ('a', 'b')"),
    ast.ListComp: ("a comprehension", ""),
    ast.SetComp: ("a comprehension", ""),
    ast.DictComp: ("a comprehension", ""),
    ast.GeneratorExp: ("a comprehension", ""),
    ast.Await: ("`await`", ""),
    ast.Yield: ("`yield`", ""),
    ast.YieldFrom: ("`yield`", ""),
    ast.JoinedStr: ("an f-string", "write a plain text in single quotes"),
    ast.Subscript: ("square brackets", "attributes are read with a dot"),
    ast.Starred: ("a starred argument", "name the arguments"),
    ast.Slice: ("a slice", ""),
}
_OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.MatMult: "@",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.Is: "is",
    ast.IsNot: "is not",
}


def parse(text: str) -> tuple[Word | None, list[ConditionProblem]]:
    """Return the words of a text within bounds, and what is wrong with its grammar (then the words are None)."""
    line = flatten(text)
    body = line.lstrip(" ")
    skipped = len(line) - len(body)
    if not body:
        return None, [ConditionProblem("empty-condition", "The condition is empty", (0, len(text)))]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(body, mode="eval")
    except SyntaxError as error:
        return None, [_syntax_problem(error, body, skipped)]
    except (ValueError, MemoryError, RecursionError):
        return None, [
            ConditionProblem("condition-syntax", "The condition nests too deeply to be read", (0, len(text)))
        ]
    reader = _Reader(body, skipped)
    word = reader.read(tree.body) if reader.within_bounds(tree.body) else None
    return (None if reader.problems else word), reader.problems


def _syntax_problem(error: SyntaxError, body: str, skipped: int) -> ConditionProblem:
    start = min(error.offset - 1, len(body)) if error.offset else len(body.rstrip())
    end = max((error.end_offset or 0) - 1, start + 1)
    end = min(max(end, start), len(body)) if start < len(body) else start
    word = body[start:end].strip()
    message = f"`{word}` does not fit here" if word else "The condition ends too early"
    help_ = "compare with `==`" if word == "=" or body[start : start + 2].strip() == "=" else ""
    return ConditionProblem("condition-syntax", message, (start + skipped, end + skipped), help=help_)


class _Reader:
    """Turns the tree of `ast` into words, collecting what the grammar does not allow."""

    def __init__(self, body: str, skipped: int) -> None:
        self.body = body
        self.skipped = skipped
        self.problems: list[ConditionProblem] = []
        self._characters = _character_columns(body)

    def within_bounds(self, root: ast.expr) -> bool:
        """Return whether the tree is small enough to be read recursively."""
        count = 0
        level: list[ast.AST] = [root]
        depth = 0
        while level:
            depth += 1
            count += sum(isinstance(node, ast.expr) for node in level)
            widest = max((node for node in level if isinstance(node, ast.Call)), key=_arguments, default=None)
            if widest is not None and _arguments(widest) > MOST_ARGUMENTS:
                message = f"{_arguments(widest)} arguments, at most {MOST_ARGUMENTS} are allowed"
                self._fault("too-many-arguments", message, self._span(widest))
                return False
            if depth > MOST_DEPTH:
                deepest = next(node for node in level if isinstance(node, ast.expr))
                self._fault("too-deep", f"The condition nests deeper than {MOST_DEPTH}", self._span(deepest))
                return False
            level = [child for node in level for child in _expressions(node)]
        if count > MOST_NODES:
            self._fault(
                "too-many-nodes", f"The condition has {count} parts, at most {MOST_NODES}", self._span(root)
            )
        return count <= MOST_NODES

    def read(self, node: ast.expr) -> Word | None:
        """Return the words of a node; None when a problem was noted."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name() | ast.Attribute():
                return self._name(node)
            case ast.Call():
                return self._call(node)
            case ast.BoolOp():
                return self._logic(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp():
                return self._if(node)
            case ast.Tuple():
                self._fault(
                    "construct", "A list of values stands only on the right of `in`", self._span(node)
                )
            case _:
                name, help_ = _CONSTRUCTS.get(type(node), (type(node).__name__, ""))
                self._fault(
                    "construct", f"{name} has no place in a condition".capitalize(), self._span(node), help_
                )
        return None

    def _constant(self, node: ast.Constant) -> Word | None:
        span = self._span(node)
        source = self._source(span)
        if isinstance(node.value, str) and _TEXT.fullmatch(source):
            return TextWord(span, source[1:-1])
        following = self.body[span[1] - self.skipped : span[1] - self.skipped + 1]
        if _NUMBER.fullmatch(source) and not (following.isalnum() or following == "_"):
            return NumberWord(span, Fraction(source))
        if isinstance(node.value, bool):
            self._fault(
                "truth-word", f"`{source}` is written `{source.lower()}`", span, f"write `{source.lower()}`"
            )
        elif isinstance(node.value, str):
            self._fault(
                "text-format", "A text stands in single quotes, with nothing before them", span, "write 'so'"
            )
        elif isinstance(node.value, int | float | complex):
            self._fault(
                "number-format", f"`{source}` is not a plain number", span, "write digits, as in 12 or 12.5"
            )
        else:
            self._fault("construct", f"`{source}` has no place in a condition", span)
        return None

    def _name(self, node: ast.Name | ast.Attribute) -> Word | None:
        parts: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        span = self._span(node)
        if not isinstance(inner, ast.Name):
            self._fault("construct", "A dot follows only a name", span)
            return None
        name = ".".join([inner.id, *reversed(parts)])
        if self._source(span).replace(" ", "") != name:
            self._fault("construct", "A name stands without brackets inside it", span, f"write `{name}`")
            return None
        return TruthWord(span, name == "true") if name in ("true", "false") else NameWord(span, name)

    def _call(self, node: ast.Call) -> Word | None:
        span = self._span(node)
        function_span = self._span(node.func)
        if not isinstance(node.func, ast.Name) or function_span[0] != span[0]:
            self._fault("construct", "Only a function's plain name can stand before brackets", function_span)
            return None
        arguments = [self.read(argument) for argument in node.args]
        options = [self._option(keyword) for keyword in node.keywords]
        if any(part is None for part in (*arguments, *options)):
            return None
        return CallWord(
            span,
            node.func.id,
            function_span,
            tuple(word for word in arguments if word is not None),
            tuple(option for option in options if option is not None),
        )

    def _option(self, keyword: ast.keyword) -> tuple[str, Span, Word] | None:
        span = self._span(keyword)
        if keyword.arg is None:
            self._fault("construct", "A starred argument has no place in a condition", span)
            return None
        value = self.read(keyword.value)
        if value is not None and not isinstance(value, NumberWord | TextWord | NameWord | TruthWord):
            self._fault(
                "option-value",
                f"`{keyword.arg}=` takes a number, a text or a name",
                self._span(keyword.value),
            )
            return None
        return None if value is None else (keyword.arg, span, value)

    def _logic(self, node: ast.BoolOp) -> Word | None:
        sign: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
        for part in node.values:
            if isinstance(part, ast.BoolOp) and not self._is_bracketed(part, node):
                message = "`and` and `or` in one expression need brackets to say what belongs together"
                source = self._source(self._span(part))
                self._fault("mixed-and-or", message, self._span(node), f"write ({source})")
        parts = [self.read(part) for part in node.values]
        kept = tuple(part for part in parts if part is not None)
        return LogicWord(self._span(node), sign, kept) if len(kept) == len(parts) else None

    def _is_bracketed(self, part: ast.expr, outer: ast.expr) -> bool:
        low, high = self._span(outer)
        start, end = self._span(part)
        before = self.body[low - self.skipped : start - self.skipped].rstrip()
        after = self.body[end - self.skipped : high - self.skipped].lstrip()
        return before.endswith("(") and after.startswith(")")

    def _unary(self, node: ast.UnaryOp) -> Word | None:
        span = self._span(node)
        if isinstance(node.op, ast.UAdd | ast.Invert):
            self._operator(node.op, span)
            return None
        operand = self.read(node.operand)
        if operand is None:
            return None
        return NotWord(span, operand) if isinstance(node.op, ast.Not) else MinusWord(span, operand)

    def _arithmetic(self, node: ast.BinOp) -> Word | None:
        span = self._span(node)
        sign = _ARITHMETIC.get(type(node.op))
        if sign is None:
            self._operator(node.op, span)
            return None
        left, right = self.read(node.left), self.read(node.right)
        return None if left is None or right is None else ArithmeticWord(span, sign, left, right)

    def _compare(self, node: ast.Compare) -> Word | None:
        operands = [node.left, *node.comparators]
        signs = [_COMPARISONS.get(type(operator)) for operator in node.ops]
        span = self._span(node)
        for operator, sign in zip(node.ops, signs, strict=True):
            if sign is None:
                self._operator(operator, span)
                return None
        if len(signs) > 1 and not (set(signs) <= {"<", "<="} or set(signs) <= {">", ">="}):
            message = "A chain of comparisons goes one way: all of `<` and `<=`, or all of `>` and `>=`"
            self._fault("chain-direction", message, span, "join two comparisons with `and`")
            return None
        is_list = [index > 0 and signs[index - 1] in ("in", "not in") for index in range(len(operands))]
        words = [
            self._tuple(operand) if listed and isinstance(operand, ast.Tuple) else self.read(operand)
            for operand, listed in zip(operands, is_list, strict=True)
        ]
        pairs = []
        for left, sign, right in zip(words, signs, words[1:], strict=False):
            if left is None or right is None or sign is None:
                return None
            pairs.append(CompareWord((left.span[0], right.span[1]), sign, left, right))
        if len(pairs) == 1:
            return CompareWord(span, pairs[0].sign, pairs[0].left, pairs[0].right)
        return LogicWord(span, "and", tuple(pairs))

    def _tuple(self, node: ast.Tuple) -> Word | None:
        span = self._span(node)
        if not node.elts:
            self._fault("empty-tuple", "Nothing is in an empty list", span, "name the values")
            return None
        items = []
        for element in node.elts:
            word = self.read(element)
            if word is None:
                return None
            if isinstance(word, MinusWord) and isinstance(word.operand, NumberWord):
                word = NumberWord(word.span, -word.operand.value)
            if not isinstance(word, NumberWord | TextWord):
                self._fault("tuple-literal", "The list after `in` holds only numbers or texts", word.span)
                return None
            items.append(word)
        return TupleWord(span, tuple(items))

    def _if(self, node: ast.IfExp) -> Word | None:
        test, then, other = self.read(node.test), self.read(node.body), self.read(node.orelse)
        if test is None or then is None or other is None:
            return None
        return IfWord(self._span(node), test, then, other)

    def _operator(self, operator: ast.AST, span: Span) -> None:
        sign = _OPERATORS.get(type(operator), type(operator).__name__)
        self._fault("operator", f"`{sign}` has no place in a condition", span)

    def _fault(self, code: str, message: str, span: Span, help_: str = "") -> None:
        self.problems.append(ConditionProblem(code, message, span, help=help_))

    def _span(self, node: ast.expr | ast.keyword) -> Span:
        end = node.end_col_offset
        assert end is not None  # ast.parse always gives it
        return self._characters[node.col_offset] + self.skipped, self._characters[end] + self.skipped

    def _source(self, span: Span) -> str:
        return self.body[span[0] - self.skipped : span[1] - self.skipped]


def _character_columns(body: str) -> Sequence[int]:
    """Return, for every offset in UTF-8 bytes, the column in characters; `ast` counts bytes."""
    if body.isascii():
        return range(len(body) + 1)
    columns = []
    for index, character in enumerate(body):
        columns += [index] * len(character.encode())
    return [*columns, len(body)]


def _arguments(call: ast.Call) -> int:
    return len(call.args) + len(call.keywords)


def _expressions(node: ast.AST) -> list[ast.expr]:
    found: list[ast.expr] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            found.append(child)
        elif isinstance(child, ast.keyword):
            found.append(child.value)
    return found
