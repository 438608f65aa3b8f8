"""Exercises, their doses, and ladders from easier to harder."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

import attrs

from rehabflow.definitions.common import Evidence, Expression
from rehabflow.frozen import frozen
from rehabflow.instants import Duration
from rehabflow.problems import Place

Role = Literal["local_stabiliser", "global_stabiliser", "global_mobiliser", "none"]
Direction = Literal["neutral", "flexion", "extension", "rotation", "lateral"]
EffortKind = Literal["passive", "assisted", "active", "resisted"]

ROLES: Final = ("local_stabiliser", "global_stabiliser", "global_mobiliser", "none")
QUALITIES: Final = (
    "control", "endurance", "strength", "flexibility", "mobility",
    "neural", "aerobic", "power", "sport", "daily_life",
)  # fmt: skip
DIRECTIONS: Final = ("neutral", "flexion", "extension", "rotation", "lateral")
EFFORT_KINDS: Final = ("passive", "assisted", "active", "resisted")
DOSE_LEVELS: Final = ("settle", "light", "moderate", "control", "build", "peak")
WORD_LISTS: Final = ("pattern", "position", "body_part", "joint", "equipment")


@frozen
class Step:
    """One dose step: repetitions per set, or seconds, metres or minutes; `text` as the author wrote it.

    `3 x 10 x 5 s`: reps (10, 10, 10), seconds 5. `8/6/4 x 8 s`: reps (8, 6, 4). `3 x 30 s`: sets 3, seconds 30.
    `3 x 20 m`: sets 3, metres 20. `10 min`: minutes 10.
    """

    text: str
    sets: int = 1
    reps: tuple[int, ...] = ()
    seconds: int | None = None
    metres: int | None = None
    minutes: Decimal | None = None


@frozen
class Frequency:
    """How often: `low` to `high` times a week, or bouts a day (`per_day`, then low = high = 7)."""

    low: int
    high: int
    per_day: int = 0


@frozen
class DoseTable:
    """The dose of an exercise at one dose level, steps easiest first.

    `then_load` is the percent added to the load when all steps are used; `rest_seconds` rest between sets.
    """

    level: str
    steps: tuple[Step, ...]
    frequency: Frequency
    place: Place
    effort: str = ""
    rest_seconds: int = 0
    then_load: Decimal | None = None
    warm_up: bool = False


@frozen
class Need:
    """How much of a limit an exercise uses: the least at which it is of use, the most it goes to.

    For limits with choices both are choices.
    """

    least: Decimal | str
    most: Decimal | str


@frozen
class Exercise:
    """An activity.

    `minutes` is one bout, None for those that take their dose. `equipment`: all of the inner tuples, any one of each.
    `trains` are pairs `quality:body_part`.
    """

    id: str
    title: str
    role: Role
    quality: str
    trains: tuple[str, ...]
    pattern: str
    position: str
    direction: Direction
    joints: tuple[str, ...]
    effort_kind: EffortKind
    contact_risk: bool
    demand: int
    cautions: tuple[str, ...]
    equipment: tuple[tuple[str, ...], ...]
    minutes: Decimal | None
    how: tuple[str, ...]
    doses: Mapping[str, DoseTable]
    place: Place
    evidence: Evidence
    each_side: bool = False
    needs: Mapping[str, Need] = attrs.field(factory=dict)
    only_if: Expression | None = None
    never_if: Expression | None = None
    rest_between: Duration | None = None
    cues: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    tell: str = ""


@frozen
class Ladder:
    """Exercises easiest first; neighbours are progressions and regressions."""

    id: str
    title: str
    rungs: tuple[str, ...]
    place: Place
