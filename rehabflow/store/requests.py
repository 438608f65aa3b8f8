"""Who asks for what, and what they are told."""

from __future__ import annotations

import attrs

from rehabflow.engine.decision import ACTIONS, Decision
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.timeline import order_of
from rehabflow.store.chain import check_key
from rehabflow.store.entries import Actor
from rehabflow.store.events import AnyEvent
from rehabflow.store.state import EpisodeState
from rehabflow.store.vault import new_key


@frozen
class Recorded:
    """A decision that is on record, as entry `number` of the episode whose state is now `state`."""

    decision: Decision
    number: int
    state: EpisodeState
    repeated: bool = False


@frozen
class Request:
    """Who asks, when, and what makes a repetition harmless.

    `key`: idempotency key, a random one by default. `expected`: the version that the actor has seen; None: any.
    """

    actor: Actor
    now: Instant
    key: str = attrs.field(factory=new_key, converter=check_key)
    expected: int | None = None


def timeless(event: AnyEvent) -> AnyEvent:
    """Return an event without its times: a repeated request may come later."""
    none = Instant(1)
    return attrs.evolve(event, at=none, recorded=none)


def attention(state: EpisodeState) -> tuple[bool, bool, int, tuple[int, int], str]:
    """Return what episodes are listed by: what waits for a clinician, then the strictest, then the longest ago."""
    made = state.stop or state.in_force
    action = made.decision.action if made else "stay"
    strictness = [str(word) for word in ACTIONS].index(action)
    return state.closed is not None, state.proposed is None, strictness, order_of(state.clock), state.episode
