"""A fingerprint of definitions: of what they say, not of how the file is written."""

from __future__ import annotations

import datetime
import enum
import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import TypeAlias

import attrs

from rehabflow.definitions.common import Expression, Rule
from rehabflow.definitions.contributions import Plugin, ProtocolPackage
from rehabflow.definitions.measures import Measure
from rehabflow.frozen import frozen
from rehabflow.instants import Duration
from rehabflow.problems import Place

Content: TypeAlias = Plugin | ProtocolPackage
NOT_CONTENT = frozenset(["files", "texts"])


def digest(content: Content) -> str:
    """Return the SHA-256, in hexadecimal, of everything that a plugin or protocol declares.

    Comments, order of tables, layout and which file a table stands in make no difference; every value does.
    """
    text = json.dumps(_plain(content), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


@frozen(eq=False)
class Digests(Mapping[str, str]):
    """The digests of contents by name; each is worked out when it is first asked for, and many commands never do."""

    contents: Mapping[str, Content]
    _found: dict[str, str] = attrs.field(factory=dict, init=False)

    def __getitem__(self, name: str) -> str:
        if name not in self._found:
            self._found[name] = digest(self.contents[name])
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.contents)

    def __len__(self) -> int:
        return len(self.contents)


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
