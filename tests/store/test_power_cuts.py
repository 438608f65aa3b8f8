"""A power cut at any moment loses nothing that was acknowledged; with a weaker setting the same cuts do."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Literal

import pytest

from rehabflow.store.canonical import encode
from rehabflow.store.chain import check_chain
from rehabflow.store.errors import Damaged
from rehabflow.store.sqlite_store import open_sqlite
from store.power import Op, Recorder, after_cut

CUTS = int(os.environ.get("REHABFLOW_POWER_CUTS", "300"))
EPISODE, PATIENT = "e" * 32, "a" * 32
REQUESTS, PARTS = 12, 3
Files = dict[str, bytes]


def recorded(folder: Path, synchronous: Literal["EXTRA", "NORMAL"]) -> tuple[Files, list[Op]]:
    """Return the files before, and what SQLite did to the disk while requests were appended."""
    path = folder / "e.sqlite"
    open_sqlite(path, create=True).close()
    start = {path.name: path.read_bytes()}
    recorder = Recorder(f"recorder {synchronous} {folder}", folder)
    store = open_sqlite(path, connect=recorder.connect, synchronous=synchronous)
    random = Random(synchronous)
    for number in range(REQUESTS):
        payloads = [encode({"text": "x" * random.randrange(10, 9000)}) for _ in range(PARTS)]
        store.append(EPISODE, PATIENT, key=f"r{number}", expected=number * PARTS, payloads=payloads)
        recorder.acknowledged(f"r{number}")
    store.close()
    return start, recorder.ops


def lost(folder: Path, files: Files, acknowledged: list[str]) -> bool:
    """Return whether an acknowledged request is lost, or one is half there, in the files that a cut left."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    try:
        store = open_sqlite(folder / "e.sqlite")
        rows = list(store.rows())
        check_chain(rows)
        store.close()
    except Damaged:
        return True
    there = {row.key: 0 for row in rows}
    for row in rows:
        there[row.key] += 1
    return set(acknowledged) - set(there) != set() or any(parts != PARTS for parts in there.values())


def losses(tmp_path: Path, synchronous: Literal["EXTRA", "NORMAL"]) -> int:
    made, left = tmp_path / "made", tmp_path / "left"
    left.mkdir(mode=0o700)
    start, ops = recorded(made, synchronous)
    assert sum(op.what == "sync" for op in ops) > REQUESTS
    random = Random(7)
    count = 0
    for seed in range(CUTS):
        files, acknowledged = after_cut(start, ops, random.randrange(len(ops) + 1), seed)
        count += lost(left, files, acknowledged)
    return count


def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    assert losses(tmp_path, "EXTRA") == 0


def test_the_same_cuts_lose_something_with_a_weaker_setting(tmp_path: Path) -> None:
    """Else the test above could not fail."""
    assert losses(tmp_path, "NORMAL") > 0


def test_without_a_cut_everything_is_there(tmp_path: Path) -> None:
    start, ops = recorded(tmp_path / "made", "EXTRA")
    files, acknowledged = after_cut(start, ops, len(ops), 0)
    assert files == {"e.sqlite": (tmp_path / "made" / "e.sqlite").read_bytes()}
    assert acknowledged == [f"r{number}" for number in range(REQUESTS)]


@pytest.mark.parametrize("cut", [0, 1])
def test_before_the_first_write_nothing_is_changed(tmp_path: Path, cut: int) -> None:
    start, ops = recorded(tmp_path / "made", "EXTRA")
    assert after_cut(start, ops, cut, 0)[0]["e.sqlite"] == start["e.sqlite"]
