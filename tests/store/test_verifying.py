"""Verifying the definitions that are kept beside the entries: none changed, none gone that an episode is decided by."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabflow.instants import Instant
from rehabflow.store.errors import Damaged
from rehabflow.store.notes import verify
from rehabflow.store.requests import Request
from rehabflow.store.sqlite_store import SqliteStore, open_sqlite
from store.making import THERAPIST, episodes_of

AT = Instant(739_000, 36_000)


@pytest.fixture
def store(sqlite_path: Path) -> SqliteStore:
    return open_sqlite(sqlite_path, create=True)


def tampered(store: SqliteStore, statement: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        store._connection.execute(f"DROP TRIGGER kept_{verb}_never")
    assert store._connection.execute(statement).rowcount == 1


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE kept SET text = replace(text, '1.0.0', '1.0.1')", "not those that were kept"),
        (
            "UPDATE kept SET sha256 = replace(sha256, substr(sha256, 1, 8), 'ffffffff')",
            "not those that were kept",
        ),
        ("DELETE FROM kept", "definitions are not kept here"),
    ],
)
@pytest.mark.parametrize("is_sealed", [False, True])
def test_kept_definitions_are_verified_too(
    store: SqliteStore, tmp_path: Path, statement: str, told: str, is_sealed: bool
) -> None:
    episodes = episodes_of(store, tmp_path / "keys" if is_sealed else None)
    episodes.open(Request(THERAPIST, AT), "low_back_pain")
    assert verify(store, keys=episodes.vault.keys).entries == 1
    tampered(store, statement)
    with pytest.raises(Damaged, match=told):
        verify(store, keys=episodes.vault.keys)


def test_what_a_sealed_entry_names_is_seen_only_with_its_key(store: SqliteStore, tmp_path: Path) -> None:
    episodes_of(store, tmp_path / "keys").open(Request(THERAPIST, AT), "low_back_pain")
    tampered(store, "DELETE FROM kept")
    assert verify(store).entries == 1
    assert verify(store, keys=episodes_of(store, tmp_path / "others").vault.keys).entries == 1


def test_the_names_of_kept_texts_are_those_they_were_kept_under(
    sqlite_path: Path, store: SqliteStore
) -> None:
    store.keep("b", "text")
    store.keep("a", "text")
    assert sorted(store.kept_names()) == ["a", "b"]
