"""Values worth trying in the place of a recorded one: the nearest of each region that rules tell apart."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rehabflow.conditions.cutting import Marks
from rehabflow.conditions.possible import Number, Options, Possible
from rehabflow.conditions.scope import Fact
from rehabflow.conditions.types import ChoiceType, DateType, Exact, NumberType, SetType, Type
from rehabflow.engine.asking.atoms import BORN, Atoms, answer_in
from rehabflow.engine.asking.supposed import Answers
from rehabflow.frozen import frozen
from rehabflow.record.values import Absent, Answer

DAYS_OF_A_CENTURY: Final = 36_525
WORSE: Final = 1000


@frozen
class Point:
    """What may have been recorded instead: answers by key; none: it was not so at all.

    `step`: how far that is from what is on record, as a share of what is possible. `region`: all values that the rules
    take for the same. `is_worse`: the measure says that the other direction is better.
    """

    answers: Answers
    step: Fraction
    region: Possible | None = None
    is_worse: bool = False

    @property
    def cost(self) -> Fraction:
        """Return what points are ranked by: any number of changes for the better before one for the worse."""
        return self.step + (WORSE if self.is_worse else 0)


def points_of(atoms: Atoms, atom: str, today: int, before: Answer | None, *, again: bool) -> list[Point]:
    """Return the values of an atom that may have been recorded, in order of the domain.

    Args:
        atoms: the tables of the rulebook.
        atom: a key of the record.
        today: the day of the decision.
        before: what was recorded, None for nothing.
        again: it would be recorded anew, so that the same value is worth trying too.
    """
    marks = atoms.marks_of(atom)
    if marks is None:
        return []
    if atom == BORN:
        return [Point({atom: answer}, Fraction(0)) for answer in atoms.points(atom, today)]
    found: dict[Answer, Point] = {}
    for region in atoms.regions(atom, today):
        for answer in _answers(region, marks, before, is_coarse=atoms.is_coarse(atom)):
            if answer is Absent.DECLINED or (answer == before and not again):
                continue
            found.setdefault(answer, point_of(marks.fact, atom, before, answer, region))
    return list(found.values())


def point_of(
    fact: Fact, key: str, before: Answer | None, after: Answer, region: Possible | None = None
) -> Point:
    """Return the point of an answer in the place of another (None: of nothing)."""
    if before is None:
        return Point({key: after}, Fraction(0), region)
    return Point({key: after}, step_of(fact.type, before, after), region, _is_worse(fact, before, after))


def _is_worse(fact: Fact, before: Answer, after: Answer) -> bool:
    if fact.better == "none" or before == after:
        return False
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        return (after < before) == (fact.better == "higher")
    if isinstance(fact.type, ChoiceType) and fact.type.ordered and {before, after} <= set(fact.type.choices):
        places = [fact.type.choices.index(str(one)) for one in (before, after)]
        return (places[1] < places[0]) == (fact.better == "higher")
    return False


def _answers(region: Possible, marks: Marks, before: Answer | None, *, is_coarse: bool) -> list[Answer]:
    """Return the value of a region nearest to the recorded one; of coarse regions also their ends."""
    match region.value:
        case Number(low=low, high=high) if not isinstance(marks.fact.type, DateType):
            ends = [end for end in (low, high) if end is not None]
            if not isinstance(before, Decimal) or not ends:
                return [answer_in(region, marks)]
            near: Exact = Fraction(before)
            near = near if low is None else max(low, near)
            near = near if high is None else min(high, near)
            every = [near, *ends] if is_coarse or _is_off_grid(marks.fact.type) else [near]
            return [decimal_of(value) for value in every]
        case Options(surely=inside, possibly=maybe):
            kept = before if isinstance(before, frozenset) else frozenset()
            return [inside | (kept & maybe)]
    return [answer_in(region, marks)]


def _is_off_grid(type_: Type) -> bool:
    return isinstance(type_, NumberType) and type_.decimals is None


def decimal_of(value: Exact) -> Decimal:
    """Return an exact fraction of a grid as it is recorded."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def step_of(type_: Type, before: Answer, after: Answer) -> Fraction:
    """Return how far two answers are apart, as a share of what is possible; 1 where there is no order."""
    if before == after:
        return Fraction(0)
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        return _number_step(type_, Fraction(before), Fraction(after))
    if isinstance(before, datetime.date) and isinstance(after, datetime.date):
        return Fraction(abs(before.toordinal() - after.toordinal()), DAYS_OF_A_CENTURY)
    if isinstance(before, frozenset) and isinstance(after, frozenset) and isinstance(type_, SetType):
        return Fraction(len(before ^ after), max(1, len(type_.choices)))
    if isinstance(type_, ChoiceType) and type_.ordered and {before, after} <= set(type_.choices):
        places = [type_.choices.index(str(one)) for one in (before, after)]
        return Fraction(abs(places[0] - places[1]), max(1, len(type_.choices) - 1))
    return Fraction(1)


def _number_step(type_: Type, before: Fraction, after: Fraction) -> Fraction:
    whole = max(abs(before), abs(after), Fraction(1))
    if isinstance(type_, NumberType) and type_.low is not None and type_.high is not None:
        whole = (type_.high - type_.low) or Fraction(1)
    return abs(before - after) / whole
