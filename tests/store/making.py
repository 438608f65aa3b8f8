"""Episodes to test with: journeys of the bundled cases, recorded step by step as a clinic would."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
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
MARKS = ("application_id", "user_version")


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


def write_release(folder: Path, version: str) -> None:
    """Write the store of a release, to be kept for ever: run once for each, before it is published."""
    from rehabflow.store.chain import payload_in
    from rehabflow.store.sqlite_store import open_sqlite

    with tempfile.TemporaryDirectory() as made:
        store = open_sqlite(Path(made) / "store" / "e.sqlite", create=True)
        episodes = episodes_of(store)
        episode, _ = course(episodes, journeys("concussion_2022")["back_from_4"])
        marks = [
            f"PRAGMA {name} = {store._connection.execute(f'PRAGMA {name}').fetchone()[0]};" for name in MARKS
        ]
        dump = "\n".join([*store._connection.iterdump(), *marks, ""])
        (folder / f"{version}.sql").write_text(dump, encoding="utf-8")
        made_of = {
            "actions": [made.decision.action for made in episodes.current(episode).decisions],
            "entries": len(store.read(episode)),
            "kinds": [json.loads(payload_in(row))["kind"] for row in store.rows()],
        }
        (folder / f"{version}.json").write_text(json.dumps(made_of, indent=1) + "\n", encoding="utf-8")
