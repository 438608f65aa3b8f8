"""Episodes to test with: journeys of the bundled cases, recorded step by step as a clinic would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from rehabflow import load_catalog, load_journeys
from rehabflow.catalog import Catalog
from rehabflow.instants import Instant
from rehabflow.record.events import Event
from rehabflow.record.journeys import Journey, JourneyStep
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.port import Store
from rehabflow.store.requests import Recorded, Request
from rehabflow.store.sealing import KeyRing
from rehabflow.store.vault import Vault

ROOT = Path(__file__).resolve().parents[2]
THERAPIST = Actor("t1", "clinician", "physiotherapist")
ASSISTANT = Actor("a1", "assistant")
LEAD = Actor("l1", "lead", "physician")
AUDITOR = Actor("u1", "auditor")


@cache
def catalog() -> Catalog:
    return load_catalog()


@cache
def journeys(protocol: str = "low_back_pain") -> Mapping[str, Journey]:
    """Return the journeys of a bundled protocol's cases by id."""
    found = {}
    for path in sorted((ROOT / "protocols" / protocol / "cases").glob("*.toml")):
        for journey in load_journeys(path, catalog()):
            found[journey.id] = journey
    return found


def episodes_of(store: Store, keys: Path | None = None) -> Episodes:
    return Episodes.of(Vault(store, KeyRing.at(keys) if keys else None), catalog())


def begin(episodes: Episodes, journey: Journey) -> str:
    """Open an episode for a journey; return its id."""
    request = Request(THERAPIST, journey.steps[0].at)
    state = episodes.open(request, journey.protocol, day_0=Instant(journey.day_0), involved=journey.involved)
    return state.episode


def take(episodes: Episodes, episode: str, step: JourneyStep, *, accept: bool = True) -> Recorded:
    """Record one step, each signed event by one of the profession that signed it; accept the decision."""
    found: list[Event] = []
    for event in step.events:
        by = getattr(event, "by", "")
        if by and by != THERAPIST.profession:
            episodes.record(Request(Actor("x", "clinician", by), step.at), episode, [event])
        else:
            found.append(event)
    request = Request(THERAPIST, step.at)
    if step.kind == "between":
        return episodes.log(request, episode, found)
    recorded = episodes.visit(request, episode, found)
    if accept:
        episodes.accept(Request(THERAPIST, step.at), episode, recorded.number)
    return recorded


def course(episodes: Episodes, journey: Journey) -> tuple[str, list[Recorded]]:
    """Record a whole journey."""
    episode = begin(episodes, journey)
    return episode, [take(episodes, episode, step) for step in journey.steps]


def without(events: Iterable[Event], type_: type) -> list[Event]:
    return [event for event in events if not isinstance(event, type_)]
