"""Clearances come first: those that would change what holds now, with who may give them."""

from __future__ import annotations

from engine.asking.making import asked, decided, gate, need, protocol, sound, stage, visit

AGREED = ("start", gate("start", "pause", "not cleared('start')"))


def test_an_agreement_that_lifts_the_pause_comes_before_every_answer() -> None:
    catalog = sound(protocol([AGREED, ("x", gate("x", "emergency", "s.a"))]))
    decision = decided(catalog, visit(0, {}, clear=()))
    assert asked(decision) == ["clearance.start", "s.a"]
    found = need(decision, "clearance.start")
    assert (found.kind, found.who, found.could_change, found.proved) == (
        "clearance", ("physiotherapist", "physician"), ("start.pause",), True,
    )  # fmt: skip


def test_an_agreement_that_was_given_is_not_asked() -> None:
    catalog = sound(protocol([AGREED]))
    assert asked(decided(catalog, visit(0, {}))) == []


def test_an_agreement_that_a_stricter_gate_makes_useless_is_not_asked() -> None:
    catalog = sound(protocol([AGREED, ("x", gate("x", "emergency", "s.a"))]))
    decision = decided(catalog, visit(0, {"s.a": True}, clear=()))
    assert decision.action == "emergency"
    assert asked(decision) == ["clearance.excluded"]


def test_the_clearance_that_ends_a_trigger_is_asked() -> None:
    catalog = sound(protocol([("x", gate("x", "refer", "s.a"))]))
    decision = decided(catalog, visit(0, {"s.a": True}))
    assert asked(decision) == ["clearance.excluded"]
    assert need(decision, "clearance.excluded").who == ("physician",)


def test_a_clearance_that_does_not_end_a_trigger_by_itself_is_not_asked() -> None:
    until = "cleared('excluded') and s.n <= 1"
    catalog = sound(protocol([("x", gate("x", "refer", "s.a", until=until))]))
    assert asked(decided(catalog, visit(0, {"s.a": True, "s.n": 4}))) == []


def test_where_it_is_not_known_whether_a_gate_holds_that_is_asked_first() -> None:
    catalog = sound(protocol([("x", gate("x", "pause", "s.a and not cleared('excluded')"))]))
    assert asked(decided(catalog, visit(0, {}))) == ["s.a"]
    assert asked(decided(catalog, visit(0, {"s.a": True}))) == ["clearance.excluded"]


def test_an_agreement_that_a_criterion_waits_for_is_asked_once_all_else_is_met() -> None:
    enter = {"enter": {"agreed": "cleared('excluded')", "calm": "s.n <= 2"}}
    catalog = sound(protocol(stages={"one": stage("one"), "two": stage("two", enter)}))
    met = decided(catalog, visit(0, {"s.n": 1}, place="one"))
    assert asked(met) == ["clearance.excluded"]
    assert need(met, "clearance.excluded").could_change == ("stage.two.enter.agreed",)
    assert asked(decided(catalog, visit(0, {"s.n": 4}, place="one"))) == []


def test_while_answers_hold_the_patient_lighter_agreements_wait() -> None:
    gates = [("x", gate("x", "emergency", "s.a")), ("y", gate("y", "restrict", "not cleared('excluded')"))]
    catalog = sound(protocol(gates))
    assert asked(decided(catalog, visit(0, {}))) == ["s.a"]
    assert asked(decided(catalog, visit(0, {"s.a": False}))) == ["clearance.excluded"]


def test_two_agreements_that_both_hold_the_patient_are_both_asked() -> None:
    gates = [AGREED, ("heart", gate("heart", "pause", "s.a and not cleared('excluded')"))]
    catalog = sound(protocol(gates))
    decision = decided(catalog, visit(0, {"s.a": True}, clear=()))
    assert asked(decision) == ["clearance.excluded", "clearance.start"]
    assert asked(decided(catalog, visit(0, {"s.a": True}))) == ["clearance.excluded"]


def test_an_agreement_is_not_asked_where_another_rule_of_the_same_gate_level_holds_anyway() -> None:
    catalog = sound(protocol([AGREED, ("x", gate("x", "pause", "s.a"))]))
    assert asked(decided(catalog, visit(0, {"s.a": True}, clear=()))) == []


def test_the_agreement_of_the_stricter_gate_comes_first() -> None:
    enter = {"enter": {"agreed": "cleared('start')"}}
    gates = [("x", gate("x", "restrict", "not cleared('excluded')"))]
    catalog = sound(protocol(gates, {"one": stage("one"), "two": stage("two", enter)}))
    decision = decided(catalog, visit(0, {}, clear=(), place="one"))
    assert asked(decision) == ["clearance.excluded", "clearance.start"]
