"""Options of every command on episodes: which store, whose keys, who acts, and when."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar  # Any: a command has any parameters

import click

from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.frozen import frozen

Command = TypeVar("Command", bound=Callable[..., Any])

STORE: Final = "episodes/episodes.sqlite"
"""The store if none is named: a folder of its own, as only its user may enter it."""


@frozen
class Setting:
    """What a command on episodes was told, unread: where the store and the keys are, who acts, and when."""

    store: str
    keys: str
    actor: str
    now: str
    no_input: bool
    as_json: bool
    sources: Sources
    key: str = ""
    expected: int | None = None
    explain: bool = False


def episode_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options; the command takes them as one `setting`."""

    @functools.wraps(command)
    def called(
        *,
        store: str,
        keys: str,
        actor: str,
        now: str,
        no_input: bool,
        as_json: bool,
        plugins: tuple[Path, ...],
        trust: tuple[Path, ...],
        allow: tuple[str, ...],
        key: str = "",
        expected: int | None = None,
        explain: bool = False,
        **rest: Any,  # noqa: ANN401 - the command's own
    ) -> int:
        sources = Sources(plugins, trust, allow)
        setting = Setting(store, keys, actor, now, no_input, as_json, sources, key, expected, explain)
        return command(setting=setting, **rest)

    return _shared(json_option(source_options(called)))


def _shared(command: Command) -> Command:
    for option in (
        click.option("--no-input", is_flag=True, help="Never ask."),
        click.option("--now", default="", hidden=True, help="The date and time, instead of the clock's."),
        click.option(
            "--as",
            "actor",
            envvar="REHABFLOW_ACTOR",
            default="",
            metavar="ID:ROLE[:PROFESSION]",
            help="Who acts, such as t7:clinician:physiotherapist. Also REHABFLOW_ACTOR.",
        ),
        click.option(
            "--keys",
            envvar="REHABFLOW_KEYS",
            default="",
            metavar="FOLDER",
            help="The folder of the patients' keys, or `none`. Also REHABFLOW_KEYS. [default: keys, beside the store]",
        ),
        click.option(
            "--store",
            envvar="REHABFLOW_STORE",
            default="",
            metavar="FILE|URL",
            help=f"The store: a file, or postgresql://... Also REHABFLOW_STORE. [default: {STORE}]",
        ),
    ):
        command = option(command)
    return command


def request_options(command: Command) -> Command:
    """Add what makes writing safe: `--key` (the same request again is harmless) and `--expected`.

    Stands above `episode_options`, which takes them into the setting.
    """
    for option in (
        click.option(
            "--expected",
            type=click.IntRange(0),
            metavar="N",
            help="How many entries you have seen; refused if somebody recorded more since.",
        ),
        click.option(
            "--key",
            default="",
            metavar="KEY",
            help="A key of this request, without patient data: sent again with it, it records nothing more.",
        ),
    ):
        command = option(command)
    return command


def explain_option(command: Command) -> Command:
    """Add `--explain` to what shows a decision. Stands above `episode_options`, which takes it into the setting."""
    option: Callable[[Command], Command] = click.option(
        "--explain", is_flag=True, help="Every reason of the decision in full."
    )
    return option(command)


def given_options(command: Command) -> Command:
    """Add where answers come from: `--from FILE` as `file`, `--set KEY=VALUE` as `answers`."""
    for option in (
        click.option(
            "--set",
            "answers",
            multiple=True,
            metavar="KEY=VALUE",
            help="An answer, such as nprs.average=6. Shells remember what is typed: better a file. Repeatable.",
        ),
        click.option(
            "--from",
            "file",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="A TOML file with the keys of a journey's visit or session, without day and time.",
        ),
    ):
        command = option(command)
    return command
