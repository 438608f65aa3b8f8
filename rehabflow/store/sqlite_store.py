"""The store in one SQLite file, by the standard library: what is acknowledged survives a power cut.

`journal_mode=DELETE` with `synchronous=EXTRA`; WAL only where the linked SQLite has no WAL-reset bug.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from rehabflow.store.chain import Head, Row, check_chain, check_key, extended, no_head
from rehabflow.store.errors import Conflict, Damaged, RepeatedKey, StoreFailed, TooNew, Unsafe
from rehabflow.store.port import Appended, repeated

Connect = Callable[[Path], Any]  # Any: a connection of sqlite3, or one that behaves like it
Journal = Literal["delete", "wal"]

LAYOUT: Final = 1
APPLICATION: Final = 0x52454846
COLUMNS: Final = "episode, number, patient, key, part, body, link"
_TABLES: Final = ("entry", "kept", "identity")
_ENTRY: Final = """
CREATE TABLE entry (
  episode TEXT NOT NULL, number INTEGER NOT NULL, patient TEXT NOT NULL, key TEXT NOT NULL, part INTEGER NOT NULL,
  body TEXT NOT NULL, link TEXT NOT NULL, PRIMARY KEY (episode, number)
)"""
_IDENTITY: Final = """
CREATE TABLE identity (
  patient TEXT NOT NULL, number INTEGER NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (patient, number)
)"""
_SCHEMA: Final = (
    _ENTRY,
    "CREATE UNIQUE INDEX entry_of_key ON entry (key, part)",
    "CREATE INDEX first_of_patient ON entry (patient) WHERE number = 1",
    "CREATE TABLE kept (sha256 TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL)",
    _IDENTITY,
    *(
        f"CREATE TRIGGER {table}_{verb}_never BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'append only'); END"
        for table in _TABLES
        for verb in ("UPDATE", "DELETE")
    ),
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {LAYOUT}",
)


def connect(path: Path) -> sqlite3.Connection:
    """Return a plain connection that begins no transaction by itself."""
    return sqlite3.connect(path, isolation_level=None, timeout=0)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Return whether a SQLite of this version is free of the WAL-reset bug, which lost acknowledged commits."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


@attrs.define(eq=False)
class SqliteStore:
    """A store in one file; see `port.Store`. Made by `open_sqlite`."""

    path: Path
    _connect: Connect
    _connection: Any  # Any: see Connect
    _journal: Journal
    _synchronous: str = "EXTRA"
    _patience: float = 10.0

    # -- appending

    def append(
        self, episode: str, patient: str, *, key: str, expected: int, payloads: Sequence[bytes]
    ) -> Appended:
        """Record the payloads as the next entries, all or none; see `port.Store.append`."""
        check_key(key)
        with self._writing() as connection:
            known = self._request(connection, key)
            if known:
                return repeated(known, episode, len(payloads))
            head = self._head(connection, episode) or no_head(episode, patient)
            if head.number != expected:
                raise Conflict(episode, expected, head.number)
            if head.patient != patient:
                raise Damaged(f"episode {episode} is of another patient")
            rows = extended(head, key, payloads)
            self._insert(connection, rows)
        return Appended(tuple(rows))

    def adopt(self, rows: Sequence[Row]) -> None:
        """Record a whole episode that comes from another store; see `port.Store.adopt`."""
        check_chain(rows)
        with self._writing() as connection:
            for episode in {row.episode for row in rows}:
                head = self._head(connection, episode)
                if head is not None:
                    raise Conflict(episode, 0, head.number)
            for key in {row.key for row in rows}:
                if self._request(connection, key):
                    raise RepeatedKey("a request of this episode was recorded here before, for another one")
            self._insert(connection, rows)

    def keep(self, sha256: str, text: str) -> None:
        """Keep a text under its SHA-256; once kept it stays."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (sha256, text))

    def put_identity(self, patient: str, sealed: str) -> None:
        """Keep a patient's sealed identity; the newest counts."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO identity SELECT ?, 1 + count(*), ? FROM identity WHERE patient = ?",
                (patient, sealed, patient),
            )

    # -- reading

    def read(self, episode: str, after: int = 0) -> tuple[Row, ...]:
        """Return the entries of an episode with numbers above `after`."""
        found = self._rows("WHERE episode = ? AND number > ? ORDER BY number", (episode, after))
        return tuple(found)

    def first(self, episode: str) -> Row | None:
        """Return the first entry of an episode."""
        return next(self._rows("WHERE episode = ? AND number = 1", (episode,)), None)

    def request(self, key: str) -> tuple[Row, ...]:
        """Return what a request recorded; none if there was no such request."""
        with self._reading() as connection:
            return self._request(connection, key)

    def of_patient(self, patient: str) -> tuple[str, ...]:
        """Return the ids of a patient's episodes, in order of ids."""
        with self._reading() as connection:
            found = connection.execute(
                "SELECT episode FROM entry WHERE patient = ? AND number = 1 ORDER BY episode", (patient,)
            ).fetchall()
        return tuple(episode for (episode,) in found)

    def heads(self) -> tuple[Head, ...]:
        """Return the head of every episode, in order of ids."""
        with self._reading() as connection:
            found = connection.execute(
                "SELECT episode, patient, number, link FROM entry JOIN (SELECT episode AS e, max(number) AS n"
                " FROM entry GROUP BY episode) ON episode = e AND number = n ORDER BY episode"
            ).fetchall()
        return tuple(Head(*row) for row in found)

    def rows(self) -> Iterator[Row]:
        """Return every entry, in order of episode and number."""
        return self._rows("ORDER BY episode, number", ())

    def kept(self, sha256: str) -> str | None:
        """Return a kept text."""
        return self._one("SELECT text FROM kept WHERE sha256 = ?", sha256)

    def kept_names(self) -> tuple[str, ...]:
        """Return the names of all kept texts."""
        with self._reading() as connection:
            return tuple(name for (name,) in connection.execute("SELECT sha256 FROM kept").fetchall())

    def identity(self, patient: str) -> str | None:
        """Return a patient's newest sealed identity."""
        return self._one(
            "SELECT sealed FROM identity WHERE patient = ? ORDER BY number DESC LIMIT 1", patient
        )

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- inside

    def _one(self, query: str, key: str) -> str | None:
        with self._reading() as connection:
            found = connection.execute(query, (key,)).fetchone()
        return None if found is None else str(found[0])

    def _rows(self, where: str, values: tuple[object, ...]) -> Iterator[Row]:
        with self._reading() as connection:
            yield from (
                Row(*row)
                for row in connection.execute(f"SELECT {COLUMNS} FROM entry {where}", values)  # noqa: S608 - our own words
            )

    def _request(self, connection: Any, key: str) -> tuple[Row, ...]:  # noqa: ANN401 - see Connect
        query = f"SELECT {COLUMNS} FROM entry WHERE key = ? ORDER BY part"  # noqa: S608 - our own words
        return tuple(Row(*row) for row in connection.execute(query, (key,)).fetchall())

    def _head(self, connection: Any, episode: str) -> Head | None:  # noqa: ANN401 - see Connect
        found = connection.execute(
            "SELECT episode, patient, number, link FROM entry WHERE episode = ? ORDER BY number DESC LIMIT 1",
            (episode,),
        ).fetchone()
        return None if found is None else Head(*found)

    def _insert(self, connection: Any, rows: Sequence[Row]) -> None:  # noqa: ANN401 - see Connect
        for row in rows:
            connection.execute(
                f"INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
                attrs.astuple(row),
            )

    @contextmanager
    def _reading(self) -> Iterator[Any]:  # Any: see Connect
        with _failures():
            yield self._ready()

    @contextmanager
    def _writing(self) -> Iterator[Any]:  # Any: see Connect
        """Hold the only write transaction; commit at the end, or undo everything."""
        with _failures():
            connection = self._ready()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._undo(connection)
                raise

    def _undo(self, connection: Any) -> None:  # noqa: ANN401 - see Connect
        """Leave nothing half-written; a connection that cannot even undo is dropped, which undoes too."""
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self.close()

    def _ready(self) -> Any:  # noqa: ANN401 - see Connect
        if self._connection is None:
            connection = self._connect(self.path)
            try:
                self._connection = _configured(connection, self._journal, self._synchronous, self._patience)
            except BaseException:
                connection.close()
                raise
        return self._connection


