"""Every case beside the bundled plugins and protocols holds."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from rehabflow.catalog import Catalog
from rehabflow.loading import CatalogLookup, load_journeys
from rehabflow.registry import load_catalog
from rehabflow.testing.cases import run_cases

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "plugins").glob("*/cases/*.toml")) + sorted(
    (ROOT / "protocols").glob("*/cases/*.toml")
)


@lru_cache(maxsize=1)
def bundled() -> Catalog:
    """Return the catalog of the bundled content."""
    return load_catalog()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_bundled_case_holds(file: Path) -> None:
    catalog = bundled()
    journeys, problems = load_journeys(file.read_bytes(), file.name, CatalogLookup(catalog))
    assert not problems
    results = run_cases(catalog, journeys)
    assert results
    assert [(one.journey.title, one.skipped, one.mismatches) for one in results if not one.ok] == []


def test_there_are_cases_beside_every_protocol() -> None:
    folders = [path for path in (ROOT / "protocols").iterdir() if path.is_dir()]
    assert [folder.name for folder in folders if not list(folder.glob("cases/*.toml"))] == []
