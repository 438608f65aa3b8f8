"""Ways to read the small example and the goldens, shared by the tests of loading."""

from __future__ import annotations

import functools
from pathlib import Path

from rehabflow.catalog import Catalog
from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.problems import Problem
from rehabflow.record.events import Event
from rehabflow.record.journeys import Journey
from rehabflow.render.page import Screen
from rehabflow.render.problems import problems_text

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE / "examples"
BAD = HERE.parent / "bad"


@functools.cache
def knee_lookup() -> CatalogLookup:
    """Return a catalog with the protocol `knee_course`."""
    plugin, problems = load_plugin("knee", {"knee.toml": (EXAMPLES / "knee.toml").read_text()})
    assert plugin is not None, problems
    protocol, problems = load_protocol("knee_course", {"p.toml": (EXAMPLES / "knee_course.toml").read_text()})
    assert protocol is not None, problems
    return CatalogLookup(Catalog.of([plugin], [protocol]))


def read(text: str) -> tuple[list[Journey], list[Problem]]:
    """Return the journeys of a text."""
    return load_journeys(text, "journey.toml", knee_lookup())


HEAD = """
[journey.trial]
title = "Trial"
protocol = "knee_course"
day_0 = 2026-03-02
"""


def journey(body: str) -> Journey:
    """Return the journey `trial` with a body; it has to be right."""
    journeys, problems = read(HEAD + body)
    assert not problems, [(p.code, p.message, p.place.address) for p in problems]
    return journeys[0]


def events_of_visit(body: str, day: int = 0) -> tuple[Event, ...]:
    """Return the events of one visit with this body, the visit's own event left out."""
    steps = journey(f"[[journey.trial.visit]]\nday = {day}\n{body}\n").steps
    return steps[0].events[1:]


def codes(body: str) -> list[str]:
    """Return the codes of the problems of the journey `trial` with a body."""
    return [problem.code for problem in read(HEAD + body)[1]]


def problems_of(path: Path) -> tuple[list[Problem], dict[str, str]]:
    """Return the problems of a bad file, read as what the first part of its name says, and its text to show."""
    content, kind = path.read_bytes(), path.name.partition("_")[0]
    if kind == "journey":
        problems = load_journeys(content, path.name, knee_lookup())[1]
    elif kind == "protocol":
        problems = load_protocol(path.stem, {path.name: content})[1]
    else:
        problems = load_plugin(path.stem, {path.name: content})[1]
    return problems, {path.name: content.decode("utf-8", "replace")}


def rendered(path: Path) -> str:
    """Return what is shown for a bad file, without colour, 100 columns wide."""
    problems, texts = problems_of(path)
    return problems_text(problems, texts, Screen(width=100))
