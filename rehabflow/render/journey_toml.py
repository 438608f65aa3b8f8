"""A journey as TOML in the format that is read: one format for input, case, export and bug report."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

from rehabflow.instants import Instant
from rehabflow.record.events import (
    Cleared,
    Corrected,
    DiaryLine,
    Did,
    Event,
    Happened,
    Observed,
    Ordered,
    Overridden,
    Pinned,
    Placed,
    Removed,
    SessionLogged,
    Withdrawn,
)
from rehabflow.record.journeys import Journey, JourneyStep
from rehabflow.record.values import Absent

Toml: TypeAlias = "str | bool | int | Decimal | datetime.date | list[Toml] | Mapping[str, Toml]"


def journey_toml(journey: Journey) -> str:
    """Return the text of a file with this journey; expectations and titles of steps are left out."""
    head: dict[str, Toml] = {"protocol": journey.protocol, "day_0": datetime.date.fromordinal(journey.day_0)}
    if journey.title:
        head = {"title": journey.title, **head}
    if journey.involved:
        head["involved"] = journey.involved
    given: dict[str, Mapping[str, Toml]] = {}
    steps = [_step(journey, step, given) for step in journey.steps]
    blocks = [_table(f"[given.{name}]", table) for name, table in given.items()]
    blocks.append(_table(f"[journey.{journey.id}]", head))
    for step, table in zip(journey.steps, steps, strict=True):
        kind = "visit" if step.kind == "visit" else "session"
        blocks.append(_table(f"[[journey.{journey.id}.{kind}]]", table))
    return "\n\n".join(blocks) + "\n"


def _step(journey: Journey, step: JourneyStep, given: dict[str, Mapping[str, Toml]]) -> dict[str, Toml]:
    table: dict[str, Toml] = {"day": step.at.day - journey.day_0}
    if step.at.second is not None:
        table["time"] = _Raw(_time(step.at.second))
    observed = [event for event in step.events if isinstance(event, Observed)]
    own = _observed([event for event in observed if event.at == step.at], table)
    for event in step.events:
        if isinstance(event, SessionLogged):
            table["done"] = event.done
            if event.answers:
                own["session"] = {name: _answer(value) for name, value in event.answers.items()}
            if event.did:
                table["did"] = {name: _did(did) for name, did in event.did.items()}
    late = _late(journey, [event for event in observed if event.at != step.at], step, given)
    if late:
        table["given"] = list(late)
    if own:
        table["observed"] = own
    for event in step.events:
        _entry(event, table, journey)
    return table


def _observed(events: Iterable[Observed], table: dict[str, Toml]) -> dict[str, Toml]:
    """Return the answers by assessment; what was declined goes into the step's `decline`."""
    found: dict[str, dict[str, Toml]] = {}
    declined: list[Toml] = []
    for event in events:
        if event.answer is Absent.DECLINED:
            declined.append(event.key)
        elif event.answer is not Absent.UNKNOWN:
            _put(found, event)
    if declined:
        table["decline"] = declined
    return dict(found)


def _put(found: dict[str, dict[str, Toml]], event: Observed) -> None:
    head, _, rest = event.key.partition(".")
    group = found.setdefault(head, {})
    name, _, side = rest.partition(".")
    if not side:
        group[name] = _answer(event.answer)
        return
    sides = group.setdefault(name, {})
    assert isinstance(sides, dict)
    sides[side] = _answer(event.answer)


def _late(
    journey: Journey, events: Iterable[Observed], step: JourneyStep, given: dict[str, Mapping[str, Toml]]
) -> list[str]:
    """Put late entries into shared observations of their own, one for each moment; return their names."""
    names: list[str] = []
    moments: dict[Instant, dict[str, dict[str, Toml]]] = {}
    for event in events:
        found = moments.setdefault(event.at, {})
        if event.answer is Absent.DECLINED:
            found.setdefault(event.key.partition(".")[0], {})["finished"] = True
        elif event.answer is not Absent.UNKNOWN:
            _put(found, event)
    for at, found in moments.items():
        name = f"late_{step.at.day - journey.day_0}_{len(given) + 1}"
        given[name] = {head: {"on": _moment(at, journey), **group} for head, group in found.items()}
        names.append(name)
    return names


def _entry(event: Event, table: dict[str, Toml], journey: Journey) -> None:
    """Add one entry other than an observation or session to a step's table."""
    match event:
        case DiaryLine():
            diary: dict[str, Toml] = {"last": str(event.last), "of": event.of, "done": event.done}
            if event.worst:
                diary["worst"] = {name: _answer(value) for name, value in event.worst.items()}
            table["diary"] = diary
        case Observed() | SessionLogged():
            pass
        case _:
            written = _WRITTEN.get(type(event))
            if written is not None:
                name, fields = written
                entries = table.setdefault(name, [])
                assert isinstance(entries, list)
                entries.append({key: value for key, value in fields(event, journey).items() if value != ""})


