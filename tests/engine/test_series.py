"""Dated entries and sessions as conditions read them: windows, diary lines, days without an entry, answers not due."""

from __future__ import annotations

from typing import Any

import pytest

from engine.tiny import CALM, EXERCISES, TINY, Episode, cached_catalog, criterion, instant
from rehabflow.engine.sessions import spread, spread_over

GOOD: dict[str, Any] = {"ache": 1, "morning": 1, "numb": False}


def asks(condition: str) -> Episode:
    """Return an episode of the small protocol with a criterion `criterion.q` of this text, begun on day 0."""
    text = TINY.replace("[caution.bend]", f'[criterion.q]\nwhen = "{condition}"\n[caution.bend]')
    episode = Episode(cached_catalog(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    return episode


def answer(episode: Episode, day: int, time: str = "") -> str:
    """Return the state of the criterion between visits."""
    return criterion(episode.look(day, time, "between"), "criterion.q")


# -- sessions expected, reported, not reported


def test_a_day_that_nobody_reported_is_an_unknown_member() -> None:
    episode = asks("streak(session.ache <= 3) >= 2")
    episode.session(1, **GOOD)
    episode.session(2, **GOOD)
    assert answer(episode, 3) == "met"
    assert answer(episode, 4) == "unknown"


def test_an_unreported_day_before_a_bad_session_does_not_matter() -> None:
    episode = asks("streak(session.ache <= 3) >= 2")
    episode.session(1, **GOOD)
    episode.session(3, **{**GOOD, "ache": 7})
    assert answer(episode, 4) == "not_met"


def test_times_counts_entries_only() -> None:
    episode = asks("times(session.numb) >= 1")
    episode.session(1, **GOOD)
    assert answer(episode, 6) == "not_met"


def test_a_session_not_done_is_no_member() -> None:
    episode = asks("streak(session.ache <= 3) >= 1")
    episode.session(1, **GOOD)
    episode.session(2, done=0, ache=9, numb=False)
    assert answer(episode, 3) == "met"


def test_today_is_not_yet_an_unreported_session() -> None:
    episode = asks("streak(session.ache <= 3) >= 1")
    episode.session(1, **GOOD)
    assert answer(episode, 2) == "met"


def test_while_paused_no_session_is_expected() -> None:
    episode = asks("streak(session.ache <= 3) >= 1")
    episode.session(1, **GOOD)
    episode.withdraw(2, "clearance.start")
    episode.visit(2, **CALM)
    assert answer(episode, 5) == "met"


@pytest.mark.parametrize(
    ("days", "state"), [((1, 2, 3, 4), "met"), ((1, 2, 3), "unknown"), ((), "unknown")], ids=str
)
def test_adherence_is_an_interval_while_days_are_unreported(days: tuple[int, ...], state: str) -> None:
    episode = asks("adherence() >= 80")
    for day in days:
        episode.session(day, **GOOD)
    assert answer(episode, 5) == state


def test_adherence_counts_what_was_done_of_what_was_expected() -> None:
    episode = asks("adherence() >= 75 and adherence() <= 75")
    for day in range(1, 5):
        episode.session(day, done=1 if day < 4 else 0, **GOOD)
    assert answer(episode, 5) == "met"


def test_without_any_expected_session_adherence_is_full() -> None:
    assert answer(asks("adherence() >= 100"), 1) == "met"


def test_sessions_done_counts_those_done() -> None:
    episode = asks("sessions_done() >= 2 and sessions_done() <= 2")
    episode.session(1, **GOOD)
    episode.session(2, done=0.5, **GOOD)
    episode.session(3, done=0, **GOOD)
    assert answer(episode, 4) == "met"


# -- windows


def test_last_7d_is_today_and_the_six_days_before() -> None:
    episode = asks("times(session.ache > 5, last='7d') >= 1")
    episode.session(3, **{**GOOD, "ache": 6})
    assert answer(episode, 9) == "met"
    assert answer(episode, 10) == "not_met"


def test_ending_moves_the_window_back() -> None:
    episode = asks("times(session.ache > 5, last='7d', ending='7d') >= 1")
    episode.session(3, **{**GOOD, "ache": 6})
    assert answer(episode, 9) == "not_met"
    assert answer(episode, 10) == "met"
    assert answer(episode, 16) == "met"
    assert answer(episode, 17) == "not_met"


def test_hours_count_exactly() -> None:
    episode = asks("times(session.ache > 5, last='48h') >= 1")
    episode.session(1, "18:00", **{**GOOD, "ache": 6})
    assert answer(episode, 3, "17:59") == "met"
    assert answer(episode, 3, "18:01") == "not_met"


def test_a_day_without_a_time_may_lie_in_a_window_of_hours() -> None:
    episode = asks("times(session.ache > 5, last='24h') >= 1")
    episode.session(1, "18:00", **{**GOOD, "ache": 6})
    assert answer(episode, 2) == "unknown"


def test_a_criterion_of_a_stage_reads_since_the_stage_was_entered() -> None:
    episode = asks("times(session.ache > 5) >= 1")
    episode.session(1, **{**GOOD, "ache": 6})
    assert answer(episode, 2) == "met"
    episode.visit(3, **{**CALM, "walk__time": 12})
    assert answer(episode, 4) == "not_met"


# -- answers not yet due


def test_an_answer_counts_only_after_it_is_due() -> None:
    episode = asks("streak(session.morning > 5) >= 1")
    episode.session(1, "18:00", **{**GOOD, "morning": 9})
    assert answer(episode, 1, "20:00") == "not_met"
    assert answer(episode, 2, "05:59") == "not_met"
    assert answer(episode, 2, "06:00") == "met"


def test_before_it_is_due_the_sessions_before_decide() -> None:
    episode = asks("streak(session.morning > 5) >= 1")
    episode.session(1, "18:00", **{**GOOD, "morning": 9})
    episode.session(2, "18:00", ache=1, numb=False)
    assert answer(episode, 2, "18:30") == "met"
    assert answer(episode, 3) == "unknown"


# -- diary lines


def test_one_line_stands_for_daily_entries() -> None:
    episode = asks("streak(session.ache <= 3) >= 4 and adherence() >= 80")
    episode.diary(6, "6d", of=5, done=4, ache=3, morning=3, numb=False)
    assert answer(episode, 6) == "met"


def test_an_item_that_a_line_leaves_out_is_unknown() -> None:
    episode = asks("streak(session.ache <= 3) >= 1")
    episode.diary(6, "6d", of=5, done=5, morning=3, numb=False)
    assert answer(episode, 6) == "unknown"


def test_a_line_that_names_a_bad_worst_is_not_known_to_be_good() -> None:
    episode = asks("streak(session.ache > 3) >= 1")
    episode.diary(6, "6d", of=5, done=5, ache=5, numb=False)
    assert answer(episode, 6) == "unknown"


def test_a_session_with_an_entry_of_its_own_is_one_of_the_line() -> None:
    episode = asks("sessions_done() >= 5 and sessions_done() <= 5")
    episode.session(2, **GOOD)
    episode.diary(6, "6d", of=6, done=5, ache=3, numb=False)
    assert answer(episode, 6) == "met"


def test_of_a_line_that_the_window_cuts_as_many_count_as_are_surely_inside() -> None:
    episode = asks("sessions_done(last='3d') >= 2")
    episode.diary(6, "6d", of=6, done=6, ache=3, numb=False)
    assert answer(episode, 6) == "met"
    episode = asks("sessions_done(last='3d') >= 2")
    episode.diary(6, "6d", of=6, done=4, ache=3, numb=False)
    assert answer(episode, 6) == "unknown"
    episode = asks("sessions_done(last='3d') >= 4")
    episode.diary(6, "6d", of=6, done=6, ache=3, numb=False)
    assert answer(episode, 6) == "not_met"


def test_yes_no_false_in_a_line_means_in_none() -> None:
    episode = asks("times(session.numb) >= 1")
    episode.diary(6, "6d", of=5, done=5, ache=3, numb=False)
    assert answer(episode, 6) == "not_met"


# -- measures


def test_improvement_counts_from_the_first_value() -> None:
    episode = asks("improvement(pain) >= 2")
    episode.observe(5, pain__now=1)
    assert answer(episode, 5) == "met"
    assert answer(asks("improvement(pain) >= 2"), 5) == "not_met"


def test_improvement_is_unknown_when_its_newest_value_is_stale() -> None:
    assert answer(asks("improvement(pain) >= 1"), 22) == "unknown"


def test_a_withdrawn_first_value_leaves_the_change_unknown() -> None:
    episode = asks("improvement(pain) >= 2")
    episode.withdraw(1, "pain.now")
    episode.observe(5, pain__now=1)
    assert answer(episode, 5) == "unknown"


def test_two_answers_at_one_instant_are_one_of_them_until_corrected() -> None:
    episode = asks("walk >= 10")
    episode.observe(5, walk__time=5)
    episode.observe(5, walk__time=12)
    assert answer(episode, 5) == "unknown"
    episode.correct(6, "walk.time", on=5, to=12)
    assert answer(episode, 6) == "met"


def test_a_value_is_valid_through_its_last_day() -> None:
    episode = asks("walk >= 3")
    assert answer(episode, 28) == "met"
    assert answer(episode, 29) == "unknown"


def test_at_a_visit_a_measure_asked_at_every_visit_counts_only_if_recorded_there() -> None:
    episode = asks("not screen.worry")
    assert answer(episode, 5) == "met"
    decision = episode.visit(6, screen__alarm=False)
    assert criterion(decision, "criterion.q") == "unknown"


def test_hours_of_days_without_times_are_an_interval() -> None:
    episode = asks("stage.hours >= 24")
    assert answer(episode, 1) == "unknown"
    assert answer(episode, 2) == "met"
    assert answer(episode, 0) == "unknown"


# -- days of a plan


@pytest.mark.parametrize(
    ("length", "count", "days"),
    [(7, 3, (0, 3, 5)), (7, 7, (0, 1, 2, 3, 4, 5, 6)), (7, 1, (0,)), (7, 2, (0, 4)), (7, 5, (0, 2, 3, 5, 6))],
)
def test_days_are_taken_evenly(length: int, count: int, days: tuple[int, ...]) -> None:
    assert tuple(j for j, taken in enumerate(spread(length, count)) if taken) == days


def test_an_exercise_takes_its_days_from_those_of_the_plan() -> None:
    cycle = spread(7, 5)
    fewer = spread_over(cycle, 3)
    assert sum(fewer) == 3
    assert all(on <= day for on, day in zip(fewer, cycle, strict=True))
    assert spread_over(cycle, 6) == cycle


def test_sessions_count_from_the_day_after_the_stage_was_entered() -> None:
    plan = asks("walk >= 3").look(0, kind="visit").plans[0]
    assert plan.cycle_from == instant(1).day


def test_a_yes_on_a_day_not_done_counts_in_times_and_a_no_does_not() -> None:
    episode = asks("times(session.numb) >= 1")
    episode.session(2, done=0, ache=1, numb=True)
    assert answer(episode, 3) == "met"
    episode = asks("times(not session.numb) >= 1")
    episode.session(2, done=0, ache=1, numb=False)
    assert answer(episode, 3) == "not_met"


def test_a_yes_in_a_diary_line_counts_in_times_on_the_day_it_was_written() -> None:
    episode = asks("times(session.numb, last='3d') >= 1")
    episode.diary(9, "7d", 5, 4, numb=True)
    assert answer(episode, 9) == "met"


def test_a_yes_of_a_day_not_done_counts_for_nothing_else() -> None:
    episode = asks("times(session.numb or session.ache <= 3) >= 1")
    episode.session(2, done=0, ache=1, numb=True)
    assert answer(episode, 3) == "not_met"


# -- derived measures with a series of their own

CHANGE = """
[assessment.pain.measure.doubled]
type = "number"
unit = "{score}"
range = [0, 20]
decimals = 0
better = "lower"
valid_for = "3w"
value = "now * 2"
[assessment.pain.measure.rise]
type = "number"
unit = "{score}"
range = [-20, 20]
decimals = 0
better = "lower"
valid_for = "3w"
value = "doubled - previous(doubled, if_none=20)"
[assessment.walk]
"""


def measures_change(regress: str) -> Episode:
    """Return an episode begun in the middle stage with pain 3; there this criterion leads back."""
    text = TINY.replace("[assessment.walk]", CHANGE, 1).replace('alarm = "pain >= 9"', f'alarm = "{regress}"')
    episode = Episode(cached_catalog(text + EXERCISES))
    assert episode.visit(0, clear=True, **{**CALM, "walk__time": 20}).stage == "middle"
    episode.session(1, **GOOD)
    return episode


@pytest.mark.parametrize("regress", ["pain.rise >= 4", "streak(pain.rise >= 4, of='pain') >= 1"])
def test_the_previous_value_of_a_derived_measure_may_be_older_than_the_stage(regress: str) -> None:
    calmer = {**CALM, "walk__time": 20}
    before = CALM["pain__now"]
    assert measures_change(regress).visit(2, **{**calmer, "pain__now": before + 1}).stage == "middle"
    assert measures_change(regress).visit(2, **{**calmer, "pain__now": before + 2}).stage == "acute"
