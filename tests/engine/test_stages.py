"""Stages: start, advance, regress, discharge, and staying when an answer is missing."""

from __future__ import annotations

from typing import Any

from engine.tiny import CALM, EXERCISES, TINY, Episode, catalog_of, criterion, planned
from rehabflow.record.events import Move

WALKS: dict[str, Any] = {**CALM, "walk__time": 12}
NO_PAIN: dict[str, Any] = {**CALM, "walk__time": 30, "pain__now": 1}
GOOD: dict[str, Any] = {"ache": 1, "morning": 1, "numb": False}


def middle() -> Episode:
    """Return an episode in the middle stage since day 0."""
    episode = Episode()
    assert episode.visit(0, clear=True, **WALKS).stage == "middle"
    return episode


def test_the_first_stage_starts_without_criteria() -> None:
    decision = Episode().visit(0, clear=True, **CALM)
    assert (decision.action, decision.stage) == ("start", "acute")
    assert decision.recorded.moves == (Move("main", "none", "acute"),)


def test_a_late_starter_begins_at_the_latest_stage_whose_criteria_are_met() -> None:
    decision = Episode().visit(0, clear=True, **WALKS)
    assert (decision.action, decision.stage) == ("start", "middle")


def test_a_stage_without_start_here_is_never_started_late() -> None:
    assert Episode().visit(0, clear=True, **NO_PAIN).stage == "middle"


def test_a_missing_answer_never_starts_late() -> None:
    unknown = {key: value for key, value in WALKS.items() if key != "walk__time"}
    decision = Episode().visit(0, clear=True, **unknown)
    assert (decision.stage, criterion(decision, "stage.middle.enter.walks")) == ("acute", "unknown")


def test_before_any_clearance_there_is_no_stage_and_no_plan() -> None:
    decision = Episode().visit(0, **CALM)
    assert (decision.action, decision.stage, decision.plan) == ("pause", "none", None)
    assert [advice.id for advice in decision.advice] == ["active"]


def test_a_patient_advances_one_stage_at_a_time() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    decision = episode.visit(7, **NO_PAIN)
    assert (decision.action, decision.stage) == ("advance", "middle")


def test_a_missing_answer_keeps_the_patient_where_they_are() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    unknown = {key: value for key, value in WALKS.items() if key != "walk__time"}
    assert episode.visit(30, **unknown).action == "stay"


def test_two_flares_after_the_entry_regress_between_visits() -> None:
    episode = middle()
    assert episode.session(1, **{**GOOD, "ache": 7}).action == "stay"
    decision = episode.session(2, **{**GOOD, "ache": 8})
    assert (decision.action, decision.stage) == ("regress", "acute")


def test_old_flares_do_not_swing_the_patient_back_again() -> None:
    episode = middle()
    episode.session(1, **{**GOOD, "ache": 7})
    episode.session(2, **{**GOOD, "ache": 8})
    assert episode.visit(3, **WALKS).stage == "middle"
    assert episode.visit(4, **WALKS).action == "stay"
    assert episode.session(5, **{**GOOD, "ache": 7}).action == "stay"


def test_regress_rests_on_evidence_newer_than_the_entry() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "pain__now": 9})
    episode.place(1, "middle")
    decision = episode.visit(1, **{key: value for key, value in WALKS.items() if key != "pain__now"})
    assert (decision.action, decision.stage) == ("stay", "middle")
    assert criterion(decision, "stage.middle.regress_to.acute.alarm") == "met"
    episode.observe(2, pain__now=9)
    assert episode.decide(2, kind="between").action == "regress"


def test_an_unknown_regress_criterion_keeps_the_patient_from_advancing() -> None:
    episode = middle()
    episode.session(1, **{**GOOD, "ache": 8})
    episode.session(2, morning=1, numb=False)
    decision = episode.visit(3, **NO_PAIN)
    assert criterion(decision, "stage.middle.regress_to.acute.flare") == "unknown"
    assert (decision.action, decision.stage) == ("stay", "middle")
    episode.correct(4, "session.ache", on=2, to=1)
    episode.diary(4, "2d", of=1, done=1, ache=1, morning=1, numb=False)
    assert episode.visit(4, **NO_PAIN).action == "advance"


