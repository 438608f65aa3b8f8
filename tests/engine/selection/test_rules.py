"""Each constraint by itself, on a problem small enough to see."""

from __future__ import annotations

from typing import Any

import attrs

from rehabflow.engine.selection import (
    AtMost,
    Candidate,
    DayType,
    DroppedPin,
    Excluded,
    Exercise,
    Finding,
    NewException,
    Pin,
    Selection,
    SelectionProblem,
    Slot,
    Term,
    Together,
    UnaddressedFinding,
    UnfilledPlace,
    select,
)


def problem_of(points: dict[tuple[str, str], int], **changes: Any) -> SelectionProblem:  # noqa: ANN401 - any field
    """Candidates (exercise, slot) with points; exercises of 5 minutes, slots of none to three."""
    exercises = changes.pop("exercises", None) or [Exercise(one, 5) for one, _ in dict.fromkeys(points)]
    fields: dict[str, Any] = {  # Any: fields of many types
        "slots": tuple(Slot(slot, 0, 3) for slot in sorted({slot for _, slot in points})),
        "exercises": tuple({one.id: one for one in exercises}.values()),
        "candidates": tuple(Candidate(*pair, (Term("liked", n),)) for pair, n in points.items()),
        "minutes_limit": 60,
        "exercises_limit": 10,
    }
    return SelectionProblem(**(fields | changes))


def plan(selection: Selection) -> list[tuple[str, str]]:
    assert selection.exact
    return sorted((one.exercise, one.slot) for one in selection.chosen)


def ids(selection: Selection) -> list[str]:
    return [one for one, _ in plan(selection)]


def test_c1_an_exercise_fills_one_place_the_one_worth_more() -> None:
    assert plan(select(problem_of({("a", "s"): 4, ("a", "t"): 8}))) == [("a", "t")]


def test_c2_a_slot_takes_its_upper_number_at_most() -> None:
    problem = problem_of({("a", "s"): 4, ("b", "s"): 8, ("c", "s"): 12})
    assert ids(select(attrs.evolve(problem, slots=(Slot("s", 0, 2),)))) == ["b", "c"]


def test_c3_minutes_of_the_session_are_kept() -> None:
    problem = problem_of({("a", "s"): 4, ("b", "s"): 8, ("c", "s"): 12})
    assert ids(select(attrs.evolve(problem, minutes_limit=10))) == ["b", "c"]
    assert ids(select(attrs.evolve(problem, minutes_limit=9))) == ["c"]


def test_c3_and_c4_do_not_count_what_is_outside_the_session() -> None:
    problem = problem_of({("a", "s"): 4, ("walk", "t"): 8}, minutes_limit=5, exercises_limit=1)
    slots = (Slot("s", 0, 3), Slot("t", 0, 1, outside_session=True))
    assert ids(select(problem)) == ["walk"]
    selection = select(attrs.evolve(problem, slots=slots))
    assert ids(selection) == ["a", "walk"]
    assert selection.objective.minutes == 5


def test_c4_the_number_of_exercises_is_kept() -> None:
    problem = problem_of({("a", "s"): 4, ("b", "t"): 8, ("c", "u"): 12}, exercises_limit=2)
    assert ids(select(problem)) == ["b", "c"]


def test_c5_one_rung_of_each_ladder() -> None:
    rungs = [Exercise(one, 5, ladders=frozenset({"bridge"})) for one in ("a", "b")] + [Exercise("c", 5)]
    problem = problem_of({("a", "s"): 4, ("b", "t"): 8, ("c", "s"): 2}, exercises=rungs)
    assert ids(select(problem)) == ["b", "c"]


def test_c6_at_most_so_many_of_those_that_meet_a_condition() -> None:
    points = {("a", "s"): 4, ("b", "t"): 8, ("c", "u"): 12, ("d", "u"): 2}
    rule = AtMost("demanding", 2, frozenset("abc"))
    assert ids(select(problem_of(points, at_most=(rule,)))) == ["b", "c", "d"]
    assert ids(select(problem_of(points, at_most=(attrs.evolve(rule, count=1),)))) == ["c", "d"]
    assert ids(select(problem_of(points, at_most=(attrs.evolve(rule, count=0),)))) == ["d"]


def test_c7_the_one_brings_its_partner_or_stays_away() -> None:
    rule = Together("length", frozenset({"squat"}), frozenset({"stretch", "fold"}))
    worthy = problem_of({("squat", "s"): 12, ("stretch", "t"): -4, ("fold", "t"): -8}, together=(rule,))
    assert ids(select(worthy)) == ["squat", "stretch"]
    costly = problem_of({("squat", "s"): 3, ("stretch", "t"): -4}, together=(rule,))
    assert ids(select(costly)) == []


