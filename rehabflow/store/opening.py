"""What is checked before an episode is opened: that a patient who is named is known here, and has the right key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from rehabflow.instants import Instant
from rehabflow.store.chain import Row, check_id
from rehabflow.store.errors import Damaged, MissingKey, NoEpisode, RepeatedKey
from rehabflow.store.state import EpisodeState
from rehabflow.store.vault import ErasedEpisode, Vault, entries_in, is_sealed, was_erased


def check_patient(vault: Vault, patient: str) -> str:
    """Return the id of a patient who has an episode here; nothing is written.

    Raises:
        StoreError: it is not an id.
        NoEpisode: the patient has no episode here.
        ErasedEpisode: the patient was erased.
        MissingKey: the patient has sealed episodes, and their key is not here, or is another one.
    """
    known = vault.store.of_patient(check_id(patient))
    if not known:
        raise NoEpisode(
            "this patient has no episode here; look at the id again, or leave it out for a patient who is new"
        )
    if any(was_erased(vault, episode) for episode in known):
        raise ErasedEpisode("this patient was erased here; nothing more is recorded under that id")
    if not has_right_key(vault, patient, vault.key):
        raise MissingKey(
            "the key ring has another key for this patient than their episodes here are sealed with; name the right one"
        )
    return patient


def check_repeated(
    state: EpisodeState,
    number: int,
    protocol: str,
    patient: str,
    day_0: Instant | None,
    involved: Literal["", "left", "right"],
) -> None:
    """Refuse a key that opened an episode before, by entry `number`, when it now comes with something else.

    Raises:
        RepeatedKey: protocol, patient, day 0 or side is another; a patient who is not named may be any.
    """
    opened = state.opened
    is_same = (
        number == 1
        and opened.protocol == protocol
        and patient in ("", state.patient)
        and opened.day_0.day == (day_0 or opened.at).day
        and opened.involved == involved
    )
    if not is_same:
        raise RepeatedKey("the key of this request was used before, for something else")


def has_right_key(vault: Vault, patient: str, key_of: Callable[[str], bytes]) -> bool:
    """Return whether the key opens an entry of a patient's, or nothing of theirs here is sealed.

    Raises:
        MissingKey: `key_of` has none.
    """
    found = [vault.store.first(episode) for episode in vault.store.of_patient(patient)]
    sealed = [row for row in found if row is not None and is_sealed(row)]
    return not sealed or any(_opens(row, key_of) for row in sealed)


def _opens(row: Row, key_of: Callable[[str], bytes]) -> bool:
    try:
        return len(entries_in([row], key_of)) == 1
    except Damaged:
        return False
