"""Any definition as a JSON document: its fields, with conditions also in English and places as file and line."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any  # values of a JSON document

import attrs

from rehabflow.definitions.common import Evidence, Expression
from rehabflow.definitions.gates import Effect
from rehabflow.frozen import frozen
from rehabflow.instants import Duration
from rehabflow.problems import Place
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings


@frozen
class Documents:
    """Writes definitions of one rulebook."""

    sayings: Sayings
    references: References

    def of(self, definition: object) -> dict[str, Any]:
        """Return the document of an attrs definition."""
        document = self._value(definition, Place(""))
        assert isinstance(document, dict)
        return document

    def _value(self, value: object, around: Place) -> Any:  # noqa: ANN401 - JSON
        match value:
            case None | bool() | int() | str() if not isinstance(value, enum.Enum):
                return value
            case Effect():
                return value.word
            case Decimal():
                return int(value) if value == int(value) else float(value)
            case Duration():
                return str(value)
            case Expression():
                text = " ".join(value.text.split())
                return {"text": text, "english": self.sayings.of(value), **self._place(value.place)}
            case Evidence():
                return self._evidence(value, around)
            case Place():
                return self._place(value)
            case Mapping():
                return {self._key(key): self._value(inner, around) for key, inner in value.items()}
            case tuple() | list() | frozenset():
                return [self._value(inner, around) for inner in value]
        return self._fields(value)

    def _fields(self, value: object) -> dict[str, Any]:
        place = getattr(value, "place", Place(""))
        document: dict[str, Any] = {}
        for field in attrs.fields(type(value)):  # type: ignore[arg-type]  # every definition is an attrs class
            inner = getattr(value, field.name)
            if field.name == "place":
                document |= self._place(place)
            else:
                document[field.name] = self._value(inner, place)
        return document

    def _key(self, key: object) -> str:
        return key.word if isinstance(key, Effect) else str(key)

    def _place(self, place: Place) -> dict[str, Any]:
        return {"file": place.file, "line": self.references.line(place) or None}

    def _evidence(self, evidence: Evidence, place: Place) -> dict[str, Any]:
        source = self.references.source(evidence, place)
        return {
            "basis": evidence.basis,
            "source": source.cite if source else evidence.source or None,
            "checked": self.references.is_checked(evidence, place),
            "note": evidence.note or None,
        }
