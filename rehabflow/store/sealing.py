"""Sealing: entries and identities encrypted with a key for each patient, so that erasing is destroying the key.

Keys are files of their own, never in the store or its backups; who restores an old backup gets no erased patient back.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rehabflow.frozen import frozen
from rehabflow.store.chain import check_id
from rehabflow.store.errors import Damaged, MissingExtra, MissingKey, StoreFailed, Unsafe
from rehabflow.store.sqlite_store import sync_folder

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


@frozen
class KeyRing:
    """A folder of keys that only this user can enter, one file a patient."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> KeyRing:
        """Return the key ring of a folder, made if it is not there.

        Raises:
            Unsafe: others can enter the folder.
            StoreFailed: it cannot be made.
            MissingExtra: `cryptography` is not installed.
        """
        _aes(bytes(KEY_BYTES))
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.stat()
        except OSError as error:
            raise StoreFailed(f"the folder of keys cannot be made: {error.strerror}") from None
        if os.name == "posix" and (found.st_mode & 0o077 or found.st_uid != os.geteuid()):
            raise Unsafe("others can reach the folder of keys; set its mode to 700")
        return cls(folder)

    def make(self, patient: str, key: bytes | None = None) -> None:
        """Make the key of a patient if there is none; it is on the disk when this returns."""
        path = self._path(patient)
        if path.exists():
            return
        draft = path.with_suffix(f".{secrets.token_hex(4)}.new")
        try:
            with open(draft, "xb", opener=_private) as stream:
                stream.write(key or secrets.token_bytes(KEY_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
            sync_folder(self.folder)
        except OSError as error:
            raise StoreFailed(f"the key of a patient cannot be kept: {error.strerror}") from None

    def has(self, patient: str) -> bool:
        """Return whether the patient's key is here."""
        return self._path(patient).exists()

    def key(self, patient: str) -> bytes:
        """Return the key of a patient.

        Raises:
            MissingKey: it is not here: erased, or on another machine.
        """
        try:
            key = self._path(patient).read_bytes()
        except FileNotFoundError:
            raise MissingKey(f"the key of patient {patient} is not in the key ring") from None
        except OSError as error:
            raise StoreFailed(f"the key of a patient cannot be read: {error.strerror}") from None
        if len(key) != KEY_BYTES:
            raise Damaged(f"the key of patient {patient} is damaged")
        return key

    def destroy(self, patient: str) -> None:
        """Overwrite and remove the key of a patient; done when this returns, and no harm if done before."""
        path = self._path(patient)
        try:
            with path.open("r+b") as stream:
                stream.write(secrets.token_bytes(KEY_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            path.unlink()
            sync_folder(self.folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreFailed(f"the key of a patient cannot be destroyed: {error.strerror}") from None

    def _path(self, patient: str) -> Path:
        return self.folder / f"{check_id(patient)}.key"


def seal(key: bytes, content: bytes, place: str) -> str:
    """Return the content encrypted (AES-256-GCM, a random nonce), readable only with the key and at this place."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + _aes(key).encrypt(nonce, content, place.encode())).decode("ascii")


def unseal(key: bytes, sealed: str, place: str) -> bytes:
    """Return what was sealed.

    Raises:
        Damaged: the key is another, or the content or its place was changed.
    """
    try:
        from cryptography.exceptions import InvalidTag
    except ImportError:
        raise MissingExtra("a sealed episode", "store") from None
    try:
        raw = base64.b64decode(sealed, validate=True)
        return bytes(_aes(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()))
    except (InvalidTag, binascii.Error, ValueError):
        raise Damaged("something sealed cannot be opened: another key, or it was changed") from None


def _aes(key: bytes) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers import aead
    except ImportError:
        raise MissingExtra("a sealed episode", "store") from None
    return aead.AESGCM(key)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
