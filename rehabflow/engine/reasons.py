"""Reasons: what a rule says, what it read, and when that was recorded."""

from __future__ import annotations

import datetime

from rehabflow.conditions import english
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Boolean, Choice, Number, Options, Possible
from rehabflow.conditions.types import DateType, Exact, NumberType, Type
from rehabflow.definitions.common import Evidence
from rehabflow.engine.decision import Reason, Value
from rehabflow.engine.facts import Facts
from rehabflow.problems import Place


def number_text(number: Exact) -> str:
    """Return a number as people write it: at most three decimals, no trailing zeros."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.3f}".rstrip("0").rstrip(".")


def value_text(type_: Type, possible: Possible) -> str:
    """Return what a value is, or could be, in words."""
    value = possible.value
    match value:
        case None:
            return "declined"
        case Boolean(surely=surely, possibly=possibly):
            text = "yes" if surely else "unknown" if possibly else "no"
        case Choice(options=options):
            text = next(iter(options)) if len(options) == 1 else "unknown"
        case Options(surely=surely_in, possibly=possibly_in):
            text = ", ".join(sorted(surely_in)) or "none"
            text = text if surely_in == possibly_in else "unknown"
        case _:
            text = _interval_text(type_, value)
    return f"{text} or declined" if possible.may_be_declined and text != "unknown" else text


def _interval_text(type_: Type, value: Number) -> str:
    if value.low is None or value.high is None or value.undefined:
        return "unknown"
    if isinstance(type_, DateType):
        if value.low == value.high:
            return datetime.date.fromordinal(int(value.low)).isoformat()
        return "unknown"
    unit = type_.unit if isinstance(type_, NumberType) and type_.unit else ""
    shown = "" if not unit or unit.startswith("{") else f" {unit}"
    if value.low == value.high:
        return f"{number_text(value.low)}{shown}"
    if isinstance(type_, NumberType) and value.low == type_.low and value.high == type_.high:
        return "unknown"
    return f"{number_text(value.low)} to {number_text(value.high)}{shown}"


def values_read(condition: Checked, facts: Facts) -> tuple[Value, ...]:
    """Return the values that a condition reads, with the date of their newest entry."""
    found = []
    for key in sorted(condition.reads):
        if key.startswith(("exercise.", "prescribed.")) or key not in facts.prepared.rulebook.facts:
            continue
        fact = facts.prepared.rulebook.facts[key]
        if fact.sided and not key.endswith((".left", ".right", ".involved", ".uninvolved", ".average")):
            continue
        at = facts.newest_of(facts.prepared.series_keys(key))
        found.append(Value(key, value_text(fact.type, facts.fact(key)), at))
    return tuple(found)


def reason(
    facts: Facts,
    condition: Checked,
    *,
    address: str,
    state: str,
    say: str,
    place: Place,
    evidence: Evidence | None,
    tell: str = "",
) -> Reason:
    """Return the reason that a rule gives, with the values it read; `tell` is said only where it is met."""
    return Reason(
        address,
        state,
        say,
        place,
        evidence,
        english(condition),
        values_read(condition, facts),
        tell if state == "met" else "",
    )


def plain(address: str, say: str, state: str = "met", place: Place | None = None) -> Reason:
    """Return a reason that no condition stands behind."""
    return Reason(address, state, say, place)
