"""TOML texts as written: what a key says, and where each character of a text stands in the file."""

from __future__ import annotations

import re

import tomli

_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_LINE_END = re.compile(r"\\[ \t]*\n[ \t\n]*")


def decoded_key(raw: str) -> str:
    """Return what a key as written says: quotes and escapes resolved."""
    if raw[:1] not in ("'", '"'):
        return raw
    if raw[0] == "'":
        return raw[1:-1]
    try:
        return next(iter(tomli.loads(f"{raw} = 0")))
    except tomli.TOMLDecodeError:
        return raw[1:-1]


def character_end(raw: str, offset: int) -> int:
    """Return where the character at an offset of a text as written ends: an escape is as long as it is written."""
    escape = _ESCAPE.match(raw, offset) if raw[:1] == '"' else None
    return escape.end() if escape else offset + 1


def offsets_of_characters(raw: str) -> list[int]:
    r"""Return where each character of a text stands in it as written, quotes included; last, its end.

    >>> offsets_of_characters(r'"a\n b"')
    [1, 2, 4, 5, 6]
    """
    quote = raw[:3] if raw[:3] in ('"""', "'''") and len(raw) >= 6 else raw[:1]
    offset, end = len(quote), len(raw) - len(quote)
    if len(quote) == 3 and raw[offset : offset + 1] == "\n":
        offset += 1
    offsets: list[int] = []
    while offset < end:
        if raw[offset] == "\\" and quote[0] == '"':
            if len(quote) == 3 and (match := _LINE_END.match(raw, offset)):
                offset = match.end()
                continue
            escape = _ESCAPE.match(raw, offset)
            offsets.append(offset)
            offset = escape.end() if escape else offset + 1
            continue
        offsets.append(offset)
        offset += 1
    offsets.append(end)
    return offsets
