"""Frozen value classes: those of attrs, with `==`, `hash` and `repr` that are not compiled anew for each class.

attrs writes and compiles these three for each class when it is imported; with some hundred classes that takes longer
than many a command. Here they read the same fields through `operator.attrgetter`, and mean the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar  # Any: a value may be anything

import attrs

C = TypeVar("C", bound=type)

if TYPE_CHECKING:
    from attrs import frozen as frozen  # noqa: PLC0414 - said aloud, so that it is exported; what type checkers know: fields, `__init__`, no assignment
else:

    def frozen(cls: C | None = None, *, eq: bool = True) -> C | Callable[[C], C]:
        """Return a class as `attrs.frozen` makes it; with `eq=False` each instance equals only itself."""
        if cls is None:
            return partial(frozen, eq=eq)
        own = set(vars(cls))
        made = attrs.frozen(cls, eq=False, repr=False)
        if "__repr__" not in own:
            made.__repr__ = _repr
        if eq and "__eq__" not in own:
            made.__eq__, made.__hash__ = _comparing(made)
        return made


def _comparing(made: type) -> tuple[Callable[[Any, object], bool], Callable[[Any], int]]:
    """Return `==` and `hash` of a class, by all its fields that take part."""
    names = [field.name for field in attrs.fields(made) if field.eq]
    key: Callable[[Any], object] = attrgetter(*names) if names else (lambda _: ())

    def equals(self: Any, other: object) -> bool:  # noqa: ANN401 - an instance of the class, whichever it is
        if other is self:
            return True
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:  # noqa: ANN401 - an instance of the class, whichever it is
        return hash(key(self))

    return equals, hashed


def _repr(self: Any) -> str:  # noqa: ANN401 - an instance of any of the classes
    kind = type(self)
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in attrs.fields(kind) if field.repr)
    return f"{kind.__qualname__.rsplit('>.', 1)[-1]}({', '.join(shown)})"
