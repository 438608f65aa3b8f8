"""Entries of an episode: an event, who recorded it and when the clock said so; their stored form, and older forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, cast

from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record import events as record
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.store import events as own
from rehabflow.store.canonical import Json, encode, parse
from rehabflow.store.errors import Damaged, TooNew
from rehabflow.store.events import AnyEvent
from rehabflow.store.forms import from_json, to_json

Role: TypeAlias = Literal["patient", "assistant", "clinician", "lead", "auditor"]


@frozen
class Actor:
    """Who acts: an id of the clinic's choice (no patient's name), a role, and a clinician's profession."""

    id: str
    role: Role
    profession: str = ""


@frozen
class Entry:
    """One entry: `clock` is what the clock said when it was written (never earlier than the entry before)."""

    actor: Actor
    clock: Instant
    event: AnyEvent


KINDS: Final[Mapping[str, type]] = MappingProxyType({
    "visited": record.Visited,
    "observed": record.Observed,
    "session_logged": record.SessionLogged,
    "diary_line": record.DiaryLine,
    "happened": record.Happened,
    "cleared": record.Cleared,
    "withdrawn": record.Withdrawn,
    "corrected": record.Corrected,
    "overridden": record.Overridden,
    "ordered": record.Ordered,
    "placed": record.Placed,
    "pinned": record.Pinned,
    "removed": record.Removed,
    "in_force": record.Decided,
    "elsewhere": Elsewhere,
    "opened": own.Opened,
    "derived": own.Derived,
    "accepted": own.Accepted,
    "declined": own.Declined,
    "override_ended": own.OverrideEnded,
    "moved": own.Moved,
    "closed": own.Closed,
    "erased": own.Erased,
})  # fmt: skip
"""The word an event is stored under; a word once used is never used for anything else."""

Upcast: TypeAlias = Callable[[dict[str, Json]], dict[str, Json]]

FORMS: Final[Mapping[str, int]] = MappingProxyType(dict.fromkeys(KINDS, 1))
"""The form in which each kind is written now; it counts up with every change of its fields."""
UPCASTS: Final[Mapping[tuple[str, int], Upcast]] = MappingProxyType({})
"""From (kind, form) to the next form. Stored bytes are never rewritten: what is old is lifted whenever it is read."""

_WORDS: Final = {type_: kind for kind, type_ in KINDS.items()}


def payload_of(entry: Entry, forms: Mapping[str, int] = FORMS) -> bytes:
    """Return the canonical bytes of an entry.

    Raises:
        Damaged: a field is not of its declared type.
    """
    type_ = type(entry.event)
    kind = _WORDS.get(type_)
    if kind is None:
        raise Damaged(f"a {type_.__name__} is no event of an episode")
    return encode({
        "actor": to_json(Actor, entry.actor, "actor"),
        "clock": to_json(Instant, entry.clock, "clock"),
        "event": to_json(type_, entry.event, kind),
        "form": forms[kind],
        "kind": kind,
    })  # fmt: skip


def entry_of(
    payload: Mapping[str, Json],
    forms: Mapping[str, int] = FORMS,
    upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS,
) -> Entry:
    """Return the entry of a stored payload, lifted to the present form.

    Raises:
        TooNew: a newer version of rehabflow wrote it.
        Damaged: it is not an entry.
    """
    if payload.keys() != {"actor", "clock", "event", "form", "kind"}:
        raise Damaged("an entry does not have just the keys of one")
    kind, form, event = payload["kind"], payload["form"], payload["event"]
    if not isinstance(kind, str) or type(form) is not int or not isinstance(event, dict):
        raise Damaged("an entry's kind, form or event is not what it has to be")
    if kind not in KINDS or form > forms[kind]:
        raise TooNew("an entry was written by a newer version of rehabflow; update before opening this store")
    for old in range(form, forms[kind]):
        if (kind, old) not in upcasts:
            raise Damaged(f"no form {old} of `{kind}` was ever written")
        event = upcasts[kind, old](dict(event))
    actor = from_json(Actor, payload["actor"], "actor")
    clock = from_json(Instant, payload["clock"], "clock")
    return Entry(actor, clock, cast("AnyEvent", from_json(KINDS[kind], event, kind)))


def read_payload(text: str) -> Mapping[str, Json]:
    """Return the table of a stored text.

    Raises:
        Damaged: it is not one.
    """
    value = parse(text)
    if not isinstance(value, dict):
        raise Damaged("an entry is not a table")
    return value
