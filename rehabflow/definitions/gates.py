"""Safety gates: rules that can only restrict."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from rehabflow.definitions.common import Evidence, Expression, Profession
from rehabflow.frozen import frozen
from rehabflow.instants import Duration
from rehabflow.problems import Place


class Effect(enum.IntEnum):
    """What a gate does, in order of strictness; the strictest wins."""

    NONE = 0
    CAUTION = 1
    RESTRICT = 2
    PAUSE = 3
    REFER = 4
    EMERGENCY = 5

    @property
    def word(self) -> str:
        """Return the word used in files and on screen."""
        return self.name.lower()


LEVELS: Final = tuple(effect.word for effect in Effect if effect is not Effect.NONE)


@frozen
class ReferTo:
    """Who should see the patient, and within what time."""

    who: str
    within: Duration


@frozen
class Cap:
    """A cap on a limit: a number with its unit, a parameter's id, or a choice (exactly one is set)."""

    limit: str
    value: Decimal | None = None
    unit: str = ""
    word: str = ""


@frozen
class GateLevel:
    """One level of a gate.

    `override`: professions that may set it aside; None means the default of the level (never for emergency and
    refer, else any clinician); an empty tuple means never. `tracks` empty: all.
    """

    effect: Effect
    when: Expression
    say: str
    place: Place
    evidence: Evidence
    until: Expression | None = None
    tell: str = ""
    exclude: Expression | None = None
    caps: tuple[Cap, ...] = ()
    no_progress: bool = False
    refer_to: ReferTo | None = None
    override: tuple[Profession, ...] | None = None
    tracks: tuple[str, ...] = ()


@frozen
class Gate:
    """A graded gate: its levels by effect."""

    id: str
    title: str
    levels: Mapping[Effect, GateLevel]
    place: Place