def test_a_gate_that_holds_progress_holds_the_stage() -> None:
    text = TINY.replace('when = "pain > 5"', 'when = "health.fragile"')
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    assert episode.visit(7, **{**WALKS, "health__fragile": True}).action == "stay"
    assert episode.visit(8, **WALKS).action == "advance"


def test_discharge_needs_every_criterion() -> None:
    episode = Episode()
    episode.place(0, "late")
    assert episode.visit(0, clear=True, **{**NO_PAIN, "walk__time": 29}).action == "stay"
    assert episode.visit(1, **NO_PAIN).action == "discharge"


def test_a_stage_without_a_discharge_table_never_discharges() -> None:
    text = TINY.replace('[stage.late.discharge]\nwell = "pain <= 1 and walk >= 30"\n', "")
    episode = Episode(catalog_of(text + EXERCISES))
    episode.place(0, "late")
    assert episode.visit(0, clear=True, **NO_PAIN).action == "stay"


def test_placing_sets_the_stage_and_gates_apply() -> None:
    episode = Episode()
    episode.place(0, "late")
    decision = episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    assert (decision.action, decision.stage, decision.plan) == ("emergency", "late", None)


def test_between_visits_nothing_starts_or_advances() -> None:
    episode = Episode()
    episode.clear(0)
    episode.observe(0, **CALM)
    assert episode.decide(0, kind="between").stage == "none"
    episode.visit(1, **CALM)
    episode.observe(2, **NO_PAIN)
    assert episode.decide(2, kind="between").stage == "acute"


def test_two_next_stages_met_leave_the_choice_to_the_clinician() -> None:
    text = TINY.replace('next_visit = "7d"', 'next_visit = "7d"\nnext = ["middle", "late"]')
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    decision = episode.visit(1, **NO_PAIN)
    assert decision.action == "stay"
    assert any("the clinician chooses" in reason.say for reason in decision.reasons)


def test_an_undecided_other_next_stage_does_not_choose_this_one() -> None:
    text = TINY.replace('next_visit = "7d"', 'next_visit = "7d"\nnext = ["middle", "late"]')
    text = text.replace(
        '[stage.late.enter]\ncalm = "pain <= 2"', '[stage.late.enter]\nsturdy = "not health.fragile"'
    )
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **{key: value for key, value in CALM.items() if key != "health__fragile"})
    episode.observe(1, walk__time=12)
    assert episode.visit(1, screen__alarm=False, screen__worry=False).action == "stay"
    episode.observe(2, health__fragile=True)
    assert episode.visit(2, screen__alarm=False, screen__worry=False).stage == "middle"


def test_a_correction_that_would_have_changed_a_move_asks_for_a_review() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    assert episode.visit(7, **WALKS).stage == "middle"
    episode.correct(8, "walk.time", on=7, to=3)
    decision = episode.visit(8, **CALM)
    assert decision.stage == "middle"
    assert any("would have changed the move" in note for note in decision.notes)


def test_a_late_entry_joins_its_series_without_changing_what_was_decided() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.visit(7, **CALM)
    episode.observe(9, on=6, pain__now=1)
    assert episode.visit(9, screen__alarm=False, screen__worry=False).stage == "acute"


def test_a_decision_sees_only_what_was_recorded_by_now() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    before = episode.look(3)
    episode.observe(9, on=2, pain__now=10)
    assert Episode(history=episode.history).look(3).gates == before.gates


def test_the_plan_of_a_pause_comes_back_at_the_visit() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    first = planned(episode.visit(1, **CALM))
    unasked: dict[str, Any] = {"screen__worry": False}
    assert episode.visit(8, **unasked).action == "pause"
    back = episode.visit(9, **CALM)
    assert back.plan is not None
    assert [one.change for one in back.plan.exercises] == ["kept"] * len(first)
    assert planned(back) == first


def test_a_rule_that_only_names_a_criterion_says_what_the_criterion_says() -> None:
    text = TINY.replace('calm = "pain <= 4"', 'calm = "criterion.calm"')
    text = text.replace(
        "[caution.bend]", '[criterion.calm]\nwhen = "pain <= 4"\nsay = "Calm enough"\n[caution.bend]'
    )
    decision = Episode(catalog_of(text + EXERCISES)).visit(0, clear=True, **{**WALKS, "pain__now": 5})
    found = {one.address: one.reason.say for one in decision.criteria}
    assert found["stage.middle.enter.calm"] == "Calm enough"
