"""Where the engine was wrong and the oracle of `tests/spec` said so: each stays right."""

from __future__ import annotations

from typing import Any

from engine.tiny import CALM, EXERCISES, TINY, Episode, catalog_of, exercise, gate, instant, planned
from rehabflow.engine.decision import Decision, Reason
from rehabflow.record.events import Did, Visited

GOOD: dict[str, Any] = {"ache": 1, "morning": 1, "numb": False}
ALL = {"breathe": Did(True), "brace": Did(True)}
WALKS: dict[str, Any] = {**CALM, "walk__time": 12}

BRIDGE = exercise("bridge", demand=2)
OTHER_TRACK = """
[track.side]
title = "Side"
stages = ["other"]
[stage.other]
title = "Other"
dose = "settle"
max_demand = 1
leave = { never = "walk > 59" }
"""


def with_gate(when: str, until: str, level: str = "refer") -> Episode:
    """Return an episode with one more gate."""
    lines = [
        '[gate.more]\ntitle = "More"',
        f'[gate.more.{level}]\nwhen = "{when}"\nuntil = "{until}"\nsay = "S"\ntell = "T"',
    ]
    return Episode(catalog_of(TINY + "\n".join(lines) + EXERCISES))


def with_flare(when: str) -> Episode:
    """Return an episode whose middle stage has one regress criterion."""
    flares = 'flare = "streak(session.ache > 6) >= 2"\nalarm = "pain >= 9"'
    return Episode(catalog_of(TINY.replace(flares, f'flare = "{when}"', 1) + EXERCISES))


# -- evidence


def test_a_session_that_was_not_done_is_no_new_evidence_for_old_flares() -> None:
    episode = with_flare("times(session.ache > 6, last='14d') >= 2")
    episode.visit(0, clear=True, **WALKS)
    episode.session(1, **{**GOOD, "ache": 8})
    assert episode.session(2, **{**GOOD, "ache": 8}).action == "regress"
    assert episode.visit(3, **WALKS).stage == "middle"
    assert episode.session(4, done=0, **GOOD).action == "stay"
    assert episode.session(5, **GOOD).action == "regress"


def test_counted_sessions_are_evidence() -> None:
    episode = with_flare("sessions_done(last='3d') >= 3")
    episode.visit(0, clear=True, **WALKS)
    episode.session(1, **GOOD)
    assert episode.session(2, **GOOD).action == "stay"
    assert episode.session(3, **GOOD).action == "regress"


def test_a_counted_session_triggers_again() -> None:
    episode = with_gate("sessions_done(last='2d') >= 2", "cleared('excluded')")
    episode.visit(0, clear=True, **CALM)
    episode.session(1, **GOOD)
    assert episode.session(2, **GOOD).action == "refer"
    episode.clear(2, "excluded", time="20:00")
    assert gate(episode.decide(2, "20:00", "between"), "more.refer") == "clear"
    assert episode.session(3, **GOOD).action == "refer"


def test_time_passes_also_over_sessions_that_were_not_done() -> None:
    episode = with_flare("stage.days >= 5")
    episode.visit(0, clear=True, **WALKS)
    assert episode.session(4, done=0, **GOOD).action == "stay"
    assert episode.session(5, done=0, **GOOD).action == "regress"


def test_time_passes_within_a_day() -> None:
    episode = with_flare("stage.hours >= 100")
    episode.visit(0, "09:00", clear=True, **WALKS)
    assert episode.session(5, "08:00", **GOOD).action == "stay"
    assert episode.decide(5, "20:00", "between").action == "regress"


def test_that_something_happened_once_is_no_passing_of_time() -> None:
    event = '[event.fall]\ntitle = "A fall"\n'
    for when, action in (("happened(fall)", "stay"), ("days_since(fall) >= 5", "regress")):
        flares = 'flare = "streak(session.ache > 6) >= 2"\nalarm = "pain >= 9"'
        text = event + TINY.replace(flares, f'flare = "{when}"', 1)
        episode = Episode(catalog_of(text + EXERCISES))
        episode.happened(0, "fall")
        episode.visit(0, clear=True, **WALKS)
        assert episode.visit(6, **WALKS).action == action, when


# -- what ends a trigger, and what raises it again


def test_a_gate_raised_by_time_alone_ends_by_its_until() -> None:
    episode = with_gate("episode.days > 10", "cleared('excluded')")
    episode.visit(0, clear=True, **CALM)
    assert episode.visit(11, **CALM).action == "refer"
    episode.clear(12, "excluded")
    assert gate(episode.visit(12, **CALM), "more.refer") == "clear"
    assert gate(episode.visit(13, **CALM), "more.refer") == "clear"


def test_what_was_never_given_triggers_once() -> None:
    episode = with_gate("not cleared('excluded')", "days_since(trigger) >= 2")
    assert episode.visit(0, clear=True, **CALM).action == "refer"
    assert episode.visit(1, **CALM).action == "refer"
    assert gate(episode.visit(2, **CALM), "more.refer") == "clear"


