"""Questionnaires as one answer each: how its items could have been filled in to reach other scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from rehabflow.engine.asking.atoms import Atoms
from rehabflow.engine.asking.variables import ramps, reached_by, scores_of
from rehabflow.engine.facts import Facts
from rehabflow.engine.nearest.points import Point
from rehabflow.record.timeline import order_of
from rehabflow.record.values import Answer


def questionnaire_of(facts: Facts, atoms: Atoms, atom: str) -> tuple[str, ...] | None:
    """Return the items of the questionnaire that an atom belongs to, if rules read only its scores."""
    rulebook = facts.prepared.rulebook
    measure = rulebook.measures.get(atom)
    if measure is None or not measure.is_item:
        return None
    assessment = rulebook.assessments[measure.assessment]
    items = tuple(f"{assessment.id}.{item}" for item in assessment.items.ids) if assessment.items else ()
    is_apart = (
        not assessment.sided and atoms.written.isdisjoint(items) and atoms.asked_if_known.isdisjoint(items)
    )
    return items if is_apart else None


def filled(
    facts: Facts, atoms: Atoms, assessment: str, items: Sequence[str]
) -> tuple[list[Point], bool, bool]:
    """Return how it could have been filled in, whether nearer ways may be missed, and whether it was filled in today.

    From its recorded answers, one item after another is lowered (and raised) by one, in both orders; of each region of
    the scores the first way is kept. Without recorded answers, from all at their lowest.
    """
    before = _recorded(facts, items)
    if before is None:
        anew, coarse = ramps(atoms, facts, assessment, items)
        return [Point(one, Fraction(0)) for one in anew], coarse, False
    shape = facts.prepared.rulebook.assessments[assessment].items
    assert shape is not None  # it has items
    low, high = Decimal(shape.low), Decimal(shape.high)
    regions = scores_of(atoms, facts, assessment)
    here = reached_by(facts, regions, before)
    found: dict[tuple[int, ...], Point] = {}
    whole = Fraction(len(items)) * Fraction(max(high - low, Decimal(1)))
    for answers in _ways(before, items, low, high):
        reached = reached_by(facts, regions, answers)
        moved = Fraction(sum(abs(answers[item] - before[item]) for item in items))
        point = Point(dict(answers), moved / whole)
        if reached != here and (reached not in found or point.step < found[reached].step):
            found[reached] = point
    taken = _is_of_today(facts, items)
    again = [] if taken else [Point(dict(before), Fraction(0))]
    return [*again, *sorted(found.values(), key=lambda point: point.step)], len(regions) > 1, taken


def _ways(
    before: Mapping[str, Decimal], items: Sequence[str], low: Decimal, high: Decimal
) -> Iterator[Mapping[str, Decimal]]:
    for order in (list(items), list(reversed(items))):
        for end, step in ((low, Decimal(-1)), (high, Decimal(1))):
            answers = dict(before)
            for item in order:
                while answers[item] != end and low <= answers[item] + step <= high:
                    answers[item] += step
                    yield dict(answers)


def _recorded(facts: Facts, items: Sequence[str]) -> dict[str, Decimal] | None:
    """Return the newest answers, if every item has a number."""
    found: dict[str, Decimal] = {}
    for item in items:
        newest = facts.timeline.newest(item, facts.now)
        answer: Answer | None = newest.answers[0] if newest is not None and len(newest.answers) == 1 else None
        if not isinstance(answer, Decimal):
            return None
        found[item] = answer
    return found


def _is_of_today(facts: Facts, items: Sequence[str]) -> bool:
    newest = (facts.timeline.newest(item, facts.now) for item in items)
    return all(one is not None and order_of(one.at) == order_of(facts.now) for one in newest)
