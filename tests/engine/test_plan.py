"""The plan: what may be given, why not, what is kept, and that limits, rules and people are respected."""

from __future__ import annotations

import pytest

from engine.tiny import CALM, EXERCISES, TINY, Episode, cached_catalog, exercise, planned
from rehabflow.engine.decision import Decision, Rejected

READY = {**CALM, "walk__time": 20, "lifestyle__equipment": frozenset(["mat", "band"])}


def of(text: str, **changes: object) -> Decision:
    """Return the first decision of a changed protocol, in the middle stage."""
    return Episode(cached_catalog(text + EXERCISES)).visit(0, clear=True, **{**READY, **changes})


def rejected(decision: Decision, name: str) -> Rejected:
    """Return why an exercise was not chosen."""
    assert decision.plan is not None
    return next(one for one in decision.plan.rejected if one.exercise == name)


def reasons(decision: Decision, name: str) -> list[str]:
    """Return what is said of an exercise that was not chosen."""
    return [why.say for why in rejected(decision, name).why]


EAGER = TINY.replace(
    'easy = { weight = 1, value = "-exercise.demand" }', 'eager = { weight = 1, value = "2" }'
)
TRUNK = EAGER.replace("choose = [0, 2]", "choose = 2")


def test_a_contraindication_that_may_hold_excludes() -> None:
    assert "curl" in planned(of(TRUNK))
    assert "Not with fragile bone" in reasons(of(TRUNK, health__fragile=True), "curl")
    unknown = Episode(cached_catalog(TRUNK + EXERCISES))
    decision = unknown.visit(
        0, clear=True, **{key: v for key, v in READY.items() if key != "health__fragile"}
    )
    assert rejected(decision, "curl").kind == "excluded"
    assert rejected(decision, "curl").why[0].state == "unknown"


def test_a_precaution_warns_and_does_not_exclude() -> None:
    text = TRUNK.replace('effect = "exclude"', 'effect = "warn"')
    decision = of(text, health__fragile=True)
    assert decision.plan is not None
    curl = next(one for one in decision.plan.exercises if one.exercise == "curl")
    assert curl.warnings == ("Not with fragile bone",)


def test_equipment_not_known_is_none() -> None:
    some = Episode(cached_catalog(TRUNK + EXERCISES))
    answers = {key: value for key, value in READY.items() if key != "lifestyle__equipment"}
    decision = some.visit(0, clear=True, **answers)
    assert "Needs mat" in reasons(decision, "plank")
    assert "curl" in planned(decision)


def test_every_reason_is_kept() -> None:
    decision = of(TINY, health__fragile=True, pain__now=6, walk__time=5)
    said = reasons(decision, "curl")
    assert len(said) >= 2
    assert {"Not with fragile bone", "Much pain: nothing harder"} <= set(said)


def test_nothing_beyond_the_demand_of_the_stage() -> None:
    assert any("above 3, the most of this stage" in say for say in reasons(of(TRUNK), "lift"))


def test_a_session_is_never_longer_than_the_time_there_is() -> None:
    decision = of(TRUNK.replace('minutes = "60"', 'minutes = "8"'))
    assert decision.plan is not None
    assert decision.plan.minutes <= 8
    assert len(planned(decision)) == 2
    assert decision.plan.unfilled != ()


def test_time_not_known_is_the_least() -> None:
    text = TRUNK.replace('minutes = "60"', 'minutes = "lifestyle.time"')
    text += '[assessment.lifestyle.measure.time]\ntype = "number"\nunit = "min/d"\nrange = [5, 60]\ndecimals = 0\n'
    text += 'better = "none"\nvalid_for = "26w"\n'
    assert len(planned(of(text))) == 1
    assert len(planned(of(text, lifestyle__time=30))) == 3


def test_the_plan_stays_the_same_until_something_happens() -> None:
    episode = Episode(cached_catalog(TRUNK + EXERCISES))
    first = planned(episode.visit(0, clear=True, **READY))
    again = episode.visit(14, **READY)
    assert planned(again) == first
    assert again.plan is not None
    assert {one.change for one in again.plan.exercises} == {"kept"}


