"""Why an exercise lost, in words, on selections small enough to see through."""

from __future__ import annotations

import attrs

from rehabflow.engine.selection import (
    Candidate,
    Exercise,
    Explainer,
    Finding,
    SelectionProblem,
    Slot,
    Term,
    select,
)
from rehabflow.render.why_not_text import Names, points, why_not_document, why_not_text

NAMES = Names(
    {"dog": "Bird dog", "bridge": "Bridge", "plank": "Plank"}, {"control": "Control", "load": "Load"}
)
PROBLEM = SelectionProblem(
    slots=(Slot("control", 1, 1),),
    exercises=(Exercise("dog", 4), Exercise("bridge", 3), Exercise("plank", 30)),
    candidates=(
        Candidate("dog", "control", (Term("liked", 24),)),
        Candidate("bridge", "control", (Term("liked", 10),)),
        Candidate("plank", "control", (Term("liked", 30),)),
    ),
    findings=(),
    finding_weight=1,
    minutes_limit=10,
    exercises_limit=1,
)


def told(problem: SelectionProblem, exercise: str) -> str:
    return why_not_text(Explainer(problem, select(problem)).why_not(exercise), NAMES)


def test_outscored_tells_the_margin_and_the_terms() -> None:
    assert (
        told(PROBLEM, "bridge")
        == "it lost by 3.5 points; it would take the place of Bird dog (liked 6 against 2.5)"
    )


def test_too_long_tells_that_no_plan_holds_it() -> None:
    assert told(PROBLEM, "plank") == "no plan holds it, unless the minutes of a session gave way"


def test_a_little_more_time_or_room_is_told() -> None:
    two = attrs.evolve(PROBLEM, slots=(Slot("control", 1, 2),), exercises_limit=2, minutes_limit=5)
    assert told(two, "bridge") == "with 3 more minutes it would be chosen"
    room = attrs.evolve(PROBLEM, slots=(Slot("control", 1, 2),))
    assert told(room, "bridge") == "with one more exercise in the session it would be chosen"


def test_a_gap_names_the_finding_that_would_be_left() -> None:
    serious = attrs.evolve(
        PROBLEM,
        exercises=(
            Exercise("dog", 4, findings=frozenset({"weak_legs"})),
            Exercise("bridge", 3),
            Exercise("plank", 30),
        ),
        findings=(Finding("weak_legs", 3),),
    )
    assert told(serious, "bridge") == "the finding weak legs would have no exercise"


def test_the_document_has_the_margin_in_points() -> None:
    why = Explainer(PROBLEM, select(PROBLEM)).why_not("bridge")
    document = why_not_document(why, NAMES)
    assert (document["kind"], document["margin"]) == ("outscored", [3.5, 3.5])
    assert document["text"] == why_not_text(why, NAMES)


def test_points() -> None:
    assert [points(quarters) for quarters in (0, 1, 4, 9, 400)] == [
        "0 points", "0.25 points", "1 point", "2.25 points", "100 points",
    ]  # fmt: skip
