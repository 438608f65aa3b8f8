"""Why an exercise is in the plan or not, as data. All points are quarter points; texts are made elsewhere."""

from __future__ import annotations

from typing import Literal

from rehabflow.engine.selection.problem import QUARTERS, Term
from rehabflow.engine.selection.result import Chosen, NewException
from rehabflow.frozen import frozen

FINDINGS_TERM = "addresses_findings"
"""The name under which points for findings are listed beside the other terms."""


@frozen
class FindingPart:
    """What an exercise does for a finding."""

    finding: str
    severity: int
    place: int
    """1: the first in plan order to address it, 2, 3, or further (0 points)."""
    points: int


@frozen
class RuleServed:
    """A together rule that binds two exercises of the plan."""

    rule: str
    role: Literal["partner_of", "needs"]
    exercises: tuple[str, ...]
    """Those it is a partner of, or the partners it has."""


@frozen
class WhyChosen:
    """What an exercise is in the plan for."""

    exercise: str
    slot: str
    findings: tuple[FindingPart, ...]
    terms: tuple[Term, ...]
    rules: tuple[RuleServed, ...]
    is_required_place: bool
    """Its slot would be short of a required place without it."""
    is_pinned: bool
    is_current: bool
    exception: NewException | None
    """Why it may be new although `new_at_most` is reached."""

    @property
    def points(self) -> int:
        """Its points in this plan."""
        return sum(part.points for part in self.findings) + sum(term.points for term in self.terms)


@frozen
class TermDifference:
    """What a term gives the chosen plan and the other one."""

    name: str
    chosen: int
    other: int


@frozen
class FindingDifference:
    """How many exercises address a finding in the chosen plan and in the other, and with what points."""

    finding: str
    severity: int
    chosen: int
    other: int
    chosen_points: int
    other_points: int


@frozen
class Difference:
    """The chosen plan against another."""

    leaves: tuple[Chosen, ...]
    """In the chosen plan only, in plan order."""
    comes: tuple[Chosen, ...]
    """In the other only."""
    terms: tuple[TermDifference, ...]
    """Terms whose sums differ, `addresses_findings` among them; their differences make up the margin."""
    findings: tuple[FindingDifference, ...]
    """Findings that are addressed differently often."""
    minutes: tuple[int, int]
    """Minutes of the chosen plan and of the other."""


@frozen
class Worth:
    """What a chosen exercise is worth: the best plan without it."""

    exercise: str
    serious_lost: int
    places_lost: int
    loss: tuple[int, int]
    """Quarter points lost, at least and at most; equal when proven."""
    without: Difference

    @property
    def would_do_as_well(self) -> bool:
        """Whether the plan without it loses one point at most, and no finding or place ahead of points."""
        return not self.serious_lost and not self.places_lost and self.loss[1] <= QUARTERS


@frozen
class WhyExcluded:
    """It was excluded before selection, or with its partners."""

    subject: str
    reasons: tuple[object, ...]
    """The engine's reasons, all of them."""
    unpartnered_by: str | None = None
    """The together rule for which exclusion left no partner."""
    kind: Literal["excluded"] = "excluded"


@frozen
class WhyNoSlot:
    """No open slot takes it; for a finding: no candidate addresses it."""

    subject: str
    kind: Literal["no_slot"] = "no_slot"


ObstacleKind = Literal["minutes", "exercises", "ladder", "at_most", "together", "new_at_most", "slot", "pin"]


@frozen
class Obstacle:
    """A rule or limit which, lifted alone, would let it in."""

    kind: ObstacleKind
    id: str = ""
    """The ladder's, rule's, slot's or pinned exercise's id; empty for the limits."""


@frozen
class WhyCannotBePlaced:
    """No plan contains it."""

    subject: str
    lifting: tuple[Obstacle, ...]
    """Empty: more than one thing stands against it."""
    kind: Literal["cannot_be_placed"] = "cannot_be_placed"


@frozen
class WhyWouldLeaveGap:
    """With it, a serious finding stays unaddressed or a required place empty."""

    subject: str
    findings: tuple[str, ...]
    """Serious findings that the chosen plan addresses and the best plan with it does not."""
    places: tuple[str, ...]
    """Slots that the best plan with it leaves shorter than the chosen plan does."""
    is_proven: bool
    """False: the nodes ran out, and none better was found."""
    with_it: Difference | None
    """None: no plan with it was found within the budget."""
    kind: Literal["would_leave_gap"] = "would_leave_gap"


@frozen
class WhyNoTime:
    """With so many more minutes it would be chosen."""

    subject: str
    minutes: int
    margin: tuple[int, int]
    kind: Literal["no_time"] = "no_time"


@frozen
class WhyNoRoom:
    """With one more exercise in the session it would be chosen."""

    subject: str
    margin: tuple[int, int]
    kind: Literal["no_room"] = "no_room"


@frozen
class WhyOutscored:
    """Other exercises make the better plan."""

    subject: str
    margin: tuple[int, int]
    """Quarter points by which its own score would have to rise to draw level, at least and at most; equal
    when proven. 0: the plan with it is as good in points, and loses by minutes or canonical order."""
    with_it: Difference
    kind: Literal["outscored"] = "outscored"


WhyNot = WhyExcluded | WhyNoSlot | WhyCannotBePlaced | WhyWouldLeaveGap | WhyNoTime | WhyNoRoom | WhyOutscored


@frozen
class WhyUnfilled:
    """What would fill one more of a slot's required places."""

    slot: str
    missing: int
    minutes: int | None
    """The fewest more minutes that would; None: minutes alone would not."""
    lifting: tuple[Obstacle, ...]
    """What else would, lifted alone."""
