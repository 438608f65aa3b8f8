"""Episodes as a clinic meets them: what is recorded, what is shown, who may, and what was known when."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from rehabflow import play
from rehabflow.definitions.gates import Effect
from rehabflow.instants import Instant
from rehabflow.record.events import (
    Cleared,
    Corrected,
    History,
    Observed,
    Overridden,
    Placed,
    SessionLogged,
    Withdrawn,
)
from rehabflow.record.values import Absent
from rehabflow.store.checks import Checker, NotRecordable
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import Conflict, NoEpisode, NotAllowed, NotNow, RepeatedKey
from rehabflow.store.events import Derived
from rehabflow.store.port import Store
from rehabflow.store.replaying import replay
from rehabflow.store.requests import Recorded, Request
from rehabflow.store.sqlite_store import open_sqlite
from rehabflow.store.trace import trace_of, whole_of
from store.making import (
    ASSISTANT,
    AUDITOR,
    LEAD,
    THERAPIST,
    begin,
    catalog,
    course,
    episodes_of,
    journeys,
    take,
)

LONG = "flare_and_back"
WITH_MUCH = (
    ("low_back_pain", LONG),
    ("low_back_pain", "emergency_in_the_middle"),
    ("low_back_pain", "alarm_between_visits"),
    ("low_back_pain", "stricter_order"),
    ("concussion_2022", "back_from_4"),
)


@pytest.fixture
def store(sqlite_path: Path) -> Store:
    return open_sqlite(sqlite_path, create=True)


@pytest.fixture
def episodes(store: Store) -> Episodes:
    return episodes_of(store)


@pytest.fixture
def opened(episodes: Episodes) -> str:
    return begin(episodes, journeys()[LONG])


def first_visit(episodes: Episodes, episode: str, **request: Any) -> Recorded:  # noqa: ANN401 - fields of it
    step = journeys()[LONG].steps[0]
    asked = attrs.evolve(Request(THERAPIST, step.at), **request)
    return episodes.visit(asked, episode, step.events)


def at(day: int, second: int | None = None) -> Instant:
    return Instant(journeys()[LONG].day_0 + day, second)


# -- decisions


@pytest.mark.parametrize(("protocol", "name"), WITH_MUCH)
def test_a_recorded_course_has_the_decisions_of_the_journey(
    episodes: Episodes, protocol: str, name: str
) -> None:
    journey = journeys(protocol)[name]
    episode, recorded = course(episodes, journey)
    played = play(catalog(), journey)
    assert [whole_of(one.decision) for one in recorded] == [whole_of(one.decision) for one in played]
    assert replay(episodes, AUDITOR, episode).decisions == len(journey.steps)


def test_what_is_shown_is_on_record(episodes: Episodes, opened: str) -> None:
    shown = first_visit(episodes, opened)
    _, entries = episodes.history(AUDITOR, opened)
    event = entries[-1].entry.event
    assert isinstance(event, Derived)
    assert (entries[-1].number, event.trace) == (shown.number, trace_of(shown.decision))
    assert event.facts["nprs.average"]["at"]  # type: ignore[index,call-overload]
    assert set(event.digests) == set(catalog().rulebook("low_back_pain").digests)


def test_a_decision_takes_effect_when_it_is_accepted(episodes: Episodes, opened: str) -> None:
    shown = first_visit(episodes, opened)
    assert shown.decision.action == "start"
    assert shown.state.in_force is None
    accepted = episodes.accept(Request(THERAPIST, at(0)), opened, shown.number)
    assert accepted.in_force is not None
    assert accepted.proposed is None
    assert episodes.derive(accepted, accepted.history, at(1), "between").tracks["main"].before != "none"


def test_a_declined_decision_changes_nothing(episodes: Episodes, opened: str) -> None:
    shown = first_visit(episodes, opened)
    declined = episodes.decline(Request(THERAPIST, at(0)), opened, shown.number, "wants to wait")
    assert declined.in_force is None
    assert declined.proposed is None
    assert episodes.derive(declined, declined.history, at(1), "between").tracks["main"].before == "none"
    with pytest.raises(NotNow):
        episodes.accept(Request(THERAPIST, at(0)), opened, shown.number)


def test_a_decision_lapses_when_anything_else_is_recorded(episodes: Episodes, opened: str) -> None:
    shown = first_visit(episodes, opened)
    episodes.log(Request(THERAPIST, at(1)), opened, [SessionLogged(at(1), at(1), Decimal(1))])
    with pytest.raises(NotNow, match="does not wait"):
        episodes.accept(Request(THERAPIST, at(1)), opened, shown.number)


def test_a_decision_lapses_when_something_is_recorded_without_a_decision(
    episodes: Episodes, opened: str
) -> None:
    shown = first_visit(episodes, opened)
    episodes.record(Request(THERAPIST, at(0)), opened, [signed()])
    with pytest.raises(NotNow, match="does not wait"):
        episodes.accept(Request(THERAPIST, at(0)), opened, shown.number)


def test_a_change_is_recorded_with_its_reason_and_leads_to_a_new_decision(
    episodes: Episodes, opened: str
) -> None:
    later = Request(THERAPIST, at(0, 36_000))
    first_visit(episodes, opened)
    stage = Placed(
        at(0, 36_000), at(0), "main", "stabilization", "physiotherapist", "T. One", "came from elsewhere"
    )
    changed = episodes.change(later, opened, [stage])
    assert changed.decision.tracks["main"].after == "stabilization"
    assert changed.decision.at == at(0), "a visit is one moment"
    state = episodes.accept(attrs.evolve(later, key="accept"), opened, changed.number)
    assert state.in_force is not None
    assert episodes.history(AUDITOR, opened)[1][-1].entry.event.changed  # type: ignore[union-attr]
    assert replay(episodes, AUDITOR, opened).decisions == 2


def test_without_a_visit_there_is_nothing_to_change(episodes: Episodes, opened: str) -> None:
    with pytest.raises(NotNow, match="record a visit first"):
        episodes.change(Request(THERAPIST, at(0)), opened, [])


def test_days_on_which_nothing_was_shown_restrict_at_once(episodes: Episodes) -> None:
    _, recorded = course(episodes, journeys()["alarm_between_visits"])
    between = [one for one in recorded if one.decision.kind == "between"]
    assert between
    assert all(one.number in one.state.effective for one in between)


# -- two at once, repetitions, clocks


def test_the_second_of_two_who_saw_the_same_is_told(episodes: Episodes, opened: str) -> None:
    first_visit(episodes, opened, expected=1)
    with pytest.raises(Conflict) as told:
        first_visit(episodes, opened, expected=1)
    assert told.value.version == episodes.state(THERAPIST, opened).version


def test_a_repeated_request_shows_what_was_recorded_and_records_nothing(
    episodes: Episodes, opened: str
) -> None:
    once = first_visit(episodes, opened, key="visit-1")
    state = episodes.accept(Request(THERAPIST, at(0), "accept-1"), opened, once.number)
    again = first_visit(episodes, opened, key="visit-1", expected=1)
    assert again.repeated
    assert (again.number, whole_of(again.decision)) == (once.number, whole_of(once.decision))
    assert again.state == state
    assert episodes.accept(Request(THERAPIST, at(0), "accept-1"), opened, once.number) == state


def test_a_key_is_for_one_request(episodes: Episodes, opened: str) -> None:
    first_visit(episodes, opened, key="visit-1")
    other = Observed(at(0), at(0), "nprs.average", Decimal(1))
    with pytest.raises(RepeatedKey):
        episodes.visit(Request(THERAPIST, at(0), "visit-1"), opened, [other])
    with pytest.raises(RepeatedKey):
        episodes.record(Request(THERAPIST, at(0), "visit-1"), opened, [other])


def test_opening_twice_with_one_key_opens_one(episodes: Episodes) -> None:
    request = Request(ASSISTANT, at(0), "open-1")
    one = episodes.open(request, "low_back_pain")
    assert episodes.open(request, "low_back_pain") == one
    with pytest.raises(RepeatedKey):
        episodes.open(request, "concussion_2022")
    assert len(episodes.list(THERAPIST)) == 1


def test_a_clock_that_went_back_is_refused(episodes: Episodes, opened: str) -> None:
    """Entries later than now are not seen: a red flag recorded before would be lost for the decision."""
    take(episodes, opened, journeys()[LONG].steps[0])
    with pytest.raises(NotNow, match="clock"):
        episodes.visit(Request(THERAPIST, at(-1)), opened)


# -- what is checked


def signed(**changes: str) -> Cleared:
    fields = {"scope": "start", "by": "physiotherapist", "name": "T. One", **changes}
    return Cleared(at(0), at(0), **fields)


@pytest.mark.parametrize(
    "event",
    [
        Observed(at(0), at(0), "canary.x", True),
        Observed(at(0), at(0), "nprs.average", Decimal(99)),
        Observed(at(0), at(0), "nprs.average", "canary"),
        Observed(at(0), at(0), "nprs.average", True),
        Observed(at(1), at(0), "nprs.average", Decimal(3)),
        SessionLogged(at(0), at(0), Decimal(2)),
        SessionLogged(at(0), at(0), Decimal(1), {"canary": True}),
        signed(scope="canary"),
        Corrected(at(0), at(0), "nprs.average", at(0), Decimal(3), "physiotherapist", "canary"),
        Withdrawn(at(0), at(0), "nprs.average", "physiotherapist", "canary"),
        Placed(at(0), at(0), "main", "canary", "physiotherapist", "canary", "canary"),
        Overridden(at(0), at(0), "canary", "physiotherapist", "canary", "canary", at(9)),
    ],
    ids=lambda event: f"{type(event).__name__}",
)
def test_what_the_protocol_does_not_know_is_not_recorded(
    episodes: Episodes, opened: str, event: Observed
) -> None:
    with pytest.raises(NotRecordable) as refused:
        episodes.visit(Request(THERAPIST, at(0)), opened, [event])
    assert "canary" not in str(refused.value)
    assert episodes.state(THERAPIST, opened).version == 1


@pytest.mark.parametrize("effect", ["refer", "emergency"])
def test_nobody_overrides_refer_or_emergency(episodes: Episodes, opened: str, effect: str) -> None:
    rules = [rule for rule in catalog().rulebook("low_back_pain").gates if rule.effect.word == effect]
    assert rules
    for rule in rules:
        with pytest.raises(NotAllowed):
            episodes.override(
                Request(LEAD, at(0)), opened, rule.address, "clinical_judgement", "", "Dr L", at(9)
            )


@pytest.mark.parametrize("effect", [Effect.PAUSE, Effect.REFER, Effect.EMERGENCY])
def test_a_level_that_ends_by_until_alone_is_not_set_aside_whoever_it_names(effect: Effect) -> None:
    rulebook = catalog().rulebook("low_back_pain")
    rule = next(rule for rule in rulebook.gates if rule.address == overridable())
    level = attrs.evolve(rule, level=attrs.evolve(rule.level, effect=effect))
    checker = Checker.of(attrs.evolve(rulebook, gates=(level,)), History(at(0).day), THERAPIST, at(0))
    event = Overridden(at(0), at(0), rule.address, "physiotherapist", "T. One", "", at(9))
    if effect is Effect.PAUSE:
        checker.check([event], "visit")
    else:
        with pytest.raises(NotAllowed, match="nobody"):
            checker.check([event], "visit")


def overridable() -> str:
    return next(
        rule.address
        for rule in catalog().rulebook("low_back_pain").gates
        if rule.effect.word == "pause" and "clinician" in rule.override
    )


def test_an_override_shows_in_later_decisions_until_it_ends(episodes: Episodes, opened: str) -> None:
    rule = overridable()
    episodes.override(
        Request(THERAPIST, at(0)), opened, rule, "examined_since", "looked again", "T. One", at(9)
    )
    assert episodes.overrides(AUDITOR) == {rule: 1}

    def is_live(day: int) -> bool:
        state = episodes.current(opened)
        event = next(one for one in state.history.events if isinstance(one, Overridden))
        return event.until.day >= at(day).day

    assert is_live(3)
    episodes.end_override(Request(THERAPIST, at(3)), opened, rule, "no longer needed")
    assert not is_live(3)
    assert episodes.overrides(AUDITOR) == {rule: 1}
    with pytest.raises(NotNow):
        episodes.end_override(Request(THERAPIST, at(3)), opened, rule, "again")


def test_nobody_signs_by_another_profession(episodes: Episodes, opened: str) -> None:
    with pytest.raises(NotAllowed, match="not theirs"):
        episodes.record(Request(THERAPIST, at(0)), opened, [signed(by="physician")])


def test_a_correction_is_a_new_entry_and_counts_from_then_on(episodes: Episodes, opened: str) -> None:
    take(episodes, opened, journeys()[LONG].steps[0])
    wrong = Corrected(at(1), at(1), "nprs.average", at(0), Decimal(2), "physiotherapist", "misheard")
    state = episodes.record(Request(THERAPIST, at(1)), opened, [wrong])
    then, _ = episodes.history(AUDITOR, opened, at(0))
    assert not any(isinstance(event, Corrected) for event in then.history.events)
    assert attrs.evolve(wrong, recorded=at(1)) in state.history.events
    assert replay(episodes, AUDITOR, opened).decisions == 1


def test_what_was_known_on_a_day(episodes: Episodes) -> None:
    journey = journeys()[LONG]
    episode, recorded = course(episodes, journey)
    for step, one in zip(journey.steps, recorded, strict=True):
        then, entries = episodes.history(AUDITOR, episode, step.at)
        assert then.decisions[-1].number == one.number
        assert all(numbered.entry.clock.day <= step.at.day for numbered in entries)
    with pytest.raises(NotNow):
        episodes.history(AUDITOR, episode, at(-1))


def test_a_closed_episode_takes_nothing_more(episodes: Episodes, opened: str) -> None:
    closed = episodes.close(Request(THERAPIST, at(0)), opened, "declined_care", "moved to another clinic")
    assert closed.closed is not None
    with pytest.raises(NotNow, match="closed"):
        first_visit(episodes, opened)


def test_there_is_no_such_episode(episodes: Episodes) -> None:
    with pytest.raises(NoEpisode):
        episodes.state(THERAPIST, "0" * 32)


def test_the_list_puts_first_what_waits(episodes: Episodes) -> None:
    done, _ = course(episodes, journeys()["emergency_in_the_middle"])
    waits = begin(episodes, journeys()[LONG])
    closed = begin(episodes, journeys()[LONG])
    episodes.close(Request(THERAPIST, at(0)), closed, "other")
    first_visit(episodes, waits)
    assert [state.episode for state in episodes.list(AUDITOR)] == [waits, done, closed]


# -- patients


def test_a_patient_logs_sessions_and_sees_what_was_accepted(episodes: Episodes, opened: str) -> None:
    shown = first_visit(episodes, opened)
    patient = Actor(episodes.current(opened).patient, "patient")
    seen = episodes.state(patient, opened)
    assert seen.proposed is None
    assert seen.decisions == ()
    episodes.accept(Request(THERAPIST, at(0)), opened, shown.number)
    assert [made.number for made in episodes.state(patient, opened).decisions] == [shown.number]
    logged = episodes.log(Request(patient, at(1)), opened, [SessionLogged(at(1), at(1), Decimal(1))])
    assert logged.decision.kind == "between"


def test_a_patient_reaches_only_their_own(episodes: Episodes, opened: str) -> None:
    stranger = Actor("b" * 32, "patient")
    with pytest.raises(NotAllowed):
        episodes.state(stranger, opened)
    with pytest.raises(NotAllowed):
        episodes.log(Request(stranger, at(1)), opened, [SessionLogged(at(1), at(1), Decimal(1))])


def test_a_patient_signs_nothing(episodes: Episodes, opened: str) -> None:
    patient = Actor(episodes.current(opened).patient, "patient")
    with pytest.raises(NotAllowed):
        episodes.log(Request(patient, at(0)), opened, [signed()])


def test_an_answer_can_be_declined(episodes: Episodes, opened: str) -> None:
    keys = [key for key, rule in catalog().rulebook("low_back_pain").measures.items() if rule.declinable]
    episodes.visit(Request(THERAPIST, at(0)), opened, [Observed(at(0), at(0), keys[0], Absent.DECLINED)])
    assert episodes.current(opened).history.events[-1].answer is Absent.DECLINED  # type: ignore[union-attr]
