"""What the solver answers."""

from __future__ import annotations

from typing import Literal

from rehabflow.engine.selection.solve import Objective
from rehabflow.frozen import frozen


@frozen
class Chosen:
    """An exercise in its slot."""

    slot: str
    exercise: str


@frozen
class UnfilledPlace:
    """Required places of a slot that stayed empty."""

    slot: str
    missing: int
    kind: Literal["no_candidate", "crowded_out"]
    """`no_candidate`: every candidate of the slot is in the plan already, or there is none. `crowded_out`:
    there are candidates, but no plan with as many serious findings fills more places."""


@frozen
class UnaddressedFinding:
    """A finding for which the plan has no exercise."""

    finding: str
    severity: int
    kind: Literal["no_candidate", "crowded_out", "not_best"]
    """`no_candidate`: no candidate addresses it. `crowded_out` (severity 3 only): no plan addresses more
    serious findings. `not_best`: other exercises are worth more."""
    excluded: tuple[str, ...] = ()
    """Excluded exercises that would have addressed it, by id."""


@frozen
class DroppedPin:
    """A clinician's pin that could not be held."""

    exercise: str
    kind: Literal["not_a_candidate", "cannot_be_placed", "against_pins", "none_found"]
    """`not_a_candidate`: excluded, or no open slot takes it. `cannot_be_placed`: no plan holds it.
    `against_pins`: none holds it beside the pins of `against`. `none_found`: the nodes ran out."""
    against: tuple[str, ...] = ()
    """The pins made earlier and kept."""


@frozen
class NewException:
    """A new exercise that does not count towards `new_at_most`, where the plan has more new ones."""

    exercise: str
    kind: Literal["together", "replacement"]
    """`together`: a must of a rule. `replacement`: it takes the slot of an excluded exercise."""
    because: tuple[str, ...]
    """Ids: of the together rules; or of the excluded exercises that had the slot."""


@frozen
class Selection:
    """The canonical best plan, and how far it is proven."""

    chosen: tuple[Chosen, ...]
    """In plan order."""
    objective: Objective
    exact: bool
    """Proven to be the one best plan. False when the nodes ran out."""
    bound: tuple[int, int, int]
    """No plan has more (serious findings, required places, quarter points), compared in this order."""
    nodes: int
    unfilled: tuple[UnfilledPlace, ...] = ()
    unaddressed: tuple[UnaddressedFinding, ...] = ()
    pins: tuple[str, ...] = ()
    """Pins that hold, in the order made."""
    dropped_pins: tuple[DroppedPin, ...] = ()
    new_exceptions: tuple[NewException, ...] = ()
    unpartnered: tuple[tuple[str, str], ...] = ()
    """(exercise, together rule) for each exercise excluded because exclusion left it no partner."""

    @property
    def gap(self) -> int:
        """Quarter points that the plan may be short of the best of its tier; 0 when exact."""
        return self.bound[2] - self.objective.score

    @property
    def is_tier_proven(self) -> bool:
        """Whether no plan addresses more serious findings or fills more required places."""
        return self.bound[:2] == (self.objective.serious, self.objective.filled)

    def slot_of(self, exercise: str) -> str | None:
        """The slot in which an exercise was chosen, or None."""
        return next((one.slot for one in self.chosen if one.exercise == exercise), None)
