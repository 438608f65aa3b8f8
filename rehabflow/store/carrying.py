"""An episode as one file: its entries as they are, the definitions they need, and a journey for people to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, cast

import attrs

from rehabflow.problems import Place
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.record.events import Event
from rehabflow.record.journeys import Journey, JourneyStep
from rehabflow.store.canonical import Json, decode, encode
from rehabflow.store.chain import Row, check_chain
from rehabflow.store.content import sha256_of
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import Damaged, MissingKey, NotReplayable
from rehabflow.store.events import Derived, Moved, Opened, OwnEvent
from rehabflow.store.roles import require
from rehabflow.store.state import EpisodeState, Numbered
from rehabflow.store.vault import is_sealed

SCHEMA: Final = "rehabflow/episode/1"
_KEYS: Final = frozenset(["contents", "journey", "key", "rows", "schema"])


def journey_of(state: EpisodeState, entries: Iterable[Numbered]) -> Journey:
    """Return the journey that an episode went: what was recorded before each decision in force, and its kind.

    A journey counts every decision as accepted; what led to one that was not, belongs to the next that was. It is of
    one episode: what others asked for is not in it, so that played alone it may permit more than was decided.
    """
    steps: list[JourneyStep] = []
    waiting: list[Event] = []
    last = state.proposed.number if state.proposed else 0
    for one in entries:
        event = one.entry.event
        if isinstance(event, Derived):
            if one.number in state.effective or one.number == last:
                steps.append(JourneyStep(event.kind, event.at, tuple(waiting), Place("", (len(steps),))))
                waiting = []
        elif not isinstance(event, OwnEvent | Elsewhere):
            waiting.append(event)
    name = f"episode_{state.episode[:8]}"
    return Journey(
        name, "", state.protocol, state.history.day_0, tuple(steps), Place(""), state.history.involved
    )


def export_episode(
    episodes: Episodes, actor: Actor, episode: str, written: Callable[[Journey], str] | None = None
) -> bytes:
    """Return an episode with everything needed to read and replay it elsewhere, as one file.

    The file of a sealed episode holds its key: whoever has the file can read it, and erasing does not reach it.

    Args:
        episodes: where it is.
        actor: who asks.
        episode: its id.
        written: turns a journey into the text of a file.
    """
    require(actor, "export")
    patient, entries = episodes.vault.read(episode)
    state = episodes.current(episode)
    rows = episodes.vault.store.read(episode)
    contents: dict[str, Json] = {}
    for one in entries:
        event = one.entry.event
        if isinstance(event, Opened | Moved):
            text = episodes.vault.store.kept(event.content)
            if text is None:
                raise NotReplayable("definitions that the episode was pinned to are not kept here")
            contents[event.content] = text
    keys = episodes.vault.keys
    document: dict[str, Json] = {
        "contents": contents,
        "journey": written(journey_of(state, entries)) if written else None,
        "key": keys.key(patient).hex() if keys is not None and is_sealed(rows[0]) else None,
        "rows": [list(attrs.astuple(row)) for row in rows],
        "schema": SCHEMA,
    }
    return encode(document) + b"\n"


def import_episode(episodes: Episodes, actor: Actor, content: bytes) -> EpisodeState:
    """Take in an episode from a file, as it is; return its state.

    Raises:
        Damaged: the file is not an exported episode, or was changed.
        Conflict: the episode is here already.
        MissingKey: it is sealed, and there is no key ring here, or one with another key of this patient.
    """
    require(actor, "import")
    document = decode(content.removesuffix(b"\n"))
    if not isinstance(document, dict) or document.get("schema") != SCHEMA or document.keys() != _KEYS:
        raise Damaged("this is not an exported episode of this version")
    rows = [_row(form) for form in cast("Sequence[Json]", document["rows"])]
    if len(check_chain(rows)) != 1:
        raise Damaged("an exported file holds one episode")
    contents = cast("dict[str, str]", document["contents"])
    if any(sha256_of(text) != name for name, text in contents.items()):
        raise Damaged("the definitions in the file are not those it was made with")
    if is_sealed(rows[0]):
        _take_key(episodes, rows[0].patient, document["key"])
    for name, text in contents.items():
        episodes.vault.store.keep(name, text)
    episodes.vault.store.adopt(rows)
    return episodes.current(rows[0].episode)


def _row(form: Json) -> Row:
    kinds = (str, int, str, str, int, str, str)
    if not isinstance(form, list) or [type(part) for part in form] != list(kinds):
        raise Damaged("an entry in the file is not one")
    return Row(*form)


def _take_key(episodes: Episodes, patient: str, key: Json) -> None:
    keys = episodes.vault.keys
    if keys is None or not isinstance(key, str):
        raise MissingKey("the episode is sealed; say where the key ring is that takes its key")
    try:
        secret = bytes.fromhex(key)
    except ValueError:
        raise Damaged("the key in the file is damaged") from None
    if not keys.has(patient):
        keys.make(patient, secret)
    if keys.key(patient) != secret:
        raise MissingKey("the key ring has another key for this patient")
