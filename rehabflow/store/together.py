"""A patient's other open episodes: what they ask of this one, told to it and recorded before it decides."""

from __future__ import annotations

from collections import Counter

import attrs

from rehabflow.engine.others import told_by
from rehabflow.instants import Instant
from rehabflow.record.elsewhere import Elsewhere, OtherEpisode, Restraint
from rehabflow.rulebook.model import Rulebook
from rehabflow.store.definitions import Definitions
from rehabflow.store.errors import Damaged, MissingKey, NotReplayable, TooNew
from rehabflow.store.state import EpisodeState, state_of
from rehabflow.store.vault import ErasedEpisode, Vault

_UNREADABLE = Restraint(
    "definitions",
    "unknown",
    "pause",
    "pause",
    "What it forbids cannot be worked out: its definitions are missing",
)
_SEALED = attrs.evolve(
    _UNREADABLE,
    address="record",
    say="What it forbids cannot be worked out: its record cannot be read here",
)


def told(vault: Vault, definitions: Definitions, state: EpisodeState, at: Instant) -> Elsewhere | None:
    """Return what the other open episodes of the patient ask by a moment; None if there are none, and were none.

    Where an episode cannot be read, or its definitions cannot be had, it is not known what it forbids: that pauses
    this one. Only of one that was erased nothing is asked.
    """
    found_open, unreadable = _open(vault, state)
    others = sorted(found_open, key=lambda one: (one.opened.at.day, one.episode))
    if not others and not unreadable:
        was = [event for event in state.history.events if isinstance(event, Elsewhere)]
        return Elsewhere(at, at) if was and was[-1].episodes else None
    listener = definitions.pinned(state.protocol, state.digests, state.pin.content).rulebook(state.protocol)
    met: Counter[str] = Counter()
    found = []
    for other in others:
        found.append(_told(definitions, other, at, listener, _name(met, other.protocol)))
    for _ in range(unreadable):
        found.append(OtherEpisode(_name(met, "unreadable"), "An unreadable episode", restraints=(_SEALED,)))
    return Elsewhere(at, at, tuple(found))


def open_others(vault: Vault, state: EpisodeState) -> tuple[EpisodeState, ...]:
    """Return the patient's other open episodes that can be read."""
    return tuple(sorted(_open(vault, state)[0], key=lambda one: one.episode))


def _name(met: Counter[str], protocol: str) -> str:
    met[protocol] += 1
    return protocol if met[protocol] == 1 else f"{protocol}_{met[protocol]}"


def _open(vault: Vault, state: EpisodeState) -> tuple[list[EpisodeState], int]:
    """Return the patient's other open episodes, and how many there are that cannot be read."""
    found, unreadable = [], 0
    for episode in vault.store.of_patient(state.patient):
        if episode == state.episode:
            continue
        try:
            patient, entries = vault.read(episode)
            other = state_of(episode, patient, entries)
        except ErasedEpisode:
            continue
        except (MissingKey, Damaged, TooNew):
            unreadable += 1
            continue
        if other.closed is None:
            found.append(other)
    return found, unreadable


def _told(
    definitions: Definitions, other: EpisodeState, at: Instant, listener: Rulebook, name: str
) -> OtherEpisode:
    try:
        catalog = definitions.pinned(other.protocol, other.digests, other.pin.content)
    except (NotReplayable, Damaged):
        return OtherEpisode(name, other.protocol, restraints=(_UNREADABLE,))
    return told_by(
        catalog.rulebook(other.protocol),
        other.history,
        at,
        listener,
        name=name,
        scores=catalog.score_terms(other.protocol),
        reviewers=catalog.reviewers(other.protocol),
    )
