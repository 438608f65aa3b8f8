"""What a value can be, given what is known: the values that every reading of a condition works on."""

from __future__ import annotations

import enum
from fractions import Fraction
from typing import Final, TypeAlias

from rehabflow.conditions.types import (
    BooleanType,
    ChoiceType,
    DateType,
    Exact,
    NumberType,
    SetType,
    Type,
    exact,
)
from rehabflow.frozen import frozen


class Truth(enum.Enum):
    """The answer of a condition."""

    TRUE = "met"
    FALSE = "not_met"
    UNKNOWN = "unknown"
    ERROR = "error"


@frozen
class Boolean:
    """`surely`: true in every completion; `possibly`: true in some."""

    surely: bool
    possibly: bool


@frozen
class Number:
    """A closed interval; an end that is None is unbounded.

    `undefined`: some completion has no value here (ANY when low and high are None too), so that a comparison
    may go either way; low and high are then those of the other completions. `nowhere`: no completion has one.
    """

    low: Exact | None
    high: Exact | None
    undefined: bool = False
    nowhere: bool = False


@frozen
class Choice:
    """The options that are still possible."""

    options: frozenset[str]


@frozen
class Options:
    """A set of choices: those surely in it, and those possibly in it."""

    surely: frozenset[str]
    possibly: frozenset[str]


@frozen
class Possible:
    """A value with its declined state.

    `value` is what it can be when it is answered; None when it is surely declined. `may_be_declined`:
    some completion has it declined (always true when `value` is None).
    """

    value: Boolean | Number | Choice | Options | None
    may_be_declined: bool = False


Raw: TypeAlias = bool | Fraction | str | frozenset[str] | int

YES: Final = Boolean(surely=True, possibly=True)
NO: Final = Boolean(surely=False, possibly=False)
OPEN: Final = Boolean(surely=False, possibly=True)
TRUE: Final = Possible(YES)
FALSE: Final = Possible(NO)
MAYBE: Final = Possible(OPEN)
DECLINED: Final = Possible(None, True)
ANY: Final = Possible(Number(None, None, True))


def boolean_of(surely: bool, possibly: bool) -> Boolean:
    """Return one of YES, OPEN and NO; what is surely so is possibly so."""
    return YES if surely else OPEN if possibly else NO


def possible_of_boolean(answer: Boolean) -> Possible:
    """Return an answer as a value that is not declined."""
    return TRUE if answer.surely else MAYBE if answer.possibly else FALSE


def known(type_: Type, raw: Raw) -> Possible:
    """Return the possible value of a recorded one: bool, Fraction, choice text, frozenset of texts, or day number."""
    match type_:
        case BooleanType():
            return TRUE if raw else FALSE
        case NumberType() | DateType():
            number = exact(raw)  # type: ignore[arg-type]  # a number, by the type
            return Possible(Number(number, number))
        case ChoiceType():
            return Possible(Choice(frozenset([str(raw)])))
        case SetType():
            members = frozenset(raw)  # type: ignore[arg-type]  # by the type, raw is a set of texts
            return Possible(Options(members, members))


def unknown(type_: Type, *, declinable: bool = False) -> Possible:
    """Return everything a value of this type could be."""
    return Possible(_anything(type_), may_be_declined=declinable)


def _anything(type_: Type) -> Boolean | Number | Choice | Options:
    match type_:
        case BooleanType():
            return OPEN
        case NumberType(low=low, high=high):
            return Number(None if low is None else exact(low), None if high is None else exact(high))
        case DateType(low=first, high=last):
            return Number(first, last)
        case ChoiceType(choices=choices):
            return Choice(frozenset(choices))
        case SetType(choices=choices):
            return Options(frozenset(), frozenset(choices))
