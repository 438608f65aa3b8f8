"""The head note: the heads of all episodes, signed, to be kept where whoever can change the store cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import attrs

from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.store.canonical import Json, decode, encode
from rehabflow.store.chain import Row, check_chain
from rehabflow.store.content import sha256_of
from rehabflow.store.entries import entry_of, read_payload
from rehabflow.store.errors import Damaged, MissingExtra, MissingKey
from rehabflow.store.events import Moved, Opened
from rehabflow.store.forms import instant_form
from rehabflow.store.port import Store
from rehabflow.store.sealing import KeyRing
from rehabflow.store.vault import texts_in

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SCHEMA: Final = "rehabflow/heads/1"
_SEALED: Final = '"payload":{"sealed":'
_KINDS: Final = ('"kind":"opened"', '"kind":"moved"')


@frozen
class Verified:
    """What was verified: how many episodes and entries, and how many of the episodes a head note vouches for."""

    episodes: int
    entries: int
    noted: int = 0


def new_signing_key() -> bytes:
    """Return the 32 bytes of a new ed25519 key; who has it can sign head notes, so it stays off the store's machine."""
    private, _ = _ed25519()
    return bytes(private.generate().private_bytes_raw())


def public_key_of(signing_key: bytes) -> bytes:
    """Return the 32 bytes by which notes of a signing key are verified."""
    private, _ = _ed25519()
    return bytes(private.from_private_bytes(signing_key).public_key().public_bytes_raw())


def head_note(store: Store, at: Instant, signing_key: bytes) -> bytes:
    """Return a signed note of all heads; a file of one line.

    Raises:
        Damaged: the chain does not hold now; nothing is signed.
        MissingExtra: `cryptography` is not installed.
    """
    private, _ = _ed25519()
    chains = check_chain(store.rows())
    note: dict[str, Json] = {
        "at": instant_form(at),
        "heads": {episode: [len(links), links[-1]] for episode, links in chains.items()},
        "schema": SCHEMA,
    }
    signature = private.from_private_bytes(signing_key).sign(encode(note))
    return encode({"note": note, "signature": signature.hex()}) + b"\n"


def verify(
    store: Store, against: bytes | None = None, public_key: bytes = b"", keys: KeyRing | None = None
) -> Verified:
    """Return what was verified: every chain, that it continues what a head note says, and the kept definitions.

    Args:
        store: the store.
        against: a head note; without it, a rewritten or shortened chain cannot be told from a right one.
        public_key: by which the note has to be signed; from the one who signs, never from the store's machine.
        keys: with which sealed entries are read, to see that the definitions they name are kept; those whose key is
            not here are not read.

    Raises:
        Damaged: an entry, or a kept text, is not what was recorded, or a pinned one is not there; names the first.
        MissingExtra: `cryptography` is not installed, and a note is given.
    """
    pins = _Pins(keys)
    chains = check_chain(pins.watched(store.rows()))
    _check_kept(store, pins.found)
    entries = sum(len(links) for links in chains.values())
    if against is None:
        return Verified(len(chains), entries)
    heads = read_note(against, public_key)
    for episode, (number, link) in heads.items():
        links = chains.get(episode)
        if links is None:
            raise Damaged(f"episode {episode} is gone; the note of heads has it with {number} entries")
        if len(links) < number:
            raise Damaged(f"episode {episode} has {len(links)} entries; the note of heads has {number}")
        if links[number - 1] != link:
            raise Damaged(f"episode {episode} was rewritten at or before entry {number}")
    return Verified(len(chains), entries, len(heads))


@attrs.define
class _Pins:
    """The definitions that entries name, gathered while their chain is checked."""

    keys: KeyRing | None
    found: dict[str, str] = attrs.field(factory=dict)

    def watched(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            yield row  # what follows is done once this row was found to be in its place
            if _SEALED in row.body:
                if self.keys is not None and self.keys.has(row.patient):
                    self._note(row, self.keys.key)
            elif any(kind in row.body for kind in _KINDS):
                self._note(row, _no_key)

    def _note(self, row: Row, key_of: Callable[[str], bytes]) -> None:
        for _, text in texts_in([row], key_of):
            if any(kind in text for kind in _KINDS):
                event = entry_of(read_payload(text)).event
                if isinstance(event, Opened | Moved):
                    self.found.setdefault(event.content, f"episode {row.episode}, entry {row.number}")


def _check_kept(store: Store, pins: Mapping[str, str]) -> None:
    names = frozenset(store.kept_names())
    for name in sorted(names):
        if sha256_of(store.kept(name) or "") != name:
            raise Damaged(f"the kept definitions {name[:8]} are not those that were kept")
    for name, place in pins.items():
        if name not in names:
            raise Damaged(f"{place}: its definitions are not kept here")


def _no_key(_: str) -> bytes:
    raise MissingKey("there is no key ring")


def read_note(content: bytes, public_key: bytes) -> Mapping[str, tuple[int, str]]:
    """Return the heads of a note: episode to number and link.

    Raises:
        Damaged: it is no head note, or not signed by this key.
    """
    _, public = _ed25519()
    from cryptography.exceptions import InvalidSignature

    outer = decode(content.removesuffix(b"\n"))
    if not isinstance(outer, dict) or outer.keys() != {"note", "signature"}:
        raise Damaged("this is not a head note")
    note, signature = outer["note"], outer["signature"]
    try:
        public.from_public_bytes(public_key).verify(bytes.fromhex(str(signature)), encode(note))
    except (InvalidSignature, ValueError):
        raise Damaged("the head note is not signed by this key") from None
    if not isinstance(note, dict) or note.get("schema") != SCHEMA or not isinstance(note.get("heads"), dict):
        raise Damaged("this is a head note of another version")
    return {episode: (number, link) for episode, (number, link) in note["heads"].items()}


def _ed25519() -> tuple[type[Ed25519PrivateKey], type[Ed25519PublicKey]]:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise MissingExtra("a signed head note", "store") from None
    return ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey
