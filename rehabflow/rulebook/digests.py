"""A fingerprint of definitions: of what they say, not of how the file is written."""

from __future__ import annotations

import datetime
import enum
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

import attrs

from rehabflow.definitions.common import Expression, Rule
from rehabflow.definitions.contributions import Plugin, ProtocolPackage
from rehabflow.definitions.measures import Measure
from rehabflow.instants import Duration
from rehabflow.problems import Place

NOT_CONTENT = frozenset(["files", "texts"])


def digest(content: Plugin | ProtocolPackage) -> str:
    """Return the SHA-256, in hexadecimal, of everything that a plugin or protocol declares.

    Comments, order of tables, layout and which file a table stands in make no difference; every value does.
    """
    text = json.dumps(_plain(content), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: object) -> object:
    """Return the value as JSON has it."""
    match value:
        case str() | None | bool() | int():
            return value.word if isinstance(value, enum.IntEnum) and hasattr(value, "word") else value
        case tuple():
            return [_plain(part) for part in _without_order(value)]
        case Expression():
            return value.text
        case Decimal() | Duration():
            return str(value)
        case datetime.date():
            return value.isoformat()
        case frozenset():
            return sorted(str(part) for part in value)
    if attrs.has(type(value)):
        return _fields(value)
    assert isinstance(value, Mapping)  # nothing else stands in a definition
    return {_key(key): _plain(part) for key, part in value.items()}


def _fields(value: object) -> dict[str, object]:
    """Return the fields of a definition, without where it stands."""
    found: dict[str, object] = {"": type(value).__name__}
    for name in _names(type(value)):  # type: ignore[arg-type]  # every definition is an attrs class
        part = getattr(value, name)
        if not isinstance(part, Place):
            found[name] = _plain(part)
    return found


@cache
def _names(kind: type[attrs.AttrsInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if field.name not in NOT_CONTENT)


def _without_order(parts: tuple[object, ...]) -> tuple[object, ...]:
    """Return rules and measures by id: they are tables of a file, whose order never matters."""
    tables: list[Rule | Measure] = [part for part in parts if isinstance(part, Rule | Measure)]
    if not tables:
        return parts
    return tuple(sorted(tables, key=lambda table: table.id))


def _key(key: object) -> str:
    return key.name if isinstance(key, enum.Enum) else str(key)
