"""Lists of one kind of values, and tables whose keys are ids."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from rehabflow.frozen import frozen
from rehabflow.loading.ids import MAX_ID, PATTERN, check_id
from rehabflow.loading.reader import Reader, subject
from rehabflow.loading.specs import Schema, Spec
from rehabflow.problems import Place

T = TypeVar("T")


@frozen
class ListOf(Spec[tuple[T, ...]]):
    """A list of one kind of values, each once."""

    item: Spec[T]
    least: int = 0
    most: int = 500
    unique: bool = True

    @property
    def words(self) -> str:
        """Return what the list holds, in words."""
        size = f"a list of at least {self.least}" if self.least else "a list"
        return f"{size}, each entry {self.item.words}"

    def read(self, reader: Reader, place: Place, value: object) -> tuple[T, ...] | None:
        """Return the values; None if any of them is wrong."""
        if not isinstance(value, list):
            advice = "put it in square brackets" if isinstance(value, (str, int, Decimal)) else ""
            self.wrong_type(reader, place, value, advice)
            return None
        if not self.least <= len(value) <= self.most:
            what = (
                f"{subject(place)} is empty" if not value else f"{subject(place)} is a list of {len(value)}"
            )
            limits = f"at least {self.least}" if len(value) < self.least else f"at most {self.most}"
            reader.report("list-length", place, what, expected=f"{limits}, each {self.item.words}")
            return None
        found = [self.item.read(reader, place.child(number), entry) for number, entry in enumerate(value)]
        good = [entry for entry in found if entry is not None]
        twice = self._twice(reader, place, found) if self.unique else False
        return None if twice or len(good) < len(found) else tuple(good)

    def _twice(self, reader: Reader, place: Place, found: list[T | None]) -> bool:
        before: list[T] = []
        bad = False
        for number, entry in enumerate(found):
            if entry is not None and entry in before:
                bad = True
                reader.report(
                    "twice-in-list",
                    place.child(number),
                    f"`{entry}` is in the list twice",
                    advice="delete one",
                )
            elif entry is not None:
                before.append(entry)
        return bad

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kind of the items."""
        return (self.item,)

    def schema(self) -> Schema:
        """Return a schema of lists."""
        schema: Schema = {"type": "array", "items": self.item.schema(), "minItems": self.least}
        return schema | ({"uniqueItems": True} if self.unique else {})


@frozen
class TableOf(Spec[dict[str, T]]):
    """A table whose keys are ids and whose values are of one kind; sorted by id, so that order never matters."""

    item: Spec[T]
    what: str
    least: int = 0
    taken: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """Return what the table holds, in words."""
        return f"a table of {self.what} by id"

    def read(self, reader: Reader, place: Place, value: object) -> dict[str, T] | None:
        """Return the entries by id; None if any of them is wrong."""
        if not isinstance(value, Mapping):
            self.wrong_type(reader, place, value)
            return None
        if len(value) < self.least:
            reader.report(
                "empty-table",
                place,
                f"the table holds no {self.what}",
                expected=self.words,
                advice="fill it, or delete its header",
            )
            return None
        found = {}
        for word in sorted(value):
            here = place.child(word)
            entry = self.item.read(reader, here, value[word])
            if check_id(reader, here, word, taken=self.taken) and entry is not None:
                found[word] = entry
        return found if len(found) == len(value) else None

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kind of the entries."""
        return (self.item,)

    def schema(self) -> Schema:
        """Return a schema of tables by id."""
        names = {"pattern": f"^{PATTERN}$", "maxLength": MAX_ID}
        return {
            "type": "object",
            "propertyNames": names,
            "additionalProperties": self.item.schema(),
            "minProperties": self.least,
        }
