"""Copies that a plugin may look at: nothing it does to them reaches anyone else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar, cast

import attrs

T = TypeVar("T")


def frozen_copy(value: T) -> T:
    """Return a copy all the way down, its mappings read-only; what cannot change is shared."""
    return cast("T", _copy(value, {}))


def _copy(value: object, made: dict[int, object]) -> object:
    if isinstance(value, tuple):
        return tuple(_copy(part, made) for part in value)
    if isinstance(value, Mapping):
        return MappingProxyType({key: _copy(part, made) for key, part in value.items()})
    kind = type(value)
    if not attrs.has(kind):
        return value
    if id(value) not in made:
        copied = object.__new__(kind)
        made[id(value)] = copied
        for field in attrs.fields(kind):
            object.__setattr__(copied, field.name, _copy(getattr(value, field.name), made))
    return made[id(value)]
