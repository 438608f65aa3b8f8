"""Dated facts that a rule waits for are asked, and their details."""

from __future__ import annotations

from engine.asking.making import asked, decided, gate, need, protocol, sound, stage, visit
from engine.tiny import instant
from rehabflow.record.events import Happened

SURGERY = """
[event.surgery]
title = "Operation"
details = { graft = ["patella", "hamstring"] }
"""


def test_an_event_that_a_criterion_counts_from_is_asked() -> None:
    enter = {"enter": {"healed": "weeks_since(surgery) >= 6"}}
    catalog = sound(protocol(stages={"one": stage("one"), "two": stage("two", enter)}, more=SURGERY))
    decision = decided(catalog, visit(0, {}, place="one"))
    found = need(decision, "surgery")
    assert (found.kind, found.proved, found.could_change) == ("event", True, ("stage.two.enter.healed",))


def test_an_event_on_record_is_not_asked() -> None:
    enter = {"enter": {"healed": "weeks_since(surgery) >= 6"}}
    catalog = sound(protocol(stages={"one": stage("one"), "two": stage("two", enter)}, more=SURGERY))
    events = [*visit(0, {}, place="one"), Happened(instant(0), instant(0), "surgery")]
    assert asked(decided(catalog, events)) == []


def test_an_event_that_has_not_happened_may_still_turn_a_rule() -> None:
    gates = [("x", gate("x", "pause", "not happened(surgery)"))]
    catalog = sound(protocol(gates, more=SURGERY))
    decision = decided(catalog, visit(0, {}))
    assert decision.action == "pause"
    assert need(decision, "surgery").proved


def test_a_detail_that_was_not_said_is_asked() -> None:
    gates = [("x", gate("x", "pause", "happened(surgery) and surgery.graft == 'patella'"))]
    catalog = sound(protocol(gates, more=SURGERY))
    events = [*visit(0, {}), Happened(instant(0), instant(0), "surgery")]
    decision = decided(catalog, events)
    assert [(one.id, one.kind) for one in decision.needs] == [("surgery.graft", "event")]
    told = [*visit(0, {}), Happened(instant(0), instant(0), "surgery", {"graft": "hamstring"})]
    assert decided(catalog, told).needs == ()


def test_measures_come_before_events() -> None:
    gates = [
        ("x", gate("x", "emergency", "weeks_since(surgery) < 2 and s.a")),
        ("y", gate("y", "pause", "s.b")),
    ]
    catalog = sound(protocol(gates, more=SURGERY))
    assert asked(decided(catalog, visit(0, {}))) == ["s.a", "s.b", "surgery"]


def test_an_agreement_and_an_event_that_both_hold_the_patient_are_both_asked() -> None:
    gates = [
        ("start", gate("start", "pause", "not cleared('start')")),
        ("x", gate("x", "pause", "not happened(surgery)")),
    ]
    catalog = sound(protocol(gates, more=SURGERY))
    assert asked(decided(catalog, visit(0, {}, clear=()))) == ["clearance.start", "surgery"]
    assert asked(decided(catalog, visit(0, {}))) == ["surgery"]
