"""Entries in and out of a store: sealed with the patient's key where the episode has one, numbered, in order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import cast

import attrs

from rehabflow.store.canonical import Json, encode
from rehabflow.store.chain import Row, check_key, payload_in
from rehabflow.store.entries import Entry, entry_of, payload_of, read_payload
from rehabflow.store.errors import MissingKey, NoEpisode, NotNow
from rehabflow.store.events import Erased
from rehabflow.store.port import Appended, Store
from rehabflow.store.sealing import KeyRing, seal, unseal
from rehabflow.store.state import Numbered


class ErasedEpisode(NotNow):
    """The episode was erased: its key is destroyed, its entries cannot be read by anybody."""


@attrs.frozen
class Vault:
    """A store and, where episodes are sealed, the keys of patients; without `keys` new episodes are not sealed."""

    store: Store
    keys: KeyRing | None = None

    def read(self, episode: str) -> tuple[str, tuple[Numbered, ...]]:
        """Return the patient of an episode, and its entries.

        Raises:
            NoEpisode: there is none of this id.
            ErasedEpisode: it was erased.
            MissingKey: it is sealed, and the key is not here.
            Damaged: an entry is not what was recorded.
        """
        rows = self.store.read(episode)
        if not rows:
            raise NoEpisode(f"there is no episode {episode[:40]}")
        if self._is_erased(rows[-1]):
            raise ErasedEpisode(f"episode {episode} was erased")
        return rows[0].patient, self.opened(rows)

    def opened(self, rows: Sequence[Row]) -> tuple[Numbered, ...]:
        """Return the entries of rows."""
        if not rows:
            return ()
        key = None
        found = []
        for row in rows:
            payload = read_payload(payload_in(row).encode())
            if "sealed" in payload:
                key = key or self._key(row.patient)
                payload = read_payload(unseal(key, str(payload["sealed"]), _place(row.episode, row.number)))
            found.append(Numbered(row.number, entry_of(payload)))
        return tuple(found)

    def append(
        self,
        episode: str,
        patient: str,
        *,
        key: str,
        expected: int,
        entries: Sequence[Entry],
        is_sealed: bool,
    ) -> Appended:
        """Record entries, sealed if the episode is; see `port.Store.append`."""
        payloads = [payload_of(entry) for entry in entries]
        if is_sealed:
            secret = self._key(patient)
            payloads = [
                encode({"sealed": seal(secret, payload, _place(episode, expected + 1 + number))})
                for number, payload in enumerate(payloads)
            ]
        return self.store.append(episode, patient, key=key, expected=expected, payloads=payloads)

    def is_sealed(self, episode: str) -> bool:
        """Return whether the entries of an episode are sealed; of one that is not there: whether they would be."""
        rows = self.store.read(episode)
        return is_sealed(rows[0]) if rows else self.keys is not None

    # -- identities

    def identify(self, patient: str, identity: Mapping[str, str]) -> None:
        """Keep who a patient is (name, date of birth, a number), encrypted with the patient's key.

        Raises:
            MissingKey: there is no key ring, or no key of this patient.
        """
        content = encode(cast("Mapping[str, Json]", identity))
        self.store.put_identity(patient, seal(self._key(patient), content, f"identity/{patient}"))

    def identity(self, patient: str) -> Mapping[str, str] | None:
        """Return who a patient is; None if nobody said, or it was erased."""
        sealed = self.store.identity(patient)
        if sealed is None or self.keys is None or not self.keys.has(patient):
            return None
        opened = read_payload(unseal(self._key(patient), sealed, f"identity/{patient}"))
        return {name: str(value) for name, value in opened.items()}

    def _key(self, patient: str) -> bytes:
        if self.keys is None:
            raise MissingKey(f"the entries of patient {patient} are sealed; say where the key ring is")
        return self.keys.key(patient)

    def _is_erased(self, row: Row) -> bool:
        payload = read_payload(payload_in(row).encode())
        return "sealed" not in payload and isinstance(entry_of(payload).event, Erased)


def is_sealed(row: Row) -> bool:
    """Return whether an entry is sealed."""
    return "sealed" in read_payload(payload_in(row).encode())


def new_id() -> str:
    """Return a random id of an episode or patient: it says nothing of anybody."""
    return secrets.token_hex(16)


def new_key() -> str:
    """Return a random idempotency key."""
    return check_key(secrets.token_hex(16))


def _place(episode: str, number: int) -> str:
    return f"{episode}/{number}"
