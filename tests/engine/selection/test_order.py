"""The order of a plan: before rules, slots, fewest position changes, lower demand, id."""

from __future__ import annotations

from itertools import pairwise, permutations

from engine.selection.selection_problems import random_problem
from rehabflow.engine.selection import Before, Candidate, DayType, Exercise, SelectionProblem, Slot, select
from rehabflow.engine.selection.order import plan_order

Row = tuple[str, str, str, int]
"""Exercise, slot, position, demand."""


def ordered(
    rows: list[Row], *rules: Before, slots: tuple[str, ...] = ("s", "t"), days: tuple[DayType, ...] = ()
) -> str:
    problem = SelectionProblem(
        slots=tuple(Slot(slot, 0, 9) for slot in slots),
        slot_order=slots,
        exercises=tuple(Exercise(one, 1, demand, position) for one, _, position, demand in rows),
        candidates=tuple(Candidate(one, slot) for one, slot, _, _ in rows),
        minutes_limit=99,
        exercises_limit=99,
        before=rules,
        day_types=days,
    )
    return "".join(one for _, one in plan_order(problem, tuple((slot, one) for one, slot, _, _ in rows)))


def before(first: str, then: str, name: str = "rule") -> Before:
    return Before(name, frozenset(first), frozenset(then))


def test_slots_come_in_the_order_of_the_stage() -> None:
    rows = [("a", "t", "", 1), ("b", "s", "", 5)]
    assert ordered(rows) == "ba"
    assert ordered(rows, slots=("t", "s")) == "ab"


def test_lower_demand_then_id_decide_within_a_slot() -> None:
    assert ordered([("a", "s", "", 3), ("c", "s", "", 1), ("b", "s", "", 1)]) == "bca"


def test_positions_change_as_seldom_as_possible_within_a_slot() -> None:
    rows = [("a", "s", "lying", 1), ("b", "s", "standing", 2), ("c", "s", "lying", 3)]
    assert ordered(rows) == "acb"


def test_a_slot_begins_in_the_position_in_which_the_one_before_ended() -> None:
    rows = [("a", "s", "standing", 1), ("b", "t", "lying", 1), ("c", "t", "standing", 5)]
    assert ordered(rows) == "acb"


def test_the_position_begun_from_is_that_of_the_last_one_done_on_a_shared_day() -> None:
    rows = [
        ("a", "s", "standing", 1),
        ("b", "s", "lying", 2),
        ("c", "t", "standing", 1),
        ("d", "t", "lying", 5),
    ]
    assert ordered(rows) == "abdc"
    rows = [
        ("a", "s", "standing", 1),
        ("b", "t", "lying", 1),
        ("c", "u", "lying", 1),
        ("d", "u", "standing", 5),
    ]
    days = (DayType("A", ("s", "u")), DayType("B", ("t",)))
    assert ordered(rows, slots=("s", "t", "u")) == "abcd"
    assert ordered(rows, slots=("s", "t", "u"), days=days) == "abdc"


def test_before_rules_come_ahead_of_slots_and_positions() -> None:
    rows = [("a", "s", "lying", 1), ("b", "t", "standing", 1), ("c", "s", "lying", 1)]
    assert ordered(rows, before("b", "a")) == "cba"
    assert ordered(rows, before("c", "a")) == "cab"


def test_rules_that_contradict_each_other_lose_no_exercise() -> None:
    rows = [("a", "s", "", 1), ("b", "t", "", 1), ("c", "t", "", 1)]
    text = ordered(rows, before("a", "b"), before("b", "a", "other"))
    assert sorted(text) == ["a", "b", "c"]


def test_who_is_first_and_then_does_not_wait_for_itself() -> None:
    assert ordered([("a", "s", "", 2), ("b", "s", "", 1)], before("a", "ab")) == "ab"


def test_no_order_within_a_slot_has_fewer_changes() -> None:
    for seed in range(150):
        problem = random_problem(seed, 8, 1)
        picked = tuple((one.slot, one.exercise) for one in problem.candidates)[:6]
        told = [one for _, one in plan_order(problem, picked)]
        position = {one.id: one.position for one in problem.exercises}
        rules = [(rule.first, rule.then) for rule in problem.before]

        def holds(order: tuple[str, ...], rules: list[tuple[frozenset[str], frozenset[str]]] = rules) -> bool:
            later = [(a, b) for n, b in enumerate(order) for a in order[n + 1 :]]
            return not any(a in first and b in then for a, b in later for first, then in rules)

        allowed = [order for order in permutations(told) if holds(order)]
        if not allowed:
            continue
        changes = [sum(position[a] != position[b] for a, b in pairwise(order)) for order in allowed]
        assert holds(tuple(told))
        assert sum(position[a] != position[b] for a, b in pairwise(told)) == min(changes), seed


def test_a_selection_is_given_in_plan_order() -> None:
    for seed in range(20):
        problem = random_problem(seed, 20, 4)
        told = tuple((one.slot, one.exercise) for one in select(problem).chosen)
        assert told == plan_order(problem, tuple(sorted(told)))
