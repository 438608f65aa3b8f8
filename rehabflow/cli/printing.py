"""Printing data on stdout and talk on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import click

from rehabflow.cli.screens import screen_of_stderr, screen_of_stdout
from rehabflow.problems import Problem
from rehabflow.render.page import Block, Line, page_text


def show(blocks: Iterable[Block]) -> None:
    """Print a page."""
    click.echo(page_text(blocks, screen_of_stdout()), nl=False, color=True)


def show_json(document: Mapping[str, object]) -> None:
    """Print a JSON document; characters beyond ASCII are escaped, so that nothing in it can be hidden."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=True))


def talk(text: str) -> None:
    """Say something that is no data."""
    screen = screen_of_stderr()
    for line in text.split("\n"):
        click.echo(page_text([_line(line)], screen).rstrip("\n"), err=True, color=True)


def show_problems(problems: Iterable[Problem], texts: Mapping[str, str]) -> None:
    """Print problems of files as data."""
    from rehabflow.cli.problem_texts import problems_text

    found = tuple(problems)
    if found:
        click.echo(problems_text(found, screen_of_stdout(), texts), nl=False, color=True)


def tell_problems(problems: Iterable[Problem], texts: Mapping[str, str] | None = None) -> None:
    """Tell problems of files on stderr."""
    from rehabflow.cli.problem_texts import problems_text

    click.echo(problems_text(problems, screen_of_stderr(), texts), err=True, nl=False, color=True)


def _line(text: str) -> Block:
    return Line(text.lstrip(" "), len(text) - len(text.lstrip(" ")))
