"""TOML text to plain values, strictly; on demand, the position of any key or value."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

import attrs
import tomli

from rehabflow.frozen import frozen
from rehabflow.problems import FileProblems, Problem
from rehabflow.toml_source.ordinary import is_ordinary
from rehabflow.toml_source.scan import decode, scan
from rehabflow.toml_source.syntax import explain

Span = tuple[int, int, int, int]
"""line, column, end line, end column; from 1, the end exclusive."""

REMEMBERED: Final = 64
"""How many files are kept: heads are read before the folders they stand in, and most files are small."""


@frozen
class TomlSource:
    """A TOML file that was read: its name to show, its text (lines end in a newline only) and its values.

    Numbers with a point are `Decimal`.
    """

    name: str
    text: str = attrs.field(repr=False)
    values: Mapping[str, object] = attrs.field(repr=False)


@lru_cache(maxsize=REMEMBERED)
def read_source(content: str | bytes, shown_name: str) -> TomlSource:
    """Return the values of a TOML 1.0 file, its size and form checked before it is parsed; nobody may change them.

    Raises:
        FileProblems: with line and column, if it is too large, not UTF-8, holds hidden characters, numbers
            that are too long or not finite, lists or keys nested too deep, or is not TOML.
    """
    text = decode(content, shown_name)
    problems = scan(text, shown_name, tokens=not is_ordinary(text))
    if problems:
        raise FileProblems(problems)
    try:
        values = tomli.loads(text, parse_float=Decimal)
    except (tomli.TOMLDecodeError, ValueError) as error:
        # ValueError: dates such as 2026-02-30, which some versions pass on as they come
        raise FileProblems(scan(text, shown_name) or explain(error, text, shown_name)) from None
    return TomlSource(shown_name, text, values)


def locate(source: TomlSource | str, path: tuple[str | int, ...], on_key: bool = False) -> Span:
    """Return where the value (or the key) at a path stands; if missing, the nearest table around it."""
    from rehabflow.toml_source import positions

    return positions.locate(source if isinstance(source, str) else source.text, path, on_key, None)


def located(problem: Problem, sources: Mapping[str, str]) -> Problem:
    """Return the problem with line and column filled in from the texts of its file, if they are known.

    `sources` maps shown names to texts, as `Contribution.texts` does.
    """
    text = sources.get(problem.place.file)
    if problem.line or text is None:
        return problem
    from rehabflow.toml_source import positions

    line, column, end_line, end_column = positions.locate(
        text, problem.place.path, problem.on_key, problem.span
    )
    return attrs.evolve(problem, line=line, column=column, end_line=end_line, end_column=end_column)


__all__ = ["Span", "TomlSource", "locate", "located", "read_source"]
