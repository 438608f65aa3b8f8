"""Running the command line in tests, inside the process or as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import attrs
from click.testing import CliRunner

from rehabflow.cli import main

PROGRAM = Path(sysconfig.get_path("scripts")) / "rehabflow"


@attrs.frozen
class Ended:
    """How a command ended, with what it printed as data and what it said."""

    code: int
    data: str
    talk: str


def rehabflow(*words: str | Path, answers: str = "", **environment: str) -> Ended:
    """Return how a command line ends, run inside this process at 100 columns without colour."""
    plain = {"COLUMNS": "100", "NO_COLOR": "1", "FORCE_COLOR": None, "TERM": "dumb"}
    result = CliRunner().invoke(
        main, [str(word) for word in words], input=answers, env={**plain, **environment}
    )
    return Ended(result.exit_code, result.stdout, result.stderr)


def program(*words: str | Path, answers: str = "", cwd: Path | None = None, **environment: str) -> Ended:
    """Return how the installed program ends, in a process of its own with a bare environment."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "SYSTEMROOT") if key in os.environ}
    ended = subprocess.run(
        [PROGRAM, *map(str, words)],
        input=answers,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**kept, "COLUMNS": "100", **environment},
        cwd=cwd,
        timeout=60,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def python(code: str) -> Ended:
    """Return how a Python program ends."""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)
