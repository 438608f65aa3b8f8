"""A visit from the command line: recorded, shown, and answered by a clinician."""

from __future__ import annotations

import pytest

from cli.episode.clinic import (
    CLEARED,
    DAY_7,
    DECIDED,
    FINE,
    RECORDED,
    Clinic,
)
from cli.shapes import faults


def test_a_visit_from_a_file_is_recorded_then_shown_and_waits(clinic: Clinic) -> None:
    episode = clinic.opened()
    ended = clinic.run("visit", episode, "--from", clinic.file(CLEARED), "--no-input")
    assert ended.code == 0
    assert "proposed; it waits for a clinician" in ended.data
    assert "START in the stage" in ended.data
    assert f"Next: rehabflow episode accept {episode[:8]}" in ended.talk
    assert clinic.entries() > 1


def test_a_decision_is_a_document(clinic: Clinic) -> None:
    episode = clinic.opened()
    found = clinic.done("visit", episode[:6], "--from", clinic.file(CLEARED))
    assert list(faults(found, DECIDED)) == []
    assert found["version"] == found["waits"] == found["decided"]["number"]
    assert (found["episode"], found["in_force"], found["decided"]["day"]) == (episode, None, 0)


def test_answers_on_the_command_line_are_those_of_a_file(clinic: Clinic) -> None:
    words = [
        *(
            "--set",
            "patient.born=1984-05-01",
            "--set",
            "red_flags.rest=normal",
            "--set",
            "health.rest=normal",
        ),
        *("--set", "nprs.average=6", "--set", "walking.minutes=8", "--set", "lifestyle.minutes_per_day=20"),
        *("--set", "lifestyle.equipment=mat", "--clear", "start"),
    ]
    typed = clinic.done("visit", clinic.opened(), *words)["decided"]["decision"]
    read = clinic.done("visit", clinic.opened(), "--from", clinic.file(CLEARED))["decided"]["decision"]
    assert typed == read
    assert typed["action"] == "start"


def test_the_exit_code_is_that_of_the_decision(clinic: Clinic) -> None:
    clinic.done("visit", clinic.opened(), "--from", clinic.file(FINE), code=3)
    clinic.done("visit", clinic.opened(), "--clear", "start", code=4)


def test_accepting_puts_it_in_force(clinic: Clinic) -> None:
    episode = clinic.opened()
    number = clinic.done("visit", episode, "--from", clinic.file(CLEARED))["waits"]
    found = clinic.done("accept", episode, str(number))
    assert list(faults(found, {**RECORDED, "decided": None})) == []
    assert (found["recorded"], found["in_force"], found["waits"]) == ("accepted", number, None)


def test_only_the_decision_that_waits_can_be_answered(clinic: Clinic) -> None:
    episode = clinic.opened()
    number = clinic.done("visit", episode, "--from", clinic.file(CLEARED))["waits"]
    for word in ("accept", "decline"):
        ended = clinic.run(word, episode, str(number - 1), *(["--reason", "x"] if word == "decline" else []))
        assert (ended.code, "does not wait" in ended.talk) == (2, True)


def test_declining_leaves_what_was_in_force(clinic: Clinic) -> None:
    episode = clinic.started()
    waits = clinic.done("visit", episode, "--set", "nprs.average=5", now=DAY_7, code=4)["waits"]
    found = clinic.done("decline", episode, str(waits), "--reason", "seen otherwise", now=DAY_7)
    assert found["in_force"] not in (None, waits)
    assert found["waits"] is None


def test_declining_needs_a_reason(clinic: Clinic) -> None:
    episode = clinic.opened()
    waits = clinic.done("visit", episode, "--from", clinic.file(CLEARED))["waits"]
    ended = clinic.run("decline", episode, str(waits), "--no-input")
    assert (ended.code, "--reason" in ended.talk) == (2, True)


