"""Every key of `expect`: what holds passes, what does not says exactly what was expected and what came."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from rehabflow.loading.expect_shapes import EXPECT
from rehabflow.testing.expectations import rounded
from testing.clinic import case

RIGHT = {
    "action": 'action = "advance"',
    "action_not": 'action_not = ["emergency", "stay"]',
    "stage": 'stage = "load"',
    "tracks": 'tracks = { main = "open" }',
    "gates": 'gates = { "shoulder_basics.numb.emergency" = "clear", "sore.caution" = "clear" }',
    "criteria": 'criteria = { "stage.load.enter.calm" = "met" }',
    "measures": (
        'measures = { "sample_form.total" = 41.7, pain = 3, "screen.numb" = false }\nadvice = ["move"]'
    ),
    "needs_not": 'needs_not = ["pain.now"]',
    "advice": 'advice = ["move"]',
    "plan_kept": 'plan_kept = "all"',
    "progressed_at_most": "progressed_at_most = 0",
    "plan": "[[plan]]\nat_least = 1\nat_most = 1\nwhere = \"exercise.quality == 'mobility'\"",
    "changed so": '[[plan]]\nat_least = 1\nchange = "kept"',
    "none changed so": '[[plan]]\nnone = true\nchange = "progressed"',
}
WRONG = [
    ('action = "stay"', "action", "stay", "advance"),
    ('action_not = ["advance"]', "action", "not advance", "advance"),
    ('stage = "ease"', "stage", "ease", "load"),
    ('tracks = { main = "closed" }', "track main", "closed", "open"),
    ('tracks = { main = "ease" }', "track main", "ease", "load"),
    (
        'gates = { "numb.emergency" = "triggered" }',
        "gate numb.emergency",
        "triggered",
        "clear",
    ),
    (
        'criteria = { "stage.load.enter.calm" = "not_met" }',
        "stage.load.enter.calm",
        "not_met",
        "met (pain.now 3)",
    ),
    ('measures = { "sample_form.total" = 41.6 }', "measure sample_form.total", "41.6", "41.7 %"),
    ('measures = { "pain.now" = 4 }', "measure pain.now", "4", "3"),
    ('measures = { "screen.numb" = true }', "measure screen.numb", "yes", "no"),
    (
        'measures = { "band(sample_form.total)" = "mild" }',
        "measure band(sample_form.total)",
        "mild",
        "severe",
    ),
    ('needs = ["pain.now"]', "needs", "pain.now", "none"),
    ('advice_not = ["move"]', "advice", "not move", "move"),
    ("progressed_at_most = 0\n[[plan]]\nnone = true", "plan", "none", "sample_slide"),
    ("[[plan]]\nat_least = 2", "plan", "at least 2", "1 of sample_slide"),
    ("[[plan]]\nat_most = 0", "plan", "at most 0", "1: sample_slide"),
    ('[[plan]]\nat_least = 1\nchange = "progressed"', "plan", "at least 1 progressed", "0 of sample_slide"),
    ('[[plan]]\nnone = true\nchange = "kept"', "plan", "none kept", "sample_slide"),
    (
        "[[plan]]\nevery = true\nwhere = \"exercise.quality == 'strength'\"",
        "plan",
        "every where exercise.quality == 'strength'",
        "not sample_slide",
    ),
]


@pytest.mark.parametrize("key", RIGHT)
def test_what_holds_passes(key: str) -> None:
    result = case(RIGHT[key])
    assert result.ok, result.mismatches
    assert result.checked == 1


@pytest.mark.parametrize(("expect", "what", "expected", "got"), WRONG)
def test_what_does_not_hold_is_told_exactly(expect: str, what: str, expected: str, got: str) -> None:
    result = case(expect)
    assert not result.ok
    (found,) = result.mismatches
    assert (found.what, found.expected) == (what, expected)
    assert (found.got if what != "action" else found.got.partition(" (")[0]) == got
    assert found.place.file == "case.toml"


def test_every_key_is_tried() -> None:
    keys = {key.name for key in EXPECT.keys}
    # Nothing is missing here, and there is one advice and no finding; see above, below and the bundled cases.
    assert keys - set(RIGHT) == {"needs", "findings", "findings_not", "advice_not"}


def test_what_is_missing_may_be_named_by_measure_or_assessment() -> None:
    assert case('needs = ["sample_form.reach"]', day=0).mismatches
    nothing = case('action = "start"', day=0)
    assert nothing.ok


def test_a_plan_that_is_new_was_not_kept() -> None:
    (found,) = case('plan_kept = "all"', day=0).mismatches
    assert (found.expected, found.got) == ("all", "new sample_slide")


def test_a_place_is_that_of_the_key() -> None:
    (found,) = case('action = "advance"\nstage = "ease"').mismatches
    assert found.place.path == ("journey", "x", "visit", 1, "expect", "stage")


@pytest.mark.parametrize(
    ("number", "like", "result"),
    [
        (Fraction(125, 3), "41.7", "41.7"),
        (Fraction(125, 3), "42", "42"),
        (Fraction(5, 2), "3", "3"),
        (Fraction(-5, 2), "-3", "-3"),
        (Fraction(1, 3), "0.333", "0.333"),
        (Fraction(95238, 1000), "95.2", "95.2"),
        (Fraction(2), "2.00", "2.00"),
    ],
)
def test_rounding_is_half_away_from_zero_to_the_decimals_written(
    number: Fraction, like: str, result: str
) -> None:
    assert rounded(number, Decimal(like)) == Decimal(result)
