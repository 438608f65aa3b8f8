"""The store in PostgreSQL, for several sites: by psycopg 3, in a role that can add and read, never change or delete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import attrs

from rehabflow.store.chain import Head, Row, check_chain, check_key, extended, no_head
from rehabflow.store.errors import (
    Conflict,
    Damaged,
    MissingExtra,
    RepeatedKey,
    StoreError,
    StoreFailed,
    TooNew,
    Unsafe,
)
from rehabflow.store.port import Appended, repeated

if TYPE_CHECKING:
    import psycopg

LAYOUT: Final = 1
COLUMNS: Final = "episode, number, patient, key, part, body, link"
_ENTRIES: Final = f"SELECT {COLUMNS} FROM rehabflow.entry"  # noqa: S608 - our own words
_TABLES: Final = ("episode", "entry", "kept", "identity", "layout")
_SCHEMA: Final = """
CREATE SCHEMA rehabflow;
CREATE TABLE rehabflow.layout (version integer NOT NULL PRIMARY KEY);
INSERT INTO rehabflow.layout VALUES (1);
CREATE TABLE rehabflow.episode (id text NOT NULL PRIMARY KEY, patient text NOT NULL);
CREATE INDEX episode_of_patient ON rehabflow.episode (patient);
CREATE TABLE rehabflow.entry (
  episode text NOT NULL REFERENCES rehabflow.episode, number bigint NOT NULL, patient text NOT NULL, key text NOT NULL,
  part integer NOT NULL, body text NOT NULL, link text NOT NULL, PRIMARY KEY (episode, number), UNIQUE (key, part)
);
CREATE TABLE rehabflow.kept (sha256 text NOT NULL PRIMARY KEY, text text NOT NULL);
CREATE TABLE rehabflow.identity (
  patient text NOT NULL, number bigint NOT NULL GENERATED ALWAYS AS IDENTITY, sealed text NOT NULL,
  PRIMARY KEY (patient, number)
);
CREATE FUNCTION rehabflow.lock_head(id text) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  AS 'SELECT FROM rehabflow.episode WHERE episode.id = lock_head.id FOR UPDATE';
REVOKE ALL ON FUNCTION rehabflow.lock_head(text) FROM PUBLIC;
"""


@attrs.define(eq=False)
class PostgresStore:
    """A store on a server; see `port.Store`. Made by `open_postgres`."""

    url: str = attrs.field(repr=False)
    _connection: psycopg.Connection[Any] | None = None  # Any: rows of several shapes

    # -- appending

    def append(
        self, episode: str, patient: str, *, key: str, expected: int, payloads: Sequence[bytes]
    ) -> Appended:
        """Record the payloads as the next entries, all or none; see `port.Store.append`."""
        check_key(key)
        try:
            return self._append(episode, patient, key, expected, payloads)
        except _Twice:
            known = self.request(key)
            if known:
                return repeated(known, episode, len(payloads))
            raise Conflict(episode, expected, len(self.read(episode))) from None
        except Conflict:
            # An episode that is not there yet cannot be locked: the same request may have come first just now.
            known = self.request(key)
            if known:
                return repeated(known, episode, len(payloads))
            raise

    def _append(
        self, episode: str, patient: str, key: str, expected: int, payloads: Sequence[bytes]
    ) -> Appended:
        with self._transaction() as connection:
            connection.execute("SELECT rehabflow.lock_head(%s)", (episode,))
            known = self._request(connection, key)
            if known:
                return repeated(known, episode, len(payloads))
            head = self._head(connection, episode) or no_head(episode, patient)
            if head.number != expected:
                raise Conflict(episode, expected, head.number)
            if head.patient != patient:
                raise Damaged(f"episode {episode} is of another patient")
            if head.number == 0:
                connection.execute("INSERT INTO rehabflow.episode VALUES (%s, %s)", (episode, patient))
            rows = extended(head, key, payloads)
            self._insert(connection, rows)
        return Appended(tuple(rows))

    def adopt(self, rows: Sequence[Row]) -> None:
        """Record a whole episode that comes from another store; see `port.Store.adopt`."""
        check_chain(rows)
        episodes = {row.episode: row.patient for row in rows}
        try:
            with self._transaction() as connection:
                for episode in episodes:
                    head = self._head(connection, episode)
                    if head is not None:
                        raise Conflict(episode, 0, head.number)
                for key in {row.key for row in rows}:
                    if self._request(connection, key):
                        raise RepeatedKey(
                            "a request of this episode was recorded here before, for another one"
                        )
                for episode, patient in episodes.items():
                    connection.execute("INSERT INTO rehabflow.episode VALUES (%s, %s)", (episode, patient))
                self._insert(connection, rows)
        except _Twice:
            raise StoreFailed("somebody else recorded the same episode at the same moment") from None

    def keep(self, sha256: str, text: str) -> None:
        """Keep a text under its SHA-256; once kept it stays."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO rehabflow.kept VALUES (%s, %s) ON CONFLICT DO NOTHING", (sha256, text)
            )

    def put_identity(self, patient: str, sealed: str) -> None:
        """Keep a patient's sealed identity; the newest counts."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO rehabflow.identity (patient, sealed) VALUES (%s, %s)", (patient, sealed)
            )

    # -- reading

    def read(self, episode: str, after: int = 0) -> tuple[Row, ...]:
        """Return the entries of an episode with numbers above `after`."""
        with self._transaction() as connection:
            found = connection.execute(
                f"{_ENTRIES} WHERE episode = %s AND number > %s ORDER BY number", (episode, after)
            ).fetchall()
        return tuple(Row(*row) for row in found)

    def first(self, episode: str) -> Row | None:
        """Return the first entry of an episode."""
        with self._transaction() as connection:
            found = connection.execute(f"{_ENTRIES} WHERE episode = %s AND number = 1", (episode,)).fetchone()
        return None if found is None else Row(*found)

    def request(self, key: str) -> tuple[Row, ...]:
        """Return what a request recorded; none if there was no such request."""
        with self._transaction() as connection:
            return self._request(connection, key)

    def of_patient(self, patient: str) -> tuple[str, ...]:
        """Return the ids of a patient's episodes, in order of ids."""
        with self._transaction() as connection:
            found = connection.execute(
                'SELECT id FROM rehabflow.episode WHERE patient = %s ORDER BY id COLLATE "C"', (patient,)
            ).fetchall()
        return tuple(episode for (episode,) in found)

    def heads(self) -> tuple[Head, ...]:
        """Return the head of every episode, in order of ids."""
        with self._transaction() as connection:
            found = connection.execute(
                "SELECT head.* FROM rehabflow.episode, LATERAL (SELECT episode, patient, number, link"
                " FROM rehabflow.entry WHERE episode = id ORDER BY number DESC LIMIT 1) head"
            ).fetchall()
        return tuple(sorted((Head(*row) for row in found), key=lambda head: head.episode))

    def rows(self) -> Iterator[Row]:
        """Return every entry, in order of episode and number."""
        with self._transaction() as connection, connection.cursor(name="entries") as cursor:
            cursor.itersize = 2000
            cursor.execute(f'{_ENTRIES} ORDER BY episode COLLATE "C", number')
            for row in cursor:
                yield Row(*row)

    def kept(self, sha256: str) -> str | None:
        """Return a kept text."""
        return self._one("SELECT text FROM rehabflow.kept WHERE sha256 = %s", sha256)

    def kept_names(self) -> tuple[str, ...]:
        """Return the names of all kept texts."""
        with self._transaction() as connection:
            found = connection.execute("SELECT sha256 FROM rehabflow.kept").fetchall()
        return tuple(name for (name,) in found)

    def identity(self, patient: str) -> str | None:
        """Return a patient's newest sealed identity."""
        return self._one(
            "SELECT sealed FROM rehabflow.identity WHERE patient = %s ORDER BY number DESC LIMIT 1", patient
        )

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- inside

    def _one(self, query: str, key: str) -> str | None:
        with self._transaction() as connection:
            found = connection.execute(query.encode(), (key,)).fetchone()
        return None if found is None else str(found[0])

    def _request(self, connection: psycopg.Connection[Any], key: str) -> tuple[Row, ...]:  # Any: see above
        found = connection.execute(f"{_ENTRIES} WHERE key = %s ORDER BY part", (key,)).fetchall()
        return tuple(Row(*row) for row in found)

    def _head(self, connection: psycopg.Connection[Any], episode: str) -> Head | None:  # Any: see above
        found = connection.execute(
            "SELECT episode, patient, number, link FROM rehabflow.entry WHERE episode = %s"
            " ORDER BY number DESC LIMIT 1",
            (episode,),
        ).fetchone()
        return None if found is None else Head(*found)

    def _insert(self, connection: psycopg.Connection[Any], rows: Sequence[Row]) -> None:  # Any: see above
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO rehabflow.entry ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)",  # noqa: S608 - our own words
                [attrs.astuple(row) for row in rows],
            )

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Any]]:  # Any: see above
        """Hold one transaction; a failing driver's own words are not passed on: they may hold recorded values."""
        import psycopg

        try:
            if self._connection is None or self._connection.closed:
                self._connection = _connected(self.url)
            with self._connection.transaction():
                yield self._connection
        except psycopg.errors.UniqueViolation:
            raise _Twice("the same entry twice") from None
        except psycopg.Error as error:
            if self._connection is not None and self._connection.broken:
                self.close()
            raise _failed(error) from None


