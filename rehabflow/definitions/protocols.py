"""Protocols: stages, tracks, responses and selectors."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import attrs

from rehabflow.definitions.common import Evidence, Expression, Rule
from rehabflow.frozen import frozen
from rehabflow.instants import Duration
from rehabflow.problems import Place

ResponseLevel = Literal["stop", "ease", "keep", "progress"]


@frozen
class ResponseRule:
    """One level of a response; `off`: days without this exercise (stop and ease)."""

    level: ResponseLevel
    when: Expression
    place: Place
    evidence: Evidence
    say: str = ""
    tell: str = ""
    off: Duration | None = None


@frozen
class Response:
    """How one exercise's dose answers its own sessions."""

    id: str
    rules: Mapping[ResponseLevel, ResponseRule]
    place: Place
    break_after: Duration | None = None


@frozen
class Slot:
    """A place in a stage for `lower` to `upper` exercises that meet `where`.

    `outside_session` (walking through the day) counts neither in minutes nor in number.
    """

    id: str
    title: str
    lower: int
    upper: int
    where: Expression
    place: Place
    open_when: Expression | None = None
    outside_session: bool = False


@frozen
class Week:
    """Day types (each a tuple of slots) and their pattern; "-" is a day without session."""

    days: Mapping[str, tuple[str, ...]]
    pattern: tuple[str, ...]
    place: Place


@frozen
class Review:
    """When a stage that lasts is to be looked at again."""

    after: Duration
    place: Place
    say: str = ""


@frozen
class Stage:
    """One part of a track. `discharge` None: never discharges. `regress_to` maps an earlier stage to any-of rules."""

    id: str
    title: str
    dose: str
    max_demand: int
    place: Place
    aim: str = ""
    tell: str = ""
    response: str = ""
    next: tuple[str, ...] = ()
    next_visit: Duration | None = None
    start_here: bool = False
    order: tuple[str, ...] = ()
    enter: tuple[Rule, ...] = ()
    leave: tuple[Rule, ...] = ()
    discharge: tuple[Rule, ...] | None = None
    regress_to: Mapping[str, tuple[Rule, ...]] = attrs.field(factory=dict)
    review: Review | None = None
    slots: Mapping[str, Slot] = attrs.field(factory=dict)
    week: Week | None = None


@frozen
class Track:
    """A line of stages; `main` always exists; others run while `open_when`. `leave` holds for each of its stages."""

    id: str
    title: str
    stages: tuple[str, ...]
    place: Place
    open_while: Expression | None = None
    leave: tuple[Rule, ...] = ()


@frozen
class ScoreTerm:
    """One reason to prefer an exercise. `value` None: built in (`addresses_findings`, `keeps_current`)."""

    id: str
    weight: int
    place: Place
    value: Expression | None = None
    if_unknown: Decimal | None = None


@frozen
class Selector:
    """How exercises are chosen: limits (conditions of the record) and score terms.

    In `[select]` of a protocol (id "") a None takes the value of the selector in use.
    """

    id: str
    place: Place
    minutes: Expression | None = None
    equipment: Expression | None = None
    days: Expression | None = None
    exercises: Expression | None = None
    new_at_most: int | None = None
    score: Mapping[str, ScoreTerm] = attrs.field(factory=dict)


@frozen
class Protocol:
    """The reusable definition of care; `requires` maps plugins to version ranges such as `>=1,<2`."""

    id: str
    version: str
    title: str
    status: Literal["draft", "active", "retired"]
    for_whom: str
    not_for: str
    requires: Mapping[str, str]
    place: Place
    default_evidence: Evidence
    tracks: Mapping[str, Track] = attrs.field(factory=dict)
    stages: Mapping[str, Stage] = attrs.field(factory=dict)
    use: str = ""
    select: Selector | None = None
    must_have: tuple[str, ...] = ()
    baseline: str = "first"
    sides: Literal["", "one", "one_or_both"] = ""
    advice: tuple[str, ...] = ()
    replaces: str = ""
