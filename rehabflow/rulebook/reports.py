"""Collecting problems while a rulebook is assembled, and naming the nearest thing that exists."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from rehabflow.conditions.faults import nearest
from rehabflow.frozen import frozen
from rehabflow.problems import Place, Problem


@frozen
class Report:
    """The problems found so far; one report serves a whole assembly."""

    problems: list[Problem] = attrs.field(factory=list)

    def error(self, code: str, message: str, place: Place, *, expected: str = "", help: str = "") -> None:  # noqa: A002 - Problem's own word
        """Note something that keeps the rulebook from being used."""
        self.problems.append(Problem(code, message, place, expected, help))

    def warn(self, code: str, message: str, place: Place, *, expected: str = "", help: str = "") -> None:  # noqa: A002 - Problem's own word
        """Note something that works but is probably not meant."""
        self.problems.append(Problem(code, message, place, expected, help, severity="warning"))

    def unknown(
        self, code: str, what: str, word: str, known: Iterable[str], place: Place, *, of: str = ""
    ) -> None:
        """Note a word that names nothing, with the nearest one that does; `of`: whose it would have to be."""
        names = sorted(known)
        message = f"{of} has no {what} `{word}`" if of else f"there is no {what} `{word}`"
        self.error(code, message, place, expected=one_of(names), help=nearest(word, names))

    @property
    def has_errors(self) -> bool:
        """Return whether any problem so far is an error."""
        return any(problem.severity == "error" for problem in self.problems)


def one_of(names: Iterable[str], most: int = 12) -> str:
    """Return `one of a, b, c`, cut after `most` names; `none is declared` for none."""
    listed = sorted(names)
    if not listed:
        return "none is declared"
    rest = f" and {len(listed) - most} more" if len(listed) > most else ""
    return "one of " + ", ".join(listed[:most]) + rest
