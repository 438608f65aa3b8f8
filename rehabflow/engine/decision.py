"""A decision: what may be done now, and everything that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import attrs

from rehabflow.definitions.common import Evidence
from rehabflow.definitions.exercises import DoseTable, Step
from rehabflow.definitions.gates import Effect, ReferTo
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.problems import Place
from rehabflow.record.events import Decided, TrackPlan

Action = Literal["emergency", "refer", "pause", "regress", "stay", "start", "advance", "discharge"]
Kind = Literal["visit", "between"]
State = Literal["met", "not_met", "unknown", "error"]
Change = Literal["kept", "new", "progressed", "eased"]

ACTIONS: tuple[Action, ...] = (
    "emergency", "refer", "pause", "regress", "stay", "start", "advance", "discharge",
)  # fmt: skip
"""Strictest first."""


@frozen
class Value:
    """A value that a rule read: its name, what it was or could be as text, and when it was recorded."""

    name: str
    text: str
    at: Instant | None = None


@frozen
class Reason:
    """One rule that led to the decision, with its place, what it rests on, and the values it read.

    `english` is the condition in words; `tell` is for the patient, and empty unless the rule is met.
    """

    address: str
    state: str
    say: str
    place: Place | None
    evidence: Evidence | None = None
    english: str = ""
    values: tuple[Value, ...] = ()
    tell: str = ""


@frozen
class GateResult:
    """The state of one gate level. `acts`: the effect it has now (NONE when clear or overridden).

    `since` is the trigger of a level with `until`; `unanswered` an entry that lacks an answer it reads, and that may
    have triggered it. `overridden_by` names who set it aside, and why.
    """

    address: str
    gate: str
    effect: Effect
    state: Literal["triggered", "clear", "unknown", "error"]
    acts: Effect
    reason: Reason
    since: Instant | None = None
    unanswered: Instant | None = None
    overridden: bool = False
    overridden_by: str = ""
    no_progress: bool = False
    refer_to: ReferTo | None = None
    tell: str = ""
    until: str = ""


@frozen
class CriterionResult:
    """A criterion's answer; `new_evidence`: for regress, whether it is met on evidence since the stage's entry."""

    address: str
    state: State
    reason: Reason
    new_evidence: bool = True


@frozen
class FindingResult:
    """A finding's answer; severity 0 when it is not met, the strictest possible when that is undecided."""

    key: str
    state: State
    severity: int
    targets: tuple[str, ...]
    say: str


@frozen
class TrackResult:
    """What happens on one track; `after` is the stage in force from now on ("none": none).

    `tell` is what that stage says to the patient, while its exercises may be done.
    """

    track: str
    is_open: bool
    action: Action
    before: str
    after: str
    reasons: tuple[Reason, ...] = ()
    tell: str = ""


@frozen
class Dose:
    """How much of an exercise, after caps. `load` is words of effort, or kilograms.

    `caps`: how far to go in each limit in which a cap in force leaves less than the exercise would go.
    """

    level: str
    index: int
    step: Step
    table: DoseTable
    load: str = ""
    each_side: bool = False
    caps: Mapping[str, str] = attrs.field(factory=dict)


@frozen
class PlannedExercise:
    """An exercise of the plan: why it is there, what changed, and on which days (weekday letters of the cycle).

    `tell` is what its own sessions call for, in words for the patient.
    """

    exercise: str
    title: str
    slot: str
    track: str
    change: Change
    dose: Dose
    days: tuple[bool, ...]
    why: tuple[Reason, ...]
    warnings: tuple[str, ...] = ()
    position: str = ""
    how: tuple[str, ...] = ()
    minutes: int = 0
    tell: tuple[str, ...] = ()


@frozen
class Rejected:
    """An exercise that was not chosen for a slot: `excluded` with every reason, or `not_best`."""

    exercise: str
    slot: str
    kind: Literal["excluded", "not_best"]
    why: tuple[Reason, ...]


@frozen
class Dropped:
    """An exercise of the last plan that is no longer in it, and why.

    `tell` is for the patient, where its own sessions stopped it.
    """

    exercise: str
    why: tuple[Reason, ...]
    tell: tuple[str, ...] = ()


@frozen
class Unfilled:
    """A place that stays empty, with the minutes that would fill it if that is what is missing."""

    slot: str
    missing: int
    why: str


@frozen
class Plan:
    """Everything agreed until the next visit. `bound` is by how many points it may be short of the best (0: exact).

    `cycle` are the session days, from the day after the stage's entry; `next_visit` an ordinal day.
    """

    exercises: tuple[PlannedExercise, ...]
    rejected: tuple[Rejected, ...]
    dropped: tuple[Dropped, ...]
    exact: bool
    bound: Fraction
    minutes: int
    cycle_from: int
    cycle: tuple[bool, ...]
    day_types: tuple[str, ...] = ()
    unfilled: tuple[Unfilled, ...] = ()
    next_visit: int | None = None
    notes: tuple[str, ...] = ()


@frozen
class AdviceShown:
    """A text for this decision, with its source."""

    id: str
    text: str
    place: Place


@frozen
class Need:
    """What is missing or due: a measure, a clearance, an event, or a review, and the rules it could change.

    `proved`: a change of the outcome has been shown; else it may matter. `who` may give a clearance. `items`: the keys
    of a questionnaire that is missing, or of an assessment that is due, as a whole. `unneeded`: what else of the
    assessment is missing; it is offered with it, and no answer to it would change anything.
    """

    id: str
    kind: Literal["measure", "clearance", "event", "review"]
    assessment: str = ""
    could_change: tuple[str, ...] = ()
    proved: bool = False
    due: Literal["", "due", "late"] = ""
    who: tuple[str, ...] = ()
    minutes: Decimal = Decimal(0)
    ask: str = ""
    items: tuple[str, ...] = ()
    unneeded: tuple[str, ...] = ()


@frozen
class Decision:
    """What to do next, and why. `recorded` is the event that carries it into the record."""

    protocol: str
    at: Instant
    kind: Kind
    action: Action
    tracks: Mapping[str, TrackResult]
    gates: tuple[GateResult, ...]
    criteria: tuple[CriterionResult, ...]
    findings: tuple[FindingResult, ...]
    plan: Plan | None
    advice: tuple[AdviceShown, ...]
    needs: tuple[Need, ...]
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]
    plans: tuple[TrackPlan, ...]
    kept: tuple[TrackPlan, ...]
    recorded: Decided
    digests: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def stage(self) -> str:
        """Return the stage of track `main` after the decision; "none" before its first."""
        return self.tracks["main"].after if "main" in self.tracks else "none"
