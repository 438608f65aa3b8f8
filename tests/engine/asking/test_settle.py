"""A decision that pauses says in one line why, and who must do what."""

from __future__ import annotations

from engine.asking.making import decided, gate, protocol, sound, visit
from rehabflow.engine.decision import Decision

AGREED = ("start", gate("start", "pause", "not cleared('start')"))


def line(decision: Decision) -> str:
    found = [note for note in decision.notes if note.startswith(decision.action.capitalize())]
    assert len(found) == 1
    assert "\n" not in found[0]
    return found[0]


def test_a_missing_agreement() -> None:
    decision = decided(sound(protocol([AGREED])), visit(0, {}, clear=()))
    assert line(decision) == ("Pause: start pause. A physiotherapist or physician may give clearance.start.")


def test_a_missing_answer() -> None:
    decision = decided(
        sound(protocol([("x", gate("x", "emergency", "s.a or s.b"))])), visit(0, {"s.b": False})
    )
    assert line(decision) == "Pause: not known yet: x.emergency. Ask s.a."


def test_a_missing_agreement_and_a_missing_answer() -> None:
    catalog = sound(protocol([AGREED, ("x", gate("x", "emergency", "s.a"))]))
    decision = decided(catalog, visit(0, {}, clear=()))
    assert line(decision) == (
        "Pause: start pause. A physiotherapist or physician may give clearance.start; ask s.a."
    )


def test_many_missing_answers_are_counted_by_assessment() -> None:
    when = "s.a or s.b or s.d or s.n >= 3 or s.k >= 2"
    decision = decided(sound(protocol([("x", gate("x", "emergency", when))])), visit(0, {}))
    assert line(decision) == "Pause: not known yet: x.emergency. Ask s (5 answers)."


def test_a_referral_names_who_sees_the_patient_and_who_ends_it() -> None:
    extra = 'refer_to = { who = "physician", within = "24h" }'
    catalog = sound(protocol([AGREED, ("x", gate("x", "refer", "s.a", extra=extra))]))
    decision = decided(catalog, visit(0, {"s.a": True}, clear=()))
    assert line(decision) == (
        "Refer: x refer. A physician sees the patient within 24h; a physician may give clearance.excluded."
    )


def test_a_referral_says_that_an_emergency_is_not_excluded_and_what_to_ask() -> None:
    catalog = sound(protocol([("x", gate("x", "refer", "s.a")), ("y", gate("y", "emergency", "s.b"))]))
    decision = decided(catalog, visit(0, {"s.a": True}))
    assert line(decision).endswith(" An emergency is not excluded yet: ask s.b before the patient leaves.")
    asked = decided(catalog, visit(0, {"s.a": True, "s.b": False}))
    assert "excluded yet" not in line(asked)


def test_a_pause_that_nobody_can_lift_by_an_agreement_or_answer_says_who_decides() -> None:
    decision = decided(sound(protocol([("x", gate("x", "pause", "s.a"))])), visit(0, {"s.a": True}))
    assert line(decision) == "Pause: x pause. A clinician decides on x.pause."


def test_a_trigger_that_waits_for_a_measure_says_what_ends_it() -> None:
    decision = decided(
        sound(protocol([("x", gate("x", "refer", "s.a", until="s.n <= 1"))])), visit(0, {"s.a": True})
    )
    assert line(decision).startswith("Refer: x refer. x.refer ends when ")


def test_a_decision_that_goes_on_has_no_such_line() -> None:
    decision = decided(sound(protocol([AGREED])), visit(0, {}))
    assert decision.action == "start"
    assert decision.notes == ()