class _Twice(StoreError):
    """A unique index refused: the episode, or the key, was recorded at the same moment."""


def prepare_postgres(owner_url: str, role: str) -> None:
    """Make the tables, and give a role just what a store needs: to read and to add.

    Args:
        owner_url: a connection as whoever will own the tables; not the role.
        role: an existing role; the store connects as it.

    Raises:
        StoreFailed: the server refuses, or the tables are there.
        MissingExtra: `psycopg` is not installed.
    """
    psycopg = _psycopg()
    from psycopg import sql

    try:
        with psycopg.connect(owner_url) as connection:
            connection.execute(_SCHEMA)
            name = sql.Identifier(role)
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA rehabflow TO {}").format(name))
            connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA rehabflow TO {}").format(name))
            for table in ("episode", "entry", "kept", "identity"):
                connection.execute(
                    sql.SQL("GRANT INSERT ON rehabflow.{} TO {}").format(sql.Identifier(table), name)
                )
            connection.execute(
                sql.SQL("GRANT EXECUTE ON FUNCTION rehabflow.lock_head(text) TO {}").format(name)
            )
    except psycopg.Error as error:
        raise _failed(error) from None


def open_postgres(url: str) -> PostgresStore:
    """Return the store of a `postgresql://` URL, whose tables `prepare_postgres` made.

    Raises:
        Unsafe: the role could change or delete what is recorded, or the server does not wait for its disk.
        StoreFailed: the server cannot be reached.
        TooNew: a newer version of rehabflow made the tables.
        MissingExtra: `psycopg` is not installed.
    """
    _psycopg()
    store = PostgresStore(url)
    try:
        with store._transaction() as connection:
            _refuse_unsafe(connection)
            found = connection.execute("SELECT max(version) FROM rehabflow.layout").fetchone()
    except BaseException:
        store.close()
        raise
    if found is None or found[0] != LAYOUT:
        store.close()
        raise TooNew("these tables were made by another version of rehabflow; update before opening them")
    return store


