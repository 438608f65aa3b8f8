"""A small check of JSON documents against the forms that docs/reference/json.md tells.

A form is a dict (every key has to be there, further ones may), a one-item list (each item has that form), a tuple of
forms (one of them), a set of values, a type, or None.
"""

from __future__ import annotations

from collections.abc import Iterator


def faults(value: object, form: object, where: str = "$") -> Iterator[str]:
    """Yield where a value does not have a form."""
    if isinstance(form, dict):
        yield from _object(value, form, where)
    elif isinstance(form, list):
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield from faults(item, form[0], f"{where}[{number}]")
        else:
            yield f"{where}: {value!r} is no list"
    elif not _fits(value, form, where):
        yield f"{where}: {value!r} is not {form}"


def _object(value: object, form: dict[str, object], where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no object"
        return
    for key, inner in form.items():
        if key in value:
            yield from faults(value[key], inner, f"{where}.{key}")
        else:
            yield f"{where}: lacks {key}"


def _fits(value: object, form: object, where: str) -> bool:
    match form:
        case tuple():
            return any(not list(faults(value, one, where)) for one in form)
        case set() | frozenset():
            return value in form
        case type():
            return isinstance(value, form) and (form is bool or not isinstance(value, bool))
        case None:
            return value is None
    raise TypeError(form)
