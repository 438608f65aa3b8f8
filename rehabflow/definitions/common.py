"""Pieces that every definition shares: where it stands, what it rests on, and the small tables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import attrs

from rehabflow.frozen import frozen
from rehabflow.instants import Duration
from rehabflow.problems import Place

Basis = Literal["published", "consensus", "clinic"]
Seen = Literal["paper", "abstract", "table", "page", "recalled"]
Profession = str
Show = Literal["plan", "pause", "refer", "emergency"]


@frozen
class Evidence:
    """What a rule or number rests on; `source` is an id of the same file's sources, "" if none.

    `checked` is false while nobody has compared it with the source.
    """

    basis: Basis
    source: str = ""
    checked: bool = True
    note: str = ""


@frozen
class Expression:
    """A condition or score as the author wrote it, and where."""

    text: str
    place: Place


@frozen
class Source:
    """A publication; `seen` says how much of it the author has read."""

    id: str
    cite: str
    seen: Seen
    place: Place
    url: str = ""


@frozen
class Rule:
    """One testable statement: the text, what to tell clinician (`say`) and patient (`tell`), and its evidence."""

    id: str
    when: Expression
    place: Place
    evidence: Evidence
    say: str = ""
    tell: str = ""


@frozen
class ParameterCase:
    """One line of a parameter with cases: the number that holds when `when` is met (None: else)."""

    when: Expression | None
    value: Decimal


@frozen
class Parameter:
    """A number a protocol rests on; without cases it is one `ParameterCase` with `when` None."""

    id: str
    cases: tuple[ParameterCase, ...]
    unit: str
    stricter: Literal["higher", "lower", "none"]
    place: Place
    evidence: Evidence
    set_by: tuple[Profession, ...] = ()


@frozen
class EventKind:
    """A dated fact that may happen once, with details chosen from lists."""

    id: str
    title: str
    place: Place
    details: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)


@frozen
class ClearanceKind:
    """A scope of agreement; `valid_for` None never expires."""

    id: str
    title: str
    by: tuple[Profession, ...]
    valid_for: Duration | None
    place: Place


@frozen
class Ask:
    """When assessments are due; `every` is `visit`, `once` or a duration."""

    id: str
    what: tuple[str, ...]
    every: Literal["visit", "once"] | Duration
    place: Place
    late_after: Duration | None = None
    also: tuple[Literal["on_entry", "before_discharge"], ...] = ()
    from_stage: str = ""


@frozen
class Finding:
    """What a set of values means for this patient; `severity` pairs (1..3, condition; None: else), worst first."""

    id: str
    when: Expression
    severity: tuple[tuple[int, Expression | None], ...]
    targets: tuple[str, ...]
    place: Place
    evidence: Evidence
    each_side: bool = False
    say: str = ""


@frozen
class Caution:
    """What a caution tag of exercises means for this patient; `when` restricts: unknown acts as met."""

    id: str
    title: str
    when: Expression
    effect: Literal["exclude", "warn"]
    say: str
    place: Place
    evidence: Evidence


@frozen
class Limit:
    """How far or how heavy a movement may go: a number with a unit, or choices, most restrictive first."""

    id: str
    title: str
    joint: str
    place: Place
    unit: str = ""
    choices: tuple[str, ...] = ()


@frozen
class Advice:
    """A text shown with a plan, pause or referral; with `when`, unless that is surely false."""

    id: str
    show: tuple[Show, ...]
    text: str
    place: Place
    when: Expression | None = None
    source: str = ""


@frozen
class SelectionRule:
    """A hard rule of selection. `before` and `together` have `first` and `then`; `at_most` has `count` and `of`."""

    id: str
    kind: Literal["before", "together", "at_most"]
    place: Place
    evidence: Evidence
    first: Expression | None = None
    then: Expression | None = None
    of: Expression | None = None
    count: int = 0
    when: Expression | None = None
    say: str = ""
    override: tuple[Profession, ...] = ()
