"""One line from the terminal at a time; the questions go to stderr, so that stdout stays data."""

from __future__ import annotations

import sys

import click

from rehabflow.cli.screens import screen_of_stderr
from rehabflow.render.clean_text import clean
from rehabflow.render.page import Line, page_text


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
        click.echo(clean(line), err=True)
    return line.strip()
