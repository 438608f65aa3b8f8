"""A patient's other open episodes: what they ask of this one, told to it and recorded before it decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rehabflow.engine.others import told_by
from rehabflow.instants import Instant
from rehabflow.record.elsewhere import Elsewhere, OtherEpisode, Restraint
from rehabflow.rulebook.model import Rulebook
from rehabflow.store.definitions import Definitions
from rehabflow.store.errors import MissingKey, NotReplayable
from rehabflow.store.state import EpisodeState, state_of
from rehabflow.store.vault import ErasedEpisode, Vault

_UNREADABLE = Restraint(
    "definitions",
    "unknown",
    "pause",
    "pause",
    "What it forbids cannot be worked out: its definitions are missing",
)


def told(vault: Vault, definitions: Definitions, state: EpisodeState, at: Instant) -> Elsewhere | None:
    """Return what the other open episodes of the patient ask by a moment; None if there are none, and were none.

    Where an episode's definitions cannot be had, it is not known what it forbids: that pauses this one.
    """
    others = sorted(_open(vault, state), key=lambda one: (one.opened.at.day, one.episode))
    if not others:
        was = [event for event in state.history.events if isinstance(event, Elsewhere)]
        return Elsewhere(at, at) if was and was[-1].episodes else None
    listener = definitions.pinned(state.protocol, state.digests, state.pin.content).rulebook(state.protocol)
    met: Counter[str] = Counter()
    found = []
    for other in others:
        met[other.protocol] += 1
        number = met[other.protocol]
        name = other.protocol if number == 1 else f"{other.protocol}_{number}"
        found.append(_told(definitions, other, at, listener, name))
    return Elsewhere(at, at, tuple(found))


def _open(vault: Vault, state: EpisodeState) -> Iterator[EpisodeState]:
    for episode in vault.store.of_patient(state.patient):
        if episode == state.episode:
            continue
        try:
            patient, entries = vault.read(episode)
        except (ErasedEpisode, MissingKey):
            continue
        other = state_of(episode, patient, entries)
        if other.closed is None:
            yield other


def _told(
    definitions: Definitions, other: EpisodeState, at: Instant, listener: Rulebook, name: str
) -> OtherEpisode:
    try:
        catalog = definitions.pinned(other.protocol, other.digests, other.pin.content)
    except NotReplayable:
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
