"""Section 1: bounds on the text, each with the column of the offending character."""

from __future__ import annotations

import pytest

from conditions.names import problems_of, shared_scope
from rehabflow.conditions.bounds import check_bounds
from rehabflow.conditions.checked import check
from rehabflow.conditions.faults import ConditionProblems

SCOPE = shared_scope()


def found(text: str) -> list[tuple[str, tuple[int, int]]]:
    return [(problem.code, problem.span) for problem in problems_of(SCOPE, text)]


def test_two_thousand_characters_are_read_and_one_more_is_not() -> None:
    text = "red" + " " * 1997
    assert found(text) == []
    assert found(text + " ") == [("condition-too-long", (2000, 2001))]


def test_forty_brackets_are_read_and_one_more_is_not() -> None:
    assert found("(" * 40 + "red" + ")" * 40) == []
    assert found("(" * 41 + "red" + ")" * 41) == [("too-deep", (40, 41))]


def test_brackets_inside_a_text_do_not_count() -> None:
    assert check_bounds("sport == '" + "(" * 60 + "'") == []


@pytest.mark.parametrize("word", ["-", "not ", "1 if red else "])
def test_a_hundred_and_twenty_prefixes_are_counted_together(word: str) -> None:
    text = "not " * 60 + "-" * 60
    assert check_bounds(text) == []
    more = check_bounds(text + word)
    assert [problem.code for problem in more] == ["too-many-prefixes"]
    assert more[0].span[0] == 300 + (9 if "else" in word else 0)


def test_words_that_only_begin_like_not_are_no_prefixes() -> None:
    assert check_bounds("nothing " * 121) == []


@pytest.mark.parametrize("character", ["\r", "\x00", "\x0b", "\x0c", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_refused(character: str) -> None:
    problems = problems_of(SCOPE, f"red {character}")
    assert ("control-character", (4, 5)) in [(problem.code, problem.span) for problem in problems]


def test_newlines_and_tabs_are_blanks_and_columns_never_move() -> None:
    assert found("\n\tred\n\tand nprs < 3\n") == []
    assert found("\n\n  nope\n\tand red") == [("unknown-name", (4, 8))]
    assert found("red and\n    nope") == [("unknown-name", (12, 16))]


@pytest.mark.parametrize("character", list("#\\;@$`"))
def test_characters_with_other_meanings_are_refused_everywhere(character: str) -> None:
    assert found(f"red {character}") == [("forbidden-character", (4, 5))]
    assert found(f"sport == 'a{character}'") == [("forbidden-character", (11, 12))]


@pytest.mark.parametrize("text", ["nprѕ < 3", "ｎprs < 3", "nprs ≤ 3", "nprs < ３", "\ufeffred"])
def test_only_ascii_stands_outside_texts(text: str) -> None:
    problems = problems_of(SCOPE, text)
    assert [problem.code for problem in problems] == ["not-ascii"]
    assert not text[problems[0].span[0]].isascii()


def test_inside_texts_other_letters_stand_and_columns_count_characters() -> None:
    assert found("sport == 'žluťoučký' or nope") == [("unknown-choice", (9, 20)), ("unknown-name", (24, 28))]


@pytest.mark.parametrize(
    ("text", "span"), [("sport == 'run", (9, 13)), ("sport == 'run\n'", (9, 13)), ("'", (0, 1))]
)
def test_a_text_closes_on_its_line(text: str, span: tuple[int, int]) -> None:
    assert ("text-unclosed", span) in found(text)


def test_texts_stand_in_single_quotes() -> None:
    assert found('sport == "run"') == [("double-quote", (9, 10)), ("double-quote", (13, 14))]


def test_bounds_are_reported_together_and_before_the_grammar() -> None:
    assert [code for code, _ in found("nprs <; $ (")] == ["forbidden-character", "forbidden-character"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_text_is_no_condition(text: str) -> None:
    assert [code for code, _ in found(text)] == ["empty-condition"]


def test_parts_depth_and_arguments_are_bounded() -> None:
    many = "count(" + ", ".join(["red"] * 60) + ") >= 3"
    assert found(many) == []
    assert found("count(" + ", ".join(["red"] * 61) + ") >= 3") == [("too-many-arguments", (0, 310))]
    deep = "not " * 39 + "red"
    assert found(deep) == []
    assert [code for code, _ in found("not " * 40 + "red")] == ["too-deep"]
    wide = " or ".join(["nprs<3"] * 200)
    assert [code for code, _ in found(wide)] == ["too-many-nodes"]


def test_long_chains_of_signs_and_dots_never_crash() -> None:
    for text in ("1" + "+1" * 900, "a" + ".a" * 900, "-" * 119 + "1 < 2", "(" * 40):
        with pytest.raises(ConditionProblems):
            check(text, SCOPE, expects="condition", polarity="free")


def test_every_problem_has_a_place_inside_the_text() -> None:
    for text in ("nprs <", "(", "red and", "nprs < 3 3", "   nprs <", "1e999999 < nprs", "'x' 'y' == sport"):
        for problem in problems_of(SCOPE, text):
            start, end = problem.span
            assert 0 <= start <= end <= len(text), (text, problem)
