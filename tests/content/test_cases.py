"""Every case beside the bundled plugins and protocols holds, and together they try what there is to try."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import attrs
import pytest

from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup
from rehabflow.registry import OpenCatalog, load_catalog
from rehabflow.testing.cases import CaseResult, run_cases
from rehabflow.testing.coverage import Counters, ProtocolCoverage

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "plugins").glob("*/cases/*.toml")) + sorted(
    (ROOT / "protocols").glob("*/cases/*.toml")
)
PROTOCOLS = sorted(path.parent.name for path in (ROOT / "protocols").glob("*/protocol.toml"))


@lru_cache(maxsize=1)
def bundled() -> OpenCatalog:
    """Return the catalog of the bundled content."""
    return load_catalog()


@lru_cache(maxsize=1)
def counters() -> Counters:
    """Return what counts each file's cases as they are played."""
    return Counters(bundled())


@cache
def ended(file: Path) -> tuple[CaseResult, ...]:
    """Return how the cases of a file ended, played and counted once."""
    journeys, problems = load_journeys(file.read_bytes(), file.name, CatalogLookup(bundled()))
    assert not problems
    results = run_cases(bundled(), journeys)
    for result in results:
        counters().add(result)
    return tuple(attrs.evolve(result, played=()) for result in results)


@lru_cache(maxsize=1)
def coverage() -> dict[str, ProtocolCoverage]:
    """Return the coverage of every protocol by all cases."""
    for file in FILES:
        ended(file)
    return {one.protocol: one for one in counters().results()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_bundled_case_holds(file: Path) -> None:
    results = ended(file)
    assert results
    assert [(one.journey.title, one.skipped, one.mismatches) for one in results if not one.ok] == []


def test_there_are_cases_beside_every_protocol() -> None:
    assert [name for name in PROTOCOLS if not list((ROOT / "protocols" / name).glob("cases/*.toml"))] == []


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_rule_is_tried_in_each_state_that_can_occur(name: str) -> None:
    assert {item.address: item.missing for item in coverage()[name].items if item.missing} == {}


@pytest.mark.parametrize("name", PROTOCOLS)
def test_no_state_occurs_that_is_said_to_be_impossible(name: str) -> None:
    for item in coverage()[name].items:
        assert not item.cannot.keys() & item.seen.keys(), item.address
