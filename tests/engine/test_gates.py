"""Gates: what triggers, what acts, what ends it."""

from __future__ import annotations

import pytest

from engine.tiny import CALM, EXERCISES, TINY, Episode, catalog_of, gate, instant, planned
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision


def test_an_emergency_is_not_undone_by_a_later_no() -> None:
    episode = Episode()
    assert episode.visit(0, clear=True, **{**CALM, "screen__alarm": True}).action == "emergency"
    assert episode.visit(3, **CALM).action == "emergency"


def test_the_reason_of_an_emergency_is_what_triggered_it_not_what_was_said_since() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    decision = episode.visit(3, **CALM)
    why = next(one.reason for one in decision.gates if one.address == "alarm.emergency")
    assert [(value.name, value.text, value.at) for value in why.values] == [
        ("screen.alarm", "yes", instant(0))
    ]


def test_an_emergency_does_not_fade_when_its_answer_goes_stale() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    assert episode.visit(40, **CALM).action == "emergency"


def test_until_counts_only_what_is_later_than_the_trigger() -> None:
    episode = Episode()
    episode.clear(0, "excluded")
    decision = episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    assert decision.action == "emergency"
    episode.clear(1, "excluded")
    assert episode.visit(1, **CALM).action == "start"


def test_until_at_an_earlier_time_of_the_same_day_does_not_count() -> None:
    episode = Episode()
    episode.visit(0, "10:00", clear=True, **{**CALM, "screen__alarm": True})
    episode.clear(0, "excluded", time="09:00")
    assert episode.visit(0, "11:00", **CALM).action == "emergency"
    episode.clear(0, "excluded", time="12:00")
    assert episode.visit(0, "13:00", **CALM).action == "start"


def test_the_same_entry_does_not_trigger_again_after_until() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    episode.clear(2, "excluded")
    assert episode.decide(2, kind="between").action == "stay"
    assert gate(episode.decide(3, kind="between"), "alarm.emergency") == "clear"


def test_an_exclusion_taken_back_ends_nothing() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    episode.clear(2, "excluded")
    assert episode.visit(3, **CALM).action == "start"
    episode.withdraw(5, "clearance.excluded")
    assert episode.visit(6, **CALM).action == "emergency"
    episode.clear(7, "excluded")
    assert gate(episode.visit(7, **CALM), "alarm.emergency") == "clear"


def test_a_newer_yes_triggers_again() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    episode.clear(2, "excluded")
    assert episode.visit(3, **CALM).action == "start"
    assert episode.visit(5, **{**CALM, "screen__alarm": True}).action == "emergency"
    assert episode.visit(6, **CALM).action == "emergency"


def test_a_correction_of_the_entry_that_raised_it_lowers_it() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    episode.correct(1, "screen.alarm", on=0, to=False)
    assert episode.visit(1, **CALM).action == "start"


def test_an_emergency_that_a_correction_takes_away_is_not_forgotten() -> None:
    episode = Episode()
    alarmed = episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    assert alarmed.action == "emergency"
    assert alarmed.notes[0].startswith("Emergency:")
    episode.correct(1, "screen.alarm", on=0, to=False)
    note = f"A correction made since takes away the emergency of {instant(0)}: make sure that it was an entry error"
    assert note in episode.visit(1, **CALM).notes
    assert note in episode.visit(2, **CALM).notes


def test_a_correction_of_something_else_says_nothing_of_an_emergency() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    episode.correct(1, "pain.now", on=0, to=2)
    decision = episode.visit(1, **CALM)
    assert decision.action == "emergency"
    assert not any("takes away" in note for note in decision.notes)


def test_an_emergency_cannot_be_overridden() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    episode.override(1, "alarm.emergency", until=30)
    decision = episode.visit(1, **CALM)
    assert decision.action == "emergency"
    assert not any(one.overridden for one in decision.gates)


def test_an_answer_never_given_pauses_until_it_is_given() -> None:
    episode = Episode()
    unasked = {key: value for key, value in CALM.items() if key != "screen__alarm"}
    decision = episode.visit(0, clear=True, **unasked)
    assert (decision.action, gate(decision, "alarm.emergency")) == ("pause", "unknown")
    assert "screen.alarm" in [need.id for need in decision.needs]
    assert episode.visit(1, **CALM).action == "start"


def test_a_withdrawn_answer_is_not_answered_by_a_later_no() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    episode.withdraw(1, "screen.alarm")
    decision = episode.visit(3, **CALM)
    assert (decision.action, gate(decision, "alarm.emergency")) == ("pause", "unknown")
    episode.correct(4, "screen.alarm", on=0, to=False)
    assert episode.visit(4, **CALM).action == "start"


