"""Versions `1.2.0` and ranges of them `>=1,<2`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final

from rehabflow.problems import RehabflowError

_VERSION: Final = re.compile(r"(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){0,2}", re.ASCII)
_BOUND: Final = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*", re.ASCII)
_COMPARE: Final[dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


class NotAVersion(RehabflowError):
    """A text that is neither a version such as `1.2.0` nor a range such as `>=1,<2`."""


def parse_version(text: str) -> tuple[int, int, int]:
    """Return major, minor and patch; parts left out are 0. Raise NotAVersion otherwise."""
    if _VERSION.fullmatch(text) is None:
        raise NotAVersion(f"`{text}` is not a version; write one to three whole numbers, as `1.2.0`")
    numbers = [int(part) for part in text.split(".")]
    major, minor, patch = [*numbers, 0, 0][:3]
    return major, minor, patch


def satisfies(version: str, wanted: str) -> bool:
    """Return whether a version lies in a range: bounds joined by commas, every one of which must hold.

    >>> satisfies("1.10.0", ">=1,<2"), satisfies("2.0.0", ">=1,<2")
    (True, False)

    Raises:
        NotAVersion: the version or the range is not written as one.
    """
    have = parse_version(version)
    return all(_COMPARE[sign](have, bound) for sign, bound in _bounds(wanted))


def _bounds(wanted: str) -> list[tuple[str, tuple[int, int, int]]]:
    bounds = []
    for part in wanted.split(","):
        match = _BOUND.fullmatch(part)
        if match is None:
            raise NotAVersion(f"`{wanted}` is not a range of versions; write bounds such as `>=1,<2`")
        bounds.append((match[1], parse_version(match[2])))
    return bounds
