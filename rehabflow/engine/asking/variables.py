"""What is missing and could be answered, as variables with a few points each: one answer of each region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import attrs

from rehabflow.conditions.cutting import domain
from rehabflow.conditions.joins import meet
from rehabflow.conditions.possible import Possible
from rehabflow.conditions.world import Window
from rehabflow.engine.asking.atoms import CLEARANCE, UNREPORTED, Atoms
from rehabflow.engine.asking.supposed import Answers, suppose
from rehabflow.engine.facts import PLAIN, Facts
from rehabflow.engine.series import blank_sessions, span
from rehabflow.engine.sessions import unreported
from rehabflow.engine.values import is_settled
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.timeline import order_of
from rehabflow.record.values import Answer

VariableKind: TypeAlias = Literal["measure", "session", "event", "clearance", "opaque"]
NOT_RECORDED: Final[Answers] = {}


@frozen(eq=False)
class Variable:
    """Something that is missing. `index` is its place in an assignment.

    `points` are what may be answered; with `unrecorded`, the last of them is that nothing is recorded. `coarse`: the
    points may miss an answer that matters. `asked`: a person can be asked for it (else it only helps to find a
    witness). `past`: the answer belongs to an entry of that moment, which lacks it.
    """

    index: int
    kind: VariableKind
    id: str
    points: tuple[Answers, ...]
    unrecorded: bool = False
    coarse: bool = False
    asked: bool = True
    past: Instant | None = None
    items: tuple[str, ...] = ()

    @property
    def answers(self) -> range:
        """Return the places of the points that are answers."""
        return range(len(self.points) - self.unrecorded)


@attrs.define(eq=False)
class Variables:
    """The variables of one decision, made when a condition first reads them."""

    facts: Facts
    atoms: Atoms
    all: list[Variable] = attrs.field(factory=list)
    _of: dict[tuple[str, Instant | None], Variable | None] = attrs.field(factory=dict)
    _has_unreported: bool | None = None

    def of(self, atom: str, facts: Facts) -> Variable | None:
        """Return the variable of an atom in these facts (of now, or of a past entry); None if it is known."""
        past = facts.now if facts.past else None
        if atom in self.facts.prepared.rulebook.diary or atom == UNREPORTED:
            past = None
        key = (atom, past)
        if key not in self._of:
            found = self._make(atom, facts, past)
            self._of[key] = found
            if found is not None and found.items:
                self._of.update({(item, past): found for item in found.items})
        return self._of[key]

    def clearance(self, scope: str) -> Variable:
        """Return the variable of a clearance that is not live: not given, given."""
        key = (CLEARANCE + scope, None)
        found = self._of.get(key)
        if found is None:
            found = self._of[key] = self._add("clearance", CLEARANCE + scope, ({}, {}))
        return found

    def again(self, atom: str) -> Variable | None:
        """Return the variable of whether a known answer is taken anew today; None if it was, or it is not known."""
        newest = self.facts.timeline.newest(atom, self.facts.now)
        if newest is None or order_of(newest.at) == order_of(self.facts.now) or self.of(atom, self.facts):
            return None
        key = (f"{atom} again", None)
        if key not in self._of:
            self._of[key] = self._add("measure", atom, [{atom: newest.answers[0]}], unrecorded=True)
        return self._of[key]

    def opaque(self) -> Variable:
        """Return a new variable for something that nobody can be asked: it may be so or not."""
        return self._add("opaque", f"?{len(self.all)}", ({}, {}), asked=False)

    def _add(
        self,
        kind: VariableKind,
        id_: str,
        points: Sequence[Answers],
        *,
        unrecorded: bool = False,
        coarse: bool = False,
        asked: bool = True,
        past: Instant | None = None,
        items: Sequence[str] = (),
    ) -> Variable:
        every = (*points, NOT_RECORDED) if unrecorded else tuple(points)
        made = Variable(len(self.all), kind, id_, every, unrecorded, coarse, asked, past, tuple(items))
        self.all.append(made)
        return made

    # -- each kind

    def _make(self, atom: str, facts: Facts, past: Instant | None) -> Variable | None:
        rulebook = facts.prepared.rulebook
        if atom == UNREPORTED:
            if not self.has_unreported():
                return None
            return self._add("session", "session.done", ({UNREPORTED: False}, {UNREPORTED: True}))
        if atom in rulebook.diary:
            return self._session_item(atom)
        head, _, detail = atom.partition(".")
        if head in rulebook.events:
            return self._event(atom, detail, facts)
        if is_settled(facts.fact(atom)):
            return None
        return self._questionnaire(atom, facts, past) or self._single(atom, past)

    def has_unreported(self) -> bool:
        """Return whether there are expected sessions that nobody reported."""
        if self._has_unreported is None:
            everything = span(self.facts.within(PLAIN), Window())
            self._has_unreported = bool(unreported(self.facts.timeline, everything))
        return self._has_unreported

    def _session_item(self, atom: str) -> Variable | None:
        is_blank = bool(blank_sessions(self.facts, atom))
        if not is_blank and not self.has_unreported():
            return None
        points = self._points(atom)
        return self._add("session", atom, points, coarse=self.atoms.is_coarse(atom), asked=is_blank)

    def _event(self, atom: str, detail: str, facts: Facts) -> Variable | None:
        if detail:
            if is_settled(facts.fact(atom)):
                return None
            return self._add("event", atom, self._points(atom))
        if facts.has_happened(atom):
            return None
        return self._add(
            "event", atom, self._points(atom), unrecorded=True, coarse=self.atoms.is_coarse(atom)
        )

    def _single(self, atom: str, past: Instant | None) -> Variable:
        unrecorded = past is None and atom in self.atoms.asked_if_known
        return self._add(
            "measure",
            atom,
            self._points(atom),
            unrecorded=unrecorded,
            coarse=self.atoms.is_coarse(atom),
            past=past,
        )

    def _points(self, atom: str) -> list[Answers]:
        return [{atom: answer} for answer in self.atoms.points(atom, self.facts.now.day)]

    # -- whole questionnaires

    def _questionnaire(self, atom: str, facts: Facts, past: Instant | None) -> Variable | None:
        """Return one variable for a questionnaire of which every item is missing, and which only its scores read."""
        measure = facts.prepared.rulebook.measures.get(atom)
        if measure is None or not measure.is_item or past is not None or atom in self.atoms.asked_if_known:
            return None
        assessment = facts.prepared.rulebook.assessments[measure.assessment]
        items = [f"{assessment.id}.{item}" for item in assessment.items.ids] if assessment.items else []
        if assessment.sided or not self.atoms.written.isdisjoint(items):
            return None
        if any(is_settled(facts.fact(item)) for item in items):
            return None
        points, coarse = ramps(self.atoms, facts, assessment.id, items)
        return self._add("measure", items[0], points, coarse=coarse, items=items)


def ramps(
    atoms: Atoms, facts: Facts, assessment: str, items: Sequence[str]
) -> tuple[tuple[Answers, ...], bool]:
    """Return sets of answers to all items that lead to each region of the scores that rules read.

    From all at their lowest, one item after another is raised to its highest, in order and in reverse. With it, whether
    a region (or, of several scores, a combination) may have been missed.
    """
    known = atoms.questionnaires.get(assessment)
    if known is not None:
        return known
    regions = scores_of(atoms, facts, assessment)
    shape = facts.prepared.rulebook.assessments[assessment].items
    assert shape is not None  # the caller looked
    low, high = Decimal(shape.low), Decimal(shape.high)
    found: dict[tuple[int, ...], Answers] = {}
    for order in (list(items), list(reversed(items))):
        for count in range(len(items) + 1):
            answers: dict[str, Answer] = dict.fromkeys(items, low)
            answers.update(dict.fromkeys(order[:count], high))
            reached = reached_by(facts, regions, answers)
            found.setdefault(reached, answers)
    every = len(regions) == 1 and len(found) == len(next(iter(regions.values())))
    result = (tuple(found[reached] for reached in sorted(found)), not every)
    if all(atoms.of_key(key) <= set(items) for key in regions):
        atoms.questionnaires[assessment] = result
    return result


def scores_of(atoms: Atoms, facts: Facts, assessment: str) -> Mapping[str, tuple[Possible, ...]]:
    """Return the scores of a questionnaire that rules read, each with its domain cut at what they ask."""
    scores = [
        key
        for key in atoms.written
        if key.startswith(f"{assessment}.") and facts.prepared.rulebook.facts[key].derived is not None
    ]
    return {key: domain(atoms.marks[key]) for key in sorted(scores)}


def reached_by(
    facts: Facts, regions: Mapping[str, tuple[Possible, ...]], answers: Answers
) -> tuple[int, ...]:
    """Return the region of each score that these answers alone lead to, -1 where there is none."""
    empty = attrs.evolve(facts.timeline, series={})
    world = suppose(Facts(facts.prepared, empty, facts.now, facts.visit, PLAIN), PLAIN, answers)
    return tuple(
        next((i for i, region in enumerate(regions[key]) if meet(region, world.fact(key)) is not None), -1)
        for key in regions
    )


def merged(points: Iterable[Answers]) -> Mapping[str, Answer]:
    """Return the answers of several variables together."""
    found: dict[str, Answer] = {}
    for point in points:
        found.update(point)
    return found
