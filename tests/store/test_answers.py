"""A decision is accepted only while it holds, and once; an episode with an emergency is closed with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabflow.instants import Instant
from rehabflow.problems import UsageError
from rehabflow.record.events import Observed, Pinned
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import NotAllowed, NotNow, RepeatedKey
from rehabflow.store.events import Accepted
from rehabflow.store.requests import Recorded, Request
from rehabflow.store.sqlite_store import open_sqlite
from store.making import THERAPIST, begin, episodes_of, journeys, take

STEP = journeys()["starts_late"].steps[0]


def later(days: int) -> Instant:
    return Instant(STEP.at.day + days, 36_000)


@pytest.fixture
def episodes(tmp_path: Path) -> Episodes:
    return episodes_of(open_sqlite(tmp_path / "store" / "e.sqlite", create=True))


@pytest.fixture
def start(episodes: Episodes) -> Recorded:
    """Return a decision to start that waits."""
    found = take(episodes, begin(episodes, journeys()["starts_late"]), STEP, accept=False)
    assert found.decision.action == "start"
    return found


def alarm(episodes: Episodes, episode: str, at: Instant) -> Recorded:
    return episodes.visit(Request(THERAPIST, at), episode, [Observed(at, at, "red_flags.self_harm", True)])


def test_a_decision_is_accepted_some_days_later_and_not_after_months(
    episodes: Episodes, start: Recorded
) -> None:
    episode = start.state.episode
    with pytest.raises(NotNow, match=r"decide anew: .* PAUSE"):
        episodes.accept(Request(THERAPIST, later(61)), episode, start.number)
    assert episodes.current(episode).version == start.state.version
    assert episodes.accept(Request(THERAPIST, later(3)), episode, start.number).in_force is not None


def test_a_decision_is_not_accepted_after_an_emergency_in_another_episode(
    episodes: Episodes, start: Recorded
) -> None:
    state = start.state
    neck = episodes.open(Request(THERAPIST, later(1)), "neck_whiplash", patient=state.patient).episode
    at = later(2)
    told = Observed(at, at, "neck_screen.artery_signs", True)
    assert episodes.visit(Request(THERAPIST, at), neck, [told]).decision.action == "emergency"
    with pytest.raises(NotNow, match="decide anew"):
        episodes.accept(Request(THERAPIST, at), state.episode, start.number)


def test_a_stop_is_accepted_at_any_time(episodes: Episodes, start: Recorded) -> None:
    episode = start.state.episode
    made = alarm(episodes, episode, later(1))
    after = episodes.accept(Request(THERAPIST, later(90)), episode, made.number)
    assert after.in_force is not None
    assert after.in_force.decision.action == "emergency"


def test_accepting_after_a_change_again_is_the_same_request(episodes: Episodes, start: Recorded) -> None:
    episode, at = start.state.episode, STEP.at
    pin = Pinned(at, at, "bird_dog_arm", "physiotherapist", "liked")
    changed = episodes.change(Request(THERAPIST, at), episode, [pin])
    request = Request(THERAPIST, at)
    first = episodes.accept(request, episode, changed.number)
    assert episodes.accept(request, episode, changed.number) == first
    _, entries = episodes.history(THERAPIST, episode)
    event = entries[-1].entry.event
    assert isinstance(event, Accepted)
    assert event.changed
    with pytest.raises(RepeatedKey):
        episodes.accept(request, episode, start.number)


@pytest.mark.parametrize("is_accepted", [False, True])
def test_an_episode_with_an_emergency_is_closed_with_a_reason(
    episodes: Episodes, start: Recorded, is_accepted: bool
) -> None:
    episode = start.state.episode
    made = alarm(episodes, episode, later(1))
    if is_accepted:
        episodes.accept(Request(THERAPIST, later(1)), episode, made.number)
    request = Request(THERAPIST, later(2))
    with pytest.raises(UsageError, match=r"EMERGENCY.*reason"):
        episodes.close(request, episode, "referred")
    closed = episodes.close(request, episode, "referred", "taken over by the hospital")
    assert closed.closed is not None
    assert episodes.close(request, episode, "referred", "taken over by the hospital") == closed


def test_a_lead_accepts_and_changes_by_a_profession(episodes: Episodes, start: Recorded) -> None:
    episode, lead = start.state.episode, Actor("l1", "lead")
    with pytest.raises(NotAllowed, match="profession"):
        episodes.accept(Request(lead, STEP.at), episode, start.number)
    with pytest.raises(NotAllowed, match="profession"):
        episodes.decline(Request(lead, STEP.at), episode, start.number, "x")
    with pytest.raises(NotAllowed, match="profession"):
        episodes.change(Request(lead, STEP.at), episode, [])
    assert episodes.accept(Request(Actor("l1", "lead", "physician"), STEP.at), episode, start.number).in_force
