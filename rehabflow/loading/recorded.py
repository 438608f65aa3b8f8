"""Recorded values: of the declared type, in range, on the grid."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType, Type
from rehabflow.loading.reader import Reader, listed, nearest
from rehabflow.problems import Place
from rehabflow.record.values import Value

FIRST_YEAR = 1900


def read_value(reader: Reader, place: Place, key: str, type_: Type, value: object) -> Value | None:
    """Return the value recorded for a key, or None after reporting why it cannot be one."""
    match type_:
        case NumberType():
            return _number(reader, place, key, type_, value)
        case BooleanType() if isinstance(value, bool):
            return value
        case ChoiceType() if isinstance(value, str):
            return _word(reader, place, key, value, type_.choices)
        case SetType() if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return _set(reader, place, key, value, type_.choices)
        case DateType() if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            if value.year >= FIRST_YEAR:
                return value
            reader.report(
                "out-of-range", place, f"{value} is too long ago", expected=f"a date from {FIRST_YEAR} on"
            )
            return None
    advice = ""
    if isinstance(type_, BooleanType) and str(value).lower() in ("yes", "no", "true", "false"):
        advice = f"write {'true' if str(value).lower() in ('yes', 'true') else 'false'} without quotes"
    reader.wrong_type(place, value, words_of(key, type_), advice=advice)
    return None


def words_of(key: str, type_: Type) -> str:
    """Return what values a key takes, in words."""
    match type_:
        case NumberType():
            decimals = f" with at most {type_.decimals} decimals" if type_.decimals else ""
            unit = f", in {type_.unit}" if type_.unit and not type_.unit.startswith("{") else ""
            whole = "" if type_.decimals else "whole "
            bounds = f" from {_plain(type_.low)} to {_plain(type_.high)}"
            return f"`{key}`: a {whole}number{bounds}{decimals}{unit}"
        case BooleanType():
            return f"`{key}`: true or false"
        case ChoiceType():
            return f"`{key}`: {listed(type_.choices)}"
        case SetType():
            return f"`{key}`: a list of {listed(type_.choices)}"
        case DateType():
            return f"`{key}`: a date as 1984-05-01"


def _plain(number: Fraction | None) -> str:
    if number is None:
        return "any"
    return str(number.numerator) if number.denominator == 1 else str(float(number))


def _number(reader: Reader, place: Place, key: str, type_: NumberType, value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        reader.wrong_type(place, value, words_of(key, type_))
        return None
    exact = Fraction(value)
    if (type_.low is not None and exact < type_.low) or (type_.high is not None and exact > type_.high):
        reader.report("out-of-range", place, f"{value} is out of range", expected=words_of(key, type_))
        return None
    if type_.decimals is not None and (exact * 10**type_.decimals).denominator != 1:
        reader.report("off-grid", place, f"{value} has too many decimals", expected=words_of(key, type_))
        return None
    return Decimal(value)


def _word(reader: Reader, place: Place, key: str, word: str, choices: tuple[str, ...]) -> str | None:
    if word in choices:
        return word
    reader.report(
        "unknown-word",
        place,
        f"`{word[:60]}` is not a choice of `{key}`",
        expected=listed(choices),
        advice=nearest(word, choices),
    )
    return None


def _set(
    reader: Reader, place: Place, key: str, words: list[str], choices: tuple[str, ...]
) -> frozenset[str] | None:
    found = [_word(reader, place.child(number), key, word, choices) for number, word in enumerate(words)]
    if len(set(words)) < len(words):
        reader.report("twice-in-list", place, "a word is in the list twice", advice="delete one")
        return None
    return None if None in found else frozenset(words)
