"""Several open episodes of one patient: what one forbids, the other does not permit; nothing that frees is told."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.test_plan import LIMIT
from engine.tiny import (
    CALM,
    EXERCISES,
    TINY,
    Episode,
    cached_catalog,
    catalog_of,
    exercise,
    gate,
    instant,
    planned,
)
from rehabflow.catalog import Catalog
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import ACTIONS, Decision, GateResult
from rehabflow.engine.others import told_by
from rehabflow.record.elsewhere import Ceiling, Elsewhere, OtherEpisode, Restraint
from rehabflow.record.events import Visited

SHARED = TINY.replace(
    '[assessment.health.measure.fragile]\ntype = "yes_no"',
    '[assessment.health.measure.fragile]\ntype = "yes_no"\nscope = "patient"',
)


@lru_cache
def shared() -> Catalog:
    return catalog_of(SHARED + EXERCISES)


def told(other: Episode, day: int, listener: Catalog | None = None, *, name: str = "") -> OtherEpisode:
    rulebook = other.catalog.rulebook("tiny")
    listening = (listener or other.catalog).rulebook("tiny")
    return told_by(rulebook, other.history, instant(day), listening, name=name)


def visit(episode: Episode, day: int, *others: OtherEpisode, **values: object) -> Decision:
    """Record a visit and decide with what other episodes ask for; the decision is not recorded."""
    at = instant(day)
    episode.add(Visited(at, at)).clear(day).observe(day, "", None, **values)
    return decide(episode.catalog, "tiny", episode.history, instant(day), kind="visit", others=others)


def level(decision: Decision, address: str) -> GateResult:
    return next(one for one in decision.gates if one.address == address)


def calm() -> Episode:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    return episode


def test_without_others_nothing_changes() -> None:
    episode = calm()
    alone = episode.look(1, kind="between")
    assert decide(episode.catalog, "tiny", episode.history, instant(1), kind="between", others=()) == alone


def test_another_open_episode_is_a_caution_and_takes_its_minutes() -> None:
    other = told(calm(), 0)
    assert other.minutes > 0
    decision = visit(Episode(), 0, other, **CALM)
    caution = level(decision, "others.tiny")
    assert caution.acts is Effect.CAUTION
    assert caution.reason.say == (
        f"Another episode is open: A small protocol; its plan takes {other.minutes} minutes a day"
    )


def test_minutes_subtract() -> None:
    catalog = catalog_of(TINY.replace('minutes = "60"', 'minutes = "10"') + EXERCISES)
    alone = Episode(catalog).visit(0, clear=True, **CALM)
    assert alone.plan is not None
    assert alone.plan.minutes > 0
    full = OtherEpisode("knee", "Knee", 10)
    assert planned(visit(Episode(catalog), 0, full, **CALM)) == []


@pytest.mark.parametrize(
    ("values", "action"),
    [({"screen__alarm": True}, "emergency"), ({"screen__worry": True, "pain__now": 8}, "refer")],
)
def test_an_emergency_or_referral_of_one_is_one_of_all(values: dict[str, object], action: str) -> None:
    ill = Episode()
    ill.visit(0, clear=True, **{**CALM, **values})
    decision = visit(Episode(), 1, told(ill, 1), **CALM)
    assert decision.action == action
    assert decision.plan is None
    assert any("asked for by another episode: A small protocol" in why.say for why in decision.reasons)


def test_a_pause_of_one_pauses_the_other_until_it_is_settled_there() -> None:
    unsettled = Episode()
    unsettled.visit(0, **CALM)
    assert visit(Episode(), 1, told(unsettled, 1), **CALM).action == "pause"
    unsettled.clear(2)
    assert visit(Episode(), 2, told(unsettled, 2), **CALM).action == "start"


def test_what_is_unknown_there_acts_here_too() -> None:
    silent = Episode()
    silent.visit(0, clear=True, **{key: value for key, value in CALM.items() if key != "screen__alarm"})
    decision = visit(Episode(), 0, told(silent, 0), **CALM)
    assert (decision.action, gate(decision, "others.tiny.alarm.emergency")) == ("pause", "unknown")


def test_exclusions_add_up() -> None:
    walking = {**CALM, "pain__now": 1, "walk__time": 20, "lifestyle__equipment": frozenset(["mat", "band"])}
    sore = Episode()
    sore.visit(0, clear=True, **{**CALM, "pain__now": 6})
    other = told(sore, 0)
    [restraint] = other.restraints
    exercises = sore.catalog.rulebook("tiny").exercises.items()
    hard = {name for name, rule in exercises if rule.definition.demand >= 2}
    assert set(restraint.exclude) == hard
    strong = catalog_of(TINY.replace("choose = [0, 2]", "choose = 2") + EXERCISES)
    assert hard & set(planned(visit(Episode(strong), 0, **walking)))
    decision = visit(Episode(strong), 0, other, **walking)
    assert not hard & set(planned(decision))
    assert level(decision, "others.tiny.sore.restrict").no_progress


LIMITED = TINY + LIMIT + EXERCISES + exercise("near", extra="needs = { bend = [10, 90] }")


@lru_cache
def limited(most: int) -> Catalog:
    return catalog_of(LIMITED.replace('"40 deg"', f'"{most} deg"'))


def fragile(most: int) -> Episode:
    episode = Episode(limited(most))
    episode.visit(0, clear=True, **{**CALM, "health__fragile": True})
    return episode


@pytest.mark.parametrize(("own", "theirs", "in_force"), [(40, 30, "30 deg"), (30, 40, "30 deg")])
def test_of_two_caps_the_tighter_counts(own: int, theirs: int, in_force: str) -> None:
    other = told(fragile(theirs), 0, limited(own))
    assert [(one.limit, int(one.most)) for one in other.ceilings] == [("bend", theirs)]
    values = {**CALM, "health__fragile": True}
    decision = visit(Episode(limited(own)), 0, other, **values)
    assert decision.plan is not None
    assert [one.dose.caps for one in decision.plan.exercises] == [{"bend": in_force}]


def test_a_limit_that_is_not_known_here_keeps_its_joint_out() -> None:
    other = told(fragile(40), 0, cached_catalog())
    assert planned(visit(Episode(), 0, **CALM))
    assert planned(visit(Episode(), 0, other, **CALM)) == []


def test_answers_of_the_patient_are_shared_and_others_are_not() -> None:
    asked = Episode(shared())
    asked.visit(0, clear=True, **{**CALM, "health__fragile": True, "pain__now": 9})
    other = told(asked, 1, shared())
    assert [(one.key, one.answer) for one in other.answers] == [("health.fragile", True)]
    silent = {key: value for key, value in CALM.items() if key != "health__fragile"}
    decision = visit(Episode(shared()), 1, other, **silent)
    assert gate(decision, "fragile.caution") == "triggered"


def test_an_answer_given_here_later_counts_before_a_shared_one() -> None:
    asked = Episode(shared())
    asked.visit(0, clear=True, **{**CALM, "health__fragile": True})
    decision = visit(Episode(shared()), 1, told(asked, 1, shared()), **CALM)
    assert gate(decision, "fragile.caution") == "clear"


def test_two_episodes_do_not_hold_each_other() -> None:
    first, second = Episode(), Episode()
    first.visit(0, **CALM)
    assert visit(second, 0, told(first, 0), **CALM).action == "pause"
    second.add(Elsewhere(instant(0), instant(0), (told(first, 0),)))
    assert second.look(1, kind="between").action == "pause"
    assert told(second, 1).restraints == ()


def test_what_was_told_is_recorded_and_gives_the_same_decision_again() -> None:
    sore = Episode()
    sore.visit(0, clear=True, **{**CALM, "pain__now": 6})
    other = told(sore, 0)
    episode = Episode()
    given = visit(episode, 0, other, **CALM)
    episode.add(Elsewhere(instant(0), instant(0), (other,)))
    assert episode.look(0, kind="visit") == given


NAMES = st.sampled_from(["breathe", "brace", "nowhere"])
EFFECTS = st.sampled_from(["caution", "restrict", "pause", "refer", "emergency"])
RESTRAINTS = st.builds(
    Restraint,
    address=st.just("x.level"),
    state=st.just("triggered"),
    effect=EFFECTS,
    acts=EFFECTS,
    say=st.just("So"),
    no_progress=st.booleans(),
    exclude=st.lists(NAMES, max_size=2).map(tuple),
)
CEILINGS = st.builds(
    Ceiling,
    address=st.just("x.level"),
    say=st.just("So"),
    limit=st.sampled_from(["bend", "turn"]),
    title=st.just("Limit"),
    joint=st.sampled_from(["lumbar", "knee"]),
    unit=st.sampled_from(["deg", "kg"]),
    choices=st.just(()),
    most=st.integers(0, 90).map(Decimal),
)
OTHERS = st.builds(
    OtherEpisode,
    name=st.just("other"),
    title=st.just("Other"),
    minutes=st.integers(0, 70),
    restraints=st.lists(RESTRAINTS, max_size=2).map(tuple),
    ceilings=st.lists(CEILINGS, max_size=2).map(tuple),
)


@given(OTHERS, st.sampled_from([1, 3, 6]), st.sampled_from([5, 20]))
def test_whatever_others_ask_for_only_restricts(other: OtherEpisode, pain: int, walk: int) -> None:
    values = {**CALM, "pain__now": pain, "walk__time": walk}
    alone, held = visit(Episode(limited(40)), 0, **values), visit(Episode(limited(40)), 0, other, **values)
    assert ACTIONS.index(held.action) <= ACTIONS.index(alone.action)
    taken = {name for one in other.restraints for name in one.exclude}
    assert not taken & set(planned(held))
    if other.minutes >= 60:
        assert planned(held) == []
