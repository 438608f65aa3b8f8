"""Groups whose commands are imported only when they are called, so that help and completion are quick."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, TypeAlias  # Any: what click's own signatures say

import click

from rehabflow.frozen import frozen


@frozen
class Lazy:
    """A command that stands in a module of its own: one line of help, and `module:name`."""

    help: str
    target: str

    def load(self) -> click.Command:
        """Return the command."""
        module, _, name = self.target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@frozen
class Lazies:
    """A group of commands: one line of help, and its commands in the order of its help page."""

    help: str
    commands: Mapping[str, Lazy]


Entry: TypeAlias = Lazy | Lazies


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def __init__(
        self,
        entries: Mapping[str, Entry],
        name: str,
        help: str,  # noqa: A002 - click's word
        params: list[click.Parameter] | None = None,
    ) -> None:
        names = {"help_option_names": ["-h", "--help"]}
        super().__init__(name=name, help=help, params=params, context_settings=names)
        self.entries = dict(entries)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order declared."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now."""
        del ctx
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if isinstance(entry, Lazies):
            return LazyGroup(entry.commands, cmd_name, entry.help)
        return entry.load()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments call; an unknown one names the nearest."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.entries:
            from rehabflow.cli.nearest import did_you_mean

            ctx.fail(f"there is no command `{name[:40]}`{did_you_mean(name, self.entries)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the declared lines."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Return the commands that begin so, without importing them."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=entry.help)
            for name, entry in self.entries.items()
            if name.startswith(incomplete)
        ]
        return found or super().shell_complete(ctx, incomplete) if incomplete.startswith("-") else found
