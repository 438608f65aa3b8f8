"""Canonical JSON (RFC 8785) of whole numbers, texts, yes and no, nothing, lists and tables; no floats.

Decimal numbers are written as texts, so that no reader rounds them. The same value always gives the same bytes, and
only those bytes are read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from rehabflow.store.errors import Damaged

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

LARGEST: Final = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""
DEEPEST: Final = 200


class NotCanonical(Damaged):
    """A value that has no canonical form, or bytes that are not one."""


def encode(value: Json) -> bytes:
    """Return the canonical bytes of a value.

    Raises:
        NotCanonical: a float, a number beyond 2**53, a key that is no text, half a character, nested too deep.
    """
    return encode_text(value).encode("utf-8")


def encode_text(value: Json) -> str:
    """Return the canonical form as text; see `encode`."""
    text = json.dumps(_ordered(value, 0), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if not text.isascii():
        _refuse_half_characters(text)
    return text


def decode(content: bytes) -> Json:
    """Return the value of canonical bytes.

    Raises:
        NotCanonical: the bytes are not JSON, or not the canonical form of what they say.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise NotCanonical("this is not text in UTF-8") from None
    value = parse(text)
    if encode(value) != content:
        raise NotCanonical("this is JSON, but not in its canonical form")
    return value


def parse(text: str) -> Json:
    """Return the value of JSON whose bytes a chain vouches for: strict, but its form is not compared.

    Raises:
        NotCanonical: it is not JSON, has a float, or a key twice.
    """
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_table, parse_float=_no_float, parse_constant=_no_float
        )
    except (ValueError, RecursionError):
        raise NotCanonical("this is not JSON") from None
    return value


def _ordered(value: Json, depth: int) -> Json:
    """Return the value with tables in the order of RFC 8785: by UTF-16 code units."""
    if depth > DEEPEST:
        raise NotCanonical(f"values are nested more than {DEEPEST} deep")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if isinstance(value, int):
        if not -LARGEST <= value <= LARGEST or kind is not int:
            raise NotCanonical("a whole number is too large to be kept exactly; write it as a text")
        return value
    if isinstance(value, Mapping):
        names = list(value)
        if not all(type(name) is str for name in names):
            raise NotCanonical("a table has a key that is not a text")
        return {name: _ordered(value[name], depth + 1) for name in sorted(names, key=_code_units)}
    if isinstance(value, list | tuple):
        return [_ordered(part, depth + 1) for part in value]
    raise NotCanonical(f"a {kind.__name__} has no form in canonical JSON; decimal numbers are texts")


def _code_units(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _refuse_half_characters(text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotCanonical("a text holds half a character (a lone surrogate)")


def _table(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    entries = list(pairs)
    found = dict(entries)
    if len(found) != len(entries):
        raise NotCanonical("a table has a key twice")
    return found


def _no_float(_: str) -> Json:
    raise NotCanonical("a number is not whole; decimal numbers are texts")
