"""The port: what a store of episodes does, whatever it is built on. It knows bytes and chains, not events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from rehabflow.frozen import frozen
from rehabflow.store.chain import Head, Row
from rehabflow.store.errors import RepeatedKey


@frozen
class Appended:
    """What a request recorded; `repeated`: the same request had been recorded before, and nothing was now."""

    rows: tuple[Row, ...]
    repeated: bool = False


def repeated(known: tuple[Row, ...], episode: str, parts: int) -> Appended:
    """Return what a repeated request recorded the first time.

    Raises:
        RepeatedKey: it was another request.
    """
    if known[0].episode != episode or len(known) != parts:
        raise RepeatedKey("the key of this request was used before, for something else")
    return Appended(known, repeated=True)


class Store(Protocol):
    """Append-only; what `append` returned is there after any crash. Not for several threads at once."""

    def append(
        self, episode: str, patient: str, *, key: str, expected: int, payloads: Sequence[bytes]
    ) -> Appended:
        """Record the payloads as the next entries of an episode, all or none.

        Args:
            episode: its id; a new one with `expected` 0.
            patient: the id of the patient, the same for all entries of an episode.
            key: idempotency key of the request; one that was used before records nothing and returns what it recorded.
            expected: how many entries the caller has seen.
            payloads: canonical JSON.

        Raises:
            Conflict: the episode has another number of entries.
            RepeatedKey: the key was used for another episode or another number of entries.
            StoreFailed: the disk or server failed; a repeat with the same key tells whether it was recorded.
        """

    def adopt(self, rows: Sequence[Row]) -> None:
        """Record a whole episode that comes from another store, as it is.

        Raises:
            Conflict: there is an episode of that id.
            RepeatedKey: a key of it was used here.
            Damaged: its chain does not hold.
        """

    def read(self, episode: str, after: int = 0) -> tuple[Row, ...]:
        """Return the entries of an episode with numbers above `after`; none for an episode that does not exist."""

    def first(self, episode: str) -> Row | None:
        """Return the first entry of an episode."""

    def request(self, key: str) -> tuple[Row, ...]:
        """Return what a request recorded; none if there was no such request."""

    def of_patient(self, patient: str) -> tuple[str, ...]:
        """Return the ids of a patient's episodes, in order of ids."""

    def heads(self) -> tuple[Head, ...]:
        """Return the head of every episode, in order of ids."""

    def rows(self) -> Iterator[Row]:
        """Return every entry, in order of episode and number."""

    def keep(self, sha256: str, text: str) -> None:
        """Keep a text under its SHA-256; once kept it stays."""

    def kept(self, sha256: str) -> str | None:
        """Return a kept text."""

    def kept_names(self) -> tuple[str, ...]:
        """Return the names of all kept texts."""

    def put_identity(self, patient: str, sealed: str) -> None:
        """Keep a patient's sealed identity; the newest counts."""

    def identity(self, patient: str) -> str | None:
        """Return a patient's newest sealed identity."""

    def close(self) -> None:
        """Let go of file or connection."""
