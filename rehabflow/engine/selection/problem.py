"""What the solver is asked: candidates, slots, findings, rules and limits, with no text and no clock."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor

from rehabflow.frozen import frozen

QUARTERS = 4
"""Quarter points in one point. All points in this package are whole quarter points."""


def quarter_points(weight: int, value: Fraction) -> int:
    """A score term's quarter points: the value times 4, rounded half up, times the weight.

    >>> quarter_points(2, Fraction(3, 8))
    4
    >>> quarter_points(1, Fraction(-3, 8))
    -1
    """
    return weight * floor(value * QUARTERS + Fraction(1, 2))


@frozen
class Term:
    """One score term's contribution to a candidate."""

    name: str
    points: int
    """Weight times value, in quarter points, rounded already."""


@frozen
class Exercise:
    """What selection needs to know of an exercise, whatever slot it would stand in."""

    id: str
    minutes: int
    """Whole minutes of the dose it would get now, all bouts of the day together."""
    demand: int = 1
    position: str = ""
    findings: frozenset[str] = frozenset()
    """Ids of the findings it addresses."""
    ladders: frozenset[str] = frozenset()
    """Ids of the ladders of which it is a rung."""
    is_current: bool = False
    """True for an exercise of the current plan, and for the rung due in the place of one."""


@frozen
class Candidate:
    """An exercise in a slot whose `where` it meets, after all exclusions."""

    exercise: str
    slot: str
    terms: tuple[Term, ...] = ()
    """Every score term but `addresses_findings`, which follows from the plan."""

    @property
    def points(self) -> int:
        """The sum of its own terms, in quarter points."""
        return sum(term.points for term in self.terms)


@frozen
class Slot:
    """A place of the stage: at least `lower` wanted (never forced), at most `upper` taken."""

    id: str
    lower: int
    upper: int
    outside_session: bool = False
    """True for walking through the day: counts neither minutes nor number."""


@frozen
class DayType:
    """A kind of day of the week's pattern, with the slots done on it."""

    id: str
    slots: tuple[str, ...]


@frozen
class Finding:
    """A finding of this patient that exercises can address."""

    id: str
    severity: int
    """1, 2 or 3; 3 is serious and goes ahead of every score."""


@frozen
class Together:
    """Whoever is in `first` needs one of `then`, on each type of day on which it is done."""

    id: str
    first: frozenset[str]
    then: frozenset[str]


@frozen
class AtMost:
    """At most `count` of the exercises `of`."""

    id: str
    count: int
    of: frozenset[str]


@frozen
class Before:
    """In a session, exercises of `first` come before exercises of `then`. Changes no choice."""

    id: str
    first: frozenset[str]
    then: frozenset[str]


@frozen
class Pin:
    """A clinician's order to include an exercise."""

    exercise: str
    made: int
    """Position in the order in which the pins were made; the earlier is the stronger."""


@frozen
class Excluded:
    """An exercise that exclusion took out, with every reason."""

    exercise: str
    reasons: tuple[object, ...] = ()
    """The engine's own reasons; carried through, never looked at."""
    current_slot: str | None = None
    """The slot it has in the current plan; its replacement there may exceed `new_at_most`."""
    findings: frozenset[str] = frozenset()
    """Findings it would have addressed."""


