"""Opening an episode: which patients it takes, with which keys, and what a repeated request has to be alike in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rehabflow.instants import Instant
from rehabflow.store.episodes import Episodes
from rehabflow.store.erasing import erase
from rehabflow.store.errors import MissingKey, NoEpisode, RepeatedKey
from rehabflow.store.events import Opened
from rehabflow.store.requests import Request
from rehabflow.store.sqlite_store import SqliteStore, open_sqlite
from rehabflow.store.vault import ErasedEpisode
from store.making import AUDITOR, LEAD, THERAPIST, episodes_of

AT = Instant(739_000, 36_000)
NEXT = Instant(739_001, 36_000)


@pytest.fixture
def store(sqlite_path: Path) -> SqliteStore:
    return open_sqlite(sqlite_path, create=True)


@pytest.fixture
def sealed(store: SqliteStore, tmp_path: Path) -> Episodes:
    return episodes_of(store, tmp_path / "keys")


def opened(episodes: Episodes, patient: str = "", protocol: str = "low_back_pain") -> Any:  # noqa: ANN401 - a state
    return episodes.open(Request(THERAPIST, AT), protocol, patient=patient)


def test_a_patient_of_whom_there_is_no_episode_is_refused(store: SqliteStore, sealed: Episodes) -> None:
    patient = opened(sealed).patient
    wrong = patient[:-1] + ("0" if patient[-1] != "0" else "1")
    before = len(list(store.rows()))
    with pytest.raises(NoEpisode, match="leave it out for a patient who is new"):
        opened(sealed, wrong)
    assert len(list(store.rows())) == before
    assert sealed.vault.keys is not None
    assert not sealed.vault.keys.has(wrong)
    assert opened(sealed, patient, "neck_whiplash").patient == patient


def test_a_patient_who_was_erased_is_refused(sealed: Episodes) -> None:
    patient = opened(sealed).patient
    erase(sealed, LEAD, AT, patient, "patient_request")
    with pytest.raises(ErasedEpisode):
        opened(sealed, patient)
    assert sealed.vault.keys is not None
    assert not sealed.vault.keys.has(patient)


@pytest.mark.parametrize("ring", ["none", "empty", "another"])
def test_sealed_patients_need_their_key_before_anything_is_written(
    store: SqliteStore, sealed: Episodes, tmp_path: Path, ring: str
) -> None:
    state = opened(sealed)
    other = episodes_of(store, None if ring == "none" else tmp_path / "other")
    if ring == "another" and other.vault.keys is not None:
        other.vault.keys.make(state.patient)
    before = len(list(store.rows()))
    with pytest.raises(MissingKey):
        opened(other, state.patient)
    assert len(list(store.rows())) == before
    assert ring != "empty" or list((tmp_path / "other").iterdir()) == []
    assert [one.episode for one in sealed.list(AUDITOR)] == [state.episode]


def test_the_list_goes_on_past_an_episode_that_another_key_sealed(
    store: SqliteStore, sealed: Episodes, tmp_path: Path
) -> None:
    first = opened(sealed)
    other = episodes_of(store, tmp_path / "other")
    assert other.vault.keys is not None
    other.vault.keys.make(first.patient)
    begun = first.opened
    assert isinstance(begun, Opened)
    other.add(Request(THERAPIST, AT), "e" * 32, first.patient, 0, [begun])
    assert [one.episode for one in sealed.list(AUDITOR)] == [first.episode]
    assert [one.episode for one in other.list(AUDITOR)] == ["e" * 32]


def test_a_repeated_request_is_one_that_asks_for_the_same(sealed: Episodes) -> None:
    anna, otto = opened(sealed).patient, opened(sealed).patient
    shared: dict[str, Any] = {"patient": anna, "day_0": AT, "involved": "left"}
    first = sealed.open(Request(THERAPIST, AT, "k"), "rotator_cuff_repair", **shared)
    again = sealed.open(Request(THERAPIST, NEXT, "k"), "rotator_cuff_repair", **shared)
    assert again.episode == first.episode
    for change in (
        {"patient": otto},
        {"day_0": Instant(AT.day - 1)},
        {"involved": "right"},
        {"involved": ""},
    ):
        with pytest.raises(RepeatedKey):
            sealed.open(Request(THERAPIST, AT, "k"), "rotator_cuff_repair", **{**shared, **change})
    with pytest.raises(RepeatedKey):
        sealed.open(Request(THERAPIST, AT, "k"), "low_back_pain", **shared)


def test_a_repeated_request_without_a_day_may_come_on_another(sealed: Episodes) -> None:
    first = sealed.open(Request(THERAPIST, AT, "k"), "low_back_pain")
    assert sealed.open(Request(THERAPIST, NEXT, "k"), "low_back_pain").episode == first.episode


def test_what_was_known_at_a_second_holds_what_was_written_at_it(sealed: Episodes) -> None:
    midnight = Instant(739_001, 0)
    episode = sealed.open(Request(THERAPIST, midnight), "low_back_pain").episode
    assert len(sealed.history(AUDITOR, episode, midnight)[1]) == 1
    assert len(sealed.history(AUDITOR, episode, Instant(739_001))[1]) == 1
    sealed.close(Request(THERAPIST, Instant(739_001, 1)), episode, "other")
    assert len(sealed.history(AUDITOR, episode, midnight)[1]) == 1
    assert len(sealed.history(AUDITOR, episode, Instant(739_001))[1]) == 2
