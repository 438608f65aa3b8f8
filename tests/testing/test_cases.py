"""How cases end: played, failed with an error, skipped because something is not here; gates by their short names."""

from __future__ import annotations

import attrs
import pytest

from rehabflow.catalog import Catalog
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import GateResult, Reason
from rehabflow.instants import Instant
from rehabflow.testing.cases import is_case, missing_owners, run_case, run_cases
from rehabflow.testing.names import gates_named
from testing.clinic import case, catalog


def gate(address: str) -> GateResult:
    name, _, _ = address.rpartition(".")
    return GateResult(address, name, Effect.PAUSE, "clear", Effect.NONE, Reason(address, "clear", "", None))


@pytest.mark.parametrize(
    ("name", "addresses", "meant"),
    [
        ("clearance.pause", ["clearance.clearance.pause", "other.x.pause"], ["clearance.clearance.pause"]),
        ("clearance.clearance.pause", ["clearance.clearance.pause"], ["clearance.clearance.pause"]),
        ("minor.pause", ["minor.pause", "plugin.minor.pause"], ["minor.pause"]),
        ("minor.pause", ["one.minor.pause", "two.minor.pause"], ["one.minor.pause", "two.minor.pause"]),
        ("pause", ["one.minor.pause"], []),
        ("inor.pause", ["one.minor.pause"], []),
    ],
)
def test_a_gate_is_found_by_its_name(name: str, addresses: list[str], meant: list[str]) -> None:
    assert [found.address for found in gates_named(name, map(gate, addresses))] == meant


def test_a_case_of_an_absent_protocol_is_skipped() -> None:
    journey = attrs.evolve(case('action = "advance"').journey, protocol="knee")
    result = run_case(catalog(), journey)
    assert (result.ok, result.mismatches) == (False, ())
    assert result.skipped == "the protocol `knee` is not here"


def test_a_case_whose_plugin_is_absent_is_skipped() -> None:
    journey = case('action = "advance"').journey
    package = catalog().protocols["shoulder"]
    assert missing_owners(catalog(), "shoulder") == ""
    alone = Catalog.of([], [package])
    assert (
        run_case(alone, journey).skipped == "plugins that `shoulder` requires are not here: shoulder_basics"
    )


def test_a_plugin_that_a_plugin_needs_counts_too() -> None:
    package = catalog().protocols["shoulder"]
    plugin = catalog().plugins["shoulder_basics"]
    needy = attrs.evolve(plugin, manifest=attrs.evolve(plugin.manifest, requires={"nowhere": ">=1"}))
    assert "nowhere" in missing_owners(Catalog.of([needy], [package]), "shoulder")


def test_an_error_while_playing_fails_the_case() -> None:
    journey = case('action = "advance"').journey
    first = journey.steps[0]
    from_the_future = [attrs.evolve(event, at=Instant(first.at.day + 99)) for event in first.events]
    broken = attrs.evolve(journey, steps=(attrs.evolve(first, events=tuple(from_the_future)),))
    (found,) = run_case(catalog(), broken).mismatches
    assert found.what == "journey"
    assert "later than" in found.got


def test_a_journey_without_expectations_is_no_case() -> None:
    journey = case('action = "advance"').journey
    plain = attrs.evolve(journey, steps=tuple(attrs.evolve(step, expect=None) for step in journey.steps))
    assert is_case(journey)
    assert not is_case(plain)
    assert [result.journey for result in run_cases(catalog(), [plain, journey])] == [journey]
