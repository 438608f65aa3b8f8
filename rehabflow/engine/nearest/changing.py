"""A record in which something was recorded otherwise."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, cast

import attrs

from rehabflow.engine.asking.supposed import Answers
from rehabflow.engine.nearest.slots import DONE, EXPECTED, Slot
from rehabflow.instants import Duration, Instant
from rehabflow.record.events import (
    Cleared,
    Corrected,
    DiaryLine,
    Event,
    Happened,
    History,
    Observed,
    SessionLogged,
)
from rehabflow.record.timeline import order_of
from rehabflow.record.values import Answer, Value

SUPPOSED: Final = "supposed"


def changed(history: History, now: Instant, changes: Mapping[Slot, Answers]) -> History:
    """Return the record with these answers in the place of what is in it; nothing of it is a record of anything.

    An answer that is there is corrected, as a clinician would; one that is not is added today.
    """
    events = list(history.events)
    for slot, answers in changes.items():
        _apply(events, now, slot, answers)
    return attrs.evolve(history, events=tuple(events))


def _apply(events: list[Event], now: Instant, slot: Slot, answers: Answers) -> None:
    match slot.kind:
        case "answer" | "questionnaire":
            for key, answer in answers.items():
                events.append(_answered(events, now, key, slot.at, answer))
        case "session":
            events.extend(_corrected(now, key, slot.at, answer) for key, answer in answers.items())
        case "done":
            _replace(events, slot, SessionLogged, done=answers[DONE])
        case "line":
            _replace_line(events, slot, answers)
        case "unreported":
            events.append(_reported(now, slot.at, answers))
        case "event":
            _event(events, now, slot, answers)
        case "detail":
            name, _, detail = slot.key.partition(".")
            _replace(events, slot, Happened, event=name, details={detail: str(answers[slot.key])})
        case "clearance":
            (who,) = answers.values()
            events.append(Cleared(now, now, slot.key, str(who), SUPPOSED))


def _answered(events: Sequence[Event], now: Instant, key: str, at: Instant, answer: Answer) -> Event:
    is_there = any(
        isinstance(event, Observed) and event.key == key and order_of(event.at) == order_of(at)
        for event in events
    )
    return _corrected(now, key, at, answer) if is_there else Observed(now, now, key, answer)


def _corrected(now: Instant, key: str, at: Instant, answer: Answer) -> Corrected:
    return Corrected(now, now, key, at, answer, SUPPOSED, "")


def _replace(
    events: list[Event], slot: Slot, kind: type[Event], *, event: str = "", **values: object
) -> None:
    """Replace values of the newest event of a kind (and name) at the slot's moment; mappings are added to."""
    for place in range(len(events) - 1, -1, -1):
        found = events[place]
        is_it = isinstance(found, kind) and order_of(found.at) == order_of(slot.at)
        if not is_it or (event and cast("Happened", found).event != event):
            continue
        new = {
            name: {**getattr(found, name), **value} if isinstance(value, Mapping) else value
            for name, value in values.items()
        }
        events[place] = attrs.evolve(found, **new)  # type: ignore[arg-type]  # fields of this event
        return


def _replace_line(events: list[Event], slot: Slot, answers: Answers) -> None:
    if DONE in answers:
        _replace(events, slot, DiaryLine, done=int(cast("Decimal", answers[DONE])))
    else:
        worst = {key.removeprefix("session."): cast("Value", answer) for key, answer in answers.items()}
        _replace(events, slot, DiaryLine, worst=worst)


def _reported(now: Instant, first: Instant, answers: Answers) -> DiaryLine:
    """Return a diary line of today that goes back to a day."""
    worst = {
        key.removeprefix("session."): cast("Value", answer)
        for key, answer in answers.items()
        if key not in (DONE, EXPECTED)
    }
    done, of = (int(cast("Decimal", answers[key])) for key in (DONE, EXPECTED))
    return DiaryLine(now, now, Duration(now.day - first.day + 1, "d"), of, done, worst)


def _event(events: list[Event], now: Instant, slot: Slot, answers: Answers) -> None:
    if slot.before is not None:
        events[:] = [one for one in events if not (isinstance(one, Happened) and one.event == slot.key)]
        return
    date = cast("datetime.date", answers[slot.key])
    at = now if date.toordinal() == now.day else Instant(date.toordinal())
    events.append(Happened(at, now, slot.key))
