"""What each rule of a protocol rests on: its numbers, their basis and source, and how much is consensus only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from rehabflow.definitions.common import Evidence, Expression
from rehabflow.definitions.exercises import DoseTable
from rehabflow.definitions.gates import GateLevel
from rehabflow.definitions.measures import DiaryItem, Measure
from rehabflow.frozen import frozen
from rehabflow.problems import Place
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.render.words import duration_text, frequency_text, listed, number_text, step_text, unit_text
from rehabflow.rulebook.model import CriterionRule, Rulebook

Kind: TypeAlias = Literal[
    "parameter", "criterion", "gate", "finding", "caution", "response", "rule", "exclusion", "dose", "measure"
]
Standing: TypeAlias = Literal["published_checked", "published_unchecked", "consensus", "clinic"]

KINDS: Final[tuple[Kind, ...]] = (
    "parameter", "criterion", "gate", "finding", "caution", "response", "rule", "exclusion", "dose", "measure",
)  # fmt: skip
STANDINGS: Final[tuple[Standing, ...]] = ("published_checked", "published_unchecked", "consensus", "clinic")
_DURATION: Final = re.compile(r"'(\d+(?:h|d|w|mo))'")
_CHOICE: Final = re.compile(r"'[^']*'")
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")


@frozen
class EvidenceRow:
    """One rule: what it says, the numbers written in it, and what they rest on; `source` is "" if none is named.

    `standing` is the basis, a published number being one that somebody compared with its source or not.
    """

    kind: Kind
    id: str
    says: str
    numbers: tuple[str, ...]
    standing: Standing
    source: str
    note: str
    place: Place


@frozen
class Share:
    """How many numbers rest on what."""

    published_checked: int = 0
    published_unchecked: int = 0
    consensus: int = 0
    clinic: int = 0

    @property
    def all(self) -> int:
        """Return how many numbers there are."""
        return self.published_checked + self.published_unchecked + self.consensus + self.clinic

    def percent(self, standing: Standing) -> int | None:
        """Return the part of a standing in whole percent, None if there is no number."""
        count: int = getattr(self, standing)
        return round(100 * count / self.all) if self.all else None


def share_of(rows: Iterable[EvidenceRow]) -> Share:
    """Return what the numbers of some rules rest on."""
    counts: dict[Standing, int] = dict.fromkeys(STANDINGS, 0)
    for row in rows:
        counts[row.standing] += len(row.numbers)
    return Share(**counts)


def numbers_in(expression: Expression | None) -> tuple[str, ...]:
    """Return the numbers and durations that a condition writes; those of parameters stand with them."""
    if expression is None:
        return ()
    durations = _DURATION.findall(expression.text)
    return (*_NUMBER.findall(_CHOICE.sub("''", expression.text)), *durations)


@frozen
class EvidenceOf:
    """Gathers the evidence of a rulebook."""

    rulebook: Rulebook
    sayings: Sayings
    references: References

    def rows(self) -> tuple[EvidenceRow, ...]:
        """Return every rule with a basis of its own, by kind and then as the rulebook has them."""
        gathered = (
            *self._parameters(),
            *self._criteria(),
            *self._gates(),
            *self._findings(),
            *self._conditions(),
            *self._exercises(),
            *self._measures(),
        )
        return tuple(sorted(gathered, key=lambda row: KINDS.index(row.kind)))

    def _row(
        self, kind: Kind, id_: str, says: str, numbers: Iterable[str], evidence: Evidence, place: Place
    ) -> EvidenceRow:
        source = self.references.source(evidence, place)
        cite = source.cite if source else evidence.source
        standing = self._standing(evidence, place)
        return EvidenceRow(kind, id_, says, tuple(numbers), standing, cite, evidence.note, place)

    def _standing(self, evidence: Evidence, place: Place) -> Standing:
        match evidence.basis:
            case "published":
                is_checked = self.references.is_checked(evidence, place)
                return "published_checked" if is_checked else "published_unchecked"
            case basis:
                return basis

    # -- numbers, and rules that judge

    def _parameters(self) -> Iterator[EvidenceRow]:
        for id_, rule in self.rulebook.parameters.items():
            one = rule.definition
            unit = f" {unit_text(one.unit)}".rstrip()
            numbers: list[str] = []
            says: list[str] = []
            for case in one.cases:
                value = f"{number_text(case.value)}{unit}"
                numbers += [value, *numbers_in(case.when)]
                says.append(f"{value} if {self.sayings.of(case.when)}" if case.when else value)
            yield self._row("parameter", id_, "; else ".join(says), numbers, one.evidence, one.place)

    def _criteria(self) -> Iterator[EvidenceRow]:
        for criterion in self.rulebook.criteria.values():
            yield self._criterion(criterion)
        seen: set[str] = set()
        for stage in self.rulebook.stages.values():
            regress = [rule for _, rules in stage.regress for rule in rules]
            for rule in (*stage.enter, *stage.leave, *(stage.discharge or ()), *regress):
                if rule.address not in seen:  # those of a track hold in each of its stages
                    seen.add(rule.address)
                    yield self._criterion(rule)

    def _criterion(self, criterion: CriterionRule) -> EvidenceRow:
        rule = criterion.rule
        said = self.sayings.of(rule.when)
        return self._row(
            "criterion", criterion.address, said, numbers_in(rule.when), rule.evidence, rule.place
        )

    def _gates(self) -> Iterator[EvidenceRow]:
        for gate in self.rulebook.gates:
            level = gate.level
            until = f"; until {self.sayings.of(level.until)}" if level.until else ""
            says = f"{self.sayings.of(level.when)}{until}"
            yield self._row("gate", gate.address, says, _gate_numbers(level), level.evidence, level.place)

    def _findings(self) -> Iterator[EvidenceRow]:
        for one in {rule.definition.id: rule.definition for rule in self.rulebook.findings}.values():
            worse = [(number, when) for number, when in one.severity if when is not None]
            says = [self.sayings.of(one.when)]
            says += [f"severity {number} if {self.sayings.of(when)}" for number, when in worse]
            numbers = [*numbers_in(one.when), *(text for _, when in worse for text in numbers_in(when))]
            yield self._row("finding", one.id, "; ".join(says), numbers, one.evidence, one.place)

    # -- rules that choose

    def _conditions(self) -> Iterator[EvidenceRow]:
        for tag, caution in self.rulebook.cautions.items():
            one = caution.definition
            said = self.sayings.of(one.when)
            yield self._row("caution", tag, said, numbers_in(one.when), one.evidence, one.place)
        for id_, response in self.rulebook.responses.items():
            for level, (rule, _) in response.levels.items():
                off = (duration_text(rule.off),) if rule.off else ()
                says = listed([self.sayings.of(rule.when), *(f"{text} off" for text in off)], "then")
                numbers = (*numbers_in(rule.when), *off)
                yield self._row("response", f"{id_}.{level}", says, numbers, rule.evidence, rule.place)
        for choice in self.rulebook.rules:
            definition = choice.definition
            texts = (definition.first, definition.then, definition.of, definition.when)
            numbers = (*((str(definition.count),) if definition.kind == "at_most" else ()), *_all(texts))
            says = definition.say or definition.kind.replace("_", " ")
            yield self._row("rule", choice.address, says, numbers, definition.evidence, definition.place)

    def _exercises(self) -> Iterator[EvidenceRow]:
        for id_, rule in self.rulebook.exercises.items():
            one = rule.definition
            for key, when in (("only_if", one.only_if), ("never_if", one.never_if)):
                if when is not None:
                    said = f"{key.replace('_', ' ')} {self.sayings.of(when)}"
                    yield self._row(
                        "exclusion", f"{id_}.{key}", said, numbers_in(when), one.evidence, one.place
                    )
            for level, table in one.doses.items():
                numbers = _dose_numbers(table)
                says = "; ".join(numbers)
                yield self._row("dose", f"{id_}.{level}", says, numbers, one.evidence, table.place)

    def _measures(self) -> Iterator[EvidenceRow]:
        for key, rule in self.rulebook.measures.items():
            if rule.definition is not None:
                yield from self._cut_offs(key, rule.definition)
        for key, diary in self.rulebook.diary.items():
            yield from self._cut_offs(key, diary.definition)

    def _cut_offs(self, key: str, one: Measure | DiaryItem) -> Iterator[EvidenceRow]:
        """Yield the cut-offs of a measure: where its bands part, what change counts, what it is derived by."""
        named = [(name, when) for name, when in one.bands if when is not None]
        if isinstance(one, Measure):
            named += [(name, when) for name, when in one.picks if when is not None]
            if one.value is not None and one.shape.kind == "yes_no":
                named.append(("yes", one.value))
        says = [f"{name} if {self.sayings.of(when)}" for name, when in named if numbers_in(when)]
        numbers = [*_all(when for _, when in named)]
        for word, change in (("detectable", one.detectable_change), ("important", one.important_change)):
            if change is not None:
                numbers.append(number_text(change))
                says.append(f"{word} change {number_text(change)}")
        if numbers:
            yield self._row("measure", key, "; ".join(says), numbers, one.evidence, one.place)


def _all(texts: Iterable[Expression | None]) -> tuple[str, ...]:
    return tuple(number for text in texts for number in numbers_in(text))


def _gate_numbers(level: GateLevel) -> tuple[str, ...]:
    caps = [f"{number_text(cap.value)} {cap.unit}".strip() for cap in level.caps if cap.value is not None]
    within = [duration_text(level.refer_to.within)] if level.refer_to else []
    return (*_all((level.when, level.until, level.exclude)), *caps, *within)


def _dose_numbers(table: DoseTable) -> tuple[str, ...]:
    """Return the steps, how often, and what else a dose says in numbers."""
    steps = [step_text(step) for step in table.steps]
    effort = [f"effort {table.effort} of 10"] if table.effort else []
    rest = [f"rest {table.rest_seconds} s"] if table.rest_seconds else []
    load = [f"then {number_text(table.then_load)} % more load"] if table.then_load is not None else []
    return (*steps, frequency_text(table.frequency), *effort, *rest, *load)
