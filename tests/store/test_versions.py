"""Replay, moves to another version of the protocol, and episodes as files."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from rehabflow import load_journeys, play
from rehabflow.catalog import Catalog
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.instants import Instant
from rehabflow.loading.packages import load_protocol
from rehabflow.render.journey_toml import journey_toml
from rehabflow.store import replaying
from rehabflow.store.canonical import decode
from rehabflow.store.carrying import export_episode, import_episode, journey_of
from rehabflow.store.definitions import Definitions
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import (
    Conflict,
    Damaged,
    MissingKey,
    NotNow,
    NotReplayable,
    ReplayDiffers,
)
from rehabflow.store.moving import move, preview_move
from rehabflow.store.replaying import replay
from rehabflow.store.requests import Request
from rehabflow.store.sealing import KeyRing
from rehabflow.store.sqlite_store import SqliteStore, open_sqlite
from rehabflow.store.trace import engine_digest, first_difference, whole_of
from rehabflow.store.vault import Vault
from store.making import AUDITOR, LEAD, THERAPIST, begin, catalog, course, episodes_of, journeys, take

LONG = journeys()["flare_and_back"]
LAST = LONG.steps[-1].at


@pytest.fixture
def store(sqlite_path: Path) -> SqliteStore:
    return open_sqlite(sqlite_path, create=True)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def sealed(store: SqliteStore, keys: Path) -> Episodes:
    return episodes_of(store, keys)


def elsewhere(tmp_path: Path, *, with_keys: bool = True, by: Catalog | None = None) -> Episodes:
    other = open_sqlite(tmp_path / "elsewhere" / "e.sqlite", create=True)
    ring = KeyRing.at(tmp_path / "elsewhere" / "keys") if with_keys else None
    return Episodes.of(Vault(other, ring), by or catalog())


def newer_catalog() -> Catalog:
    """Return a catalog whose protocol is a later version that needs no clearance of pain at rest."""
    texts = dict(catalog().protocols["low_back_pain"].contribution.texts)
    changed = {name: text.replace('version = "1.0.0"', 'version = "1.1.0"') for name, text in texts.items()}
    assert changed != texts
    package, problems = load_protocol("low_back_pain", dict(changed))
    assert package is not None, problems
    return Catalog.of(catalog().plugins.values(), [package])


# -- replay


def test_replay_fails_loudly_at_the_first_difference(
    sealed: Episodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode, recorded = course(sealed, LONG)
    third = recorded[2].decision
    real = decide

    def other(*arguments: object, **named: object) -> Decision:
        decision = real(*arguments, **named)  # type: ignore[arg-type]  # as they come
        return attrs.evolve(decision, action="discharge") if decision.at == third.at else decision

    monkeypatch.setattr(replaying, "decide", other)
    with pytest.raises(ReplayDiffers) as told:
        replay(sealed, AUDITOR, episode)
    assert (told.value.number, told.value.where) == (recorded[2].number, "1 action")


def test_replay_sees_what_only_the_fingerprint_holds(
    sealed: Episodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode, recorded = course(sealed, LONG)
    monkeypatch.setattr("rehabflow.store.trace.whole_of", lambda _: "0")
    with pytest.raises(ReplayDiffers) as told:
        replay(sealed, AUDITOR, episode)
    assert (told.value.number, told.value.where) == (recorded[0].number, "5 traces")


def test_replay_says_how_many_another_engine_made(sealed: Episodes, monkeypatch: pytest.MonkeyPatch) -> None:
    episode, recorded = course(sealed, LONG)
    monkeypatch.setattr(replaying, "engine_digest", lambda: "another")
    assert replay(sealed, AUDITOR, episode).other_engine == len(recorded)


def test_the_engine_has_one_digest() -> None:
    assert engine_digest() == engine_digest()
    assert len(engine_digest()) == 64


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}, "a[1]"),
        ({"a": [1]}, {"a": [1, 3]}, "a[1]"),
        ({"a": {"b": 1}}, {"a": {}}, "a.b"),
        ({"a": True}, {"a": 1}, "a"),
        (1, 2, "the whole"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "x"}]}, ""),
    ],
)
def test_the_first_difference_is_named_by_its_place(one: object, other: object, where: str) -> None:
    assert first_difference(one, other) == where  # type: ignore[arg-type]


# -- versions of the protocol


def test_an_episode_goes_on_by_the_definitions_it_is_pinned_to(store: SqliteStore) -> None:
    before = Episodes.of(Vault(store), catalog())
    episode = begin(before, LONG)
    after = Episodes.of(Vault(store), newer_catalog())
    played = play(catalog(), LONG)
    for step, expected in zip(LONG.steps, played, strict=True):
        assert whole_of(take(after, episode, step).decision) == whole_of(expected.decision)
    assert replay(after, AUDITOR, episode).decisions == len(LONG.steps)
    assert after.current(episode).pin.version == "1.0.0"


def test_a_move_is_previewed_and_then_recorded(store: SqliteStore) -> None:
    episode, _ = course(Episodes.of(Vault(store), catalog()), LONG)
    after = Episodes.of(Vault(store), newer_catalog())
    preview = preview_move(after, Request(THERAPIST, LAST), episode)
    assert (preview.before, preview.after, preview.definitions) == ("1.0.0", "1.1.0", ("protocol",))
    assert preview.changes == ()
    state = move(after, Request(THERAPIST, LAST, "move-1"), episode, "clinic updated")
    assert state.pin.version == "1.1.0"
    assert move(after, Request(THERAPIST, LAST, "move-1"), episode, "clinic updated") == state
    with pytest.raises(NotNow):
        move(after, Request(THERAPIST, LAST), episode, "again")
    after.visit(Request(THERAPIST, Instant(LAST.day + 1)), episode)
    assert replay(after, AUDITOR, episode).decisions == len(LONG.steps) + 1


def test_a_preview_says_what_would_change(store: SqliteStore) -> None:
    episode, _ = course(Episodes.of(Vault(store), catalog()), LONG)
    newer = newer_catalog()
    after = Episodes(Vault(store), Definitions(store, newer))
    request = Request(THERAPIST, LAST)
    stays = preview_move(after, request, episode).stays
    from rehabflow.store.moving import _changes

    other = attrs.evolve(stays, action="pause", plan=None, gates=stays.gates[1:])
    told = _changes(stays, other)
    assert told[0] == f"action: {stays.action} would be pause"
    assert f"gate {stays.gates[0].address}: clear would be absent" in told
    assert any(line.startswith("exercise ") and line.endswith("would be not given") for line in told)


def test_kept_definitions_that_were_changed_are_refused(store: SqliteStore) -> None:
    episode = begin(Episodes.of(Vault(store), catalog()), LONG)
    store._connection.execute("DROP TRIGGER kept_UPDATE_never")
    store._connection.execute("UPDATE kept SET text = replace(text, '1.0.0', '1.0.1')")
    with pytest.raises(NotReplayable):
        take(Episodes.of(Vault(store), newer_catalog()), episode, LONG.steps[0])


# -- one file


def test_an_exported_episode_is_replayed_elsewhere_without_its_definitions(
    sealed: Episodes, tmp_path: Path
) -> None:
    episode, _ = course(sealed, LONG)
    content = export_episode(sealed, THERAPIST, episode, journey_toml)
    other = elsewhere(tmp_path, by=Catalog.of((), ()))
    state = import_episode(other, LEAD, content)
    assert state == sealed.current(episode)
    assert replay(other, AUDITOR, episode).decisions == len(LONG.steps)
    assert other.vault.store.read(episode) == sealed.vault.store.read(episode)
    with pytest.raises(Conflict):
        import_episode(other, LEAD, content)


def test_the_journey_in_the_file_has_the_same_decisions(sealed: Episodes, tmp_path: Path) -> None:
    episode, recorded = course(sealed, LONG)
    document = decode(export_episode(sealed, THERAPIST, episode, journey_toml).rstrip(b"\n"))
    assert isinstance(document, dict)
    path = tmp_path / "journey.toml"
    path.write_text(str(document["journey"]), encoding="utf-8")
    (journey,) = load_journeys(path, catalog())
    played = play(catalog(), journey)
    assert [one.decision.action for one in played] == [one.decision.action for one in recorded]


def test_a_journey_has_only_decisions_in_force_and_the_one_that_waits(sealed: Episodes) -> None:
    episode = begin(sealed, LONG)
    first = take(sealed, episode, LONG.steps[0], accept=False)
    sealed.decline(Request(THERAPIST, first.decision.at), episode, first.number, "no")
    second = take(sealed, episode, LONG.steps[1], accept=False)
    state, entries = sealed.history(AUDITOR, episode)
    steps = journey_of(state, entries).steps
    assert [step.at for step in steps] == [second.decision.at]
    assert {event.at for event in steps[0].events} >= {first.decision.at}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('\\"clock\\":\\"20', '\\"clock\\":\\"21', 1),
        lambda text: text.replace("walk", "talk", 1),  # in the definitions, which come first
        lambda text: text.replace("rehabflow/episode/1", "rehabflow/episode/9"),
        lambda text: text[:-50],
    ],
)
def test_a_changed_file_is_refused(store: SqliteStore, tmp_path: Path, change: Callable[[str], str]) -> None:
    plain = episodes_of(store)
    episode, _ = course(plain, LONG)
    text = export_episode(plain, THERAPIST, episode).decode()
    assert change(text) != text
    other = elsewhere(tmp_path)
    with pytest.raises(Damaged):
        import_episode(other, LEAD, change(text).encode())
    assert other.vault.store.heads() == ()


def test_a_sealed_episode_needs_a_key_ring(sealed: Episodes, tmp_path: Path) -> None:
    episode = begin(sealed, LONG)
    content = export_episode(sealed, THERAPIST, episode)
    with pytest.raises(MissingKey):
        import_episode(elsewhere(tmp_path, with_keys=False), LEAD, content)
    other = elsewhere(tmp_path)
    patient = sealed.current(episode).patient
    assert other.vault.keys is not None
    other.vault.keys.make(patient)
    with pytest.raises(MissingKey, match="another key"):
        import_episode(other, LEAD, content)


REPLAYING = """
import sys
from pathlib import Path
from rehabflow.catalog import Catalog
from rehabflow.store.carrying import import_episode
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.replaying import replay
from rehabflow.store.sqlite_store import open_sqlite
from rehabflow.store.vault import Vault
store = open_sqlite(Path(sys.argv[2]) / "store" / "e.sqlite", create=True)
episodes = Episodes.of(Vault(store), Catalog.of((), ()))
lead = Actor("l", "lead", "physician")
state = import_episode(episodes, lead, Path(sys.argv[1]).read_bytes())
print(replay(episodes, lead, state.episode).decisions)
"""
SEEDS, ZONES, LOCALES = (
    ("0", "1", "4711"),
    ("UTC", "Pacific/Kiritimati"),
    ("C", "C.UTF-8", "tr_TR.UTF-8", "ar_EG"),
)
COMBINATIONS = list(itertools.product(SEEDS, ZONES, LOCALES))
FEW = COMBINATIONS if os.environ.get("REHABFLOW_ALL_REPLAYS") else COMBINATIONS[::7]


@pytest.mark.parametrize(("seed", "zone", "locale"), FEW)
def test_replay_is_equal_anywhere(
    store: SqliteStore, tmp_path: Path, seed: str, zone: str, locale: str
) -> None:
    plain = episodes_of(store)
    episode, recorded = course(plain, LONG)
    file = tmp_path / "episode.json"
    file.write_bytes(export_episode(plain, THERAPIST, episode))
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", REPLAYING, file, tmp_path / "there"],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout.strip(), ended.stderr) == (str(len(recorded)), "")
