"""Every bundled case, decided under 24 combinations of hash seed, time zone and locale: the same bytes.

By default every combination has a case of each third protocol; with `REHABFLOW_ALL_REPLAYS=1` it has all of them, which
takes about a minute each.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.case_digests import ROOT, SHARES

HERE = Path(__file__).resolve().parent
SEEDS, ZONES, LOCALES = (
    ("0", "1", "4711"),
    ("UTC", "Pacific/Kiritimati"),
    ("C", "C.UTF-8", "tr_TR.UTF-8", "ar_EG"),
)
ALL = bool(os.environ.get("REHABFLOW_ALL_REPLAYS"))
WANTED = ["all"] if ALL else [str(share) for share in range(SHARES)]
COMBINATIONS = list(itertools.product(SEEDS, ZONES, LOCALES))


def digests(wanted: str, seed: str, zone: str, locale: str) -> list[str]:
    """Return a line for each case: the digest of all its decisions, and its name."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", HERE / "case_digests.py", wanted],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
        capture_output=True,
        encoding="ascii",
        check=True,
    )
    return ended.stdout.splitlines()


@pytest.fixture(scope="module")
def first() -> dict[str, list[str]]:
    """Return what one more combination gives, by what was wanted."""
    return {wanted: digests(wanted, "12345", "America/St_Johns", "C") for wanted in WANTED}


def test_a_case_of_every_protocol_is_tried(first: dict[str, list[str]]) -> None:
    lines = [line for some in first.values() for line in some]
    tried = {line.split()[1].split("/")[1] for line in lines}
    assert tried >= {folder.parent.name for folder in ROOT.glob("protocols/*/cases")}
    assert len({line.split()[0] for line in lines}) > len(lines) * 0.9


@pytest.mark.parametrize("place", range(len(COMBINATIONS)))
def test_the_same_bytes_everywhere(first: dict[str, list[str]], place: int) -> None:
    wanted = WANTED[place % len(WANTED)]
    found = digests(wanted, *COMBINATIONS[place])
    assert len(found) == len(first[wanted])
    differ = [one for one, other in zip(found, first[wanted], strict=True) if one != other]
    assert not differ, f"{len(differ)} of {len(found)} cases differ; the first: {differ[0]}"
