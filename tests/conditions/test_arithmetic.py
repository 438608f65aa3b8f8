"""Arithmetic on intervals, bounded or not, against single values drawn from them; joins, meets and small worlds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditions.names import shared_scope
from conditions.worlds import TODAY, DictWorld
from rehabflow.conditions import Overlay, english, evaluate, intervals, truth
from rehabflow.conditions.joins import as_number, is_definite, join, meet
from rehabflow.conditions.possible import (
    DECLINED,
    FALSE,
    MAYBE,
    OPEN,
    TRUE,
    Choice,
    Number,
    Options,
    Possible,
    Truth,
    known,
)
from rehabflow.conditions.world import Window
from rehabflow.instants import Instant

SCOPE = shared_scope()
FAR = 12

ENDS = st.one_of(st.none(), st.integers(-4, 4).map(Fraction))
NUMBERS = st.tuples(ENDS, ENDS).map(
    lambda ends: Number(*ends) if None in ends else Number(min(ends), max(ends))  # type: ignore[type-var]
)
OPERATIONS: list[tuple[Callable[[Number, Number], Number], Callable[[Fraction, Fraction], Fraction]]] = [
    (intervals.add, lambda a, b: a + b),
    (intervals.subtract, lambda a, b: a - b),
    (intervals.multiply, lambda a, b: a * b),
    (intervals.divide, lambda a, b: a / b if b else Fraction(0)),
    (lambda a, b: intervals.least([a, b]), min),
    (lambda a, b: intervals.greatest([a, b]), max),
    (intervals.hull, lambda a, b: a),
    (intervals.hull, lambda a, b: b),
    (lambda a, _: intervals.magnitude(a), lambda a, _: abs(a)),
    (
        lambda a, _: intervals.rounded(intervals.divide(a, intervals.point(3)), 0),
        lambda a, _: Fraction(round(a / 3)),
    ),
]


def draw(random: Random, number: Number) -> Fraction:
    low = Fraction(-FAR) if number.low is None else number.low
    high = Fraction(FAR) if number.high is None else number.high
    low, high = min(low, high), max(low, high)
    return low + (high - low) * Fraction(random.randint(0, 4), 4)


def holds(number: Number, value: Fraction) -> bool:
    return (number.low is None or number.low <= value) and (number.high is None or value <= number.high)


@given(NUMBERS, NUMBERS, st.sampled_from(OPERATIONS), st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_the_result_holds_what_single_values_give(
    a: Number,
    b: Number,
    operations: tuple[Callable[[Number, Number], Number], Callable[[Fraction, Fraction], Fraction]],
    random: Random,
) -> None:
    found = operations[0](a, b)
    if found.undefined:
        assert intervals.holds_zero(b)
        return
    assert holds(found, operations[1](draw(random, a), draw(random, b)))


@given(
    NUMBERS, NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.randoms(use_true_random=False)
)
@settings(max_examples=400, deadline=None)
def test_a_decided_comparison_is_so_for_single_values(
    a: Number, b: Number, sign: str, random: Random
) -> None:
    decided = intervals.compare(sign, a, b)
    one, other = draw(random, a), draw(random, b)
    answers = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other, "==": one == other}
    answer = answers.get(sign, one != other)
    assert decided.possibly if answer else not decided.surely


def test_undefined_is_carried_through() -> None:
    maybe = Number(Fraction(1), Fraction(2), undefined=True)
    three = intervals.point(3)
    for found in (
        intervals.add(maybe, three),
        intervals.multiply(three, maybe),
        intervals.least([maybe, three]),
    ):
        assert found.undefined
        assert not found.nowhere
        assert intervals.less(found, intervals.point(99)) == OPEN
    for found in (intervals.add(intervals.NOWHERE, three), intervals.greatest([three, intervals.NOWHERE])):
        assert found == intervals.NOWHERE
    assert intervals.hull(intervals.NOWHERE, three) == Number(Fraction(3), Fraction(3), undefined=True)
    assert intervals.magnitude(intervals.NOWHERE) == intervals.NOWHERE


def test_the_mean_of_some_that_are_not_surely_answered() -> None:
    items = [
        (intervals.point(value), surely, True)
        for value, surely in ((4, True), (1, False), (9, False), (3, False))
    ]
    assert intervals.mean(items, 1) == Number(Fraction(5, 2), Fraction(13, 2))
    assert intervals.mean(items[1:], 1) == Number(Fraction(1), Fraction(9), undefined=True)
    assert intervals.mean(items, 3) == Number(Fraction(8, 3), Fraction(16, 3), undefined=True)
    assert intervals.mean(items, 5) == intervals.NOWHERE


def of(*options: str) -> Possible:
    return Possible(Choice(frozenset(options)))


def span(low: int | None, high: int | None) -> Possible:
    return Possible(Number(None if low is None else Fraction(low), None if high is None else Fraction(high)))


def holding(surely: str, possibly: str) -> Possible:
    return Possible(Options(frozenset(surely), frozenset(possibly)))


@pytest.mark.parametrize(
    ("left", "right", "both", "common"),
    [
        (of("a", "b"), of("b", "c"), of("a", "b", "c"), of("b")),
        (of("a"), of("c"), of("a", "c"), None),
        (holding("a", "ab"), holding("ab", "abc"), holding("a", "abc"), holding("ab", "ab")),
        (holding("a", "a"), holding("", "b"), holding("", "ab"), None),
        (TRUE, MAYBE, MAYBE, TRUE),
        (TRUE, FALSE, MAYBE, None),
        (DECLINED, of("a"), Possible(Choice(frozenset("a")), may_be_declined=True), None),
        (DECLINED, DECLINED, DECLINED, DECLINED),
        (span(None, 3), span(1, None), span(None, None), span(1, 3)),
    ],
)  # fmt: skip
def test_joining_and_meeting(
    left: Possible, right: Possible, both: Possible, common: Possible | None
) -> None:
    assert join(left, right) == join(right, left) == both
    assert meet(left, right) == meet(right, left) == common


def test_values_of_different_types_are_never_joined() -> None:
    for combine in (join, meet):
        with pytest.raises(TypeError):
            combine(of("a"), holding("a", "a"))
    with pytest.raises(TypeError):
        as_number(of("a"))


def test_what_is_definite() -> None:
    assert is_definite(DECLINED)
    assert is_definite(holding("a", "a"))
    assert not is_definite(holding("a", "ab"))
    assert not is_definite(Possible(Choice(frozenset("a")), may_be_declined=True))
    assert not is_definite(Possible(intervals.ANYTHING.__class__(Fraction(1), Fraction(1), undefined=True)))


def test_sets_in_branches_are_joined() -> None:
    world = DictWorld.of(SCOPE, equipment=frozenset(["mat"]))
    found = evaluate(SCOPE.score("equipment if red else equipment"), world)
    assert found == known(SCOPE.facts()["equipment"].type, frozenset(["mat"]))


def test_an_overlay_answers_like_the_world_below() -> None:
    world = DictWorld.of(SCOPE, nprs=3)
    world.events["surgery"] = Instant(TODAY - 2)
    world.cleared, world.done = ["start"], (1, 2)
    text = (
        "cleared('start') and happened(surgery) and sessions_done() >= 1 and adherence() > 90 and known(nprs)"
    )
    overlay = Overlay(world, {"red": known(SCOPE.facts()["red"].type, True)})
    assert truth(SCOPE.condition(f"{text} and red and hours_since(surgery) >= 24"), overlay) is Truth.TRUE
    assert not list(overlay.entries("nprs", Window()))
    assert not list(overlay.members(Window()))
    assert overlay.baseline("nprs") == world.baseline("nprs")


@pytest.mark.parametrize(
    ("days", "answer"), [(0, Truth.UNKNOWN), (1, Truth.UNKNOWN), (2, Truth.UNKNOWN), (3, Truth.TRUE)]
)
def test_an_overlaid_date_is_a_whole_day(days: int, answer: Truth) -> None:
    date = Possible(Number(Fraction(TODAY - days), Fraction(TODAY - days)))
    overlay = Overlay(DictWorld.of(SCOPE), {"surgery": date})
    text = "hours_since(surgery) >= 48" if days else "hours_since(surgery) >= 12"
    assert truth(SCOPE.condition(text), overlay) is (
        Truth.FALSE if days == 0 and answer is Truth.FALSE else answer
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("count(red, numb)", "how many hold of (red; numb)"),
        ("round(nprs / 3, 1)", "(nprs divided by 3) rounded to 1 decimals"),
        ("max(nprs, 3) + sum(i1, i2)", "the highest of nprs and 3 plus the sum of i1 and i2"),
        ("streak(session.alarm)", "the number of sessions in a row with session.alarm"),
        (
            "times(effusion == 'one', of='effusion')",
            "the number of visits at which effusion was recorded with effusion is one",
        ),
        ("sessions_done()", "the number of sessions done"),
        ("'run' if red else sport", "run if red, otherwise sport"),
        ("sum(i1, i2, i1, i2, i1, i2, i1)", "the sum of 7 answers"),
    ],
)
def test_english_of_values(text: str, words: str) -> None:
    assert english(SCOPE.score(text)) == words
