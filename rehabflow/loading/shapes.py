"""Tables with declared keys: one description serves the strict reading and the JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from rehabflow.frozen import frozen
from rehabflow.loading.reader import Reader, closest, listed
from rehabflow.loading.specs import Schema, Spec
from rehabflow.problems import Place

T = TypeVar("T")


class Row(dict[str, Any]):  # Any: the spec of each key has fixed its type
    """The values of a table that were read; `bad` are the keys given wrongly, `short` if it was written as one text."""

    bad: frozenset[str] = frozenset()
    short: bool = False

    def given(self, *keys: str) -> list[str]:
        """Return which of the keys the file gives, rightly or wrongly."""
        return [key for key in keys if key in self or key in self.bad]


def with_article(noun: str) -> str:
    """Return `an exercise`, `a stage`."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


@frozen
class Key:
    """One key of a table: what its value may be, and what it means, for authors and editors."""

    name: str
    spec: Spec[Any]  # Any: keys of one table hold different types
    doc: str
    required: bool = False


@frozen
class Shape(Spec[T]):
    """A table with declared keys.

    `checks` look at keys together and run whatever was wrong before; `build` runs only when every key was right.
    `short` is the key that a bare text stands for. `misplaced` says where keys of neighbouring tables belong.
    `lenient` builds from what is right, so that the rest can be checked too.
    """

    name: str
    doc: str
    keys: tuple[Key, ...]
    build: Callable[[Reader, Place, Row], T | None]
    checks: tuple[Callable[[Reader, Place, Row], None], ...] = ()
    short: str = ""
    misplaced: Mapping[str, str] = attrs.field(factory=dict)
    schema_name: str = ""
    lenient: bool = False

    @property
    def words(self) -> str:
        """Return what the table is, in words."""
        table = f"a table: {with_article(self.name)}"
        return f"a condition in quotes, or {table}" if self.short else table

    def read(self, reader: Reader, place: Place, value: object) -> T | None:
        """Return what the table defines."""
        if self.short and isinstance(value, str):
            return self._finish(reader, place, {self.short: value}, is_short=True)
        if not isinstance(value, Mapping):
            reader.wrong_type(place, value, self.words)
            return None
        return self._finish(reader, place, value, is_short=False)

    def _finish(
        self, reader: Reader, place: Place, table: Mapping[str, object], *, is_short: bool
    ) -> T | None:
        before = len(reader.problems)
        row = self.row(reader, place, table, is_short=is_short)
        for check in self.checks:
            check(reader, place, row)
        return self.build(reader, place, row) if self.lenient or len(reader.problems) == before else None

    def row(
        self, reader: Reader, place: Place, table: Mapping[str, object], *, is_short: bool = False
    ) -> Row:
        """Return the values of the known keys; unknown and missing keys are reported."""
        row = Row()
        row.short = is_short
        bad = set()
        for key in self.keys:
            if key.name in table:
                here = place if is_short else place.child(key.name)
                value = key.spec.read(reader, here, table[key.name])
                if value is None:
                    bad.add(key.name)
                else:
                    row[key.name] = value
        row.bad = frozenset(bad)
        absent = [key for key in self.keys if key.name not in table]
        meant = set()
        if len(table) + len(absent) > len(self.keys):
            known = {key.name for key in self.keys}
            strange = [word for word in table if word not in known]
            meant = {self._unknown(reader, place.child(word), word, absent) for word in strange}
        missing = [key for key in absent if key.required and key.name not in meant]
        if missing:
            self._missing(reader, place, missing)
        return row

    def _unknown(self, reader: Reader, place: Place, word: str, absent: list[Key]) -> str:
        """Report a key that the table does not have; return the one that was probably meant."""
        free = [key.name for key in absent]
        advice = self.misplaced.get(word, "")
        meant = "" if advice else closest(word, free)
        meant = meant or ("" if advice else closest(word, [key.name for key in absent if key.required], 0.5))
        if meant:
            advice = f"did you mean `{meant}`?"
        reader.report(
            "unknown-key",
            place,
            f"`{word[:60]}` is not a key of {with_article(self.name)}",
            expected=listed(free) if free and not advice else "",
            advice=advice or "delete it",
            on_key=True,
        )
        return meant

    def _missing(self, reader: Reader, place: Place, missing: list[Key]) -> None:
        names = ", ".join(f"`{key.name}`" for key in missing)
        wanted = f"{missing[0].spec.words}" if len(missing) == 1 else ""
        docs = "; ".join(f"{key.name}: {key.doc}" for key in missing)
        reader.report(
            "missing-key", place, f"this {self.name} lacks {names}", expected=wanted, advice=docs, on_key=True
        )

    @property
    def defined_as(self) -> str:
        """Return the name of its schema."""
        return self.schema_name or self.name.replace(" ", "_").replace("'", "")

    def schema(self) -> Schema:
        """Return a reference to the table's schema."""
        return {"$ref": f"#/$defs/{self.defined_as}"}

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kinds of its keys' values."""
        return tuple(key.spec for key in self.keys)

    def definition(self) -> Schema:
        """Return the JSON Schema of the table itself."""
        table: Schema = {
            "type": "object",
            "description": self.doc,
            "properties": {key.name: {"description": key.doc, **key.spec.schema()} for key in self.keys},
            "required": [key.name for key in self.keys if key.required],
            "additionalProperties": False,
        }
        if not self.short:
            return table
        return {"anyOf": [{"type": "string", "minLength": 1, "description": self.doc}, table]}


@frozen
class AnyOf(Spec[T]):
    """One of several kinds, chosen by the value's type with `pick`."""

    words: str
    specs: tuple[Spec[T], ...]
    pick: Callable[[object], int]

    def read(self, reader: Reader, place: Place, value: object) -> T | None:
        """Return what the fitting kind reads."""
        number = self.pick(value)
        if number < 0:
            self.wrong_type(reader, place, value)
            return None
        return self.specs[number].read(reader, place, value)

    def inner(self) -> tuple[Spec[Any], ...]:  # Any: of whatever type
        """Return the kinds."""
        return self.specs

    def schema(self) -> Schema:
        """Return a schema of any of the kinds."""
        return {"anyOf": [spec.schema() for spec in self.specs]}
