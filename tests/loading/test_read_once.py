"""A file that is read again is remembered: whoever reads it first changes nothing of what the next one sees."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.registry import load_catalog
from rehabflow.toml_source import read_source

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    "plugins/red_flags/plugin.toml",
    "plugins/red_flags/gates_nerves.toml",
    "protocols/low_back_pain/protocol.toml",
)
COURSE = ROOT / "protocols" / "low_back_pain" / "cases" / "whole_course.toml"


@pytest.mark.parametrize("name", FILES)
def test_reading_definitions_leaves_the_values_as_they_are(name: str) -> None:
    content = (ROOT / name).read_bytes()
    load = load_protocol if name.startswith("protocols") else load_plugin
    first = load("x", {name: content})
    assert read_source(content, name).values == tomllib.loads(content.decode(), parse_float=Decimal)
    assert load("x", {name: content}) == first


def test_reading_a_journey_twice_gives_the_same_answers() -> None:
    catalog = load_catalog(needed_by=["low_back_pain"])
    content, shown, lookup = COURSE.read_bytes(), COURSE.as_posix(), CatalogLookup(catalog)
    first = load_journeys(content, shown, lookup)
    assert first[0]
    assert load_journeys(content, shown, lookup) == first
    assert read_source(content, shown).values == tomllib.loads(content.decode(), parse_float=Decimal)
