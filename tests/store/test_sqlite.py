"""The SQLite file: who can reach it, what it is set to, and what else is refused."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from pathlib import Path
from statistics import median

import pytest

from rehabflow.store.errors import Damaged, StoreFailed, TooNew, Unsafe
from rehabflow.store.sqlite_store import open_sqlite, wal_is_safe

posix = pytest.mark.skipif(os.name != "posix", reason="modes of files")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_only_this_user_reaches_folder_and_file(sqlite_path: Path) -> None:
    before = os.umask(0)
    try:
        open_sqlite(sqlite_path, create=True)
    finally:
        os.umask(before)
    assert (mode(sqlite_path.parent), mode(sqlite_path)) == (0o700, 0o600)


@posix
@pytest.mark.parametrize(("file", "folder"), [(0o640, 0o700), (0o604, 0o700), (0o600, 0o750), (0o600, 0o701)])
def test_a_store_that_others_reach_is_refused(sqlite_path: Path, file: int, folder: int) -> None:
    open_sqlite(sqlite_path, create=True).close()
    sqlite_path.chmod(file)
    sqlite_path.parent.chmod(folder)
    with pytest.raises(Unsafe, match="others can reach"):
        open_sqlite(sqlite_path)


@posix
def test_a_link_is_refused(sqlite_path: Path) -> None:
    open_sqlite(sqlite_path, create=True).close()
    link = sqlite_path.with_name("link.sqlite")
    link.symlink_to(sqlite_path)
    with pytest.raises(Unsafe, match="not a plain file"):
        open_sqlite(link)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_refused(sqlite_path: Path) -> None:
    open_sqlite(sqlite_path, create=True).close()
    os.chown(sqlite_path, 65534, 65534)
    with pytest.raises(Unsafe, match="another user"):
        open_sqlite(sqlite_path)


def test_settings_are_those_that_lose_nothing(sqlite_path: Path) -> None:
    connection = open_sqlite(sqlite_path, create=True)._connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
    assert connection.execute("PRAGMA temp_store").fetchone() == (2,)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_only_where_its_bug_is_repaired(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_wal_is_refused_on_an_older_sqlite(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(Unsafe, match="WAL"):
        open_sqlite(sqlite_path, create=True, journal="wal")
    open_sqlite(sqlite_path, create=True).close()
    raw = sqlite3.connect(sqlite_path)
    raw.execute("PRAGMA journal_mode = wal")
    raw.close()
    with pytest.raises(Unsafe, match="WAL"):
        open_sqlite(sqlite_path)


def test_wal_is_used_on_a_repaired_sqlite(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 3))
    store = open_sqlite(sqlite_path, create=True, journal="wal")
    assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_is_recorded_cannot_be_changed_by_mistake(sqlite_path: Path) -> None:
    store = open_sqlite(sqlite_path, create=True)
    store.append("e" * 32, "a" * 32, key="one", expected=0, payloads=[b"{}"])
    for statement in ("UPDATE entry SET body = ''", "DELETE FROM entry"):
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            store._connection.execute(statement)


def test_a_file_that_is_not_there_is_told(sqlite_path: Path) -> None:
    with pytest.raises(StoreFailed):
        open_sqlite(sqlite_path)


def test_another_database_is_refused(sqlite_path: Path) -> None:
    sqlite_path.parent.mkdir(mode=0o700)
    raw = sqlite3.connect(sqlite_path)
    raw.execute("CREATE TABLE x (y)")
    raw.close()
    sqlite_path.chmod(0o600)
    with pytest.raises(Damaged, match="not a store"):
        open_sqlite(sqlite_path)


def test_what_is_no_database_is_refused(sqlite_path: Path) -> None:
    sqlite_path.parent.mkdir(mode=0o700)
    sqlite_path.write_bytes(b"canary" * 1000)
    sqlite_path.chmod(0o600)
    with pytest.raises(Damaged) as refused:
        open_sqlite(sqlite_path)
    assert "canary" not in str(refused.value)


def test_a_store_of_a_newer_version_is_refused(sqlite_path: Path) -> None:
    store = open_sqlite(sqlite_path, create=True)
    store._connection.execute("PRAGMA user_version = 2")
    store.close()
    with pytest.raises(TooNew):
        open_sqlite(sqlite_path)


@pytest.mark.bench
def test_opening_takes_little(sqlite_path: Path) -> None:
    open_sqlite(sqlite_path, create=True).close()
    times = []
    for _ in range(50):
        start = time.perf_counter()
        open_sqlite(sqlite_path).close()
        times.append(time.perf_counter() - start)
    print(f"open: {median(times) * 1000:.2f} ms")
    assert median(times) < 0.015


@pytest.mark.bench
def test_verifying_is_fast(sqlite_path: Path) -> None:
    from rehabflow.store.notes import verify

    store = open_sqlite(sqlite_path, create=True)
    payload = b'{"text":"' + b"x" * 300 + b'"}'
    for number in range(10):
        store.append(f"{number:032x}", "a" * 32, key=f"k{number}", expected=0, payloads=[payload] * 5000)
    start = time.process_time()
    found = verify(store)
    speed = found.entries / (time.process_time() - start)
    print(f"verify: {speed:,.0f} entries a second")
    assert speed > 100_000


def test_an_emptied_file_is_not_an_empty_store(sqlite_path: Path) -> None:
    open_sqlite(sqlite_path, create=True).close()
    sqlite_path.write_bytes(b"")
    with pytest.raises(Damaged, match="emptied"):
        open_sqlite(sqlite_path)
    assert sqlite_path.read_bytes() == b""
