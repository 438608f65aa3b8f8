"""Noticing a plugin that replaces parts of rehabflow, and putting them back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Final

import rehabflow
from rehabflow.frozen import frozen

_PREFIX: Final = f"{rehabflow.__name__}."
_GONE: Final = object()
_OF_PYTHON: Final = frozenset(
    {"__dict__", "__weakref__", "__doc__", "__annotations__", "__abstractmethods__"}
)


@frozen
class Snapshot:
    """What names of rehabflow and of the builtins stand for: module or class, name, value."""

    names: tuple[tuple[ModuleType | type, str, object], ...]

    @classmethod
    def take(cls) -> Snapshot:
        """Return what they stand for now."""
        return cls(tuple(_names()))

    def restore(self) -> list[str]:
        """Put back what was replaced or deleted since, and return its names."""
        changed = []
        for owner, name, value in self.names:
            if vars(owner).get(name, _GONE) is not value:
                setattr(owner, name, value)
                changed.append(_called(owner, name))
        return sorted(changed)


def _names() -> Iterator[tuple[ModuleType | type, str, object]]:
    for key, module in list(sys.modules.items()):
        if key in ("rehabflow", "builtins") or key.startswith(_PREFIX):
            yield from _of_module(module)


def _of_module(module: ModuleType) -> Iterator[tuple[ModuleType | type, str, object]]:
    for name, value in list(vars(module).items()):
        if name == "_":  # the last value of an interactive session
            continue
        yield module, name, value
        if isinstance(value, type) and value.__module__ == module.__name__ != "builtins":
            yield from ((value, part, held) for part, held in vars(value).items() if part not in _OF_PYTHON)


def _called(owner: ModuleType | type, name: str) -> str:
    prefix = "" if isinstance(owner, ModuleType) else f"{owner.__module__}."
    return f"{prefix}{owner.__name__}.{name}"
