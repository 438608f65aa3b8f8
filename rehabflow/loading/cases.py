"""Values that depend on conditions: lists of pairs that end in `else`, and severities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar

from rehabflow.definitions.common import Expression, ParameterCase
from rehabflow.frozen import frozen
from rehabflow.loading.reader import Reader
from rehabflow.loading.specs import Condition, Number, Schema, Spec
from rehabflow.loading.written import CHOICE
from rehabflow.problems import Place

T = TypeVar("T")
ELSE: Final = "else"
NUMBER: Final = Number(-(10**9), 10**9)


@frozen
class Cases(Spec[tuple[tuple[T, Expression | None], ...]], Generic[T]):
    """A list of pairs of a value and a condition, the last with `else`; each read in order, the first met wins.

    `value_at` is 0 for `[value, condition]`, 1 for `[condition, value]`.
    """

    value: Spec[T]
    value_at: int
    example: str

    @property
    def words(self) -> str:
        """Return the form in words."""
        return f"a list of pairs that ends in else, as {self.example}"

    def read(
        self, reader: Reader, place: Place, value: object
    ) -> tuple[tuple[T, Expression | None], ...] | None:
        """Return the pairs; None for the condition of the last."""
        if not isinstance(value, list) or not value:
            self.wrong_type(reader, place, value)
            return None
        found = []
        for number, pair in enumerate(value):
            here = place.child(number)
            if not isinstance(pair, list) or len(pair) != 2:
                reader.wrong_type(here, pair, f"a pair, as in {self.example}")
                continue
            entry = self._pair(reader, here, pair, is_last=number == len(value) - 1)
            if entry is not None:
                found.append(entry)
        return tuple(found) if len(found) == len(value) else None

    def _pair(
        self, reader: Reader, place: Place, pair: list[object], *, is_last: bool
    ) -> tuple[T, Expression | None] | None:
        if pair[self.value_at] == ELSE or (
            self.value_at == 1 and isinstance(pair[1], str) and pair[0] != ELSE
        ):
            reader.report(
                "wrong-type", place, "this pair is the wrong way round", expected=f"as in {self.example}"
            )
            return None
        value = self.value.read(reader, place.child(self.value_at), pair[self.value_at])
        here, text = place.child(1 - self.value_at), pair[1 - self.value_at]
        if isinstance(text, str) and text.strip() == ELSE:
            if not is_last:
                reader.report(
                    "else-not-last", here, "`else` stands before the end", advice="move it to the end"
                )
                return None
            return None if value is None else (value, None)
        condition = Condition().read(reader, here, text)
        if is_last:
            reader.report(
                "no-else", here, "the last pair has a condition", expected=f"`else`, as in {self.example}"
            )
            return None
        return None if value is None or condition is None else (value, condition)

    def schema(self) -> Schema:
        """Return a schema of lists of pairs."""
        parts: list[Schema] = [{"type": "string"}, {"type": "string"}]
        parts[self.value_at] = self.value.schema()
        pair = {"type": "array", "prefixItems": parts, "minItems": 2, "maxItems": 2}
        return {"type": "array", "items": pair, "minItems": 1}


BANDS: Final = Cases(CHOICE, 0, '[["mild", "percent <= 20"], ["severe", "else"]]')
_NUMBERS: Final = Cases(NUMBER, 1, '[["patient.age >= 18", 14], ["else", 28]]')


@frozen
class ParameterValue(Spec[tuple[ParameterCase, ...]]):
    """A number, or cases of it."""

    words: str = "a number, or a list of pairs that ends in else"

    def read(self, reader: Reader, place: Place, value: object) -> tuple[ParameterCase, ...] | None:
        """Return the cases; a plain number is one without a condition."""
        if isinstance(value, list):
            pairs = _NUMBERS.read(reader, place, value)
            return None if pairs is None else tuple(ParameterCase(when, number) for number, when in pairs)
        number = NUMBER.read(reader, place, value)
        return None if number is None else (ParameterCase(None, number),)

    def schema(self) -> Schema:
        """Return a schema of both forms."""
        return {"anyOf": [NUMBER.schema(), _NUMBERS.schema()]}


@frozen
class Severity(Spec[tuple[tuple[int, Expression | None], ...]]):
    """A table of severities 1, 2, 3 and when each holds, the least of them `else`."""

    words: str = 'a table of severities 1 to 3, the least of them else, as { 3 = "slr < 50", 1 = "else" }'

    def read(
        self, reader: Reader, place: Place, value: object
    ) -> tuple[tuple[int, Expression | None], ...] | None:
        """Return (severity, condition) pairs, most severe first."""
        if not isinstance(value, Mapping) or not value:
            self.wrong_type(reader, place, value)
            return None
        keys = sorted(value, reverse=True)
        wrong = [key for key in keys if key not in ("1", "2", "3")]
        for key in wrong:
            reader.report(
                "bad-severity",
                place.child(key),
                f"`{key[:20]}` is not a severity",
                expected="1, 2 or 3",
                on_key=True,
            )
        found = []
        for key in (key for key in keys if key not in wrong):
            pair = self._pair(reader, place.child(key), key, value[key], is_least=key == keys[-1])
            if pair is not None:
                found.append(pair)
        return tuple(found) if len(found) == len(value) else None

    def _pair(
        self, reader: Reader, place: Place, key: str, text: object, *, is_least: bool
    ) -> tuple[int, Expression | None] | None:
        is_else = isinstance(text, str) and text.strip() == ELSE
        if is_else and is_least:
            return int(key), None
        if is_else:
            reader.report(
                "else-not-last",
                place,
                f"`else` at {key} hides what is less severe",
                advice="`else` belongs to the least severity",
            )
            return None
        condition = Condition().read(reader, place, text)
        if is_least:
            reader.report(
                "no-else",
                place,
                f"nothing says how severe it is below {key}",
                expected=f'{key} = "else"',
                advice="whoever has the finding has a severity: the least is `else`",
            )
            return None
        return None if condition is None else (int(key), condition)

    def schema(self) -> Schema:
        """Return a schema of severities."""
        text: Any = {"type": "string", "minLength": 1}  # Any: JSON
        return {
            "type": "object",
            "properties": {"1": text, "2": text, "3": text},
            "additionalProperties": False,
            "minProperties": 1,
        }


def repeated(pairs: tuple[tuple[str, object], ...]) -> list[int]:
    """Return the indexes of pairs whose word was there before."""
    seen: set[str] = set()
    twice = []
    for number, (word, _) in enumerate(pairs):
        if word in seen:
            twice.append(number)
        seen.add(word)
    return twice


__all__ = ["BANDS", "NUMBER", "Cases", "ParameterValue", "Severity", "repeated"]
