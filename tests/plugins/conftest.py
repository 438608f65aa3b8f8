"""A workshop for each test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.workshop import Workshop
from rehabflow.registry import opening
from rehabflow.registry.found import Shelf


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """Return an empty folder to make plugins in; modules they bring are forgotten afterwards."""
    before = set(sys.modules)
    yield Workshop(tmp_path)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the bundled content out, where it would only take time."""
    monkeypatch.setattr(opening, "bundled", Shelf)
