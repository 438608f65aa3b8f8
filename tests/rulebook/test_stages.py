"""Stages as the engine reads them: what follows, what leads back, slots in order, responses."""

from __future__ import annotations

import pytest

from rulebook.building import errors, rulebook

MIDDLE = """
[stage.{id}]
title = "Middle"
dose = "build"
max_demand = 3
response = "pain"
[stage.{id}.enter]
mild = "nprs < 8"
[stage.{id}.slot.zeta]
title = "Zeta"
choose = 1
where = "exercise.demand > 2"
[stage.{id}.slot.alpha]
title = "Alpha"
choose = 1
where = "exercise.demand < 3"
"""
TWO_BACK = """
[stage.late.regress_to.before]
worse = "nprs > 6"
"""
FOUR = {'stages = ["early", "late"]': 'stages = ["early", "before", "mild", "late"]'}
MIDDLES = MIDDLE.format(id="before") + MIDDLE.format(id="mild")


def test_the_following_stage_of_the_track_is_next() -> None:
    stages = rulebook(FOUR, course=MIDDLES).stages
    assert list(stages) == ["early", "before", "mild", "late"]
    assert [rule.next for rule in stages.values()] == [("before",), ("mild",), ("late",), ()]


def test_next_may_be_said() -> None:
    said = {**FOUR, 'next_visit = "7d"': 'next_visit = "7d"\nnext = ["late", "before"]'}
    assert rulebook(said, course=MIDDLES).stages["early"].next == ("late", "before")


def test_the_earliest_stage_to_fall_back_to_comes_first() -> None:
    found = rulebook(FOUR, course=MIDDLES + TWO_BACK).stages["late"].regress
    assert [stage for stage, _ in found] == ["early", "before"]
    assert [rule.address for _, rules in found for rule in rules] == [
        "stage.late.regress_to.early.flare",
        "stage.late.regress_to.before.worse",
    ]


@pytest.mark.parametrize(
    ("order", "expected"), [("", ["alpha", "zeta"]), ('order = ["zeta", "alpha"]\n', ["zeta", "alpha"])]
)
def test_slots_come_in_the_order_that_the_stage_says(order: str, expected: list[str]) -> None:
    middle = MIDDLE.format(id="before").replace('response = "pain"\n', f'response = "pain"\n{order}')
    stages = rulebook(
        {'stages = ["early", "late"]': 'stages = ["early", "before", "late"]'}, course=middle
    ).stages
    assert [rule.slot.id for rule in stages["before"].slots] == expected


def test_a_stage_without_discharge_never_discharges() -> None:
    stages = rulebook().stages
    assert stages["early"].discharge is None
    assert [rule.address for rule in stages["late"].discharge or ()] == ["stage.late.discharge.quiet"]


def test_a_response_has_the_levels_that_it_says() -> None:
    response = rulebook().stages["early"].response
    assert response is not None
    assert list(response.levels) == ["ease", "progress"]
    assert response.levels["progress"][1].reads == {"did.all_steps", "did.effort"}


def test_another_track_is_open_while_its_condition_is_met() -> None:
    side = '[track.side]\ntitle = "Side"\nstages = ["before"]\nopen_while = "track.main.stage >= \'late\'"\n'
    book = rulebook(course=MIDDLE.format(id="before") + side)
    assert list(book.tracks) == ["main", "side"]
    assert book.tracks["side"].open_while is not None
    assert book.tracks["side"].open_while.reads == {"track.main.stage"}
    assert book.stages["before"].track == "side"


def test_advice_comes_in_the_order_that_the_protocol_lists() -> None:
    more = '[advice.eat]\nshow = ["plan"]\ntext = "Eat."\n'
    assert [rule.definition.id for rule in rulebook(course=more).advice] == ["eat", "move"]
    listed = {'default_basis = "clinic"': 'default_basis = "clinic"\nadvice = ["move"]'}
    assert [rule.definition.id for rule in rulebook(listed, course=more).advice] == ["move", "eat"]


def test_exercises_know_their_rung() -> None:
    found = rulebook().exercises
    assert [(rule.ladder, rule.rung) for rule in found.values()] == [("hips", 0), ("hips", 1)]
    assert errors() == []
