"""The state of an episode: a fold over its entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, cast

import attrs

from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import Event, History, Ordered, Overridden, Pinned, Placed, Visited
from rehabflow.record.timeline import order_of
from rehabflow.store.entries import Actor, Entry
from rehabflow.store.errors import Damaged
from rehabflow.store.events import (
    Accepted,
    Closed,
    Declined,
    Derived,
    Erased,
    Moved,
    Opened,
    OverrideEnded,
)

STOPS: Final = frozenset(["emergency", "refer", "pause"])
"""The actions that set the plan aside."""
WAITING: Final = (Placed, Pinned, Ordered)
"""What a clinician changes at a visit that takes effect with its decision, and not before; a removal holds at once."""


@frozen
class Numbered:
    """An entry with its number, counted from 1."""

    number: int
    entry: Entry


@frozen
class Made:
    """A decision, the number of its entry, and who asked for it."""

    number: int
    decision: Derived
    actor: Actor


@frozen
class EpisodeState:
    """What the entries of an episode add up to.

    `version` counts them. `pin` says by which definitions it goes on. `history` is what the engine sees: decisions are
    in it once in force, and their numbers in `effective`. `proposed` waits for a clinician; it lapses as soon as
    anything else is recorded. `clock` is when the newest entry was written. `draft` is the history of the visit of
    `draft_of`, with the changes that wait for its decision to be accepted; None: there is no such visit.
    """

    episode: str
    patient: str
    version: int
    opened: Opened
    pin: Opened | Moved
    history: History
    clock: Instant
    decisions: tuple[Made, ...] = ()
    in_force: Made | None = None
    effective: frozenset[int] = frozenset()
    proposed: Made | None = None
    overrides: tuple[tuple[int, Overridden], ...] = ()
    closed: Closed | None = None
    draft: History | None = None
    draft_of: Instant | None = None

    @property
    def protocol(self) -> str:
        """Return the id of the protocol."""
        return self.pin.protocol

    @property
    def digests(self) -> Mapping[str, str]:
        """Return the digests that the episode is pinned to."""
        return self.pin.digests

    @property
    def stop(self) -> Made | None:
        """Return a visit's decision that stops exercise and was not accepted; None: there is none.

        A stop holds at once. Only a later visit's decision that was accepted ends it: not its being declined, not its
        lapsing, and not a decision between visits, which a patient's log makes.
        """
        visits = [made for made in self.decisions if made.decision.kind == "visit"]
        last = max((made.number for made in visits if made.number in self.effective), default=0)
        stops = [made for made in visits if made.number > last and made.decision.action in STOPS]
        return stops[-1] if stops else None

    def seen(self, kind: Literal["visit", "between"]) -> History:
        """Return what a decision sees: a visit's also the changes that wait for its being accepted."""
        return self.draft if kind == "visit" and self.draft is not None else self.history

    def with_events(self, *events: Event) -> EpisodeState:
        """Return the state after events of the patient's record."""
        state = self
        for event in events:
            state = _told(state, event)
        return state

    def as_patient_sees(self) -> EpisodeState:
        """Return the state without what no clinician has accepted, but for what stops exercise."""
        stop = self.stop
        seen = tuple(made for made in self.decisions if made.number in self.effective or made is stop)
        return attrs.evolve(self, decisions=seen, proposed=None)


def state_of(episode: str, patient: str, entries: Iterable[Numbered]) -> EpisodeState:
    """Return the state that the entries of an episode give.

    Raises:
        Damaged: they do not begin with its opening, or accept what was not proposed.
    """
    state: EpisodeState | None = None
    for one in entries:
        event = one.entry.event
        if isinstance(event, Opened) and state is None:
            history = History(event.day_0.day, (), event.involved)
            state = EpisodeState(episode, patient, 1, event, event, history, one.entry.clock)
            continue
        if state is None or isinstance(event, Opened):
            raise Damaged(
                f"episode {episode}, entry {one.number}: an episode is opened once, at its beginning"
            )
        state = attrs.evolve(_after(state, one), version=one.number, clock=one.entry.clock)
    if state is None:
        raise Damaged(f"episode {episode} has no entries that can be read")
    return state


def _after(state: EpisodeState, one: Numbered) -> EpisodeState:
    event = one.entry.event
    match event:
        case Derived():
            return _derived(state, Made(one.number, event, one.entry.actor))
        case Accepted() | Declined():
            return _answered(state, one, event)
        case OverrideEnded():
            return attrs.evolve(state, history=_ended(state.history, event), proposed=None, draft=None)
        case Moved():
            return attrs.evolve(state, pin=event, proposed=None, draft=None)
        case Closed():
            return attrs.evolve(state, closed=event, proposed=None, draft=None)
        case Erased():
            return state
    overrides = state.overrides
    if isinstance(event, Overridden):
        overrides = (*overrides, (one.number, event))
    return attrs.evolve(_told(state, cast("Event", event)), overrides=overrides, proposed=None)


def _told(state: EpisodeState, event: Event) -> EpisodeState:
    """Return the state after an event; a visit begins a draft, anything recorded at another moment ends it."""
    draft = state.draft if event.recorded == state.draft_of else None
    if isinstance(event, Visited):
        draft = state.history
    history = state.history
    if draft is None or not isinstance(event, WAITING):
        history = history.plus(event)
    if draft is None:
        return attrs.evolve(state, history=history, draft=None, draft_of=None)
    return attrs.evolve(state, history=history, draft=draft.plus(event), draft_of=event.recorded)


def _derived(state: EpisodeState, made: Made) -> EpisodeState:
    decisions = (*state.decisions, made)
    if made.decision.kind == "visit":
        return attrs.evolve(state, decisions=decisions, proposed=made)
    history = state.history.plus(made.decision.record)
    effective = state.effective | {made.number}
    return attrs.evolve(
        state,
        decisions=decisions,
        history=history,
        in_force=made,
        effective=effective,
        proposed=None,
        draft=None,
    )


def _answered(state: EpisodeState, one: Numbered, event: Accepted | Declined) -> EpisodeState:
    made = state.proposed
    if made is None or made.number != event.decision:
        raise Damaged(f"episode {state.episode}, entry {one.number}: no such decision was waiting")
    if isinstance(event, Declined):
        return attrs.evolve(state, proposed=None, draft=None)
    record = made.decision.record
    if order_of(event.recorded) > order_of(record.recorded):
        record = attrs.evolve(record, recorded=event.recorded)
    history, effective = state.seen("visit").plus(record), state.effective | {made.number}
    return attrs.evolve(state, history=history, in_force=made, effective=effective, proposed=None, draft=None)


def _ended(history: History, ended: OverrideEnded) -> History:
    """Return the history with the override's last day before the day on which it was ended."""
    last = Instant(ended.at.day - 1)
    events = tuple(
        attrs.evolve(event, until=last)
        if isinstance(event, Overridden) and event.rule == ended.rule and event.until.day > last.day
        else event
        for event in history.events
    )
    return attrs.evolve(history, events=events)
