"""A fingerprint of definitions: of what they say, not of how the file is written."""

from __future__ import annotations

import datetime
import enum
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal

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
        case None | bool() | int() | str():
            return value.word if isinstance(value, enum.IntEnum) and hasattr(value, "word") else value
        case Expression():
            return value.text
        case Decimal() | Duration():
            return str(value)
        case datetime.date():
            return value.isoformat()
        case Mapping():
            return {_key(key): _plain(part) for key, part in value.items()}
        case frozenset():
            return sorted(str(part) for part in value)
        case tuple():
            return [_plain(part) for part in _without_order(value)]
    return _fields(value)


def _fields(value: object) -> dict[str, object]:
    """Return the fields of a definition, without where it stands."""
    found: dict[str, object] = {"": type(value).__name__}
    for field in attrs.fields(type(value)):  # type: ignore[arg-type]  # every definition is an attrs class
        part = getattr(value, field.name)
        if isinstance(part, Place) or field.name in NOT_CONTENT:
            continue
        found[field.name] = _plain(part)
    return found


def _without_order(parts: tuple[object, ...]) -> tuple[object, ...]:
    """Return rules and measures by id: they are tables of a file, whose order never matters."""
    tables: list[Rule | Measure] = [part for part in parts if isinstance(part, Rule | Measure)]
    if not tables:
        return parts
    return tuple(sorted(tables, key=lambda table: table.id))


def _key(key: object) -> str:
    return key.name if isinstance(key, enum.Enum) else str(key)
