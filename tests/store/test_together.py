"""Several open episodes of one patient in a store: told to each other, recorded, and replayed each by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabflow.engine.decision import Decision
from rehabflow.instants import Instant
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.record.events import Observed
from rehabflow.store.carrying import export_episode, import_episode, journey_of
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import Damaged, NotReplayable, StoreError
from rehabflow.store.port import Store
from rehabflow.store.replaying import replay
from rehabflow.store.requests import Request
from rehabflow.store.sealing import KeyRing
from rehabflow.store.sqlite_store import open_sqlite
from rehabflow.store.vault import new_id
from store.making import AUDITOR, LEAD, THERAPIST, episodes_of

DAY = 739_000


def at(day: int) -> Instant:
    return Instant(DAY + day, 36_000)


def seen(episodes: Episodes, episode: str, day: int, **values: bool) -> Decision:
    """Record a visit with answers such as `red_flags__fever`; return its decision, accepted."""
    now = at(day)
    events = [Observed(now, now, key.replace("__", "."), value) for key, value in values.items()]
    recorded = episodes.visit(Request(THERAPIST, now), episode, events)
    episodes.accept(Request(THERAPIST, now), episode, recorded.number)
    return recorded.decision


def others(decision: Decision) -> set[str]:
    return {gate.gate for gate in decision.gates if gate.address.startswith("others.")}


@pytest.fixture
def episodes(store: Store) -> Episodes:
    return episodes_of(store)


@pytest.fixture
def pair(episodes: Episodes) -> tuple[str, str]:
    """Return the ids of a low back and a neck episode of one patient."""
    back = episodes.open(Request(THERAPIST, at(0)), "low_back_pain")
    neck = episodes.open(Request(THERAPIST, at(0)), "neck_whiplash", patient=back.patient)
    return back.episode, neck.episode


def test_an_emergency_of_one_is_one_of_the_other_until_it_is_over(
    episodes: Episodes, pair: tuple[str, str]
) -> None:
    back, neck = pair
    assert seen(episodes, back, 1, red_flags__self_harm=True).action == "emergency"
    decision = seen(episodes, neck, 1)
    assert decision.action == "emergency"
    assert "others.low_back_pain" in others(decision)
    episodes.close(Request(THERAPIST, at(2)), back, "referred", "seen by the emergency department")
    after = seen(episodes, neck, 3)
    assert others(after) == set()
    assert after.action != "emergency"


def test_another_patients_episodes_are_nothing_to_it(episodes: Episodes, pair: tuple[str, str]) -> None:
    seen(episodes, pair[0], 1, red_flags__self_harm=True)
    stranger = episodes.open(Request(THERAPIST, at(1)), "neck_whiplash").episode
    assert others(seen(episodes, stranger, 1)) == set()


def test_two_of_one_protocol_have_names_of_their_own(episodes: Episodes, pair: tuple[str, str]) -> None:
    patient = episodes.current(pair[0]).patient
    episodes.open(Request(THERAPIST, at(0)), "low_back_pain", patient=patient)
    heads = {name for name in others(seen(episodes, pair[1], 1)) if name.count(".") == 1}
    assert heads == {"others.low_back_pain", "others.low_back_pain_2"}


def test_the_ids_of_a_patients_episodes(store: Store, episodes: Episodes, pair: tuple[str, str]) -> None:
    assert store.of_patient(episodes.current(pair[0]).patient) == tuple(sorted(pair))
    assert store.of_patient("nobody") == ()


def test_each_is_replayed_by_itself_here_and_elsewhere(
    episodes: Episodes, pair: tuple[str, str], tmp_path: Path
) -> None:
    back, neck = pair
    seen(episodes, back, 1, red_flags__self_harm=True)
    seen(episodes, neck, 1)
    seen(episodes, back, 2)
    assert replay(episodes, AUDITOR, neck).decisions == 1
    assert replay(episodes, AUDITOR, back).decisions == 2
    elsewhere = episodes_of(open_sqlite(tmp_path / "other" / "e.sqlite", create=True))
    import_episode(elsewhere, LEAD, export_episode(episodes, LEAD, neck))
    assert replay(elsewhere, AUDITOR, neck).decisions == 1


def test_what_others_asked_is_in_the_history_and_not_in_the_journey(
    episodes: Episodes, pair: tuple[str, str]
) -> None:
    seen(episodes, pair[1], 1)
    state, entries = episodes.history(LEAD, pair[1])
    assert any(isinstance(one.entry.event, Elsewhere) for one in entries)
    journey = journey_of(state, entries)
    assert not any(isinstance(event, Elsewhere) for step in journey.steps for event in step.events)


def test_a_repeated_request_returns_what_it_recorded(episodes: Episodes, pair: tuple[str, str]) -> None:
    request = Request(THERAPIST, at(1))
    first = episodes.visit(request, pair[1])
    again = episodes.visit(request, pair[1])
    assert again.repeated
    assert (again.number, again.decision) == (first.number, first.decision)


@pytest.mark.parametrize("refused", [NotReplayable, Damaged])
def test_definitions_that_cannot_be_had_pause_the_other(
    episodes: Episodes, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch, refused: type[StoreError]
) -> None:
    from rehabflow.store.definitions import Definitions

    def pinned(self: Definitions, protocol: str, *_: object) -> object:
        if protocol == "low_back_pain":
            raise refused("not here")
        return self.catalog

    monkeypatch.setattr(Definitions, "pinned", pinned)
    decision = seen(episodes, pair[1], 1)
    unknown = next(gate for gate in decision.gates if gate.address.endswith("low_back_pain.definitions"))
    assert (unknown.state, unknown.acts.word) == ("unknown", "pause")


def test_an_episode_that_cannot_be_read_pauses_the_other(
    store: Store, episodes: Episodes, pair: tuple[str, str], tmp_path: Path
) -> None:
    sealed = episodes_of(store, tmp_path / "keys")
    patient = new_id()
    KeyRing.at(tmp_path / "keys").make(patient)
    plain, hidden = new_id(), new_id()
    for episode, by, like in ((plain, episodes, pair[1]), (hidden, sealed, pair[0])):
        first = episodes.current(like).opened
        by.add(Request(THERAPIST, at(0)), episode, patient, 0, [first])
    seen(sealed, hidden, 1, red_flags__self_harm=True)
    decision = seen(episodes, plain, 1)
    unknown = next(gate for gate in decision.gates if gate.address == "others.unreadable.record")
    assert (unknown.state, unknown.acts.word, decision.action) == ("unknown", "pause", "pause")
    assert replay(episodes, AUDITOR, plain).decisions == 1
    assert seen(sealed, plain, 2).action == "emergency"
