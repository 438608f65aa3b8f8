"""A condition in English, with `not` pushed to where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.context import plain
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
from rehabflow.conditions.types import NumberType
from rehabflow.conditions.world import Window
from rehabflow.instants import Duration

Label = Callable[[str], str]

_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_THAN: Final = {
    "<": "less than",
    "<=": "at most",
    ">": "more than",
    ">=": "at least",
    "==": "exactly",
    "!=": "not exactly",
}
_IS: Final = {**{sign: f"is {words}" for sign, words in _THAN.items()}, "==": "is", "!=": "is not"}
_RANK: Final = {
    "<": "{0} is below {1}",
    "<=": "{0} is {1} or below",
    ">": "{0} is above {1}",
    ">=": "{0} is {1} or above",
}
_RANKS: Final = {"<": "is below", "<=": "is not above", ">": "is above", ">=": "is not below"}
_UNITS: Final = {"d": "day", "wk": "week", "mo": "month", "h": "hour", "a": "year", "s": "second"}
_DURATIONS: Final = {"h": "hour", "d": "day", "w": "week", "mo": "month"}
_SIGNS: Final = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_SEVERAL: Final = {
    "sum": "the sum of {}",
    "mean": "the mean of {}",
    "min": "the lowest of {}",
    "max": "the highest of {}",
    "answered": "the number of answers among {}",
}
_OF_ONE: Final = {
    "abs": "the size of {}",
    "improvement": "the improvement of {}",
    "worsening": "the worsening of {}",
    "percent_improvement": "the improvement of {} in percent",
    "symmetry": "the symmetry of {}",
    "band": "the band of {}",
}
_LONG_LIST: Final = 6


@lru_cache(maxsize=4096)
def english(checked: Checked, label: Label | None = None) -> str:
    """Return the condition (or score) in English; `label` turns a name as written into words."""
    writer = _Writer(label or (lambda name: name))
    node = checked.tree
    return writer.condition(node) if _is_condition(node) else writer.value(node)


def _is_condition(node: Node) -> bool:
    return (
        not isinstance(node, Constant | IfElse | Negate | Arithmetic | Series | Pick)
        and (not isinstance(node, Call) or node.function in ("known", "cleared", "happened"))
        and not (isinstance(node, FactNode) and isinstance(node.type, NumberType))
    )


class _Writer:
    """Writes nodes as words."""

    def __init__(self, label: Label) -> None:
        self.label = label

    def condition(self, node: Node, *, negated: bool = False) -> str:
        """Return a condition, or its opposite."""
        match node:
            case Not(operand=operand):
                return self.condition(operand, negated=not negated)
            case Logic():
                return self._logic(node, negated)
            case Compare():
                return self._compare(node, negated)
            case NumberIn(operand=operand, values=values):
                shown = [plain(value) for value in values]
                return self._one_of(self.value(operand), shown, negated=negated != node.negated)
            case ChoiceTest():
                return self._choice(node, negated)
            case ChoiceCompare(sign=sign, left=left, right=right):
                shown_sign = _OPPOSITE[sign] if negated else sign
                words = _RANKS.get(shown_sign, "is the same as" if shown_sign == "==" else "differs from")
                return f"{self.value(left)} {words} {self.value(right)}"
            case Contains(item=item, container=container):
                verb = "does not include" if negated != node.negated else "includes"
                return f"{self.value(container)} {verb} {self.value(item)}"
            case Call():
                return self._record(node, negated)
            case _:
                text = self.value(node)
                return f"not {text}" if negated else text

    def _logic(self, node: Logic, negated: bool) -> str:
        sign = node.sign if not negated else {"and": "or", "or": "and"}[node.sign]
        parts = []
        for part in node.parts:
            text = self.condition(part, negated=negated)
            inner = part
            while isinstance(inner, Not):
                inner = inner.operand
            parts.append(f"({text})" if isinstance(inner, Logic) else text)
        return f" {sign} ".join(parts)

    def _compare(self, node: Compare, negated: bool) -> str:
        sign, left, right = node.sign, node.left, node.right
        if isinstance(left, Constant) and not isinstance(right, Constant):
            left, right = right, left
            sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)  # type: ignore[assignment]
        shown = _OPPOSITE[sign] if negated else sign
        if isinstance(right, Constant):
            counted = self._counted(left, shown, right)
            if counted:
                return counted
        limit = self._amount(right, left) if isinstance(right, Constant) else self.value(right)
        return f"{self.value(left)} {_IS[shown]} {limit}"

    def _counted(self, node: Node, sign: str, limit: Constant) -> str:
        amount = f"{_THAN[sign]} {self.value(limit)}"
        match node:
            case Call(function="count", arguments=arguments):
                return f"{amount} of ({'; '.join(self.condition(part) for part in arguments)})"
            case Series(function="streak" | "times", arguments=(condition,), window=window):
                if limit.value == 1 and sign in (">=", "<"):
                    return self._once(node, condition, holds=sign == ">=")
                row = " in a row" if node.function == "streak" else ""
                where = _members(window, row, self.label, one=limit.value == 1)
                return f"in {amount} {where}: {self.condition(condition)}"
            case Series(function="sessions_done", window=window):
                return f"{amount} sessions done{_window(window, self.label)}"
            case _:
                return ""

    def _once(self, node: Series, condition: Node, *, holds: bool) -> str:
        """Return that a series has one that fits at least, or none: of a streak, the last is such a one, or not."""
        where = _members(node.window, "", self.label, one=True)
        in_or_at = "in" if node.window.of is None else "at"
        if node.function == "times":
            number = "no" if not holds else "at least one" if in_or_at == "in" else "one or another"
            return f"{in_or_at} {number} {where}: {self.condition(condition)}"
        if holds:
            return f"{in_or_at} the last {where}: {self.condition(condition)}"
        return f"{in_or_at} the last {where}, if there was one: {self.condition(condition, negated=True)}"

    def _amount(self, limit: Constant, beside: Node) -> str:
        """Return a literal with the unit of what it is compared with."""
        text = self.value(limit)
        unit = beside.type.unit if isinstance(beside.type, NumberType) else None
        if unit is None or unit.startswith("{"):
            return text
        word = _UNITS.get(unit)
        if word is None:
            return f"{text} {unit}"
        return f"{text} {word}" if limit.value == 1 else f"{text} {word}s"

    def _one_of(self, subject: str, values: Sequence[str], *, negated: bool) -> str:
        if not negated:
            return f"{subject} is {_listed(values, 'or')}"
        return (
            f"{subject} is not {values[0]}"
            if len(values) == 1
            else f"{subject} is none of {_listed(values, 'and')}"
        )

    def _choice(self, node: ChoiceTest, negated: bool) -> str:
        subject = self.value(node.operand)
        if node.sign in ("in", "not in"):
            return self._one_of(subject, node.written, negated=negated != (node.sign == "not in"))
        sign = _OPPOSITE[node.sign] if negated else node.sign
        return _RANK.get(sign, "{0} is {1}" if sign == "==" else "{0} is not {1}").format(
            subject, node.written[0]
        )

    def _record(self, node: Call, negated: bool) -> str:
        no = "not " if negated else ""
        if node.function == "cleared":
            return f"clearance {self.label(node.text)} is {no}given"
        subject = self.value(node.arguments[0])
        return f"{subject} is {no}known" if node.function == "known" else f"{subject} has {no}happened"

    def value(self, node: Node) -> str:
        """Return a number, a choice, or whatever else a node gives."""
        match node:
            case Constant(value=bool() as truth):
                return "true" if truth else "false"
            case Constant(value=Fraction() as number):
                return plain(number)
            case Constant(value=option):
                return str(option)
            case FactNode(name=name) | NamedNode(name=name):
                return self.label(name)
            case Negate(operand=operand):
                return f"minus {self._bracketed(operand)}"
            case Arithmetic(sign=sign, left=left, right=right):
                return f"{self._bracketed(left)} {_SIGNS[sign]} {self._bracketed(right)}"
            case IfElse(test=test, then=then, other=other):
                return f"{self._bracketed(then)} if {self.condition(test)}, otherwise {self.value(other)}"
            case Call():
                return self._call(node)
            case Series():
                return self._series(node)
            case _:
                return f"({self.condition(node)})"

    def _bracketed(self, node: Node) -> str:
        text = self.value(node)
        return f"({text})" if isinstance(node, Arithmetic | IfElse) else text

    def _call(self, node: Call) -> str:
        if node.function == "count":
            return f"how many hold of ({'; '.join(self.condition(part) for part in node.arguments)})"
        if node.function.endswith("_since"):
            return f"the time since {self.value(node.arguments[0])}"
        if node.function == "round":
            return f"{self._bracketed(node.arguments[0])} rounded to {node.number} decimals"
        if node.function in _SEVERAL:
            parts = [self.value(argument) for argument in node.arguments]
            shown = f"{len(parts)} answers" if len(parts) > _LONG_LIST else _listed(parts, "and")
            enough = f" (of at least {node.number})" if node.function == "mean" and node.number > 1 else ""
            return _SEVERAL[node.function].format(shown) + enough
        if node.function in _OF_ONE:
            return _OF_ONE[node.function].format(self.value(node.arguments[0]))
        return f"({self._record(node, negated=False)})"

    def _series(self, node: Series) -> str:
        window = _window(node.window, self.label)
        none = "" if node.if_none is None else f" ({self.value(node.if_none)} if there is none)"
        match node.function:
            case "sessions_done":
                return f"the number of sessions done{window}"
            case "adherence":
                return f"the share of sessions done{window}"
            case "streak" | "times":
                row = " in a row" if node.function == "streak" else ""
                where = _members(node.window, row, self.label)
                return f"the number of {where} with {self.condition(node.arguments[0])}"
            case _:
                return f"the {node.function} {self.value(node.arguments[0])}{window}{none}"


def _listed(parts: Sequence[str], joint: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"


def _length(duration: Duration) -> str:
    word = _DURATIONS[duration.unit]
    return f"{duration.count} {word}" if duration.count == 1 else f"{duration.count} {word}s"


def _members(window: Window, row: str, label: Label, *, one: bool = False) -> str:
    """Return the sessions (or visits) of a window in words; `one`: in the singular."""
    if window.of is None:
        return f"session{'' if one else 's'}{row}{_window(window, label)}"
    rest = _window(attrs.evolve(window, of=None), label)
    return f"visit{'' if one else 's'}{row}{rest} at which {label(window.of)} was recorded"


def _window(window: Window, label: Label) -> str:
    parts = []
    if window.of is not None:
        parts.append(f"at visits with {label(window.of)}")
    if window.last is not None and window.ending is not None:
        parts.append(f"in the {_length(window.last)} that ended {_length(window.ending)} ago")
    elif window.last is not None:
        parts.append(f"in the last {_length(window.last)}")
    elif window.ending is not None:
        parts.append(f"up to {_length(window.ending)} ago")
    if window.since is not None:
        moments = {"stage": "the stage was entered", "trigger": "the trigger"}
        parts.append(f"since {moments.get(window.since, label(window.since))}")
    if window.before is not None:
        parts.append(f"before {label(window.before)}")
    return "".join(f" {part}" for part in parts)
