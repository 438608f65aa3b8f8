"""The chain: each entry's link is the SHA-256 of the link before it and of its own canonical body."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from rehabflow.frozen import frozen
from rehabflow.store.errors import Damaged, StoreError

START: Final = "0" * 64
"""The link before the first entry."""
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


@frozen
class Row:
    """One entry as stored. `key` is the idempotency key of its request, `part` its place in it, `number` from 1 on."""

    episode: str
    number: int
    patient: str
    key: str
    part: int
    body: str = attrs.field(repr=False)
    link: str


@frozen
class Head:
    """The newest entry of an episode; `number` is the episode's version, 0 before the first."""

    episode: str
    patient: str
    number: int
    link: str


def no_head(episode: str, patient: str) -> Head:
    """Return the head of an episode that has no entry yet."""
    return Head(episode, patient, 0, START)


def extended(head: Head, key: str, payloads: Sequence[bytes]) -> list[Row]:
    """Return the rows that continue a chain with these canonical payloads, in one request.

    Raises:
        StoreError: an id or the key is not one.
    """
    check_id(head.episode)
    check_id(head.patient)
    check_key(key)
    rows = []
    number, link = head.number, head.link
    for part, payload in enumerate(payloads):
        number += 1
        before = _before_payload(head.episode, key, number, part, head.patient)
        body = before + payload.decode("utf-8") + "}"
        link = link_of(link, body)
        rows.append(Row(head.episode, number, head.patient, key, part, body, link))
    return rows


def link_of(before: str, body: str) -> str:
    """Return the link of an entry."""
    return hashlib.sha256(f"{before}{body}".encode()).hexdigest()


def payload_in(row: Row) -> str:
    """Return the payload of a row's body."""
    before = _before_payload(row.episode, row.key, row.number, row.part, row.patient)
    if not row.body.startswith(before) or not row.body.endswith("}"):
        raise Damaged(f"episode {row.episode}, entry {row.number}: the entry is not the one of this place")
    return row.body[len(before) : -1]


def check_next(before: str, number: int, patient: str, row: Row) -> None:
    """Refuse a row that is not the entry `number` after the link `before`.

    Raises:
        Damaged: it was changed, moved, left out or put in.
    """
    if row.number != number:
        raise Damaged(f"episode {row.episode}: entry {number} is missing, or is there twice")
    if row.patient != patient or link_of(before, row.body) != row.link:
        raise Damaged(f"episode {row.episode}, entry {row.number}: this is not what was recorded")
    payload_in(row)


def check_key(key: str) -> str:
    """Return an idempotency key; refuse what could not be one, and could name a patient.

    Raises:
        StoreError: it is not 1 to 80 letters, digits and `._:-`.
    """
    if _KEY.fullmatch(key) is None:
        raise StoreError("an idempotency key is 1 to 80 letters, digits and the signs . _ : -")
    return key


def check_id(id_: str) -> str:
    """Return an id of an episode or patient.

    Raises:
        StoreError: it is not 32 hexadecimal digits.
    """
    if _ID.fullmatch(id_) is None:
        raise StoreError("an id is 32 hexadecimal digits")
    return id_


def check_chain(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Return the links of every episode, entry by entry; rows come in order of episode and number.

    Raises:
        Damaged: an entry was changed, moved, left out or put in; names the first.
    """
    found: dict[str, list[str]] = {}
    episode, patient, links = "", "", [START]
    for row in rows:
        if row.episode != episode:
            if row.episode in found:
                raise Damaged(f"episode {row.episode} comes twice")
            episode, patient, links = row.episode, row.patient, []
            found[episode] = links
        before = links[-1] if links else START
        check_next(before, len(links) + 1, patient, row)
        links.append(row.link)
    return found


def _before_payload(episode: str, key: str, number: int, part: int, patient: str) -> str:
    """Return the beginning of a body in canonical JSON; ids and keys hold nothing that JSON would escape."""
    return f'{{"episode":"{episode}","key":"{key}","number":{number},"part":{part},"patient":"{patient}","payload":'
