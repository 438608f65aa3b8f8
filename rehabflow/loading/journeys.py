"""Journeys: dated visits and sessions of a file, judged against the protocol they are played with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal

import attrs

from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.loading.entries import EntryReader
from rehabflow.loading.expect_shapes import Entry
from rehabflow.loading.expectations import read_expectation
from rehabflow.loading.ids import check_id
from rehabflow.loading.journey_shapes import DID, JOURNEY
from rehabflow.loading.known import Known, Lookup
from rehabflow.loading.observed import ObservedReader
from rehabflow.loading.reader import PROFESSIONS, Reader, listed, nearest
from rehabflow.loading.shapes import Row
from rehabflow.problems import FileProblems, Place, Problem
from rehabflow.record.events import (
    Cleared,
    Corrected,
    Did,
    Event,
    Observed,
    SessionLogged,
    Visited,
    Withdrawn,
)
from rehabflow.record.journeys import Journey, JourneyStep
from rehabflow.record.values import Answer
from rehabflow.toml_source import located, read_source

Given = Mapping[str, object]
_LATE: Final = 912_000
"""Stands for a day 0 that is missing: an ordinal late enough that no date of the journey is in its future."""


def load_journeys(
    text: str | bytes, shown_name: str, lookup: Lookup, professions: Collection[str] = PROFESSIONS
) -> tuple[list[Journey], list[Problem]]:
    """Return the journeys of a file that are right, and every problem found.

    A journey of a protocol that exists and cannot be used is left out with a warning (`protocol-unavailable`).
    """
    try:
        source = read_source(text, shown_name)
    except FileProblems as problems:
        return [], list(problems.problems)
    reader = Reader(professions)
    top = Place(shown_name)
    for word in source.values:
        if word not in ("journey", "given"):
            reader.report(
                "unknown-table",
                top.child(word),
                f"there is no table `{word[:60]}` in a file of journeys",
                expected="[journey.<id>] and [given.<id>]",
                advice=nearest(word, ["journey", "given"]),
                on_key=True,
            )
    given = _tables(reader, top.child("given"), source.values.get("given", {}))
    journeys = []
    for name, table in _tables(reader, top.child("journey"), source.values.get("journey", {})).items():
        before = len(reader.problems)
        place = top.child("journey", name)
        check_id(reader, place, name)
        journey = JourneyReader(reader, place, given, lookup).read(table)
        if journey is not None and len(reader.problems) == before:
            journeys.append(journey)
    if not source.values.get("journey"):
        reader.report("missing-head", top, "there is no journey in this file", expected="[journey.<id>]")
    unique = {(p.code, p.message, p.place, p.span): p for p in reader.problems}
    found = [located(problem, {shown_name: source.text}) for problem in unique.values()]
    return journeys, list(FileProblems(found).problems)


def _tables(reader: Reader, place: Place, value: object) -> dict[str, Given]:
    """Return the tables by id, in order of the file."""
    if not isinstance(value, Mapping):
        reader.wrong_type(place, value, f"tables [{place.address}.<id>]")
        return {}
    found = {}
    for word, table in value.items():
        if isinstance(table, Mapping):
            found[word] = table
        else:
            reader.wrong_type(place.child(word), table, f"a table [{place.address}.<id>]")
    return found


@frozen
class JourneyReader:
    """Reads one journey."""

    reader: Reader
    place: Place
    given: Mapping[str, Given]
    lookup: Lookup
    places: dict[int, Place] = attrs.field(factory=dict)

    def read(self, table: Mapping[str, object]) -> Journey | None:
        """Return the journey; None if it cannot be told what it is of."""
        row = JOURNEY.row(self.reader, self.place, table)
        known = self._known(row)
        if known is None:
            return None
        day_0 = row["day_0"].toordinal() if "day_0" in row else _LATE
        steps = [
            *(self.visit(known, day_0, entry) for entry in row.get("visit", ())),
            *(self.session(known, day_0, entry) for entry in row.get("session", ())),
        ]
        if not row.given("visit", "session"):
            self.reader.report(
                "empty-journey",
                self.place,
                "this journey has neither visits nor sessions",
                expected=f"[[{self.place.address}.visit]]",
                on_key=True,
            )
        steps.sort(key=_order)
        self._nothing_dangles(steps)
        if "protocol" not in row or "day_0" not in row:
            return None
        return Journey(
            id=str(self.place.path[-1]),
            title=row.get("title", ""),
            protocol=row["protocol"],
            day_0=day_0,
            steps=tuple(steps),
            place=self.place,
            involved=row.get("involved", ""),
        )

    def _known(self, row: Row) -> Known | None:
        protocol = row.get("protocol")
        if protocol is None:
            return None
        here = self.place.child("protocol")
        if not self.lookup.is_there(protocol):
            names = sorted(self.lookup.protocols())
            self.reader.report(
                "unknown-name",
                here,
                f"there is no protocol `{protocol}`",
                expected=listed(names),
                advice=nearest(protocol, names),
            )
            return None
        known = self.lookup.known(protocol)
        if known is None:
            self.reader.problems.append(
                Problem(
                    "protocol-unavailable",
                    f"the protocol `{protocol}` cannot be used, so this journey is left out",
                    here,
                    help="`rehabflow check` says what is wrong with it",
                    severity="warning",
                )
            )
        return known

    def _instant(self, day_0: int, row: Row) -> Instant:
        return Instant(day_0 + row.get("day", 0), row.get("time"))

    def visit(self, known: Known, day_0: int, entry: Entry) -> JourneyStep:
        """Return a visit: its events in the order in which they are recorded."""
        row, place = entry.row, entry.place
        at = self._instant(day_0, row)
        observed = ObservedReader(self.reader, known, at, day_0)
        for number, name in enumerate(row.get("given", ())):
            if name in self.given:
                observed.add(Place(place.file, ("given", name)), self.given[name])
            else:
                self.reader.report(
                    "unknown-name",
                    place.child("given", number),
                    f"there is no [given.{name}] in this file",
                    expected=listed(self.given),
                    advice=nearest(name, list(self.given)) or f"declare [given.{name}]",
                )
        observed.add(place.child("observed"), row.get("observed", {}))
        for number, address in enumerate(row.get("decline", ())):
            observed.decline(place.child("decline", number), address)
        entries = EntryReader(self.reader, known, at, day_0)
        events: list[Event] = [Visited(at, at)]
        events += self._all(entries.happened, row.get("happened", ()))
        events += observed.events()
        if "diary" in row:
            events += entries.diary_line(row["diary"])
        events += self._all(entries.cleared, row.get("clear", ()))
        events += self._all(entries.withdrawn, row.get("withdraw", ()))
        events += self._all(entries.overridden, row.get("override", ()))
        events += self._all(entries.ordered, row.get("order", ()))
        events += self._all(entries.corrected, row.get("correct", ()))
        events += self._all(entries.placed, row.get("place", ()))
        events += self._all(entries.pinned, row.get("pin", ()))
        events += self._all(entries.removed, row.get("remove", ()))
        return self._step("visit", known, at, events, entry)

    def session(self, known: Known, day_0: int, entry: Entry) -> JourneyStep:
        """Return a session: its entry, and what was observed and happened with it."""
        row, place = entry.row, entry.place
        at = self._instant(day_0, row)
        entries = EntryReader(self.reader, known, at, day_0)
        tables = dict(row.get("observed", {}))
        answers: dict[str, Answer] = {}
        diary = tables.pop("session", {})
        here = place.child("observed", "session")
        if isinstance(diary, Mapping):
            for name, value in diary.items():
                answer = entries.diary_answer(here.child(name), name, value)
                if answer is not None:
                    answers[name] = answer
        else:
            self.reader.wrong_type(here, diary, "a table { diary item = value }")
        observed = ObservedReader(self.reader, known, at, day_0)
        observed.add(place.child("observed"), tables)
        did = self._did(known, place.child("did"), row.get("did", {}))
        events: list[Event] = [*self._all(entries.happened, row.get("happened", ())), *observed.events()]
        events.append(SessionLogged(at, at, row.get("done", Decimal(0)), dict(sorted(answers.items())), did))
        return self._step("between", known, at, events, entry)

    def _all(self, read: Callable[[Entry], Iterator[Event]], entries: Collection[Entry]) -> list[Event]:
        """Return the events of some entries, and note where each stands."""
        found = []
        for entry in entries:
            for event in read(entry):
                self.places[id(event)] = entry.place
                found.append(event)
        return found

    def _did(self, known: Known, place: Place, table: Mapping[str, object]) -> dict[str, Did]:
        found = {}
        for name in sorted(table):
            here = place.child(name)
            if name not in known.exercises:
                names = sorted(known.exercises)
                self.reader.report(
                    "unknown-name",
                    here,
                    f"there is no exercise `{name[:60]}`",
                    expected=listed(names),
                    advice=nearest(name, names),
                    on_key=True,
                )
                continue
            entry = DID.read(self.reader, here, table[name])
            if entry is not None:
                row = entry.row
                found[name] = Did(row.get("all_steps"), row.get("effort"), row.get("load"))
        return found

    def _step(
        self, kind: Literal["visit", "between"], known: Known, at: Instant, events: list[Event], entry: Entry
    ) -> JourneyStep:
        expect = entry.row.get("expect")
        return JourneyStep(
            kind,
            at,
            tuple(events),
            entry.place,
            None if expect is None else read_expectation(self.reader, known, expect),
        )

    def _nothing_dangles(self, steps: list[JourneyStep]) -> None:
        """Report corrections and withdrawals of what was not recorded by then."""
        seen: list[tuple[str, Instant]] = []
        for step in steps:
            for event in step.events:
                match event:
                    case Observed(key=key, at=at):
                        seen.append((key, at))
                    case SessionLogged(at=at):
                        seen.append(("session", at))
                    case Cleared(scope=scope, at=at):
                        seen.append((f"clearance.{scope}", at))
            for event in step.events:
                if isinstance(event, Corrected) and not _is_there(event, seen):
                    self.reader.report(
                        "nothing-to-correct",
                        self.places[id(event)].child("observed"),
                        f"`{event.key}` was not recorded on {event.on}",
                        expected="the day on which it was observed",
                        advice="to add what was forgotten, observe it with `on = <day>`",
                    )
                if isinstance(event, Withdrawn) and all(key != event.what for key, _ in seen):
                    self.reader.report(
                        "nothing-to-withdraw",
                        self.places[id(event)],
                        f"`{event.what}` was not on record by then",
                    )


def _is_there(correction: Corrected, seen: list[tuple[str, Instant]]) -> bool:
    """Return whether what is corrected was recorded: a session of that day may have left the answer out."""
    name, on = ("session" if correction.key.startswith("session.") else correction.key), correction.on
    return any(key == name and (at.day == on.day if on.second is None else at == on) for key, at in seen)


def _order(step: JourneyStep) -> tuple[int, int, bool, int]:
    """Return what steps are sorted by: day, time (none: start of the day), visits first, place in the list."""
    number = step.place.path[-1]
    return step.at.day, step.at.second or 0, step.kind != "visit", number if isinstance(number, int) else 0
