"""Sealing and erasing, backups, and the stores of all releases."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import attrs
import pyrage  # type: ignore[import-untyped]  # it carries no types
import pytest

from rehabflow.record.events import Observed, Placed
from rehabflow.store.backups import backup, restore
from rehabflow.store.canonical import encode
from rehabflow.store.chain import payload_in
from rehabflow.store.entries import entry_of, read_payload
from rehabflow.store.episodes import Episodes
from rehabflow.store.erasing import CannotErase, erase
from rehabflow.store.errors import (
    Damaged,
    MissingKey,
    NoEpisode,
    NotAllowed,
    StoreFailed,
    Unsafe,
)
from rehabflow.store.events import Derived
from rehabflow.store.identities import identify, identity
from rehabflow.store.notes import head_note, new_signing_key, public_key_of, verify
from rehabflow.store.requests import Request
from rehabflow.store.sealing import KeyRing, seal, unseal
from rehabflow.store.sqlite_store import SqliteStore, open_sqlite
from rehabflow.store.vault import ErasedEpisode
from store.making import AUDITOR, LEAD, THERAPIST, begin, course, episodes_of, journeys, take

LONG = journeys()["flare_and_back"]
LAST = LONG.steps[-1].at
CANARY = "Zephyrine Quillfeather"


@pytest.fixture
def store(sqlite_path: Path) -> SqliteStore:
    return open_sqlite(sqlite_path, create=True)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def sealed(store: SqliteStore, keys: Path) -> Episodes:
    return episodes_of(store, keys)


# -- sealing and erasing


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def with_canaries(episodes: Episodes) -> tuple[str, str]:
    """Open an episode with a canary wherever a person can write a text; return it and its patient."""
    episode = begin(episodes, LONG)
    patient = episodes.current(episode).patient
    at = LONG.steps[0].at
    shown = take(episodes, episode, LONG.steps[0], accept=False)
    stage = Placed(at, at, "main", "stabilization", "physiotherapist", CANARY, CANARY)
    changed = episodes.change(Request(THERAPIST, at), episode, [stage])
    episodes.decline(Request(THERAPIST, at), episode, changed.number, CANARY)
    episodes.close(Request(THERAPIST, at), episode, "other", CANARY)
    assert shown.number < changed.number
    if episodes.vault.keys is not None:
        identify(episodes, THERAPIST, patient, {"name": CANARY, "born": "1984-05-01"})
    return episode, patient


def test_nothing_a_person_wrote_stands_in_a_sealed_store(sealed: Episodes, tmp_path: Path) -> None:
    with_canaries(sealed)
    files = everything(tmp_path)
    for word in (CANARY, "nprs.average", 'stabilization"', "physiotherapist"):
        readable = [one for one in sealed.vault.store.rows() if word in one.body]
        assert readable == []
    assert CANARY.encode() not in files


def test_erasing_leaves_a_chain_and_no_way_to_read_it(sealed: Episodes, tmp_path: Path) -> None:
    episode, patient = with_canaries(sealed)
    other = begin(sealed, LONG)
    signing = new_signing_key()
    note = head_note(sealed.vault.store, LAST, signing)
    copy = tmp_path / "backup.sqlite"
    backup(sealed.vault.store, copy)  # type: ignore[arg-type]  # it is one
    assert identity(sealed, THERAPIST, patient) == {"name": CANARY, "born": "1984-05-01"}
    assert erase(sealed, LEAD, LAST, patient, "patient_request") == (episode,)
    assert CANARY.encode() not in everything(tmp_path)
    assert identity(sealed, THERAPIST, patient) is None
    assert verify(sealed.vault.store, note, public_key_of(signing)).noted == 2
    fresh = episodes_of(open_sqlite(tmp_path / "store" / "episodes.sqlite"), tmp_path / "keys")
    for reader in (sealed, fresh):
        with pytest.raises(ErasedEpisode):
            reader.state(THERAPIST, episode)
        assert [state.episode for state in reader.list(AUDITOR)] == [other]
    restored = episodes_of(restore(copy, tmp_path / "restored" / "e.sqlite"), tmp_path / "keys")
    with pytest.raises(MissingKey):
        restored.state(THERAPIST, episode)
    assert restored.state(THERAPIST, other) == sealed.current(other)


def test_an_interrupted_erasing_is_finished_by_repeating_it(
    sealed: Episodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode, patient = with_canaries(sealed)
    keys = sealed.vault.keys
    assert keys is not None
    with monkeypatch.context() as patched:
        patched.setattr(KeyRing, "destroy", lambda *_: (_ for _ in ()).throw(StoreFailed("power")))
        with pytest.raises(StoreFailed):
            erase(sealed, LEAD, LAST, patient, "other")
    with pytest.raises(ErasedEpisode):
        sealed.state(THERAPIST, episode)
    assert keys.has(patient)
    erase(sealed, LEAD, LAST, patient, "other")
    assert not keys.has(patient)
    erase(sealed, LEAD, LAST, patient, "other")


def test_what_is_not_sealed_cannot_be_erased_and_says_so(store: SqliteStore) -> None:
    plain = episodes_of(store)
    episode, patient = with_canaries(plain)
    with pytest.raises(CannotErase):
        erase(plain, LEAD, LAST, patient, "other")
    assert plain.current(episode).closed
    with pytest.raises(NoEpisode):
        erase(plain, LEAD, LAST, "0" * 32, "other")
    with pytest.raises(NotAllowed):
        erase(plain, THERAPIST, LAST, patient, "other")


def test_sealed_is_readable_only_with_its_key_at_its_place() -> None:
    key = bytes(range(32))
    sealed_text = seal(key, b"text", "e/1")
    assert unseal(key, sealed_text, "e/1") == b"text"
    assert seal(key, b"text", "e/1") != sealed_text
    for other_key, text, place in (
        (bytes(32), sealed_text, "e/1"),
        (key, sealed_text, "e/2"),
        (key, sealed_text[:-4] + "AAAA", "e/1"),
        (key, "canary", "e/1"),
        (key, "", "e/1"),
    ):
        with pytest.raises(Damaged) as refused:
            unseal(other_key, text, place)
        assert "canary" not in str(refused.value)


def test_keys_are_of_this_user_only(keys: Path) -> None:
    ring = KeyRing.at(keys)
    ring.make("a" * 32)
    made = ring.key("a" * 32)
    ring.make("a" * 32)
    assert ring.key("a" * 32) == made
    (file,) = keys.iterdir()
    assert (keys.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    file.chmod(0o600)
    file.write_bytes(b"short")
    with pytest.raises(Damaged):
        ring.key("a" * 32)
    keys.chmod(0o750)
    with pytest.raises(Unsafe):
        KeyRing.at(keys)


# -- backups


def test_a_backup_is_whole_while_others_write(sealed: Episodes, tmp_path: Path) -> None:
    episode, _ = course(sealed, LONG)
    store = sealed.vault.store
    assert isinstance(store, SqliteStore)
    writer = open_sqlite(store.path)
    backup(store, tmp_path / "b.sqlite")
    writer.append("f" * 32, "a" * 32, key="later", expected=0, payloads=[b"{}"])
    restored = restore(tmp_path / "b.sqlite", tmp_path / "restored" / "e.sqlite")
    assert list(restored.rows()) == [row for row in store.rows() if row.episode == episode]
    assert (tmp_path / "b.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_backup_is_encrypted_on_request(store: SqliteStore, tmp_path: Path) -> None:
    plain = episodes_of(store)
    episode, _ = with_canaries(plain)
    identity_ = pyrage.x25519.Identity.generate()
    backup(store, tmp_path / "b.age", [str(identity_.to_public())])
    assert CANARY.encode() not in (tmp_path / "b.age").read_bytes()
    assert CANARY.encode() in store.path.read_bytes(), "else the line above shows nothing"
    other = str(pyrage.x25519.Identity.generate())
    for wrong in (other, "", "canary"):
        with pytest.raises(Damaged):
            restore(tmp_path / "b.age", tmp_path / "restored" / "e.sqlite", wrong)
    restored = restore(tmp_path / "b.age", tmp_path / "restored" / "e.sqlite", str(identity_))
    assert episodes_of(restored).current(episode) == plain.current(episode)


def test_a_backup_never_replaces_a_file(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(StoreFailed):
        backup(store, tmp_path / "b")
    backup(store, tmp_path / "c")
    with pytest.raises(StoreFailed):
        restore(tmp_path / "c", store.path)


# -- releases

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql"))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_store_of_every_release_is_opened_and_read(release: Path, sqlite_path: Path) -> None:
    """Stored bytes are never rewritten: what a release wrote has to be read by all later ones."""
    sqlite_path.parent.mkdir(mode=0o700)
    raw = sqlite3.connect(sqlite_path)
    raw.executescript(release.read_text(encoding="utf-8"))
    raw.close()
    sqlite_path.chmod(0o600)
    store = open_sqlite(sqlite_path)
    expected = json.loads(release.with_suffix(".json").read_text(encoding="utf-8"))
    assert verify(store).entries == expected["entries"]
    (state,) = episodes_of(store).list(AUDITOR)
    assert [made.decision.action for made in state.decisions] == expected["actions"]
    kinds = [read_payload(payload_in(row))["kind"] for row in store.rows()]
    assert kinds == expected["kinds"]
    before = list(store.rows())
    assert [type(entry_of(read_payload(payload_in(row))).event) is Derived for row in before] == [
        kind == "derived" for kind in kinds
    ]
    episodes_of(store).close(Request(THERAPIST, state.clock), state.episode, "other")
    assert list(store.rows())[: len(before)] == before


def test_there_is_a_store_of_this_release() -> None:
    from importlib.metadata import version

    assert version("rehabflow") in {path.stem for path in RELEASES}


def test_a_payload_that_is_not_an_entry_is_told(store: SqliteStore) -> None:
    store.append("e" * 32, "a" * 32, key="one", expected=0, payloads=[encode({"canary": CANARY})])
    with pytest.raises(Damaged) as told:
        episodes_of(store).current("e" * 32)
    assert CANARY not in str(told.value)


def test_no_error_of_a_visit_holds_an_answer(sealed: Episodes) -> None:
    episode = begin(sealed, LONG)
    at = LONG.steps[0].at
    wrong = Observed(at, at, "nprs.average", CANARY)
    for event in (wrong, attrs.evolve(wrong, key=CANARY), attrs.evolve(wrong, answer=True)):
        with pytest.raises(Exception) as told:  # noqa: PT011 - whatever it is
            sealed.visit(Request(THERAPIST, at), episode, [event])
        assert CANARY not in f"{told.value} {told.value!r}"
