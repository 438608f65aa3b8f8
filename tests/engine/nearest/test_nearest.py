"""What would have advanced the patient: what is claimed is so, and nothing smaller does it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.tiny import CALM, DAY_0, EXERCISES, TINY, Episode, catalog_of, instant
from rehabflow.definitions.extensions import Restriction, Review, Reviewer
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.engine.nearest import Nearest, nearest
from rehabflow.engine.nearest.changing import changed
from rehabflow.engine.nearest.judging import Goal
from rehabflow.engine.nearest.slots import Slot
from rehabflow.record.elsewhere import Elsewhere, OtherEpisode, Restraint
from rehabflow.record.events import Cleared, Corrected, Event, History, Observed
from rehabflow.record.values import Answer

STAYS: dict[str, Any] = {**CALM, "pain__now": 6, "walk__time": 8}


def why_not(episode: Episode, day: int, goal: Goal = "advance", **options: Any) -> Nearest:  # noqa: ANN401
    """Return what would have led to the goal on a day."""
    return nearest(episode.catalog.rulebook("tiny"), episode.history, instant(day), goal, **options)


def acute(day: int = 14, **values: object) -> Episode:
    """Return an episode in the acute stage, with a visit of these answers on a day, not decided yet."""
    episode = Episode()
    assert episode.visit(0, clear=True, **CALM).stage == "acute"
    episode.visit(day, **{**CALM, **values})
    return episode


def told(answer: Nearest) -> dict[str, tuple[Answer | None, Answer | None]]:
    """Return the changes as key to (before, after)."""
    return {change.key: (change.before, change.after.get(change.key)) for change in answer.changes}


# -- what is found


def test_each_criterion_that_is_not_met_needs_its_nearest_value() -> None:
    answer = why_not(acute(pain__now=6, walk__time=8), 14)
    assert (answer.status, answer.stage, answer.smallest) == ("found", "middle", True)
    assert told(answer) == {
        "pain.now": (Decimal(6), Decimal(4)),
        "walk.time": (Decimal(8), Decimal(10)),
    }


def test_the_range_that_would_do_as_well_is_told() -> None:
    by_key = {change.key: change for change in why_not(acute(pain__now=6, walk__time=8), 14).changes}
    assert (by_key["pain.now"].low, by_key["pain.now"].high) == (None, Fraction(4))
    assert (by_key["walk.time"].low, by_key["walk.time"].high) == (Fraction(10), None)
    assert by_key["walk.time"].step == Fraction(2, 60)


def test_what_was_not_asked_today_would_have_to_be_recorded() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.visit(40, **{key: value for key, value in CALM.items() if not key.startswith("walk")})
    answer = why_not(episode, 40)
    (change,) = answer.changes
    assert (change.kind, change.key, change.before, change.low) == ("answer", "walk.time", None, Fraction(10))


def test_a_gate_that_holds_progress_is_lifted_by_what_it_reads() -> None:
    text = TINY.replace('calm = "pain <= 4"', 'calm = "pain <= 9"')
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    episode.visit(14, **{**CALM, "pain__now": 7, "walk__time": 20})
    answer = why_not(episode, 14)
    assert answer.blocking == ("sore.restrict",)
    assert told(answer) == {"pain.now": (Decimal(7), Decimal(5))}


def test_the_agreement_that_is_missing_is_a_change() -> None:
    episode = Episode()
    episode.visit(0, **CALM)
    (change,) = why_not(episode, 0, "start").changes
    assert (change.kind, change.key, dict(change.after)) == (
        "clearance",
        "start",
        {"clearance.start": "physiotherapist"},
    )


def test_an_answer_of_a_latched_gate_is_changed_where_it_was_given() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.visit(7, **{**CALM, "screen__alarm": True})
    episode.visit(14, **{**CALM, "walk__time": 12})
    answer = why_not(episode, 14)
    (change,) = answer.changes
    assert answer.blocking == ("alarm.emergency",)
    assert change.kind == "clearance"
    text = TINY.replace(
        '''until = "cleared('excluded')"\nsay = "Alarm"''',
        """until = "times(not screen.alarm, of='screen') >= 3"\nsay = "Alarm\"""",
    )
    other = Episode(catalog_of(text + EXERCISES), episode.history)
    (change,) = why_not(other, 14).changes
    assert (change.key, change.at, dict(change.after)) == (
        "screen.alarm",
        instant(7),
        {"screen.alarm": False},
    )


