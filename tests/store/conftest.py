"""Stores to test on: a SQLite file, and a PostgreSQL where this machine has one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rehabflow.store.port import Store
from rehabflow.store.postgres_store import open_postgres
from rehabflow.store.sqlite_store import open_sqlite
from store.servers import ROLE, Server, programs, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    if programs() is None:
        if os.environ.get("REHABFLOW_NEEDS_POSTGRESQL"):
            pytest.fail("there is no PostgreSQL here, and REHABFLOW_NEEDS_POSTGRESQL asks for one")
        pytest.skip(
            "no PostgreSQL here (Debian: apt-get install postgresql); the contract was not tried on it"
        )
    with running() as server:
        yield server


OpenStore = Callable[[], Store]


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "episodes.sqlite"


@pytest.fixture(params=["sqlite", "postgres"])
def open_store(request: pytest.FixtureRequest, sqlite_path: Path) -> Iterator[OpenStore]:
    """Return what opens one and the same store again and again."""
    opened: list[Store] = []
    if request.param == "postgres":
        server: Server = request.getfixturevalue("postgres")
        url = server.url(server.emptied(), ROLE)

        def opening() -> Store:
            opened.append(open_postgres(url))
            return opened[-1]
    else:

        def opening() -> Store:
            opened.append(open_sqlite(sqlite_path, create=True))
            return opened[-1]

    yield opening
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()
