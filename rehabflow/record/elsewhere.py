"""What a patient's other open episodes ask for, as told to this one: they can only restrict it.

An episode does not read another's record: what concerns it is told at a moment and recorded, so that a decision can be
derived again from this episode's record alone.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from rehabflow.frozen import frozen
from rehabflow.instants import Duration, Instant
from rehabflow.record.values import Answer


@frozen
class Restraint:
    """A gate level of another episode that acts there, and so here.

    `acts` is the effect it has; `exclude` are the exercises of this episode's protocol that it takes out.
    """

    address: str
    state: Literal["triggered", "unknown", "error"]
    effect: Literal["caution", "restrict", "pause", "refer", "emergency"]
    acts: Literal["caution", "restrict", "pause", "refer", "emergency"]
    say: str
    tell: str = ""
    refer_who: str = ""
    refer_within: Duration | None = None
    no_progress: bool = False
    exclude: tuple[str, ...] = ()


@frozen
class Ceiling:
    """A cap of another episode on a limit: a number, or the place of a choice (0: most restrictive)."""

    address: str
    say: str
    limit: str
    title: str
    joint: str
    unit: str
    choices: tuple[str, ...]
    most: Decimal


@frozen
class SharedAnswer:
    """An answer that belongs to the patient, whichever episode asked."""

    key: str
    at: Instant
    answer: Answer


@frozen
class OtherEpisode:
    """One other open episode: `name` (a protocol's id, with a number from the second on), and what it asks for.

    `minutes` a day are those of its plan in force.
    """

    name: str
    title: str
    minutes: int = 0
    restraints: tuple[Restraint, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    answers: tuple[SharedAnswer, ...] = ()


@frozen
class Elsewhere:
    """What the other open episodes asked for at a moment; the newest replaces those before it."""

    at: Instant
    recorded: Instant
    episodes: tuple[OtherEpisode, ...] = ()
