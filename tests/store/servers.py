"""A PostgreSQL of our own for the time of the tests, if this machine has one: a socket in a folder, no network."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import psycopg
from psycopg import sql

from rehabflow.store.postgres_store import prepare_postgres

ROLE = "clinic"
OWNER = "owner"
SETTINGS = {"listen_addresses": "", "max_connections": "40", "shared_buffers": "32MB"}


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: on the path, or where Debian puts them."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@attrs.define
class Server:
    """A running server; `fresh` makes a database with the tables of a store, `emptied` gives the shared one."""

    socket: Path
    _numbers: Iterator[int] = attrs.field(factory=itertools.count)
    _shared: list[str] = attrs.field(factory=list)

    def url(self, database: str, user: str) -> str:
        return f"postgresql://{user}@/{database}?host={self.socket}"

    def fresh(self) -> str:
        """Return the name of a new database, prepared for the role."""
        name = f"clinic_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres", OWNER), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE prepared").format(sql.Identifier(name)))
        return name

    def emptied(self) -> str:
        """Return the name of the database that tests share, without what others recorded in it."""
        if not self._shared:
            self._shared.append(self.fresh())
        with psycopg.connect(self.url(self._shared[0], OWNER), autocommit=True) as connection:
            connection.execute(
                "TRUNCATE rehabflow.episode, rehabflow.entry, rehabflow.kept, rehabflow.identity RESTART IDENTITY"
            )
        return self._shared[0]

    def prepare(self) -> None:
        with psycopg.connect(self.url("postgres", OWNER), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN".encode())
            connection.execute("CREATE DATABASE prepared")
        prepare_postgres(self.url("prepared", OWNER), ROLE)


@contextmanager
def running() -> Iterator[Server]:
    """Run a server; as another user where we are root, which PostgreSQL refuses to run as."""
    user = _another_user()
    socket = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has at most 107 characters
    data = socket / "data"
    data.mkdir(mode=0o700)
    if user is not None:
        os.chown(socket, user.pw_uid, user.pw_gid)
        os.chown(data, user.pw_uid, user.pw_gid)
    options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
    server = f"{options} -k {socket}"
    try:
        _run(user, "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        _run(user, "pg_ctl", "-D", data, "-w", "-o", server, "-l", socket / "log", "start")
        try:
            found = Server(socket)
            found.prepare()
            yield found
        finally:
            _run(user, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(socket)


def _another_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run(user: pwd.struct_passwd | None, program: str, *arguments: object) -> None:
    folder = programs()
    assert folder is not None
    ended = subprocess.run(
        [folder / program, *map(str, arguments)],
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # the server keeps it open
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    if ended.returncode:
        raise RuntimeError(f"{program} ended with {ended.returncode}")