def test_equipment_that_is_gone_takes_its_exercise_out_with_the_reason() -> None:
    episode = Episode(cached_catalog(TRUNK + EXERCISES))
    episode.visit(0, clear=True, **{**READY, "health__fragile": True})
    decision = episode.visit(
        7, **{**READY, "health__fragile": True, "lifestyle__equipment": frozenset(["mat"])}
    )
    assert decision.plan is not None
    assert [(one.exercise, one.why[0].say) for one in decision.plan.dropped] == [("press", "Needs band")]


def test_what_a_clinician_takes_out_stays_out_until_the_day() -> None:
    episode = Episode(cached_catalog(TRUNK + EXERCISES))
    episode.visit(0, clear=True, **READY)
    episode.remove(1, "curl", until=5)
    assert "curl" not in planned(episode.visit(1, **READY))
    assert "Taken out by physiotherapist: hurts" in reasons(episode.visit(5, **READY), "curl")
    episode.diary(6, "6d", of=6, done=6, ache=1, morning=1, numb=False)
    assert rejected(episode.visit(6, **READY), "curl").kind == "not_best"


def test_exclusion_is_stronger_than_a_pin_and_the_plan_says_so() -> None:
    episode = Episode(cached_catalog(TRUNK + EXERCISES))
    episode.pin(0, "curl")
    decision = episode.visit(0, clear=True, **{**READY, "health__fragile": True})
    assert "curl" not in planned(decision)
    assert decision.plan is not None
    assert any("curl was asked for" in note for note in decision.plan.notes)


def test_a_pin_brings_an_exercise_in() -> None:
    episode = Episode(cached_catalog(TRUNK + EXERCISES))
    without = planned(episode.visit(0, clear=True, **READY))
    left_out = ({"curl", "plank", "press"} - set(without)).pop()
    episode.pin(1, left_out)
    assert left_out in planned(episode.visit(1, **READY))


TOGETHER = """
[rule.paired]
kind = "together"
first = "exercise.id == 'plank'"
then = "exercise.id == 'curl'"
override = ["physiotherapist"]
"""


def test_a_together_rule_pairs_or_excludes() -> None:
    fragile = of(TRUNK + TOGETHER, health__fragile=True)
    assert "plank" not in planned(fragile)
    both = planned(of(TRUNK + TOGETHER))
    assert "plank" not in both or "curl" in both


def test_a_rule_set_aside_by_a_clinician_does_not_hold_and_is_told() -> None:
    episode = Episode(cached_catalog(TRUNK + TOGETHER + EXERCISES))
    episode.override(0, "rule.paired", until=30, by="physiotherapist")
    decision = episode.visit(0, clear=True, **{**READY, "health__fragile": True})
    assert "plank" in planned(decision)
    assert decision.plan is not None
    assert any("rule.paired set aside" in note for note in decision.plan.notes)


def test_an_at_most_rule_holds() -> None:
    rule = '[rule.one]\nkind = "at_most"\ncount = 1\nof = "exercise.role == \'global_stabiliser\'"\n'
    assert len({"curl", "plank", "press"} & set(planned(of(TRUNK + rule)))) == 1


def test_a_before_rule_orders_the_session() -> None:
    rule = (
        '[rule.order]\nkind = "before"\nfirst = "exercise.role == \'global_stabiliser\'"\n'
        "then = \"exercise.role == 'local_stabiliser'\"\n"
    )
    order = planned(of(TRUNK + rule))
    assert len(order) == 3
    assert order[-1] in ("breathe", "brace")


def test_at_most_so_many_are_new_at_a_visit() -> None:
    text = TRUNK.replace("new_at_most = 2", "new_at_most = 1").replace(
        'open_when = "walk >= 15"', 'open_when = "walk >= 30"'
    )
    episode = Episode(cached_catalog(text + EXERCISES))
    assert len(planned(episode.visit(0, clear=True, **READY))) == 1
    for day, number in ((7, 2), (14, 3)):
        episode.diary(day, "7d", of=7, done=7, ache=1, morning=1, numb=False)
        assert len(planned(episode.visit(day, **{**READY, "walk__time": 30}))) == number


