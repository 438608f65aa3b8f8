"""A decision as plain JSON: what is stored of it, and the fingerprint of all of it.

What a definition says (evidence, dose tables) is left out: the digests beside the decision pin it.
"""

from __future__ import annotations

import datetime
import enum
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import attrs

from rehabflow.definitions.common import Evidence
from rehabflow.definitions.exercises import DoseTable
from rehabflow.engine.decision import Decision, Reason, Rejected
from rehabflow.instants import Duration, Instant
from rehabflow.problems import Place
from rehabflow.record.events import History
from rehabflow.record.timeline import fold
from rehabflow.record.values import Answer
from rehabflow.store.canonical import Json, encode
from rehabflow.store.events import Derived
from rehabflow.store.forms import instant_form, to_json

_DEFINED: Final = (Evidence, DoseTable)
_APART: Final = frozenset(["recorded", "digests", "plans", "kept"])
"""What the stored event has in fields of its own."""
_ENGINE: Final = ("catalog.py", "conditions", "definitions", "engine", "instants.py", "record", "rulebook")


def trace_of(decision: Decision) -> Json:
    """Return what is stored of a decision: everything but the details of exercises that were not chosen."""
    return _fields(decision, brief=True, without=_APART)


def whole_of(decision: Decision) -> str:
    """Return the SHA-256 of everything that a decision holds, rejections included."""
    return hashlib.sha256(encode(_fields(decision, brief=False, without=frozenset(["digests"])))).hexdigest()


def facts_of(history: History, now: Instant) -> Json:
    """Return what was known of each key at a moment: its newest answers, and of when they are."""
    found: dict[str, Json] = {}
    for key, series in fold(history, now).series.items():
        newest = series.newest(now)
        if newest is not None:
            answers = [to_json(Answer, answer, key) for answer in newest.answers]
            found[key] = {"answers": answers, "at": instant_form(newest.at)}
    return found


def first_difference(one: Json, other: Json, where: str = "") -> str:
    """Return where two values differ first, "" if they are the same; never what they are."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in sorted(one.keys() | other.keys()):
            here = f"{where}.{name}" if where else name
            if name not in one or name not in other:
                return here
            found = first_difference(one[name], other[name], here)
            if found:
                return found
        return ""
    if isinstance(one, list) and isinstance(other, list):
        for number, (left, right) in enumerate(zip(one, other, strict=False)):
            found = first_difference(left, right, f"{where}[{number}]")
            if found:
                return found
        return "" if len(one) == len(other) else f"{where}[{min(len(one), len(other))}]"
    return "" if type(one) is type(other) and one == other else where or "the whole"


def derived_of(decision: Decision, history: History) -> Derived:
    """Return the event that holds a decision with everything it rests on; `history` is what it saw."""
    return Derived(
        at=decision.at,
        recorded=decision.at,
        kind=decision.kind,
        action=decision.action,
        record=decision.recorded,
        digests=dict(decision.digests),
        engine=engine_digest(),
        facts=facts_of(history, decision.at),
        trace=trace_of(decision),
        whole=whole_of(decision),
    )


@cache
def engine_digest() -> str:
    """Return the SHA-256 of the source code that decides."""
    total = hashlib.sha256()
    for name, content in sorted(_sources()):
        total.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


def _sources() -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    waiting: list[tuple[str, Traversable]] = [(name, files("rehabflow") / name) for name in _ENGINE]
    while waiting:
        name, place = waiting.pop()
        if place.is_dir():
            waiting.extend((f"{name}/{inner.name}", inner) for inner in place.iterdir())
        elif name.endswith(".py"):
            found.append((name, place.read_bytes().replace(b"\r\n", b"\n")))
    return found


def _plain(value: object, *, brief: bool) -> Json:  # noqa: C901, PLR0911 - one kind of value a line
    match value:
        case enum.IntEnum():
            return str(getattr(value, "word", value.name))
        case enum.Enum():
            return str(value.value)
        case None | bool() | int() | str():
            return value
        case Decimal() | Fraction() | Duration():
            return str(value)
        case Instant():
            return instant_form(value)
        case datetime.date():
            return value.isoformat()
        case Place():
            return value.address
        case Mapping():
            return {str(key): _plain(part, brief=brief) for key, part in value.items()}
        case frozenset():
            return sorted(str(part) for part in value)
        case tuple() | list():
            return [_plain(part, brief=brief) for part in value]
        case Rejected() if brief:
            why = ", ".join(reason.address for reason in value.why)
            return [value.exercise, value.slot, value.kind, why]
        case Reason() if brief:
            return _fields(value, brief=brief, without=frozenset(["english"]))
    return _fields(value, brief=brief)


def _fields(value: object, *, brief: bool, without: frozenset[str] = frozenset()) -> Json:
    """Return the fields of a value that say something."""
    found: dict[str, Json] = {}
    for field in attrs.fields(type(value)):  # type: ignore[arg-type]  # a decision holds attrs classes only
        part = getattr(value, field.name)
        if field.name in without or isinstance(part, _DEFINED) or part is None or part in ("", (), {}):
            continue
        found[field.name] = _plain(part, brief=brief)
    return found
