"""The job in rehabflow's condition language, by its compiled reading: without a trace, and with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs

from bench.by_hand import BONUS, pick
from bench.job import PAUSE, QUALITIES, STAGES, Answer, Patient, criteria, findings, gates, names
from conditions.worlds import DictScope, number, yes_no
from rehabflow.conditions.compiled import Group, Trace, compile_group
from rehabflow.conditions.possible import Truth, known, unknown


def scope() -> DictScope:
    """Return the 25 measures."""
    return DictScope.of(*(yes_no(name) if name[0] == "b" else number(name) for name in names()))


def _rules() -> Group:
    here = scope()
    found = {name: here.condition(text, "restricts") for name, _, text in gates()}
    for stage, texts in criteria().items():
        found |= {f"{stage}{i}": here.condition(text, "permits") for i, text in enumerate(texts)}
    found |= {name: here.condition(text, "permits") for name, text in findings().items()}
    return compile_group(found)


@attrs.frozen(eq=False)
class Rules:
    """The compiled rules; `tables` holds, for each slot of the flat list, the numbers that stand for each answer."""

    group: Group
    effects: tuple[tuple[int, int], ...]
    stages: tuple[tuple[str, slice], ...]
    findings: slice
    tables: tuple[tuple[str, Mapping[int | bool | None, tuple[int, ...]]], ...]

    @classmethod
    def of_job(cls) -> Rules:
        """Return the rules of the job."""
        group = _rules()
        place = {name: index for index, name in enumerate(group.names)}
        effects = sorted(((effect, place[name]) for name, effect, _ in gates()), reverse=True)
        stages = tuple(
            (stage, slice(place[f"{stage}0"], place[f"{stage}3"] + 1)) for stage in reversed(STAGES)
        )
        tables = []
        for slot in group.keys:
            answers: list[int | bool] = [False, True] if slot.kind == "boolean" else list(range(11))
            numbers: dict[int | bool | None, tuple[int, ...]] = {
                answer: slot.numbers(
                    known(slot.node.type, answer if slot.kind == "boolean" else Fraction(answer))
                )
                for answer in answers
            }
            numbers[None] = slot.numbers(unknown(slot.node.type))
            tables.append((slot.key, numbers))
        first = place[QUALITIES[0]]
        return cls(group, tuple(effects), stages, slice(first, first + len(QUALITIES)), tuple(tables))

    def values(self, patient: Patient) -> list[int]:
        """Return the flat list for a patient's answers."""
        found: list[int] = []
        for key, numbers in self.tables:
            found += numbers[patient[key]]
        return found

    def decide(self, patient: Patient) -> Answer:
        """Return the answer without a trace."""
        return self._answer(self.group.truths(self.values(patient)), patient)

    def decide_traced(self, patient: Patient) -> tuple[Answer, tuple[Trace, ...]]:
        """Return the answer, and what every part of every condition gave."""
        values = self.values(patient)
        return self._answer(self.group.truths(values), patient), self.group.traces(values)

    def _answer(self, truths: Sequence[Truth], patient: Patient) -> Answer:
        effect = 0
        for level, place in self.effects:
            truth = truths[place]
            if truth is not _FALSE:
                effect = level if truth is _TRUE else min(level, PAUSE)
                break
        stage = ""
        for name, places in self.stages:
            if truths[places].count(_TRUE) == _FOUR:
                stage = name
                break
        if effect >= PAUSE or not stage:
            return effect, stage, ()
        control, endurance, strength, flexibility = truths[self.findings]
        bonus = (
            BONUS if control is _TRUE else 0,
            BONUS if endurance is _TRUE else 0,
            BONUS if strength is _TRUE else 0,
            BONUS if flexibility is _TRUE else 0,
        )
        return effect, stage, pick(stage, bonus, patient)


_TRUE, _FALSE, _FOUR = Truth.TRUE, Truth.FALSE, 4
