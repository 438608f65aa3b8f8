"""Backups of a SQLite store, taken while it is in use; encrypted on request. Keys of patients are never in them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rehabflow.problems import UsageError
from rehabflow.store.chain import check_chain
from rehabflow.store.errors import Damaged, MissingExtra, StoreFailed
from rehabflow.store.sqlite_store import SqliteStore, open_sqlite, sync_folder


def backup(store: SqliteStore, target: Path, recipients: Sequence[str] = ()) -> None:
    """Write a copy of the whole store to a new file that only this user can read.

    Args:
        store: the store; others may go on writing.
        target: a file that does not exist.
        recipients: age public keys; the copy is encrypted to them, and never on the disk in plain.

    Raises:
        StoreFailed: the file exists or cannot be written.
        Damaged: the copy is not sound.
        UsageError: a recipient is no age public key.
        MissingExtra: `pyrage` is not installed.
    """
    content = _copied(store)
    if recipients:
        content = _encrypted(content, recipients)
    write_private(target, content)


def restore(source: Path, target: Path, identity: str = "") -> SqliteStore:
    """Make a new store of a backup; return it, opened and its chains verified.

    Args:
        source: a backup.
        target: a file that does not exist.
        identity: the age secret key of an encrypted backup.

    Raises:
        StoreFailed: a file cannot be read or written.
        Damaged: the backup cannot be decrypted, or is not sound.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise StoreFailed(f"the backup cannot be read: {error.strerror}") from None
    if identity:
        pyrage = _pyrage()
        try:
            content = pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(identity)])
        except (pyrage.DecryptError, pyrage.IdentityError):
            raise Damaged("the backup cannot be decrypted with this key") from None
    if not content.startswith(b"SQLite format 3\0"):
        raise Damaged("this is not a backup of a store, or it is encrypted")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(target, content)
    store = open_sqlite(target)
    check_chain(store.rows())
    return store


def _encrypted(content: bytes, recipients: Sequence[str]) -> bytes:
    pyrage = _pyrage()
    try:
        known = [pyrage.x25519.Recipient.from_str(word) for word in recipients]
    except pyrage.RecipientError:
        raise UsageError("a recipient is not an age public key, which begins with age1") from None
    return bytes(pyrage.encrypt(content, known))


def _copied(store: SqliteStore) -> bytes:
    """Return the bytes of a copy in memory, checked."""
    try:
        copy = sqlite3.connect(":memory:", isolation_level=None)
        try:
            with store._reading() as connection:
                connection.backup(copy)
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise Damaged("the copy is not sound; the store's file may be damaged")
            return bytes(copy.serialize())
        finally:
            copy.close()
    except sqlite3.Error as error:
        raise StoreFailed(f"the copy failed ({type(error).__name__})") from None


def write_private(target: Path, content: bytes) -> None:
    """Write a new file that only this user can read, and see it on the disk.

    Raises:
        StoreFailed: it exists, or cannot be written.
    """
    try:
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(target.parent)
    except OSError as error:
        raise StoreFailed(f"the file cannot be written: {error.strerror}") from None


def _pyrage() -> Any:  # noqa: ANN401 - the module, loaded only here
    try:
        import pyrage  # type: ignore[import-untyped]  # it carries no types
    except ImportError:
        raise MissingExtra("an encrypted backup", "store") from None
    return pyrage
