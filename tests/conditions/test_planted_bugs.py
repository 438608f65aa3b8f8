"""Plant a bug that makes the language claim too much; the random suite has to notice each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import attrs
import pytest

from conditions import suites
from rehabflow.conditions import (
    answering,
    compiled,
    cutting,
    derived,
    intervals,
    rails,
    reference,
    series,
    slots,
)
from rehabflow.conditions.joins import as_number, is_definite
from rehabflow.conditions.nodes import Compare, Cut, Logic
from rehabflow.conditions.overlay import Overlay
from rehabflow.conditions.possible import YES, Boolean, Number, Possible
from rehabflow.conditions.types import NumberType
from rehabflow.conditions.world import World

Plant = Callable[[pytest.MonkeyPatch], object]
MOST_CASES = 3_000

Given = Any  # the planted functions take what the real ones take


def replace(module: object, name: str, function: Callable[..., Any]) -> Plant:  # Any: as the real one
    return lambda patch: patch.setattr(module, name, function)


def wrap(module: object, name: str, change: Callable[[Any], Any]) -> Plant:  # Any: the real one's result
    real = getattr(module, name)
    return replace(module, name, lambda *args, **options: change(real(*args, **options)))


def sign(table: str, key: str, function: Callable[..., Any]) -> Plant:  # Any: as the real one
    return lambda patch: patch.setitem(getattr(reference, table), key, function)


def both(*plants: Plant) -> Plant:
    return lambda patch: [plant(patch) for plant in plants]


def half_even(value: Fraction, digits: int) -> Fraction:
    return Fraction(round(value * 10**digits), 10**digits)


def half_up(value: Fraction, digits: int) -> Fraction:
    return Fraction(math.floor(value * 10**digits + Fraction(1, 2)), 10**digits)


def ends_of_abs(a: Number) -> Number:
    if a.low is None or a.high is None:
        return a
    ends = sorted((abs(Fraction(a.low)), abs(Fraction(a.high))))
    return Number(ends[0], ends[1], a.undefined)


def first_lowers(sure: Sequence[Fraction], maybe: Sequence[Fraction], needed: int) -> Fraction | None:
    """Take optional answers in the order written, instead of the lowest first."""
    if None in (*sure, *maybe):
        return None
    result, count = sum(sure, Fraction(0)), len(sure)
    for value in maybe:
        if count >= needed and value * count >= result:
            break
        result, count = result + value, count + 1
    return Fraction(result) / count


def over_zero(a: Number, b: Number) -> Number:
    if None in (a.low, a.high, b.low, b.high) or b.low == 0 or b.high == 0:
        return intervals.divide(a, b)
    ends = [Fraction(one) / Fraction(other) for one in (a.low, a.high) for other in (b.low, b.high)]  # type: ignore[arg-type]
    return Number(min(ends), max(ends), a.undefined or b.undefined)


def lows_and_highs(operation: Callable[[Fraction, Fraction], Fraction]) -> Callable[[Number, Number], Number]:
    def planted(a: Number, b: Number) -> Number:
        if a.low is None or a.high is None or b.low is None or b.high is None:
            return intervals.ANYTHING
        return Number(
            operation(Fraction(a.low), Fraction(b.low)),
            operation(Fraction(a.high), Fraction(b.high)),
            a.undefined or b.undefined,
        )

    return planted


def confused(sign_seen: str, sign_used: str) -> Plant:
    real = intervals.compare
    return replace(
        intervals, "compare", lambda sign, a, b: real(sign_used if sign == sign_seen else sign, a, b)
    )


def regions_one_off(type_: NumberType, marks: cutting.Marks, pieces: int) -> list[Possible]:
    """Start every region after the first one step too late."""
    found = REAL_GivenS(type_, marks, pieces)
    step = Fraction(1, 10 ** (type_.decimals or 0))
    late = [
        Possible(Number(region.value.low + step, region.value.high))
        for region in found[1:]
        if isinstance(region.value, Number)
        and region.value.low is not None
        and region.value.high is not None
        and region.value.low < region.value.high
    ]
    return [found[0], *late]


REAL_GivenS = cutting._numbers
REAL_MEAN = intervals.mean
REAL_ANSWER = reference._answer
REAL_JUDGED = series.judged
REAL_RAILS = rails.Emitter._rails
REAL_SYMMETRY = reference._CALLS["symmetry"]
REAL_LESS = rails._less
REAL_BOOLEAN = reference.boolean
REAL_COUNT = reference._CALLS["count"]
REAL_PARTS = compiled._TraceWriter._parts


def equal_where_they_meet(node: Given, here: Given) -> Boolean:
    found = REAL_BOOLEAN(node, here)
    is_equality = isinstance(node, Compare) and node.sign == "=="
    return Boolean(found.possibly, found.possibly) if is_equality else found


def counts_what_is_sure(node: Given, here: Given) -> Number:
    found = REAL_COUNT(node, here)
    return Number(found.low, found.low)


def traced_as_the_other(self: Given, node: Given, source: str) -> Given:
    if isinstance(node, Logic):
        node = attrs.evolve(node, sign="or" if node.sign == "and" else "and")
    return REAL_PARTS(self, node, source)


def less_rounded_down(left: rails.Ends, right: rails.Ends, first: str, second: str) -> str:
    if right.constant is not None:
        return f"{getattr(left, first)} < {math.floor(right.constant * left.den)}"
    return REAL_LESS(left, right, first, second)


def declined_is_zero(node: Given, here: Given) -> intervals.Answered:
    number, surely, possibly = REAL_ANSWER(node, here)
    return (number, surely, possibly) if surely else (intervals.hull(number, intervals.point(0)), True, True)


def never_declined(node: Given, here: Given) -> intervals.Answered:
    number, _, possibly = REAL_ANSWER(node, here)
    return number, possibly, possibly


def one_region(evaluate: Callable[[World], Possible], cuts: tuple[Cut, ...], world: World) -> Possible:
    """Believe the first region instead of all of them."""
    whole = evaluate(world)
    if not cuts or is_definite(whole):
        return whole
    values = {cut.fact.key: cut.regions[0] for cut in cuts if not is_definite(world.fact(cut.fact.key))}
    return evaluate(Overlay(world, values)) if values else whole


def judged_with(**changes: Given) -> Plant:
    def planted(node: Given, here: Given) -> list[series.Judged]:
        return [attrs.evolve(member, **changes) for member in REAL_JUDGED(node, here)]

    return replace(series, "judged", planted)


def without_missing(node: Given, here: Given) -> list[series.Judged]:
    return [member for member in REAL_JUDGED(node, here) if member.is_entry]


def _picks_first(node: Given, here: Given) -> frozenset[str]:
    for option, condition in node.picks:
        if condition is None or reference.boolean(condition, here).possibly:
            return frozenset([option])
    raise AssertionError("the last pick is else")


def _opposite_rails(self: Given, node: Given, depth: int) -> rails.Rails:
    found = REAL_RAILS(self, node, depth)
    return rails.Rails(found.true, f"not {found.true}") if isinstance(node, Compare) else found


BUGS: dict[str, Plant] = {
    "halves to even": replace(intervals, "round_half_away", half_even),
    "halves upwards, also below zero": replace(intervals, "round_half_away", half_up),
    "a derived measure is not rounded": replace(intervals, "rounded", lambda a, digits: a),
    "abs over zero": replace(intervals, "magnitude", ends_of_abs),
    "order of items in mean": replace(intervals, "_lowest_mean", first_lowers),
    "at_least ignored": replace(intervals, "mean", lambda items, at_least: REAL_MEAN(items, 1)),
    "declined counted as zero": replace(reference, "_answer", declined_is_zero),
    "declinable never declined": replace(reference, "_answer", never_declined),
    "over zero": sign("_ARITHMETIC", "/", over_zero),
    "minus end by end": sign("_ARITHMETIC", "-", lows_and_highs(lambda a, b: a - b)),
    "times end by end": sign("_ARITHMETIC", "*", lows_and_highs(lambda a, b: a * b)),
    "min takes the highest high": sign(
        "_CALLS",
        "max",
        lambda node, here: intervals.least([reference.number(each, here) for each in node.arguments]),
    ),
    ">= for >": confused(">", ">="),
    "< for <=": confused("<=", "<"),
    "< where ends meet": wrap(intervals, "less", lambda b: Boolean(b.possibly, b.possibly)),
    "equal where intervals overlap": replace(reference, "boolean", equal_where_they_meet),
    "in where one value is inside": wrap(reference, "_number_in", lambda b: Boolean(b.possibly, b.possibly)),
    "and, or swapped": replace(
        reference,
        "_logic",
        lambda sign, parts: (
            Boolean(any(p.surely for p in parts), any(p.possibly for p in parts))
            if sign == "and"
            else Boolean(all(p.surely for p in parts), all(p.possibly for p in parts))
        ),
    ),
    "not of unknown is no": replace(intervals, "opposite", lambda a: Boolean(not a.possibly, not a.possibly)),
    "count is what is sure": sign("_CALLS", "count", counts_what_is_sure),
    "sets: possibly is surely": wrap(reference, "_contains", lambda b: Boolean(b.possibly, b.possibly)),
    "choices: some outcome is the outcome": wrap(
        reference, "_choice_compare", lambda b: Boolean(b.possibly, b.possibly)
    ),
    "known is having one value": replace(reference, "_sure", lambda answer: YES),
    "if takes its first branch": replace(
        reference, "_if_else", lambda node, here: reference._branch(node.then, here)
    ),
    "an undefined branch is forgotten": wrap(
        reference,
        "_branch",
        lambda p: Possible(Number(p.value.low, p.value.high)) if isinstance(p.value, Number) else p,
    ),
    "weeks rounded up": sign(
        "_CALLS",
        "weeks_since",
        lambda node, here: reference._since(node, here, lambda day: -((day - here.world.today) // 7)),
    ),
    "months without days": replace(reference, "months_between", lambda start, end: (end - start) // 28),
    "improvement the wrong way": wrap(reference, "_improvement", intervals.negate),
    "symmetry never turned over": sign(
        "_CALLS",
        "symmetry",
        lambda node, here: intervals.divide(intervals.point(10_000), REAL_SYMMETRY(node, here)),
    ),
    "a band by its low end": wrap(derived, "bands_of", lambda bands: bands[:1]),
    "the first pick that may be": replace(reference, "_picked", _picks_first),
    "a region starts one off": replace(cutting, "_numbers", regions_one_off),
    "the first region for all": both(
        *(replace(module, "settle", one_region) for module in (answering, series, derived))
    ),
    "streak one too long": wrap(series, "streak", lambda n: Number(n.low + 1, n.high + 1)),
    "streak never ends surely": wrap(series, "_least_of", lambda pair: (pair[0], True)),
    "streak: the high end stops early": wrap(series, "_most_of", lambda pair: (pair[0], False)),
    "a day without entry is no member": replace(series, "judged", without_missing),
    "diary lines keep their place": judged_with(mixed_with=0, unordered=False),
    "every diary line is full": judged_with(at_least=1, at_most=1),
    "what is not due is skipped whole": replace(series, "_is_answered", lambda *_: True),
    "times: possibly is surely": wrap(series, "times", lambda n: Number(n.high, n.high)),
    "worst is the newest": replace(series, "_extreme", lambda fact, entries, highest: entries[0].value),
    "worst and best swapped": lambda patch: patch.setattr(
        series,
        "_extreme",
        lambda fact, entries, highest, real=series._extreme: real(fact, entries, highest=not highest),
    ),
    "first is last": lambda patch: patch.setattr(
        series,
        "_at",
        lambda index, entries, none, backward, real=series._at: real(index, entries, none, backward=False),
    ),
    "previous is last": lambda patch: patch.setattr(
        series,
        "_at",
        lambda index, entries, none, backward, real=series._at: real(0, entries, none, backward=backward),
    ),
    "a series that may be empty is not": replace(series, "join", lambda found, none: found),
    "compiled: not surely true is surely false": replace(rails.Emitter, "_rails", _opposite_rails),
    "compiled: thresholds rounded the wrong way": replace(rails, "_less", less_rounded_down),
    "compiled: masks shifted": wrap(rails, "mask", lambda bits: bits << 1),
    "compiled: a slot holds its low end twice": replace(
        slots, "as_number", lambda found: Number(as_number(found).low, as_number(found).low)
    ),
    "traced: and, or swapped": replace(compiled._TraceWriter, "_parts", traced_as_the_other),
}


RARE: dict[str, tuple[str, ...]] = {
    "months without days": ("months_since(day) >= 1", "months_since(day) < 1"),
    "weeks rounded up": ("weeks_since(day) >= 1", "weeks_since(day) < 2"),
    "order of items in mean": ("mean(nd, n1, d1, at_least=2) > 1", "mean(answers) < 2"),
    "diary lines keep their place": ("streak(session.p <= 1) >= 2", "streak(session.a) < 2"),
    "every diary line is full": ("streak(session.p <= 1) >= 2", "times(session.a) >= 2"),
    "streak never ends surely": ("streak(session.p <= 1) >= 2", "streak(not session.a) < 3"),
    "a day without entry is no member": ("streak(session.p <= 1) >= 2", "streak(session.a) < 2"),
    "what is not due is skipped whole": ("times(session.a or session.late > 0) >= 1",),
}
"""Texts for bugs that chance would find too slowly; the records are random all the same."""


@pytest.mark.parametrize("bug", sorted(BUGS))
def test_the_random_suite_notices_a_planted_bug(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[bug](monkeypatch)
    with pytest.raises(AssertionError):
        suites.run(seed=7, count=MOST_CASES, texts=RARE.get(bug, ()))


@pytest.mark.parametrize("bug", sorted(RARE))
def test_without_the_bug_the_same_texts_pass(bug: str) -> None:
    suites.run(seed=7, count=200, texts=RARE[bug])
