"""From values to JSON and back, strictly, by the declared types of fields: each key there, no other, no coercion.

Instants are `2026-03-02` or `2026-03-02T08:30:00`, decimal numbers texts, answers tables of one key: their kind.
"""

from __future__ import annotations

import datetime
import re
import types
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, Literal, Union, cast, get_args, get_origin, get_type_hints

import attrs

from rehabflow.instants import SECONDS_A_DAY, Duration, Instant, NotADuration
from rehabflow.record.values import Absent, Answer, Value
from rehabflow.store.canonical import Json
from rehabflow.store.errors import Damaged


class AnyJson:
    """Stands for `Json` in declared types: stored as it is."""


_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d):(\d\d))?", re.ASCII)
_ANSWERS: Final = (cast("object", Answer), cast("object", Value))


class NotAsDeclared(Damaged):
    """A value, or its stored form, is not of the declared type; names the field, never the value."""


def to_json(type_: object, value: object, where: str = "") -> Json:
    """Return the stored form of a value of a type.

    Raises:
        NotAsDeclared: the value is not of the type.
    """
    if type_ is AnyJson:
        return cast("Json", value)
    if type_ in _ANSWERS:
        return _answer_form(value, where, absent=type_ == _ANSWERS[0])
    origin, inner = get_origin(type_), get_args(type_)
    if origin in (Union, types.UnionType):
        return None if value is None else to_json(_not_none(inner), value, where)
    if origin is Literal:
        return cast("Json", value) if value in inner else _refuse(where, "one of the declared words")
    if origin is tuple and isinstance(value, tuple):
        return [to_json(inner[0], part, f"{where}[{number}]") for number, part in enumerate(value)]
    if origin is Mapping and isinstance(value, Mapping):
        return {to_text(name, where): to_json(inner[1], part, where) for name, part in value.items()}
    if isinstance(type_, type) and type(value) is type_:
        return _plain_form(type_, value, where)
    return _refuse(where, "of the declared type")


def from_json(type_: object, form: Json, where: str = "") -> Any:  # noqa: ANN401 - of the type given
    """Return the value that a stored form says.

    Raises:
        NotAsDeclared: it does not say a value of the type.
    """
    if type_ is AnyJson:
        return form
    if type_ in _ANSWERS:
        return _answer(form, where, absent=type_ == _ANSWERS[0])
    origin, inner = get_origin(type_), get_args(type_)
    if origin in (Union, types.UnionType):
        return None if form is None else from_json(_not_none(inner), form, where)
    if origin is Literal:
        return form if form in inner else _refuse(where, "one of the declared words")
    if origin is tuple and isinstance(form, list):
        return tuple(from_json(inner[0], part, f"{where}[{number}]") for number, part in enumerate(form))
    if origin is Mapping and isinstance(form, dict):
        return {name: from_json(inner[1], part, f"{where}.{name}") for name, part in form.items()}
    if isinstance(type_, type):
        return _plain(type_, form, where)
    return _refuse(where, "of a declared type")


def to_text(value: object, where: str) -> str:
    """Return a text; anything else is refused."""
    return value if isinstance(value, str) else str(_refuse(where, "a text"))


def instant_form(at: Instant) -> str:
    """Return how an instant is written."""
    date = datetime.date.fromordinal(at.day).isoformat()
    if at.second is None:
        return date
    return f"{date}T{at.second // 3600:02d}:{at.second // 60 % 60:02d}:{at.second % 60:02d}"


def read_instant(form: Json, where: str) -> Instant:
    """Return the instant that is written."""
    match = _INSTANT.fullmatch(form) if isinstance(form, str) else None
    if match is None:
        return cast("Instant", _refuse(where, "an instant"))
    try:
        day = datetime.date.fromisoformat(match[1]).toordinal()
    except ValueError:
        return cast("Instant", _refuse(where, "a day of the calendar"))
    if match[2] is None:
        return Instant(day)
    hour, minute, second = (int(match[part]) for part in (2, 3, 4))
    total = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or total >= SECONDS_A_DAY:
        return cast("Instant", _refuse(where, "a time of day"))
    return Instant(day, total)


@cache
def fields_of(type_: type) -> Mapping[str, object]:
    """Return the declared type of each field of a value class."""
    hints = get_type_hints(type_, localns={"Json": AnyJson})
    return {field.name: hints[field.name] for field in attrs.fields(type_)}


def _plain_form(type_: type, value: Any, where: str) -> Json:  # noqa: ANN401 - of that type
    if type_ in (bool, str):
        return cast("bool | str", value)
    if type_ is int:
        return cast("int", value)
    if type_ is Decimal:
        return str(value) if value.is_finite() else _refuse(where, "a finite number")
    if type_ is Instant:
        return instant_form(value)
    if type_ is Duration:
        return str(value)
    if attrs.has(type_):
        return {
            name: to_json(hint, getattr(value, name), f"{where}.{name}")
            for name, hint in fields_of(type_).items()
        }
    return _refuse(where, "of a type that can be stored")


def _plain(type_: type, form: Json, where: str) -> object:
    if type_ in (bool, str, int):
        return form if type(form) is type_ else _refuse(where, "of the declared type")
    if type_ is Decimal:
        return _decimal(form, where)
    if type_ is Instant:
        return read_instant(form, where)
    if type_ is Duration:
        try:
            return Duration.parse(to_text(form, where))
        except NotADuration:
            return _refuse(where, "a duration")
    if attrs.has(type_) and isinstance(form, dict):
        declared = fields_of(type_)
        if form.keys() != declared.keys():
            return _refuse(where, "a table of just the declared keys")
        return type_(
            **{name: from_json(hint, form[name], f"{where}.{name}") for name, hint in declared.items()}
        )
    return _refuse(where, "of the declared type")


def _decimal(form: Json, where: str) -> Decimal:
    if isinstance(form, str):
        try:
            number = Decimal(form)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and str(number) == form:
            return number
    return cast("Decimal", _refuse(where, "a decimal number"))


def _answer_form(value: object, where: str, *, absent: bool) -> Json:
    if isinstance(value, Absent) and absent:
        return {"absent": value.value}
    if type(value) is bool:
        return {"yes_no": value}
    if type(value) is Decimal:
        return {"number": _plain_form(Decimal, value, where)}
    if type(value) is str:
        return {"choice": value}
    if type(value) is frozenset:
        return {"set": sorted(to_text(word, where) for word in value)}
    if type(value) is datetime.date:
        return {"date": value.isoformat()}
    return _refuse(where, "an answer")


def _answer(form: Json, where: str, *, absent: bool) -> Answer:
    if not isinstance(form, dict) or len(form) != 1:
        return cast("Answer", _refuse(where, "an answer"))
    ((kind, value),) = form.items()
    match kind, value:
        case "absent", "unknown" | "declined" if absent:
            return Absent(value)
        case "yes_no", bool():
            return value
        case "number", str():
            return _decimal(value, where)
        case "choice", str():
            return value
        case "set", list() if all(isinstance(word, str) for word in value) and value == sorted(set(value)):
            return frozenset(cast("list[str]", value))
        case "date", str():
            at = read_instant(value, where)
            if at.second is None:
                return datetime.date.fromordinal(at.day)
    return cast("Answer", _refuse(where, "an answer"))


def _not_none(inner: tuple[object, ...]) -> object:
    (type_,) = (part for part in inner if part is not types.NoneType)
    return type_


def _refuse(where: str, expected: str) -> Json:
    raise NotAsDeclared(f"`{where.removeprefix('.') or 'the value'}` is not {expected}")
