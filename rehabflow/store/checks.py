"""What an event has to be before it is recorded: named by the protocol, of its type, signed by one who may."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from rehabflow.definitions.gates import Effect
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.loading.known import Known, may
from rehabflow.loading.reader import Reader
from rehabflow.loading.recorded import read_value
from rehabflow.problems import Place, UsageError
from rehabflow.record.events import (
    Cleared,
    Corrected,
    DiaryLine,
    Event,
    Happened,
    History,
    Observed,
    Ordered,
    Overridden,
    Pinned,
    Placed,
    Removed,
    SessionLogged,
    Visited,
    Withdrawn,
)
from rehabflow.record.timeline import order_of
from rehabflow.record.values import Absent
from rehabflow.rulebook.model import Rulebook
from rehabflow.store.entries import Actor
from rehabflow.store.errors import NotAllowed
from rehabflow.store.roles import Action, require

_ACTIONS: Final[Mapping[type, Action]] = MappingProxyType({
    Cleared: "clear",
    Overridden: "override",
    Ordered: "order",
    Corrected: "correct",
    Placed: "change",
    Pinned: "change",
    Removed: "change",
})  # fmt: skip


class NotRecordable(UsageError):
    """An event that the protocol does not know, or whose value cannot be; the text names the key, never the value."""


@frozen
class Checker:
    """Checks the events of one request: `at` is its moment, `history` what is on record."""

    rulebook: Rulebook
    history: History
    actor: Actor
    at: Instant
    known: Known

    @classmethod
    def of(cls, rulebook: Rulebook, history: History, actor: Actor, at: Instant) -> Checker:
        """Return the checker of a request."""
        return cls(rulebook, history, actor, at, Known.of(rulebook))

    def check(self, events: Sequence[Event], otherwise: Action) -> None:
        """Refuse the request if any of its events cannot be recorded.

        Raises:
            NotRecordable: the protocol does not know it, or its value cannot be, or it is of a later time.
            NotAllowed: the role, or the profession, may not.
        """
        for event in events:
            require(self.actor, self._action(event, otherwise))
            if order_of(event.at) > order_of(self.at):
                raise NotRecordable("an entry is of a later time than now")
            check = _CHECKS.get(type(event))
            if check is None:
                raise NotRecordable(f"a {type(event).__name__} is not recorded by a person")
            check(self, event)

    def _action(self, event: Event, otherwise: Action) -> Action:
        if isinstance(event, Withdrawn):
            return "clear" if event.what.startswith("clearance.") else "correct"
        return _ACTIONS.get(type(event), otherwise)

    # -- observations

    def visited(self, _: Visited) -> None:
        """Nothing more to check."""

    def observed(self, event: Observed) -> None:
        """Refuse an observation of an unknown key, a value that it cannot have, or a patient's of a screen."""
        self._answer(event.key, event.answer)
        if self.actor.role == "patient":
            self._refuse_screen(_plain(event.key))

    def session(self, event: SessionLogged) -> None:
        """Refuse a session whose diary items or exercises are unknown."""
        if not 0 <= event.done <= 1:
            raise NotRecordable("`done` of a session is from 0 to 1")
        for name, answer in event.answers.items():
            self._answer(f"session.{name}", answer)
        for exercise in event.did:
            self._among("exercise", exercise, self.known.exercises)

    def line(self, event: DiaryLine) -> None:
        """Refuse a diary line with more sessions done than expected, or unknown items."""
        if not 0 <= event.done <= event.of:
            raise NotRecordable("a diary line has at most as many sessions done as expected")
        for name, answer in event.worst.items():
            self._answer(f"session.{name}", answer)

    def happened(self, event: Happened) -> None:
        """Refuse an event, or a detail of it, that is not declared."""
        self._among("event", event.event, self.known.events)
        details = self.known.events[event.event].details
        for name, value in event.details.items():
            self._among("detail", name, details)
            self._among(f"value of `{name}`", value, details[name], tell=False)

    def corrected(self, event: Corrected) -> None:
        """Refuse a correction of what is not on record."""
        self._signed(event.by)
        self._answer(event.key, event.to)
        key = "session" if event.key.startswith("session.") else event.key
        if not any(_is_of(past, key, event.on) for past in self.history.events):
            raise NotRecordable(f"`{event.key}` was not recorded then; there is nothing to correct")

    def withdrawn(self, event: Withdrawn) -> None:
        """Refuse to withdraw what is not on record."""
        self._signed(event.by)
        for past in self.history.events:
            if isinstance(past, Cleared) and event.what == f"clearance.{past.scope}":
                return
            if isinstance(past, Observed) and event.what == past.key:
                return
        raise NotRecordable("what is withdrawn is not on record")

    # -- what clinicians sign

    def cleared(self, event: Cleared) -> None:
        """Refuse an agreement by one who may not give it."""
        self._among("clearance", event.scope, self.known.clearances)
        self._signed(event.by)
        self._profession(
            event.by, self.known.clearances[event.scope].by, f"give the clearance `{event.scope}`"
        )

    def overridden(self, event: Overridden) -> None:
        """Refuse an override of a level that nobody may set aside, above all of emergency and refer."""
        allowed = {**self.known.gates, **self.known.rules}
        self._among("gate level or rule", event.rule, allowed)
        effects = {rule.address: rule.effect for rule in self.rulebook.gates}
        if not allowed[event.rule] or effects.get(event.rule, Effect.NONE) >= Effect.REFER:
            raise NotAllowed(f"nobody may set `{event.rule}` aside; its `until` says what ends it")
        self._signed(event.by)
        self._profession(event.by, allowed[event.rule], f"set `{event.rule}` aside")
        if event.until.day < self.at.day:
            raise NotRecordable("an override ends after it begins")

    def ordered(self, event: Ordered) -> None:
        """Refuse an order of what cannot be set for one patient, or that is less strict than the protocol."""
        self._among("parameter", event.parameter, self.known.parameters)
        parameter = self.known.parameters[event.parameter]
        self._signed(event.by)
        self._profession(event.by, parameter.set_by, f"set `{event.parameter}`")
        numbers = [case.value for case in parameter.cases]
        loosens = {
            "higher": event.value < min(numbers),
            "lower": event.value > max(numbers),
        }
        if loosens.get(parameter.stricter, False):
            raise NotRecordable(f"an order of `{event.parameter}` can only be stricter than the protocol")

    def placed(self, event: Placed) -> None:
        """Refuse a stage that the track does not have."""
        self._among("track", event.track, self.known.tracks)
        self._among("stage", event.stage, (*self.known.tracks[event.track], "none"))
        self._signed(event.by)

    def chosen(self, event: Pinned | Removed) -> None:
        """Refuse to pin or remove an unknown exercise."""
        self._among("exercise", event.exercise, self.known.exercises)
        self._signed(event.by)

    # -- shared

    def _answer(self, key: str, answer: object) -> None:
        type_ = self.known.types.get(key) or self.known.types.get(_plain(key))
        if type_ is None:
            raise NotRecordable("an answer is to a question that this protocol does not have")
        if isinstance(answer, Absent):
            return
        given = sorted(answer) if isinstance(answer, frozenset) else answer
        reader = Reader()
        read = read_value(reader, Place("", (key,)), key, type_, given)
        if read is None or type(read) is not type(answer):
            raise NotRecordable(f"the answer to `{key}` is not one that it can have")

    def _refuse_screen(self, key: str) -> None:
        """Refuse a patient's answer to what is asked at every visit, or has a normal value: it can lift a stop."""
        measure = self.rulebook.measures.get(key)
        if measure is None:
            return
        each_visit = (ask.what for ask in self.rulebook.asks.values() if ask.every == "visit")
        is_screen = measure.definition is not None and measure.definition.normal is not None
        if is_screen or any(measure.assessment in what for what in each_visit):
            raise NotAllowed(
                f"a patient does not record `{key}`, which is asked at a visit; a session's diary tells the rest"
            )

    def _among(self, what: str, word: str, known: Collection[str], *, tell: bool = True) -> None:
        if word not in known:
            names = f"; there are: {', '.join(sorted(known)[:16])}" if tell and known else ""
            raise NotRecordable(f"there is no such {what}{names}")

    def _signed(self, by: str) -> None:
        """Refuse who signs by another profession than their own."""
        if by != self.actor.profession:
            raise NotAllowed("nobody signs by a profession that is not theirs")

    def _profession(self, by: str, allowed: Collection[str], what: str) -> None:
        if not may(by, allowed):
            raise NotAllowed(
                f"this profession may not {what}; allowed: {', '.join(sorted(allowed)) or 'nobody'}"
            )


def _plain(key: str) -> str:
    """Return a key without its side."""
    return key.removesuffix(".left").removesuffix(".right")


def _is_of(past: Event, key: str, on: Instant) -> bool:
    if isinstance(past, SessionLogged):
        return key == "session" and (past.at.day == on.day if on.second is None else past.at == on)
    return isinstance(past, Observed) and past.key == key and (
        past.at.day == on.day if on.second is None else past.at == on
    )  # fmt: skip


_CHECKS: Final[Mapping[type, Callable[[Checker, Any], None]]] = MappingProxyType({  # Any: the event of that type
    Visited: Checker.visited,
    Observed: Checker.observed,
    SessionLogged: Checker.session,
    DiaryLine: Checker.line,
    Happened: Checker.happened,
    Corrected: Checker.corrected,
    Withdrawn: Checker.withdrawn,
    Cleared: Checker.cleared,
    Overridden: Checker.overridden,
    Ordered: Checker.ordered,
    Placed: Checker.placed,
    Pinned: Checker.chosen,
    Removed: Checker.chosen,
})  # fmt: skip