def test_answers_of_sessions_are_changed_session_by_session() -> None:
    episode = Episode()
    assert episode.visit(0, clear=True, **{**CALM, "walk__time": 12}).stage == "middle"
    for day in (1, 2):
        episode.session(day, ache=8 if day > 1 else 2, numb=False)
    assert episode.session(3, ache=8, numb=False).action == "regress"
    before = _before_deciding(episode)
    answer = nearest(before.catalog.rulebook("tiny"), before.history, instant(3, "18:00"), "advance")
    (change,) = (one for one in answer.changes if one.kind == "session")
    assert (answer.status, change.key, change.at) == ("found", "session.ache", instant(3, "18:00"))
    assert change.after == {"session.ache": Decimal(6)}


def test_it_is_already_so() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.history = episode.history.plus()
    at = instant(14)
    episode.observe(14, "", None, **{**CALM, "walk__time": 20})
    assert nearest(episode.catalog.rulebook("tiny"), episode.history, at, "advance").status == "already"


def test_from_the_last_stage_no_way_leads_on() -> None:
    episode = acute()
    episode.place(14, "late")
    assert why_not(episode, 14).status == "no_way"
    discharge = why_not(episode, 14, "discharge")
    assert told(discharge) == {
        "pain.now": (Decimal(3), Decimal(1)),
        "walk.time": (Decimal(5), Decimal(30)),
    }


def entering(*criteria: str, day: int = 14, **values: object) -> Episode:
    """Return an episode whose middle stage asks these criteria too, as the decision of its last visit saw it."""
    text = TINY.replace('calm = "pain <= 4"', "\n".join(['calm = "pain <= 4"', *criteria]))
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    episode.visit(day, **{**CALM, "walk__time": 12, **values})
    return _before_deciding(episode)


def test_one_rule_may_need_two_answers() -> None:
    answer = why_not(entering('much = "count(walk >= 50, pain <= 1) >= 2"'), 14)
    assert (answer.status, answer.least, answer.tried) == ("found", 1, 1)
    assert {change.key for change in answer.changes} == {"pain.now", "walk.time"}


def test_of_several_answers_that_would_do_the_nearest_are_told() -> None:
    made = entering('two = "count(pain <= 2, walk >= 13, not health.fragile) >= 2"', health__fragile=True)
    assert {change.key for change in why_not(made, 14).changes} == {"pain.now", "walk.time"}


def test_sessions_that_nobody_reported_are_one_line_of_the_diary() -> None:
    answer = why_not(entering('quiet = "streak(session.ache <= 3) >= 2"', day=5), 5)
    (change,) = answer.changes
    assert (answer.status, change.kind, change.before) == ("found", "unreported", None)
    assert change.after["session.done"] == 2
    assert change.after["session.ache"] == 2


def test_what_set_off_a_lasting_level_may_have_been_otherwise() -> None:
    text = TINY.replace(
        """until = "cleared('excluded')"\nsay = "Alarm\"""",
        """until = "hours_since(trigger) >= 9000"\nsay = "Alarm\"""",
    )
    assert text != TINY
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    episode.visit(7, **{**CALM, "screen__alarm": True})
    episode.visit(14, **{**CALM, "walk__time": 12})
    (change,) = why_not(_before_deciding(episode), 14).changes
    assert (change.key, change.at, dict(change.after)) == (
        "screen.alarm",
        instant(7),
        {"screen.alarm": False},
    )


# -- time


