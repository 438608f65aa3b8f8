"""What to ask next, in the order in which to ask it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import attrs

from rehabflow.engine.asking.agreements import Candidate, clearances_missing, held_beside, wanted_clearances
from rehabflow.engine.asking.atoms import BORN, Atoms, atoms_of
from rehabflow.engine.asking.diary import DiaryAsker
from rehabflow.engine.asking.due import Due, due_assessments, reviews
from rehabflow.engine.asking.expressions import Builder
from rehabflow.engine.asking.outcome import Outcomes
from rehabflow.engine.asking.rules import Collector
from rehabflow.engine.asking.search import Relevance, Search
from rehabflow.engine.asking.variables import Variable, Variables
from rehabflow.engine.decision import CriterionResult, GateResult, Kind, Need, TrackResult
from rehabflow.engine.facts import Facts
from rehabflow.engine.values import is_settled


def needs_of(
    facts: Facts,
    kind: Kind,
    tracks: Mapping[str, TrackResult],
    gates: Sequence[GateResult],
    criteria: Sequence[CriterionResult],
) -> tuple[Need, ...]:
    """Return what is missing and could change the decision, most urgent first, and what is due.

    First clearances, then measures and session answers by the strictest gate that reads them, those whose effect is
    proved before those that may matter, then events; after them assessments that are due whatever they could change,
    and reviews.
    """
    collector = Collector(facts, kind, {result.address: result for result in criteria})
    collector.gates(gates)
    open_tracks = [
        collector.track(rule, tracks[name])
        for name, rule in facts.prepared.rulebook.tracks.items()
        if name in tracks
    ]
    outcomes = Outcomes.of(collector.rules, open_tracks)
    atoms = atoms_of(facts.prepared)
    search = Search.of(outcomes, Builder(facts, atoms, Variables(facts, atoms)))
    due = due_assessments(facts, kind, tracks, collector.results)
    return _Asker(facts, kind, tracks, atoms, search, due).needs()


@attrs.define(eq=False)
class _Asker:
    """Lists the needs of one decision."""

    facts: Facts
    kind: Kind
    tracks: Mapping[str, TrackResult]
    atoms: Atoms
    search: Search
    due: Mapping[str, Due]

    def needs(self) -> tuple[Need, ...]:
        due = self.due
        found = [(variable, self.search.relevance(variable)) for variable in self._variables()]
        missing = list(clearances_missing(self.search))
        agreements = list(self._agreements(missing))
        found += held_beside(self.search, missing)
        answers = self._answers(found)
        answers += self._diary({need.id for need in answers})
        asked = [attrs.evolve(need, due=due.get(need.assessment, "")) for need in self._offered(answers)]
        listed = {need.assessment for need in asked}
        rest = sorted(
            (assessment for assessment in due if assessment not in listed),
            key=lambda name: due[name] != "late",
        )
        calendar = [self._due_need(assessment) for assessment in rest]
        calendar = [attrs.evolve(need, due=due[need.assessment]) for need in calendar]
        return (*agreements, *asked, *calendar, *reviews(self.facts, self.tracks))

    # -- clearances

    def _agreements(self, missing: Sequence[Candidate]) -> Iterator[Need]:
        outcomes = self.search.outcomes
        found = []
        for candidate, relevance in wanted_clearances(self.search, missing):
            kind = self.facts.prepared.rulebook.clearances[candidate.scope]
            strictest = max(outcomes.rules[place].effect for place in candidate.places)
            need = Need(
                f"clearance.{kind.id}",
                "clearance",
                could_change=self._addresses(candidate.places),
                proved=relevance is Relevance.PROVED,
                who=kind.by,
                ask=kind.title,
            )
            found.append((-strictest, kind.id, need))
        yield from (need for _, _, need in sorted(found, key=lambda item: item[:2]))

    # -- answers

    def _variables(self) -> list[Variable]:
        """Return what a person can be asked that a rule reads."""
        return [
            variable
            for variable in self.search.builder.variables.all
            if variable.asked and variable.kind not in ("clearance", "opaque")
        ]

    def _answers(self, judged: Iterable[tuple[Variable, Relevance]]) -> list[Need]:
        found = [
            (self._rank(variable, relevance), self._need(variable, relevance))
            for variable, relevance in judged
            if relevance is not Relevance.NONE
        ]
        found.sort(key=lambda item: item[0])
        merged: dict[str, Need] = {}
        for _, need in found:
            before = merged.get(need.id)
            rules = dict.fromkeys([*(before.could_change if before else ()), *need.could_change])
            merged[need.id] = attrs.evolve(before or need, could_change=tuple(rules))
        return list(merged.values())

    def _rank(self, variable: Variable, relevance: Relevance) -> tuple[Decimal, ...]:
        """Return what needs are sorted by: proved, strictness of the gates that read it, minutes, order of the file."""
        places = self.search.readers[variable.index]
        strictest = max(self.search.outcomes.rules[place].effect for place in places)
        order = self.atoms.order.get(variable.id, len(self.atoms.order))
        ranks: tuple[bool | int | Decimal, ...] = (
            variable.kind == "event",
            relevance is not Relevance.PROVED,
            -strictest,
            self._minutes(variable),
            order,
            variable.index,
        )
        return tuple(Decimal(rank) for rank in ranks)

    def _need(self, variable: Variable, relevance: Relevance) -> Need:
        assessment = self._assessment(variable.id)
        return Need(
            variable.id,
            "event" if variable.kind == "event" else "measure",
            assessment,
            self._addresses(self.search.readers[variable.index]),
            relevance is Relevance.PROVED,
            minutes=self._minutes(variable),
            ask=self._question(variable, assessment),
            items=variable.items,
        )

    def _addresses(self, places: Iterable[int]) -> tuple[str, ...]:
        """Return the addresses of rules, the strictest first."""
        rules = self.search.outcomes.rules
        ordered = sorted(places, key=lambda place: (-rules[place].effect, place))
        return tuple(dict.fromkeys(rules[place].address for place in ordered))

    def _assessment(self, atom: str) -> str:
        rulebook = self.facts.prepared.rulebook
        side = self.facts.prepared.sides.get(atom)
        measure = side.measure if side is not None else rulebook.measures.get(atom)
        return measure.assessment if measure is not None else ""

    def _minutes(self, variable: Variable) -> Decimal:
        assessment = self.facts.prepared.rulebook.assessments.get(self._assessment(variable.id))
        return assessment.minutes if assessment is not None else Decimal(0)

    def _question(self, variable: Variable, assessment: str) -> str:
        rulebook = self.facts.prepared.rulebook
        if variable.items:
            return rulebook.assessments[assessment].title
        if variable.id in rulebook.diary:
            return rulebook.diary[variable.id].definition.ask
        if variable.kind == "session":
            return "Sessions that nobody reported: were they done?"
        if variable.kind == "event":
            return rulebook.events[variable.id.partition(".")[0]].title
        if variable.id == BORN:
            return "Date of birth?"
        side = self.facts.prepared.sides.get(variable.id)
        measure = side.measure if side is not None else rulebook.measures[variable.id]
        return measure.definition.ask if measure.definition is not None else ""

    # -- session answers that only a response reads

    def _diary(self, listed: set[str]) -> list[Need]:
        slow = frozenset(track.track for track in self.search.outcomes.tracks if self._is_slow(track.brakes))
        asker = DiaryAsker(self.facts, self.atoms, self.kind, slow)
        found = []
        for key, (rules, proved) in asker.wanted(listed).items():
            item = self.facts.prepared.rulebook.diary.get(key)
            ask = item.definition.ask if item is not None else ""
            found.append(Need(key, "measure", could_change=tuple(rules), proved=proved, ask=ask))
        return sorted(found, key=lambda need: (not need.proved, self.atoms.order.get(need.id, 0), need.id))

    def _is_slow(self, brakes: Sequence[int]) -> bool:
        return any(self.search.outcomes.rules[place].says for place in brakes)

    # -- whole assessments

    def _offered(self, needs: Sequence[Need]) -> Iterator[Need]:
        """Yield the needs; the first of each assessment also names what of it is missing and would change nothing."""
        listed = {key for need in needs for key in (need.items or (need.id,))}
        seen: set[str] = set()
        for need in needs:
            if not need.assessment or need.assessment in seen:
                yield need
                continue
            seen.add(need.assessment)
            keys = self.facts.prepared.keys_of_assessment.get(need.assessment, ())
            unneeded = [key for key in keys if key not in listed and not is_settled(self.facts.fact(key))]
            yield attrs.evolve(need, unneeded=tuple(unneeded))

    def _due_need(self, assessment: str) -> Need:
        definition = self.facts.prepared.rulebook.assessments[assessment]
        keys = self.facts.prepared.keys_of_assessment.get(assessment, ())
        return Need(
            assessment, "measure", assessment, minutes=definition.minutes, ask=definition.title, items=keys
        )
