"""The events of an episode. `at`: when it was so; `recorded`: when it was written down (never earlier)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from rehabflow.frozen import frozen
from rehabflow.instants import Duration, Instant
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.record.values import Answer, Value


@frozen
class Visited:
    """A visit took place; what it recorded are events of the same instant."""

    at: Instant
    recorded: Instant


@frozen
class Observed:
    """A measure, item or `patient.born` was observed (or declined); `key` has its side: `slr.angle.left`.

    `finished`: the assessment was handed in with this answer among others.
    """

    at: Instant
    recorded: Instant
    key: str
    answer: Answer


@frozen
class Did:
    """What was done of one exercise: all steps or not, effort 0 to 10, load in kg; None: not said."""

    all_steps: bool | None = None
    effort: Decimal | None = None
    load: Decimal | None = None


@frozen
class SessionLogged:
    """A session's entry: `done` 0 to 1, diary answers by item id, and what was done of each exercise."""

    at: Instant
    recorded: Instant
    done: Decimal
    answers: Mapping[str, Answer] = attrs.field(factory=dict)
    did: Mapping[str, Did] = attrs.field(factory=dict)


@frozen
class DiaryLine:
    """One line instead of daily entries: in `last`, `done` of `of` expected sessions; none worse than `worst`."""

    at: Instant
    recorded: Instant
    last: Duration
    of: int
    done: int
    worst: Mapping[str, Value] = attrs.field(factory=dict)


@frozen
class Happened:
    """A dated fact: surgery, injury; `details` by name."""

    at: Instant
    recorded: Instant
    event: str
    details: Mapping[str, str] = attrs.field(factory=dict)


@frozen
class Cleared:
    """A clinician (`by` a profession) gave an agreement."""

    at: Instant
    recorded: Instant
    scope: str
    by: str
    name: str
    reason: str = ""


@frozen
class Withdrawn:
    """A clearance (`clearance.x`) or an observation's key was withdrawn; an observation withdrawn leaves unknown."""

    at: Instant
    recorded: Instant
    what: str
    by: str
    reason: str


@frozen
class Corrected:
    """The observation of `key` at day `on` was wrong; `to` is right (Absent.UNKNOWN: unknown)."""

    at: Instant
    recorded: Instant
    key: str
    on: Instant
    to: Answer
    by: str
    reason: str


@frozen
class Overridden:
    """A gate level (`minor.refer`, `plugin.gate.level`) or rule was set aside until a day."""

    at: Instant
    recorded: Instant
    rule: str
    by: str
    name: str
    reason: str
    until: Instant


@frozen
class Ordered:
    """A clinician set a parameter for this patient."""

    at: Instant
    recorded: Instant
    parameter: str
    value: Decimal
    by: str
    name: str


@frozen
class Placed:
    """A clinician set the stage of a track."""

    at: Instant
    recorded: Instant
    track: str
    stage: str
    by: str
    name: str
    reason: str


@frozen
class Pinned:
    """A clinician wants an exercise in the plan."""

    at: Instant
    recorded: Instant
    exercise: str
    by: str
    reason: str


@frozen
class Removed:
    """A clinician took an exercise out, until a day (None: for good)."""

    at: Instant
    recorded: Instant
    exercise: str
    by: str
    reason: str
    until: Instant | None = None


@frozen
class Prescription:
    """An exercise as prescribed: its slot, dose level and step (index from 0), and on which days of the cycle.

    `loads` counts how often all steps were used and load was added; `rest_until`: the last day without it.
    """

    exercise: str
    slot: str
    level: str
    step: int
    cycle: tuple[bool, ...]
    since: Instant
    loads: int = 0
    rest_until: int | None = None


@frozen
class TrackPlan:
    """The part of a plan of one track. `cycle` says which days of it are session days, from day `cycle_from` on."""

    track: str
    stage: str
    cycle_from: int
    cycle: tuple[bool, ...]
    prescriptions: tuple[Prescription, ...]
    opened_slots: tuple[str, ...] = ()


@frozen
class Move:
    """A stage move of one track; "none" is no stage."""

    track: str
    before: str
    after: str


@frozen
class Decided:
    """An accepted decision: its moves, and the plans in force after it (none while set aside).

    `kept` are the plans that a pause set aside, so that they can be taken up again; `stopped` the exercises that a
    response stopped.
    """

    at: Instant
    recorded: Instant
    kind: Literal["visit", "between"]
    action: str
    moves: tuple[Move, ...] = ()
    plans: tuple[TrackPlan, ...] = ()
    kept: tuple[TrackPlan, ...] = ()
    stopped: tuple[str, ...] = ()


Event: TypeAlias = (
    Visited
    | Observed
    | SessionLogged
    | DiaryLine
    | Happened
    | Cleared
    | Withdrawn
    | Corrected
    | Overridden
    | Ordered
    | Placed
    | Pinned
    | Removed
    | Decided
    | Elsewhere
)


@frozen
class History:
    """Everything recorded of one episode: `day_0` as an ordinal, the involved side, the events as recorded."""

    day_0: int
    events: tuple[Event, ...] = ()
    involved: Literal["", "left", "right"] = ""

    def plus(self, *events: Event) -> History:
        """Return the history with these events appended."""
        return attrs.evolve(self, events=self.events + events)
