"""Appending until something kills it: what was acknowledged comes back through a pipe."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rehabflow.store.canonical import encode
from rehabflow.store.chain import check_chain
from rehabflow.store.sqlite_store import SqliteStore, open_sqlite

EPISODE, PATIENT = "e" * 32, "a" * 32
PARTS = 3
FAILED = 9


def request(store: SqliteStore, key: str) -> None:
    """Append one request of several parts after whatever is there."""
    version = sum(head.number for head in store.heads() if head.episode == EPISODE)
    payloads = [encode({"part": part, "text": "x" * (700 * part)}) for part in range(PARTS)]
    store.append(EPISODE, PATIENT, key=key, expected=version, payloads=payloads)


def append_until_killed(path: Path, name: str, pipe: int, most: int = 100_000) -> None:
    """Append requests, each told once it is acknowledged."""
    store = open_sqlite(path)
    for number in range(most):
        request(store, f"{name}.{number}")
        os.write(pipe, f"{name}.{number}\n".encode())


def in_a_child(work: Callable[[int], None], kill_after: float | None = None, sign: int = signal.SIGKILL) -> tuple[
    list[str], int
]:  # fmt: skip
    """Run work in a process of its own, kill it after a while; return what was acknowledged, and how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = FAILED
        try:
            os.close(reading)
            os.write(writing, b"+")
            work(writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    assert os.read(reading, 1) == b"+", "the child did not begin"
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, sign)
    with os.fdopen(reading) as pipe:
        told = pipe.read().split()
    _, status = os.waitpid(child, 0)
    return told, os.waitstatus_to_exitcode(status)


def check_nothing_lost(path: Path, acknowledged: set[str], attempted_more: int = 1) -> None:
    """Fail if an acknowledged request is not there, one is half there, or more are there than were tried."""
    store = open_sqlite(path)
    rows = list(store.rows())
    store.close()
    check_chain(rows)
    parts = Counter(row.key for row in rows)
    assert acknowledged <= parts.keys()
    assert set(parts.values()) <= {PARTS}
    assert len(parts) <= len(acknowledged) + attempted_more
