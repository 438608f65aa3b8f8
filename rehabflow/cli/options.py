"""Options that many commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar  # Any: a command has any parameters

import click

from rehabflow.frozen import frozen

Command = TypeVar("Command", bound=Callable[..., Any])


@frozen
class Sources:
    """Where definitions come from besides the bundled ones, and whose Python code may run."""

    plugins: tuple[Path, ...] = ()
    trust: tuple[Path, ...] = ()
    allow: tuple[str, ...] = ()


def source_options(command: Command) -> Command:
    """Add `--plugins`, `--trust` and `--allow`; the command takes them as `plugins`, `trust`, `allow`."""
    folder = click.Path(path_type=Path)
    for option in (
        click.option(
            "--allow",
            multiple=True,
            metavar="ID",
            help="Let an installed plugin run its Python code. Repeatable.",
        ),
        click.option(
            "--trust",
            multiple=True,
            type=folder,
            metavar="DIR",
            help="Let the Python code in this plugin folder run. Repeatable.",
        ),
        click.option(
            "--plugins",
            multiple=True,
            type=folder,
            metavar="DIR",
            help="A folder of plugins or protocols besides the bundled ones. Repeatable.",
        ),
    ):
        command = option(command)
    return command


def json_option(command: Command) -> Command:
    """Add `--json`; the command takes it as `as_json`."""
    option: Callable[[Command], Command] = click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document instead of text."
    )
    return option(command)
