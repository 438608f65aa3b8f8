"""What the names in a condition mean: the port that the rulebook (and tests) implement."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol, TypeAlias

from rehabflow.conditions.types import Better, Type
from rehabflow.frozen import frozen

if TYPE_CHECKING:
    from rehabflow.conditions.checked import Checked


@frozen
class Derived:
    """How a derived measure follows from others: a `value`, or `picks` of (choice, condition; None is else)."""

    value: Checked | None = None
    picks: tuple[tuple[str, Checked | None], ...] = ()


@frozen
class Fact:
    """A name whose value the world gives under `key`.

    `dated`: `first previous last worst best improvement ...` may read it. `varies`: its value differs from
    session to session (`session.*`, `did.*`). `sided`: a whole measure with two sides, only for `symmetry`; its
    sides are the facts `key.involved`, `key.uninvolved`. `is_instant`: `hours_since` may read it (`trigger`,
    and every event). `assessment`: whose visits' values it has (for `of=`).
    """

    key: str
    type: Type
    declinable: bool = False
    dated: bool = False
    varies: bool = False
    sided: bool = False
    is_event: bool = False
    better: Better = "none"
    choice_list: str = ""
    assessment: str = ""
    derived: Derived | None = None
    bands: tuple[tuple[str, Checked | None], ...] = ()
    is_instant: bool = False


@frozen
class Named:
    """A name that stands for another checked condition: `criterion.x`, `finding.x`."""

    key: str
    condition: Checked


@frozen
class Several:
    """A name that stands for several facts: `items`, as an argument of `sum mean answered min max count`."""

    facts: tuple[Fact, ...]


@frozen
class Forbidden:
    """A name that exists but may not be used here, with the reason to show."""

    reason: str


Meaning: TypeAlias = Fact | Named | Several | Forbidden


class Scope(Protocol):
    """The names that a text may use in the place where it stands."""

    def find(self, name: str) -> Meaning | None:
        """Return what a dotted name means here, or None."""

    def names(self) -> Collection[str]:
        """Return every name that may be used here, for suggestions."""

    def clearances(self) -> Collection[str]:
        """Return the declared clearance scopes."""

    def assessments(self) -> Collection[str]:
        """Return the assessments, for `of=`."""
