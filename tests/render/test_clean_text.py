"""Nothing reaches a screen unseen: hidden and reordering characters become visible; widths are those of a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehabflow.render.clean_text import cells, clean, padded, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("naïve Ω 5 °", "naïve Ω 5 °"),
        ("two\nlines\tand  blanks", "two lines and blanks"),
        ("stop\u202eexercise", "stop<U+202E>exercise"),
        ("a\u200bb", "a<U+200B>b"),
        ("a\u00adb", "a<U+00AD>b"),
        ("\x1b[2J gone", "<U+001B>[2J gone"),
        ("a\x00b", "a<U+0000>b"),
        ("a\u3164b", "a<U+3164>b"),
        ("a\u00a0b", "a b"),
        ("\U000e0041", "<U+E0041>"),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    for character in clean(text):
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0)])
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width
    assert cells(padded(text, 9)) == 9


@given(st.text(alphabet="ab日 ._/", max_size=60), st.integers(2, 30))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = wrap(clean(text), width)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")
    assert all(cells(line) <= width for line in lines)


def test_a_long_word_is_cut_at_its_joints() -> None:
    assert wrap("stage.stabilization.enter.walking", 22) == ["stage.stabilization.", "enter.walking"]
