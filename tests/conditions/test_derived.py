"""Section 10: derived measures, their rounding, picks, bands and status."""

from __future__ import annotations

from fractions import Fraction

import pytest

from conditions.worlds import DictScope, DictWorld, choice, number
from rehabflow.conditions import bands_of, evaluate_derived, status_of
from rehabflow.conditions.intervals import round_half_away
from rehabflow.conditions.possible import ANY, DECLINED, Choice, Number, Possible
from rehabflow.conditions.scope import Fact, Several


def odi_scope() -> DictScope:
    names = [f"s{index}" for index in range(1, 11)]
    scope = DictScope.of(*(number(name, 0, 5, unit=None, declinable=name == "s8") for name in names))
    facts = tuple(fact for name in names if isinstance(fact := scope.meanings[name], Fact))
    scope.meanings["items"] = Several(facts)
    scope.derive(number("percent", 0, 100, decimals=1, unit="%"), "mean(items, at_least=8) * 20")
    scope.band("percent", ("minimal", "percent <= 20"), ("moderate", "percent <= 40"), ("severe", None))
    return scope


SCOPE = odi_scope()
PERCENT = SCOPE.facts()["percent"]


def answers(*values: int | None, rest: int | None = None) -> DictWorld:
    given = [*values, *[rest] * (10 - len(values))]
    known = {f"s{index}": value for index, value in enumerate(given, start=1) if value is not None}
    return DictWorld.of(SCOPE, **known)


def between(low: str | int, high: str | int) -> Possible:
    return Possible(Number(Fraction(low), Fraction(high)))


def test_the_disability_percentage() -> None:
    world = answers(rest=2)
    assert evaluate_derived(PERCENT, world) == between(40, 40)
    world.set("s8", DECLINED)
    world.set("s1", Fraction(3))
    assert evaluate_derived(PERCENT, world) == between("42.2", "42.2")


def test_what_is_missing_leaves_an_interval_with_its_bands() -> None:
    found = evaluate_derived(PERCENT, answers(1, 1, 1, 1, 1, 1, 1, None, 1, None))
    assert found == between(16, 36)
    assert bands_of(PERCENT, found) == ("minimal", "moderate")
    assert status_of(PERCENT, found) == "incomplete"


def test_one_band_is_computed_enough() -> None:
    found = evaluate_derived(PERCENT, answers(0, 0, 0, 0, 0, 0, 0, 0, 0, None))
    assert found == between(0, 10)
    assert bands_of(PERCENT, found) == ("minimal",)
    assert status_of(PERCENT, found) == "computed"


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("3.5", 0, "4"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("2.4999", 0, "2"),
        ("0.25", 1, "0.3"),
        ("-0.25", 1, "-0.3"),
        ("1/3", 2, "0.33"),
        ("2/3", 2, "0.67"),
        ("7", 2, "7"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, digits: int, rounded: str) -> None:
    assert round_half_away(Fraction(value), digits) == Fraction(rounded)


def test_both_ends_are_rounded() -> None:
    scope = DictScope.of(number("n", 0, 9))
    fact = scope.derive(number("third", 0, 3), "n / 3")
    assert evaluate_derived(fact, DictWorld.of(scope, n=between(1, 5))) == between(0, 2)


def test_undefined_in_every_completion_is_invalid_and_in_some_is_incomplete() -> None:
    scope = DictScope.of(*(number(f"d{index}", 0, 3, declinable=True) for index in (1, 2)))
    fact = scope.derive(number("both", 0, 3), "mean(d1, d2, at_least=2)")
    found = evaluate_derived(fact, DictWorld.of(scope, d1=DECLINED))
    assert status_of(fact, found) == "invalid"
    found = evaluate_derived(fact, DictWorld.of(scope, d1=2))
    assert status_of(fact, found) == "incomplete"
    assert status_of(fact, evaluate_derived(fact, DictWorld.of(scope, d1=2, d2=2))) == "computed"


def test_bands_of_something_undefined_are_all() -> None:
    assert bands_of(PERCENT, ANY) == ("minimal", "moderate", "severe")
    assert bands_of(PERCENT, Possible(Number(Fraction(1), Fraction(2)), may_be_declined=True)) == bands_of(
        PERCENT, ANY
    )


def test_picks_are_tried_in_order_and_stay_open_while_one_is_unknown() -> None:
    scope = DictScope.of(number("a", 0, 9), number("b", 0, 9))
    fact = scope.derive(
        choice("risk", "low", "mid", "high"), picks=[("high", "a >= 7"), ("low", "b <= 3"), ("mid", None)]
    )

    def risk(**values: int) -> frozenset[str]:
        found = evaluate_derived(fact, DictWorld.of(scope, **values)).value
        assert isinstance(found, Choice)
        return found.options

    assert risk(a=7) == {"high"}
    assert risk(a=1, b=3) == {"low"}
    assert risk(a=1, b=4) == {"mid"}
    assert risk(b=2) == {"high", "low"}
    assert risk(a=1) == {"low", "mid"}
    assert risk() == {"high", "low", "mid"}


def test_a_derived_yes_or_no() -> None:
    scope = DictScope.of(number("a", 0, 9), number("b", 0, 9))
    from conditions.worlds import yes_no

    fact = scope.derive(yes_no("either"), "a > 5 or b > 5")
    assert evaluate_derived(fact, DictWorld.of(scope, a=6)) == evaluate_derived(
        fact, DictWorld.of(scope, b=9)
    )


def test_a_recorded_measure_is_not_derived() -> None:
    with pytest.raises(ValueError, match="recorded"):
        evaluate_derived(SCOPE.facts()["s1"], answers())