def test_a_change_is_decided_anew_and_waits_again(clinic: Clinic) -> None:
    episode = clinic.opened()
    before = clinic.done("visit", episode, "--from", clinic.file(CLEARED))
    planned = {one["id"] for one in before["decided"]["decision"]["plan"]["exercises"]}
    out = min(planned)
    after = clinic.done("change", episode, "--remove", out, "--reason", "she dislikes it")
    assert after["waits"] > before["waits"]
    assert out not in {one["id"] for one in after["decided"]["decision"]["plan"]["exercises"]}
    placed = clinic.done("change", episode, "--place", "main=stabilization", "--reason", "seen elsewhere")
    assert placed["decided"]["decision"]["stage"]["after"] == "stabilization"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "say what to change"),
        (["--pin", "no_such", "--reason", "x"], 1, "unknown-name"),
        (["--place", "main", "--reason", "x"], 2, "TRACK=STAGE"),
        (["--pin", "bird_dog_arm"], 2, "--reason"),
        (["--order", "pain_to_load=many"], 2, "number"),
    ],
)
def test_change_refuses(clinic: Clinic, words: list[str], code: int, told: str) -> None:
    episode = clinic.opened()
    clinic.done("visit", episode, "--from", clinic.file(CLEARED))
    before = clinic.entries()
    ended = clinic.run("change", episode, "--no-input", *words)
    assert (ended.code, ended.data, clinic.entries()) == (code, "", before)
    assert told in ended.talk


def test_without_a_decision_that_waits_nothing_can_be_changed(clinic: Clinic) -> None:
    ended = clinic.run("change", clinic.started(), "--pin", "bird_dog_arm", "--reason", "x")
    assert (ended.code, "no decision waits" in ended.talk) == (2, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("observed = { nprs = { average = 11 } }", ["line 1, column", "out-of-range", "0 to 10"]),
        ("day = 3", ["line 1, column 1", "unknown-key"]),
        ("observed = {", ["line 1"]),
        ('clear = [{ scope = "nothing" }]', ["unknown-name"]),
        ("[observed.no_such]\nx = 1", ["line 1", "unknown-name"]),
    ],
)
def test_a_file_that_cannot_be_recorded_is_told_by_its_places(
    clinic: Clinic, text: str, told: list[str]
) -> None:
    episode = clinic.opened()
    ended = clinic.run("visit", episode, "--from", clinic.file(text))
    assert (ended.code, ended.data, clinic.entries()) == (1, "", 1)
    assert all(part in ended.talk for part in [*told, "nothing was recorded"])


@pytest.mark.parametrize(
    "words",
    [
        ["--set", "nprs"],
        ["--set", "average=3"],
        ["--set", "nprs.average=3", "--set", "nprs.average=4"],
        ["--set", "nprs.average=3", "--set", "nprs.average.left=4"],
        ["--from", "no_such_file.toml"],
    ],
)
def test_answers_that_are_none_are_refused(clinic: Clinic, words: list[str]) -> None:
    episode = clinic.opened()
    ended = clinic.run("visit", episode, *words)
    assert (ended.code, ended.data, clinic.entries()) == (2, "", 1)


def test_a_file_and_answers_do_not_mix(clinic: Clinic) -> None:
    ended = clinic.run("visit", clinic.opened(), "--from", clinic.file(FINE), "--set", "nprs.average=3")
    assert (ended.code, "not in both" in ended.talk) == (2, True)


def test_a_stop_that_waits_sets_the_plan_aside_at_once(clinic: Clinic) -> None:
    episode = clinic.started()
    ill = clinic.file("observed = { red_flags = { self_harm = true } }\n", "ill.toml")
    ended = clinic.run("visit", episode, "--from", ill, "--no-input", now=DAY_7)
    assert "The plan before it is set aside at once, whatever the answer." in ended.talk
    patient = f"{clinic.patient_of(episode)}:patient"
    document = clinic.done("plan", episode, now=DAY_7)
    assert (document["action"], document["plan"]) == ("emergency", None)
    assert clinic.done("plan", episode, now=DAY_7, by=patient) == document
    assert "No exercises for now." in clinic.run("plan", episode, now=DAY_7, by=patient).data
    assert "NO EXERCISE: decision" in clinic.run("status", episode, now=DAY_7).data
    clinic.done("decline", episode, str(document["decision"]), "--reason", "wrong patient", now=DAY_7)
    assert clinic.done("plan", episode, now=DAY_7, by=patient)["plan"] is None