def test_a_diary_answer_left_blank_keeps_the_gate_unknown_until_it_is_given() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    assert episode.session(1, ache=1, numb=False).action == "stay"
    decision = episode.session(2, ache=1)
    assert (decision.action, gate(decision, "numb.emergency")) == ("pause", "unknown")
    assert episode.visit(20, **CALM).action == "pause"
    episode.correct(21, "session.numb", on=2, to=False)
    assert episode.visit(21, **CALM).action == "stay"


def test_a_day_without_an_entry_is_no_alarm() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    decision = episode.decide(5, kind="between")
    assert gate(decision, "numb.emergency") == "clear"


def test_unknown_parts_that_do_not_matter_do_not_pause() -> None:
    episode = Episode()
    decision = episode.visit(0, clear=True, **{**CALM, "screen__worry": True, "pain__now": 3})
    assert gate(decision, "worry.refer") == "clear"
    unknown_pain = {key: value for key, value in CALM.items() if key != "pain__now"}
    assert gate(Episode().visit(0, **unknown_pain), "worry.refer") == "clear"
    asked = {**unknown_pain, "screen__worry": True}
    assert gate(Episode().visit(0, **asked), "worry.refer") == "unknown"


def test_a_clearance_expires_after_its_last_day() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    late = {**CALM, "health__fragile": False}
    assert episode.visit(84, **late).action == "stay"
    assert episode.visit(85, **late).action == "pause"


def test_a_clearance_that_is_withdrawn_does_not_count() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.withdraw(3, "clearance.start")
    assert episode.visit(3, **CALM).action == "pause"


@pytest.mark.parametrize(
    ("by", "works"), [("physician", True), ("surgeon", True), ("physiotherapist", False)]
)
def test_an_override_needs_the_named_profession(by: str, works: bool) -> None:
    episode = Episode()
    episode.override(0, "sore.restrict", until=10, by=by)
    decision = episode.visit(0, clear=True, **{**CALM, "pain__now": 6})
    result = next(one for one in decision.gates if one.address == "sore.restrict")
    assert result.overridden is works
    assert result.acts is (Effect.NONE if works else Effect.RESTRICT)
    assert ("brace" in allowed(decision)) is works


def test_an_override_ends_by_its_day() -> None:
    episode = Episode()
    episode.override(0, "sore.restrict", until=3)
    sore = {**CALM, "pain__now": 6}
    episode.visit(0, clear=True, **sore)
    assert gate_acts(episode.visit(3, **sore), "sore.restrict") is Effect.NONE
    assert gate_acts(episode.visit(4, **sore), "sore.restrict") is Effect.RESTRICT


def test_unknown_restrict_and_caution_act_as_themselves() -> None:
    episode = Episode()
    some = {key: value for key, value in CALM.items() if key not in ("pain__now", "health__fragile")}
    decision = episode.visit(0, clear=True, **some)
    acts = {one.address: one.acts for one in decision.gates}
    assert acts["sore.restrict"] is Effect.RESTRICT
    assert acts["fragile.caution"] is Effect.CAUTION
    assert decision.action == "start"
    assert "brace" not in allowed(decision)


def test_excluding_gate_takes_a_running_exercise_out_between_visits() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.pin(1, "brace")
    assert planned(episode.visit(1, **CALM)) == ["brace"]
    episode.observe(2, pain__now=6)
    assert planned(episode.decide(2, kind="between")) == []


def test_the_same_gates_in_another_order_decide_the_same() -> None:
    gates = TINY[TINY.index("[gate.alarm]") : TINY.index("[caution.bend]")]
    parts = ["[gate." + part for part in gates.split("[gate.") if part]
    blocks = ["".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    turned = TINY.replace(gates, "".join(reversed(blocks)))
    assert turned != TINY
    answers = {**CALM, "pain__now": 6}
    one = Episode().visit(0, clear=True, **answers)
    other = Episode(catalog_of(turned + EXERCISES)).visit(0, clear=True, **answers)
    assert [g.address for g in one.gates] == [g.address for g in other.gates]
    assert one.recorded == other.recorded


def gate_acts(decision: Decision, address: str) -> Effect:
    """Return the effect a gate level has now."""
    return next(one.acts for one in decision.gates if one.address == address)


def allowed(decision: Decision) -> set[str]:
    """Return the exercises that are not excluded."""
    assert decision.plan is not None
    excluded = {one.exercise for one in decision.plan.rejected if one.kind == "excluded"}
    return {"breathe", "brace", "curl", "plank", "press", "lift"} - excluded
