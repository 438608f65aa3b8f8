"""The low back protocol as it ships: what is asked at its visits, and that asking takes no time to speak of."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path
from time import process_time

import pytest

from engine.asking.making import asked, need
from engine.tiny import answer
from rehabflow.catalog import Catalog
from rehabflow.engine.asking import needs_of
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.engine.facts import Facts
from rehabflow.engine.prepared import prepare
from rehabflow.instants import Instant
from rehabflow.loading.folders import read_plugin_folder, read_protocol_folder
from rehabflow.record.events import Cleared, Event, History, Observed, Visited
from rehabflow.record.timeline import fold

ROOT = Path(__file__).parents[3]
TODAY = Instant(datetime.date(2026, 3, 2).toordinal())


@lru_cache(maxsize=1)
def bundled() -> Catalog:
    protocol, problems = read_protocol_folder(ROOT / "protocols" / "low_back_pain")
    assert protocol is not None, problems
    plugins = []
    for name in protocol.protocol.requires:
        plugin, faults = read_plugin_folder(ROOT / "plugins" / name)
        assert plugin is not None, faults
        plugins.append(plugin)
    return Catalog.of(plugins, [protocol])


def first_visit(values: dict[str, object], *cleared: str) -> tuple[History, Decision]:
    events: list[Event] = [Visited(TODAY, TODAY)]
    events += [Cleared(TODAY, TODAY, scope, "physician", "B. Doctor") for scope in cleared]
    events += [Observed(TODAY, TODAY, key, answer(value)) for key, value in values.items()]
    history = History(TODAY.day, tuple(events))
    return history, decide(bundled(), "low_back_pain", history, TODAY)


def all_normal() -> dict[str, object]:
    """Return every answer of the assessments that have a normal one, and what else a plain first visit has."""
    found: dict[str, object] = {"patient.born": datetime.date(1984, 5, 1)}
    for assessment in bundled().rulebook("low_back_pain").assessments.values():
        for measure in assessment.measures:
            if measure.normal is not None and not assessment.sided:
                found[measure.key] = measure.normal
    return found | {
        "symptoms.peripheralising": False,
        "symptoms.irritability": "low",
        "nprs.average": 4,
        "walking.minutes": 20,
        "lifestyle.bed_rest": 0,
    }


def test_steroids_do_not_matter_after_a_minor_fall_at_72() -> None:
    known = {
        "patient.born": datetime.date(1953, 11, 1),
        "red_flags.trauma": "minor",
        "red_flags.saddle_numbness": False,
        "red_flags.bladder_change": False,
        "red_flags.both_legs_pain": False,
        "red_flags.leg_weakness": "none",
        "red_flags.fever": False,
        "red_flags.midline_tenderness": False,
    }
    _, decision = first_visit(known)
    assert decision.action == "refer"
    assert asked(decision)[0] == "clearance.fracture_excluded"
    assert "red_flags.steroids_long" not in asked(decision)
    assert "red_flags.bowel_change" in asked(decision)


def test_steroids_matter_after_a_minor_fall_at_41() -> None:
    values = {**all_normal(), "red_flags.trauma": "minor"}
    del values["red_flags.steroids_long"]
    _, decision = first_visit(values, "start")
    assert decision.action == "pause"
    assert need(decision, "red_flags.steroids_long").could_change[0] == "red_flags.fracture.refer"


def test_a_first_visit_with_nothing_answered_asks_for_the_agreement_and_the_screen_only() -> None:
    _, decision = first_visit({})
    ids = asked(decision)
    assert ids[0] == "clearance.start"
    assert {id_.split(".")[0] for id_ in ids[1:]} <= {"red_flags", "patient", "health", "risk_history"}
    assert all(one.proved for one in decision.needs if one.could_change)


def test_with_the_agreement_what_decides_the_stage_is_asked_after_the_screen() -> None:
    _, decision = first_visit({}, "start")
    ids = asked(decision)
    assert ids.index("walking.minutes") > max(
        place for place, id_ in enumerate(ids) if id_.startswith("red_flags.")
    )
    assert "symptoms.nerve_tension" not in ids
    assert "odi.s1" not in ids


def test_a_plain_first_visit_leaves_nothing_to_ask_but_what_is_due() -> None:
    _, decision = first_visit(all_normal(), "start")
    assert decision.action == "start"
    assert [one.id for one in decision.needs if one.kind == "measure" and one.could_change] == []


@pytest.mark.bench
@pytest.mark.parametrize(
    ("values", "cleared", "milliseconds"),
    [({}, (), 60), ({}, ("start",), 60), ({}, ("start", "heavy_loading"), 90), (None, ("start",), 3)],
)
def test_asking_is_quick(
    values: dict[str, object] | None, cleared: tuple[str, ...], milliseconds: float
) -> None:
    history, decision = first_visit(all_normal() if values is None else values, *cleared)
    prepared = prepare(bundled().rulebook("low_back_pain"))
    timeline = fold(history, TODAY)
    times = []
    for _ in range(7):
        facts = Facts(prepared, timeline, TODAY, visit=True)
        begin = process_time()
        needs_of(facts, "visit", decision.tracks, decision.gates, decision.criteria)
        times.append(1000 * (process_time() - begin))
    assert sorted(times)[1] < milliseconds
