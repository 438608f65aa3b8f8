"""What a command was given to record: a file, or answers on the command line. What is wrong is told without it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

import attrs

from rehabflow.cli.answers import DECLINED, UNKNOWN, raw_value
from rehabflow.cli.episode.desk import Desk
from rehabflow.cli.printing import talk
from rehabflow.conditions.types import BooleanType, DateType, NumberType, Type
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.loading.folders import read_bytes
from rehabflow.loading.known import CatalogLookup, Known
from rehabflow.loading.observed import BORN, TAKEN_SIDES
from rehabflow.loading.one_entry import read_entry
from rehabflow.problems import FileProblems, Problem, RehabflowError, UsageError
from rehabflow.record.events import Event
from rehabflow.render.explanations import explanations
from rehabflow.store.state import EpisodeState
from rehabflow.toml_source import located, read_source

FILE: Final = "the file"
TYPED: Final = "--set"
_FINISHED: Final = "finished"
Kind = Literal["visit", "session"]


class NotReadable(RehabflowError):
    """What was given cannot be recorded; what is wrong has been told."""


@frozen
class Given:
    """What was given: a file, or `KEY=VALUE` answers and, in `said`, what other options stand for."""

    file: Path | None = None
    answers: tuple[str, ...] = ()
    said: Mapping[str, object] = attrs.field(factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Return whether nothing was given."""
        return self.file is None and not self.answers and not self.said

    def events(self, desk: Desk, state: EpisodeState, kind: Kind, at: Instant) -> tuple[Event, ...]:
        """Return the events that it is.

        Raises:
            NotReadable: some of it cannot be recorded; every problem was told by its place, without what stands there.
            UsageError: the file cannot be opened, or a file and answers were given.
        """
        catalog = desk.catalog_of(state)
        known = Known.of(catalog.rulebook(state.protocol))
        name, text, table = TYPED, "", {**_table(known, self.answers), **self.said}
        if self.file is not None:
            if table:
                raise UsageError(
                    "answers stand either in a file (--from) or on the command line, not in both"
                )
            name = FILE
            text, table = _read(self.file)
        signed = {"by": desk.actor.profession, "name": desk.actor.id}
        events, problems = read_entry(
            table, name, kind, CatalogLookup(catalog), known, at, state.history.day_0, signed
        )
        _refuse([located(problem, {name: text}) for problem in problems])
        return events


def _read(path: Path) -> tuple[str, dict[str, object]]:
    try:
        content = read_bytes(path)
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}") from None
    try:
        source = read_source(content, FILE)
    except FileProblems as error:
        _refuse(error.problems)
        raise
    return source.text, dict(source.values)


# -- answers on the command line


def _table(known: Known, answers: Sequence[str]) -> dict[str, object]:
    """Return `KEY=VALUE` answers as the table that a file would hold."""
    observed: dict[str, object] = {}
    declined: list[str] = []
    for answer in answers:
        key, equals, text = (part.strip() for part in answer.partition("="))
        if not equals or not all(key.split(".")) or "." not in key:
            raise UsageError("an answer is KEY=VALUE, such as nprs.average=6")
        if text.lower() in UNKNOWN:
            continue
        if text.lower() in DECLINED:
            declined.append(key)
            continue
        *tables, last = key.split(".")
        table = observed
        for word in tables:
            inner = table.setdefault(word, {})
            if not isinstance(inner, dict):
                raise UsageError("two answers are given to one question")
            table = inner
        if last in table:
            raise UsageError("two answers are given to one question")
        table[last] = _value(known, key, text)
    return {**({"observed": observed} if observed else {}), **({"decline": declined} if declined else {})}


def _value(known: Known, key: str, text: str) -> object:
    if key.rpartition(".")[2] == _FINISHED:
        return raw_value(text, BooleanType())
    type_ = type_of(known, key)
    return text if type_ is None else raw_value(text, type_)


def type_of(known: Known, key: str) -> Type | None:
    """Return what values a key takes; `slr.left` means the main measure of `slr`."""
    if key == BORN:
        return DateType()
    head, _, last = key.rpartition(".")
    if last not in TAKEN_SIDES:
        return known.types.get(key)
    if head in known.types:
        return known.types[head]
    assessment = known.assessments.get(head)
    main = next((one for one in assessment.measures if one.main), None) if assessment else None
    return known.types.get(main.key) if main else None


def moment_of(text: str, now: Instant, option: str) -> Instant:
    """Return the day, or day and time, that an option names.

    Raises:
        UsageError: it names none, or one that is still to come.
    """
    at = day_of(text, option)
    if at.day > now.day or (at.second is not None and at.earliest > now.latest):
        raise UsageError(f"{option} is in the future")
    return at


def day_of(text: str, option: str) -> Instant:
    """Return a day, or day and time, past or to come.

    Raises:
        UsageError: the text names none.
    """
    try:
        if len(text) <= len("2026-03-02"):
            return Instant.of(datetime.date.fromisoformat(text))
        when = datetime.datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is not None or when.microsecond:
        raise UsageError(f"{option} is a date, or a date and time: 2026-03-02 or 2026-03-02T17:30")
    return Instant.of(when)


def number_of(text: str, option: str) -> Decimal:
    """Return the number that an option gives.

    Raises:
        UsageError: it is none.
    """
    number = raw_value(text, NumberType(None, None, None, None))
    if not isinstance(number, Decimal):
        raise UsageError(f"{option} is a number")
    return number


# -- telling what is wrong


def _refuse(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if not found:
        return
    titles = explanations()
    for problem in found:
        title = titles[problem.code].title if problem.code in titles else "It cannot be read"
        expected = f"; expected {problem.expected}" if problem.expected else ""
        talk(f"{_where(problem)}: {title} ({problem.code}){expected}")
    raise NotReadable(
        "nothing was recorded. What was given is not repeated here, as it is about a patient; "
        "`rehabflow explain` tells what the word in brackets means"
    )


def _where(problem: Problem) -> str:
    """Return where a problem stands; a key may be a slip, so it is not repeated either."""
    if problem.place.file == FILE:
        return f"{FILE}, line {problem.line}, column {problem.column}"
    return "what was given here"
