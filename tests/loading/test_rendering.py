"""Problems as text and as JSON: the place is underlined whatever stands in the line."""

from __future__ import annotations

import json

import attrs
import pytest

from rehabflow.problems import Place, Problem
from rehabflow.render.clean_text import cells
from rehabflow.render.page import Screen
from rehabflow.render.problems import problem_json, problem_lines, problems_text

PLACE = Place("f.toml", ("gate", "x", "when"))


def lines(text: str, column: int, end_column: int, width: int = 80, line: int = 1) -> list[str]:
    problem = Problem("c", "m", PLACE, line=line, column=column, end_line=line, end_column=end_column)
    return problem_lines(problem, text, Screen(width=width))[1:]


def underlined(found: list[str]) -> str:
    """Return the part of the line above the carets; a mark without a column goes with what follows."""
    shown, carets = found
    start = cells(carets) - len(carets.lstrip(" |0123456789"))
    part, column = "", 0
    for character in shown:
        if start <= column < cells(carets):
            part += character
        column += cells(character)
    return part


@pytest.mark.parametrize(
    ("text", "column", "end", "expected"),
    [
        ("demand = 3", 10, 11, "3"),
        ("\tdemand\t= 3", 11, 12, "3"),
        ('title = "一二三四" # 五', 9, 15, '"一二三四"'),
        ('title = "é" # x', 13, 14, "#"),
        ("a = \x1b[2Jb", 5, 6, "<U+001B>"),
        ("a = '\u202e'", 5, 8, "'<U+202E>'"),
        ("a = e\u0301x", 7, 8, "\u0301x"),
    ],
)
def test_the_carets_stand_below_the_place(text: str, column: int, end: int, expected: str) -> None:
    assert underlined(lines(text, column, end)) == expected


def test_a_place_at_the_end_of_a_line_has_one_caret() -> None:
    assert lines("a =", 4, 4) == ["  1 | a =", "    |    ^"]
    assert lines("", 1, 1) == ["  1 |", "    | ^"]


@pytest.mark.parametrize("column", [1, 60, 250, 480, 500])
def test_a_long_line_is_cut_around_the_place(column: int) -> None:
    text = "".join(chr(ord("a") + number % 26) for number in range(500))
    found = lines(text, column, column + 1)
    assert underlined(found) == text[column - 1]
    assert all(cells(line) <= 80 for line in found)
    assert found[0].count("...") == 2 - (column < 20) - (column >= 480)


def test_a_place_longer_than_the_screen_is_underlined_as_far_as_it_shows() -> None:
    found = lines("x = " + "y" * 400, 5, 405)
    assert cells(found[1]) <= 80
    assert set(underlined(found)) == {"y"}


def test_a_place_over_several_lines_is_underlined_to_the_end_of_the_first() -> None:
    problem = Problem("c", "m", PLACE, line=1, column=5, end_line=3, end_column=4)
    assert problem_lines(problem, 'k = """a\nb\nc"""', Screen())[1:] == ['  1 | k = """a', "    |     ^^^^"]


def test_expected_and_help_follow_and_nothing_of_the_file_reaches_the_terminal_raw() -> None:
    problem = Problem("c", "bad \x1b[31m", PLACE, "a\nb", "do \u202e", "warning", line=2, column=1)
    problem = attrs.evolve(problem, end_line=2, end_column=2)
    text = problems_text([problem], {"f.toml": "x\n\x07y"}, Screen())
    assert text == (
        "f.toml:2:1: warning[c]: bad <U+001B>[31m\n  2 | <U+0007>y\n    | ^^^^^^^^\n"
        "  expected: a b\n  help: do <U+202E>\n"
    )


def test_without_a_line_or_a_text_only_the_words_are_shown() -> None:
    problem = Problem("c", "m", PLACE)
    assert problem_lines(problem, "x = 1", Screen()) == ["f.toml: error[c]: m"]
    assert problem_lines(attrs.evolve(problem, line=1, column=2), None, Screen()) == [
        "f.toml:1:2: error[c]: m"
    ]
    assert problem_lines(attrs.evolve(problem, line=9, column=2), "x", Screen()) == [
        "f.toml:9:2: error[c]: m"
    ]


def test_colour_adds_nothing_but_colour() -> None:
    problem = Problem("c", "m", PLACE, "e", "h", line=1, column=1, end_line=1, end_column=2)
    plain = problems_text([problem, problem], {"f.toml": "x = 1"}, Screen())
    coloured = problems_text([problem, problem], {"f.toml": "x = 1"}, Screen(colour=True))
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    without = coloured
    for code in ("1;31", "1", "2", "32", "33", "0"):
        without = without.replace(f"\x1b[{code}m", "")
    assert without == plain


def test_the_json_form_has_the_documented_keys() -> None:
    problem = Problem("c", "m", PLACE, "e", "h", line=1, column=2, end_line=3, end_column=4)
    found = json.loads(json.dumps(problem_json(problem)))
    assert found == {
        "code": "c",
        "severity": "error",
        "file": "f.toml",
        "address": "gate.x.when",
        "line": 1,
        "column": 2,
        "end_line": 3,
        "end_column": 4,
        "message": "m",
        "expected": "e",
        "help": "h",
    }
