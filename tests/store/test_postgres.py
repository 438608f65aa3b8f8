"""What only PostgreSQL can get wrong: rights of the role, settings of the server, what it says when it fails."""

from __future__ import annotations

from typing import Any  # rows of several shapes

import psycopg
import pytest

from rehabflow.store.chain import Head
from rehabflow.store.errors import Conflict, StoreFailed, TooNew, Unsafe
from rehabflow.store.port import Appended
from rehabflow.store.postgres_store import PostgresStore, open_postgres, prepare_postgres
from store.servers import OWNER, ROLE, Server
from store.test_contract import add


def owner(server: Server, database: str, statement: str) -> None:
    with psycopg.connect(server.url(database, OWNER), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.mark.parametrize("table", ["entry", "episode", "kept", "identity"])
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "UPDATE (patient)"])
def test_a_role_that_could_change_something_is_refused(postgres: Server, table: str, right: str) -> None:
    if "(" in right and table == "kept":
        right = "UPDATE (text)"
    if "(" in right and table == "entry":
        right = "UPDATE (body)"
    database = postgres.emptied()
    open_postgres(postgres.url(database, ROLE)).close()
    owner(postgres, database, f"GRANT {right} ON rehabflow.{table} TO {ROLE}")
    try:
        with pytest.raises(Unsafe, match="could change or delete"):
            open_postgres(postgres.url(database, ROLE))
    finally:
        owner(postgres, database, f"REVOKE {right} ON rehabflow.{table} FROM {ROLE}")


def test_a_request_that_another_sends_first_meanwhile_is_a_repetition(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.url(postgres.emptied(), ROLE)
    first, second = open_postgres(url), open_postgres(url)
    real = PostgresStore._head
    sent: list[Appended] = []

    def late(self: PostgresStore, connection: psycopg.Connection[Any], episode: str) -> Head | None:
        if self is second and not sent:
            sent.append(add(first, "same", 0, "a"))
        return real(self, connection, episode)

    monkeypatch.setattr(PostgresStore, "_head", late)
    try:
        again = add(second, "same", 0, "a")
        assert (again.repeated, again.rows) == (True, sent[0].rows)
        with pytest.raises(Conflict):
            add(second, "other", 0, "b")
    finally:
        first.close()
        second.close()


def test_the_owner_is_refused(postgres: Server) -> None:
    with pytest.raises(Unsafe):
        open_postgres(postgres.url(postgres.emptied(), OWNER))


@pytest.mark.parametrize("statement", ["UPDATE rehabflow.entry SET body = ''", "DELETE FROM rehabflow.entry"])
def test_the_server_refuses_to_change_what_is_recorded(postgres: Server, statement: str) -> None:
    database = postgres.emptied()
    with (
        psycopg.connect(postgres.url(database, ROLE)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_a_database_without_tables_is_told(postgres: Server) -> None:
    with pytest.raises(StoreFailed):
        open_postgres(postgres.url("postgres", ROLE))


def test_tables_of_another_version_are_refused(postgres: Server) -> None:
    database = postgres.fresh()
    owner(postgres, database, "INSERT INTO rehabflow.layout VALUES (2)")
    with pytest.raises(TooNew):
        open_postgres(postgres.url(database, ROLE))


def test_preparing_twice_is_told(postgres: Server) -> None:
    with pytest.raises(StoreFailed):
        prepare_postgres(postgres.url(postgres.emptied(), OWNER), ROLE)


def test_a_server_that_is_not_there_is_told_without_its_url() -> None:
    with pytest.raises(StoreFailed) as told:
        open_postgres("postgresql://canary:canary@/canary?host=/nonexistent")
    assert "canary" not in str(told.value)


def test_a_store_connects_again_after_the_server_dropped_it(postgres: Server) -> None:
    database = postgres.emptied()
    store = open_postgres(postgres.url(database, ROLE))
    store.append("e" * 32, "a" * 32, key="one", expected=0, payloads=[b"{}"])
    owner(
        postgres,
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = current_database() AND usename = '{ROLE}'",
    )
    with pytest.raises(StoreFailed):
        store.append("e" * 32, "a" * 32, key="two", expected=1, payloads=[b"{}"])
    again = store.append("e" * 32, "a" * 32, key="two", expected=1, payloads=[b"{}"])
    assert not again.repeated
    assert len(store.read("e" * 32)) == 2
    store.close()