Fields = Callable[[Event, Journey], dict[str, Toml]]


def _happened(event: Event, journey: Journey) -> dict[str, Toml]:
    assert isinstance(event, Happened)
    found: dict[str, Toml] = {"event": event.event, "at": _moment(event.at, journey)}
    return found | ({"details": dict(event.details)} if event.details else {})


def _cleared(event: Event, _: Journey) -> dict[str, Toml]:
    assert isinstance(event, Cleared)
    return {"scope": event.scope, "by": event.by, "name": event.name, "reason": event.reason}


def _withdrawn(event: Event, _: Journey) -> dict[str, Toml]:
    assert isinstance(event, Withdrawn)
    is_clearance = event.what.startswith("clearance.")
    what = {"clearance": event.what.removeprefix("clearance.")} if is_clearance else {"observed": event.what}
    return {**what, "by": event.by, "reason": event.reason}


def _overridden(event: Event, journey: Journey) -> dict[str, Toml]:
    assert isinstance(event, Overridden)
    is_rule = event.rule.startswith("rule.")
    what = {"rule": event.rule.removeprefix("rule.")} if is_rule else {"gate": event.rule}
    until = _moment(event.until, journey)
    return {**what, "by": event.by, "name": event.name, "reason": event.reason, "until": until}


def _ordered(event: Event, _: Journey) -> dict[str, Toml]:
    assert isinstance(event, Ordered)
    return {"parameter": event.parameter, "value": event.value, "by": event.by, "name": event.name}


def _corrected(event: Event, journey: Journey) -> dict[str, Toml]:
    assert isinstance(event, Corrected)
    on = _moment(event.on, journey)
    return {"observed": event.key, "on": on, "to": _answer(event.to), "by": event.by, "reason": event.reason}


def _placed(event: Event, _: Journey) -> dict[str, Toml]:
    assert isinstance(event, Placed)
    who: dict[str, Toml] = {"by": event.by, "name": event.name, "reason": event.reason}
    return {"track": event.track, "stage": event.stage, **who}


def _pinned(event: Event, _: Journey) -> dict[str, Toml]:
    assert isinstance(event, Pinned)
    return {"exercise": event.exercise, "by": event.by, "reason": event.reason}


def _removed(event: Event, journey: Journey) -> dict[str, Toml]:
    assert isinstance(event, Removed)
    until: dict[str, Toml] = {} if event.until is None else {"until": _moment(event.until, journey)}
    return {"exercise": event.exercise, "by": event.by, "reason": event.reason, **until}


_WRITTEN: Mapping[type, tuple[str, Fields]] = {
    Happened: ("happened", _happened),
    Cleared: ("clear", _cleared),
    Withdrawn: ("withdraw", _withdrawn),
    Overridden: ("override", _overridden),
    Ordered: ("order", _ordered),
    Corrected: ("correct", _corrected),
    Placed: ("place", _placed),
    Pinned: ("pin", _pinned),
    Removed: ("remove", _removed),
}


# -- values


class _Raw(str):
    """Text that is written as it is."""

    __slots__ = ()


def _moment(at: Instant, journey: Journey) -> Toml:
    if at.second is None:
        return at.day - journey.day_0
    return _Raw(f"{datetime.date.fromordinal(at.day).isoformat()} {_time(at.second)}")


def _time(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _answer(value: object) -> Toml:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bool | int | str | Decimal | datetime.date):
        return value
    raise TypeError(f"an answer that is absent is not written: {value}")


def _did(did: Did) -> dict[str, Toml]:
    fields: dict[str, Toml | None] = {"all_steps": did.all_steps, "effort": did.effort, "load": did.load}
    return {name: value for name, value in fields.items() if value is not None}


def _table(header: str, table: Mapping[str, Toml]) -> str:
    return "\n".join([header, *(f"{_key(name)} = {_value(value)}" for name, value in table.items())])


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _text(name)


def _value(value: Toml) -> str:
    if isinstance(value, _Raw):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(inner)}" for name, inner in value.items()) + " }"
    return "[" + ", ".join(_value(inner) for inner in value) + "]"


def _text(text: str) -> str:
    """Return a basic string; what is not plainly printable is escaped."""
    out = []
    for character in text:
        if character in '"\\':
            out.append(f"\\{character}")
        elif character.isprintable():
            out.append(character)
        else:
            out.append(f"\\u{ord(character):04X}" if ord(character) < 0x10000 else f"\\U{ord(character):08X}")
    return '"' + "".join(out) + '"'
