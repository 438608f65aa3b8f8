"""Each explanation is true as written: solve again with what it says, and see."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
import pytest

from engine.selection.selection_problems import all_plans, best_by_trying, random_problem, value
from rehabflow.engine.selection import (
    Candidate,
    DayType,
    Excluded,
    Exercise,
    Explainer,
    Finding,
    Obstacle,
    Pin,
    Selection,
    SelectionProblem,
    Slot,
    Term,
    Together,
    WhyCannotBePlaced,
    WhyExcluded,
    WhyNoRoom,
    WhyNoSlot,
    WhyNoTime,
    WhyOutscored,
    WhyWouldLeaveGap,
    select,
    why_chosen,
    why_not,
    why_unaddressed,
    why_unfilled,
    worth,
)


def chosen_ids(selection: Selection) -> set[str]:
    return {one.exercise for one in selection.chosen}


def raised(problem: SelectionProblem, exercise: str, quarters: int) -> SelectionProblem:
    more = Term("raised", quarters)
    return attrs.evolve(
        problem,
        candidates=tuple(
            attrs.evolve(one, terms=(*one.terms, more)) if one.exercise == exercise else one
            for one in problem.candidates
        ),
    )


def losers(problem: SelectionProblem, selection: Selection) -> list[str]:
    return sorted({one.exercise for one in problem.candidates} - chosen_ids(selection))


PROBLEMS = [random_problem(seed, 9, 3) for seed in range(40)]


@pytest.mark.parametrize("block", range(4))
def test_raised_by_its_margin_plus_one_a_loser_is_chosen_and_just_below_it_is_not(block: int) -> None:
    seen: Counter[str] = Counter()
    for problem in PROBLEMS[block::4]:
        selection = select(problem)
        explainer = Explainer(problem, selection)
        for loser in losers(problem, selection):
            why = explainer.why_not(loser)
            seen[why.kind] += 1
            if isinstance(why, WhyOutscored | WhyNoTime | WhyNoRoom):
                least, most = why.margin
                assert least == most >= 0
                assert loser in chosen_ids(select(raised(problem, loser, most + 1)))
                if least:
                    assert loser not in chosen_ids(select(raised(problem, loser, least - 1)))
    assert seen["outscored"] > 5


@pytest.mark.parametrize("block", range(4))
def test_each_kind_agrees_with_trying_every_plan(block: int) -> None:
    for problem in PROBLEMS[block::4]:
        selection = select(problem)
        explainer = Explainer(problem, selection)
        pins = frozenset(selection.pins)
        ours = selection.objective
        for loser in losers(problem, selection):
            why = explainer.why_not(loser)
            other = best_by_trying(problem, pins | {loser})
            if other is None:
                assert isinstance(why, WhyCannotBePlaced | WhyExcluded)
            elif value(problem, other)[:2] < (ours.serious, ours.filled):
                assert isinstance(why, WhyWouldLeaveGap)
                assert why.is_proven
                assert why.findings or why.places
            else:
                assert isinstance(why, WhyOutscored | WhyNoTime | WhyNoRoom)
                assert why.margin[0] == ours.score - value(problem, other)[2]


def test_more_minutes_or_one_more_exercise_bring_it_in_as_promised() -> None:
    seen: Counter[str] = Counter()
    for problem in PROBLEMS:
        selection = select(problem)
        explainer = Explainer(problem, selection)
        for loser in losers(problem, selection):
            why = explainer.why_not(loser)
            if isinstance(why, WhyNoTime):
                eased = attrs.evolve(problem, minutes_limit=problem.minutes_limit + why.minutes)
            elif isinstance(why, WhyNoRoom):
                eased = attrs.evolve(problem, exercises_limit=problem.exercises_limit + 1)
            else:
                continue
            seen[why.kind] += 1
            pins = frozenset(selection.pins)
            best = best_by_trying(eased, pins)
            assert best is not None
            assert loser in {exercise for _, exercise in best}
    assert min(seen["no_time"], seen["no_room"]) > 0


def test_what_is_lifted_alone_lets_it_in_and_nothing_else_does() -> None:
    lifted = 0
    for problem in PROBLEMS:
        selection = select(problem)
        explainer = Explainer(problem, selection)
        for loser in losers(problem, selection):
            why = explainer.why_not(loser)
            if not isinstance(why, WhyCannotBePlaced):
                continue
            lifted += len(why.lifting)
            eased = attrs.evolve(problem, minutes_limit=10_000)
            allows = best_by_trying(eased, frozenset([*selection.pins, loser])) is not None
            assert (Obstacle("minutes") in why.lifting) == allows
            for rule in problem.at_most:
                eased = attrs.evolve(problem, at_most=tuple(one for one in problem.at_most if one != rule))
                allows = best_by_trying(eased, frozenset([*selection.pins, loser])) is not None
                assert (Obstacle("at_most", rule.id) in why.lifting) == allows
    assert lifted > 0


def test_the_terms_of_the_difference_make_up_the_margin() -> None:
    for problem in PROBLEMS:
        selection = select(problem)
        explainer = Explainer(problem, selection)
        for loser in losers(problem, selection):
            why = explainer.why_not(loser)
            if isinstance(why, WhyOutscored):
                difference = why.with_it
                assert sum(term.chosen - term.other for term in difference.terms) == why.margin[0]
                assert loser in {one.exercise for one in difference.comes}


def test_parts_of_the_chosen_add_up_to_the_score() -> None:
    for problem in PROBLEMS:
        selection = select(problem)
        parts = [why_chosen(problem, selection, one.exercise) for one in selection.chosen]
        assert sum(part.points for part in parts) == selection.objective.score


def test_worth_is_the_loss_against_the_best_plan_without() -> None:
    for problem in PROBLEMS:
        selection = select(problem)
        for one in selection.chosen:
            told = worth(problem, selection, one.exercise)
            pins = {pin for pin in selection.pins if pin != one.exercise}
            rest = [plan for plan in all_plans(problem) if one.exercise not in {ex for _, ex in plan}]
            held = [plan for plan in rest if pins <= {ex for _, ex in plan}] or rest
            best = max(value(problem, plan) for plan in held)
            ours = selection.objective
            assert (told.serious_lost, told.places_lost) == (ours.serious - best[0], ours.filled - best[1])
            assert told.loss == (ours.score - best[2],) * 2


def small(**changes: Any) -> SelectionProblem:  # noqa: ANN401 - any field
    """Two findings, three exercises of 4 minutes for one place."""
    problem = SelectionProblem(
        slots=(Slot("control", 1, 1), Slot("length", 0, 1)),
        slot_order=("control", "length"),
        exercises=(
            Exercise("draw_in", 4, findings=frozenset({"poor_control"})),
            Exercise("bird_dog", 4, findings=frozenset({"poor_control"})),
            Exercise("stretch", 5, findings=frozenset({"short_hamstrings"})),
        ),
        candidates=(
            Candidate("draw_in", "control", (Term("liked", 8),)),
            Candidate("bird_dog", "control", (Term("liked", 4),)),
            Candidate("stretch", "length"),
        ),
        minutes_limit=12,
        exercises_limit=3,
        findings=(Finding("poor_control", 2), Finding("short_hamstrings", 1)),
        finding_weight=3,
    )
    return attrs.evolve(problem, **changes)


def test_excluded_keeps_every_reason() -> None:
    problem = small(excluded=(Excluded("deadlift", ("too demanding", "no barbell")),))
    why = why_not(problem, select(problem), "deadlift")
    assert why == WhyExcluded("deadlift", ("too demanding", "no barbell"))


def test_without_a_partner_left_it_is_excluded_by_the_rule() -> None:
    rule = Together("length_with_strength", frozenset({"bird_dog"}), frozenset({"gone"}))
    problem = small(together=(rule,))
    selection = select(problem)
    assert selection.unpartnered == (("bird_dog", "length_with_strength"),)
    assert why_not(problem, selection, "bird_dog") == WhyExcluded("bird_dog", (), "length_with_strength")


def test_no_slot_takes_it() -> None:
    problem = small(exercises=(*small().exercises, Exercise("squat", 4)))
    assert why_not(problem, select(problem), "squat") == WhyNoSlot("squat")


def test_cannot_be_placed_names_each_thing_that_lifted_alone_allows_it() -> None:
    problem = small(minutes_limit=4)
    why = why_not(problem, select(problem), "stretch")
    assert why == WhyCannotBePlaced("stretch", (Obstacle("minutes"),))
    pinned = small(pins=(Pin("draw_in", 1),))
    why = why_not(pinned, select(pinned), "bird_dog")
    assert isinstance(why, WhyCannotBePlaced)
    assert why.lifting == (Obstacle("slot", "control"), Obstacle("pin", "draw_in"))


def test_would_leave_a_gap_names_the_finding_and_the_place() -> None:
    serious = small(
        minutes_limit=5,
        findings=(Finding("poor_control", 3), Finding("short_hamstrings", 2)),
    )
    why = why_not(serious, select(serious), "stretch")
    assert isinstance(why, WhyWouldLeaveGap)
    assert (why.findings, why.places, why.is_proven) == (("poor_control",), ("control",), True)


def test_no_time_says_how_many_minutes_would_do() -> None:
    problem = small(minutes_limit=8)
    why = why_not(problem, select(problem), "stretch")
    assert isinstance(why, WhyWouldLeaveGap)
    optional = small(minutes_limit=8, slots=(Slot("control", 0, 1), Slot("length", 0, 1)))
    why = why_not(optional, select(optional), "stretch")
    assert isinstance(why, WhyNoTime)
    assert (why.minutes, why.margin) == (5, (4 * 6 + 8 - 4 * 3,) * 2)


def test_no_room_says_one_more_exercise_would_do() -> None:
    problem = small(exercises_limit=1, slots=(Slot("control", 0, 1), Slot("length", 0, 1)))
    why = why_not(problem, select(problem), "stretch")
    assert isinstance(why, WhyNoRoom)


def test_outscored_shows_both_plans_difference() -> None:
    problem = small()
    why = why_not(problem, select(problem), "bird_dog")
    assert isinstance(why, WhyOutscored)
    assert why.margin == (4, 4)
    assert [one.exercise for one in why.with_it.leaves] == ["draw_in"]
    assert [one.exercise for one in why.with_it.comes] == ["bird_dog"]
    assert [(term.name, term.chosen, term.other) for term in why.with_it.terms] == [("liked", 8, 4)]
    assert why.with_it.minutes == (9, 9)


def test_a_loss_of_one_point_reads_as_would_do_as_well() -> None:
    problem = small()
    told = worth(problem, select(problem), "draw_in")
    assert told.loss == (4, 4)
    assert told.would_do_as_well
    assert not worth(problem, select(problem), "stretch").would_do_as_well


def test_why_chosen_tells_findings_terms_rules_and_pins() -> None:
    rule = Together("length_with_control", frozenset({"draw_in"}), frozenset({"stretch"}))
    problem = small(together=(rule,), pins=(Pin("draw_in", 1),))
    selection = select(problem)
    why = why_chosen(problem, selection, "draw_in")
    assert [(part.finding, part.place, part.points) for part in why.findings] == [("poor_control", 1, 24)]
    assert why.terms == (Term("liked", 8),)
    assert why.points == 32
    assert [(one.rule, one.role, one.exercises) for one in why.rules] == [
        ("length_with_control", "needs", ("stretch",))
    ]
    assert (why.is_required_place, why.is_pinned, why.is_current) == (True, True, False)
    partner = why_chosen(problem, selection, "stretch")
    assert [(one.role, one.exercises) for one in partner.rules] == [("partner_of", ("draw_in",))]
    assert not partner.is_required_place


def test_an_unfilled_place_names_the_minutes_that_would_fill_it() -> None:
    problem = small(minutes_limit=3)
    selection = select(problem)
    told = why_unfilled(problem, selection, "control")
    assert (told.missing, told.minutes, told.lifting) == (1, 1, ())


def test_an_unaddressed_finding_is_explained_like_an_exercise() -> None:
    problem = small(minutes_limit=4)
    why = why_unaddressed(problem, select(problem), "short_hamstrings")
    assert why == WhyCannotBePlaced("short_hamstrings", (Obstacle("minutes"),))


def test_days_apart_are_no_partners() -> None:
    days = (DayType("A", ("control",)), DayType("B", ("length",)))
    rule = Together("length_with_control", frozenset({"draw_in"}), frozenset({"stretch"}))
    problem = small(together=(rule,), day_types=days)
    why = why_not(problem, select(problem), "draw_in")
    assert why == WhyCannotBePlaced("draw_in", (Obstacle("together", "length_with_control"),))


def test_asking_why_not_of_the_chosen_is_an_error() -> None:
    problem = small()
    selection = select(problem)
    with pytest.raises(ValueError, match="is in the plan"):
        why_not(problem, selection, "draw_in")
    with pytest.raises(ValueError, match="not in the plan"):
        why_chosen(problem, selection, "bird_dog")
    with pytest.raises(ValueError, match="not in the plan"):
        worth(problem, selection, "bird_dog")
    with pytest.raises(ValueError, match="addressed"):
        why_unaddressed(problem, selection, "poor_control")
    with pytest.raises(ValueError, match="is filled"):
        why_unfilled(problem, selection, "control")
