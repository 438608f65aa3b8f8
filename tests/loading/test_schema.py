"""The JSON Schema says what the reader takes: examples pass it, misspelt keys do not, every key is described."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from loading.reading import BAD, EXAMPLES, problems_of
from rehabflow.loading.schema import FILE_KINDS, FileKind, json_schema

Schema = dict[str, Any]  # Any: JSON
SHARED = EXAMPLES.parents[1] / "rulebook" / "examples"
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str, datetime.date, datetime.time),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, Decimal),
}
KNOWN = {
    *("$schema", "$ref", "$defs", "title", "description", "anyOf", "type", "enum"),
    *("pattern", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum"),
    *(
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
        "minProperties",
    ),
    *("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
}


class Checker:
    """As much of JSON Schema as the schemas use; anything else fails aloud."""

    def __init__(self, root: Schema) -> None:
        self.root = root

    def faults(self, schema: Schema, value: object, at: str = "") -> Iterator[str]:
        assert set(schema) <= KNOWN, set(schema) - KNOWN
        if "$ref" in schema:
            yield from self.faults(self.root["$defs"][schema["$ref"].rpartition("/")[2]], value, at)
        if "anyOf" in schema and all(any(self.faults(option, value, at)) for option in schema["anyOf"]):
            yield f"{at}: none of the options"
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(self._is(kind, value) for kind in kinds):
            yield f"{at}: not {kinds}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at}: {value} not in {schema['enum']}"
        if isinstance(value, str):
            yield from self._text(schema, value, at)
        elif isinstance(value, dict):
            yield from self._table(schema, value, at)
        elif isinstance(value, list):
            yield from self._list(schema, value, at)
        elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            if value < schema.get("minimum", value) or value > schema.get("maximum", value):
                yield f"{at}: {value} out of bounds"
            if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
                yield f"{at}: {value} too low"

    def _is(self, kind: str, value: object) -> bool:
        return isinstance(value, TYPES[kind]) and not (isinstance(value, bool) and kind != "boolean")

    def _text(self, schema: Schema, value: str, at: str) -> Iterator[str]:
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{at}: {value} is not {schema['pattern']}"
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9):
            yield f"{at}: length"

    def _table(self, schema: Schema, value: dict[str, object], at: str) -> Iterator[str]:
        yield from (f"{at}: lacks {key}" for key in schema.get("required", []) if key not in value)
        if len(value) < schema.get("minProperties", 0):
            yield f"{at}: empty"
        for key, inner in value.items():
            if "propertyNames" in schema:
                yield from self.faults(schema["propertyNames"], key, f"{at}.{key}")
            patterns = [
                found for form, found in schema.get("patternProperties", {}).items() if re.search(form, key)
            ]
            further = schema.get("additionalProperties", True)
            if key in schema.get("properties", {}):
                yield from self.faults(schema["properties"][key], inner, f"{at}.{key}")
            elif patterns:
                yield from self.faults(patterns[0], inner, f"{at}.{key}")
            elif further is False:
                yield f"{at}.{key}: unknown"
            elif isinstance(further, dict):
                yield from self.faults(further, inner, f"{at}.{key}")

    def _list(self, schema: Schema, value: list[object], at: str) -> Iterator[str]:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9):
            yield f"{at}: number of entries"
        for number, inner in enumerate(value):
            parts = schema.get("prefixItems", [])
            part = parts[number] if number < len(parts) else schema.get("items", {})
            yield from self.faults(part, inner, f"{at}[{number}]")


def faults(kind: FileKind, text: str) -> list[str]:
    schema = json_schema(kind)
    return list(Checker(schema).faults(schema, tomllib.loads(text, parse_float=Decimal)))


GOOD: list[tuple[FileKind, Path]] = [
    ("plugin", EXAMPLES / "knee.toml"),
    ("protocol", EXAMPLES / "knee_course.toml"),
    *(("plugin", path) for path in sorted(SHARED.glob("plugins/*.toml"))),
    *(("protocol", path) for path in sorted(SHARED.glob("protocols/*.toml"))),
    *(("journey", path) for path in sorted(EXAMPLES.glob("cases/*.toml"))),
]


@pytest.mark.parametrize(("kind", "path"), GOOD, ids=lambda value: getattr(value, "stem", value))
def test_what_the_reader_takes_passes_the_schema(kind: FileKind, path: Path) -> None:
    assert faults(kind, path.read_text(encoding="utf-8")) == []


def test_unknown_and_missing_keys_do_not_pass_the_schema() -> None:
    checked = 0
    for path in sorted(BAD.glob("*.toml")):
        kind: FileKind = "plugin"
        for name in FILE_KINDS:
            kind = name if path.name.startswith(name) else kind
        if path.name.startswith("syntax") or path.stem == "plugin_protocol_instead":
            continue
        told = {problem.code for problem in problems_of(path)[0]}
        # a key that only one kind of value has is beyond what the schema says
        if told & {"unknown-key", "unknown-table"} and path.stem not in (
            "journey_happened",
            "journey_side_unknown",
        ):
            checked += 1
            assert faults(kind, path.read_text(encoding="utf-8")), path.stem
    assert checked > 20


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_every_key_and_table_is_described(kind: FileKind) -> None:
    schema = json_schema(kind)
    for name, table in schema["$defs"].items():
        for part in table.get("anyOf", [table]):
            assert len(part["description"]) > 8, name
            for key, value in part.get("properties", {}).items():
                assert len(value["description"]) > 2, (name, key)
    for key, value in schema["properties"].items():
        assert len(value["description"]) > 8, key


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_every_reference_leads_somewhere(kind: FileKind) -> None:
    schema = json_schema(kind)
    found = set(re.findall(r"'\$ref': '#/\$defs/(\w+)'", repr(schema)))
    assert found == set(schema["$defs"])
