"""A decision that stops exercise holds at once: waiting, declined or lapsed, until a later one is in force."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from rehabflow.instants import Instant
from rehabflow.record.events import Cleared, Observed, SessionLogged
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.requests import Recorded, Request, attention
from rehabflow.store.sqlite_store import open_sqlite
from store.making import ASSISTANT, THERAPIST, begin, episodes_of, journeys, take

PHYSICIAN = Actor("d1", "clinician", "physician")


@pytest.fixture
def episodes(tmp_path: Path) -> Episodes:
    return episodes_of(open_sqlite(tmp_path / "store" / "e.sqlite", create=True))


@pytest.fixture
def running(episodes: Episodes) -> tuple[str, Instant]:
    """Return an episode with a plan in force, and the moment of its newest entry."""
    journey = journeys()["starts_late"]
    episode = begin(episodes, journey)
    step = journey.steps[0]
    take(episodes, episode, step)
    assert episodes.current(episode).in_force is not None
    return episode, step.at


def alarm(episodes: Episodes, episode: str, at: Instant) -> Recorded:
    found = episodes.visit(Request(THERAPIST, at), episode, [Observed(at, at, "red_flags.self_harm", True)])
    assert found.decision.action == "emergency"
    return found


def test_a_stop_that_waits_holds_and_the_patient_sees_it(
    episodes: Episodes, running: tuple[str, Instant]
) -> None:
    episode, at = running
    assert episodes.current(episode).stop is None
    made = alarm(episodes, episode, Instant(at.day + 1))
    state = episodes.current(episode)
    assert state.stop is not None
    assert state.stop.number == made.number
    patient = Actor(state.patient, "patient")
    seen = episodes.state(patient, episode)
    assert seen.stop == state.stop
    assert seen.proposed is None
    assert attention(state) < attention(episodes.current(episode).as_patient_sees())


def test_declining_a_stop_does_not_give_the_plan_back(
    episodes: Episodes, running: tuple[str, Instant]
) -> None:
    episode, at = running
    made = alarm(episodes, episode, Instant(at.day + 1))
    episodes.decline(Request(THERAPIST, Instant(at.day + 1)), episode, made.number, "typed wrongly")
    state = episodes.current(episode)
    assert state.proposed is None
    assert state.stop is not None


def test_a_stop_ends_with_a_later_decision_in_force(episodes: Episodes, running: tuple[str, Instant]) -> None:
    episode, at = running
    alarm(episodes, episode, Instant(at.day + 1))
    later = Instant(at.day + 2)
    episodes.record(
        Request(PHYSICIAN, later), episode, [Cleared(later, later, "alarm_examined", "physician", "Dr B")]
    )
    assert episodes.current(episode).stop is not None
    found = episodes.visit(Request(THERAPIST, later), episode, [])
    assert episodes.current(episode).stop is not None
    episodes.accept(Request(THERAPIST, later), episode, found.number)
    assert episodes.current(episode).stop is None


def test_a_log_does_not_give_back_what_a_visit_stopped(
    episodes: Episodes, running: tuple[str, Instant]
) -> None:
    episode, at = running
    later = Instant(at.day + 1)
    made = episodes.visit(
        Request(THERAPIST, later), episode, [Observed(later, later, "nprs.average", Decimal(4))]
    )
    assert made.decision.action == "pause"
    screen = [event for event in journeys()["starts_late"].steps[0].events if isinstance(event, Observed)]
    last = Instant(at.day + 2)
    session = SessionLogged(last, last, Decimal(1), {"alarm": False})
    answers = [attrs.evolve(event, at=last) for event in screen if event.key.startswith("red_flags.")]
    found = episodes.log(Request(ASSISTANT, last), episode, [session, *answers])
    assert found.decision.action == "stay"
    assert found.state.stop is not None
    assert found.state.stop.number == made.number
