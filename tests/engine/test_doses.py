"""Doses: how each exercise answers its own sessions, one step at a visit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from engine.tiny import CALM, EXERCISES, TINY, Episode, catalog_of, exercise, instant, planned
from rehabflow.engine.decision import Decision, PlannedExercise
from rehabflow.engine.plans import raised
from rehabflow.record.events import Did

GOOD: dict[str, Any] = {"ache": 1, "morning": 1, "numb": False}
ALL: dict[str, Any] = {"breathe": Did(True), "brace": Did(True)}


def started(text: str = TINY + EXERCISES) -> Episode:
    """Return an episode in the acute stage, with `breathe` at its first step."""
    episode = Episode(catalog_of(text))
    assert planned(episode.visit(0, clear=True, **CALM)) == ["breathe"]
    return episode


def one(decision: Decision, name: str = "breathe") -> PlannedExercise:
    """Return one exercise of the plan."""
    assert decision.plan is not None
    return next(item for item in decision.plan.exercises if item.exercise == name)


def test_all_steps_done_go_one_step_up_at_the_visit() -> None:
    episode = started()
    assert one(episode.session(1, did=ALL, **GOOD)).dose.step.text == "1 x 5"
    decision = episode.visit(2, **CALM)
    assert (one(decision).change, one(decision).dose.step.text) == ("progressed", "1 x 10")


def test_the_same_session_does_not_progress_twice() -> None:
    episode = started()
    episode.session(1, did=ALL, **GOOD)
    episode.visit(2, **CALM)
    assert one(episode.visit(3, **CALM)).change == "kept"


@pytest.mark.parametrize(
    ("answers", "did"),
    [
        ({**GOOD, "ache": 3}, ALL),
        ({"morning": 1, "numb": False}, ALL),
        (GOOD, {"breathe": Did(False)}),
        (GOOD, {"breathe": Did()}),
        (GOOD, {}),
    ],
    ids=["keep is met", "an answer is missing", "not all steps", "steps not said", "not named"],
)
def test_progress_needs_its_rule_met_and_every_stricter_one_known_not_met(
    answers: dict[str, Any], did: dict[str, Any]
) -> None:
    episode = started()
    episode.session(1, did=did, **answers)
    assert one(episode.visit(2, **CALM)).change == "kept"


def test_when_all_steps_are_used_the_next_rung_replaces_it() -> None:
    episode = started()
    for day in (1, 3, 5):
        episode.session(day, did=ALL, **GOOD)
        episode.visit(day + 1, **CALM)
    decision = episode.visit(7, **CALM)
    assert planned(decision) == ["brace"]
    assert (one(decision, "brace").change, one(decision, "brace").dose.index) == ("kept", 0)


def test_a_rung_that_moved_on_is_progressed_and_not_dropped() -> None:
    episode = started()
    for day in (1, 3):
        episode.session(day, did=ALL, **GOOD)
        episode.visit(day + 1, **CALM)
    episode.session(5, did=ALL, **GOOD)
    decision = episode.visit(6, **CALM)
    assert one(decision, "brace").change == "progressed"
    assert decision.plan is not None
    assert decision.plan.dropped == ()


def test_a_rung_that_may_not_be_given_leaves_the_present_one() -> None:
    episode = started()
    for day in (1, 3):
        episode.session(day, did=ALL, **GOOD)
        episode.visit(day + 1, **CALM)
    episode.session(5, did=ALL, **GOOD)
    decision = episode.visit(6, **{**CALM, "pain__now": 6})
    assert planned(decision) == ["breathe"]
    episode.remove(7, "brace")
    episode.session(7, did=ALL, **GOOD)
    decision = episode.visit(8, **CALM)
    assert planned(decision) == ["breathe"]
    assert decision.plan is not None
    assert any("would be next" in note for note in decision.plan.notes)


def test_too_much_ache_eases_once_and_between_visits_already() -> None:
    episode = started()
    episode.session(1, did=ALL, **GOOD)
    episode.visit(2, **CALM)
    eased = one(episode.session(3, **{**GOOD, "ache": 6}))
    assert (eased.change, eased.dose.step.text) == ("eased", "1 x 5")
    assert one(episode.visit(4, **CALM)).change == "kept"


def test_an_exercise_that_is_stopped_is_out_until_the_visit_after_next() -> None:
    text = TINY.replace('when = "session.numb"', 'when = "session.ache > 8"') + EXERCISES
    episode = started(text)
    assert planned(episode.session(1, **{**GOOD, "ache": 9})) == []
    decision = episode.visit(2, **CALM)
    assert "breathe" not in planned(decision)
    assert decision.plan is not None
    assert any(item.exercise == "breathe" and item.kind == "excluded" for item in decision.plan.rejected)


def test_days_off_are_recorded_with_the_easing() -> None:
    text = TINY.replace('when = "session.ache > 5"', 'when = "session.ache > 5"\noff = "2d"')
    episode = started(text + EXERCISES)
    episode.session(1, **{**GOOD, "ache": 6})
    prescription = episode.look(1, "19:00", "between").plans[0].prescriptions[0]
    assert prescription.rest_until == instant(3).day


def test_no_progress_while_a_gate_holds_it() -> None:
    text = TINY.replace('when = "pain > 5"', 'when = "health.fragile"')
    episode = started(text + EXERCISES)
    episode.session(1, did=ALL, **GOOD)
    assert one(episode.visit(2, **{**CALM, "health__fragile": True})).change == "kept"


def test_a_break_longer_than_break_after_is_one_step_down() -> None:
    episode = started()
    episode.session(1, did=ALL, **GOOD)
    episode.visit(2, **CALM)
    assert one(episode.visit(16, **CALM)).change == "kept"
    eased = one(episode.visit(17, **CALM))
    assert (eased.change, eased.dose.index) == ("eased", 0)


def test_a_stage_move_begins_with_the_first_step_of_the_new_level() -> None:
    episode = started()
    episode.session(1, did=ALL, **GOOD)
    decision = episode.visit(2, **{**CALM, "walk__time": 12})
    assert decision.stage == "middle"
    assert (one(decision).dose.level, one(decision).dose.index) == ("control", 0)


@pytest.mark.parametrize(
    ("kilograms", "percent", "expected"),
    [("20", "5", "21"), ("10", "5", "10.5"), ("4", "5", "4.5"), ("21", "5", "22"), ("30", "10", "33")],
)
def test_a_load_is_raised_to_half_kilograms(kilograms: str, percent: str, expected: str) -> None:
    assert raised(Fraction(kilograms), Decimal(percent)) == Fraction(expected)


LOADED = exercise(
    "press_up",
    role="local_stabiliser",
    demand=1,
    extra="",
).replace('steps = ["1 x 5", "1 x 10", "2 x 10"]', 'steps = ["1 x 5"]\nthen_load = "10 %"\neffort = "5 to 7"')


def test_a_load_goes_up_from_what_was_lifted_last_and_stays_when_that_is_unknown() -> None:
    text = TINY.replace("[ladder.one]", "[ladder.two]").replace('["breathe", "brace"]', '["brace", "curl"]')
    episode = Episode(catalog_of(text + EXERCISES.replace("demand = 1", "demand = 2") + LOADED))
    decision = episode.visit(0, clear=True, **CALM)
    assert planned(decision) == ["press_up"]
    assert one(decision, "press_up").dose.load == "effort 5 to 7 of 10"
    episode.session(1, did={"press_up": Did(True)}, **GOOD)
    kept = one(episode.visit(2, **CALM), "press_up")
    assert kept.change == "kept"
    assert any("load of the last session is not known" in why.say for why in kept.why)
    episode.session(3, did={"press_up": Did(True, None, Decimal(20))}, **GOOD)
    more = one(episode.visit(4, **CALM), "press_up")
    assert (more.change, more.dose.load) == ("progressed", "22 kg")


RESTED = TINY.replace('dose = "settle"', 'dose = "control"').replace(
    'when = "session.numb"', 'when = "session.ache > 8"'
)


@pytest.mark.parametrize("day", [0, 2, 3])
def test_a_session_on_a_day_without_one_counts_for_every_exercise(day: int) -> None:
    """On these days (the visit's own, and days of rest by the plan) nothing was due, and yet it hurt."""
    episode = started(RESTED + EXERCISES)
    assert planned(episode.session(day, **{**GOOD, "ache": 9})) == []


def test_a_session_on_a_day_without_one_that_names_others_does_not_count() -> None:
    episode = started(RESTED + EXERCISES)
    named = {"brace": Did(all_steps=True)}
    assert planned(episode.session(2, did=named, **{**GOOD, "ache": 9})) == ["breathe"]