def test_sessions_before_the_trigger_do_not_end_it() -> None:
    for until in (
        "streak(session.ache <= 3) >= 2",
        "worst(session.ache) <= 3",
        "sessions_done() >= 2",
        "adherence() >= 60",
        "not (times(session.ache > 3, last='7d') >= 1)",
    ):
        episode = with_gate("walk > 40", until)
        episode.visit(0, clear=True, **CALM)
        episode.session(1, **GOOD)
        episode.session(2, **GOOD)
        assert episode.visit(3, **{**CALM, "walk__time": 50}).action == "refer", until
        assert episode.visit(4, **CALM).action == "refer", until
        assert gate(episode.session(5, **GOOD), "more.refer") == "clear", until


def test_visits_before_the_trigger_do_not_end_it() -> None:
    for until in ("worst(pain, last='7d') <= 3", "times(pain <= 3, of='pain') >= 2"):
        episode = with_gate("walk > 40", until)
        episode.visit(0, clear=True, **CALM)
        episode.visit(1, **CALM)
        assert episode.visit(2, **{**CALM, "walk__time": 50}).action == "refer", until
        episode.observe(3, walk__time=10)
        assert episode.decide(3, kind="between").action == "refer", until
        assert gate(episode.visit(4, **CALM), "more.refer") == "clear", until


# -- answers that are open


def test_two_answers_of_one_instant_are_not_settled_by_a_later_no() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "screen__alarm": True})
    episode.observe(0, screen__alarm=False)
    assert gate(episode.look(0), "alarm.emergency") == "unknown"
    assert gate(episode.visit(3, **CALM), "alarm.emergency") == "unknown"
    episode.correct(4, "screen.alarm", on=0, to=False)
    assert gate(episode.visit(4, **CALM), "alarm.emergency") == "clear"


def test_what_may_have_triggered_may_have_triggered_again() -> None:
    episode = with_gate("best(session.ache) >= 7 and walk < 30", "days_since(trigger) >= 6", "pause")
    episode.visit(0, clear=True, **CALM)
    episode.session(1, morning=1, numb=False)
    episode.visit(5, **CALM)
    assert gate(episode.visit(7, **CALM), "more.pause") == "unknown"
    assert gate(episode.session(8, **GOOD), "more.pause") == "unknown"
    assert gate(episode.visit(14, **CALM), "more.pause") == "clear"


def test_what_was_settled_as_possible_may_still_surely_trigger() -> None:
    bad = "count(times(session.morning > 5) >= 1, walk > 40, health.fragile) >= 2"
    episode = with_gate(bad, "cleared('excluded')")
    episode.visit(0, clear=True, **{**CALM, "walk__time": 50, "health__fragile": None})
    assert gate(episode.session(1, **{**GOOD, "morning": 8}), "more.refer") == "unknown"
    episode.clear(2, "excluded")
    assert gate(episode.decide(2, kind="between"), "more.refer") == "unknown"


def test_an_open_answer_that_is_out_of_date_leaves_nothing_open() -> None:
    episode = with_gate("pain > 8 and walk > 40", "cleared('excluded')")
    episode.visit(0, clear=True, **CALM)
    episode.observe(0, pain__now=9)
    episode.visit(25, screen__alarm=False, screen__worry=False, walk__time=50)
    assert gate(episode.visit(26, **CALM), "more.refer") == "clear"


def test_a_line_whose_worst_may_be_bad_leaves_the_answer_open() -> None:
    episode = with_gate("times(session.ache > 5, last='7d') >= 1", "cleared('excluded')")
    episode.visit(0, clear=True, **CALM)
    episode.diary(7, "7d", of=5, done=5, ache=8, morning=1, numb=False)
    assert gate(episode.visit(7, **CALM), "more.refer") == "unknown"
    assert gate(episode.visit(20, **CALM), "more.refer") == "unknown"
    episode.clear(21, "excluded")
    assert gate(episode.visit(21, **CALM), "more.refer") == "clear"


# -- corrections


def test_what_is_withdrawn_is_the_newest_entry_also_of_the_same_visit() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.add(Visited(instant(3), instant(3)))
    episode.observe(3, **{**CALM, "walk__time": 45})
    episode.withdraw(3, "walk.time")
    assert episode.decide(3, kind="visit").action == "stay"


def test_what_is_recorded_after_a_withdrawal_or_correction_is_not_touched_by_it() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **{**CALM, "walk__time": 5})
    episode.visit(5, **{**CALM, "walk__time": 7})
    episode.withdraw(6, "walk.time")
    episode.correct(6, "pain.now", on=5, to=2)
    episode.observe(7, on=6, walk__time=12)
    episode.observe(7, on=5, pain__now=4)
    values = {value.name: value.text for reason in _entered(episode) for value in reason.values}
    assert values["walk.time"] == "12 min"
    assert values["pain.now"] == "2 to 4"


