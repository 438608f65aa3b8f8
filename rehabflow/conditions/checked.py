"""A checked condition: its tree of typed nodes, and what is known of it before any patient is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from rehabflow.conditions.bounds import check_bounds
from rehabflow.conditions.checking import Checker
from rehabflow.conditions.context import kind, plain, range_of
from rehabflow.conditions.cutting import cuts
from rehabflow.conditions.faults import ConditionProblem, ConditionProblems, Span
from rehabflow.conditions.grammar import parse
from rehabflow.conditions.nodes import (
    Compare,
    Constant,
    Cut,
    FactNode,
    NamedNode,
    Node,
    Series,
    walk,
)
from rehabflow.conditions.possible import Number
from rehabflow.conditions.scope import Fact, Scope
from rehabflow.conditions.syntax import Word
from rehabflow.conditions.types import ChoiceType, NumberType, Type
from rehabflow.conditions.uses import DOWN, UP, Use, can_be_undefined, used_both_ways, uses
from rehabflow.frozen import frozen

Polarity = Literal["permits", "restricts", "free"]
REMEMBERED: Final = 2_000
"""How many texts are read only once: every protocol checks those of the plugins it requires, each in its own scope."""


@frozen
class Comparison:
    """A measure compared with a number written in the text."""

    key: str
    value: Fraction
    span: Span


@frozen(eq=False)
class Checked:
    """A condition or score that can be evaluated.

    `reads`: keys of the facts it reads, through names, derived measures and series. `own_names`: names as written.
    `series`: it has one, itself or through a name. `varies`: it reads `session.*` or `did.*` outside a series.
    `uses_cleared`: clearance scopes; `uses_known`: keys; `events`: keys of events and dates it waits for.
    `facts`: recorded facts whose value now it reads. `can_be_undefined`: a completion may give no value.
    `cuts`: facts used in both directions, for the case split. `comparisons`: measures compared with literals.
    """

    text: str
    tree: Node
    type: Type
    polarity: Polarity
    reads: frozenset[str]
    own_names: frozenset[str]
    series: bool
    varies: bool
    uses_cleared: frozenset[str]
    uses_known: frozenset[str]
    events: frozenset[str]
    can_be_undefined: bool
    facts: tuple[Fact, ...]
    cuts: tuple[Cut, ...]
    comparisons: tuple[Comparison, ...]


def check(
    text: str,
    scope: Scope,
    *,
    expects: Literal["condition", "score"] | Type,
    polarity: Polarity,
    plain_session: bool = True,
) -> Checked:
    """Read and check a text.

    Args:
        text: the condition or score as written.
        scope: what its names mean.
        expects: a condition (yes or no), a score (any type), or the declared type of a derived measure.
        polarity: whether the text permits (only when surely true) or restricts (unless surely false).
        plain_session: whether `session.x` and `did.x` may stand outside a series.

    Raises:
        ConditionProblems: with everything that is wrong with the text.
    """
    word = _read(text)
    checker = Checker(scope, is_score=expects != "condition")
    if expects == "condition":
        tree = checker.boolean(word)
    else:
        tree = checker.node(word, None if isinstance(expects, str) else expects)
    if tree is None or checker.problems:
        raise ConditionProblems(text, checker.problems)
    if not isinstance(expects, str):
        _check_type(checker, tree, expects)
    found = tuple(uses(tree))
    checker.problems += _polarity_problems(found, polarity)
    if not plain_session:
        checker.problems += _session_problems(tree)
    if checker.problems:
        raise ConditionProblems(text, checker.problems)
    return _checked(text, tree, polarity, found)


@lru_cache(maxsize=REMEMBERED)
def _read(text: str) -> Word:
    problems = check_bounds(text)
    word = None
    if not problems:
        word, problems = parse(text)
    if word is None:
        raise ConditionProblems(text, problems)
    return word


def _checked(text: str, tree: Node, polarity: Polarity, found: tuple[Use, ...]) -> Checked:
    written = tuple(walk(tree))
    named = [node.named.condition for node in written if isinstance(node, NamedNode)]
    return Checked(
        text=text,
        tree=tree,
        type=tree.type,
        polarity=polarity,
        reads=frozenset(use.key for use in found if use.way != "cleared"),
        own_names=frozenset(node.name for node in written if isinstance(node, FactNode | NamedNode)),
        series=any(isinstance(node, Series) for node in written) or any(each.series for each in named),
        varies=any(use.way == "now" and use.fact is not None and use.fact.varies for use in found),
        uses_cleared=frozenset(use.key for use in found if use.way == "cleared"),
        uses_known=frozenset(use.key for use in found if use.way == "known"),
        events=frozenset(use.key for use in found if use.way == "event" or (use.fact and use.fact.is_event)),
        can_be_undefined=can_be_undefined(tree),
        facts=tuple({use.key: use.fact for use in found if use.fact and _is_asked(use)}.values()),
        cuts=cuts([tree], used_both_ways(found)),
        comparisons=tuple(_comparisons(written)),
    )


def _is_asked(use: Use) -> bool:
    return use.way in ("now", "shared") and use.fact is not None and use.fact.derived is None


def _comparisons(written: tuple[Node, ...]) -> Iterator[Comparison]:
    for node in written:
        match node:
            case Compare(left=FactNode(fact=fact), right=Constant(value=Fraction() as value)):
                yield Comparison(fact.key, value, node.span)
            case Compare(left=Constant(value=Fraction() as value), right=FactNode(fact=fact)):
                yield Comparison(fact.key, value, node.span)
            case _:
                pass


def _check_type(checker: Checker, tree: Node, wanted: Type) -> None:
    """Note where a score does not give what its measure declares."""
    same = type(tree.type) is type(wanted)
    if same and isinstance(wanted, ChoiceType) and isinstance(tree.type, ChoiceType):
        same = tree.type.choices == wanted.choices
    if not same:
        message = f"This gives {kind(tree.type)}, the measure is {kind(wanted)}"
        checker.fault("type-mismatch", message, tree.span, expected=kind(wanted))
        return
    if not isinstance(wanted, NumberType) or not isinstance(tree.type, NumberType):
        return
    if None not in (wanted.unit, tree.type.unit) and wanted.unit != tree.type.unit:
        message = f"This gives {tree.type.unit}, the measure has {wanted.unit}"
        checker.fault("unit-mismatch", message, tree.span, expected=str(wanted.unit))
    reach, declared = range_of(tree.type), range_of(wanted)
    below = declared.low is not None and reach.low is not None and reach.low < declared.low
    above = declared.high is not None and reach.high is not None and reach.high > declared.high
    if below or above:
        message = f"This can reach {_span_of(reach)}, and the measure is declared as {_span_of(declared)}"
        checker.fault(
            "range", message, tree.span, help_="widen the range, or bring it in with min(…) or max(…)"
        )


def _span_of(reach: Number) -> str:
    low = "no bound" if reach.low is None else plain(reach.low)
    high = "no bound" if reach.high is None else plain(reach.high)
    return f"{low} to {high}"


def _polarity_problems(found: tuple[Use, ...], polarity: Polarity) -> Iterator[ConditionProblem]:
    if polarity == "free":
        return
    needed = UP if polarity == "permits" else DOWN
    for use in found:
        if use.way not in ("known", "cleared") or use.direction == needed:
            continue
        call = f"{use.way}({use.key!r})" if use.way == "cleared" else f"known({use.key})"
        if polarity == "permits":
            message = (
                f"`{call}` may only make this text truer: it permits, and what is missing must not permit"
            )
            help_ = "use it without `not`, outside `==` and `abs`"
        else:
            message = (
                f"`{call}` may only make this text falser: it restricts, and what is missing must not lift it"
            )
            help_ = f"write `not {call}`, outside `==` and `abs`"
        yield ConditionProblem("polarity", message, use.span, help=help_)


def _session_problems(tree: Node) -> Iterator[ConditionProblem]:
    for use in uses(tree):
        if use.way == "now" and use.fact is not None and use.fact.varies:
            message = f"`{use.key}` is that of one session: nobody could start without a session"
            help_ = "use `times(…)`, `streak(…)` or `worst(…)` over the sessions"
            yield ConditionProblem("plain-session", message, use.span, help=help_)
