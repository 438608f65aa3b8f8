"""Entries in and out of a store: sealed with the patient's key where the episode has one, numbered, in order."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

import attrs

from rehabflow.frozen import frozen
from rehabflow.store.canonical import Json, encode
from rehabflow.store.chain import START, Row, check_key, check_next, payload_in
from rehabflow.store.entries import Entry, entry_of, payload_of, read_payload
from rehabflow.store.errors import MissingKey, NoEpisode, NotNow
from rehabflow.store.events import Erased
from rehabflow.store.port import Appended, Store
from rehabflow.store.sealing import KeyRing, seal, unseal
from rehabflow.store.state import Numbered

MOST_SEEN: Final = 8


class ErasedEpisode(NotNow):
    """The episode was erased: its key is destroyed, its entries cannot be read by anybody."""


@frozen
class Seen:
    """The entries of an episode as last read, and the link of the newest."""

    patient: str
    entries: tuple[Numbered, ...]
    link: str


@frozen(eq=False)
class Vault:
    """A store and, where episodes are sealed, the keys of patients; without `keys` new episodes are not sealed.

    What was read is kept for a few episodes; only what is new is read again, and has to continue it.
    """

    store: Store
    keys: KeyRing | None = None
    _seen: dict[str, Seen] = attrs.field(factory=dict, init=False, repr=False)

    def read(self, episode: str) -> tuple[str, tuple[Numbered, ...]]:
        """Return the patient of an episode, and its entries.

        Raises:
            NoEpisode: there is none of this id.
            ErasedEpisode: it was erased.
            MissingKey: it is sealed, and the key is not here.
            Damaged: an entry is not what was recorded.
        """
        seen = self._seen.pop(episode, None)
        rows = self.store.read(episode, len(seen.entries) if seen else 0)
        if seen is None:
            if not rows:
                raise NoEpisode(f"there is no episode {episode[:40]}")
            seen = Seen(rows[0].patient, (), START)
        link = seen.link
        for number, row in enumerate(rows, len(seen.entries) + 1):
            check_next(link, number, seen.patient, row)
            link = row.link
        if rows and not is_sealed(rows[-1]) and _is_erased(rows[-1]):
            raise ErasedEpisode(f"episode {episode} was erased")
        seen = Seen(seen.patient, seen.entries + self.opened(rows), link)
        self._remember(episode, seen)
        return seen.patient, seen.entries

    def _remember(self, episode: str, seen: Seen) -> None:
        while len(self._seen) >= MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        self._seen[episode] = seen

    def opened(self, rows: Sequence[Row]) -> tuple[Numbered, ...]:
        """Return the entries of rows."""
        return entries_in(rows, self.key)

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
            secret = self.key(patient)
            payloads = [
                encode({"sealed": seal(secret, payload, _place(episode, expected + 1 + number))})
                for number, payload in enumerate(payloads)
            ]
        return self.store.append(episode, patient, key=key, expected=expected, payloads=payloads)

    def is_sealed(self, episode: str) -> bool:
        """Return whether the entries of an episode are sealed; of one that is not there: whether they would be."""
        row = self.store.first(episode)
        return self.keys is not None if row is None else is_sealed(row)

    # -- identities

    def identify(self, patient: str, identity: Mapping[str, str]) -> None:
        """Keep who a patient is (name, date of birth, a number), encrypted with the patient's key.

        Raises:
            MissingKey: there is no key ring, or no key of this patient.
        """
        content = encode(cast("Mapping[str, Json]", identity))
        self.store.put_identity(patient, seal(self.key(patient), content, f"identity/{patient}"))

    def identity(self, patient: str) -> Mapping[str, str] | None:
        """Return who a patient is; None if nobody said, or it was erased."""
        sealed = self.store.identity(patient)
        if sealed is None or self.keys is None or not self.keys.has(patient):
            return None
        opened = read_payload(unseal(self.key(patient), sealed, f"identity/{patient}").decode())
        return {name: str(value) for name, value in opened.items()}

    def key(self, patient: str) -> bytes:
        """Return the key of a patient.

        Raises:
            MissingKey: there is no key ring, or it has none for this patient.
        """
        if self.keys is None:
            raise MissingKey(f"the entries of patient {patient} are sealed; say where the key ring is")
        return self.keys.key(patient)


def entries_in(rows: Sequence[Row], key_of: Callable[[str], bytes]) -> tuple[Numbered, ...]:
    """Return the entries of rows of one patient; `key_of` is asked for the key if one is sealed."""
    return tuple(Numbered(row.number, entry_of(read_payload(text))) for row, text in texts_in(rows, key_of))


def texts_in(rows: Iterable[Row], key_of: Callable[[str], bytes]) -> Iterator[tuple[Row, str]]:
    """Yield rows of one patient with their payload, unsealed; see `entries_in`."""
    key = None
    for row in rows:
        text = payload_in(row)
        if is_sealed(row):
            key = key or key_of(row.patient)
            sealed = str(read_payload(text).get("sealed"))
            text = unseal(key, sealed, _place(row.episode, row.number)).decode()
        yield row, text


def is_sealed(row: Row) -> bool:
    """Return whether an entry is sealed."""
    return payload_in(row).startswith('{"sealed":')


def was_erased(vault: Vault, episode: str) -> bool:
    """Return whether an episode was erased; that is told without its key."""
    rows = vault.store.read(episode)
    return bool(rows) and not is_sealed(rows[-1]) and _is_erased(rows[-1])


def _is_erased(row: Row) -> bool:
    return isinstance(entry_of(read_payload(payload_in(row))).event, Erased)


def new_id() -> str:
    """Return a random id of an episode or patient: it says nothing of anybody."""
    return secrets.token_hex(16)


def new_key() -> str:
    """Return a random idempotency key."""
    return check_key(secrets.token_hex(16))


def _place(episode: str, number: int) -> str:
    return f"{episode}/{number}"
