"""Section 8: `known` and `cleared` may only stand where what is missing cannot free."""

from __future__ import annotations

import pytest

from conditions.names import shared_scope
from rehabflow.conditions.checked import Polarity, check
from rehabflow.conditions.faults import ConditionProblem, ConditionProblems

SCOPE = shared_scope()


def problems(text: str, polarity: Polarity, expects: str = "condition") -> list[ConditionProblem]:
    try:
        check(text, SCOPE, expects="condition" if expects == "condition" else "score", polarity=polarity)
    except ConditionProblems as found:
        return list(found.problems)
    return []


BOTH: list[tuple[str, bool, bool]] = [
    # text, fine where it permits, fine where it restricts
    ("nprs > 3", True, True),
    ("cleared('start')", True, False),
    ("not cleared('start')", False, True),
    ("not not cleared('start')", True, False),
    ("known(nprs) and nprs <= 2", True, False),
    ("known(nprs) and nprs > 5", True, False),
    ("not known(nprs) or nprs > 5", False, True),
    ("not (known(nprs) and nprs <= 5)", False, True),
    ("count(cleared('start'), cleared('loading'), red) >= 2", True, False),
    ("count(cleared('start'), cleared('loading'), red) < 2", False, True),
    ("2 > count(cleared('start'), cleared('loading'), red)", False, True),
    ("2 - count(cleared('start'), red) > 0", False, True),
    ("count(cleared('start'), red) == 1", False, False),
    ("count(cleared('start'), red) in (0, 1)", False, False),
    ("abs(count(cleared('start'), red) - 1) < 1", False, False),
    ("min(count(cleared('start')), 1) >= 1", True, False),
    ("criterion.agreed", True, False),
    ("not criterion.agreed", False, True),
    ("times(session.pain < 3 and cleared('start')) >= 2", True, False),
    ("times(session.pain < 3 and not cleared('start')) >= 2", False, True),
    ("happened(surgery)", True, True),
    ("not happened(surgery)", True, True),
    ("cleared('start') or not cleared('start')", False, False),
]


@pytest.mark.parametrize(("text", "permits", "restricts"), BOTH)
def test_known_and_cleared_stand_where_they_cannot_free(text: str, permits: bool, restricts: bool) -> None:
    for polarity, fine in (("permits", permits), ("restricts", restricts)):
        found = problems(text, polarity)  # type: ignore[arg-type]  # the two literals
        assert {problem.code for problem in found} == (set() if fine else {"polarity"})
    assert problems(text, "free") == []


def test_the_place_is_that_of_the_call_or_of_the_name_that_hides_it() -> None:
    text = "red and not cleared('start')"
    (problem,) = problems(text, "permits")
    assert text[slice(*problem.span)] == "cleared('start')"
    text = "red or criterion.agreed"
    (problem,) = problems(text, "restricts")
    assert text[slice(*problem.span)] == "criterion.agreed"


def test_a_test_of_if_is_neither() -> None:
    for polarity in ("permits", "restricts"):
        (problem,) = problems("1 if cleared('start') else 0", polarity, "score")
        assert problem.code == "polarity"


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("session.pain > 3", False),
        ("criterion.calm", False),
        ("times(session.alarm) >= 1", True),
        ("worst(session.pain) > 3", True),
        ("streak(criterion.calm) >= 1", True),
        ("nprs > 3", True),
    ],
)
def test_a_plain_session_answer_is_refused_where_the_place_says_so(text: str, fine: bool) -> None:
    check(text, SCOPE, expects="condition", polarity="free")
    if fine:
        check(text, SCOPE, expects="condition", polarity="free", plain_session=False)
        return
    with pytest.raises(ConditionProblems) as found:
        check(text, SCOPE, expects="condition", polarity="free", plain_session=False)
    assert [problem.code for problem in found.value.problems] == ["plain-session"]