def test_what_only_time_can_meet_is_told_as_a_date() -> None:
    text = TINY.replace('calm = "pain <= 4"', 'calm = "pain <= 4"\nlong = "stage.days >= 21"')
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    episode.visit(14, **{**CALM, "walk__time": 8})
    answer = why_not(episode, 14)
    assert (answer.status, answer.not_before) == ("only_time", DAY_0 + 21)
    assert answer.held == ("stage.middle.enter.long",)
    assert told(answer) == {"walk.time": (Decimal(8), Decimal(10))}
    at = instant(21)
    record = episode.history.plus(*[
        attrs.evolve(event, at=at, recorded=at)
        for event in _as_changed(episode, 14, answer).events
        if event.at == instant(14) and isinstance(event, Observed | Corrected)
        and not (isinstance(event, Observed) and event.key in told(answer))
    ])  # fmt: skip
    record = record.plus(
        *[Observed(at, at, key, after) for key, (_, after) in told(answer).items() if after is not None]
    )
    assert decide(episode.catalog, "tiny", record, at, kind="visit").action == "advance"
    assert decide(episode.catalog, "tiny", record, at, kind="visit").stage == "middle"


def test_a_time_that_is_over_is_no_way() -> None:
    text = TINY.replace('calm = "pain <= 4"', 'calm = "pain <= 4"\nsoon = "episode.days <= 7"')
    episode = Episode(catalog_of(text + EXERCISES))
    episode.visit(0, clear=True, **CALM)
    episode.visit(14, **CALM)
    answer = why_not(episode, 14)
    assert (answer.status, answer.least, answer.held) == ("none", -1, ("stage.middle.enter.soon",))


# -- the bounds of the work


def test_when_the_work_ends_without_a_find_it_says_what_was_tried() -> None:
    answer = why_not(acute(pain__now=6, walk__time=8), 14, budget=2)
    assert (answer.status, answer.changes, answer.least, answer.tried) == ("none", (), 2, 0)
    assert not answer.smallest


def test_a_reviewer_who_holds_back_is_not_passed_over() -> None:
    holds = Reviewer[Decision](
        "careful", lambda _: Review("careful", (Restriction("Wait", no_progress=True),))
    )
    answer = why_not(acute(walk__time=8), 14, reviewers=[holds])
    assert (answer.status, answer.restricted, answer.changes) == ("none", True, ())


def test_what_another_episode_asks_for_is_changed_by_nothing_here() -> None:
    at = instant(14)
    stop = Restraint("red.flag", "triggered", "refer", "refer", "A warning sign")
    episode = acute(walk__time=8)
    episode.add(Elsewhere(at, at, (OtherEpisode("neck", "Neck", restraints=(stop,)),)))
    answer = why_not(episode, 14)
    assert (answer.status, answer.least, answer.changes) == ("none", -1, ())
    assert "A warning sign" in answer.others["others.neck.red.flag"]
    told_only = OtherEpisode("neck", "Neck", restraints=())
    other = acute(walk__time=8).add(Elsewhere(at, at, (told_only,)))
    assert why_not(other, 14).status == "found"


# -- held against trying everything


VALUES: Mapping[str, list[Answer]] = {
    "screen.alarm": [False, True],
    "screen.worry": [False, True],
    "pain.now": [Decimal(n) for n in (0, 1, 2, 4, 5, 7, 8, 10)],
    "walk.time": [Decimal(n) for n in (0, 9, 10, 30)],
}


@st.composite
def episodes(draw: st.DrawFn) -> Episode:
    """Return an episode with a visit today; some answers are missing, and some sessions hurt."""
    episode = Episode()
    first = {**CALM, "walk__time": draw(st.sampled_from([5, 12]))}
    episode.visit(0, clear=draw(st.integers(0, 5)) > 0, **first)
    for day in range(1, draw(st.integers(1, 4))):
        episode.session(day, ache=draw(st.sampled_from([1, 5, 7, 9])), numb=False)
    if draw(st.booleans()):
        episode.visit(
            7, **{**CALM, "pain__now": draw(st.integers(0, 10)), "screen__worry": draw(st.booleans())}
        )
    today: dict[str, Any] = {
        "screen__alarm": draw(st.sampled_from([False, False, False, True])),
        "screen__worry": draw(st.booleans()),
        "pain__now": draw(st.integers(0, 10)),
        "walk__time": draw(st.sampled_from([0, 8, 9, 12, 29, 30])),
    }
    missing = draw(st.sets(st.sampled_from(sorted(today)), max_size=2))
    given_ = {key: value for key, value in today.items() if key not in missing}
    episode.visit(14, **given_)
    return episode


