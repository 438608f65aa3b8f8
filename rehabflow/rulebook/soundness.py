"""Mistakes that no single text shows: gates that wait for declined answers, bands with holes, wild scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from rehabflow.conditions import evaluate, truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.nodes import Compare, Constant, FactNode, Logic, NamedNode, Node, Not, children
from rehabflow.conditions.possible import Number, Truth, known
from rehabflow.conditions.scope import Fact
from rehabflow.conditions.types import Exact, NumberType
from rehabflow.definitions.gates import Effect
from rehabflow.definitions.measures import DiaryItem, Measure
from rehabflow.problems import Place
from rehabflow.rulebook.fixed_world import FixedWorld, attributes_of_exercises, facts_of_exercise
from rehabflow.rulebook.model import GateRule, Rulebook, SelectorRules, TermRule
from rehabflow.rulebook.reports import Report

BEST_SCORE = Fraction(10)
"""A score term's value lies between minus this and this."""
MOST_VALUES = 10_000


def check_declinable(gates: tuple[GateRule, ...], report: Report) -> None:
    """Refuse a gate of pause or above that reads a measure to which a patient may give no answer."""
    for gate in gates:
        if gate.effect < Effect.PAUSE:
            continue
        for key in sorted({fact.key for fact in _read_facts(gate.when.tree) if fact.declinable}):
            report.error(
                "declinable-in-gate",
                f"`{key}` may be declined: no {gate.effect.word} may wait for an answer nobody owes",
                gate.level.when.place,
                expected="measures that cannot be declined",
                help="take declinable away from the measure, or read another one",
            )


def check_all_bands(
    facts: Mapping[str, Fact], definitions: Iterable[Measure | DiaryItem], report: Report
) -> None:
    """Refuse bands that leave out a value, come twice along a scale, or hold no value."""
    for definition in definitions:
        key = definition.key if isinstance(definition, Measure) else f"session.{definition.id}"
        fact = facts.get(f"{key}.left", facts[key])
        if fact.bands and isinstance(fact.type, NumberType):
            _check_bands(fact, fact.type, definition.place.child("bands"), report)


def _check_bands(fact: Fact, type_: NumberType, place: Place, report: Report) -> None:
    met = [_band_at(fact, value) for value in _telling_values(fact, type_)]
    if None in met:
        report.error("bands", "some values lie in no band", place, expected="bands that end in else")
    runs = [
        name for index, name in enumerate(met) if name is not None and (index == 0 or met[index - 1] != name)
    ]
    for name in sorted({name for name in runs if runs.count(name) > 1}):
        message = f"the band `{name}` is interrupted by another one"
        report.error("bands", message, place, expected="bands in one order along the scale")
    for name in [name for name, _ in fact.bands if name not in runs]:
        message = f"no value lies in the band `{name}`: those before it take all"
        report.error("bands", message, place, expected="bands that each hold some value")


def check_scores(rulebook: Rulebook, selector: SelectorRules, report: Report) -> None:
    """Refuse a score term that gives an exercise more than 10 or less than -10."""
    attributes = attributes_of_exercises(rulebook.facts)
    for term in selector.terms:
        if term.value is None or term.value.series or _is_within(term.value):
            continue
        for id_, rule in rulebook.exercises.items():
            given = facts_of_exercise(rule.definition, attributes)
            value = evaluate(term.value, FixedWorld(given, rulebook.facts)).value
            if isinstance(value, Number) and not _fits(value.low, value.high):
                _report_score(term, id_, value, report)
                break


def _report_score(term: TermRule, exercise: str, value: Number, report: Report) -> None:
    expression = term.definition.value
    place: Place = term.definition.place if expression is None else expression.place
    report.error(
        "score-range",
        f"the term gives the exercise `{exercise}` {_span(value)}",
        place,
        expected="-10 to 10 for every exercise",
        help="divide it, or bring it in with min(…) and max(…)",
    )


def _span(value: Number) -> str:
    ends = ["no bound" if end is None else f"{float(end):g}" for end in (value.low, value.high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _is_within(checked: Checked) -> bool:
    return isinstance(checked.type, NumberType) and _fits(checked.type.low, checked.type.high)


def _fits(low: Exact | None, high: Exact | None) -> bool:
    return low is not None and high is not None and low >= -BEST_SCORE and high <= BEST_SCORE


def _read_facts(node: Node) -> Iterator[Fact]:
    """Yield the facts that a text reads, through names, not through what a measure is derived from."""
    if isinstance(node, FactNode):
        yield node.fact
    elif isinstance(node, NamedNode):
        yield from _read_facts(node.named.condition.tree)
    for child in children(node):
        yield from _read_facts(child)


def _band_at(fact: Fact, value: Fraction) -> str | None:
    world = FixedWorld({fact.key: known(fact.type, value)}, {fact.key: fact})
    for name, condition in fact.bands:
        if condition is None or truth(condition, world) is Truth.TRUE:
            return name
    return None


def _is_plain(node: Node) -> bool:
    """Return whether a text does nothing but compare its measure with numbers."""
    plain = isinstance(node, Logic | Not | Compare | FactNode | Constant)
    return plain and all(_is_plain(child) for child in children(node))


def _telling_values(fact: Fact, type_: NumberType) -> list[Fraction]:
    """Return values on the measure's grid, in order, between which no band can begin or end."""
    if type_.low is None or type_.high is None or type_.decimals is None:
        return []
    step = Fraction(1, 10**type_.decimals)
    if not all(_is_plain(condition.tree) for _, condition in fact.bands if condition is not None):
        count = min(int((type_.high - type_.low) / step), MOST_VALUES)
        return [type_.low + index * step for index in range(count + 1)]
    values = {type_.low, type_.high}
    for _, condition in fact.bands:
        for comparison in condition.comparisons if condition is not None else ():
            below = comparison.value // step * step
            values |= {below - step, below, below + step}
    return sorted(value for value in values if type_.low <= value <= type_.high)
