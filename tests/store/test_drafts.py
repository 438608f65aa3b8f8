"""What a clinician changes at a visit takes effect with its decision: not declined, not unanswered."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from rehabflow.instants import Instant
from rehabflow.record.events import Event, Observed, Pinned, Placed, SessionLogged
from rehabflow.store.carrying import journey_of
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.replaying import replay
from rehabflow.store.requests import Request
from rehabflow.store.sqlite_store import open_sqlite
from rehabflow.store.state import EpisodeState
from store.making import THERAPIST, begin, episodes_of, journeys, take


@pytest.fixture
def episodes(tmp_path: Path) -> Episodes:
    return episodes_of(open_sqlite(tmp_path / "store" / "e.sqlite", create=True))


@pytest.fixture
def running(episodes: Episodes) -> tuple[str, Instant]:
    """Return an episode with a plan in force, and a moment two days later."""
    step = journeys()["starts_late"].steps[0]
    episode = begin(episodes, journeys()["starts_late"])
    take(episodes, episode, step)
    return episode, Instant(step.at.day + 2, 36_000)


def answers(at: Instant) -> list[Event]:
    """Return what was found at the first visit, found again."""
    found = (event for event in journeys()["starts_late"].steps[0].events if isinstance(event, Observed))
    return [attrs.evolve(event, at=at) for event in found]


def placed(at: Instant) -> Event:
    return Placed(at, at, "main", "strengthening", "physiotherapist", "T7", "strong enough")


def pinned(at: Instant) -> Event:
    return Pinned(at, at, "bird_dog_arm", "physiotherapist", "liked")


def stage(state: EpisodeState) -> str:
    assert state.in_force is not None
    record = state.in_force.decision.record
    (plan,) = record.plans or record.kept
    return plan.stage


def logged(episodes: Episodes, episode: str, at: Instant) -> EpisodeState:
    patient = Actor(episodes.current(episode).patient, "patient")
    session = SessionLogged(at, at, Decimal(1), {"alarm": False})
    episodes.log(Request(patient, at), episode, [session])
    return episodes.current(episode)


def test_a_declined_placement_takes_no_effect(episodes: Episodes, running: tuple[str, Instant]) -> None:
    episode, at = running
    before = stage(episodes.current(episode))
    assert before != "strengthening"
    episodes.visit(Request(THERAPIST, at), episode, answers(at))
    waits = episodes.change(Request(THERAPIST, at), episode, [placed(at), pinned(at)])
    assert any(
        plan.stage == "strengthening" for plan in waits.decision.recorded.plans + waits.decision.recorded.kept
    )
    episodes.decline(Request(THERAPIST, at), episode, waits.number, "not yet")
    assert not any(isinstance(event, Placed | Pinned) for event in episodes.current(episode).history.events)
    assert stage(logged(episodes, episode, Instant(at.day + 1, 36_000))) == before
    assert replay(episodes, THERAPIST, episode).decisions == 4


@pytest.mark.parametrize("gap", [0, 60])
def test_a_placement_nobody_answered_takes_no_effect(
    episodes: Episodes, running: tuple[str, Instant], gap: int
) -> None:
    episode, at = running
    before = stage(episodes.current(episode))
    episodes.visit(Request(THERAPIST, at), episode, [*answers(at), placed(at)])
    assert stage(logged(episodes, episode, Instant(at.day, 36_000 + gap))) == before
    assert replay(episodes, THERAPIST, episode).decisions == 3


def test_an_accepted_placement_takes_effect_with_what_was_changed_after_it(
    episodes: Episodes, running: tuple[str, Instant]
) -> None:
    episode, at = running
    episodes.visit(Request(THERAPIST, at), episode, [*answers(at), placed(at)])
    waits = episodes.change(Request(THERAPIST, at), episode, [pinned(at)])
    assert not any(isinstance(event, Placed) for event in episodes.current(episode).history.events)
    episodes.accept(Request(THERAPIST, at), episode, waits.number)
    state = episodes.current(episode)
    assert [type(event) for event in state.history.events if isinstance(event, Placed | Pinned)] == [
        Placed,
        Pinned,
    ]
    assert stage(logged(episodes, episode, Instant(at.day + 1, 36_000))) == "strengthening"
    assert replay(episodes, THERAPIST, episode).decisions == 4


def test_an_exported_journey_leaves_out_what_nobody_accepted(
    episodes: Episodes, running: tuple[str, Instant]
) -> None:
    episode, at = running
    episodes.visit(Request(THERAPIST, at), episode, answers(at))
    waits = episodes.change(Request(THERAPIST, at), episode, [placed(at)])
    episodes.decline(Request(THERAPIST, at), episode, waits.number, "not yet")
    later = Instant(at.day + 1, 36_000)
    made = episodes.visit(Request(THERAPIST, later), episode, answers(later))
    made = episodes.change(Request(THERAPIST, later), episode, [pinned(later)])
    episodes.accept(Request(THERAPIST, later), episode, made.number)
    state, entries = episodes.history(THERAPIST, episode)
    told = [event for step in journey_of(state, entries).steps for event in step.events]
    assert [type(event) for event in told if isinstance(event, Placed | Pinned)] == [Pinned]
