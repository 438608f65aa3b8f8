"""Taking in a file that is not right: it is refused whole; no entries, definitions or key are left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehabflow.instants import Instant
from rehabflow.store.canonical import decode, encode
from rehabflow.store.carrying import export_episode, import_episode
from rehabflow.store.episodes import Episodes
from rehabflow.store.erasing import erase
from rehabflow.store.errors import Conflict, Damaged, MissingKey, StoreFailed
from rehabflow.store.requests import Request
from rehabflow.store.sqlite_store import SqliteStore, open_sqlite
from rehabflow.store.vault import ErasedEpisode
from store.making import LEAD, THERAPIST, episodes_of

AT = Instant(739_000, 36_000)
Document = dict[str, Any]


def clinic(folder: Path) -> Episodes:
    return episodes_of(open_sqlite(folder / "store" / "e.sqlite", create=True), folder / "keys")


@pytest.fixture
def here(tmp_path: Path) -> Episodes:
    return clinic(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path) -> Episodes:
    return clinic(tmp_path / "there")


@pytest.fixture
def file(here: Episodes) -> bytes:
    """Return the file of an episode, with what makes its chain."""
    return export_episode(here, LEAD, here.open(Request(THERAPIST, AT), "low_back_pain").episode)


def left(episodes: Episodes, folder: Path) -> tuple[int, int, int]:
    """Return how many entries, kept texts and keys there are."""
    store = episodes.vault.store
    assert isinstance(store, SqliteStore)
    kept = store._connection.execute("SELECT count(*) FROM kept").fetchone()[0]
    return len(list(store.rows())), kept, len(list((folder / "keys").iterdir()))


def changed(file: bytes, **parts: object) -> bytes:
    document = decode(file.removesuffix(b"\n"))
    assert isinstance(document, dict)
    return encode({**document, **parts})  # type: ignore[dict-item]  # whatever a test makes of it


BAD: tuple[Callable[[bytes], bytes], ...] = (
    lambda file: changed(file, key="00" * 32),
    lambda file: changed(file, key="00"),
    lambda file: changed(file, key="canary"),
    lambda file: changed(file, key=None),
    lambda file: changed(file, key=7),
    lambda file: changed(file, contents={}),
    lambda file: changed(file, contents=[]),
    lambda file: changed(file, contents={"a": 1}),
    lambda file: changed(file, rows=None),
    lambda file: changed(file, rows=[]),
    lambda file: changed(file, rows={}),
    lambda file: changed(file, rows=[None]),
)


@pytest.mark.parametrize("change", BAD, ids=range(len(BAD)))
def test_a_bad_file_leaves_nothing_behind(
    there: Episodes, tmp_path: Path, file: bytes, change: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(Damaged):
        import_episode(there, LEAD, change(file))
    assert left(there, tmp_path / "there") == (0, 0, 0)
    import_episode(there, LEAD, file)
    assert left(there, tmp_path / "there") == (1, 1, 1)


def test_an_erased_patients_key_does_not_come_back(here: Episodes, file: bytes) -> None:
    (head,) = here.vault.store.heads()
    erase(here, LEAD, AT, head.patient, "patient_request")
    with pytest.raises(ErasedEpisode):
        import_episode(here, LEAD, file)
    assert here.vault.keys is not None
    assert not here.vault.keys.has(head.patient)


def test_an_episode_that_is_here_brings_no_key(here: Episodes, tmp_path: Path, file: bytes) -> None:
    elsewhere = episodes_of(here.vault.store, tmp_path / "other_keys")
    with pytest.raises(Conflict):
        import_episode(elsewhere, LEAD, file)
    assert list((tmp_path / "other_keys").iterdir()) == []


def test_a_key_other_than_that_of_the_patients_episodes_here_is_refused(
    here: Episodes, there: Episodes, tmp_path: Path, file: bytes
) -> None:
    begun = here.current(here.vault.store.heads()[0].episode)
    assert there.vault.keys is not None
    there.vault.keys.make(begun.patient)
    there.add(Request(THERAPIST, AT), "e" * 32, begun.patient, 0, [begun.opened])
    lost = episodes_of(there.vault.store, tmp_path / "lost")
    for episodes in (there, lost):
        with pytest.raises(MissingKey, match="another key"):
            import_episode(episodes, LEAD, file)
    assert list((tmp_path / "lost").iterdir()) == []


def test_a_key_goes_again_when_the_entries_cannot_be_kept(
    there: Episodes, tmp_path: Path, file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFailed("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(SqliteStore, "adopt", full)
        with pytest.raises(StoreFailed):
            import_episode(there, LEAD, file)
    assert left(there, tmp_path / "there")[::2] == (0, 0)
    import_episode(there, LEAD, file)