def _entered(episode: Episode) -> list[Reason]:
    decision = episode.look(7, kind="visit")
    return [one.reason for one in decision.criteria if one.address.startswith("stage.middle.enter")]


# -- doses


def test_a_break_is_a_step_down_also_where_a_new_stage_begins() -> None:
    text = TINY.replace('dose = "settle"', 'dose = "control"')
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    episode.session(1, did=ALL, **GOOD)
    episode.visit(2, **CALM)
    episode.place(20, "middle")
    decision = episode.visit(20, **WALKS)
    assert decision.plan is not None
    assert [(one.change, one.dose.index) for one in decision.plan.exercises] == [("eased", 0)]


def test_sessions_of_the_stage_before_are_no_break() -> None:
    text = TINY.replace('dose = "settle"', 'dose = "control"')
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    episode.session(1, did=ALL, **GOOD)
    episode.visit(2, **CALM)
    for day in (8, 14, 20):
        episode.session(day, did={"breathe": Did(False)}, **GOOD)
    assert episode.visit(21, **WALKS).stage == "middle"
    decision = episode.visit(22, **WALKS)
    assert decision.plan is not None
    assert [(one.change, one.dose.index) for one in decision.plan.exercises] == [("kept", 1)]


def test_nothing_is_added_while_to_stop_hangs_on_an_answer_though_easing_is_due() -> None:
    stop = TINY.replace('when = "session.numb"', 'when = "session.morning > 8"')
    episode = Episode(catalog_of(stop.replace("choose = [1, 2]", "choose = 2") + BRIDGE + EXERCISES))
    small = {**CALM, "pain__now": 6}
    assert planned(episode.visit(0, clear=True, **small)) == ["breathe"]
    episode.session(1, did=ALL, ache=6, numb=False)
    assert planned(episode.visit(3, **CALM)) == ["breathe"]
    assert len(planned(episode.session(4, did=ALL, **GOOD))) == 1
    assert len(planned(episode.visit(5, **CALM))) == 2


def test_a_shorter_removal_does_not_end_a_longer_one() -> None:
    episode = Episode()
    episode.remove(0, "breathe")
    episode.remove(1, "breathe", until=2)
    assert "breathe" not in planned(episode.visit(3, clear=True, **CALM))
    episode.pin(4, "breathe")
    assert "breathe" in planned(episode.visit(4, **CALM))


def test_a_response_counts_the_sessions_of_its_exercise() -> None:
    text = TINY.replace('dose = "settle"', 'dose = "control"')
    easing = text.replace('when = "session.ache > 5"', 'when = "sessions_done() >= 3"')
    episode = Episode(catalog_of(easing + EXERCISES))
    assert planned(episode.visit(0, clear=True, **CALM)) == ["breathe"]
    episode.session(1, did=ALL, **GOOD)
    assert changes(episode.visit(2, **CALM)) == ["progressed"]
    episode.session(3, did={"brace": Did(all_steps=True)}, **GOOD)
    assert changes(episode.session(4, **GOOD)) == ["kept"]
    assert changes(episode.session(6, **GOOD)) == ["eased"]


def changes(decision: Decision) -> list[str]:
    assert decision.plan is not None
    return [one.change for one in decision.plan.exercises]


# -- seen from elsewhere


def test_a_parameter_that_reads_old_answers_does_not_lend_them_to_an_until() -> None:
    limit = """
        [parameter.limit]
        unit = "{score}"
        stricter = "lower"
        value = [["health.fragile", 2], ["else", 4]]
        """
    gate_text = """
        [gate.more]
        title = "More"
        [gate.more.refer]
        when = "walk > 40"
        until = "pain <= limit and not health.fragile"
        say = "S"
        tell = "T"
        """
    episode = Episode(catalog_of(TINY + limit + gate_text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    assert episode.visit(1, **{**CALM, "walk__time": 50}).action == "refer"
    fresh = {key: value for key, value in CALM.items() if key != "health__fragile"}
    assert episode.visit(2, **fresh).action == "refer"
    assert gate(episode.visit(3, **CALM), "more.refer") == "clear"


# -- tracks


def test_a_level_of_one_track_excludes_nothing_from_the_others() -> None:
    excluding = 'exclude = "exercise.demand >= 2"'
    assert excluding in TINY
    sore = {**CALM, "pain__now": 6}
    both = Episode().visit(0, clear=True, **sore)
    side = TINY.replace(excluding, excluding + '\ntracks = ["side"]') + OTHER_TRACK
    one = Episode(catalog_of(side + EXERCISES)).visit(0, clear=True, **sore)
    assert ("brace", "excluded") in rejected(both)
    assert ("brace", "excluded") not in rejected(one)


def rejected(decision: Decision) -> set[tuple[str, str]]:
    """Return which exercises the main track's first slot rejected, and how."""
    assert decision.plan is not None
    return {(one.exercise, one.kind) for one in decision.plan.rejected if one.slot == "wake"}