def _before_deciding(episode: Episode) -> Episode:
    """Return the episode as the decision of its last visit saw it."""
    return Episode(episode.catalog, attrs.evolve(episode.history, events=episode.history.events[:-1]))


def _as_changed(episode: Episode, day: int, answer: Nearest) -> History:
    """Return the record with the changes of an answer."""
    slots = {
        Slot(index, one.kind, one.key, one.at, one.before, ()): one.after
        for index, one in enumerate(answer.changes)
    }
    return changed(episode.history, instant(day), slots)


def _single_changes(episode: Episode) -> Iterator[tuple[str, Event]]:
    """Yield every single change of today's answers, of agreements, and of what was answered on day 7."""
    now = instant(14)
    there = {(event.key, event.at): event for event in episode.history.events if isinstance(event, Observed)}
    for key, values in VALUES.items():
        for at in (now, instant(7)):
            for value in values:
                if (key, at) in there and there[key, at].answer != value:
                    yield f"{key}@{at}", Corrected(now, now, key, at, value, "x", "")
                elif (key, at) not in there and at == now:
                    yield f"{key}@{at}", Observed(now, now, key, value)
    for scope in ("start", "excluded"):
        yield scope, Cleared(now, now, scope, "physician", "x")


def _leads(episode: Episode, changes: tuple[tuple[str, Event], ...], goal: Goal) -> bool:
    if len({name for name, _ in changes}) < len(changes):
        return False
    record = episode.history.plus(*(event for _, event in changes))
    return decide(episode.catalog, "tiny", record, instant(14), kind="visit").action == goal


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=episodes())
def test_what_is_claimed_is_so_and_no_fewer_changes_do_it(made: Episode) -> None:
    episode = _before_deciding(made)
    in_stage = any(
        move.after != "none" for event in episode.history.events for move in getattr(event, "moves", ())
    )
    goal: Goal = "advance" if in_stage else "start"
    answer = why_not(episode, 14, goal)
    if answer.status == "already":
        assert _leads(episode, (), goal)
        return
    if answer.status == "no_way":
        return
    every = list(_single_changes(episode))
    count = len(answer.changes) if answer.status == "found" else answer.tried + 1
    if answer.status == "found":
        record = _as_changed(episode, 14, answer)
        assert decide(episode.catalog, "tiny", record, instant(14), kind="visit").action == goal
    for fewer in range(min(count, 3)):
        assert not any(_leads(episode, some, goal) for some in itertools.combinations(every, fewer))


@settings(max_examples=25, deadline=None)
@given(pain=st.integers(0, 10), walk=st.integers(0, 60))
def test_no_smaller_step_does_it(pain: int, walk: int) -> None:
    episode = _before_deciding(acute(pain__now=pain, walk__time=walk))
    answer = why_not(episode, 14)
    near = max(0, pain - 4), max(0, 10 - walk)
    if near == (0, 0):
        assert answer.status == "already"
        return
    assert answer.step == Fraction(near[0], 10) + Fraction(near[1], 60)
    assert len(answer.changes) == sum(one > 0 for one in near)


@pytest.mark.parametrize("kind", ["visit", "between"])
def test_a_decision_between_visits_is_asked_as_if_there_had_been_a_visit(kind: str) -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    if kind == "visit":
        episode.visit(3, **STAYS)
    else:
        episode.session(3, ache=1, numb=False)
    answer = why_not(episode, 3)
    assert answer.status == "found"
    wanted = {"walk.time"} if kind == "between" else {"walk.time", "pain.now"}
    assert told(answer).keys() == wanted
