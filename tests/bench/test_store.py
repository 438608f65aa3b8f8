"""The store: appending against a bare write and sync, verifying, opening, and a busy PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

import psycopg
import pytest

from bench.timing import table
from rehabflow.store.canonical import encode
from rehabflow.store.chain import Row, check_chain, extended, no_head
from rehabflow.store.postgres_store import COLUMNS, open_postgres
from rehabflow.store.sqlite_store import open_sqlite
from store.servers import OWNER, ROLE, programs, running

ENTRIES_A_VISIT = 12
BYTES_A_VISIT = 45_000
"""As bundled journeys have them: the decision with its trace is most of it."""
VISITS_A_SECOND = 100
SECONDS = int(os.environ.get("REHABFLOW_BUSY_SECONDS", "10"))
LOADED = int(os.environ.get("REHABFLOW_LOADED_EVENTS", "50000"))
WORKERS = 4


def id_of(number: int) -> str:
    return f"{number:032x}"


def payloads() -> list[bytes]:
    """Return the payloads of one visit."""
    small = [
        encode({"kind": "observed", "number": number, "x": "y" * 250})
        for number in range(ENTRIES_A_VISIT - 1)
    ]
    return [*small, encode({"kind": "derived", "trace": "z" * (BYTES_A_VISIT - sum(map(len, small)))})]


@pytest.mark.bench
def test_appending_against_a_bare_write_and_sync(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "store" / "e.sqlite", create=True)
    visit, bare, ours = payloads(), [], []
    with (tmp_path / "bare").open("ab", buffering=0) as file:
        for number in range(60):
            start = time.perf_counter()
            for part in visit:
                file.write(part)
            os.fsync(file.fileno())
            middle = time.perf_counter()
            store.append(id_of(number), id_of(0), key=f"k{number}", expected=0, payloads=visit)
            bare.append(middle - start)
            ours.append(time.perf_counter() - middle)
    rows = [
        ["write and fsync", f"{1000 * median(bare):.1f}", "1.0"],
        ["append of a visit, SQLite", f"{1000 * median(ours):.1f}", f"{median(ours) / median(bare):.1f}"],
    ]
    table("Appending", ["", "median ms", "times the bare one"], rows)
    assert median(ours) > median(bare)


def episode_rows(number: int, visits: int, sizes: Sequence[bytes]) -> list[Row]:
    """Return the rows of a made-up episode."""
    head, rows = no_head(id_of(number), id_of(number)), []
    for visit in range(visits):
        made = extended(head, f"k{number}_{visit}", sizes)
        rows += made
        head = head.__class__(head.episode, head.patient, made[-1].number, made[-1].link)
    return rows


@pytest.mark.bench
def test_verifying_and_opening(tmp_path: Path) -> None:
    small = [encode({"kind": "observed", "x": "y" * 300})] * 10
    rows = [row for number in range(200) for row in episode_rows(number, 10, small)]
    start = time.process_time()
    check_chain(rows)
    a_second = len(rows) / (time.process_time() - start)
    path = tmp_path / "store" / "e.sqlite"
    store = open_sqlite(path, create=True)
    store.adopt(rows[:100])
    store.close()
    bare, ours = [], []
    for _ in range(20):
        start = time.perf_counter()
        sqlite3.connect(path).execute("SELECT count(*) FROM sqlite_master").fetchone()
        middle = time.perf_counter()
        open_sqlite(path).close()
        bare.append(middle - start)
        ours.append(time.perf_counter() - middle)
    found = [
        ["verify, entries a second", f"{a_second:,.0f}", "100,000"],
        ["opening, ms more than sqlite3 itself", f"{1000 * (median(ours) - median(bare)):.1f}", "15"],
    ]
    table("Verifying and opening", ["", "found", "target"], found)
    assert a_second > 10_000


@pytest.mark.bench
@pytest.mark.skipif(programs() is None, reason="no PostgreSQL here")
def test_a_busy_postgresql() -> None:
    with running() as server:
        url = server.url(server.fresh(), ROLE)
        loaded = _load(url)
        start = time.time() + 3
        with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
            found = pool.starmap(_work, [(url, worker, start) for worker in range(WORKERS)])
        with psycopg.connect(url) as connection:
            stored = connection.execute("SELECT count(*) FROM rehabflow.entry").fetchone()
    waits = sorted(wait for waits, _ in found for wait in waits)
    failed = sum(failures for _, failures in found)
    p99 = quantiles(waits, n=100)[98]
    head = ["entries loaded", "seconds", "visits", "failed", "median ms", "p99 ms", "target, ms"]
    counts = [f"{loaded:,}", str(SECONDS), f"{len(waits):,}", str(failed)]
    times = [f"{1000 * median(waits):.1f}", f"{1000 * p99:.1f}", "50"]
    table(f"PostgreSQL, {VISITS_A_SECOND} visits a second by {WORKERS} sites", head, [[*counts, *times]])
    assert failed == 0
    assert stored == (loaded + len(waits) * ENTRIES_A_VISIT,)


def _load(url: str) -> int:
    """Fill the store with episodes, as their owner: by COPY, which is not how a clinic records."""
    small = [encode({"kind": "observed", "x": "y" * 300})] * 10
    owner = url.replace(f"{ROLE}@", f"{OWNER}@")
    count = 0
    with psycopg.connect(owner, autocommit=True) as connection, connection.transaction():
        episodes = range(LOADED // 100)
        with connection.cursor().copy("COPY rehabflow.episode (id, patient) FROM STDIN") as copy:
            for number in episodes:
                copy.write_row((id_of(number), id_of(number)))
        with connection.cursor().copy(f"COPY rehabflow.entry ({COLUMNS}) FROM STDIN") as copy:
            for number in episodes:
                for row in episode_rows(number, 10, small):
                    copy.write_row(
                        (row.episode, row.number, row.patient, row.key, row.part, row.body, row.link)
                    )
                    count += 1
    return count


def _work(url: str, worker: int, start: float) -> tuple[list[float], int]:
    """Return how long each visit took from when it was due (so that a queue counts), and how many failed."""
    store, visit = open_postgres(url), payloads()
    waits, failures = [], 0
    for number in range(worker, VISITS_A_SECOND * SECONDS, WORKERS):
        due = start + number / VISITS_A_SECOND
        time.sleep(max(0.0, due - time.time()))
        episode = id_of((number * 7919) % (LOADED // 100))
        try:
            rows = store.read(episode)
            store.request(f"busy{number}")
            others = store.of_patient(rows[0].patient)
            assert others == (episode,)
            store.append(episode, rows[0].patient, key=f"busy{number}", expected=len(rows), payloads=visit)
        except Exception:  # noqa: BLE001 - whatever went wrong is a failed visit
            failures += 1
        waits.append(time.time() - due)
    return waits, failures