def open_sqlite(
    path: Path,
    *,
    create: bool = False,
    journal: Journal = "delete",
    connect: Connect = connect,
    synchronous: Literal["EXTRA", "NORMAL"] = "EXTRA",
    patience: float = 10.0,
) -> SqliteStore:
    """Return the store of a file.

    Args:
        path: the file, in a folder of its own that only this user can enter.
        create: make folder and file if they are not there.
        journal: `wal` only with a SQLite that has no WAL-reset bug.
        connect: how a connection is made.
        synchronous: anything but EXTRA can lose what was acknowledged; NORMAL is there to show that in a test.
        patience: seconds to wait for another writer.

    Raises:
        Unsafe: others can read folder or file, or WAL would not be safe here.
        StoreFailed: the file is not there, or cannot be read.
        TooNew: a newer version of rehabflow made it.
        Damaged: it is no store.
    """
    if create:
        _create_file(path)
    _refuse_open_doors(path)
    if journal == "wal":
        _refuse_unsafe_wal()
    store = SqliteStore(path, connect, None, journal, synchronous, patience)
    try:
        _lay_out(store, create=create)
    except BaseException:
        store.close()
        raise
    return store


def _create_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
        os.close(descriptor)
        sync_folder(path.parent)
    except FileExistsError:
        return
    except OSError as error:
        raise StoreFailed(f"the store cannot be made: {error.strerror}") from None