def test_c7_the_partner_is_on_every_type_of_day_of_the_one() -> None:
    rule = Together("length", frozenset({"squat"}), frozenset({"stretch", "fold"}))
    points = {("squat", "s"): 20, ("stretch", "t"): -4, ("fold", "u"): -4}
    problem = problem_of(points, together=(rule,))
    together = (DayType("A", ("s", "t")), DayType("B", ("u",)))
    assert ids(select(attrs.evolve(problem, day_types=together))) == ["squat", "stretch"]
    apart = (DayType("A", ("s",)), DayType("B", ("t", "u")))
    assert ids(select(attrs.evolve(problem, day_types=apart))) == []
    both = (DayType("A", ("s", "t")), DayType("B", ("s", "u")))
    assert ids(select(attrs.evolve(problem, day_types=both))) == ["fold", "squat", "stretch"]


def test_c7_who_is_a_partner_itself_needs_no_other() -> None:
    rule = Together("local", frozenset({"a"}), frozenset({"a", "b"}))
    assert ids(select(problem_of({("a", "s"): 4, ("b", "s"): -4}, together=(rule,)))) == ["a"]


def test_c7_no_partner_left_is_told_along_the_whole_chain() -> None:
    rules = (
        Together("r1", frozenset({"a"}), frozenset({"b"})),
        Together("r2", frozenset({"b"}), frozenset({"excluded"})),
    )
    selection = select(problem_of({("a", "s"): 4, ("b", "s"): 4, ("c", "s"): 4}, together=rules))
    assert ids(selection) == ["c"]
    assert selection.unpartnered == (("a", "r1"), ("b", "r2"))


def current(*names: str, new: str = "") -> list[Exercise]:
    return [Exercise(one, 5, is_current=one not in new) for one in names]


def test_c9_no_more_new_ones_than_allowed() -> None:
    points = {("a", "s"): 4, ("b", "s"): 8, ("c", "t"): 12, ("d", "t"): 1}
    problem = problem_of(points, exercises=current("a", "b", "c", "d", new="abc"), new_at_most=2)
    selection = select(problem)
    assert ids(selection) == ["b", "c", "d"]
    assert selection.new_exceptions == ()
    assert ids(select(attrs.evolve(problem, new_at_most=None))) == ["a", "b", "c", "d"]


def test_c9_a_must_of_c7_may_exceed_it() -> None:
    rule = Together("length", frozenset({"squat"}), frozenset({"stretch"}))
    points = {("squat", "s"): 12, ("stretch", "t"): -4, ("b", "t"): 8}
    problem = problem_of(
        points, exercises=current("squat", "stretch", "b", new="stretch"), together=(rule,), new_at_most=0
    )
    selection = select(problem)
    assert ids(selection) == ["b", "squat", "stretch"]
    assert selection.new_exceptions == (NewException("stretch", "together", ("length",)),)
    assert ids(select(attrs.evolve(problem, together=()))) == ["b", "squat"]


def test_c9_the_replacement_of_an_excluded_exercise_may_exceed_it() -> None:
    points = {("a", "s"): 4, ("b", "s"): 8, ("c", "t"): 12}
    problem = problem_of(points, exercises=current("a", "b", "c", new="abc"), new_at_most=0)
    assert ids(select(problem)) == []
    gone = Excluded("deadlift", current_slot="s")
    selection = select(attrs.evolve(problem, excluded=(gone,)))
    assert ids(selection) == ["b"]
    assert selection.new_exceptions == (NewException("b", "replacement", ("deadlift",)),)


def test_minutes_and_number_hold_for_each_type_of_day() -> None:
    points = {("a", "s"): 4, ("b", "t"): 8, ("c", "u"): 12}
    days = (DayType("A", ("s", "t")), DayType("B", ("s", "u")))
    problem = problem_of(points, day_types=days)
    assert ids(select(attrs.evolve(problem, exercises_limit=1))) == ["b", "c"]
    selection = select(attrs.evolve(problem, minutes_limit=10))
    assert ids(selection) == ["a", "b", "c"]
    assert selection.objective.minutes == 20
    assert ids(select(attrs.evolve(problem, minutes_limit=9))) == ["b", "c"]


def test_serious_findings_come_before_required_places_and_these_before_points() -> None:
    exercises = [Exercise("a", 5, findings=frozenset({"f"})), Exercise("b", 5), Exercise("c", 5)]
    problem = problem_of(
        {("a", "s"): -40, ("b", "t"): -20, ("c", "s"): 400},
        exercises=exercises,
        findings=(Finding("f", 3),),
        slots=(Slot("s", 0, 1), Slot("t", 1, 1)),
    )
    assert ids(select(problem)) == ["a", "b"]
    assert ids(select(attrs.evolve(problem, exercises_limit=1))) == ["a"]
    assert ids(select(attrs.evolve(problem, exercises_limit=1, findings=(Finding("f", 2),)))) == ["b"]


