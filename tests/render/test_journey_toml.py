"""A journey that is written reads back to the same entries: all those that stand beside the bundled content."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from rehabflow import load_catalog, load_journeys
from rehabflow.loading.journey_files import read_journey_file
from rehabflow.record.journeys import Journey
from rehabflow.registry import OpenCatalog
from rehabflow.render.journey_toml import journey_toml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ("plugins", "protocols") for path in (ROOT / folder).glob("*/cases/*.toml"))


@pytest.fixture(scope="module")
def catalog() -> OpenCatalog:
    return load_catalog()


def entries(journey: Journey) -> object:
    return [(step.kind, step.at, sorted(step.events, key=repr)) for step in journey.steps]


def again(journey: Journey, catalog: OpenCatalog, folder: Path) -> Journey:
    file = folder / "again.toml"
    file.write_text(journey_toml(journey), encoding="utf-8")
    return load_journeys(file, catalog)[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_what_is_written_reads_back(file: Path, catalog: OpenCatalog, tmp_path: Path) -> None:
    for journey in read_journey_file(file, catalog).journeys:
        read = again(journey, catalog, tmp_path)
        assert entries(read) == entries(journey), journey.id
        assert (read.id, read.title, read.protocol, read.day_0) == (
            journey.id, journey.title, journey.protocol, journey.day_0,
        )  # fmt: skip


def test_titles_may_hold_anything(catalog: OpenCatalog, tmp_path: Path) -> None:
    journey = read_journey_file(FILES[0], catalog).journeys[0]
    titled = attrs.evolve(journey, title='A "quoted" \\ back\tslash')
    assert again(titled, catalog, tmp_path).title == titled.title
