"""A quick look, in one expression, whether a text is so ordinary that it may be parsed at once."""

from __future__ import annotations

import re
from typing import Final

_BLANK: Final = r"[ \t]*+"
_GAP: Final = r"(?:[ \t\n]++|\#[^\n]*+)*+"
_PART: Final = r"""(?:[A-Za-z0-9_-]++|"[^"\\\n]*+")"""
_KEY: Final = rf"{_PART}(?:\.{_PART}){{0,5}}+"
_TEXT: Final = (
    r""""{3}(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{3}(?!")|"(?!"")(?:[^"\\\n]++|\\[^\n])*+"|'(?!'')[^'\n]*+\'"""
)
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2})?|[0-9]{2}:[0-9]{2}:[0-9]{2}"
_WORD: Final = rf"(?:true|false|[+-]?[0-9]{{1,15}}+(?:\.[0-9]{{1,10}}+)?|{_DATE})(?![0-9A-Za-z_.:+-])"
_ATOM: Final = rf"(?:{_TEXT}|{_WORD})"
DEPTH: Final = 3


def _nested(value: str) -> str:
    """Return what a value may be whose parts, if it has any, are such values."""
    part = rf"(?:{_KEY}{_BLANK}={_BLANK})?+{value}"
    return rf"(?:{_ATOM}|[\[{{]{_GAP}(?:{part}{_GAP},?+{_GAP})*+[\]}}])"


def _lines() -> str:
    value = _ATOM
    for _ in range(DEPTH):
        value = _nested(value)
    statement = rf"\[{_KEY}\]|\[\[{_KEY}\]\]|{_KEY}{_BLANK}={_BLANK}{value}"
    return rf"(?:{_BLANK}(?:{statement})?+{_BLANK}(?:\#[^\n]*+)?+(?:\n|\Z))*+"


_ORDINARY: Final = re.compile(_lines())


def is_ordinary(text: str) -> bool:
    """Return whether parsing needs no bounds here: short numbers, short keys, few levels, nothing that is not finite.

    It may still be no TOML. Of a text that is not ordinary nothing is said.
    """
    return _ORDINARY.fullmatch(text) is not None
