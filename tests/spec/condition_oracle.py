"""The condition language once more, naively: enumerate every completion and evaluate each with ordinary meaning.

Standard library only, and nothing shared with the package. `outcomes` answers with the set of results over all
completions: {True} is "true", {False} is "false", both is "unknown".
"""

from __future__ import annotations

import ast
import datetime
import functools
import itertools
import operator
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from spec.condition_completions import ANY, Env, Record, Value, Values, completions


def outcomes(text: str, record: Record) -> set[Value]:
    """Return every result that some completion of the record gives."""
    found: set[Value] = set()
    for env in completions(record):
        found |= _Evaluation(record, env).text(text)
    return found


def answers(text: str, record: Record) -> set[bool]:
    """Return the answers of a condition: {True}, {False}, or both where it is unknown."""
    found: set[bool] = set()
    for env in completions(record):
        found |= {answer for value in _Evaluation(record, env).text(text) for answer in _either(value)}
        if len(found) > 1:
            break
    return found


class _Evaluation:
    """One completion, evaluated; every node gives the set of results that undefined operations allow."""

    def __init__(self, record: Record, env: Env) -> None:
        self.record = record
        self.env = env

    def text(self, text: str) -> Values:
        return self.node(_parse(text), text)

    def node(self, node: ast.expr, source: str) -> Values:
        match node:
            case ast.Constant(value=str(value)):
                return frozenset([value])
            case ast.Constant():
                return frozenset([Fraction(source[node.col_offset : node.end_col_offset])])
            case ast.Name() | ast.Attribute():
                return self.name(_dotted(node))
            case ast.UnaryOp(op=ast.Not()):
                return frozenset(not value for value in self.truth(node.operand, source))
            case ast.UnaryOp():
                return self.each([node.operand], source, lambda value: -value)
            case ast.BoolOp(op=op, values=parts):
                combine = all if isinstance(op, ast.And) else any
                return frozenset(
                    map(combine, itertools.product(*(self.truth(part, source) for part in parts)))
                )
            case ast.BinOp(op=op):
                return self.each([node.left, node.right], source, _OPERATORS[type(op)])
            case ast.IfExp():
                branches = {True: node.body, False: node.orelse}
                chosen = [self.node(branches[value], source) for value in self.truth(node.test, source)]
                return frozenset(_undeclined(value) for values in chosen for value in values)
            case ast.Compare():
                return self.comparison(node, source)
            case ast.Call(func=ast.Name(id=function)):
                return self.call(function, node, source)
        raise AssertionError(ast.dump(node))

    def name(self, name: str) -> Values:
        if name in ("true", "false"):
            return frozenset([name == "true"])
        if name in self.env:
            return frozenset([self.env[name]])
        if name in self.record.picks:
            return self.pick(self.record.picks[name])
        values = self.text(self.record.texts[name])
        digits = self.record.decimals.get(name)
        if digits is None:
            return values
        return frozenset(
            _undeclined(value) if value in (ANY, None) else _round(value, digits) for value in values
        )

    def pick(self, pairs: list[tuple[str, str | None]]) -> Values:
        (option, condition), *rest = pairs
        if condition is None:
            return frozenset([option])
        met = self.text(condition)
        return frozenset([option] if True in met else []) | (self.pick(rest) if False in met else frozenset())

    def truth(self, node: ast.expr, source: str) -> Values:
        return frozenset(answer for value in self.node(node, source) for answer in _either(value))

    def each(self, nodes: list[ast.expr], source: str, operation: Callable[..., Value]) -> Values:
        """Return an operation's results; one on anything undefined or declined is undefined."""
        return frozenset(
            ANY if any(value in (ANY, None) for value in values) else operation(*values)
            for values in itertools.product(*(self.node(node, source) for node in nodes))
        )

    def comparison(self, node: ast.Compare, source: str) -> Values:
        found = {True}
        operands = [node.left, *node.comparators]
        for left, op, right in zip(operands, node.ops, operands[1:], strict=False):
            pair = self.pair(left, op, right, source)
            found = {one and other for one in found for other in pair}
        return frozenset(found)

    def pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr, source: str) -> set[bool]:
        if isinstance(right, ast.Tuple):
            listed = frozenset(value for element in right.elts for value in self.node(element, source))
            others: Values = frozenset([listed])
        else:
            others = self.node(right, source)
        found = set()
        for one, other in itertools.product(self.node(left, source), others):
            if one in (ANY, None) or other in (ANY, None):
                found |= {True, False}
            elif isinstance(op, ast.In | ast.NotIn):
                found.add((one in other) == isinstance(op, ast.In))
            else:
                ranks = self.record.ranks
                ordered = isinstance(one, str) and not isinstance(op, ast.Eq | ast.NotEq)
                found.add(_COMPARISONS[type(op)](*((ranks[one], ranks[other]) if ordered else (one, other))))
        return found

    def call(self, function: str, node: ast.Call, source: str) -> Values:
        arguments: list[ast.expr] = []
        for argument in node.args:
            names = self.record.several.get(_dotted(argument))
            arguments += [argument] if names is None else [_parse(name) for name in names]
        options = {keyword.arg or "": keyword.value for keyword in node.keywords}
        if function in ("streak", "times"):
            return self.counted(function, arguments[0], source)
        if function in _ENTRIES or (function == "mean" and {"last", "if_none"} & set(options)):
            return self.of_entries(function, _dotted(arguments[0]), options.get("if_none"), source)
        if function in _RECORD:
            return self.of_record(function, arguments[0])
        return self.of_arguments(function, arguments, options, source)

    def of_arguments(
        self, function: str, arguments: list[ast.expr], options: dict[str, ast.expr], source: str
    ) -> Values:
        match function:
            case "count":
                truths = itertools.product(*(self.truth(argument, source) for argument in arguments))
                return frozenset(Fraction(sum(each)) for each in truths)
            case "sum" | "mean":
                at_least = int(ast.unparse(options["at_least"])) if "at_least" in options else 1
                values = itertools.product(*(self.node(argument, source) for argument in arguments))
                return frozenset(_add(function, each, at_least) for each in values)
            case "min" | "max":
                pick = min if function == "min" else max
                return self.each(arguments, source, lambda *each: pick(each))
            case "abs":
                return self.each(arguments, source, abs)
            case "round":
                digits = int(ast.unparse(arguments[1])) if len(arguments) > 1 else 0
                return self.each(arguments[:1], source, lambda value: _round(value, digits))
            case "answered":
                return frozenset([Fraction(sum(self.env[_dotted(each)] is not None for each in arguments))])
            case _:
                return self.each(arguments, source, lambda day: _SINCE[function](int(day), self.record.today))

    def of_record(self, function: str, argument: ast.expr) -> Values:
        match function:
            case "known":
                return frozenset([_dotted(argument) in self.record.known])
            case "cleared":
                return frozenset([ast.literal_eval(argument) in self.record.cleared])
            case "band":
                return self.band(_dotted(argument))
            case "symmetry":
                return self.symmetry(_dotted(argument))
            case _:
                return self.change(function, _dotted(argument))

    def band(self, name: str) -> Values:
        found = set()
        for value in self.name(name):
            if value in (ANY, None):
                found |= {band for band, _ in self.record.bands[name]}
            else:
                found |= _Evaluation(self.record, {**self.env, name: value}).pick(self.record.bands[name])
        return frozenset(found)

    def symmetry(self, name: str) -> Values:
        one, other = self.env[f"@involved.{name}"], self.env[f"@uninvolved.{name}"]
        if self.record.better[name] == "lower":
            one, other = other, one
        return frozenset([100 * one / other])

    def change(self, function: str, name: str) -> Values:
        now, before = self.env[name], self.env[f"@baseline.{name}"]
        if now is None:
            return frozenset([ANY])
        better = now - before if self.record.better[name] == "higher" else before - now
        if function == "percent_improvement":
            return frozenset([100 * better / abs(before) if before else ANY])
        return frozenset([better if function == "improvement" else -better])

    def counted(self, function: str, condition: ast.expr, source: str) -> Values:
        lists: list[list[bool]] = [[]]
        for member in self.env["@sessions"]:
            if function == "times" and member["@missing"]:
                continue
            answers = self.judge(member, condition, source)
            lists = [[*each, answer] if answer is not None else each for each in lists for answer in answers]
        if function == "times":
            return frozenset(Fraction(sum(each)) for each in lists)
        return frozenset(Fraction(len(list(itertools.takewhile(bool, each)))) for each in lists)

    def judge(self, member: Env, condition: ast.expr, source: str) -> set[bool | None]:
        """Return what a condition says of a session; None where it waits for an answer that is not due."""
        found: set[bool] = set()
        not_due = member["@not_due"]
        waiting = sorted(not_due & _names(condition, self.record)) if not_due else []
        for values in itertools.product(*(self.env[f"@domain.{name}"] for name in waiting)):
            inner = {**self.env, **member, **dict(zip(waiting, values, strict=True))}
            found |= _Evaluation(self.record, inner).truth(condition, source)
        return {None} if waiting and len(found) > 1 else set(found)

    def of_entries(self, function: str, name: str, if_none: ast.expr | None, source: str) -> Values:
        members = [member for member in self.env["@sessions"] if name not in member["@not_due"]]
        values = [member[name] for member in members]
        at = {"last": 0, "previous": 1, "first": -1}.get(function)
        if len(values) <= (1 if at == 1 else 0):
            return (
                self.node(if_none, source) if if_none is not None else frozenset(self.env[f"@domain.{name}"])
            )
        if at is not None:
            return frozenset([values[at]])
        if function == "mean":
            return frozenset([_add("mean", tuple(values), 1)])
        if None in values:
            return frozenset([ANY])
        highest = (function == "best") == (self.record.better.get(name) == "higher")
        ranks = self.record.ranks
        return frozenset(
            [(max if highest else min)(values, key=lambda v: ranks[v] if isinstance(v, str) else v)]
        )


