"""The same inputs give the same bytes: over hash seeds, time zones, locales and processes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).resolve().parents[2] / "protocols" / "low_back_pain" / "cases"
SETTINGS = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns", "LC_ALL": "C"},
]


def played(settings: dict[str, str], *more: str) -> str:
    """Return the digest of what `run --json` prints of a whole course."""
    command = [
        sys.executable,
        "-m",
        "rehabflow",
        "run",
        "low_back_pain",
        str(CASES / "whole_course.toml"),
        *more,
    ]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, check=True)
    assert len(done.stdout) > 1000
    return hashlib.sha256(done.stdout).hexdigest()


@pytest.mark.parametrize("form", ["--json", "--no-input"])
def test_the_same_journey_gives_the_same_bytes(form: str) -> None:
    assert len({played(settings, form) for settings in SETTINGS}) == 1
