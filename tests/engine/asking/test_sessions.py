"""Answers of sessions: blanks are asked where a rule could change by them, days that nobody reported as such."""

from __future__ import annotations

from typing import Any

from engine.asking.making import asked, need
from engine.tiny import CALM, Episode, gate
from rehabflow.record.events import Did

WELL: dict[str, Any] = {"ache": 1, "morning": 1, "numb": False}
WALKS: dict[str, Any] = {**CALM, "walk__time": 20}


def started(**values: object) -> Episode:
    episode = Episode()
    decision = episode.visit(0, clear=True, **(WALKS | values))
    assert (decision.action, decision.stage) == ("start", "middle")
    return episode


def reported(episode: Episode, *days: int, **answers: object) -> None:
    for day in days:
        episode.session(day, did={"breathe": Did(False), "brace": Did(False)}, **(WELL | answers))


def test_an_alarm_left_blank_is_asked_between_visits() -> None:
    episode = started()
    decision = episode.session(1, ache=1, morning=1)
    assert (decision.action, gate(decision, "numb.emergency")) == ("pause", "unknown")
    assert asked(decision)[0] == "session.numb"
    assert need(decision, "session.numb").could_change == ("numb.emergency",)


def test_a_blank_of_long_ago_is_asked_until_it_is_answered() -> None:
    episode = started()
    episode.session(1, ache=1, morning=1)
    decision = episode.visit(14, **WALKS)
    assert gate(decision, "numb.emergency") == "unknown"
    assert "session.numb" in asked(decision)
    episode.correct(14, "session.numb", on=1, to=False)
    assert "session.numb" not in asked(episode.visit(15, **WALKS))


def test_an_answer_withdrawn_is_asked_although_it_was_given_anew() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **WALKS)
    episode.withdraw(1, "screen.alarm")
    decision = episode.visit(2, **WALKS)
    assert gate(decision, "alarm.emergency") == "unknown"
    assert asked(decision) == ["screen.alarm"]


def test_blank_aches_are_asked_where_two_bad_ones_would_send_back() -> None:
    episode = started()
    reported(episode, 1, 2, 3, 4, 5, 6, ache=None)
    decision = episode.visit(7, **WALKS)
    flare = next(one for one in decision.criteria if one.address.endswith("acute.flare"))
    assert flare.state == "unknown"
    assert need(decision, "session.ache").proved
    assert need(decision, "session.ache").could_change == ("stage.middle.regress_to.acute.flare",)


def test_a_diary_line_that_leaves_an_item_out_is_asked_for_it() -> None:
    episode = started()
    episode.diary(7, "7d", of=6, done=6, numb=False)
    assert "session.ache" in asked(episode.visit(7, **WALKS))
    told = started()
    told.diary(7, "7d", of=6, done=6, numb=False, ache=2)
    assert "session.ache" not in asked(told.visit(7, **WALKS))


def test_days_that_nobody_reported_are_asked_as_such() -> None:
    decision = started().visit(7, **WALKS)
    assert "session.done" in asked(decision)
    assert "session.ache" not in asked(decision)


def test_what_was_reported_in_full_is_not_asked() -> None:
    episode = started()
    reported(episode, 1, 2, 3, 4, 5, 6)
    assert asked(episode.visit(7, **WALKS)) == []


def test_an_answer_that_is_not_due_yet_is_not_asked() -> None:
    episode = started()
    decision = episode.session(1, ache=1, numb=False)
    assert "session.morning" not in [one.id for one in decision.needs]


def test_a_blank_that_only_a_response_reads_is_asked_for_the_dose() -> None:
    episode = Episode()
    assert episode.visit(0, clear=True, **CALM).stage == "acute"
    reported(episode, 1, 2, 3, 4, 5, 6, ache=None)
    decision = episode.visit(7, **CALM)
    assert decision.stage == "acute"
    found = need(decision, "session.ache")
    assert found.could_change == ("response.by_ache.ease", "response.by_ache.keep")
    assert found.proved


def test_steps_left_blank_are_asked_for_the_dose() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    for day in range(1, 7):
        episode.session(day, did={"breathe": Did(), "brace": Did()}, **WELL)
    decision = episode.visit(7, **CALM)
    assert need(decision, "did.all_steps").could_change == ("response.by_ache.progress",)


def test_steps_are_not_asked_where_nothing_may_progress() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    for day in range(1, 6):
        episode.session(day, did={"breathe": Did(), "brace": Did()}, **WELL)
    decision = episode.session(6, did={"breathe": Did(), "brace": Did()}, **WELL)
    assert "did.all_steps" not in [one.id for one in decision.needs]
    sore = episode.visit(7, **{**CALM, "pain__now": 6})
    assert "did.all_steps" not in [one.id for one in sore.needs]