def _refuse_unsafe(connection: psycopg.Connection[Any]) -> None:  # Any: rows of several shapes
    for setting in ("fsync", "full_page_writes"):
        if connection.execute(f"SHOW {setting}".encode()).fetchone() != ("on",):
            raise Unsafe(f"the server runs with {setting} off: what it acknowledges can be lost")
    for table in _TABLES:
        can = connection.execute(
            "SELECT has_table_privilege(%(t)s, 'UPDATE, DELETE, TRUNCATE')"
            " OR has_any_column_privilege(%(t)s, 'UPDATE')",
            {"t": f"rehabflow.{table}"},
        ).fetchone()
        if can != (False,):
            raise Unsafe(
                "this role could change or delete what is recorded; connect as the role given to the store"
            )


def _connected(url: str) -> psycopg.Connection[Any]:  # Any: rows of several shapes
    import psycopg

    connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    connection.execute("SET synchronous_commit = on")
    connection.execute("SET default_transaction_isolation = 'read committed'")
    return connection


def _psycopg() -> Any:  # noqa: ANN401 - the module, loaded only here
    try:
        import psycopg
    except ImportError:
        raise MissingExtra("a postgresql:// store", "postgres") from None
    return psycopg


def _failed(error: psycopg.Error) -> StoreFailed:
    code = error.sqlstate or "no answer"
    return StoreFailed(f"the database server failed ({code}); nothing of this request is shown as recorded")
