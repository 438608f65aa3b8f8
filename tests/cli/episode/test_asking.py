"""A visit and a session at the terminal: what is asked, who is asked to agree and to answer, and who came meanwhile."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cli.commands import rehabflow
from cli.episode.clinic import CLEARED, DAY_1, DAY_7, FINE, Clinic
from rehabflow.cli.asking import ask_all
from rehabflow.record.events import Did, SessionLogged

FIRST = ["normal", "1984-05-01", "normal"]
"""The red flags, the date of birth, the health screen; then the agreement is asked for."""


def typed(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def test_red_flags_come_first_then_the_clinician_agrees_and_accepts(clinic: Clinic) -> None:
    episode = clinic.opened()
    ended = clinic.run("visit", episode, answers=typed(*FIRST, "y", *[""] * 60, "a"))
    assert ended.talk.index("Red-flag screen") < ended.talk.index("Clearance:")
    assert "Do you agree, as physiotherapist?" in ended.talk
    assert "START in the stage" in ended.data


def test_only_what_can_change_the_decision_is_asked(clinic: Clinic) -> None:
    episode = clinic.opened()
    clinic.run("visit", episode, answers=typed("y"))
    ended = clinic.run("visit", episode, answers=typed("nerve_signs", "a"))
    assert (ended.code, "Clearance" in ended.talk) == (3, False)


def test_the_answer_is_asked_after_it_was_recorded_and_shown(clinic: Clinic) -> None:
    episode = clinic.opened()
    file = clinic.file(CLEARED)
    ended = clinic.run("visit", episode, "--from", file, answers=typed("x", "a"))
    assert "a accepts it, c changes it, d declines it" in ended.talk
    assert "is in force" in ended.data
    assert clinic.done("log", episode, "--done", "all", "--set", "session.alarm=no", now=DAY_1)["in_force"]


def test_a_change_at_the_terminal_is_shown_and_asked_for_again(clinic: Clinic) -> None:
    episode = clinic.opened()
    answers = typed(
        "c", "", "c", "pin nothing", "why", "c", "place main=stabilization", "seen elsewhere", "a"
    )
    ended = clinic.run("visit", episode, "--from", clinic.file(CLEARED), answers=answers)
    assert "unknown-name" in ended.talk
    assert ended.data.count("proposed; it waits") == 2
    assert "stage" in ended.data
    assert ended.data.rstrip().endswith("is in force.")


def test_declining_at_the_terminal_asks_why(clinic: Clinic) -> None:
    answers = typed("d", "", "d", "seen otherwise")
    ended = clinic.run("visit", clinic.opened(), "--from", clinic.file(CLEARED), answers=answers)
    assert "it needs a reason" in ended.talk
    assert "was declined" in ended.data


@pytest.mark.parametrize("answers", ["", "\n"])
def test_without_an_answer_it_waits(clinic: Clinic, answers: str) -> None:
    episode = clinic.opened()
    ended = clinic.run("visit", episode, "--from", clinic.file(CLEARED), answers=answers)
    assert ended.code == 0
    assert "in force" not in ended.data
    version = clinic.entries()
    assert clinic.done("accept", episode, str(version))["in_force"] == version


def test_ctrl_c_at_the_answer_does_not_say_that_nothing_was_saved(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("rehabflow.cli.episode.answering.ask_line", interrupted)
    ended = clinic.run("visit", clinic.opened(), "--from", clinic.file(CLEARED))
    assert (ended.code, "on record, and waits" in ended.talk) == (0, True)
    assert "nothing was saved" not in ended.talk


def test_an_assistant_is_asked_neither_to_agree_nor_to_answer(clinic: Clinic) -> None:
    episode = clinic.opened()
    ended = clinic.run("visit", episode, answers=typed(*FIRST, *[""] * 60), by="a1:assistant")
    assert "It is given by a physician or physiotherapist" in ended.talk
    assert "Do you agree" not in ended.talk
    assert "Accept, change or decline" not in ended.talk
    assert f"Next, a clinician: rehabflow episode accept {episode[:8]}" in ended.talk


def test_sessions_since_the_visit_before_are_asked_in_one_line(clinic: Clinic) -> None:
    episode = clinic.started()
    ended = clinic.run("visit", episode, now=DAY_7, answers=typed(*[""] * 80))
    assert "Sessions since 2026-03-02" in ended.talk


def test_answers_are_not_lost_to_who_came_first(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = clinic.started()

    def while_somebody_logs(*arguments: object) -> object:
        found = ask_all(*arguments)  # type: ignore[arg-type]
        desk = Clinic(clinic.folder)
        assert desk.run("log", episode, "--done", "all", "--set", "session.alarm=no", now=DAY_7).code in (
            0,
            4,
        )
        return found

    monkeypatch.setattr("rehabflow.cli.episode.visit.ask_all", while_somebody_logs)
    before = clinic.entries()
    stopped = clinic.run("visit", episode, now=DAY_7, answers=typed("normal"))
    assert (stopped.code, stopped.data, clinic.entries()) == (130, "", before + 2)
    assert "session logged" in stopped.talk

    def go_on(question: str) -> str:
        return "y" if "Record your answers" in question else ""

    monkeypatch.setattr("rehabflow.cli.episode.visit.ask_line", go_on)
    recorded = clinic.run("visit", episode, now=DAY_7, answers=typed("normal"))
    assert recorded.code in (0, 3, 4)
    assert "proposed; it waits" in recorded.data


def test_a_session_is_asked_item_by_item(clinic: Clinic) -> None:
    episode = clinic.started()
    ended = clinic.run("log", episode, now=DAY_1, answers=typed("2", "0.5", "n"))
    assert "How much of the session was done?" in ended.talk
    assert "New numbness" in ended.talk
    assert "in force" in ended.data


def test_a_session_not_done_because_of_an_alarm_is_an_alarm(clinic: Clinic) -> None:
    ended = clinic.run("log", clinic.started(), now=DAY_1, answers=typed("0", "y", *[""] * 20))
    assert "New numbness" in ended.talk
    assert "0 to 10" not in ended.talk
    assert (ended.code, "all sets and repetitions" in ended.talk) == (3, False)


def test_what_was_done_of_each_exercise_is_asked(clinic: Clinic) -> None:
    episode = clinic.started()
    ended = clinic.run("log", episode, now=DAY_1, answers=typed("1", *[""] * 8, "y", "6", *[""] * 20))
    assert "all sets and repetitions" in ended.talk
    assert "how hard did it feel" in ended.talk
    (session,) = (event for event in clinic.events(episode) if isinstance(event, SessionLogged))
    assert list(session.did.values()) == [Did(True, Decimal(6))]


def test_without_how_much_was_done_nothing_is_recorded(clinic: Clinic) -> None:
    episode = clinic.started()
    before = clinic.entries()
    ended = clinic.run("log", episode, now=DAY_1, answers="\n")
    assert (ended.code, ended.data, clinic.entries()) == (2, "", before)


def test_what_is_right_is_asked_for(clinic: Clinic) -> None:
    episode = clinic.started()
    words = ["correct", episode, "nprs.average", "--on", "2026-03-02", "--reason", "typo"]
    assert clinic.run(*words, now=DAY_1, answers="5\n").code == 0
    assert clinic.run(*words, now=DAY_1, answers="\n").code == 2


def test_what_is_typed_is_not_repeated_on_stderr(clinic: Clinic) -> None:
    ended = clinic.run(
        "visit", clinic.opened(), answers=typed("zyxword", "normal", "3456-07-08", "2099-01-01")
    )
    assert "That is no answer (unknown-word)" in ended.talk
    assert "That is in the future" in ended.talk
    for word in ("zyxword", "3456", "2099"):
        assert word not in ended.talk


def test_elsewhere_what_is_typed_is_still_repeated() -> None:
    ended = rehabflow("run", "low_back_pain", answers=typed("zyxword"))
    assert "zyxword" in ended.talk


def test_with_json_there_is_one_document_and_no_question_after_it(clinic: Clinic) -> None:
    ended = clinic.run("visit", clinic.opened(), "--from", clinic.file(FINE), "--json")
    assert ended.data.count('"schema"') == 1
    assert "Accept, change or decline" not in ended.talk
