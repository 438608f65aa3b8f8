"""What is checked before an episode is opened: that a patient who is named is known here, and has the right key."""

from __future__ import annotations

from typing import Literal

from rehabflow.instants import Instant
from rehabflow.store.chain import check_id
from rehabflow.store.errors import Damaged, MissingKey, NoEpisode, RepeatedKey
from rehabflow.store.state import EpisodeState
from rehabflow.store.vault import ErasedEpisode, Vault, was_erased


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
    sealed = [episode for episode in known if vault.is_sealed(episode)]
    if sealed and not any(_opens(vault, episode) for episode in sealed):
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


def _opens(vault: Vault, episode: str) -> bool:
    first = vault.store.first(episode)
    try:
        return first is not None and len(vault.opened([first])) == 1
    except Damaged:
        return False
