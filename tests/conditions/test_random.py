"""Random conditions: every reading against the oracle, exactness, and forgetting."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conditions import suites
from conditions.names import problems_of
from conditions.random_cases import make_case

WORDS = [
    *("n1", "b1", "c1", "(", ")", "and", "or", "not", "in", "<", "<=", "==", "+", "-", "/", "*", ","),
    *("1", "2.5", "'lo'", "if", "else", "count(", "max(", "last=", "'7d'", "."),
]
RANDOMS = st.randoms(use_true_random=False)
PROPERTY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("seed", range(4))
def test_no_reading_makes_a_wrong_claim(seed: int) -> None:
    decided = suites.run(seed, 600)
    assert decided > 150, "too few cases are decided to tell anything"


@PROPERTY
@given(RANDOMS)
def test_the_reference_decides_exactly_when_the_completions_do(random: Random) -> None:
    case = make_case(random, suites.SCOPE)
    if case is not None:
        suites.assert_sound(case)
        suites.assert_exact(case)


@PROPERTY
@given(RANDOMS)
def test_series_never_claim_what_an_order_or_a_missing_answer_contradicts(random: Random) -> None:
    case = make_case(random, suites.SCOPE, series=True)
    if case is not None:
        suites.assert_sound(case)


@PROPERTY
@given(RANDOMS)
def test_a_score_holds_the_value_of_every_completion(random: Random) -> None:
    case = make_case(random, suites.SCOPE, is_score=True)
    if case is not None:
        suites.assert_covers(case)


@PROPERTY
@given(RANDOMS)
def test_the_compiled_and_the_traced_reading_agree_with_the_reference(random: Random) -> None:
    case = make_case(random, suites.SCOPE, series=random.random() < 0.3)
    if case is not None:
        suites.assert_readings_agree(case)


@PROPERTY
@given(RANDOMS)
def test_forgetting_only_turns_decided_into_unknown(random: Random) -> None:
    case = make_case(random, suites.SCOPE, series=random.random() < 0.3)
    if case is not None:
        suites.assert_monotone(case, random)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_and_nothing_else_happens(text: str) -> None:
    for problem in problems_of(suites.SCOPE, text):
        assert 0 <= problem.span[0] <= problem.span[1] <= max(len(text), 1)


@given(st.lists(st.sampled_from(WORDS), max_size=14))
@settings(max_examples=400, deadline=None)
def test_any_row_of_words_is_read_or_refused(words: list[str]) -> None:
    for expects in ("condition", "score"):
        problems_of(suites.SCOPE, " ".join(words), expects)
