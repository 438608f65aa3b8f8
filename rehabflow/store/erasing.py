"""Erasing a patient: the key is destroyed, and with it everything sealed; the chain stays, and can be verified."""

from __future__ import annotations

from typing import Literal

from rehabflow.instants import Instant
from rehabflow.store.entries import Actor, Entry
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import MissingKey, NoEpisode
from rehabflow.store.events import Erased
from rehabflow.store.roles import require
from rehabflow.store.vault import ErasedEpisode, new_key


class CannotErase(MissingKey):
    """An episode was opened without a key; nothing can make its entries unreadable."""


def erase(
    episodes: Episodes,
    actor: Actor,
    now: Instant,
    patient: str,
    ground: Literal["patient_request", "retention_over", "opened_in_error", "other"],
) -> tuple[str, ...]:
    """Erase every episode and the identity of a patient; return the ids of the episodes.

    Each episode gets a last entry that says so, then the key is destroyed. Interrupted, it can be repeated.

    Raises:
        NoEpisode: the patient has none.
        CannotErase: an episode of the patient is not sealed; nothing was erased.
    """
    require(actor, "erase")
    store, keys = episodes.vault.store, episodes.vault.keys
    heads = [head for head in store.heads() if head.patient == patient]
    if not heads:
        raise NoEpisode("this patient has no episode here")
    if keys is None or not all(episodes.vault.is_sealed(head.episode) for head in heads):
        raise CannotErase(
            "an episode of this patient was opened without a key ring: its entries are not encrypted, and the store "
            "never deletes; nothing was erased"
        )
    for head in heads:
        try:
            episodes.vault.read(head.episode)
        except (ErasedEpisode, MissingKey):
            continue
        entry = Entry(actor, now, Erased(now, now, ground))
        episodes.vault.append(
            head.episode, patient, key=new_key(), expected=head.number, entries=[entry], is_sealed=False
        )
    keys.destroy(patient)
    return tuple(head.episode for head in heads)