def test_nothing_is_added_while_an_answer_about_the_sessions_is_missing() -> None:
    text = TRUNK.replace('open_when = "walk >= 15"', 'open_when = "walk >= 30"')
    episode = Episode(cached_catalog(text + EXERCISES))
    first = planned(episode.visit(0, clear=True, **READY))
    decision = episode.visit(7, **{**READY, "walk__time": 30})
    assert planned(decision) == first
    assert any("nothing is added until it is given" in say for say in reasons(decision, "curl"))


def test_a_slot_once_open_in_a_stage_stays_open() -> None:
    episode = Episode(cached_catalog(TRUNK + EXERCISES))
    first = planned(episode.visit(0, clear=True, **READY))
    assert planned(episode.visit(7, **{**READY, "walk__time": 12})) == first


FINDING = """
[finding.weak_hips]
when = "walk < 30"
severity = { 3 = "walk < 12", 1 = "else" }
targets = ["control:hips"]
say = "Weak hips"
"""


def test_a_serious_finding_is_addressed_ahead_of_every_score() -> None:
    hips = exercise("hips", trains="control:hips", demand=3)
    text = TINY.replace("choose = [1, 2]", "choose = 1")
    serious = Episode(cached_catalog(text + FINDING + EXERCISES + hips.replace("demand = 3", "demand = 2")))
    assert planned(serious.visit(0, clear=True, **CALM)) == ["hips"]
    mild = Episode(cached_catalog(text + FINDING + EXERCISES + hips.replace("demand = 3", "demand = 2")))
    assert planned(mild.visit(0, clear=True, **{**CALM, "walk__time": 20, "pain__now": 5})) == ["breathe"]


LIMIT = """
[limit.bend]
title = "Bending"
joint = "lumbar"
unit = "deg"
[gate.tight]
title = "Tight"
[gate.tight.restrict]
when = "health.fragile"
cap = { bend = "40 deg" }
say = "No bending past 40 degrees"
"""


def test_a_cap_clamps_excludes_and_takes_those_that_do_not_say() -> None:
    far = exercise("far", extra="needs = { bend = [60, 90] }")
    near = exercise("near", extra="needs = { bend = [10, 90] }")
    text = EAGER.replace("choose = [1, 2]", "choose = 2") + LIMIT + EXERCISES + far + near
    decision = Episode(cached_catalog(text)).visit(0, clear=True, **{**CALM, "health__fragile": True})
    assert planned(decision) == ["near"]
    assert decision.plan is not None
    assert decision.plan.exercises[0].dose.caps == {"bend": "40 deg"}
    assert reasons(decision, "far") == ["No bending past 40 degrees"]
    assert "No bending past 40 degrees" in reasons(decision, "breathe")


@pytest.mark.parametrize(("most", "caps"), [(41, {"bend": "40 deg"}), (40, {}), (0, {})])
def test_a_cap_is_told_only_where_it_takes_something_away(most: int, caps: dict[str, str]) -> None:
    near = exercise("near", extra=f"needs = {{ bend = [0, {most}] }}")
    text = EAGER.replace("choose = [1, 2]", "choose = 2") + LIMIT + EXERCISES + near
    decision = Episode(cached_catalog(text)).visit(0, clear=True, **{**CALM, "health__fragile": True})
    assert decision.plan is not None
    assert decision.plan.exercises[0].dose.caps == caps


def test_every_reason_has_its_place_values_dates_and_evidence() -> None:
    decision = Episode().visit(0, clear=True, **{**CALM, "pain__now": 6})
    why = next(one.reason for one in decision.gates if one.address == "sore.restrict")
    assert why.place is not None
    assert why.place.address == "gate.sore.restrict"
    assert why.evidence is not None
    assert why.evidence.basis == "consensus"
    assert [(value.name, value.text) for value in why.values] == [("pain.now", "6")]
    assert why.values[0].at == decision.at
    assert why.english


def test_every_exercise_that_is_not_chosen_says_why() -> None:
    decision = of(TRUNK)
    assert decision.plan is not None
    listed = {one.exercise for one in decision.plan.rejected} | set(planned(decision))
    assert listed == set(cached_catalog(TRUNK + EXERCISES).rulebook("tiny").exercises)
    assert all(one.why for one in decision.plan.rejected if one.kind == "excluded")
