"""Questionnaires as one answer each: how its items could have been filled in to reach other scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from rehabflow.conditions.possible import Number
from rehabflow.engine.asking.atoms import Atoms
from rehabflow.engine.asking.variables import ramps, reached_by, scores_of
from rehabflow.engine.facts import Facts
from rehabflow.engine.nearest.points import Point
from rehabflow.instants import Instant
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
    facts: Facts, atoms: Atoms, assessment: str, items: Sequence[str], at: Instant
) -> tuple[list[Point], bool]:
    """Return how it could have been filled in at a moment, and whether nearer ways may be missed.

    From its recorded answers (else the newest before), one item after another is lowered (and raised) by one, in both
    orders; of each region of the scores the first way is kept. Without recorded answers, from all at their lowest.
    """
    before = _recorded(facts, items, at)
    if before is None:
        anew, coarse = ramps(atoms, facts, assessment, items)
        return [Point(one, Fraction(0)) for one in anew], coarse
    shape = facts.prepared.rulebook.assessments[assessment].items
    assert shape is not None  # it has items
    low, high = Decimal(shape.low), Decimal(shape.high)
    regions = scores_of(atoms, facts, assessment)
    found: dict[tuple[int, ...], Point] = {}
    if any(_newest_at(facts, item, at) != order_of(at) for item in items):
        found[reached_by(facts, regions, before)] = Point(dict(before), Fraction(0))
    else:
        found[reached_by(facts, regions, before)] = Point({}, Fraction(0))
    whole = Fraction(len(items)) * Fraction(max(high - low, Decimal(1)))
    for answers in _ways(before, items, low, high):
        reached = reached_by(facts, regions, answers)
        point = Point(
            dict(answers), Fraction(sum(abs(answers[item] - before[item]) for item in items)) / whole
        )
        if reached not in found or point.step < found[reached].step:
            found[reached] = point
    points = sorted((point for point in found.values() if point.answers), key=lambda point: point.step)
    return points, len(regions) > 1


def scores_with(
    facts: Facts, atoms: Atoms, assessment: str, answers: Mapping[str, Answer]
) -> dict[str, tuple[Fraction, Fraction]]:
    """Return between what each score that rules read lies, as far as they take it for the same."""
    regions = scores_of(atoms, facts, assessment)
    reached = reached_by(facts, regions, answers)
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for (key, parts), place in zip(regions.items(), reached, strict=True):
        value = parts[place].value if place >= 0 else None
        if isinstance(value, Number) and value.low is not None and value.high is not None:
            found[key] = (Fraction(value.low), Fraction(value.high))
    return found


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


def _recorded(facts: Facts, items: Sequence[str], at: Instant) -> dict[str, Decimal] | None:
    """Return the newest answers of a moment, if every item has a number."""
    found: dict[str, Decimal] = {}
    for item in items:
        newest = facts.timeline.newest(item, at)
        answer: Answer | None = newest.answers[0] if newest is not None and len(newest.answers) == 1 else None
        if not isinstance(answer, Decimal):
            return None
        found[item] = answer
    return found


def _newest_at(facts: Facts, item: str, at: Instant) -> tuple[int, int] | None:
    newest = facts.timeline.newest(item, at)
    return None if newest is None else order_of(newest.at)
