"""Word lists, and the types of recorded values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType, Type, fraction
from rehabflow.definitions.exercises import DIRECTIONS, EFFORT_KINDS, QUALITIES, ROLES, WORD_LISTS
from rehabflow.definitions.measures import ValueShape
from rehabflow.frozen import frozen

FIXED_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "role": ROLES,
    "quality": QUALITIES,
    "direction": DIRECTIONS,
    "effort_kind": EFFORT_KINDS,
}
NONE: Final = ("none declared",)
"""An empty list, as of exercises where a plugin alone has none: no id is spelt so."""


@frozen
class Words:
    """Every list that `choices_from` may name: fixed ones, the united vocabularies, the exercises' ids."""

    lists: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, vocabulary: Mapping[str, tuple[str, ...]], exercises: Mapping[str, object]) -> Words:
        """Return the lists of a united vocabulary, in alphabetical order."""
        found = {**{name: vocabulary.get(name, ()) for name in WORD_LISTS}, "exercise": exercises}
        return cls({**FIXED_LISTS, **{name: tuple(sorted(words)) or NONE for name, words in found.items()}})

    def pairs(self) -> tuple[str, ...]:
        """Return every `quality:body_part`."""
        return tuple(f"{quality}:{part}" for quality in QUALITIES for part in self.lists["body_part"])

    def type_of(self, shape: ValueShape) -> Type:
        """Return the type of a measure or diary item."""
        choices = self.lists.get(shape.choices_from, ()) if shape.choices_from else shape.choices
        match shape.kind:
            case "number":
                return NumberType(shape.unit, fraction(shape.low), fraction(shape.high), shape.decimals)
            case "yes_no":
                return BooleanType()
            case "choice":
                return ChoiceType(choices, ordered=shape.ordered)
            case "set":
                return SetType(choices)
            case "date":
                return DateType()


def decimals_of(number: Decimal) -> int:
    """Return how many decimals a number is written with."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
