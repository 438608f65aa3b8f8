"""From what somebody types to a recorded answer; what cannot be one is told and asked again."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final, Literal

from rehabflow.cli.printing import talk
from rehabflow.cli.scoring import plain_number
from rehabflow.cli.terminal_input import are_answers_private, ask_line
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType, Type
from rehabflow.loading.reader import Reader
from rehabflow.loading.recorded import read_value
from rehabflow.problems import Place, RehabflowError
from rehabflow.record.values import Absent, Answer, Value
from rehabflow.render.words import unit_text

YES: Final = frozenset({"y", "yes", "true"})
NO: Final = frozenset({"n", "no", "false"})
UNKNOWN: Final = frozenset({"", "unknown", "?"})
DECLINED: Final = frozenset({"declined", "-"})
NORMAL: Final = "normal"
LIST: Final = "list"
MOST_SHOWN: Final = 16


class NotAnAnswer(RehabflowError):
    """A text that is no answer to the question."""


def form_of(type_: Type) -> str:
    """Return how an answer is written, for the end of a question."""
    match type_:
        case BooleanType():
            return "y/n"
        case NumberType(low=low, high=high, unit=unit):
            bounds = (
                f"{_written(low)} to {_written(high)}" if low is not None and high is not None else "number"
            )
            return f"{bounds} {unit_text(unit)}".rstrip()
        case ChoiceType(choices=choices):
            return " / ".join(choices) if len(choices) <= MOST_SHOWN else f"one word; `{LIST}` shows them"
        case SetType(choices=choices):
            shown = (
                f"any of {', '.join(choices)}"
                if len(choices) <= MOST_SHOWN
                else f"words; `{LIST}` shows them"
            )
            return f"{shown}, or none; with commas between"
        case DateType():
            return "date, such as 1984-05-01"


def _written(number: Fraction) -> str:
    return str(plain_number(number))


def ask_value(
    question: str, key: str, type_: Type, today: int, *, declinable: bool = False, may_be_normal: bool = False
) -> Answer | Literal["normal"]:
    """Return what is typed as a value of a type; an empty line, `unknown` or `?` is Absent.UNKNOWN.

    Raises:
        EndOfInput: the input is over.
    """
    while True:
        text = ask_line(f"{question} [{form_of(type_)}]")
        word = text.lower()
        if word in UNKNOWN:
            return Absent.UNKNOWN
        if word in DECLINED and declinable:
            return Absent.DECLINED
        if word == NORMAL and may_be_normal:
            return "normal"
        if word == LIST and isinstance(type_, ChoiceType | SetType) and LIST not in type_.choices:
            talk(f"    {', '.join(type_.choices)}")
            continue
        try:
            return read_answer(text, key, type_, today)
        except NotAnAnswer as error:
            talk(f"    {error}")


def read_answer(text: str, key: str, type_: Type, today: int) -> Value:
    """Return the value that a text means.

    Raises:
        NotAnAnswer: it means none; says what would be one.
    """
    reader = Reader()
    value = read_value(reader, Place("", (key,)), key, type_, raw_value(text, type_))
    if value is None and are_answers_private():
        raise NotAnAnswer(f"That is no answer ({reader.problems[0].code}); expected {form_of(type_)}.")
    if value is None:
        problem = reader.problems[0]
        hint = f"; {problem.help}" if problem.help else f"; expected {form_of(type_)}"
        raise NotAnAnswer(f"{problem.message}{hint}. An empty line leaves it unknown.")
    if isinstance(value, datetime.date) and value.toordinal() > today:
        said = "That" if are_answers_private() else value
        raise NotAnAnswer(
            f"{said} is in the future; expected a date up to {datetime.date.fromordinal(today)}"
        )
    return value


def raw_value(text: str, type_: Type) -> object:
    """Return the text as a file would have it; as it is where it means nothing."""
    word = text.lower()
    match type_:
        case BooleanType():
            return True if word in YES else False if word in NO else text
        case NumberType():
            return _number(text)
        case ChoiceType(choices=choices):
            return _choice(text, choices)
        case SetType(choices=choices):
            parts = [part.strip() for part in text.split(",") if part.strip()]
            return (
                [] if word == "none" and "none" not in choices else [_choice(part, choices) for part in parts]
            )
        case DateType():
            return _date(text)


def _number(text: str) -> object:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() and abs(number.adjusted()) < 12 else text


def _choice(text: str, choices: tuple[str, ...]) -> str:
    """Return the choice that is meant: blanks for underscores, or a beginning that only one has."""
    word = text.lower().replace(" ", "_")
    if word in choices:
        return word
    begun = [choice for choice in choices if choice.startswith(word)]
    return begun[0] if len(begun) == 1 else text


def _date(text: str) -> object:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return text
