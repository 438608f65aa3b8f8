"""Section 2: every error that is found when a text is loaded, with the words it points at."""

from __future__ import annotations

from fractions import Fraction

import pytest

from conditions.names import problems_of, shared_scope, with_trigger
from rehabflow.conditions.checked import check
from rehabflow.conditions.faults import ConditionProblems
from rehabflow.conditions.types import BooleanType, ChoiceType, NumberType

SCOPE = shared_scope()

WRONG = [
    # names
    ("nrps < 3", "unknown-name", "nrps"),
    ("red and sesion.pain < 3", "unknown-name", "sesion.pain"),
    ("exercise.id == 'x'", "forbidden-name", "exercise.id"),
    ("hurts(nprs) > 1", "unknown-function", "hurts"),
    ("effusion == 'huge'", "unknown-choice", "'huge'"),
    ("effusion in ('none', 'huge')", "unknown-choice", "'huge'"),
    ("'net' in equipment", "unknown-choice", "'net'"),
    ("cleared('strat')", "unknown-clearance", "'strat'"),
    ("streak(effusion >= 'one', of='efusion') >= 2", "unknown-assessment", "'efusion'"),
    ("items > 3", "several", "items"),
    ("quad > 100", "sided", "quad"),
    # mixed types
    ("nprs", "type-mismatch", "nprs"),
    ("nprs and red", "type-mismatch", "nprs"),
    ("not effusion", "type-mismatch", "effusion"),
    ("red + 1 > 1", "type-mismatch", "red"),
    ("-red > 1", "type-mismatch", "red"),
    ("nprs < 'one'", "type-mismatch", "nprs < 'one'"),
    ("effusion > 2", "type-mismatch", "effusion > 2"),
    ("born < 3", "type-mismatch", "born < 3"),
    ("born + 3 < 4", "type-mismatch", "born"),
    ("equipment == 'mat'", "type-mismatch", "equipment == 'mat'"),
    ("equipment == directions", "type-mismatch", "equipment == directions"),
    ("nprs in ('one', 2)", "type-mismatch", "'one'"),
    ("effusion in (1, 'two')", "type-mismatch", "1"),
    ("nprs in (3)", "type-mismatch", "3"),
    ("nprs in equipment", "type-mismatch", "nprs"),
    ("born in (1, 2)", "type-mismatch", "born in (1, 2)"),
    ("'run'", "stray-text", "'run'"),
    ("'a' == 'b'", "literals-compared", "'a' == 'b'"),
    ("'run' in ('run', 'swim')", "literals-compared", "'run' in ('run', 'swim')"),
    ("count(nprs) > 0", "type-mismatch", "nprs"),
    ("sum(red, nprs) > 1", "type-mismatch", "red"),
    ("worst(nprs, if_none='none') < 3", "stray-text", "'none'"),
    ("worst(nprs, if_none=true) < 3", "type-mismatch", "true"),
    # units
    ("nprs + minutes > 3", "unit-mismatch", "nprs + minutes"),
    ("nprs < minutes", "unit-mismatch", "nprs < minutes"),
    ("min(nprs, minutes) > 3", "unit-mismatch", "min(nprs, minutes)"),
    ("mean(nprs, minutes) > 3", "unit-mismatch", "mean(nprs, minutes)"),
    ("sum(nprs, minutes) > 3", "unit-mismatch", "sum(nprs, minutes)"),
    ("weeks_since(surgery) > days_since(surgery)", "unit-mismatch", "weeks_since(surgery) > days_since(surgery)"),
    ("nprs / minutes > 3", "unit-mismatch", "nprs / minutes"),
    # decided already
    ("nprs < 11", "always-true", "nprs < 11"),
    ("nprs >= 0", "always-true", "nprs >= 0"),
    ("nprs > 10", "always-false", "nprs > 10"),
    ("nprs == 11", "always-false", "nprs == 11"),
    ("nprs != 11", "always-true", "nprs != 11"),
    ("nprs in (3, 11)", "always-false", "11"),
    ("ratio in (0, 1, 2, 3, 4, 5)", "always-true", "ratio in (0, 1, 2, 3, 4, 5)"),
    ("11 > nprs", "always-true", "11 > nprs"),
    ("1 < 2", "always-true", "1 < 2"),
    ("nprs + nprs < 21", "always-true", "nprs + nprs < 21"),
    ("count(red, numb) >= 3", "always-false", "count(red, numb) >= 3"),
    ("effusion >= 'none'", "always-true", "effusion >= 'none'"),
    ("effusion < 'none'", "always-false", "effusion < 'none'"),
    ("sport in ('run', 'swim')", "always-true", "sport in ('run', 'swim')"),
    ("sport not in ('run', 'swim')", "always-false", "sport not in ('run', 'swim')"),
    ("band(odi) <= 'severe'", "always-true", "band(odi) <= 'severe'"),
    # the grid
    ("nprs == 4.5", "off-grid", "4.5"),
    ("nprs != 4.5", "off-grid", "4.5"),
    ("nprs in (4, 4.5)", "off-grid", "4.5"),
    ("temperature == 37.25", "off-grid", "37.25"),
    ("mean(nprs, ratio) == 2", "equality", "mean(nprs, ratio) == 2"),
    ("nprs + 1 == 4", "equality", "nprs + 1 == 4"),
    ("nprs == ratio", "equality", "nprs == ratio"),
    ("nprs == limit", "equality", "nprs == limit"),
    ("nprs + 1 in (3, 4)", "equality", "nprs + 1"),
    # comparisons that say nothing
    ("nprs <= nprs", "self-comparison", "nprs <= nprs"),
    ("nprs + 1 < nprs + 1", "self-comparison", "nprs + 1 < nprs + 1"),
    ("effusion == effusion", "self-comparison", "effusion == effusion"),
    ("red == true", "boolean-compared", "red == true"),
    ("true != red", "boolean-compared", "true != red"),
    ("red == numb", "boolean-compared", "red == numb"),
    ("red < 3", "boolean-compared", "red < 3"),
    ("red in (1, 2)", "boolean-compared", "red in (1, 2)"),
    ("direction < 'flexion'", "unordered", "direction < 'flexion'"),
    ("direction == sport", "different-lists", "direction == sport"),
    ("effusion == direction", "different-lists", "effusion == direction"),
    ("sport in equipment", "different-lists", "sport in equipment"),
    # products and quotients
    ("nprs * ratio > 3", "unit-mismatch", "nprs * ratio"),
    ("reps * nprs > 3", "product-in-condition", "reps * nprs"),
    ("reps / nprs > 3", "zero-divisor", "nprs"),
    ("reps / (nprs - 3) > 3", "zero-divisor", "nprs - 3"),
    ("reps / 0 > 3", "zero-divisor", "0"),
    ("symmetry(lean) > 90", "zero-divisor", "lean"),
    # arguments of functions
    ("count() > 0", "argument-count", "count()"),
    ("abs(nprs, ratio) > 0", "argument-count", "abs(nprs, ratio)"),
    ("sessions_done(nprs) > 0", "argument-count", "sessions_done(nprs)"),
    ("count(red, last='7d') > 0", "unknown-option", "last='7d'"),
    ("worst(nprs, at_least=3) > 0", "unknown-option", "at_least=3"),
    ("adherence(of='odi') > 50", "unknown-option", "of='odi'"),
    ("mean(nprs, ratio, at_least=3) > 1", "at-least", "mean(nprs, ratio, at_least=3)"),
    ("mean(nprs, ratio, at_least=0) > 1", "whole-number", "0"),
    ("mean(nprs, ratio, at_least=1.5) > 1", "whole-number", "1.5"),
    ("mean(nprs, last='7d', at_least=2) > 1", "unknown-option", "at_least=2"),
    ("mean(nprs, ratio, last='7d') > 1", "argument-count", "mean(nprs, ratio, last='7d')"),
    ("mean(effusion, last='7d') > 1", "type-mismatch", "effusion"),
    ("round(nprs, ratio) > 1", "whole-number", "ratio"),
    ("known(3)", "not-a-name", "3"),
    ("known(surgery)", "not-a-measure", "surgery"),
    ("known(criterion.quiet)", "not-a-measure", "criterion.quiet"),
    ("known(quad)", "not-a-measure", "quad"),
    ("answered(nprs + 1) > 0", "not-a-name", "nprs + 1"),
    ("cleared(start)", "not-a-text", "start"),
    ("happened(nprs)", "not-an-event", "nprs"),
    ("days_since(nprs) > 3", "type-mismatch", "nprs"),
    ("hours_since(born) > 3", "not-an-instant", "born"),
    ("improvement(ratio) > 1", "no-direction", "ratio"),
    ("percent_improvement(effusion) > 1", "not-dated", "effusion"),
    ("worsening(i1 + 1) > 1", "not-a-name", "i1 + 1"),
    ("symmetry(nprs) > 90", "not-sided", "nprs"),
    ("band(nprs) == 'low'", "no-bands", "nprs"),
    ("worst(ratio) > 3", "no-direction", "ratio"),
    ("worst(direction) == 'flexion'", "unordered", "direction"),
    ("first(red)", "not-dated", "red"),
    ("last(quad) > 3", "not-dated", "quad"),
    # series and their windows
    ("streak(red) >= 2", "nothing-varies", "streak(red)"),
    ("times(criterion.quiet) >= 2", "nothing-varies", "times(criterion.quiet)"),
    ("streak(worst(session.pain) < 3) >= 2", "nested-series", "worst(session.pain)"),
    ("streak(criterion.week) >= 2", "nested-series", "criterion.week"),
    ("streak(session.pain < 3, of='effusion') >= 2", "session-in-visits", "session.pain"),
    ("worst(nprs, last='7 days') < 3", "duration", "'7 days'"),
    ("worst(nprs, last='0d') < 3", "duration", "'0d'"),
    ("worst(nprs, last=7) < 3", "duration", "7"),
    ("worst(nprs, ending='week') < 3", "duration", "'week'"),
    ("worst(nprs, since=nprs) < 3", "window", "nprs"),
    ("worst(nprs, since='surgery') < 3", "window", "'surgery'"),
    ("worst(nprs, before=operation) < 3", "window", "operation"),
    ("worst(nprs, since=trigger) < 3", "forbidden-name", "trigger"),
    ("worst(nprs, of=3) < 3", "window", "3"),
    ("worst(nprs, last='7d', since=stage) < 3", "window", "worst(nprs, last='7d', since=stage)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "words"), WRONG)
def test_what_is_wrong_is_found_when_loaded(text: str, code: str, words: str) -> None:
    problems = problems_of(SCOPE, text)
    assert [problem.code for problem in problems] == [code]
    start, end = problems[0].span
    assert text[start:end] == words


FINE = [
    "nprs < 10",
    "nprs <= 4.5",
    "4.5 > nprs",
    "temperature == 37.5",
    "temperature in (37.5, 38.0)",
    "effusion > left_effusion",
    "effusion > previous(effusion)",
    "direction in directions",
    "direction == 'flexion' or 'neutral' in directions",
    "nprs <= limit",
    "2 * nprs > 3",
    "reps * 2 > 3 and nprs / 2 > 1",
    "minutes / reps > 2",
    "100 * temperature / (temperature + 1) > 98",
    "count(red, numb) == 1",
    "worst(nprs) == 4",
    "answered(items) >= 2",
    "mean(items, at_least=2) > 1",
    "symmetry(quad) >= 90 and symmetry(hop) >= 90",
    "hours_since(surgery) >= 24 and months_since(surgery) >= 9",
    "weeks_since(born) >= 2",
    "streak(criterion.calm) >= 2",
    "streak(effusion >= 'one', of='effusion') >= 2",
    "times(session.alarm, last='7d') >= 1",
    "worst(session.alarm)",
    "last(effusion, before=surgery) == 'none'",
    "sessions_done(since=stage) >= 1 and adherence(last='14d') < 50",
    "mean(session.pain, last='7d') > mean(session.pain, last='7d', ending='7d', if_none=10)",
    "worst(effusion, if_none='none') == 'none'",
    "born < surgery",
]


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine(text: str) -> None:
    assert problems_of(SCOPE, text) == []


def test_a_score_may_multiply_measures_and_divide_by_what_can_be_zero() -> None:
    for text in ("reps * nprs", "reps / nprs", "reps / (nprs - 3)"):
        assert problems_of(SCOPE, text, "score") == []
    assert [problem.code for problem in problems_of(SCOPE, "reps / 0", "score")] == ["zero-divisor"]


def test_trigger_is_known_in_until_only() -> None:
    scope = with_trigger(SCOPE)
    assert problems_of(scope, "hours_since(trigger) >= 24 and sessions_done(since=trigger) >= 1") == []


def test_every_wrong_name_is_told_in_one_go_with_the_nearest() -> None:
    problems = problems_of(SCOPE, "nrps < 3 and minuts > 3 and (sport == 'rum' or kown(nprs))")
    assert [(problem.code, problem.help) for problem in problems] == [
        ("unknown-name", "did you mean `nprs`?"),
        ("unknown-name", "did you mean `minutes`?"),
        ("unknown-choice", "did you mean `run`?"),
        ("unknown-function", "did you mean `known`?"),
    ]


def test_the_nearest_name_is_found_by_its_last_word_too() -> None:
    (problem,) = problems_of(SCOPE, "pain < 3")
    assert problem.help == "did you mean `session.pain`?"


def test_the_error_carries_text_and_problems() -> None:
    with pytest.raises(ConditionProblems) as found:
        check("nrps < 3", SCOPE, expects="condition", polarity="free")
    assert found.value.text == "nrps < 3"
    assert found.value.exit_code == 1
    assert "nrps" in str(found.value)


def number(unit: str | None, low: int, high: int, decimals: int | None = 0) -> NumberType:
    return NumberType(unit, Fraction(low), Fraction(high), decimals)


@pytest.mark.parametrize(
    ("text", "type_", "code"),
    [
        ("nprs + 1", BooleanType(), "type-mismatch"),
        ("red", number(None, 0, 1), "type-mismatch"),
        ("effusion", ChoiceType(("a", "b")), "type-mismatch"),
        ("minutes", number("s", 0, 180), "unit-mismatch"),
        ("nprs * 2", number("{score}", 0, 10), "range"),
        ("nprs - 2", number("{score}", 0, 10), "range"),
        ("'high' if red else 'low'", ChoiceType(("low", "middle")), "unknown-choice"),
        ("1 if red else 'low'", ChoiceType(("low", "middle")), "type-mismatch"),
    ],
)
def test_a_score_gives_what_its_measure_declares(text: str, type_: NumberType, code: str) -> None:
    with pytest.raises(ConditionProblems) as found:
        SCOPE.score(text, type_)
    assert [problem.code for problem in found.value.problems] == [code]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("nprs * 2", number("{score}", 0, 20)),
        ("mean(items) * 20", number("%", 0, 100, 1)),
        ("min(nprs * 2, 10)", number("{score}", 0, 10)),
        ("'high' if red else 'low'", ChoiceType(("low", "high"))),
        ("nprs <= 3 or red", BooleanType()),
    ],
)
def test_scores_of_every_type(text: str, type_: NumberType) -> None:
    assert SCOPE.score(text, type_).text == text