def test_each_further_exercise_for_a_finding_counts_half_then_a_quarter_then_nothing() -> None:
    exercises = [Exercise(one, 5, findings=frozenset({"f"})) for one in "abcd"]
    points = {(one, "s"): 0 for one in "abcd"}
    problem = problem_of(points, exercises=exercises, findings=(Finding("f", 2),), finding_weight=3)
    totals = [0, 24, 36, 42, 42]
    for upper in (1, 2, 3):
        selection = select(attrs.evolve(problem, slots=(Slot("s", 0, upper),)))
        assert selection.objective.score == totals[upper]
    forced = attrs.evolve(problem, slots=(Slot("s", 4, 4),))
    assert select(forced).objective.score == totals[4]


def test_equal_points_fall_to_fewer_minutes_then_to_the_first_id() -> None:
    exercises = [Exercise("a", 5), Exercise("b", 4), Exercise("c", 4)]
    points = {("a", "s"): 4, ("b", "s"): 4, ("c", "s"): 4}
    assert ids(select(problem_of(points, exercises=exercises, slots=(Slot("s", 0, 1),)))) == ["b"]


def test_the_slot_that_comes_first_in_the_order_decides_a_tie() -> None:
    points = {("a", "s"): 4, ("b", "t"): 4}
    problem = problem_of(points, exercises_limit=1)
    assert ids(select(problem)) == ["a"]
    assert ids(select(attrs.evolve(problem, slot_order=("t", "s")))) == ["b"]


def test_a_zero_point_exercise_without_minutes_is_included_by_canonical_order() -> None:
    assert ids(select(problem_of({("a", "s"): 0}, exercises=[Exercise("a", 0)]))) == ["a"]
    assert ids(select(problem_of({("a", "s"): 0}, exercises=[Exercise("a", 1)]))) == []


def test_a_pin_forces_an_exercise_in() -> None:
    problem = problem_of({("a", "s"): -40, ("b", "s"): 8}, slots=(Slot("s", 0, 1),))
    selection = select(attrs.evolve(problem, pins=(Pin("a", 1),)))
    assert ids(selection) == ["a"]
    assert selection.pins == ("a",)


def test_pins_that_cannot_hold_together_lose_the_last_made() -> None:
    problem = problem_of(
        {("a", "s"): 1, ("b", "s"): 8, ("c", "t"): -4}, slots=(Slot("s", 0, 1), Slot("t", 0, 1))
    )
    pins = (Pin("b", 2), Pin("c", 3), Pin("a", 1))
    selection = select(attrs.evolve(problem, pins=pins))
    assert ids(selection) == ["a", "c"]
    assert selection.pins == ("a", "c")
    assert selection.dropped_pins == (DroppedPin("b", "against_pins", ("a",)),)


def test_exclusion_is_stronger_than_a_pin() -> None:
    problem = problem_of({("a", "s"): 4}, pins=(Pin("b", 1),), excluded=(Excluded("b", ("unsafe",)),))
    selection = select(problem)
    assert ids(selection) == ["a"]
    assert selection.dropped_pins == (DroppedPin("b", "not_a_candidate"),)


def test_a_pin_that_no_plan_holds_is_dropped_and_told() -> None:
    problem = problem_of({("a", "s"): 4}, pins=(Pin("a", 1),), minutes_limit=4)
    assert select(problem).dropped_pins == (DroppedPin("a", "cannot_be_placed"),)


def test_a_pinned_one_that_needs_a_partner_brings_it() -> None:
    rule = Together("length", frozenset({"squat"}), frozenset({"stretch"}))
    problem = problem_of(
        {("squat", "s"): -4, ("stretch", "t"): -4}, together=(rule,), pins=(Pin("squat", 1),)
    )
    assert ids(select(problem)) == ["squat", "stretch"]


def test_places_and_findings_left_open_are_told_with_the_reason() -> None:
    exercises = [
        Exercise("a", 5, findings=frozenset({"f"})),
        Exercise("b", 5, findings=frozenset({"g"})),
        Exercise("c", 5, findings=frozenset({"h"})),
    ]
    problem = problem_of(
        {("a", "s"): 4, ("b", "t"): 4, ("c", "t"): -9},
        exercises=exercises,
        findings=(Finding("f", 3), Finding("g", 3), Finding("h", 1), Finding("i", 1)),
        slots=(Slot("s", 2, 2), Slot("t", 1, 1)),
        exercises_limit=1,
        excluded=(Excluded("d", findings=frozenset({"i"})),),
    )
    selection = select(problem)
    assert ids(selection) == ["a"]
    assert selection.unfilled == (
        UnfilledPlace("s", 1, "no_candidate"),
        UnfilledPlace("t", 1, "crowded_out"),
    )
    assert selection.unaddressed == (
        UnaddressedFinding("g", 3, "crowded_out"),
        UnaddressedFinding("h", 1, "not_best"),
        UnaddressedFinding("i", 1, "no_candidate", ("d",)),
    )


def test_nothing_to_choose_from_is_an_empty_plan() -> None:
    selection = select(
        SelectionProblem(
            slots=(Slot("s", 1, 1),), exercises=(), candidates=(), minutes_limit=9, exercises_limit=3
        )
    )
    assert plan(selection) == []
    assert selection.unfilled == (UnfilledPlace("s", 1, "no_candidate"),)
