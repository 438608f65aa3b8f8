"""Kinds of values: each reads a TOML value strictly, and says in JSON Schema what it takes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from rehabflow.definitions.common import Expression
from rehabflow.frozen import frozen
from rehabflow.loading.ids import MAX_ID, PATTERN, check_id
from rehabflow.loading.reader import ANY_CLINICIAN, PROFESSIONS, Reader, listed, nearest, subject
from rehabflow.problems import Place

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Schema = dict[str, Any]  # Any: JSON

MAX_TEXT: Final = 4_000
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


class Spec(Generic[T_co]):
    """What a value may be."""

    __slots__ = ()

    @property
    def words(self) -> str:
        """Say it to people: `a text`, `a whole number from 1 to 5`."""
        raise NotImplementedError

    def read(self, reader: Reader, place: Place, value: object) -> T_co | None:
        """Return the value read, or None after reporting what is wrong with it."""
        raise NotImplementedError

    def schema(self) -> Schema:
        """Return the JSON Schema of the value; tables with declared keys are referred to by name."""
        raise NotImplementedError

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kinds of values inside this one, for collecting the schemas they refer to."""
        return ()

    def wrong_type(self, reader: Reader, place: Place, value: object, advice: str = "") -> None:
        """Report a value of another type."""
        reader.wrong_type(place, value, self.words, advice)


@frozen
class Text(Spec[str]):
    """A text for people: not empty, nothing hidden in it."""

    words: str = "a text"
    longest: int = MAX_TEXT
    lines: bool = False

    def read(self, reader: Reader, place: Place, value: object) -> str | None:
        """Return the text without blanks around it."""
        if not isinstance(value, str):
            advice = "put it in quotes" if isinstance(value, (int, Decimal, datetime.date)) else ""
            self.wrong_type(reader, place, value, advice)
            return None
        if hidden := _HIDDEN.search(value):
            where = (hidden.start(), hidden.end())
            reader.report(
                "hidden-character",
                place,
                f"{subject(place)} holds the hidden character U+{ord(hidden[0]):04X}",
                advice="delete it",
                span=where,
            )
        elif not value.strip():
            reader.report(
                "empty-text",
                place,
                f"{subject(place)} is empty",
                expected=self.words,
                advice="write it or delete the key",
            )
        elif len(value) > self.longest:
            reader.report(
                "text-too-long",
                place,
                f"{subject(place)} has {len(value):,} characters",
                expected=f"at most {self.longest:,}",
            )
        elif not self.lines and "\n" in value.strip():
            reader.report(
                "text-over-lines",
                place,
                f"{subject(place)} has several lines",
                expected=f"{self.words} on one line",
            )
        else:
            return value.strip()
        return None

    def schema(self) -> Schema:
        """Return a schema of texts."""
        return {"type": "string", "minLength": 1, "maxLength": self.longest}


@frozen
class Id(Spec[str]):
    """A text that names something declared elsewhere."""

    words: str = "an id"

    def read(self, reader: Reader, place: Place, value: object) -> str | None:
        """Return the id; whether it exists is for the rulebook to say."""
        if not isinstance(value, str):
            self.wrong_type(reader, place, value)
            return None
        return value if check_id(reader, place, value, on_key=False) else None

    def schema(self) -> Schema:
        """Return a schema of ids."""
        return {"type": "string", "pattern": f"^{PATTERN}$", "maxLength": MAX_ID}


@frozen
class YesNo(Spec[bool]):
    """`true` or `false`."""

    words: str = "true or false"

    def read(self, reader: Reader, place: Place, value: object) -> bool | None:
        """Return the boolean."""
        if isinstance(value, bool):
            return value
        quoted = isinstance(value, str) and value.lower() in ("true", "false")
        self.wrong_type(reader, place, value, f"write {str(value).lower()} without quotes" if quoted else "")
        return None

    def schema(self) -> Schema:
        """Return a schema of booleans."""
        return {"type": "boolean"}


