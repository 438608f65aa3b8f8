"""What a patient's record is read by: measures, parameters, criteria, findings, advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.scope import Derived, Fact, Meaning, Named
from rehabflow.definitions.common import Advice
from rehabflow.definitions.protocols import Protocol
from rehabflow.frozen import frozen
from rehabflow.instants import Duration
from rehabflow.rulebook.checking import BROKEN, Checker
from rehabflow.rulebook.model import (
    AdviceRule,
    CriterionRule,
    DiaryRule,
    FindingRule,
    MeasureRule,
    ParameterRule,
)
from rehabflow.rulebook.names import AllNames
from rehabflow.rulebook.scope import ORDINARY
from rehabflow.rulebook.values import TAKEN_SIDES, Recorded


@frozen
class JudgingBuilder:
    """Builds what reads the record; problems go to the checker's report."""

    names: AllNames
    checker: Checker

    def criteria(self) -> dict[str, CriterionRule]:
        """Return the named criteria by id."""
        return {
            id_: CriterionRule(f"criterion.{id_}", rule, _condition(self.names.criterion(id_)))
            for id_, rule in self.names.tables.united.criteria.items()
        }

    def findings(self) -> tuple[FindingRule, ...]:
        """Return the findings by id, one for each side where they have sides."""
        found = []
        for id_, definition in self.names.tables.united.findings.items():
            self.names.finding(id_)
            for side in TAKEN_SIDES if definition.each_side else ("",):
                key = f"{id_}.{side}" if side else id_
                scope = self.names.scope(ORDINARY, side=side)
                severity = tuple(
                    (degree, self.checker.optional(when, scope, "free"))
                    for degree, when in definition.severity
                )
                found.append(
                    FindingRule(key, side, definition, _condition(self.names.finding(key)), severity)
                )
        return tuple(found)

    def parameters(self) -> dict[str, ParameterRule]:
        """Return the parameters with their cases by id."""
        for id_ in self.names.tables.united.parameters:
            self.names.parameter(id_)
        return {id_: self.names.parameter_rules[id_] for id_ in self.names.tables.united.parameters}

    def advice(self, protocol: Protocol | None) -> tuple[AdviceRule, ...]:
        """Return the advice in the order that the protocol lists it, what it leaves out by id."""
        scope = self.names.scope(ORDINARY)
        return tuple(
            AdviceRule(advice, self.checker.optional(advice.when, scope, "restricts"))
            for advice in _in_order(self.names.tables.united.advice, protocol.advice if protocol else ())
        )

    def measures(self) -> dict[str, MeasureRule]:
        """Return every measure and item, and `patient.born`, by key without side."""
        return {key: self._measure(value) for key, value in self.names.values.recorded.items()}

    def diary(self) -> dict[str, DiaryRule]:
        """Return the diary items by key `session.y`."""
        return {
            f"session.{id_}": DiaryRule(f"session.{id_}", self.names.words.type_of(item.shape), item)
            for id_, item in self.names.tables.united.diary.items()
        }

    def all_facts(self) -> dict[str, Fact]:
        """Return every fact by its key, sides included."""
        facts = {key: _fact(self.names.built_in(key)) for key in self.names.static}
        for id_ in self.names.tables.united.parameters:
            facts[id_] = _fact(self.names.parameter(id_))
        for key, value in self.names.values.recorded.items():
            for side in ("", *value.sides()):
                fact = _fact(self.names.fact(key, side))
                facts[fact.key] = fact
        return facts

    def _measure(self, value: Recorded) -> MeasureRule:
        valid_for = value.definition.valid_for if value.definition else self._validity_of_item(value)
        return MeasureRule(
            key=value.key,
            type=value.type,
            fact=_fact(self.names.fact(value.key, TAKEN_SIDES[0] if value.sided else "")),
            assessment=value.assessment,
            valid_for=valid_for,
            sided=value.sided,
            declinable=value.declinable,
            definition=value.definition,
            is_item=value.is_item,
        )

    def _validity_of_item(self, item: Recorded) -> Duration | None:
        """Return how long an item is valid: as long as the measure that reads it (the longest of several)."""
        side = f".{TAKEN_SIDES[0]}" if item.sided else ""
        readers = [
            value.definition
            for value in self.names.values.by_assessment.get(item.assessment, ())
            if value.definition is not None and f"{item.key}{side}" in self._reads(value)
        ]
        lengths = [reader.valid_for for reader in readers]
        if not lengths or None in lengths:
            return None
        return max(
            (length for length in lengths if length is not None), key=lambda length: length.days_after(1)
        )

    def _reads(self, value: Recorded) -> frozenset[str]:
        derived = _fact(self.names.fact(value.key, TAKEN_SIDES[0] if value.sided else "")).derived
        return frozenset() if derived is None else reads_of(derived)


def reads_of(derived: Derived) -> frozenset[str]:
    """Return the keys that a derived measure reads."""
    texts = [derived.value, *(condition for _, condition in derived.picks)]
    return frozenset(key for text in texts if text is not None for key in text.reads)


def _in_order(advice: Mapping[str, Advice], listed: Sequence[str]) -> tuple[Advice, ...]:
    rank = {id_: index for index, id_ in enumerate(listed)}
    return tuple(advice[id_] for id_ in sorted(advice, key=lambda id_: (rank.get(id_, len(rank)), id_)))


def _condition(meaning: Meaning) -> Checked:
    """Return the condition a name stands for; `BROKEN` where it has been reported."""
    return meaning.condition if isinstance(meaning, Named) else BROKEN


def _fact(meaning: Meaning) -> Fact:
    """Return a meaning that is a fact, as that of a measure or parameter is outside of its own circle."""
    if not isinstance(meaning, Fact):
        raise TypeError(meaning)
    return meaning
