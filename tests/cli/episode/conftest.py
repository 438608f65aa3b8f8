"""Each test has a clinic of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.episode.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return Clinic(tmp_path)
