"""Every key of an example, spoilt in turn: nothing may slip through, and the place shown is the place spoilt."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from loading.reading import EXAMPLES, knee_lookup
from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.problems import Problem

PLUGIN = (EXAMPLES / "knee.toml").read_text(encoding="utf-8")
PROTOCOL = (EXAMPLES / "knee_course.toml").read_text(encoding="utf-8")
JOURNEY = """[given.home]
pain = { now = 3 }

[journey.trial]
title = "Trial"
protocol = "knee_course"
day_0 = 2026-03-02
involved = "left"

[[journey.trial.visit]]
day = 0
time = 09:00:00
given = ["home"]
decline = ["pain.night"]
[journey.trial.visit.observed.reach]
left = 12
right = 14.5
[journey.trial.visit.diary]
last = "7d"
of = 3
done = 2
[journey.trial.visit.diary.worst]
soreness = 3
[journey.trial.visit.expect]
action = "start"
stage = "early"
plan_kept = "all"
progressed_at_most = 0

[[journey.trial.session]]
day = 1
done = 1.0
[journey.trial.session.did.squat]
all_steps = true
effort = 4
load = 2.5
"""
KEY = re.compile(r"(?m)^([a-z_0-9]+) = (.+)$")
# A table of ids of the author's choosing: another key there is another id, so renaming it is no mistake.
FREE = re.compile(r"\[(?:event\.\w+\.details|selector\.\w+\.score|.*\.(?:enter|leave|discharge))\]")


def problems_of(kind: str, text: str) -> list[Problem]:
    if kind == "plugin":
        return load_plugin("knee", {"f.toml": text})[1]
    if kind == "protocol":
        return load_protocol("knee_course", {"f.toml": text})[1]
    return load_journeys(text, "f.toml", knee_lookup())[1]


def header_of(text: str, offset: int) -> str:
    headers = re.findall(r"(?m)^\[.*\]", text[:offset])
    return headers[-1] if headers else ""


SOURCES = {"plugin": PLUGIN, "protocol": PROTOCOL, "journey": JOURNEY}
NUMBER = re.compile("[0-9.]+")
A_NUMBER_IS_RIGHT = ("minutes", "days", "exercises", "choose", "per_week")
Entry = tuple[str, re.Match[str]]
ENTRIES: list[Entry] = [(kind, found) for kind, text in SOURCES.items() for found in KEY.finditer(text)]


def entries_that(is_wanted: Callable[[Entry], bool] = lambda _: True) -> list[ParameterSet]:
    return [
        pytest.param(kind, found.span(1), found.span(2), id=f"{kind}-{number}-{found[1]}")
        for number, (kind, found) in enumerate(ENTRIES)
        if is_wanted((kind, found))
    ]


def is_of_the_format(entry: Entry) -> bool:
    kind, found = entry
    return not FREE.fullmatch(header_of(SOURCES[kind], found.start()))


def is_of_one_type(entry: Entry) -> bool:
    return bool(NUMBER.fullmatch(entry[1][2])) or entry[1][1] not in A_NUMBER_IS_RIGHT


def test_the_examples_are_right_before_they_are_spoilt() -> None:
    for kind, text in SOURCES.items():
        assert problems_of(kind, text) == []


@pytest.mark.parametrize(("kind", "key", "value"), entries_that(is_of_the_format))
def test_a_misspelt_key_is_found_at_its_place(
    kind: str, key: tuple[int, int], value: tuple[int, int]
) -> None:
    text = SOURCES[kind]
    spoilt = text[: key[1]] + "q" + text[key[1] :]
    line = text.count("\n", 0, key[0]) + 1
    assert line in {problem.line for problem in problems_of(kind, spoilt)}


@pytest.mark.parametrize("wrong", ["1979-05-27T07:32:00", "[[[]]]", "{ q = 1 }"])
@pytest.mark.parametrize(("kind", "key", "value"), entries_that())
def test_a_value_of_a_wrong_type_is_found_at_its_place(
    kind: str, key: tuple[int, int], value: tuple[int, int], wrong: str
) -> None:
    text = SOURCES[kind]
    spoilt = text[: value[0]] + wrong + text[value[1] :]
    line = text.count("\n", 0, key[0]) + 1
    found = problems_of(kind, spoilt)
    assert line in {problem.line for problem in found}
    assert all(problem.message and problem.line for problem in found)


@pytest.mark.parametrize(("kind", "key", "value"), entries_that(is_of_one_type))
def test_yes_is_no_number_and_a_number_is_no_text(
    kind: str, key: tuple[int, int], value: tuple[int, int]
) -> None:
    """Numbers become true, everything else becomes 1: the classic silent conversions."""
    text = SOURCES[kind]
    is_number = NUMBER.fullmatch(text[value[0] : value[1]])
    spoilt = text[: value[0]] + ("true" if is_number else "1") + text[value[1] :]
    line = text.count("\n", 0, key[0]) + 1
    assert line in {problem.line for problem in problems_of(kind, spoilt)}


@pytest.mark.parametrize("kind", SOURCES)
def test_every_file_cut_short_anywhere_is_read_or_refused_in_words(kind: str) -> None:
    text = SOURCES[kind]
    for end in range(0, len(text), 17):
        for problem in problems_of(kind, text[:end]):
            assert problem.line >= 1
            assert problem.message


def test_goldens_name_their_kind() -> None:
    kinds = {path.name.partition("_")[0] for path in (Path(__file__).parent.parent / "bad").glob("*.toml")}
    assert kinds == {"journey", "plugin", "protocol", "syntax"}
