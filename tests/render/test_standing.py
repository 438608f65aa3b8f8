"""Courses of numbers as bars or numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rehabflow.engine.standing import Course
from rehabflow.instants import Instant
from rehabflow.render.standing_text import course_text, sparkline


def course(*numbers: float) -> Course:
    return Course("x", tuple((Instant(day + 1), Fraction(str(number))) for day, number in enumerate(numbers)))


@pytest.mark.parametrize(
    ("numbers", "bars"),
    [
        ((0, 7), "▁█"),
        ((7, 0, 7), "█▁█"),
        ((3, 3), "▅▅"),
        ((0, 1, 2, 3, 4, 5, 6, 7), "▁▂▃▄▅▆▇█"),
        ((10, 9.5, 9), "█▅▁"),
    ],
)
def test_the_least_is_the_lowest_bar(numbers: tuple[float, ...], bars: str) -> None:
    assert sparkline([Fraction(str(number)) for number in numbers]) == bars


def test_without_bars_the_last_numbers_stand() -> None:
    assert course_text(course(9, 8, 7, 6.5, 5, 4.25), draws=False) == "7 6.5 5 4.25"
    assert course_text(course(9, 8), draws=True) == "█▁"


def test_one_number_is_no_course() -> None:
    assert course_text(course(9), draws=True) == ""
    assert course_text(None, draws=False) == ""
