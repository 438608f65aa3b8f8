"""Who a patient is: kept apart from the episodes, encrypted with the patient's key, gone when that is destroyed."""

from __future__ import annotations

from collections.abc import Mapping

from rehabflow.store.chain import check_id
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.roles import require


def identify(episodes: Episodes, actor: Actor, patient: str, identity: Mapping[str, str]) -> None:
    """Keep who a patient is, such as `name` and `born`; what was kept before is replaced.

    Raises:
        NotAllowed: the role may not.
        MissingKey: there is no key ring, or no key of this patient.
    """
    require(actor, "identify")
    episodes.vault.identify(check_id(patient), identity)


def identity(episodes: Episodes, actor: Actor, patient: str) -> Mapping[str, str] | None:
    """Return who a patient is; None if nobody said, or it was erased.

    Raises:
        NotAllowed: the role may not.
    """
    require(actor, "identify")
    return episodes.vault.identity(check_id(patient))
