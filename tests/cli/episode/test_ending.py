"""Who a patient is, and the end of an episode."""

from __future__ import annotations

import pytest

from cli.episode.clinic import (
    DAY_1,
    DAY_7,
    DAY_8,
    LEAD,
    Clinic,
)


def test_who_a_patient_is_stands_apart_encrypted(clinic: Clinic) -> None:
    episode = clinic.opened()
    file = clinic.file('name = "Anna Example"\nborn = "1984-05-01"')
    told = clinic.run("identify", episode, "--from", file)
    assert (told.code, "Anna" in told.data + told.talk) == (0, False)
    file.unlink()
    assert clinic.done("identify", episode, "--show")["identity"] == {
        "name": "Anna Example",
        "born": "1984-05-01",
    }
    assert "Name: Anna Example" in clinic.run("identify", episode, "--show").data
    held = b"".join(path.read_bytes() for path in clinic.folder.rglob("*") if path.is_file())
    assert b"Anna" not in held


def test_who_a_patient_is_is_asked(clinic: Clinic) -> None:
    episode = clinic.opened()
    ended = clinic.run("identify", episode, answers="Anna Example\n\n17\n")
    assert ended.code == 0
    assert clinic.done("identify", episode, "--show")["identity"] == {"name": "Anna Example", "number": "17"}


@pytest.mark.parametrize("text", ["", "street = 'x'", "name = ", f"name = '{'x' * 201}'"])
def test_identify_refuses(clinic: Clinic, text: str) -> None:
    assert clinic.run("identify", clinic.opened(), "--from", clinic.file(text)).code == 2


def test_a_closed_episode_takes_nothing_more(clinic: Clinic) -> None:
    episode = clinic.started()
    found = clinic.done("close", episode, "--disposition", "discharged", "--reason", "goals met", now=DAY_7)
    assert (found["closed"], found["recorded"]) == (True, "closed")
    ended = clinic.run("visit", episode, "--no-input", now=DAY_8)
    assert (ended.code, "closed" in ended.talk) == (2, True)


def test_erasing_asks_then_makes_it_unreadable(clinic: Clinic) -> None:
    episode = clinic.started()
    words = ["erase", episode, "--ground", "patient_request"]
    assert clinic.run(*words).code == 1
    assert clinic.run(*words, "--no-input", by=LEAD).code == 2
    assert clinic.run(*words, answers="y\n", by=LEAD).code == 130
    assert clinic.run(*words, by=LEAD).code == 130
    assert clinic.run("log", episode, "--done", "all", now=DAY_1).code in (0, 4)
    ended = clinic.run(*words, answers="erase\n", by=LEAD, now=DAY_7)
    assert (ended.code, "Erased: 1 episode" in ended.data) == (0, True)
    gone = clinic.run("visit", episode, "--no-input", now=DAY_8)
    assert (gone.code, "erased" in gone.talk) == (2, True)
    assert not list(clinic.store.parent.glob("keys/*.key"))
    assert clinic.done(*words, "--yes", by=LEAD, now=DAY_8)["episodes"] == [episode]


def test_what_was_never_encrypted_cannot_be_erased(clinic: Clinic) -> None:
    episode = clinic.opened(keys="none")
    ended = clinic.run("erase", episode, "--ground", "other", "--yes", by=LEAD)
    assert (ended.code, "nothing was erased" in ended.talk) == (1, True)


def test_closing_names_the_patients_other_open_episodes(clinic: Clinic) -> None:
    episode = clinic.started()
    other = clinic.opened("neck_whiplash", patient=clinic.patient_of(episode))
    ended = clinic.run("close", episode, "--disposition", "discharged", now=DAY_7)
    assert (ended.code, other[:8] in ended.talk, other[:8] in ended.data) == (0, True, False)
    ended = clinic.run("close", other, "--disposition", "discharged", now=DAY_7)
    assert "same patient" not in ended.talk


def test_an_emergency_is_closed_with_a_reason(clinic: Clinic) -> None:
    episode = clinic.started()
    clinic.done("visit", episode, "--set", "red_flags.self_harm=yes", now=DAY_1, code=3)
    ended = clinic.run("close", episode, "--disposition", "referred", now=DAY_7)
    assert (ended.code, "reason" in ended.talk) == (2, True)
    clinic.done("close", episode, "--disposition", "referred", "--reason", "in hospital", now=DAY_7)
