"""Killed, out of space, refused, failing at any call: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from rehabflow.store.errors import StoreError, StoreFailed
from rehabflow.store.sqlite_store import SqliteStore, connect, open_sqlite
from store.crashing import (
    EPISODE,
    FAILED,
    PARTS,
    append_until_killed,
    check_nothing_lost,
    in_a_child,
    request,
)

KILLS = int(os.environ.get("REHABFLOW_KILLS", "100"))
NOBODY = 65534
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes, limits files")


def test_killed_at_random_nothing_acknowledged_is_lost(sqlite_path: Path) -> None:
    open_sqlite(sqlite_path, create=True).close()
    random = Random(11)
    acknowledged: set[str] = set()
    for number in range(KILLS):
        told, ended = in_a_child(
            lambda pipe, number=number: append_until_killed(sqlite_path, f"k{number}", pipe),  # type: ignore[misc]
            kill_after=random.uniform(0.0, 0.12),
            sign=random.choice([signal.SIGKILL, signal.SIGTERM]),
        )
        assert ended in (-signal.SIGKILL, -signal.SIGTERM)
        acknowledged.update(told)
        if number % 20 == 0:
            check_nothing_lost(sqlite_path, acknowledged, number + 1)
    check_nothing_lost(sqlite_path, acknowledged, KILLS)
    assert len(acknowledged) > KILLS / 2


# -- every call failing once


@attrs.define(eq=False)
class Failing:
    """A connection whose call `at` fails, before it did anything or after."""

    real: sqlite3.Connection
    calls: Iterator[int]
    at: int
    after: bool

    def execute(self, *arguments: Any) -> Any:  # noqa: ANN401 - as sqlite3 has it
        fails = next(self.calls) == self.at
        if fails and not self.after:
            raise sqlite3.OperationalError("canary disk I/O error")
        found = self.real.execute(*arguments)
        if fails:
            raise sqlite3.OperationalError("canary disk I/O error")
        return found

    @property
    def in_transaction(self) -> bool:
        return self.real.in_transaction

    def close(self) -> None:
        self.real.close()


def work(store: SqliteStore, told: list[str]) -> None:
    for key in ("one", "two"):
        request(store, key)
        told.append(key)
    store.keep("ab", "text")
    told.append("kept")


@pytest.mark.parametrize("after", [False, True], ids=["before it acts", "after it acted"])
def test_whichever_call_fails_nothing_acknowledged_is_lost_and_a_repeat_heals(
    tmp_path: Path, after: bool
) -> None:
    finished = False
    told_texts: set[str] = set()
    at = 0
    while not finished:
        path = tmp_path / f"{at}{after}" / "e.sqlite"
        counter = iter(range(10**6))
        told: list[str] = []

        def failing(path: Path, at: int = at, counter: Iterator[int] = counter) -> Failing:
            return Failing(connect(path), counter, at, after)

        try:
            work(open_sqlite(path, create=True, connect=failing), told)
            finished = True
        except StoreFailed as failed:
            told_texts.add(str(failed))
        acknowledged = {key for key in told if key != "kept"}
        store = open_sqlite(path, create=True)
        check_nothing_lost(path, acknowledged)
        assert ("kept" in told) <= (store.kept("ab") == "text")
        for key in ("one", "two"):
            if not store.request(key):
                request(store, key)
        assert len(store.read(EPISODE)) == 2 * PARTS
        store.close()
        at += 1
    assert at > 25
    assert not any("canary" in text for text in told_texts)


# -- no room, no right


def appending(path: Path, prepare: Callable[[], None]) -> Callable[[int], None]:
    def run(pipe: int) -> None:
        prepare()
        try:
            append_until_killed(path, "full", pipe, 500)
        except StoreError as failed:
            os.write(pipe, f"refused:{type(failed).__name__}\n".encode())
            raise

    return run


def limit_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


def test_a_full_disk_is_told_and_nothing_is_lost(sqlite_path: Path) -> None:
    open_sqlite(sqlite_path, create=True).close()
    told, ended = in_a_child(appending(sqlite_path, limit_files))
    assert ended == FAILED
    assert told[-1] == "refused:StoreFailed"
    acknowledged = set(told[:-1])
    assert len(acknowledged) > 5
    check_nothing_lost(sqlite_path, acknowledged, 0)
    store = open_sqlite(sqlite_path)
    request(store, "room.again")
    check_nothing_lost(sqlite_path, acknowledged | {"room.again"}, 0)


def test_a_full_database_is_told_and_nothing_is_lost(sqlite_path: Path) -> None:
    def small(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA max_page_count = 60")
        return connection

    store = open_sqlite(sqlite_path, create=True, connect=small)
    acknowledged: set[str] = set()

    def fill() -> None:
        for number in range(500):
            request(store, f"r{number}")
            acknowledged.add(f"r{number}")

    with pytest.raises(StoreFailed, match="the disk is full"):
        fill()
    assert store.read(EPISODE), "it can still be read"
    check_nothing_lost(sqlite_path, acknowledged, 0)


def test_a_read_only_folder_is_told(sqlite_path: Path) -> None:
    open_sqlite(sqlite_path, create=True).close()
    folder = sqlite_path.parent
    if os.geteuid() == 0:  # root may write anywhere: be somebody else
        for place in (folder, sqlite_path):
            os.chown(place, NOBODY, NOBODY)

    def lose_rights() -> None:
        if os.geteuid() == 0:
            os.chdir(folder)
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    folder.chmod(0o500)
    # by a name that needs no right on the folders above
    run = appending(Path(sqlite_path.name) if os.geteuid() == 0 else sqlite_path, lose_rights)
    told, ended = in_a_child(run)
    folder.chmod(0o700)
    assert told == ["refused:StoreFailed"]
    assert ended == FAILED


def test_a_writer_that_holds_the_store_is_waited_for_and_then_told(sqlite_path: Path) -> None:
    holder = open_sqlite(sqlite_path, create=True)
    with holder._writing():
        waiting = open_sqlite(sqlite_path, patience=0.05)
        with pytest.raises(StoreFailed, match="another program holds"):
            request(waiting, "one")
    request(waiting, "one")
    check_nothing_lost(sqlite_path, {"one"}, 0)


WRITING = """
import sys
from pathlib import Path
from rehabflow.store.errors import StoreFailed
from rehabflow.store.sqlite_store import open_sqlite
store = open_sqlite(Path(sys.argv[1]), patience=0.05)
try:
    store.append("e" * 32, "a" * 32, key="one", expected=0, payloads=[b"{}"])
except StoreFailed:
    sys.exit(9)
"""


def test_opening_a_store_again_keeps_the_lock_of_who_is_writing(sqlite_path: Path) -> None:
    """Closing a file drops every lock that the process holds on it: whoever opens a store must not open the file."""
    holder = open_sqlite(sqlite_path, create=True)
    command = [sys.executable, "-c", WRITING, str(sqlite_path)]
    with holder._writing():
        open_sqlite(sqlite_path).close()
        assert subprocess.run(command, check=False).returncode == FAILED
    assert subprocess.run(command, check=False).returncode == 0
