"""Replay: every decision derived again from what was known when it was made, and compared to the last letter."""

from __future__ import annotations

from rehabflow.engine.decide import decide
from rehabflow.frozen import frozen
from rehabflow.record.events import Decided
from rehabflow.store.canonical import Json
from rehabflow.store.entries import Actor
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import ReplayDiffers
from rehabflow.store.events import Derived
from rehabflow.store.forms import to_json
from rehabflow.store.roles import require
from rehabflow.store.state import state_of
from rehabflow.store.trace import derived_of, engine_digest, first_difference


@frozen
class Replayed:
    """How many decisions were derived again; `other_engine`: how many of them another version of the engine made."""

    decisions: int
    other_engine: int


def replay(episodes: Episodes, actor: Actor, episode: str) -> Replayed:
    """Derive every decision of an episode again.

    Raises:
        ReplayDiffers: a decision is not what it was; names the first, and where it differs first.
        NotReplayable: the definitions it was made by cannot be had.
        NotAllowed, NoEpisode, ErasedEpisode, MissingKey: the episode cannot be read.
    """
    require(actor, "replay")
    patient, entries = episodes.vault.read(episode)
    decisions = others = 0
    for index, one in enumerate(entries):
        recorded = one.entry.event
        if not isinstance(recorded, Derived):
            continue
        before = state_of(episode, patient, entries[:index])
        catalog = episodes.definitions.pinned(before.protocol, recorded.digests, before.pin.content)
        seen = before.seen(recorded.kind)
        decision = decide(catalog, before.protocol, seen, recorded.at, kind=recorded.kind)
        anew = derived_of(decision, seen)
        where = first_difference(_document(recorded), _document(anew))
        if where:
            raise ReplayDiffers(episode, one.number, where)
        decisions += 1
        others += recorded.engine != engine_digest()
    return Replayed(decisions, others)


def _document(derived: Derived) -> Json:
    """Return what has to be the same: all but the engine's digest; the fingerprint of the whole comes last."""
    return {
        "1 action": derived.action,
        "2 decision": derived.trace,
        "3 facts": derived.facts,
        "4 record": to_json(Decided, derived.record),
        "5 traces": derived.whole,
        "6 digests": dict(derived.digests),
    }
