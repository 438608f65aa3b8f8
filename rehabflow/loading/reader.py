"""Collecting problems while values are read, and the words for what was found."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Final

import attrs

from rehabflow.definitions.common import Evidence
from rehabflow.problems import Place, Problem

PROFESSIONS: Final = ("physician", "surgeon", "physiotherapist", "psychologist")
ANY_CLINICIAN: Final = "clinician"


@attrs.define
class Reader:
    """What one reading needs to know, and the problems it has found.

    `default` is the file's `default_basis` and `default_source` (None: it has none); `sources` are the ids that
    evidence may name (None: not known, since a file could not be read); `is_head_unread`: nor are the defaults known;
    `replaces` gathers "kind.id" -> owner.
    """

    professions: Collection[str] = PROFESSIONS
    default: Evidence | None = None
    sources: frozenset[str] | None = frozenset()
    is_head_unread: bool = False
    problems: list[Problem] = attrs.field(factory=list)
    replaces: dict[str, str] = attrs.field(factory=dict)

    def report(
        self,
        code: str,
        place: Place,
        message: str,
        *,
        expected: str = "",
        advice: str = "",
        span: tuple[int, int] | None = None,
        on_key: bool = False,
    ) -> None:
        """Note something that keeps a file from being used; `advice` is the help shown."""
        self.problems.append(Problem(code, message, place, expected, advice, span=span, on_key=on_key))

    def wrong_type(
        self, place: Place, value: object, expected: str, advice: str = "", *, on_key: bool = False
    ) -> None:
        """Note a value of another type than expected."""
        message = f"{subject(place)} is {describe(value)}"
        self.report("wrong-type", place, message, expected=expected, advice=advice, on_key=on_key)


def nearest(word: str, candidates: Collection[str]) -> str:
    """Return "did you mean `x`?" for the candidate most like a word, or an empty text."""
    from rehabflow.conditions.faults import nearest as find  # difflib is only needed here

    return find(word[:200], candidates) if candidates else ""


def closest(word: str, candidates: Collection[str], cutoff: float = 0.6) -> str:
    """Return the candidate most like a word, or an empty text."""
    import difflib  # only needed here

    close = difflib.get_close_matches(word[:200], sorted(candidates), n=1, cutoff=cutoff)
    return close[0] if close else ""


def subject(place: Place) -> str:
    """Return what a value is called in messages: its key, or an entry of it."""
    if isinstance(place.path[-1], str):
        return f"`{place.path[-1]}`"
    name = next((part for part in reversed(place.path) if isinstance(part, str)), "")
    return f"an entry of `{name}`"


def listed(words: Iterable[str], most: int = 16) -> str:
    """Return words for people: `one of a, b, c`, cut after `most`."""
    names = list(words)
    if not names:
        return "none is declared"
    if len(names) == 1:
        return f"`{names[0]}`"
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return "one of " + ", ".join(names[:most]) + more


def describe(value: object) -> str:
    """Return what a TOML value is, for people: `the text "so"`, `the number 3`, `a list`.

    >>> describe(True), describe([1]), describe("a")
    ('true', 'a list', 'the text "a"')
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return f"the number {value}"
        case str():
            return f'the text "{value}"' if len(value) <= 40 else f'the text "{value[:37]}..."'
        case list():
            return "a list" if value else "an empty list"
        case Mapping():
            return "a table" if value else "an empty table"
        case datetime.datetime():
            return "a date with a time"
        case datetime.date():
            return "a date"
        case datetime.time():
            return "a time of day"
        case _:
            return "something else"
