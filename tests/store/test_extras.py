"""Optional packages: not loaded before they are needed, and a clear word where they are missing."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehabflow.instants import Instant
from rehabflow.store.backups import backup
from rehabflow.store.errors import MissingExtra
from rehabflow.store.notes import head_note, new_signing_key, read_note
from rehabflow.store.postgres_store import open_postgres, prepare_postgres
from rehabflow.store.sealing import KeyRing, seal, unseal
from rehabflow.store.sqlite_store import open_sqlite

OPTIONAL = ("cryptography", "psycopg", "pyrage")
LOADING = """
import json, sys
from rehabflow.store import backups, carrying, episodes, erasing, moving, notes, postgres_store, replaying, sqlite_store
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_no_optional_package_is_loaded_before_it_is_needed() -> None:
    ended = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)
    assert not set(OPTIONAL) & set(json.loads(ended.stdout))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be an installation without optional packages."""
    real = builtins.__import__

    def importing(name: str, *arguments: Any, **named: Any) -> object:  # noqa: ANN401 - as it is called
        if name.partition(".")[0] in OPTIONAL:
            raise ImportError(name)
        return real(name, *arguments, **named)

    for name in list(sys.modules):
        if name.partition(".")[0] in OPTIONAL:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", importing)


def test_without_them_a_store_works_unsealed(bare: None, sqlite_path: Path) -> None:
    store = open_sqlite(sqlite_path, create=True)
    store.append("e" * 32, "a" * 32, key="one", expected=0, payloads=[b"{}"])
    backup(store, sqlite_path.with_name("copy"))
    assert len(store.read("e" * 32)) == 1


@pytest.mark.parametrize(
    ("use", "extra"),
    [
        (lambda path: KeyRing.at(path / "keys"), "store"),
        (lambda path: seal(bytes(32), b"", ""), "store"),
        (lambda path: unseal(bytes(32), "", ""), "store"),
        (lambda path: new_signing_key(), "store"),
        (lambda path: read_note(b"{}", b""), "store"),
        (lambda path: head_note(open_sqlite(path / "s" / "e", create=True), Instant(1), b""), "store"),
        (lambda path: backup(open_sqlite(path / "s" / "e", create=True), path / "b", ["age1"]), "store"),
        (lambda path: open_postgres("postgresql://x@/y"), "postgres"),
        (lambda path: prepare_postgres("postgresql://x@/y", "z"), "postgres"),
    ],
)
def test_without_them_what_needs_them_says_so(
    bare: None, tmp_path: Path, use: Callable[[Path], object], extra: str
) -> None:
    with pytest.raises(MissingExtra, match=rf"rehabflow\[{extra}\]"):
        use(tmp_path)
