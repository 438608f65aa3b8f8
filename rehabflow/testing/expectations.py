"""One decision held against what a case expects of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from rehabflow.conditions import check, evaluate, truth
from rehabflow.conditions.faults import ConditionProblems
from rehabflow.conditions.possible import Boolean, Number, Possible
from rehabflow.conditions.types import Exact
from rehabflow.engine.decision import Decision, Value
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.reasons import value_text
from rehabflow.frozen import frozen
from rehabflow.problems import Place
from rehabflow.record.journeys import Expectation
from rehabflow.testing.names import RecordScope, gates_named
from rehabflow.testing.plans import plan_mismatches


@frozen
class Mismatch:
    """One expectation that does not hold: what was looked at, what was expected, what came, and where it is written."""

    what: str
    expected: str
    got: str
    place: Place


def mismatches(expect: Expectation, decision: Decision, facts: Facts) -> tuple[Mismatch, ...]:
    """Return what a decision does not hold of an expectation; `facts` are those of the decision's moment."""
    return tuple(
        Mismatch(what, expected, got, expect.place.child(*path))
        for path, what, expected, got in _all(expect, decision, facts)
    )


Found = tuple[tuple[str | int, ...], str, str, str]
"""Keys below the expectation, what, expected, got."""


def _all(expect: Expectation, decision: Decision, facts: Facts) -> Iterator[Found]:
    yield from _outcome(expect, decision)
    yield from _tracks(expect, decision)
    yield from _gates(expect, decision)
    yield from _criteria(expect, decision, facts)
    yield from _measures(expect, facts)
    yield from _lists(expect, decision)
    yield from plan_mismatches(expect, decision, facts)


def _outcome(expect: Expectation, decision: Decision) -> Iterator[Found]:
    if expect.action is not None and decision.action != expect.action:
        yield ("action",), "action", expect.action, f"{decision.action}{_because(decision)}"
    if decision.action in expect.action_not:
        yield ("action_not",), "action", f"not {decision.action}", f"{decision.action}{_because(decision)}"
    if expect.stage is not None and decision.stage != expect.stage:
        yield ("stage",), "stage", expect.stage, decision.stage


def _because(decision: Decision) -> str:
    """Return the rules that led to the action, as the first thing anybody will ask."""
    rules = [f"{reason.address} {reason.state}" for reason in decision.reasons[:3]]
    more = f" and {len(decision.reasons) - 3} more" if len(decision.reasons) > 3 else ""
    return f" ({', '.join(rules)}{more})" if rules else ""


def _tracks(expect: Expectation, decision: Decision) -> Iterator[Found]:
    for track, wanted in expect.tracks.items():
        result = decision.tracks.get(track)
        if result is None:
            yield ("tracks", track), f"track {track}", wanted, "no such track"
            continue
        state = "open" if result.is_open else "closed"
        got = state if wanted in ("open", "closed") else result.after
        if got != wanted:
            yield ("tracks", track), f"track {track}", wanted, got


def _gates(expect: Expectation, decision: Decision) -> Iterator[Found]:
    for name, wanted in expect.gates.items():
        found = gates_named(name, decision.gates)
        if len(found) == 1 and found[0].state == wanted:
            continue
        got = " and ".join(f"{gate.address} {gate.state}" for gate in found) or "no such gate in force"
        if len(found) == 1:
            got = found[0].state + _values(found[0].reason.values)
        elif found:
            got = f"several gates of that name: {got}"
        yield ("gates", name), f"gate {name}", wanted, got


def _values(values: Iterable[Value]) -> str:
    texts = [f"{value.name} {value.text}" for value in values]
    return f" ({'; '.join(texts[:4])})" if texts else ""


def _criteria(expect: Expectation, decision: Decision, facts: Facts) -> Iterator[Found]:
    judged = {result.address: result for result in decision.criteria}
    named = {rule.address: rule for rule in facts.prepared.rulebook.criteria.values()}
    for address, wanted in expect.criteria.items():
        if address in judged:
            got: str = judged[address].state
            read = _values(judged[address].reason.values)
        elif address in named:
            got, read = truth(named[address].condition, facts.within(Context(since_stage=True))).value, ""
        else:
            got, read = "not judged in this decision", ""
        if got != wanted:
            yield ("criteria", address), address, wanted, got + read


def _lists(expect: Expectation, decision: Decision) -> Iterator[Found]:
    met = {finding.key for finding in decision.findings if finding.state == "met"}
    met |= {key.split(".")[0] for key in met}
    needs = {need.id for need in decision.needs} | {need.assessment for need in decision.needs}
    advice = {shown.id for shown in decision.advice}
    for key, wanted, there in (
        ("findings", expect.findings, met),
        ("needs", expect.needs, needs),
        ("advice", expect.advice, advice),
    ):
        for id_ in wanted:
            if id_ not in there:
                yield (key,), key, id_, ", ".join(sorted(there - {""})) or "none"
    for key, unwanted, there in (
        ("findings", expect.findings_not, met),
        ("needs", expect.needs_not, needs),
        ("advice", expect.advice_not, advice),
    ):
        for id_ in unwanted:
            if id_ in there:
                yield (f"{key}_not",), key, f"not {id_}", id_


# -- measures


def _measures(expect: Expectation, facts: Facts) -> Iterator[Found]:
    scope = RecordScope(facts.prepared.rulebook)
    for text, wanted in expect.measures.items():
        try:
            checked = check(text, scope, expects="score", polarity="free")
        except ConditionProblems as problems:
            yield (
                ("measures", text),
                f"measure {text}",
                str(wanted),
                "; ".join(p.message for p in problems.problems),
            )
            continue
        possible = evaluate(checked, facts)
        if not equals(possible, wanted, value_text(checked.type, possible)):
            yield ("measures", text), f"measure {text}", _written(wanted), value_text(checked.type, possible)


def _written(wanted: Decimal | bool | str) -> str:
    return ("yes" if wanted else "no") if isinstance(wanted, bool) else str(wanted)


def equals(possible: Possible, wanted: Decimal | bool | str, text: str) -> bool:
    """Return whether a value is the expected one; a number after rounding to the decimals written."""
    value = possible.value
    if isinstance(wanted, bool):
        return isinstance(value, Boolean) and value.surely is wanted and value.possibly is wanted
    if isinstance(wanted, str):
        return text == wanted
    if not isinstance(value, Number) or value.low is None or value.low != value.high or value.undefined:
        return False
    return not possible.may_be_declined and rounded(value.low, wanted) == wanted


def rounded(number: Exact, like: Decimal) -> Decimal:
    """Return the number with the decimals that `like` is written with, halves away from zero."""
    exponent = like.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    scaled = abs(number) * 10**places
    whole = Decimal(scaled.numerator * 2 + scaled.denominator) // Decimal(scaled.denominator * 2)
    return (whole.scaleb(-places).copy_sign(-1 if number < 0 else 1)).quantize(
        Decimal(1).scaleb(-places), ROUND_HALF_UP
    )


__all__ = ["Mismatch", "equals", "mismatches", "rounded"]
