"""A small protocol with one of everything, and an episode to play on it: what the engine's tests stand on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from rehabflow.catalog import Catalog
from rehabflow.definitions.contributions import Plugin
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision, Kind
from rehabflow.instants import Duration, Instant
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.record.events import (
    Cleared,
    Corrected,
    DiaryLine,
    Did,
    Event,
    Happened,
    History,
    Observed,
    Overridden,
    Pinned,
    Placed,
    Removed,
    SessionLogged,
    Visited,
    Withdrawn,
)
from rehabflow.record.values import Absent, Answer

DAY_0 = datetime.date(2026, 3, 2).toordinal()

EXERCISE = """
[exercise.{id}]
title = "{id}"
role = "{role}"
quality = "{quality}"
trains = ["{trains}"]
pattern = "plain"
position = "{position}"
direction = "{direction}"
joints = ["lumbar"]
effort_kind = "active"
contact_risk = false
demand = {demand}
cautions = {cautions}
equipment = {equipment}
minutes = {minutes}
how = ["Move."]
{extra}
[exercise.{id}.dose.settle]
steps = ["1 x 5", "1 x 10", "2 x 10"]
per_day = 1
[exercise.{id}.dose.control]
steps = ["2 x 5", "2 x 10"]
per_week = "3 to 5"
"""


def exercise(id_: str, **changes: object) -> str:
    """Return the TOML of an exercise; what is not named is plain."""
    values: dict[str, object] = {
        "role": "local_stabiliser",
        "quality": "control",
        "trains": "control:trunk",
        "position": "supine",
        "direction": "neutral",
        "demand": 1,
        "cautions": "[]",
        "equipment": "[]",
        "minutes": 4,
        "extra": "",
    }
    return EXERCISE.format(id=id_, **(values | changes))


TINY = "\n" + (Path(__file__).parent / "tiny.toml").read_text(encoding="utf-8")

EXERCISES = "".join(
    [
        exercise("breathe", position="supine"),
        exercise("brace", demand=2),
        exercise("curl", demand=2, cautions='["bend"]', role="global_stabiliser"),
        exercise("plank", demand=3, role="global_stabiliser", equipment='["mat"]'),
        exercise("press", demand=3, role="global_stabiliser", equipment='["band"]'),
        exercise("lift", demand=4, role="global_mobiliser", quality="strength", trains="strength:hips"),
    ]
)


def catalog_of(text: str = TINY + EXERCISES, plugins: Mapping[str, str] | None = None) -> Catalog:
    """Return a catalog of one protocol, given as text, and plugins by id; problems raise AssertionError."""
    package, problems = load_protocol("tiny", {"tiny.toml": text})
    assert package is not None, problems
    loaded: list[Plugin] = []
    for name, source in (plugins or {}).items():
        plugin, faults = load_plugin(name, {f"{name}.toml": source})
        assert plugin is not None, faults
        loaded.append(plugin)
    return Catalog.of(loaded, [package])


@lru_cache(maxsize=64)
def cached_catalog(text: str = TINY + EXERCISES) -> Catalog:
    """Return the catalog of a text, assembled once."""
    return catalog_of(text)


def instant(day: int, time: str = "") -> Instant:
    """Return the instant of a day of the episode, with a time such as "18:00" or without."""
    if not time:
        return Instant(DAY_0 + day)
    hours, minutes = time.split(":")
    return Instant(DAY_0 + day, int(hours) * 3600 + int(minutes) * 60)


def answer(value: object) -> Answer:
    """Return a plain Python value as a recorded one; None is an answer withdrawn or forgotten."""
    if value is None:
        return Absent.UNKNOWN
    if isinstance(value, bool | str | frozenset | datetime.date | Absent):
        return value
    if isinstance(value, set | list | tuple):
        return frozenset(value)
    return Decimal(str(value))


@attrs.define
class Episode:
    """A record being made, and the decisions on it."""

    catalog: Catalog = attrs.field(factory=cached_catalog)
    history: History = attrs.field(factory=lambda: History(DAY_0))
    protocol: str = "tiny"

    def add(self, *events: Event) -> Episode:
        """Append events."""
        self.history = self.history.plus(*events)
        return self

    def observe(self, day: int, time: str = "", on: int | None = None, **values: object) -> Episode:
        """Append observations; `pain__now` is the key `pain.now`; `on` makes them late entries of that day."""
        recorded = instant(day, time)
        at = recorded if on is None else instant(on)
        return self.add(
            *[Observed(at, recorded, key.replace("__", "."), answer(v)) for key, v in values.items()]
        )

    def clear(self, day: int, scope: str = "start", by: str = "physician", time: str = "") -> Episode:
        """Append a clearance."""
        at = instant(day, time)
        return self.add(Cleared(at, at, scope, by, "B. Doctor"))

    def visit(self, day: int, time: str = "", *, clear: bool = False, **values: object) -> Decision:
        """Record a visit with its observations, decide, and record the decision."""
        at = instant(day, time)
        self.add(Visited(at, at))
        if clear:
            self.clear(day, time=time)
        self.observe(day, time, None, **values)
        return self.decide(day, time, "visit")

    def session(
        self,
        day: int,
        time: str = "18:00",
        done: float = 1,
        did: Mapping[str, Did] | None = None,
        **answers: object,
    ) -> Decision:
        """Record a session, decide between visits, and record the decision."""
        at = instant(day, time)
        given = {key: answer(value) for key, value in answers.items()}
        self.add(SessionLogged(at, at, Decimal(str(done)), given, did or {}))
        return self.decide(day, time, "between")

    def diary(self, day: int, last: str, of: int, done: int, **worst: object) -> Episode:
        """Append one line for many sessions."""
        at = instant(day)
        values = {key: answer(value) for key, value in worst.items()}
        return self.add(DiaryLine(at, at, Duration.parse(last), of, done, values))  # type: ignore[arg-type]

    def correct(self, day: int, key: str, on: int, to: object) -> Episode:
        """Append a correction."""
        at = instant(day)
        return self.add(Corrected(at, at, key, instant(on), answer(to), "physiotherapist", "typing error"))

    def withdraw(self, day: int, what: str) -> Episode:
        """Append a withdrawal of a clearance (`clearance.x`) or an observation."""
        at = instant(day)
        return self.add(Withdrawn(at, at, what, "physiotherapist", "wrong patient"))

    def override(self, day: int, rule: str, until: int, by: str = "physician") -> Episode:
        """Append an override."""
        at = instant(day)
        return self.add(Overridden(at, at, rule, by, "B. Doctor", "seen", instant(until)))

    def place(self, day: int, stage: str, track: str = "main") -> Episode:
        """Append a placement."""
        at = instant(day)
        return self.add(Placed(at, at, track, stage, "physiotherapist", "A. Therapist", "transferred"))

    def pin(self, day: int, name: str) -> Episode:
        """Append a pin."""
        at = instant(day)
        return self.add(Pinned(at, at, name, "physiotherapist", "liked"))

    def remove(self, day: int, name: str, until: int | None = None) -> Episode:
        """Append a removal."""
        at = instant(day)
        end = None if until is None else instant(until)
        return self.add(Removed(at, at, name, "physiotherapist", "hurts", end))

    def happened(self, day: int, event: str, **details: str) -> Episode:
        """Append an event."""
        at = instant(day)
        return self.add(Happened(at, at, event, details))

    def decide(self, day: int, time: str = "", kind: Kind | None = None) -> Decision:
        """Decide, and record the decision as accepted."""
        decision = self.look(day, time, kind)
        self.add(decision.recorded)
        return decision

    def look(self, day: int, time: str = "", kind: Kind | None = None) -> Decision:
        """Decide without recording it."""
        return decide(self.catalog, self.protocol, self.history, instant(day, time), kind=kind)


CALM: dict[str, Any] = {  # Any: passed on as keywords
    "screen__alarm": False,
    "screen__worry": False,
    "pain__now": 3,
    "walk__time": 5,
    "health__fragile": False,
    "lifestyle__equipment": frozenset(["mat"]),
}
"""Everything answered, nothing wrong: starts the acute stage."""


def planned(decision: Decision) -> list[str]:
    """Return the exercises of the plan."""
    return [one.exercise for one in decision.plan.exercises] if decision.plan else []


def gate(decision: Decision, address: str) -> str:
    """Return the state of a gate level."""
    return next(one.state for one in decision.gates if one.address == address)


def criterion(decision: Decision, address: str) -> str:
    """Return the state of a criterion."""
    return next(one.state for one in decision.criteria if one.address == address)
