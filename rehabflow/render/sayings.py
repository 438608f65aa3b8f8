"""The conditions of definitions in English, found by where they stand."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from rehabflow.conditions import english
from rehabflow.conditions.checked import Checked
from rehabflow.definitions.common import Expression
from rehabflow.problems import Place
from rehabflow.rulebook.model import MeasureRule, Rulebook

Pair = tuple[Expression | None, Checked | None]


@attrs.define(eq=False)
class Sayings:
    """Says the conditions of a rulebook in English; one that it does not hold is given as written."""

    rulebook: Rulebook
    _checked: dict[Place, Checked] | None = None

    def of(self, expression: Expression | None) -> str:
        """Return a condition in words, "" for none."""
        if expression is None:
            return ""
        checked = self._all().get(expression.place)
        return english(checked) if checked is not None else " ".join(expression.text.split())

    def _all(self) -> dict[Place, Checked]:
        if self._checked is None:
            found = {}
            for expression, checked in _pairs(self.rulebook):
                if expression is not None and checked is not None:
                    found[expression.place] = checked
            self._checked = found
        return self._checked


def _pairs(rulebook: Rulebook) -> Iterator[Pair]:
    """Yield every text of a rulebook with its checked form."""
    yield from _judging(rulebook)
    yield from _choosing(rulebook)
    for measure in rulebook.measures.values():
        yield from _measure(measure)


def _judging(rulebook: Rulebook) -> Iterator[Pair]:
    for gate in rulebook.gates:
        yield gate.level.when, gate.when
        yield gate.level.until, gate.until
        yield gate.level.exclude, gate.exclude
    for criterion in rulebook.criteria.values():
        yield criterion.rule.when, criterion.condition
    for track in rulebook.tracks.values():
        yield track.track.open_while, track.open_while
    for stage in rulebook.stages.values():
        regress = [rule for _, rules in stage.regress for rule in rules]
        for rule in (*stage.enter, *stage.leave, *(stage.discharge or ()), *regress):
            yield rule.rule.when, rule.condition
        for slot in stage.slots:
            yield slot.slot.where, slot.where
            yield slot.slot.open_when, slot.open_when
    for finding in rulebook.findings:
        yield finding.definition.when, finding.when
        for (_, expression), (_, checked) in zip(finding.definition.severity, finding.severity, strict=True):
            yield expression, checked
    for response in rulebook.responses.values():
        for level, condition in response.levels.values():
            yield level.when, condition


def _choosing(rulebook: Rulebook) -> Iterator[Pair]:
    for caution in rulebook.cautions.values():
        yield caution.definition.when, caution.when
    for exercise in rulebook.exercises.values():
        yield exercise.definition.only_if, exercise.only_if
        yield exercise.definition.never_if, exercise.never_if
    for rule in rulebook.rules:
        choice = rule.definition
        yield from (
            (choice.first, rule.first),
            (choice.then, rule.then),
            (choice.of, rule.of),
            (choice.when, rule.when),
        )
    for advice in rulebook.advice:
        yield advice.definition.when, advice.when
    for parameter in rulebook.parameters.values():
        for case, (checked, _) in zip(parameter.definition.cases, parameter.cases, strict=True):
            yield case.when, checked


def _measure(measure: MeasureRule) -> Iterator[Pair]:
    definition, derived = measure.definition, measure.fact.derived
    if definition is None:
        return
    if derived is not None:
        yield definition.value, derived.value
        for (_, expression), (_, checked) in zip(definition.picks, derived.picks, strict=True):
            yield expression, checked
    for (_, expression), (_, checked) in zip(definition.bands, measure.fact.bands, strict=True):
        yield expression, checked