def sync_folder(folder: Path) -> None:
    """Make a new or removed name in a folder survive a power cut."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_open_doors(path: Path) -> None:
    """Raise Unsafe if anybody but this user can reach folder or file.

    The file is never opened here: closing it again would drop the locks of this process's other connections to it.
    """
    try:
        folder, file = path.parent.stat(), path.lstat()
    except OSError as error:
        raise StoreFailed(f"the store cannot be opened: {error.strerror}") from None
    if not stat.S_ISREG(file.st_mode):
        raise Unsafe("the store is not a plain file")
    if os.name != "posix":
        return
    for what, found, mode in (("folder", folder, 0o700), ("file", file, 0o600)):
        if found.st_uid != os.geteuid():
            raise Unsafe(f"the {what} of the store belongs to another user")
        if found.st_mode & 0o077:
            raise Unsafe(f"others can reach the {what} of the store; set its mode to {mode:o}")


def _refuse_unsafe_wal() -> None:
    if not wal_is_safe(sqlite3.sqlite_version_info):
        raise Unsafe(
            f"SQLite {sqlite3.sqlite_version} can lose acknowledged entries in WAL mode; use journal mode DELETE, or a "
            "SQLite of 3.51.3 or newer"
        )


def _configured(connection: Any, journal: Journal, synchronous: str, patience: float) -> Any:  # noqa: ANN401 - see Connect
    connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        _refuse_unsafe_wal()
    found = connection.execute(f"PRAGMA journal_mode = {journal}").fetchone()[0]
    if found != journal:
        raise Unsafe(f"the journal mode is {found}, not {journal}")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _lay_out(store: SqliteStore, *, create: bool) -> None:
    """Make the tables of an empty file, if that was asked for; refuse a file of anything else."""
    with store._reading() as connection:
        marks = _marks(connection)
        if marks[0] == 0 and create:
            with store._writing():  # somebody else may be making them at this moment
                if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    for statement in _SCHEMA:
                        connection.execute(statement)
            marks = _marks(connection)
    if marks[0] != APPLICATION:
        raise Damaged("this file is not a store of episodes, or was emptied; restore a backup")
    if marks[1] > LAYOUT:
        raise TooNew("this store was made by a newer version of rehabflow; update before opening it")


def _marks(connection: Any) -> tuple[int, int]:  # noqa: ANN401 - see Connect
    return (
        connection.execute("PRAGMA application_id").fetchone()[0],
        connection.execute("PRAGMA user_version").fetchone()[0],
    )


@contextmanager
def _failures() -> Iterator[None]:
    """Turn a driver's errors into ours, without what it says: that may hold what was to be recorded."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        raise _failure(name) from None


def _failure(name: str) -> Exception:
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Damaged(f"the file of the store is damaged ({name}); restore a backup")
    reasons = {
        "SQLITE_FULL": "the disk is full",
        "SQLITE_BUSY": "another program holds the store",
        "SQLITE_READONLY": "the file or its folder is read-only",
        "SQLITE_CANTOPEN": "the file or its journal cannot be opened",
        "SQLITE_IOERR": "the disk cannot be written or read",
    }
    reason = next((text for start, text in reasons.items() if name.startswith(start)), "the database failed")
    return StoreFailed(f"{reason} ({name}); nothing of this request is shown as recorded")