@pytest.mark.parametrize(
    ("text", "low", "high", "decimals", "unit"),
    [
        ("reps + temperature * 2", 69, 134, 1, "Cel"),
        ("nprs - 2.25", "-2.25", "7.75", 2, "{score}"),
        ("-nprs", -10, 0, 0, "{score}"),
        ("0.5 * nprs", 0, 5, 1, "{score}"),
        ("nprs / 4", 0, "2.5", None, "{score}"),
        ("mean(nprs, 5)", "2.5", "7.5", None, "{score}"),
        ("min(nprs, 3)", 0, 3, 0, "{score}"),
        ("max(nprs, 3)", 3, 10, 0, "{score}"),
        ("abs(nprs - 4)", 0, 6, 0, "{score}"),
        ("round(nprs / 4, 1)", 0, "2.5", 1, "{score}"),
        ("sum(i1, i3, 2)", 2, 12, 0, None),
        ("count(red, numb)", 0, 2, 0, None),
        ("answered(items)", 0, 3, 0, None),
        ("improvement(nprs)", -10, 10, 0, "{score}"),
        ("symmetry(quad)", "0.25", 40000, None, "%"),
        ("adherence()", 0, 100, None, "%"),
        ("nprs / limit", 0, 2, None, None),
        ("1 if red else 2.5", 1, "2.5", 1, None),
        ("worst(nprs, if_none=12)", 0, 12, 0, "{score}"),
    ],
)
def test_ranges_grids_and_units_follow_through(
    text: str, low: int | str, high: int | str, decimals: int | None, unit: str | None
) -> None:
    assert SCOPE.score(text).type == NumberType(unit, Fraction(low), Fraction(high), decimals)
