"""The program: its groups, and what every ending (a problem, a stop, a bug, Ctrl-C, a closed pipe) exits with."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final  # Any: what click's own signatures say

import click

from rehabflow.cli.commands import COMMANDS
from rehabflow.cli.lazy import LazyGroup

ABOUT: Final = """Rehabilitation protocols, visit by visit: may this patient exercise today, in which stage, with which
exercises, why, and what is still missing to know.

Decision support for clinicians, not a medical device, not clinically validated.
"""
BUG: Final = 70
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
GARBAGE_AFTER: Final = 200_000
"""A command builds much and soon ends: Python need not look for garbage (in circles) after every 700 objects."""


class Program(LazyGroup):
    """The whole command line; `main` never lets an exception out."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 - click passes on what it is given
    ) -> Any:  # noqa: ANN401 - as click has it
        """Run a command line and exit with its code."""
        _make_streams_safe()
        gc.set_threshold(GARBAGE_AFTER)

        def command() -> object:
            result: object = super(Program, self).main(
                args,
                prog_name or "rehabflow",
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
            sys.stdout.flush()
            return result

        code = _ended(command)
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command; a closed pipe ends it silently."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _PipeClosed from None


class _PipeClosed(click.ClickException):
    """Nobody reads the output any more: click would call that a problem."""

    exit_code = PIPE_CLOSED

    def __init__(self) -> None:
        super().__init__("")


def _ended(command: Callable[[], object]) -> int:
    """Return the exit code that a command ends with; what went wrong is told on stderr."""
    try:
        result = command()
    except (_PipeClosed, BrokenPipeError):
        _let_go_of_stdout()
        return PIPE_CLOSED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("\nStopped; nothing was saved.", err=True)
        return INTERRUPTED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except Exception as error:  # noqa: BLE001 - the last door: a bug ends with an incident, never with patient data
        return _failed(error)
    return result if isinstance(result, int) else 0


def _failed(error: Exception) -> int:
    from rehabflow.problems import RehabflowError

    if isinstance(error, RehabflowError):
        from rehabflow.cli.failures import tell

        return tell(error)
    from rehabflow.cli.failures import tell_bug

    tell_bug(error)
    return BUG


def _let_go_of_stdout() -> None:
    """Send what is still buffered nowhere, so that the interpreter does not complain when it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _make_streams_safe() -> None:
    r"""Let text that the terminal's encoding lacks appear as `\xe9` instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        encoding = getattr(stream, "encoding", None) or "ascii"
        if not encoding.lower().replace("-", "").startswith("utf") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"rehabflow {version('rehabflow')}")
    click.echo("Decision support for clinicians, not a medical device, not clinically validated.")
    ctx.exit()


main = Program(
    COMMANDS,
    name="rehabflow",
    help=ABOUT,
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_version,
            help="Show the version and what this is not.",
        )
    ],
)
