"""A patient's words and numbers in every field of the commands that read and keep: in no error, no stored byte."""

from __future__ import annotations

import pytest

from cli.episode.clinic import DAY_7, DAY_8, LEAD, Clinic
from cli.episode.test_canary import CANARY, DAY, NUMBER, check_silent, started

FIELDS = [
    "status {x}",
    "status E {x}",
    "list {x}",
    "plan {x}",
    "plan E --as {x}:patient",
    "why {x}",
    "why E {x}",
    "why E --not {x}",
    "why E --not advance --track {x}",
    "history {x}",
    "history E --as-known-on {x}",
    "replay {x}",
    "verify --against {x}",
    "verify --against F --public-key {x}",
    "note --signing-key {x}",
    "note --signing-key F",
    "export {x} --to F",
    "export E --to F",
    "import {x}",
    "import F",
    "migrate {x}",
    "migrate E --{x}",
    "backup F",
    "backup N --to {x}",
    "restore F --store N",
    "restore {x} --store N",
    "restore F --store N --identity F",
]


@pytest.mark.parametrize("canary", [CANARY, NUMBER, DAY])
def test_in_every_field(clinic: Clinic, canary: str) -> None:
    episode = started(clinic)
    file, new = clinic.folder / "file", clinic.folder / "new"
    file.write_text(f'{{"{canary}": "{canary}"}}', encoding="utf-8")
    known = {"E": episode, "F": str(file), "N": str(new / "e.sqlite")}
    for field in FIELDS:
        words = [known.get(word, word).replace("{x}", canary) for word in field.split(" ")]
        ended = clinic.run(*words, "--no-input", now=DAY_7, by=LEAD)
        assert ended.code in (1, 2), (field, ended.code, ended.talk)
        check_silent(clinic, ended)


def test_what_is_read_is_on_no_stderr(clinic: Clinic) -> None:
    """Data may hold what was recorded; what is said about it may not."""
    episode = clinic.opened()
    clinic.run("visit", episode, "--set", f"patient.born={DAY}", "--set", "nprs.average=7", "--no-input")
    clinic.run("clear", episode, "heavy_loading", "--reason", CANARY)
    told = ["status", "plan", "why", "history", "replay", "migrate"]
    for words in (*([command, episode] for command in told), ["list"], ["why", episode, "--not", "start"]):
        check_silent(clinic, clinic.run(*words, now=DAY_8, by=LEAD), data_too=False)
    assert CANARY in clinic.run("history", episode, now=DAY_8).data


def test_a_replay_that_differs_names_no_value(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = clinic.opened()
    clinic.run("visit", episode, "--set", f"patient.born={DAY}", "--clear", "start", "--no-input")
    monkeypatch.setattr("rehabflow.engine.decide.settle_line", lambda *_: f"{CANARY} {NUMBER}")
    for words in (
        ["replay", episode],
        ["why", episode],
        ["plan", episode],
        ["why", episode, "--not", "start"],
    ):
        ended = clinic.run(*words, now=DAY_8)
        check_silent(clinic, ended)
