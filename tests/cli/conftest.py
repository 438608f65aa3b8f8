"""The bundled content and the small clinic are read once; what a test writes itself is read anew."""

from __future__ import annotations

import functools
from collections.abc import Collection
from pathlib import Path

import pytest

from rehabflow.cli import check, loading, plugin, test
from rehabflow.registry import OpenCatalog, load_catalog

GOLDEN = Path(__file__).resolve().parent / "golden"


@functools.cache
def _remembered(
    _: Path, paths: tuple[Path, ...], trust: tuple[Path, ...], allow: tuple[str, ...]
) -> OpenCatalog:
    return load_catalog(*paths, trust=trust, allow=allow)


def _load(
    *paths: Path, trust: tuple[Path, ...] = (), allow: tuple[str, ...] = (), needed_by: Collection[str] = ()
) -> OpenCatalog:
    here = Path.cwd()
    if paths and here != GOLDEN:
        return load_catalog(*paths, trust=trust, allow=allow, needed_by=needed_by)
    return _remembered(here if paths else GOLDEN, paths, tuple(trust), tuple(allow))


@pytest.fixture(autouse=True)
def content_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (check, loading, plugin, test):
        monkeypatch.setattr(module, "load_catalog", _load)
