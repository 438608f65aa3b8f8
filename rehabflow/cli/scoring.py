"""Scoring an assessment's answers: what is computed, what is missing, and what the score could still be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

from rehabflow.conditions import bands_of, status_of
from rehabflow.conditions.possible import Boolean, Choice, Number, Options, Possible
from rehabflow.conditions.types import Exact
from rehabflow.definitions.measures import Assessment, Measure
from rehabflow.engine.facts import Facts
from rehabflow.engine.prepared import prepare
from rehabflow.engine.values import is_settled
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.loading.known import Known
from rehabflow.loading.observed import ObservedReader, sides_of
from rehabflow.loading.reader import Reader
from rehabflow.problems import Place, Problem
from rehabflow.record.events import Event, History, Visited
from rehabflow.record.timeline import fold
from rehabflow.rulebook.model import Rulebook

Status = Literal["computed", "incomplete", "invalid"]
Plain: TypeAlias = bool | int | float | str | list[str]
TODAY = Instant(730_000)
"""A day for answers that have none; nothing that a score reads depends on which it is."""


@frozen
class Score:
    """What answers give. Keys are measures (with a side of a sided assessment), without the assessment's id.

    `possible`: [lowest, highest] of a number, or the choices still possible. `missing`: what was not answered and
    would settle it.
    """

    status: Status
    measures: Mapping[str, Plain]
    bands: Mapping[str, str]
    possible: Mapping[str, list[Plain]]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]


def score(rulebook: Rulebook, assessment: Assessment, answers: Mapping[str, object], file: str) -> Score:
    """Return what the answers of one assessment give.

    The answers are those of a form that was handed in: blanks count as the assessment says (`when_finished`), unless
    `finished = false` says that it is still being filled in.
    """
    table = dict(answers)
    is_finished = table.pop("finished", True)
    if assessment.items is not None:
        table["finished"] = is_finished
    facts, problems = _facts(rulebook, assessment, table, file)
    if problems:
        return Score("invalid", {}, {}, {}, (), problems)
    found = {
        key: (measure, facts.fact(key))
        for measure in assessment.measures
        for key in sides_of(assessment, measure.id)
    }
    wanted = _wanted(assessment)
    open_keys = [
        key for key, (measure, value) in found.items() if measure in wanted and not is_settled(value)
    ]
    still = _still_open(rulebook, assessment, table, file) if open_keys else facts
    return Score(
        _status(rulebook, found, open_keys),
        {
            _short(key): plain_value(value)
            for key, (_, value) in found.items()
            if is_settled(value) and value.value
        },
        _bands(rulebook, found),
        {_short(key): range_of(still.fact(key)) for key in open_keys},
        _missing(still, assessment, open_keys),
        (),
    )


def _facts(
    rulebook: Rulebook, assessment: Assessment, table: Mapping[str, object], file: str
) -> tuple[Facts, tuple[Problem, ...]]:
    reader = Reader()
    observed = ObservedReader(reader, Known.of(rulebook), TODAY, TODAY.day)
    observed.add(Place(file), {assessment.id: table})
    events: tuple[Event, ...] = (Visited(TODAY, TODAY), *observed.events())
    timeline = fold(History(TODAY.day, events), TODAY)
    problems = tuple(attrs.evolve(problem, place=_own_place(problem.place)) for problem in reader.problems)
    return Facts(prepare(rulebook), timeline, TODAY, True), problems


def _own_place(place: Place) -> Place:
    """Return a place in the file of answers, which has no table around them."""
    return attrs.evolve(place, path=place.path[1:])


def _wanted(assessment: Assessment) -> list[Measure]:
    """Return the measures that make up a score: the computed ones, else the main one, else all."""
    derived = [measure for measure in assessment.measures if measure.is_derived]
    main = [measure for measure in assessment.measures if measure.main]
    return derived or main or list(assessment.measures)


def _status(
    rulebook: Rulebook, found: Mapping[str, tuple[Measure, Possible]], open_keys: list[str]
) -> Status:
    if any(status_of(rulebook.facts[key], found[key][1]) == "invalid" for key in open_keys):
        return "invalid"
    return "incomplete" if open_keys else "computed"


def _still_open(rulebook: Rulebook, assessment: Assessment, table: Mapping[str, object], file: str) -> Facts:
    """Return the facts if what was left blank could still be answered."""
    unfinished = {key: value for key, value in table.items() if key != "finished"}
    return _facts(rulebook, assessment, unfinished, file)[0]


def _bands(rulebook: Rulebook, found: Mapping[str, tuple[Measure, Possible]]) -> dict[str, str]:
    bands = {}
    for key, (_, value) in found.items():
        fact = rulebook.facts[key]
        if not fact.bands or not isinstance(value.value, Number) or value.may_be_declined:
            continue
        possible = bands_of(fact, value)
        if len(possible) == 1:
            bands[_short(key)] = possible[0]
    return bands


def _missing(facts: Facts, assessment: Assessment, open_keys: list[str]) -> tuple[str, ...]:
    """Return what was not answered, among the items and measures that the open scores rest on."""
    needed: set[str] = set()
    for key in open_keys:
        needed |= facts.prepared.series_keys(key)
    words = [
        *(assessment.items.ids if assessment.items else ()),
        *(measure.id for measure in assessment.measures),
    ]
    keys = [key for word in words for key in sides_of(assessment, word)]
    return tuple(_short(key) for key in keys if key in needed and facts.timeline.newest(key, TODAY) is None)


def _short(key: str) -> str:
    return key.partition(".")[2]


def plain_value(possible: Possible) -> Plain:
    """Return a settled value as JSON has it; a day is its ISO date by `value_text`, never here."""
    match possible.value:
        case Boolean(surely=surely):
            return surely
        case Number(low=low) if low is not None:
            return plain_number(low)
        case Choice(options=options):
            return next(iter(options))
        case Options(surely=inside):
            return sorted(inside)
    return ""


def plain_number(number: Exact) -> int | float:
    """Return a whole number as an int, another as the nearest float."""
    return number.numerator if number.denominator == 1 else float(number)


def range_of(possible: Possible) -> list[Plain]:
    """Return what a value can still be: the two ends of a number, or the choices."""
    match possible.value:
        case Number(low=low, high=high) if low is not None and high is not None:
            return [plain_number(low), plain_number(high)]
        case Choice(options=options):
            return [*sorted(options)]
        case Boolean():
            return [False, True]
        case Options(possibly=maybe):
            return [*sorted(maybe)]
    return []
