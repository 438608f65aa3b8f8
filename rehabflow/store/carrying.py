"""An episode as one file: its entries as they are, the definitions they need, and a journey for people to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import attrs

from rehabflow.frozen import frozen
from rehabflow.problems import Place, RehabflowError
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.record.events import Event
from rehabflow.record.journeys import Journey, JourneyStep
from rehabflow.store.canonical import Json, decode, encode
from rehabflow.store.chain import Row, check_chain, check_id, check_key
from rehabflow.store.content import sha256_of
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import Conflict, Damaged, MissingKey, NotReplayable, StoreError
from rehabflow.store.events import Derived, Moved, Opened, OwnEvent
from rehabflow.store.opening import has_right_key
from rehabflow.store.roles import require
from rehabflow.store.sealing import KEY_BYTES
from rehabflow.store.state import WAITING, EpisodeState, Numbered, state_of
from rehabflow.store.vault import ErasedEpisode, entries_in, is_sealed, was_erased

SCHEMA: Final = "rehabflow/episode/1"
_KEYS: Final = frozenset(["contents", "journey", "key", "rows", "schema"])


def journey_of(state: EpisodeState, entries: Iterable[Numbered]) -> Journey:
    """Return the journey that an episode went: what was recorded before each decision in force, and its kind.

    A journey counts every decision as accepted; what led to one that was not, belongs to the next that was. It is of
    one episode: what others asked for is not in it, so that played alone it may permit more than was decided. What was
    placed, pinned or ordered with a decision that nobody accepted never took effect, and is left out.
    """
    in_effect = state.seen("visit").events
    steps: list[JourneyStep] = []
    waiting: list[Event] = []
    last = state.proposed.number if state.proposed else 0
    for one in entries:
        event = one.entry.event
        if isinstance(event, Derived):
            if one.number in state.effective or one.number == last:
                steps.append(JourneyStep(event.kind, event.at, tuple(waiting), Place("", (len(steps),))))
                waiting = []
        elif not isinstance(event, OwnEvent | Elsewhere) and (
            not isinstance(event, WAITING) or event in in_effect
        ):
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


@frozen
class _Carried:
    """What a file holds; `key` is that of the patient, empty where nothing is sealed."""

    rows: tuple[Row, ...]
    contents: Mapping[str, str]
    key: bytes = attrs.field(repr=False)


def import_episode(episodes: Episodes, actor: Actor, content: bytes) -> EpisodeState:
    """Take in an episode from a file, as it is; return its state. All of it is checked before anything is kept.

    Raises:
        Damaged: the file is not an exported episode, or was changed.
        Conflict: the episode is here already.
        ErasedEpisode: the patient was erased here.
        MissingKey: it is sealed, and there is no key ring here, or one with another key of this patient.
    """
    require(actor, "import")
    carried = _read(content)
    first = carried.rows[0]
    _refuse_known(episodes, first)
    if is_sealed(first):
        _check_key(episodes, first.patient, carried.key)
    entries = entries_in(carried.rows, lambda _: carried.key)
    state_of(first.episode, first.patient, entries)
    pinned = {one.entry.event.content for one in entries if isinstance(one.entry.event, Opened | Moved)}
    if not pinned <= carried.contents.keys():
        raise Damaged("definitions that the episode is decided by are not in the file")
    for name in sorted(pinned):
        episodes.vault.store.keep(name, carried.contents[name])
    with _key_taken(episodes, first.patient, carried.key):
        episodes.vault.store.adopt(carried.rows)
    return episodes.current(first.episode)


def _read(content: bytes) -> _Carried:
    """Return what a file holds, its shape, its chain and its definitions checked."""
    document = decode(content.removesuffix(b"\n"))
    if not isinstance(document, dict) or document.get("schema") != SCHEMA or document.keys() != _KEYS:
        raise Damaged("this is not an exported episode of this version")
    forms, contents = document["rows"], document["contents"]
    if not isinstance(forms, list) or not isinstance(contents, dict):
        raise Damaged("this is not an exported episode of this version")
    rows = tuple(_row(form) for form in forms)
    if len(check_chain(rows)) != 1:
        raise Damaged("an exported file holds one episode")
    found = {name: text for name, text in contents.items() if isinstance(text, str)}
    if len(found) != len(contents) or any(sha256_of(text) != name for name, text in found.items()):
        raise Damaged("the definitions in the file are not those it was made with")
    return _Carried(rows, found, _key(document["key"]) if any(is_sealed(row) for row in rows) else b"")


def _row(form: Json) -> Row:
    kinds = (str, int, str, str, int, str, str)
    if not isinstance(form, list) or [type(part) for part in form] != list(kinds):
        raise Damaged("an entry in the file is not one")
    row = Row(*form)
    try:
        check_id(row.episode)
        check_id(row.patient)
        check_key(row.key)
    except StoreError:
        raise Damaged("an entry in the file is not one") from None
    return row


def _key(form: Json) -> bytes:
    try:
        key = bytes.fromhex(form) if isinstance(form, str) else b""
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise Damaged("the key in the file is damaged")
    return key


def _refuse_known(episodes: Episodes, first: Row) -> None:
    """Refuse what is here already, and a patient who was erased here: their key must not come back."""
    vault = episodes.vault
    if any(was_erased(vault, episode) for episode in vault.store.of_patient(first.patient)):
        raise ErasedEpisode("the patient was erased here; nothing of them is taken in again")
    here = vault.store.read(first.episode)
    if here:
        raise Conflict(first.episode, 0, len(here))


def _check_key(episodes: Episodes, patient: str, key: bytes) -> None:
    vault = episodes.vault
    if vault.keys is None:
        raise MissingKey("the episode is sealed; say where the key ring is that takes its key")
    is_other = vault.keys.has(patient) and vault.keys.key(patient) != key
    if is_other or not has_right_key(vault, patient, lambda _: key):
        raise MissingKey("the key ring, or an episode that is here, has another key for this patient")


@contextmanager
def _key_taken(episodes: Episodes, patient: str, key: bytes) -> Iterator[None]:
    """Keep the key while the rows are taken in; it goes again if they are not, and nothing here needs it.

    It is kept first: rows whose key a power cut took could never be read, and never taken in again.
    """
    keys = episodes.vault.keys
    if not key or keys is None or keys.has(patient):
        yield
        return
    keys.make(patient, key)
    try:
        yield
    except RehabflowError:
        if not episodes.vault.store.of_patient(patient):
            keys.destroy(patient)
        raise
