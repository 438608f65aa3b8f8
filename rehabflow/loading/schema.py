"""JSON Schema of the files, for editors and `rehabflow schema`: made from the shapes that read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from rehabflow.loading.ids import MAX_ID, PATTERN
from rehabflow.loading.journey_shapes import JOURNEY
from rehabflow.loading.kinds import CONTRIBUTED, OF_PROTOCOLS, SINGLE_OF_PLUGINS, SINGLE_OF_PROTOCOLS, Kind
from rehabflow.loading.shapes import Shape
from rehabflow.loading.specs import Schema, Spec

FileKind = Literal["plugin", "protocol", "journey"]
FILE_KINDS: Final[tuple[FileKind, ...]] = ("plugin", "protocol", "journey")
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TITLES: Final[dict[FileKind, str]] = {
    "plugin": "A file of a rehabflow plugin",
    "protocol": "A file of a rehabflow protocol",
    "journey": "A file of rehabflow journeys and cases",
}


def json_schema(kind: FileKind) -> Schema:
    """Return the JSON Schema of one kind of file.

    What a schema cannot say (keys that exclude each other, names, conditions, bounds of journeys' values) only
    `rehabflow check` finds.
    """
    properties: Schema = {}
    shapes: list[Spec[Any]] = []  # Any: each makes another definition
    if kind == "journey":
        observations = {"type": "object", "description": "observations shared by visits, by assessment"}
        properties["given"] = _by_id(observations, "shared observations, by id")
        properties["journey"] = _by_id(JOURNEY.schema(), JOURNEY.doc)
        shapes.append(JOURNEY)
    else:
        single = SINGLE_OF_PLUGINS if kind == "plugin" else SINGLE_OF_PROTOCOLS
        kinds: tuple[Kind, ...] = CONTRIBUTED if kind == "plugin" else (*CONTRIBUTED, *OF_PROTOCOLS)
        properties.update(
            {name: {"description": shape.doc, **shape.schema()} for name, shape in single.items()}
        )
        properties.update({table.name: _by_id(table.shape.schema(), table.shape.doc) for table in kinds})
        shapes += [*single.values(), *(table.shape for table in kinds)]
    return {
        "$schema": _DIALECT,
        "title": _TITLES[kind],
        "type": "object",
        "properties": dict(sorted(properties.items())),
        "additionalProperties": False,
        "$defs": dict(sorted(_definitions(shapes).items())),
    }


def _by_id(entry: Schema, doc: str) -> Schema:
    names = {"pattern": f"^{PATTERN}$", "maxLength": MAX_ID}
    return {"type": "object", "description": doc, "propertyNames": names, "additionalProperties": entry}


def _definitions(specs: Iterable[Spec[Any]]) -> dict[str, Schema]:  # Any: each makes another definition
    """Return the schemas of all named tables that these values hold, at any depth."""
    found: dict[str, Schema] = {}
    waiting = list(specs)
    while waiting:
        spec = waiting.pop()
        if isinstance(spec, Shape):
            if spec.defined_as in found:
                continue
            found[spec.defined_as] = spec.definition()
        waiting.extend(spec.inner())
    return found
