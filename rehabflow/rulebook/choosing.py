"""What selection reads: exercises, cautions, hard rules, and the selector in use."""

from __future__ import annotations

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.types import NumberType, SetType, Type
from rehabflow.definitions.common import Expression
from rehabflow.definitions.exercises import Exercise
from rehabflow.definitions.extensions import computed_name
from rehabflow.definitions.protocols import Protocol, ScoreTerm, Selector
from rehabflow.frozen import frozen
from rehabflow.problems import Place
from rehabflow.rulebook.checking import Checker
from rehabflow.rulebook.model import CautionRule, ChoiceRule, ExerciseRule, SelectorRules, TermRule
from rehabflow.rulebook.names import AllNames
from rehabflow.rulebook.reports import Report
from rehabflow.rulebook.scope import CHOOSING, ORDINARY, RULE, Setting

ANY_NUMBER = NumberType(None, None, None, None)
BUILT_IN_TERMS = ("addresses_findings", "keeps_current")


@frozen
class ChoosingBuilder:
    """Builds what selection reads; problems go to the checker's report."""

    names: AllNames
    checker: Checker

    def exercises(self) -> dict[str, ExerciseRule]:
        """Return every exercise by id, with its place on a ladder."""
        rungs: dict[str, tuple[str, int]] = {}
        for ladder in self.names.tables.united.ladders.values():
            for index, exercise in enumerate(ladder.rungs):
                rungs.setdefault(exercise, (ladder.id, index))
        return {
            id_: self._exercise(exercise, *rungs.get(id_, ("", -1)))
            for id_, exercise in self.names.tables.united.exercises.items()
        }

    def cautions(self) -> dict[str, CautionRule]:
        """Return every caution tag by id."""
        scope = self.names.scope(ORDINARY)
        return {
            id_: CautionRule(caution, self.checker.condition(caution.when, scope, "restricts"))
            for id_, caution in self.names.tables.united.cautions.items()
        }

    def rules(self) -> tuple[ChoiceRule, ...]:
        """Return the hard rules of selection by id."""
        attributes, ordinary = self.names.scope(RULE), self.names.scope(ORDINARY)
        return tuple(
            ChoiceRule(
                f"rule.{id_}",
                rule,
                first=self.checker.optional(rule.first, attributes, "free"),
                then=self.checker.optional(rule.then, attributes, "free"),
                of=self.checker.optional(rule.of, attributes, "free"),
                when=self.checker.optional(rule.when, ordinary, "restricts"),
            )
            for id_, rule in self.names.tables.united.rules.items()
        )

    def selector(self, protocol: Protocol, report: Report) -> SelectorRules | None:
        """Return the selector in use with what `[select]` overwrites; None: the protocol selects nothing."""
        base = self.names.tables.united.selectors.get(protocol.use)
        if protocol.use and base is None:
            known = self.names.tables.united.selectors
            place = protocol.select.place if protocol.select else Place(protocol.place.file, ("select",))
            report.unknown("unknown-selector", "selector", protocol.use, known, place.child("use"))
        chosen = _overlaid(base, protocol.select)
        return None if chosen is None else self.selector_rules(chosen)

    def selector_rules(self, selector: Selector) -> SelectorRules:
        """Return a selector with checked limits and terms."""
        equipment = SetType(self.names.words.lists["equipment"])
        return SelectorRules(
            selector,
            minutes=self._limit(selector.minutes, ANY_NUMBER),
            equipment=self._limit(selector.equipment, equipment),
            days=self._limit(selector.days, ANY_NUMBER),
            exercises=self._limit(selector.exercises, ANY_NUMBER),
            new_at_most=selector.new_at_most,
            terms=tuple(self._term(selector.score[id_]) for id_ in sorted(selector.score)),
        )

    def _exercise(self, exercise: Exercise, ladder: str, rung: int) -> ExerciseRule:
        scope = self.names.scope(CHOOSING)
        return ExerciseRule(
            exercise,
            only_if=self.checker.optional(exercise.only_if, scope, "permits"),
            never_if=self.checker.optional(exercise.never_if, scope, "restricts"),
            ladder=ladder,
            rung=rung,
        )

    def _limit(self, expression: Expression | None, expects: Type) -> Checked | None:
        return self._value(expression, ORDINARY, expects)

    def _term(self, term: ScoreTerm) -> TermRule:
        if term.value is None and term.id not in BUILT_IN_TERMS:
            self.checker.report.error(
                "term-without-value",
                f"the score term `{term.id}` has no value, and the selector in use has none to change",
                term.place,
                expected="`value`, a score in quotes",
            )
        computed = computed_name(term.value.text) if term.value else ""
        if computed:
            return TermRule(term, None, computed)
        return TermRule(term, self._value(term.value, CHOOSING, ANY_NUMBER))

    def _value(self, expression: Expression | None, setting: Setting, expects: Type) -> Checked | None:
        if expression is None:
            return None
        return self.checker.value(expression, self.names.scope(setting), expects, "free")


def _overlaid(base: Selector | None, own: Selector | None) -> Selector | None:
    """Return the selector in use: each key and each score term of `[select]` overwrites the selector's."""
    if base is None or own is None:
        return base or own
    terms = {**base.score, **{id_: _changed(base.score.get(id_), term) for id_, term in own.score.items()}}
    return Selector(
        base.id,
        base.place,
        minutes=own.minutes or base.minutes,
        equipment=own.equipment or base.equipment,
        days=own.days or base.days,
        exercises=own.exercises or base.exercises,
        new_at_most=base.new_at_most if own.new_at_most is None else own.new_at_most,
        score=terms,
    )


def _changed(base: ScoreTerm | None, own: ScoreTerm) -> ScoreTerm:
    """Return a term of `[select]`, which may change only the weight of the selector's."""
    if base is None:
        return own
    if_unknown = base.if_unknown if own.if_unknown is None else own.if_unknown
    return attrs.evolve(own, value=own.value or base.value, if_unknown=if_unknown)