@functools.lru_cache(maxsize=1000)
def _parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _dotted(node: ast.expr) -> str:
    return (
        f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    )


def _names(node: ast.expr, record: Record) -> frozenset[str]:
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name | ast.Attribute):
            name = _dotted(inner)
            found.add(name)
            if name in record.texts:
                found |= _names(_parse(record.texts[name]), record)
    return frozenset(found)


def _either(value: Value) -> tuple[bool, ...]:
    return (True, False) if value in (ANY, None) else (value,)


def _undeclined(value: Value) -> Value:
    return ANY if value is None else value


def _add(function: str, values: tuple[Value, ...], at_least: int) -> Value:
    if ANY in values:
        return ANY
    answered = [value for value in values if value is not None]
    if function == "sum":
        return sum(answered, Fraction(0))
    return sum(answered, Fraction(0)) / len(answered) if len(answered) >= max(at_least, 1) else ANY


def _round(value: Fraction, digits: int) -> Fraction:
    """Round half away from zero: what is exactly between two goes by Decimal, all else to the nearer."""
    scaled = value * 10**digits
    if (2 * scaled).denominator == 1:
        exact = Decimal(int(2 * scaled)) / 2
        return Fraction(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), 10**digits)
    return Fraction(round(scaled), 10**digits)


def _months(start: int, end: int) -> Fraction:
    """Count months until one more would lie after the end."""
    first, last = datetime.date.fromordinal(start), datetime.date.fromordinal(end)
    months = 0
    while (first.year * 12 + first.month + months + 1, first.day) <= (last.year * 12 + last.month, last.day):
        months += 1
    return Fraction(months)


_ENTRIES = ("first", "previous", "last", "worst", "best")
_RECORD = ("known", "cleared", "band", "symmetry", "improvement", "worsening", "percent_improvement")
_SINCE: dict[str, Callable[[int, int], Fraction]] = {
    "days_since": lambda day, today: Fraction(today - day),
    "weeks_since": lambda day, today: Fraction((today - day) // 7),
    "months_since": _months,
}
_OPERATORS: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if b else ANY,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
