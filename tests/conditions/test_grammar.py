"""Section 1: what the grammar reads, and what it names and refuses."""

from __future__ import annotations

import warnings

import pytest

from conditions.names import problems_of, shared_scope
from rehabflow.conditions.nodes import Compare, Constant, Logic

SCOPE = shared_scope()

WRONG = [
    # text, code, the words that the span covers
    ("red and nprs < 3 or numb", "mixed-and-or", "red and nprs < 3 or numb"),
    ("red or nprs < 3 and numb", "mixed-and-or", "red or nprs < 3 and numb"),
    ("(red or numb) and nprs < 3 or red", "mixed-and-or", "(red or numb) and nprs < 3 or red"),
    ("nprs < 3 > minutes", "chain-direction", "nprs < 3 > minutes"),
    ("nprs == 3 == minutes", "chain-direction", "nprs == 3 == minutes"),
    ("1 < nprs in (2, 3)", "chain-direction", "1 < nprs in (2, 3)"),
    ("1 < nprs != 5", "chain-direction", "1 < nprs != 5"),
    ("nprs < 1e3", "number-format", "1e3"),
    ("nprs < 0x1", "number-format", "0x1"),
    ("nprs < 1_0", "number-format", "1_0"),
    ("nprs < 5.", "number-format", "5."),
    ("nprs < .5", "number-format", ".5"),
    ("nprs < 5j", "number-format", "5j"),
    ("nprs < 5if red else 3", "number-format", "5"),
    ("red and True", "truth-word", "True"),
    ("red == None", "construct", "None"),
    ("sport == r'run'", "text-format", "r'run'"),
    ("sport == b'run'", "construct", "b'run'"),
    ("sport == 'r' 'un'", "text-format", "'r' 'un'"),
    ("sport == '''run'''", "text-format", "'''run'''"),
    ("sport == f'run'", "construct", "f'run'"),
    ("red if numb else nprs < 3", "if-in-condition", "red if numb else nprs < 3"),
    ("nprs ** 2 < 3", "operator", "nprs ** 2"),
    ("nprs // 2 < 3", "operator", "nprs // 2"),
    ("nprs % 2 < 3", "operator", "nprs % 2"),
    ("nprs | 2 < 3", "operator", "nprs | 2"),
    ("+nprs < 3", "operator", "+nprs"),
    ("~nprs < 3", "operator", "~nprs"),
    ("nprs is 3", "operator", "nprs is 3"),
    ("nprs is not 3", "operator", "nprs is not 3"),
    ("(nprs := 3) < 4", "construct", "nprs := 3"),
    ("lambda: red", "construct", "lambda: red"),
    ("[red]", "construct", "[red]"),
    ("{red}", "construct", "{red}"),
    ("{'a': red}", "construct", "{'a': red}"),
    ("sport in ['run']", "construct", "['run']"),
    ("[x for x in red]", "construct", "[x for x in red]"),
    ("count(x for x in red) > 1", "construct", "(x for x in red)"),
    ("items[0] < 3", "construct", "items[0]"),
    ("count(*items) > 1", "construct", "*items"),
    ("count(**items) > 1", "construct", "**items"),
    ("(red, numb)", "construct", "(red, numb)"),
    ("red, numb", "construct", "red, numb"),
    ("(session).pain < 3", "construct", "(session).pain"),
    ("count(red).x < 3", "construct", "count(red).x"),
    ("(count)(red) > 0", "construct", "count"),
    ("session.worst(red) > 0", "construct", "session.worst"),
    ("sport in ()", "empty-tuple", "()"),
    ("sport in ('run', direction)", "tuple-literal", "direction"),
    ("nprs in (1, 2 + 3)", "tuple-literal", "2 + 3"),
    ("worst(nprs, if_none=1 + 1) < 3", "option-value", "1 + 1"),
    ("nprs = 3", "condition-syntax", "="),
    ("nprs < 3)", "condition-syntax", ")"),
    ("red) or (numb", "condition-syntax", ")"),
    ("worst(last='7d', nprs) < 3", "condition-syntax", None),
    ("nprs <", "condition-syntax", ""),
    ("red red", "condition-syntax", None),
    ("nprs <> 3", "condition-syntax", None),
    ("nprs < 007", "condition-syntax", None),
    ("red; numb", "forbidden-character", ";"),
]


@pytest.mark.parametrize(("text", "code", "words"), WRONG)
def test_what_the_grammar_refuses_is_named_at_its_place(text: str, code: str, words: str | None) -> None:
    problems = problems_of(SCOPE, text)
    assert [problem.code for problem in problems] == [code]
    if words is not None:
        start, end = problems[0].span
        assert text[start:end] == words


FINE = [
    "red",
    "not not red",
    "true",
    "(red or numb) and nprs < 3",
    "red or (nprs < 3 and numb)",
    "red and numb and nprs < 3",
    "1 <= nprs <= 3",
    "5 > nprs > 2",
    "10.50 > temperature - 30",
    "-2 < nprs - 4",
    "sport in ('run',)",
    "nprs in (1, 2, 3,)",
    "nprs not in (1, 2)",
    "'mat' in equipment and 'ball' not in equipment",
    "nprs + 2 * 3 < 8",
    "-(nprs) < -3",
    "session . pain < 3",
    "count (red, numb) > 1",
    "worst(session.pain, last='7d', if_none=3) < 3",
]


@pytest.mark.parametrize("text", FINE)
def test_what_the_grammar_reads(text: str) -> None:
    assert problems_of(SCOPE, text) == []


def test_a_chain_means_and_and_each_pair_keeps_its_own_columns() -> None:
    text = "red or 1 <= nprs <= 3"
    tree = SCOPE.condition(text).tree
    assert isinstance(tree, Logic)
    chain = tree.parts[1]
    assert isinstance(chain, Logic)
    assert chain.sign == "and"
    assert [text[slice(*part.span)] for part in chain.parts] == ["1 <= nprs", "nprs <= 3"]


def test_numbers_are_taken_from_the_text_and_stay_exact() -> None:
    tree = SCOPE.condition("temperature < 37.1000000000000000001").tree
    assert isinstance(tree, Compare)
    assert isinstance(tree.right, Constant)
    assert str(tree.right.value) == "371000000000000000001/10000000000000000000"


def test_several_grammar_problems_are_told_in_one_go() -> None:
    problems = problems_of(SCOPE, "nprs ** 2 < 1e3 and [red]")
    assert [problem.code for problem in problems] == ["operator", "number-format", "construct"]


def test_parsing_is_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        problems_of(SCOPE, "1if red else 2")
        problems_of(SCOPE, "nprs is 3")


def test_if_stands_in_scores() -> None:
    assert problems_of(SCOPE, "5 - nprs if red else 0", "score") == []
    assert problems_of(SCOPE, "1 if red else 2 if numb else 3", "score") == []