@frozen
class SelectionProblem:
    """One question to the solver. The order of its tuples has no meaning, but for `slot_order`.

    Raises:
        ValueError: an id is used twice or not defined, or a number is out of its range.
    """

    slots: tuple[Slot, ...]
    exercises: tuple[Exercise, ...]
    candidates: tuple[Candidate, ...]
    minutes_limit: int
    """Most minutes of the session of each type of day."""
    exercises_limit: int
    """Most exercises in the session of each type of day."""
    findings: tuple[Finding, ...] = ()
    finding_weight: int = 0
    """The weight of `addresses_findings`; 0 where the protocol has no such term."""
    slot_order: tuple[str, ...] = ()
    """The stage's `order`; slots not named follow by id."""
    day_types: tuple[DayType, ...] = ()
    """Empty: one type of day with every slot."""
    together: tuple[Together, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    before: tuple[Before, ...] = ()
    pins: tuple[Pin, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    new_at_most: int | None = None
    """Most exercises that the current plan has not; None for a first plan or after a stage move."""

    def __attrs_post_init__(self) -> None:
        _check_ids(self)
        _check_references(self)
        _check_ranges(self)

    def ordered_slots(self) -> tuple[Slot, ...]:
        """The slots as the stage's `order` lists them, then those not listed by id."""
        rank = {slot: place for place, slot in enumerate(self.slot_order)}
        return tuple(sorted(self.slots, key=lambda slot: (rank.get(slot.id, len(rank)), slot.id)))

    def days_of(self) -> dict[str, tuple[int, ...]]:
        """The numbers of the types of day on which each slot is done, by slot id."""
        if not self.day_types:
            return {slot.id: (0,) for slot in self.slots}
        ordered = sorted(self.day_types, key=lambda day: day.id)
        return {
            slot.id: tuple(number for number, day in enumerate(ordered) if slot.id in day.slots)
            for slot in self.slots
        }


def _check_ids(problem: SelectionProblem) -> None:
    _unique("slot", (slot.id for slot in problem.slots))
    _unique("exercise", (exercise.id for exercise in problem.exercises))
    _unique("finding", (finding.id for finding in problem.findings))
    _unique("day type", (day.id for day in problem.day_types))
    _unique("candidate", ((candidate.exercise, candidate.slot) for candidate in problem.candidates))
    _unique("excluded exercise", (gone.exercise for gone in problem.excluded))
    _unique("pin", (pin.exercise for pin in problem.pins))
    _unique("pin order", (pin.made for pin in problem.pins))
    rule_ids = [rule.id for rule in problem.together]
    rule_ids += [rule.id for rule in problem.at_most] + [rule.id for rule in problem.before]
    _unique("rule", rule_ids)


def _unique(what: str, ids: Iterable[object]) -> None:
    seen: set[object] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{what} {one!r} is given twice")
        seen.add(one)


def _check_references(problem: SelectionProblem) -> None:
    slots = {slot.id for slot in problem.slots}
    exercises = {exercise.id for exercise in problem.exercises}
    findings = {finding.id for finding in problem.findings}
    for candidate in problem.candidates:
        if candidate.exercise not in exercises:
            raise ValueError(f"candidate names exercise {candidate.exercise!r}, which is not given")
        if candidate.slot not in slots:
            raise ValueError(f"{candidate.exercise!r} is a candidate for slot {candidate.slot!r}, not given")
    for exercise in problem.exercises:
        if not exercise.findings <= findings:
            unknown = sorted(exercise.findings - findings)
            raise ValueError(f"exercise {exercise.id!r} addresses {unknown}, which are not given")
    placed = {candidate.exercise for candidate in problem.candidates}
    for gone in problem.excluded:
        if gone.exercise in placed:
            raise ValueError(f"exercise {gone.exercise!r} is excluded and a candidate")
    if problem.day_types:
        done = {slot for day in problem.day_types for slot in day.slots}
        if slots - done:
            raise ValueError(f"slots {sorted(slots - done)} are on no type of day")


def _check_ranges(problem: SelectionProblem) -> None:
    for slot in problem.slots:
        if not 0 <= slot.lower <= slot.upper:
            raise ValueError(f"slot {slot.id!r} takes {slot.lower} to {slot.upper}")
    for exercise in problem.exercises:
        if exercise.minutes < 0:
            raise ValueError(f"exercise {exercise.id!r} takes {exercise.minutes} minutes")
    for finding in problem.findings:
        if finding.severity not in (1, 2, 3):
            raise ValueError(f"finding {finding.id!r} has severity {finding.severity}, not 1, 2 or 3")
    for rule in problem.at_most:
        if rule.count < 0:
            raise ValueError(f"rule {rule.id!r} allows {rule.count}")
    if not 0 <= problem.finding_weight <= 10:
        raise ValueError(f"finding_weight is {problem.finding_weight}, not 0 to 10")
    if min(problem.minutes_limit, problem.exercises_limit, problem.new_at_most or 0) < 0:
        raise ValueError("a limit is below zero")
