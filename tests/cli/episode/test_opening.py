"""Opening an episode, naming who acts, where the store is, and which episode is meant."""

from __future__ import annotations

import stat
import sys

import pytest

from cli.commands import rehabflow
from cli.episode.clinic import (
    Clinic,
)
from cli.shapes import faults


def test_open_makes_a_private_store_and_says_what_comes_next(clinic: Clinic) -> None:
    ended = clinic.run("open", "low_back_pain")
    assert ended.code == 0
    assert "is open" in ended.data
    assert "low_back_pain 1." in ended.data
    assert "A new store was made" in ended.talk
    assert "Next: rehabflow episode visit" in ended.talk
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (clinic.store, clinic.store.parent)}
    assert modes == {0o600, 0o700}


def test_without_the_optional_packages_both_ways_out_are_named(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    ended = clinic.run("open", "low_back_pain")
    assert ended.code == 2
    assert (
        "install rehabflow[store]; or open it without encryption, never to be erased: --keys none"
        in ended.talk
    )
    assert clinic.run("open", "low_back_pain", "--keys", "none").code == 0


def test_open_tells_programs_the_ids_and_the_pin(clinic: Clinic) -> None:
    found = clinic.done("open", "low_back_pain", "--day-0", "2026-02-27")
    form = {
        "schema": {"rehabflow/episode-open/1"},
        "episode": str,
        "patient": str,
        "protocol": {"id": {"low_back_pain"}, "version": str, "sha256": str},
        "day_0": {"2026-02-27"},
        "involved": None,
        "version": {1},
        "sealed": {True},
    }
    assert list(faults(found, form)) == []


def test_a_second_episode_of_a_patient(clinic: Clinic) -> None:
    first = clinic.done("open", "low_back_pain")
    second = clinic.done("open", "rotator_cuff_repair", "--patient", first["patient"], "--involved", "left")
    assert (second["patient"], second["involved"]) == (first["patient"], "left")
    assert second["episode"] != first["episode"]


def test_without_keys_it_is_said_that_nothing_is_encrypted(clinic: Clinic) -> None:
    ended = clinic.run("open", "low_back_pain", "--keys", "none", "--json")
    assert '"sealed": false' in ended.data
    assert "not encrypted" in ended.talk


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["low_back_pian"], 2, "did you mean `low_back_pain`?"),
        (["low_back_pain", "--day-0", "2026-04-01"], 2, "future"),
        (["low_back_pain", "--patient", "Anna"], 1, "32 hexadecimal digits"),
        (["low_back_pain", "--key", "Anna Smith"], 1, "idempotency key"),
    ],
)
def test_open_refuses(clinic: Clinic, words: list[str], code: int, told: str) -> None:
    ended = clinic.run("open", *words)
    assert (ended.code, ended.data) == (code, "")
    assert told in ended.talk


@pytest.mark.parametrize(
    "actor", ["", "t7", "t7:king", "t7:clinician:baker", "Anna Smith:clinician:physician"]
)
def test_who_acts_has_to_be_said(clinic: Clinic, actor: str) -> None:
    ended = rehabflow("episode", "open", "low_back_pain", "--store", clinic.store, REHABFLOW_ACTOR=actor)
    assert ended.code == 2
    assert "ID:ROLE[:PROFESSION]" in ended.talk
    assert not clinic.store.exists()


def test_without_a_store_it_is_said_where_one_would_be(clinic: Clinic) -> None:
    ended = clinic.run("visit", "abcd")
    assert (ended.code, "episodes/episodes.sqlite" in ended.talk) == (2, True)


def test_a_mistyped_patient_is_not_a_new_one(clinic: Clinic) -> None:
    clinic.opened()
    ended = clinic.run("open", "neck_whiplash", "--patient", "0" * 32)
    assert (ended.code, ended.data) == (2, "")
    assert "no episode here" in ended.talk


def test_other_keys_open_nothing_more_of_a_patient(clinic: Clinic) -> None:
    patient = clinic.patient_of(clinic.opened())
    for keys in ("none", str(clinic.folder / "others")):
        ended = clinic.run("open", "neck_whiplash", "--patient", patient, "--keys", keys)
        assert (ended.code, ended.data) == (1, "")
    assert len(clinic.done("list")["episodes"]) == 1


def test_a_list_that_can_show_nothing_says_so(clinic: Clinic) -> None:
    assert clinic.opened()
    ended = clinic.run("list", "--keys", "none")
    assert ended.code == 1
    assert "1 episode cannot be read" in ended.data
    assert "No episode is open" not in ended.data
    assert clinic.done("list", "--keys", "none", code=1)["unreadable"] == 1
