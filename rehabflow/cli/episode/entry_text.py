"""An entry of the record on one line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rehabflow.record.elsewhere import Elsewhere, OtherEpisode
from rehabflow.record.events import (
    Cleared,
    Corrected,
    DiaryLine,
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
from rehabflow.record.values import Answer
from rehabflow.render.words import answer_text, counted, number_text, plain_id
from rehabflow.store.events import (
    Accepted,
    AnyEvent,
    Closed,
    Declined,
    Derived,
    Erased,
    Moved,
    Opened,
    OverrideEnded,
)


def entry_text(event: AnyEvent) -> str:  # noqa: C901, PLR0911, PLR0912 - one kind of entry a line
    """Return what an entry says, on one line."""
    match event:
        case Opened():
            return f"{event.protocol} {event.version}, day 0 is {event.day_0}"
        case Moved():
            return f"to {event.protocol} {event.version}{_because(event.reason)}"
        case Closed():
            return plain_id(event.disposition) + _because(event.reason)
        case Erased():
            return plain_id(event.ground)
        case Derived():
            kind = "proposed at a visit" if event.kind == "visit" else "between visits"
            return f"{event.action.upper()}, {kind}"
        case Accepted():
            return f"decision {event.decision}{', after changes' if event.changed else ''}"
        case Declined():
            return f"decision {event.decision}{_because(event.reason)}"
        case OverrideEnded():
            return f"{event.rule}{_because(event.reason)}"
        case Observed():
            return f"{event.key} {answer_text(event.answer)}"
        case SessionLogged():
            return f"done {_percent(event.done)}{_answers(event.answers)}{_did(event)}"
        case DiaryLine():
            return f"in {event.last}, {event.done} of {event.of} done{_answers(event.worst)}"
        case Happened():
            details = ", ".join(f"{name} {text}" for name, text in event.details.items())
            return f"{event.event}{f' ({details})' if details else ''}"
        case Cleared():
            return f"{event.scope} by {event.name} ({event.by}){_because(event.reason)}"
        case Withdrawn():
            return f"{event.what} by a {event.by}{_because(event.reason)}"
        case Corrected():
            return f"{event.key} of {event.on} is {answer_text(event.to)}{_because(event.reason)}"
        case Overridden():
            return f"{event.rule} until {event.until} by {event.name} ({event.by}){_because(event.reason)}"
        case Ordered():
            return f"{event.parameter} {number_text(event.value)} by a {event.by}"
        case Placed():
            return f"{event.track}: stage {event.stage}{_because(event.reason)}"
        case Elsewhere():
            return ", ".join(_other(one) for one in event.episodes) or "no other episode is open any more"
        case Pinned():
            return f"{event.exercise}{_because(event.reason)}"
        case Removed():
            until = f" until {event.until}" if event.until is not None else ""
            return f"{event.exercise}{until}{_because(event.reason)}"
    return ""


def _other(other: OtherEpisode) -> str:
    count = len(other.restraints)
    return f"{other.name}, {counted(count, 'restraint')}" if count else other.name


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _percent(done: Decimal) -> str:
    return "as planned" if done == 1 else f"{number_text(done * 100)} %"


def _answers(answers: Mapping[str, Answer]) -> str:
    parts = [f"{item} {answer_text(answer)}" for item, answer in answers.items()]
    return f"; {', '.join(parts)}" if parts else ""


def _did(event: SessionLogged) -> str:
    return f"; {counted(len(event.did), 'exercise')} told" if event.did else ""
