"""One line from the terminal at a time; the questions go to stderr, so that stdout stays data."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import click

from rehabflow.cli.screens import screen_of_stderr
from rehabflow.render.clean_text import clean
from rehabflow.render.page import Line, page_text

_PRIVATE: Final[ContextVar[bool]] = ContextVar("private", default=False)


@contextmanager
def answers_are_private() -> Iterator[None]:
    """Repeat nothing that is typed meanwhile, on no stream: it is about a patient."""
    before = _PRIVATE.set(True)
    try:
        yield
    finally:
        _PRIVATE.reset(before)


def are_answers_private() -> bool:
    """Return whether what is typed may not be repeated."""
    return _PRIVATE.get()


class EndOfInput(Exception):
    """There is nobody to ask any more; what was not asked stays unknown."""


def ask_line(question: str) -> str:
    """Return the answer, without blanks around it.

    Raises:
        EndOfInput: the input is over.
    """
    shown = page_text([Line(question, 2)], screen_of_stderr()).rstrip("\n")
    click.echo(f"{shown} ", nl=False, err=True, color=True)
    line = sys.stdin.readline()
    if not line:
        click.echo("", err=True)
        raise EndOfInput
    if not sys.stdin.isatty():
        click.echo("" if are_answers_private() else clean(line), err=True)
    return line.strip()
