"""Who may do what, at the command line: every writing command by every role, against a table of its own."""

from __future__ import annotations

import pytest

from cli.episode.clinic import CLEARED, Clinic

ACTORS = {
    "patient": "{patient}:patient",
    "assistant": "a1:assistant",
    "clinician": "t7:clinician:physiotherapist",
    "lead": "l1:lead:physiotherapist",
    "auditor": "u1:auditor",
}
SIGNING = {"clinician", "lead"}
MAY = {
    "open": {"assistant", *SIGNING},
    "visit": {"assistant", *SIGNING},
    "log": {"patient", "assistant", *SIGNING},
    "accept": SIGNING,
    "change": SIGNING,
    "decline": SIGNING,
    "clear": SIGNING,
    "override": SIGNING,
    "overrides": {"assistant", "auditor", *SIGNING},
    "correct": SIGNING,
    "identify": {"assistant", *SIGNING},
    "close": SIGNING,
    "erase": {"lead"},
}


def words_of(clinic: Clinic, command: str, episode: str, waits: str) -> list[str]:
    """Return a call of a command that is right but for who acts."""
    name = clinic.file("name = 'Anna'", "name.toml")
    return [command, *{
        "open": ["low_back_pain"],
        "visit": [episode, "--set", "nprs.average=3"],
        "log": [episode, "--done", "all"],
        "accept": [episode, waits],
        "change": [episode, "--pin", "bird_dog_arm", "--reason", "x"],
        "decline": [episode, waits, "--reason", "x"],
        "clear": [episode, "heavy_loading"],
        "override": [episode, "clearance.bed_rest.caution", "--code", "other", "--reason", "x", "--until", "7d"],
        "overrides": [],
        "correct": [episode, "nprs.average", "--on", "2026-03-02", "--to", "5", "--reason", "x"],
        "identify": [episode, "--from", str(name)],
        "close": [episode, "--disposition", "other"],
        "erase": [episode, "--ground", "other", "--yes"],
    }[command]]  # fmt: skip


@pytest.mark.parametrize("command", MAY)
def test_a_role_may_what_its_table_says_and_nothing_else(clinic: Clinic, command: str) -> None:
    for role, actor in ACTORS.items():
        episode = clinic.opened()
        waits = str(clinic.done("visit", episode, "--from", clinic.file(CLEARED))["waits"])
        by = actor.format(patient=clinic.patient_of(episode))
        before = clinic.entries()
        ended = clinic.run(*words_of(clinic, command, episode, waits), "--no-input", by=by)
        if role in MAY[command]:
            assert ended.code in (0, 3, 4), (role, ended.talk)
            assert clinic.entries() > before or command in ("identify", "overrides")
        else:
            assert (ended.code, ended.data, clinic.entries()) == (1, "", before), role
            assert "may not" in ended.talk


@pytest.mark.parametrize("command", ["change", "clear", "override", "correct"])
def test_who_signs_has_a_profession(clinic: Clinic, command: str) -> None:
    episode = clinic.opened()
    waits = str(clinic.done("visit", episode, "--from", clinic.file(CLEARED))["waits"])
    for by in ("t7:clinician", "l1:lead"):
        ended = clinic.run(*words_of(clinic, command, episode, waits), by=by)
        assert ended.code in (1, 2)
        assert "profession" in ended.talk


def test_a_profession_signs_only_what_it_may(clinic: Clinic) -> None:
    episode = clinic.opened()
    ended = clinic.run("clear", episode, "alarm_examined", by="t7:clinician:physiotherapist")
    assert (ended.code, "physician" in ended.talk, clinic.entries()) == (1, True, 1)
    assert clinic.run("clear", episode, "alarm_examined", by="p2:clinician:physician").code == 0


def test_nobody_signs_for_another_in_a_file(clinic: Clinic) -> None:
    file = clinic.file('clear = [{ scope = "alarm_examined", by = "physician", name = "P. Physician" }]')
    ended = clinic.run("visit", clinic.opened(), "--from", file, "--no-input")
    assert (ended.code, clinic.entries()) == (1, 1)
    assert "profession that is not theirs" in ended.talk


def test_an_assistants_visit_gives_no_agreement(clinic: Clinic) -> None:
    ended = clinic.run("visit", clinic.opened(), "--clear", "start", "--no-input", by="a1:assistant")
    assert (ended.code, ended.data, clinic.entries()) == (1, "", 1)
