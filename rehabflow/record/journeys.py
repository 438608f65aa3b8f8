"""A journey: dated visits and sessions as a file has them; with expectations it is a case."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import attrs

from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.problems import Place
from rehabflow.record.events import Event, History


@frozen
class PlanExpectation:
    """A statement about the exercises of the plan that meet `where`, or all: how many they are, or every one.

    With `change` (`kept`, `new`, `progressed`, `eased`) only those are counted that changed so.
    """

    where: str
    place: Place
    change: str | None = None
    at_least: int | None = None
    at_most: int | None = None
    none: bool = False
    every: bool = False


@frozen
class Expectation:
    """What a case asserts of one decision; None or empty asserts nothing."""

    place: Place
    action: str | None = None
    action_not: tuple[str, ...] = ()
    stage: str | None = None
    tracks: Mapping[str, str] = attrs.field(factory=dict)
    gates: Mapping[str, str] = attrs.field(factory=dict)
    criteria: Mapping[str, str] = attrs.field(factory=dict)
    measures: Mapping[str, Decimal | bool | str] = attrs.field(factory=dict)
    findings: tuple[str, ...] = ()
    findings_not: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    needs_not: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    advice_not: tuple[str, ...] = ()
    plan_kept: str | None = None
    progressed_at_most: int | None = None
    plan: tuple[PlanExpectation, ...] = ()


@frozen
class JourneyStep:
    """One visit or session: the events it adds, then a decision of `kind`."""

    kind: Literal["visit", "between"]
    at: Instant
    events: tuple[Event, ...]
    place: Place
    expect: Expectation | None = None


@frozen
class Journey:
    """A whole journey, steps in order of time."""

    id: str
    title: str
    protocol: str
    day_0: int
    steps: tuple[JourneyStep, ...]
    place: Place
    involved: Literal["", "left", "right"] = ""

    def begin(self) -> History:
        """Return the empty history of this journey."""
        return History(self.day_0, (), self.involved)
