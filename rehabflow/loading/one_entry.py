"""One visit or session by itself, as an episode records it: the tables of a journey, without its day and time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final, Literal

from rehabflow.instants import Instant
from rehabflow.loading.journey_shapes import SESSION, VISIT
from rehabflow.loading.journeys import JourneyReader
from rehabflow.loading.known import CatalogLookup, Known
from rehabflow.loading.reader import Reader, nearest
from rehabflow.problems import Place, Problem
from rehabflow.record.events import Event

NOT_HERE: Final = ("day", "time", "given", "expect")
"""What a journey's visit or session has, and this has not: it is of one moment, and no case."""
_SIGNED: Final = ("clear", "withdraw", "override", "order", "correct", "place", "pin", "remove")
_NAMED: Final = ("clear", "override", "order", "place")


def read_entry(
    table: Mapping[str, object],
    shown_name: str,
    kind: Literal["visit", "session"],
    lookup: CatalogLookup,
    known: Known,
    at: Instant,
    day_0: int,
    signed: Mapping[str, str],
) -> tuple[tuple[Event, ...], list[Problem]]:
    """Return the events of a visit or session at `at`, and every problem found.

    Args:
        table: what a file, or a command line, says of it.
        shown_name: how messages name where it stands.
        kind: which of the two.
        lookup: the catalog the protocol is of.
        known: what the protocol lets it name.
        at: when it is.
        day_0: the ordinal of day 0 of the episode.
        signed: `by` and `name` of what was signed, where the table leaves them out.
    """
    reader = Reader()
    place = Place(shown_name)
    shape = VISIT if kind == "visit" else SESSION
    for word in NOT_HERE:
        if word in table:
            reader.report(
                "unknown-key",
                place.child(word),
                f"`{word}` is not a key of a {kind} that is recorded now",
                advice=nearest(word, [key.name for key in shape.keys if key.name not in NOT_HERE])
                or "delete it",
                on_key=True,
            )
    said = {word: value for word, value in table.items() if word not in NOT_HERE}
    entry = shape.read(reader, place, {**_dated(at, day_0), **_signed(said, signed)})
    if entry is None:
        return (), reader.problems
    readers = JourneyReader(reader, place, {}, lookup)
    step = (readers.visit if kind == "visit" else readers.session)(known, day_0, entry)
    return step.events, reader.problems


def _dated(at: Instant, day_0: int) -> dict[str, object]:
    dated: dict[str, object] = {"day": at.day - day_0}
    if at.second is not None:
        dated["time"] = datetime.time(at.second // 3600, at.second // 60 % 60, at.second % 60)
    return dated


def _signed(table: Mapping[str, object], signed: Mapping[str, str]) -> dict[str, object]:
    """Return the table with who signed filled in."""
    return {word: _each(word, value, signed) if word in _SIGNED else value for word, value in table.items()}


def _each(word: str, value: object, signed: Mapping[str, str]) -> object:
    if not isinstance(value, list):
        return value
    filled = {key: text for key, text in signed.items() if text and (key != "name" or word in _NAMED)}
    return [{**filled, **one} if isinstance(one, Mapping) else one for one in value]
