"""A command whose own complaints about its options never repeat what was typed: it may be about a patient."""

from __future__ import annotations

from typing import Any  # what click's own signatures say

import click


class PrivateCommand(click.Command):
    """A command of `rehabflow episode`."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - as click has it
    ) -> click.Context:
        """Return the context of a call; what cannot be read is told by the option's name only."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.NoSuchOption as error:
            near = ", ".join(sorted(error.possibilities or ()))
            raise click.UsageError(
                f"there is no such option{f'; did you mean {near}?' if near else ''}", error.ctx
            ) from None
        except (click.MissingParameter, click.BadOptionUsage):
            raise
        except click.BadParameter as error:
            raise click.UsageError(_unread(error), error.ctx) from None
        except click.UsageError as error:
            raise click.UsageError(
                "there are more words than this command takes; a text with blanks stands in quotes", error.ctx
            ) from None


def _unread(error: click.BadParameter) -> str:
    name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else "an option"
    match error.param.type if error.param else None:
        case click.Choice(choices=choices):
            expected = f"one of {', '.join(map(str, choices))}"
        case click.IntRange(min=low, max=high):
            expected = f"a whole number from {low}" + ("" if high is None else f" to {high}")
        case click.DateTime():
            expected = "a date, such as 2026-03-02"
        case click.ParamType(name=kind):
            expected = kind
        case _:
            expected = "another"
    return f"the value of {name} cannot be read; expected {expected}"
