"""The same request twice, two writers, a clock that is wrong, an id that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commands import rehabflow
from cli.episode.clinic import (
    ASSISTANT,
    CLEARED,
    DAY_1,
    DAY_7,
    FINE,
    Clinic,
)


def test_the_same_request_again_records_nothing_more(clinic: Clinic) -> None:
    episode = clinic.opened()
    words = ["visit", episode, "--from", str(clinic.file(CLEARED)), "--key", "visit.1"]
    first, count = clinic.done(*words), clinic.entries()
    again = clinic.done(*words, now="2026-03-02T09:30")
    assert clinic.entries() == count
    assert (again["decided"].pop("repeated"), first["decided"].pop("repeated")) == (True, False)
    assert again == first
    other = clinic.run("visit", episode, "--set", "nprs.average=3", "--key", "visit.1")
    assert (other.code, other.data, "used before" in other.talk) == (1, "", True)


@pytest.mark.parametrize("word", ["accept", "clear"])
def test_signing_again_with_the_same_key_is_harmless(clinic: Clinic, word: str) -> None:
    episode = clinic.opened()
    waits = clinic.done("visit", episode, "--from", clinic.file(CLEARED))["waits"]
    words = [word, episode, str(waits) if word == "accept" else "heavy_loading", "--key", "k.1"]
    clinic.done(*words)
    count = clinic.entries()
    clinic.done(*words)
    assert clinic.entries() == count


def test_who_comes_second_is_told_what_the_first_recorded(clinic: Clinic) -> None:
    episode = clinic.started()
    seen = clinic.entries()
    clinic.run("log", episode, "--done", "all", "--set", "session.alarm=no", now=DAY_1, by=ASSISTANT)
    ended = clinic.run("visit", episode, "--from", clinic.file(FINE), "--expected", str(seen), now=DAY_7)
    assert (ended.code, ended.data) == (1, "")
    for told in (
        f"{seen + 1}: session logged, 2026-03-03 18:00, by assistant a1",
        "somebody else",
        "in force",
    ):
        assert told in ended.talk


def test_the_clock_may_not_go_back(clinic: Clinic) -> None:
    ended = clinic.run("visit", clinic.started(), "--from", clinic.file(FINE), now="2026-03-01T09:00")
    assert (ended.code, "clock" in ended.talk) == (2, True)


@pytest.mark.parametrize("word", ["abc", "Anna", "0" * 33, "g" * 32])
def test_what_is_no_id_is_not_repeated(clinic: Clinic, word: str) -> None:
    clinic.opened()
    ended = clinic.run("visit", word)
    assert ended.code == 2
    assert word not in ended.talk


def test_an_unknown_id_and_one_that_several_begin_with(clinic: Clinic) -> None:
    episode = clinic.opened()
    other = ("0" if episode[0] != "0" else "1") + episode[1:]
    assert "no episode" in clinic.run("visit", other).talk
    assert "no episode begins so" in clinic.run("visit", other[:8]).talk


def test_the_default_store_is_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = rehabflow("episode", "open", "low_back_pain", "--as", "t7:clinician:physiotherapist")
    assert ended.code == 0
    assert {path.name for path in (tmp_path / "episodes").iterdir()} == {"episodes.sqlite", "keys"}
