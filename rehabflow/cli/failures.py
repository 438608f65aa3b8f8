"""What is told, on stderr, when something ends a command: what, where, why, what next."""

from __future__ import annotations

import hashlib
import traceback
from pathlib import Path
from typing import Final

import click

from rehabflow.cli.screens import screen_of_stderr
from rehabflow.problems import FileProblems, RehabflowError
from rehabflow.render.clean_text import clean

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def tell(error: RehabflowError) -> int:
    """Tell why a command was refused; return its exit code."""
    screen = screen_of_stderr()
    if isinstance(error, FileProblems):
        from rehabflow.cli.problem_texts import problems_text

        click.echo(problems_text(error.problems, screen), err=True, nl=False)
    else:
        click.echo(f"{screen.paint('error:', 'stop')} {clean(str(error))}", err=True)
    return error.exit_code


def tell_bug(error: BaseException) -> None:
    """Tell that this is a bug: an incident id made from where it happened, and nothing of what was being read.

    A message or a local value may hold what a patient answered, so neither is shown.
    """
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    steps = [
        f"{Path(frame.filename).resolve().relative_to(_PACKAGE).as_posix()}:{frame.lineno}"
        for frame in frames
    ]
    kind = type(error).__name__
    incident = hashlib.sha256(" ".join([kind, *steps]).encode()).hexdigest()[:10]
    where = " < ".join(reversed(steps[-4:])) or "outside rehabflow"
    click.echo(
        f"rehabflow has a bug and stopped; no decision is shown. Incident {incident}: {kind} at {where}.\n"
        "This line holds no patient data. Please report it with the version (rehabflow --version).",
        err=True,
    )


def _is_ours(filename: str) -> bool:
    return Path(filename).resolve().is_relative_to(_PACKAGE)
