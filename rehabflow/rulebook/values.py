"""The facts of recorded values: measures, items and their sides, and the names they go by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from rehabflow.conditions.scope import Fact
from rehabflow.conditions.types import DateType, NumberType, Type
from rehabflow.definitions.measures import Assessment, Measure
from rehabflow.frozen import frozen
from rehabflow.rulebook.builtins import BORN, number
from rehabflow.rulebook.scope import SIDE_NAMES
from rehabflow.rulebook.words import Words

TAKEN_SIDES = ("left", "right")


@frozen
class Recorded:
    """A measure or item: its fact without what it is derived from, under its key without side.

    `definition` None: an item, or `patient.born`.
    """

    key: str
    type: Type
    assessment: str
    sided: bool
    declinable: bool
    definition: Measure | None
    is_item: bool = False

    @property
    def name(self) -> str:
        """Return its bare name inside its assessment."""
        return self.key.rpartition(".")[2]

    @property
    def is_derived(self) -> bool:
        """Return whether it follows from other values."""
        return self.definition is not None and self.definition.is_derived

    def fact(self, side: str = "") -> Fact:
        """Return what conditions see: of one side, or of the whole (which `symmetry` reads)."""
        shape = None if self.definition is None else self.definition.shape
        type_ = self.type
        if side == "average" and isinstance(type_, NumberType) and type_.decimals is not None:
            type_ = attrs.evolve(type_, decimals=type_.decimals + 1)
        return Fact(
            f"{self.key}.{side}" if side else self.key,
            type_,
            declinable=self.declinable,
            dated=True,
            sided=self.sided and not side,
            better=shape.better if shape else "none",
            choice_list=(shape.choices_from if shape else "") or self.key,
            assessment=self.assessment,
        )

    def sides(self) -> tuple[str, ...]:
        """Return the sides it may be read from; an average needs numbers."""
        if not self.sided:
            return ()
        return SIDE_NAMES if isinstance(self.type, NumberType) else SIDE_NAMES[:-1]


@frozen
class Values:
    """Every measure and item by key, and every name by which conditions read them: name -> (key, side)."""

    recorded: Mapping[str, Recorded]
    by_name: Mapping[str, tuple[str, str]]
    by_assessment: Mapping[str, tuple[Recorded, ...]]

    @classmethod
    def of(cls, assessments: Mapping[str, Assessment], words: Words) -> Values:
        """Return the values of these assessments, and `patient.born`, which no condition reads."""
        recorded = {BORN: Recorded(BORN, DateType(), "", sided=False, declinable=False, definition=None)}
        by_name: dict[str, tuple[str, str]] = {}
        for assessment in assessments.values():
            for value in _recorded(assessment, words):
                recorded[value.key] = value
                is_main = value.definition is not None and value.definition is main_measure(assessment)
                for name in (value.key, assessment.id) if is_main else (value.key,):
                    by_name.setdefault(name, (value.key, ""))
                    by_name.update({f"{name}.{side}": (value.key, side) for side in value.sides()})
        for value in recorded.values():  # a measure's own name comes before a side of the main measure
            by_name[value.key] = (value.key, "")
        del by_name[BORN]
        by_assessment = {
            id_: tuple(value for value in recorded.values() if value.assessment == id_) for id_ in assessments
        }
        return cls(recorded, by_name, by_assessment)


def main_measure(assessment: Assessment) -> Measure | None:
    """Return the measure that the assessment's bare name stands for."""
    return next((measure for measure in assessment.measures if measure.main), None)


def _recorded(assessment: Assessment, words: Words) -> Iterator[Recorded]:
    for measure in sorted(assessment.measures, key=lambda measure: measure.id):
        yield Recorded(
            measure.key,
            words.type_of(measure.shape),
            assessment.id,
            assessment.sided,
            measure.declinable,
            measure,
        )
    if assessment.items is not None:
        items = assessment.items
        type_ = number(None, items.low, items.high)
        for item in items.ids:
            key = f"{assessment.id}.{item}"
            declinable = items.when_finished == "left_out"
            yield Recorded(key, type_, assessment.id, assessment.sided, declinable, None, is_item=True)
