"""The type check of functions over dated entries, and of their windows."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs

from rehabflow.conditions.context import first_series, first_varying, kind
from rehabflow.conditions.cutting import cuts
from rehabflow.conditions.faults import nearest
from rehabflow.conditions.nodes import FactNode, Node, Series
from rehabflow.conditions.scope import Fact, Forbidden
from rehabflow.conditions.syntax import CallWord, NameWord, TextWord, Word
from rehabflow.conditions.types import BooleanType, ChoiceType, NumberType, Type
from rehabflow.conditions.uses import used_both_ways, uses
from rehabflow.conditions.world import Window
from rehabflow.instants import Duration, NotADuration

if TYPE_CHECKING:
    from rehabflow.conditions.checking import Checker

WINDOW_OPTIONS: Final = frozenset(["last", "ending", "since", "before", "of"])


def check_of_condition(checker: Checker, word: CallWord) -> Node | None:
    """Return the node of `streak` or `times`."""
    window = _window(checker, word)
    condition = checker.boolean(word.arguments[0])
    if window is None or condition is None:
        return None
    inner = first_series(condition)
    if inner is not None:
        help_ = "compare the inner one outside"
        checker.fault("nested-series", "A series stands inside another series", inner.span, help_=help_)
        return None
    varying = first_varying(condition)
    if varying is None and window.of is None:
        message = f"Nothing in `{word.function}` differs from session to session"
        help_ = "read session.… or did.…, or name the visits with of='assessment'"
        checker.fault("nothing-varies", message, word.span, help_=help_)
        return None
    if varying is not None and window.of is not None:
        message = f"With of='{window.of}' the visits are counted, and they have no session"
        checker.fault("session-in-visits", message, varying.span, help_="leave out of=, or session.…")
        return None
    found = tuple(uses(condition, window_of=window.of, in_series=True))
    own = cuts([condition], used_both_ways(found, "member"))
    type_ = NumberType(None, Fraction(0), None, 0)
    return Series(word.span, type_, word.function, (condition,), window, cuts=own)


def check_of_fact(checker: Checker, word: CallWord) -> Node | None:
    """Return the node of `first previous last worst best`, or of `mean` over entries."""
    window = _window(checker, word)
    node = checker.fact(word.arguments[0], word.function)
    if node is None:
        return None
    if not (node.fact.dated or node.fact.varies) or node.fact.sided:
        message = f"`{node.name}` has no dated entries"
        checker.fault("not-dated", message, node.span, expected="a recorded measure, or session.…")
        return None
    if word.function in ("worst", "best") and not _check_direction(checker, node):
        return None
    if_none = _if_none(checker, word, node)
    if window is None or (if_none is None and any(name == "if_none" for name, _, _ in word.options)):
        return None
    type_ = node.type
    if isinstance(type_, NumberType) and word.function == "mean":
        type_ = attrs.evolve(type_, decimals=None)
    return Series(word.span, _widened(type_, if_none), word.function, (node,), window, if_none)


def check_mean(checker: Checker, word: CallWord) -> Node | None:
    """Return the node of `mean` over the entries of one measure."""
    if len(word.arguments) != 1:
        message = "With a window, `mean` is over the entries of one measure"
        checker.fault("argument-count", message, word.span, expected="1")
        return None
    for name, span, _ in word.options:
        if name == "at_least":
            checker.fault("unknown-option", "`at_least=` goes with a mean over arguments", span)
            return None
    node = check_of_fact(checker, word)
    if isinstance(node, Series) and not isinstance(node.type, NumberType):
        argument = node.arguments[0]
        checker.fault("type-mismatch", "`mean` takes numbers", argument.span, expected="a number")
        return None
    return node


def check_of_sessions(checker: Checker, word: CallWord) -> Node | None:
    """Return the node of `sessions_done` or `adherence`."""
    window = _window(checker, word)
    if window is None:
        return None
    if word.function == "adherence":
        type_ = NumberType("%", Fraction(0), Fraction(100), None)
    else:
        type_ = NumberType(None, Fraction(0), None, 0)
    return Series(word.span, type_, word.function, (), window)


def _widened(type_: Type, if_none: Node | None) -> Type:
    if isinstance(type_, NumberType) and if_none is not None and isinstance(if_none.type, NumberType):
        low = None if type_.low is None or if_none.type.low is None else min(type_.low, if_none.type.low)
        high = None if type_.high is None or if_none.type.high is None else max(type_.high, if_none.type.high)
        return attrs.evolve(type_, low=low, high=high)
    return type_


def _check_direction(checker: Checker, node: FactNode) -> bool:
    match node.type:
        case BooleanType():
            return True
        case NumberType() | ChoiceType(ordered=True):
            if node.fact.better != "none":
                return True
            message = f"`{node.name}` is declared with no better direction"
            checker.fault("no-direction", message, node.span, expected='better = "higher" or "lower"')
        case _:
            message = f"`{node.name}` is {kind(node.type)}, which has no order"
            checker.fault(
                "unordered", message, node.span, expected="a number, yes or no, or an ordered choice"
            )
    return False


def _if_none(checker: Checker, word: CallWord, node: FactNode) -> Node | None:
    for name, _, value in word.options:
        if name != "if_none":
            continue
        found = checker.node(value, node.type)
        if found is None:
            return None
        if type(found.type) is not type(node.type):
            message = f"`{node.name}` is {kind(node.type)}, and `if_none=` {kind(found.type)}"
            checker.fault("type-mismatch", message, value.span, expected=kind(node.type))
            return None
        checker.common_unit([node, found], value.span)
        return found
    return None


def _window(checker: Checker, word: CallWord) -> Window | None:
    """Return the window of the options; None when one of them is wrong."""
    found: dict[str, Duration | str | None] = {}
    for name, _, value in word.options:
        if name in ("last", "ending"):
            found[name] = _duration(checker, name, value)
        elif name in ("since", "before"):
            found[name] = _moment(checker, name, value)
        elif name == "of":
            found[name] = _assessment(checker, value)
    if any(value is None for value in found.values()):
        return None
    if "last" in found and "since" in found:
        message = "`last=` and `since=` both say where the window begins"
        checker.fault("window", message, word.span, help_="leave one of them out")
        return None
    return Window(**found)  # type: ignore[arg-type]  # each name has its own kind of value


def _duration(checker: Checker, name: str, word: Word) -> Duration | None:
    if isinstance(word, TextWord):
        try:
            return Duration.parse(word.value)
        except NotADuration:
            pass
    help_ = "write hours, days, weeks or months as '48h', '7d', '6w', '9mo'"
    checker.fault("duration", f"`{name}=` takes a length of time", word.span, expected="'7d'", help_=help_)
    return None


def _moment(checker: Checker, name: str, word: Word) -> str | None:
    if not isinstance(word, NameWord):
        checker.fault(
            "window", f"`{name}=` takes an event, `stage` or `trigger`", word.span, expected="a name"
        )
        return None
    if word.name == "stage":
        return "stage"
    found = checker.scope.find(word.name)
    if word.name == "trigger" and not isinstance(found, Fact):
        reason = f": {found.reason}" if isinstance(found, Forbidden) else ""
        checker.fault("forbidden-name", f"`trigger` is only known in `until`{reason}", word.span)
        return None
    if not isinstance(found, Fact) or not (found.is_event or found.is_instant):
        help_ = nearest(word.name, [*checker.scope.names(), "stage"])
        checker.fault(
            "window",
            f"`{word.name}` is no event",
            word.span,
            expected="an event, `stage` or `trigger`",
            help_=help_,
        )
        return None
    return found.key


def _assessment(checker: Checker, word: Word) -> str | None:
    names = checker.scope.assessments()
    if not isinstance(word, TextWord):
        checker.fault("window", "`of=` takes an assessment in quotes", word.span, expected="'assessment'")
        return None
    if word.value not in names:
        help_ = nearest(word.value, names)
        checker.fault("unknown-assessment", f"There is no assessment '{word.value}'", word.span, help_=help_)
        return None
    return word.value
