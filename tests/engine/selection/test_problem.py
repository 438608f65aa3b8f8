"""A problem that contradicts itself is refused, with the id that is wrong."""

from __future__ import annotations

import doctest
from fractions import Fraction
from typing import Any

import pytest

import rehabflow.engine.selection
from rehabflow.engine.selection import (
    AtMost,
    Candidate,
    DayType,
    Excluded,
    Exercise,
    Finding,
    Pin,
    SelectionProblem,
    Slot,
    Together,
    quarter_points,
)

GOOD: dict[str, Any] = {  # Any: fields of many types
    "slots": (Slot("s", 0, 1),),
    "exercises": (Exercise("a", 5),),
    "candidates": (Candidate("a", "s"),),
    "minutes_limit": 20,
    "exercises_limit": 5,
}
NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slots": (Slot("s", 0, 1), Slot("s", 0, 1))}, "slot 's' is given twice"),
        ({"exercises": (Exercise("a", 5), Exercise("a", 6))}, "exercise 'a' is given twice"),
        ({"candidates": (Candidate("a", "s"),) * 2}, "candidate .* is given twice"),
        ({"pins": (Pin("a", 1), Pin("a", 2))}, "pin 'a' is given twice"),
        ({"pins": (Pin("a", 1), Pin("b", 1))}, "pin order 1 is given twice"),
        ({"together": (Together("r", NONE, NONE),), "at_most": (AtMost("r", 1, NONE),)}, "rule 'r'"),
        ({"candidates": (Candidate("b", "s"),)}, "exercise 'b', which is not given"),
        ({"candidates": (Candidate("a", "t"),)}, "slot 't', not given"),
        ({"exercises": (Exercise("a", 5, findings=frozenset("f")),)}, r"addresses \['f'\]"),
        ({"excluded": (Excluded("a"),)}, "'a' is excluded and a candidate"),
        ({"day_types": (DayType("A", ()),)}, r"slots \['s'\] are on no type of day"),
        ({"slots": (Slot("s", 2, 1),)}, "takes 2 to 1"),
        ({"exercises": (Exercise("a", -1),)}, "takes -1 minutes"),
        ({"findings": (Finding("f", 4),)}, "severity 4"),
        ({"at_most": (AtMost("r", -1, NONE),)}, "rule 'r' allows -1"),
        ({"finding_weight": 11}, "finding_weight is 11"),
        ({"minutes_limit": -1}, "below zero"),
        ({"new_at_most": -1}, "below zero"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, object], message: str) -> None:
    SelectionProblem(**GOOD)
    with pytest.raises(ValueError, match=message):
        SelectionProblem(**(GOOD | changes))


@pytest.mark.parametrize(
    ("weight", "value", "points"),
    [(1, "1", 4), (3, "1/8", 3), (3, "1/9", 0), (2, "-1/8", 0), (2, "-1/7", -2), (10, "-10", -400)],
)
def test_a_value_is_rounded_half_up_to_quarters_before_it_is_weighed(
    weight: int, value: str, points: int
) -> None:
    assert quarter_points(weight, Fraction(value)) == points


def test_the_example_of_the_package_runs() -> None:
    result = doctest.testmod(rehabflow.engine.selection)
    assert (result.failed, result.attempted > 0) == (0, True)
