"""Sessions logged from the command line hold at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cli.episode.clinic import (
    ASSISTANT,
    DAY_1,
    DAY_7,
    DECIDED,
    Clinic,
)
from cli.shapes import faults
from rehabflow.record.events import DiaryLine, Did, SessionLogged


def test_a_session_is_decided_between_visits_and_holds_at_once(clinic: Clinic) -> None:
    episode = clinic.started()
    words = ["--done", "all", "--set", "session.pain_during=3", "--set", "session.alarm=no"]
    found = clinic.done("log", episode, *words, now=DAY_1)
    assert list(faults(found, DECIDED)) == []
    assert (found["decided"]["kind"], found["in_force"], found["waits"]) == (
        "between",
        found["version"],
        None,
    )
    assert found["decided"]["decision"]["action"] == "stay"


def test_an_alarm_in_the_diary_is_an_emergency_at_once(clinic: Clinic) -> None:
    ended = clinic.run("log", clinic.started(), "--done", "half", "--set", "session.alarm=yes", now=DAY_1)
    assert (ended.code, "EMERGENCY" in ended.data, "in force" in ended.data) == (3, True, True)
    assert "do what the decision says" in ended.talk


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"sharp_pain": "yes"}, "! Walking: Stop this exercise and call the clinic"),
        ({"pain_during": "7"}, "- Do a little less of this for now."),
    ],
)
def test_the_patient_reads_what_their_sessions_call_for(
    clinic: Clinic, answer: dict[str, str], told: str
) -> None:
    episode = clinic.started()
    patient = f"{clinic.patient_of(episode)}:patient"
    assert told not in clinic.run("plan", episode, by=patient).data
    answers = {"alarm": "no", "new_leg_pain": "no", "sharp_pain": "no", **answer}
    words = [word for item, said in answers.items() for word in ("--set", f"session.{item}={said}")]
    clinic.run("log", episode, "--done", "all", *words, now=DAY_1)
    assert told in " ".join(clinic.run("plan", episode, by=patient).data.split())


def test_a_session_of_yesterday_and_what_was_done(clinic: Clinic) -> None:
    episode = clinic.started()
    words = ["--at", "2026-03-03T08:00", "--done", "0.5", "--did", "bird_dog_arm=part,effort=6,load=2"]
    assert clinic.done("log", episode, *words, "--set", "session.alarm=no", now=DAY_7)["recorded"] == "log"
    (session,) = (event for event in clinic.events(episode) if isinstance(event, SessionLogged))
    assert str(session.at) == "2026-03-03 08:00"
    assert str(session.recorded) == "2026-03-09 09:00"
    assert (session.done, session.answers) == (Decimal("0.5"), {"alarm": False})
    assert session.did == {"bird_dog_arm": Did(False, Decimal(6), Decimal(2))}


def test_one_line_for_several_sessions(clinic: Clinic) -> None:
    episode = clinic.started()
    words = [
        "--sessions",
        "5/7",
        "--last",
        "7d",
        "--set",
        "session.alarm=no",
        "--set",
        "session.pain_during=2",
    ]
    assert clinic.done("log", episode, *words, now=DAY_7)["decided"]["kind"] == "between"
    (line,) = (event for event in clinic.events(episode) if isinstance(event, DiaryLine))
    assert (line.done, line.of, str(line.last)) == (5, 7, "7d")
    assert line.worst == {"alarm": False, "pain_during": Decimal(2)}


def test_a_session_from_a_file(clinic: Clinic) -> None:
    episode = clinic.started()
    file = clinic.file(
        "done = 1\nobserved = { session = { alarm = false } }\ndid.bird_dog_arm = { all_steps = true }"
    )
    assert clinic.done("log", episode, "--from", file, now=DAY_1)["recorded"] == "log"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--set", "session.pain_during=3"], 2),
        (["--done", "many"], 2),
        (["--done", "2"], 1),
        (["--done", "all", "--did", "bird_dog_arm=well"], 2),
        (["--done", "all", "--at", "2026-12-01"], 2),
        (["--sessions", "5", "--last", "7d"], 2),
        (["--sessions", "5/7"], 2),
        (["--sessions", "8/7", "--last", "7d"], 1),
        (["--sessions", "5/7", "--last", "7d", "--done", "all"], 2),
        (["--sessions", "5/7", "--last", "7d", "--set", "nprs.average=3"], 2),
        (["--no-input"], 2),
    ],
)
def test_log_refuses(clinic: Clinic, words: list[str], code: int) -> None:
    episode = clinic.started()
    before = clinic.entries()
    ended = clinic.run("log", episode, *words, now=DAY_1)
    assert (ended.code, ended.data, clinic.entries()) == (code, "", before)


def test_a_patient_logs_their_own_and_nobody_elses(clinic: Clinic) -> None:
    episode = clinic.started()
    other = clinic.done("open", "low_back_pain")["patient"]
    words = ["log", episode, "--done", "all", "--set", "session.alarm=no"]
    ended = clinic.run(*words, by=f"{clinic.patient_of(episode)}:patient", now=DAY_1)
    assert (ended.code, f"Next: rehabflow episode plan {episode[:8]}" in ended.talk) == (0, True)
    refused = clinic.run(*words, by=f"{other}:patient", now=DAY_1)
    assert (refused.code, refused.data) == (1, "")


@pytest.mark.parametrize(
    "answer", ["red_flags.rest=normal", "red_flags.self_harm=no", "nprs.average=1", "health.rest=normal"]
)
def test_a_patient_does_not_answer_what_is_asked_at_a_visit(clinic: Clinic, answer: str) -> None:
    episode = clinic.started()
    before = clinic.entries()
    words = ["log", episode, "--done", "all", "--set", "session.alarm=no", "--set", answer, "--no-input"]
    refused = clinic.run(*words, by=f"{clinic.patient_of(episode)}:patient", now=DAY_1)
    assert (refused.code, refused.data, clinic.entries()) == (1, "", before)
    assert "asked at a visit" in refused.talk
    assert clinic.run(*words, by=ASSISTANT, now=DAY_1).code == 0


def test_a_patient_answers_what_is_asked_every_day(clinic: Clinic) -> None:
    episode = clinic.opened("concussion_2022")
    words = ["log", episode, "--done", "none", "--set", "symptom_list.at_rest=2", "--no-input"]
    ended = clinic.run(*words, by=f"{clinic.patient_of(episode)}:patient", now=DAY_1)
    assert ended.code in (0, 3, 4), ended.talk