@frozen
class Number(Spec[Decimal]):
    """A number within bounds; `whole` for whole ones."""

    low: int
    high: int
    whole: bool = False
    above: bool = False

    @property
    def words(self) -> str:
        """Return the bounds in words."""
        kind = "a whole number" if self.whole else "a number"
        if self.high >= 10**9:
            return kind
        return (
            f"{kind} above {self.low}, at most {self.high}"
            if self.above
            else f"{kind} from {self.low} to {self.high}"
        )

    def read(self, reader: Reader, place: Place, value: object) -> Decimal | None:
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            advice = ""
            if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]+(\.[0-9]+)?\s*", value):
                advice = f"take the quotes away: {value.strip()}"
            self.wrong_type(reader, place, value, advice)
            return None
        number = Decimal(value)
        if self.whole and (not isinstance(value, int) and number != number.to_integral_value()):
            self.wrong_type(reader, place, value)
        elif not self.low <= number <= self.high or (self.above and number == self.low):
            reader.report(
                "out-of-range", place, f"{subject(place)} is out of range: {value}", expected=self.words
            )
        else:
            return number
        return None

    def schema(self) -> Schema:
        """Return a schema of numbers."""
        low = "exclusiveMinimum" if self.above else "minimum"
        return {"type": "integer" if self.whole else "number", low: self.low, "maximum": self.high}


@frozen
class Whole(Spec[int]):
    """A whole number from `low` to `high`."""

    low: int
    high: int

    @property
    def words(self) -> str:
        """Return the bounds in words."""
        return f"a whole number from {self.low} to {self.high}"

    def read(self, reader: Reader, place: Place, value: object) -> int | None:
        """Return the number as an int."""
        number = Number(self.low, self.high, whole=True).read(reader, place, value)
        return None if number is None else int(number)

    def schema(self) -> Schema:
        """Return a schema of whole numbers."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@frozen
class OneOf(Spec[str]):
    """One of a few fixed words."""

    choices: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the choices in words."""
        return listed(self.choices)

    def read(self, reader: Reader, place: Place, value: object) -> str | None:
        """Return the word."""
        if not isinstance(value, str):
            self.wrong_type(reader, place, value)
        elif value not in self.choices:
            reader.report(
                "unknown-word",
                place,
                f"{subject(place)} cannot be `{value[:60]}`",
                expected=self.words,
                advice=nearest(value, self.choices),
            )
        else:
            return value
        return None

    def schema(self) -> Schema:
        """Return a schema of the words."""
        return {"enum": list(self.choices)}


@frozen
class ProfessionName(Spec[str]):
    """A profession: the built-in ones, those the clinic added, or `clinician` for any."""

    words: str = "a profession"

    def read(self, reader: Reader, place: Place, value: object) -> str | None:
        """Return the profession."""
        return OneOf((*reader.professions, ANY_CLINICIAN)).read(reader, place, value)

    def schema(self) -> Schema:
        """Return a schema that names the built-in ones and takes others."""
        return {"anyOf": [{"enum": [*PROFESSIONS, ANY_CLINICIAN]}, Id().schema()]}


@frozen
class Condition(Spec[Expression]):
    """A condition or score, whose text the rulebook checks; with `or_number`, a plain number too."""

    words: str = "a condition in quotes"
    or_number: bool = False

    def read(self, reader: Reader, place: Place, value: object) -> Expression | None:
        """Return the text with its place."""
        if self.or_number and isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Expression(str(value), place)
        if not isinstance(value, str):
            self.wrong_type(reader, place, value)
        elif not value.strip():
            reader.report(
                "empty-condition",
                place,
                f"{subject(place)} is empty",
                expected=self.words,
                advice="write what has to be so, or delete the key",
            )
        else:
            return Expression(value, place)
        return None

    def schema(self) -> Schema:
        """Return a schema of texts (and numbers)."""
        text = {"type": "string", "minLength": 1}
        return {"anyOf": [text, {"type": "number"}]} if self.or_number else text


@frozen
class Parsed(Spec[T]):
    """A text with a form of its own; `parse` raises ValueError with what is wrong and a hint, if any."""

    words: str
    code: str
    parse: Callable[[str], T]
    pattern: str
    numbers: bool = False

    def read(self, reader: Reader, place: Place, value: object) -> T | None:
        """Return what the text means."""
        text = value
        if self.numbers and isinstance(value, int) and not isinstance(value, bool):
            text = str(value)
        if not isinstance(text, str):
            self.wrong_type(reader, place, value)
            return None
        try:
            return self.parse(text)
        except ValueError as error:
            message, *advice = error.args
            reader.report(
                self.code, place, str(message), expected=self.words, advice=str(advice[0]) if advice else ""
            )
        return None

    def schema(self) -> Schema:
        """Return a schema of the form."""
        text = {"type": "string", "pattern": f"^(?:{self.pattern})$"}
        return {"anyOf": [text, {"type": "integer"}]} if self.numbers else text
