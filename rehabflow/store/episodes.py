"""Episodes: opened, visited, decided, accepted, corrected, closed; every act checked by role, recorded, then shown.

`now` is what the clock says, an argument as everywhere. A visit is one moment: what was found at it, the decision, and
a clinician's changes of it are all `at` that moment, whenever they are written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import attrs

from rehabflow.catalog import Catalog
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.problems import UsageError
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.record.events import Event, History, Overridden, Visited
from rehabflow.record.timeline import order_of
from rehabflow.store.answers import check_end, check_holds, was_changed
from rehabflow.store.checks import Checker
from rehabflow.store.definitions import Definitions
from rehabflow.store.entries import Actor, Entry
from rehabflow.store.errors import Conflict, Damaged, MissingKey, NotAllowed, NotNow, RepeatedKey, TooNew
from rehabflow.store.events import (
    Accepted,
    AnyEvent,
    Closed,
    Declined,
    Derived,
    Disposition,
    Opened,
    OverrideCode,
    OverrideEnded,
)
from rehabflow.store.opening import check_patient, check_repeated
from rehabflow.store.port import Appended
from rehabflow.store.requests import Recorded, Request, attention, timeless
from rehabflow.store.roles import Action, require
from rehabflow.store.state import EpisodeState, Numbered, state_of
from rehabflow.store.together import told
from rehabflow.store.trace import derived_of
from rehabflow.store.vault import ErasedEpisode, Vault, new_id

Kind = Literal["visit", "between"]


@frozen(eq=False)
class Episodes:
    """The episodes of a store, decided by a catalog."""

    vault: Vault
    definitions: Definitions

    @classmethod
    def of(cls, vault: Vault, catalog: Catalog) -> Episodes:
        """Return the episodes of a vault."""
        return cls(vault, Definitions(vault.store, catalog))

    # -- reading

    def state(self, actor: Actor, episode: str) -> EpisodeState:
        """Return the state of an episode; a patient sees what was accepted.

        Raises:
            NoEpisode, ErasedEpisode, MissingKey: it cannot be read.
            NotAllowed: the role may not, or it is another patient's.
        """
        require(actor, "read_accepted" if actor.role == "patient" else "read")
        found = self.current(episode)
        require(actor, "read_accepted", found.patient)
        return found.as_patient_sees() if actor.role == "patient" else found

    def history(
        self, actor: Actor, episode: str, as_known_on: Instant | None = None
    ) -> tuple[EpisodeState, tuple[Numbered, ...]]:
        """Return the entries that were written by a moment, and the state they gave then.

        Raises:
            NotNow: the episode was not open by then.
        """
        require(actor, "history")
        patient, entries = self.vault.read(episode)
        if as_known_on is not None:
            entries = tuple(one for one in entries if _is_by(one.entry.clock, as_known_on))
        if not entries:
            raise NotNow("the episode was not open by then")
        return state_of(episode, patient, entries), entries

    def list(self, actor: Actor) -> tuple[EpisodeState, ...]:
        """Return the episodes that can be read, those that need attention first.

        First what waits for a clinician, then by how strict the decision in force is, then by how long ago.
        """
        require(actor, "read")
        found = []
        for head in self.vault.store.heads():
            try:
                found.append(self.current(head.episode))
            except (ErasedEpisode, MissingKey, Damaged, TooNew):
                continue
        return tuple(sorted(found, key=attention))

    def overrides(self, actor: Actor) -> dict[str, int]:
        """Return how often each gate level or rule was set aside, over all episodes, most often first."""
        counts: dict[str, int] = {}
        for state in self.list(actor):
            for _, override in state.overrides:
                counts[override.rule] = counts.get(override.rule, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    # -- opening and closing

    def open(
        self,
        request: Request,
        protocol: str,
        *,
        patient: str = "",
        day_0: Instant | None = None,
        involved: Literal["", "left", "right"] = "",
    ) -> EpisodeState:
        """Open an episode, pinned to the installed version of a protocol; return its state.

        Args:
            request: who, when; its key makes a repetition return the episode opened first.
            protocol: the id of an installed protocol.
            patient: the id of a patient who has an episode here; by default a new one. See `check_patient`.
            day_0: the day that days are counted from; by default today.
            involved: the side, for protocols of one limb.

        Raises:
            NoEpisode, ErasedEpisode: the patient given has no episode here, or was erased.
            MissingKey: the patient given has sealed episodes, and their key is not here.
            RepeatedKey: the key of the request opened another episode.
        """
        require(request.actor, "open")
        rulebook = self.definitions.catalog.rulebook(protocol)
        known = self.vault.store.request(request.key)
        if known:
            state = self.current(known[0].episode)
            check_repeated(state, known[0].number, protocol, patient, day_0, involved)
            return state
        now, start = request.now, Instant((day_0 or request.now).day)
        if start.day > now.day:
            raise UsageError("day 0 is in the future")
        patient = check_patient(self.vault, patient) if patient else new_id()
        if self.vault.keys is not None:
            self.vault.keys.make(patient)
        content = self.definitions.keep(protocol)
        event = Opened(
            now, now, protocol, rulebook.versions[protocol], dict(rulebook.digests), content, start, involved
        )
        episode = new_id()
        self.add(request, episode, patient, 0, [event])
        return self.current(episode)

    def close(
        self, request: Request, episode: str, disposition: Disposition, reason: str = ""
    ) -> EpisodeState:
        """Close an episode, and say how it ended; with a reason where an emergency or a referral holds."""
        require(request.actor, "close")
        check_end(self.current(episode), reason)
        return self.own(request, episode, "close", lambda at: Closed(at, at, disposition, reason))

    # -- recording and deciding

    def visit(self, request: Request, episode: str, events: Sequence[Event] = ()) -> Recorded:
        """Record a visit: what was found, and the decision it leads to, which waits for a clinician.

        Nothing is returned that is not on record. A repeated request returns what was recorded the first time.

        Raises:
            Conflict: somebody else recorded something since `expected`, or at the same moment.
            NotAllowed, NotRecordable: an event may not be recorded; then none is.
            NotNow: the episode is closed, or the clock went back.
        """
        visited = Visited(request.now, request.now)
        found = tuple(event for event in events if not isinstance(event, Visited))
        return self._decided(request, episode, (visited, *found), "visit", "visit")

    def log(self, request: Request, episode: str, events: Sequence[Event]) -> Recorded:
        """Record a session, and the decision between visits it leads to; that only restricts, and holds at once."""
        found = self._decided(request, episode, events, "between", "log")
        if request.actor.role != "patient":
            return found
        return attrs.evolve(found, state=found.state.as_patient_sees())

    def change(self, request: Request, episode: str, events: Sequence[Event]) -> Recorded:
        """Record what a clinician does about the decision that waits, and the decision that follows from it.

        Agreements, overrides, orders, corrections, placements, pins and removals: all at the moment of the visit.
        """
        require(request.actor, "change")
        again = self._again(request, episode, events)
        if again is not None:
            return again
        waiting = self.ready(request, episode).proposed
        if waiting is None:
            raise NotNow("no decision waits for a clinician; record a visit first")
        return self._decided(request, episode, events, "visit", "change", at=waiting.decision.at)

    def record(self, request: Request, episode: str, events: Sequence[Event]) -> EpisodeState:
        """Record events without a decision: an agreement that comes by post, a correction; the next visit sees them."""
        if self._again_entries(request, episode, events):
            return self.current(episode)
        state = self.ready(request, episode)
        stamped = [attrs.evolve(event, recorded=request.now) for event in events]
        self._checker(state, request.actor, request.now).check(stamped, "visit")
        self.add(request, episode, state.patient, state.version, stamped)
        return self.current(episode)

    def override(
        self,
        request: Request,
        episode: str,
        rule: str,
        code: OverrideCode,
        text: str,
        name: str,
        until: Instant,
    ) -> EpisodeState:
        """Set a gate level or rule aside until a day, with a reason; never emergency or refer."""
        by = request.actor.profession
        reason = f"{code}: {text}"
        return self.record(
            request, episode, [Overridden(request.now, request.now, rule, by, name, reason, until)]
        )

    def end_override(self, request: Request, episode: str, rule: str, reason: str) -> EpisodeState:
        """End an override before its day."""
        state = self.current(episode)
        live = [
            event
            for event in state.history.events
            if isinstance(event, Overridden) and event.rule == rule and event.until.day >= request.now.day
        ]
        if not live and not self.vault.store.request(request.key):
            raise NotNow("no override of this is live")
        by = request.actor.profession
        return self.own(request, episode, "override", lambda at: OverrideEnded(at, at, rule, by, reason))

    # -- a clinician's answer

    def accept(self, request: Request, episode: str, number: int) -> EpisodeState:
        """Put the decision of entry `number` in force; refused where what is known by now stops more strictly."""
        require(request.actor, "accept")
        self._waits(request, episode, number)
        state = self.current(episode)
        changed = was_changed(state, number)
        if not self.vault.store.request(request.key):
            elsewhere = told(self.vault, self.definitions, state, request.now)
            check_holds(state, request.now, elsewhere, self.derive)
        return self.own(request, episode, "accept", lambda at: Accepted(at, at, number, changed))

    def decline(self, request: Request, episode: str, number: int, reason: str) -> EpisodeState:
        """Decline the decision of entry `number`; what was in force before stays so."""
        self._waits(request, episode, number)
        return self.own(request, episode, "accept", lambda at: Declined(at, at, number, reason))

    def _waits(self, request: Request, episode: str, number: int) -> None:
        waiting = self.current(episode).proposed
        if (waiting is None or waiting.number != number) and not self.vault.store.request(request.key):
            raise NotNow(
                "this decision does not wait any more: it was answered, or something was recorded since"
            )

    # -- inside

    def current(self, episode: str) -> EpisodeState:
        """Return the state of an episode, whoever asks."""
        patient, entries = self.vault.read(episode)
        return state_of(episode, patient, entries)

    def derive(self, state: EpisodeState, history: History, at: Instant, kind: Kind) -> Decision:
        """Return the decision of an episode's pinned definitions; nothing is recorded."""
        catalog = self.definitions.pinned(state.protocol, state.digests, state.pin.content)
        return decide(catalog, state.protocol, history, at, kind=kind)

    def ready(self, request: Request, episode: str) -> EpisodeState:
        """Return the state of an episode that can be added to."""
        state = self.current(episode)
        if state.closed is not None:
            raise NotNow("the episode is closed")
        if request.expected is not None and request.expected != state.version:
            raise Conflict(episode, request.expected, state.version)
        if order_of(request.now) < order_of(state.clock):
            raise NotNow(
                f"the clock says {request.now}, which is before the newest entry of {state.clock}; set it right first"
            )
        self._refuse_stranger(request, state.patient)
        return state

    def _refuse_stranger(self, request: Request, patient: str) -> None:
        if request.actor.role == "patient" and request.actor.id != patient:
            raise NotAllowed("a patient reaches only their own episodes")

    def _checker(self, state: EpisodeState, actor: Actor, at: Instant) -> Checker:
        catalog = self.definitions.pinned(state.protocol, state.digests, state.pin.content)
        return Checker.of(catalog.rulebook(state.protocol), state.history, actor, at)

    def _decided(
        self,
        request: Request,
        episode: str,
        events: Sequence[Event],
        kind: Kind,
        action: Action,
        at: Instant | None = None,
    ) -> Recorded:
        require(request.actor, action)
        again = self._again(request, episode, events)
        if again is not None:
            return again
        state = self.ready(request, episode)
        moment = at or request.now
        stamped = [attrs.evolve(event, recorded=moment) for event in events]
        if at is not None:
            stamped = [attrs.evolve(event, at=moment) for event in stamped]
        self._checker(state, request.actor, moment).check(stamped, action)
        elsewhere = told(self.vault, self.definitions, state, moment)
        found: list[Event] = [*stamped, *([elsewhere] if elsewhere is not None else [])]
        history = state.with_events(*found).seen(kind)
        decision = self.derive(state, history, moment, kind)
        derived = derived_of(decision, history)
        appended = self.add(request, episode, state.patient, state.version, [*found, derived])
        if appended.repeated:
            again = self._again(request, episode, events)
            assert again is not None
            return again
        return Recorded(decision, appended.rows[-1].number, self.current(episode))

    def own(
        self, request: Request, episode: str, action: Action, event: Callable[[Instant], AnyEvent]
    ) -> EpisodeState:
        """Record one event of the episode's own."""
        require(request.actor, action)
        made = event(request.now)
        if not self._again_entries(request, episode, [made]):
            state = self.ready(request, episode)
            self.add(request, episode, state.patient, state.version, [made])
        return self.current(episode)

    def add(
        self, request: Request, episode: str, patient: str, version: int, events: Sequence[AnyEvent]
    ) -> Appended:
        """Record events as one request, unchecked."""
        entries = [Entry(request.actor, request.now, event) for event in events]
        is_sealed = self.vault.is_sealed(episode)
        return self.vault.append(
            episode, patient, key=request.key, expected=version, entries=entries, is_sealed=is_sealed
        )

    # -- repetitions

    def _again_entries(
        self, request: Request, episode: str, events: Sequence[AnyEvent]
    ) -> tuple[Numbered, ...]:
        """Return what the request recorded before; refuse a key that came with another content."""
        rows = self.vault.store.request(request.key)
        if not rows:
            return ()
        self._refuse_stranger(request, rows[0].patient)
        found = self.vault.opened(rows)
        same = [
            timeless(one.entry.event) for one in found if not isinstance(one.entry.event, Derived | Elsewhere)
        ]
        if rows[0].episode != episode or same != [timeless(event) for event in events]:
            raise RepeatedKey("the key of this request was used before, for something else")
        return found

    def _again(self, request: Request, episode: str, events: Sequence[AnyEvent]) -> Recorded | None:
        """Return the decision that the request recorded before, derived again from what was known then."""
        found = self._again_entries(request, episode, events)
        if not found:
            return None
        number, derived = found[-1].number, found[-1].entry.event
        if not isinstance(derived, Derived):
            raise RepeatedKey("the key of this request was used before, for something else")
        patient, entries = self.vault.read(episode)
        before = state_of(episode, patient, entries[: number - 1])
        decision = self.derive(before, before.seen(derived.kind), derived.at, derived.kind)
        return Recorded(decision, number, state_of(episode, patient, entries), repeated=True)


def _is_by(clock: Instant, moment: Instant) -> bool:
    """Return whether something was written by a moment; a day without a time means by its end."""
    if moment.second is None:
        return clock.day <= moment.day
    return order_of(clock) <= order_of(moment)
