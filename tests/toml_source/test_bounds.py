"""What is refused before it is parsed, quickly and with its place."""

from __future__ import annotations

import time
import tomllib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabflow.problems import FileProblems, Problem
from rehabflow.toml_source import read_source
from rehabflow.toml_source.scan import MAX_BYTES


def refused(content: str | bytes) -> Problem:
    with pytest.raises(FileProblems) as caught:
        read_source(content, "x.toml")
    return caught.value.problems[0]


HOSTILE = {
    "5,000 nested lists": ("a = " + "[" * 5_000 + "]" * 5_000, "too-deep"),
    "5,000 nested tables": ("a = " + "{a=" * 5_000, "too-deep"),
    "a million brackets": ("[" * 1_000_000, "too-deep"),
    "a key of 20,000 parts": (".".join(["a"] * 20_000) + " = 1", "key-too-deep"),
    "a quoted key of 20,000 parts": (".".join(['"a"'] * 20_000) + " = 1", "key-too-deep"),
    "a header of 20,000 parts": ("[" + ".".join(["a"] * 20_000) + "]", "key-too-deep"),
    "an integer of 5,000 digits": ("a = " + "7" * 5_000, "number-too-long"),
    "an integer of a million digits": ("a = " + "7" * 1_000_000, "number-too-long"),
    "a million backslashes": ('a = "' + "\\" * 1_000_000, "not-closed"),
    "a million quotes": ('a = "' + '"' * 1_000_000, "not-closed"),
    "a list of half a million that never ends": ("a = [" + "1," * 500_000, "not-closed"),
    "a million blanks": ("a" + " " * 1_000_000 + "=", "toml-syntax"),
    "300,000 line ends in a list": ("a = [" + "\n" * 300_000, "not-closed"),
    "above a megabyte": ("#" * (MAX_BYTES + 1), "file-too-large"),
    "an exponent that would fill the memory": ("a = 1e999999999", "number-too-long"),
    "100,000 words without quotes": ("a = b\n" * 100_000, "missing-quotes"),
    "100,000 hidden characters": ("#" + "\x00" * 100_000, "hidden-character"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_a_second(name: str) -> None:
    text, code = HOSTILE[name]
    begin = time.perf_counter()
    problem = refused(text)
    assert time.perf_counter() - begin < 1
    assert problem.code == code
    assert problem.line >= 1
    assert problem.column >= 1


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b'a = 1\nb = "\xff"', "not-utf8", 2, 6),
        ("é = 1\nb = '".encode() + b"\xff", "not-utf8", 2, 6),
        ("\ufeffa = 1", "byte-order-mark", 1, 1),
        ("a = 1".encode("utf-16"), "not-utf8", 1, 1),
        ('a = "\ud800"', "not-utf8", 1, 6),
        ('a = "x\x00"', "hidden-character", 1, 7),
        ("a = 1 # \u202e", "hidden-character", 1, 9),
        ("a = 1\rb = 2", "hidden-character", 1, 6),
        ("a = nan", "not-a-number", 1, 5),
        ("a = [1, +inf]", "not-a-number", 1, 9),
        ("a = { b = -nan }", "not-a-number", 1, 11),
        ("a = 1234567890123456789", "number-too-long", 1, 5),
        ("a = 0.1234567890123456789012345678901", "number-too-long", 1, 5),
        ("a = 1e31", "number-too-long", 1, 5),
    ],
)
def test_each_bound_has_its_place(content: str | bytes, code: str, line: int, column: int) -> None:
    problem = refused(content)
    assert (problem.code, problem.line, problem.column) == (code, line, column)


@pytest.mark.parametrize(
    "text",
    [
        "a = 123456789012345678",
        "a = -0.000000000000000000000000001",
        "a = 1e30",
        "a = " + "[" * 40 + "]" * 40,
        "[" + ".".join("a" * 20) + "]\nb = 1",
        "a = 0xFFFF_FFFF",
        "a = 2026-02-28T15:00:00.123456+01:00",
        "a = 'nan'\ninf = 1\nnan.inf = 2",
        '"" = 1\n\'[\' = "]"\nb = "#{"',
        'a = """x""""\nb = """"x"""',
        "a = [\n  1, # [\n  2,\n]\n",
        "a = { b = [1, 2], c = { d = '}' } }",
    ],
)
def test_what_is_just_inside_the_bounds_is_read_like_tomllib_reads_it(text: str) -> None:
    assert read_source(text, "x.toml").values == tomllib.loads(text, parse_float=Decimal)


def test_line_ends_of_any_system_are_read_alike() -> None:
    text = 'a = 1\nb = """x\ny"""\n'
    assert read_source(text.replace("\n", "\r\n"), "x.toml") == read_source(text, "x.toml")


def test_numbers_with_a_point_are_exact() -> None:
    assert read_source("a = 0.1", "x.toml").values == {"a": Decimal("0.1")}


def test_every_word_without_quotes_is_told_in_one_go() -> None:
    with pytest.raises(FileProblems) as caught:
        read_source("a = yes\nb = low\nc = [x, 5w]\n", "x.toml")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3, 3]


WORDS = ("a", "b.c", "=", "1", "true", "'y'", '"x"', '"""', "'''", "2026-01-01", "nan", "7d", "é")
MARKS = ("[", "]", "{", "}", ",", "#", "[[", "\\", "\n", "\t", " ")
PIECES = st.sampled_from([*WORDS, *MARKS])


OUR_BOUNDS = {
    "too-deep",
    "key-too-deep",
    "number-too-long",
    "not-a-number",
    "hidden-character",
    "byte-order-mark",
}


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        source = read_source(text, "x.toml")
    except FileProblems as refusal:
        if not {problem.code for problem in refusal.problems} & OUR_BOUNDS:
            with pytest.raises(ValueError):  # noqa: PT011 - whatever tomllib says
                tomllib.loads(text)
        lines = text.replace("\r\n", "\n").split("\n")
        for problem in refusal.problems:
            assert 1 <= problem.line <= len(lines)
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    else:
        assert source.values == tomllib.loads(text, parse_float=Decimal)
