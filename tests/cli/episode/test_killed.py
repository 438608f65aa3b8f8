"""Killed while appending through the command line: what was shown is on record, nothing is half there.

Most kills hit a program that has everything loaded, as only the short while in which it writes is of interest; a few
hit one that was just started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from cli.commands import PROGRAM
from cli.episode.clinic import DAY_7, Clinic
from rehabflow.cli import main
from rehabflow.store.chain import check_chain
from rehabflow.store.sqlite_store import open_sqlite
from store.crashing import in_a_child

KILLS = int(os.environ.get("REHABFLOW_KILLS", "60"))
STARTED = max(KILLS // 20, 4)
ROUNDS = int(os.environ.get("REHABFLOW_ROUNDS", "20"))
EPISODE_LASTS = 15
"""Kills after which a new episode is opened: decisions on very long ones take their time."""
SIGNALS = (signal.SIGKILL, signal.SIGTERM)
ENTRIES_OF_A_LOG = 2
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes")


def words_of(episode: str, key: str) -> list[str]:
    logged = ["--done", "all", "--set", "session.alarm=no", "--set", "session.pain_during=2"]
    return ["episode", "log", episode, *logged, "--key", key, "--now", DAY_7, "--json"]


def logging_on(clinic: Clinic, episode: str, name: str) -> Callable[[int], None]:
    """Return what logs sessions through the command line until it is killed; what it prints goes into the pipe."""

    def work(pipe: int) -> None:
        os.environ.update(clinic.environment())
        sys.stdout = os.fdopen(pipe, "w", encoding="utf-8", closefd=False)
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - the child is killed
        for number in range(1000):
            assert main(words_of(episode, f"{name}.{number}"), standalone_mode=False) == 0

    return work


def shown_versions(printed: list[str]) -> set[int]:
    """Return the versions told in whole documents; the last may be cut off."""
    text = " ".join(printed)
    documents = text.split('{ "schema": "rehabflow/episode-recorded/1"')[1:]
    whole = [document for document in documents if document.rstrip().endswith("}")]
    return {int(document.partition('"version": ')[2].partition(",")[0]) for document in whole}


def check_nothing_lost(clinic: Clinic, shown: dict[str, set[int]]) -> None:
    """Fail if the chain is broken, a decision shown is not there, or a request is half there."""
    store = open_sqlite(clinic.store)
    rows = list(store.rows())
    store.close()
    check_chain(rows)
    newest = Counter(row.episode for row in rows)
    for episode, versions in shown.items():
        assert max(versions, default=0) <= newest[episode]
    parts = Counter(row.key for row in rows if row.key.startswith("kill."))
    assert set(parts.values()) <= {ENTRIES_OF_A_LOG}


def test_killed_while_logging_nothing_shown_is_lost(clinic: Clinic) -> None:
    random = Random(5)
    shown: dict[str, set[int]] = {}
    episode = clinic.started()
    took = time.monotonic()
    clinic.run("log", episode, "--done", "all", now=DAY_7)
    took = time.monotonic() - took
    for number in range(KILLS):
        if number % EPISODE_LASTS == 0:
            episode = clinic.started()
        printed, ended = in_a_child(
            logging_on(clinic, episode, f"kill.{number}"),
            kill_after=random.uniform(0.0, 4 * took),
            sign=random.choice(SIGNALS),
        )
        assert ended in (-signal.SIGKILL, -signal.SIGTERM)
        shown.setdefault(episode, set()).update(shown_versions(printed))
        if number % EPISODE_LASTS == EPISODE_LASTS - 1:
            check_nothing_lost(clinic, shown)
    check_nothing_lost(clinic, shown)
    assert sum(map(len, shown.values())) > KILLS / 4  # most were killed after something had been shown
    assert clinic.run("log", episode, "--done", "all", now=DAY_7).code in (0, 3, 4)


def test_killed_right_after_its_start_nothing_shown_is_lost(clinic: Clinic) -> None:
    random = Random(6)
    episode = clinic.started()
    environment = {**os.environ, **clinic.environment()}
    took = time.monotonic()
    subprocess.run(
        [PROGRAM, *words_of(episode, "kill.first")], env=environment, check=True, capture_output=True
    )
    took = time.monotonic() - took
    shown: set[int] = set()
    for number in range(STARTED):
        child = subprocess.Popen(
            [PROGRAM, *words_of(episode, f"kill.{number}")],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        time.sleep(random.uniform(took / 2, took * 1.1))
        child.send_signal(random.choice(SIGNALS))
        shown |= shown_versions(child.communicate()[0].split())
        check_nothing_lost(clinic, {episode: shown})
    assert clinic.run("log", episode, "--done", "all", now=DAY_7).code in (0, 3, 4)


# -- two at once


def logging_at_once(clinic: Clinic, episode: str, name: str, seen: int, start: tuple[int, int]) -> int:
    """Return a child that logs one session, having seen `seen` entries, when the pipe `start` closes."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.environ.update(clinic.environment())
        sys.stdout = sys.stderr = (clinic.folder / f"{name}.txt").open("w", encoding="utf-8")
        os.close(start[1])
        os.read(start[0], 1)
        words = [*words_of(episode, name), "--expected", str(seen)]
        code = int(main(words, standalone_mode=False))
        sys.stdout.flush()
    finally:
        os._exit(code)


@pytest.mark.parametrize("writers", [2, 6])
def test_of_writers_at_once_one_wins_and_the_others_are_told(clinic: Clinic, writers: int) -> None:
    episode = clinic.started()
    for number in range(ROUNDS if writers == len(SIGNALS) else ROUNDS // 4):
        seen = clinic.entries()
        start = os.pipe()
        names = [f"race.{number}.{writer}" for writer in range(writers)]
        children = [logging_at_once(clinic, episode, name, seen, start) for name in names]
        os.close(start[1])
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        os.close(start[0])
        assert sorted(codes) == [0, *[1] * (writers - 1)]
        assert clinic.entries() == seen + ENTRIES_OF_A_LOG
        for name, code in zip(names, codes, strict=True):
            told = (clinic.folder / f"{name}.txt").read_text(encoding="utf-8")
            assert ("somebody else" in told) == (code == 1)
            assert f"has {seen + ENTRIES_OF_A_LOG} entries" in told or code == 0


@pytest.mark.parametrize(("end", "found"), [("} }", {7}), ("}", {7}), ("", set())])
def test_a_document_cut_off_was_not_shown(end: str, found: set[int]) -> None:
    printed = f'{{ "schema": "rehabflow/episode-recorded/1", "version": 7, "x": {{ "y": 1 {end}'
    assert shown_versions(printed.split()) == found
