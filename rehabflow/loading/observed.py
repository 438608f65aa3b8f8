"""What was observed at a visit or session: shared and own answers together, blanks and normals filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

import attrs

from rehabflow.conditions.types import DateType
from rehabflow.definitions.measures import Assessment, Measure
from rehabflow.instants import Instant
from rehabflow.loading.known import Known
from rehabflow.loading.moments import MomentSpec
from rehabflow.loading.reader import Reader, describe, listed, nearest
from rehabflow.loading.recorded import read_value
from rehabflow.problems import Place
from rehabflow.record.events import Observed
from rehabflow.record.values import Absent, Answer

TAKEN_SIDES: Final = ("left", "right")
BORN: Final = "patient.born"
_SPECIAL: Final = ("on", "rest", "finished")


@attrs.define
class _Group:
    """The answers of one assessment at one instant."""

    at: Instant
    answers: dict[str, tuple[Answer, Place]] = attrs.field(factory=dict)
    rest: Place | None = None
    finished: Place | None = None


@attrs.define
class ObservedReader:
    """Gathers the answers of one step. `at` is the step's instant, `day_0` the journey's ordinal."""

    reader: Reader
    known: Known
    at: Instant
    day_0: int
    groups: dict[tuple[str, Instant], _Group] = attrs.field(factory=dict)

    def add(self, place: Place, tables: Mapping[str, object]) -> None:
        """Read a table of assessments."""
        for name, table in tables.items():
            here = place.child(name)
            assessment = self.known.assessments.get(name)
            if name != "patient" and assessment is None:
                names = sorted({*self.known.assessments, "patient"})
                self.reader.report(
                    "unknown-name",
                    here,
                    f"there is no assessment `{name[:60]}`",
                    expected=listed(names),
                    advice=nearest(name, names),
                    on_key=True,
                )
            elif not isinstance(table, Mapping):
                advice = (
                    f"write {name} = {{ measure = {table} }}" if isinstance(table, (int, Decimal)) else ""
                )
                self.reader.wrong_type(
                    here,
                    table,
                    "a table { measure = value }",
                    advice=advice,
                )
            elif assessment is None:
                self._patient(here, table)
            else:
                self._assessment(here, assessment, table)

    def decline(self, place: Place, address: str) -> None:
        """Note that something was asked and not answered."""
        for key in keys_of(self.reader, place, self.known, address):
            if not is_declinable(self.known, key):
                self.reader.report(
                    "not-declinable",
                    place,
                    f"`{address}` cannot be declined",
                    advice="leave it out: what was not answered is unknown",
                )
                continue
            self._put(self._group(key.split(".")[0], self.at), key, Absent.DECLINED, place)

    def events(self) -> tuple[Observed, ...]:
        """Return the observations, in order of their keys."""
        for (name, _), group in self.groups.items():
            assessment = self.known.assessments.get(name)
            if assessment is not None:
                self._rest(assessment, group)
                self._finish(assessment, group)
        found = [
            Observed(group.at, self.at, key, answer)
            for group in self.groups.values()
            for key, (answer, _) in group.answers.items()
        ]
        return tuple(sorted(found, key=lambda event: (event.key, event.at)))

    def _group(self, name: str, at: Instant) -> _Group:
        return self.groups.setdefault((name, at), _Group(at))

    def _put(self, group: _Group, key: str, answer: Answer, place: Place) -> None:
        before = group.answers.get(key)
        if before is not None and before[0] != answer:
            self.reader.report(
                "two-values",
                place,
                f"`{key}` has another value at this moment already",
                advice="keep one; what is wrong in the record is mended with `correct`",
                on_key=True,
            )
            return
        group.answers[key] = (answer, place)

    def _when(self, place: Place, table: Mapping[str, object]) -> Instant:
        """Return when it was so: at the step, or on the day that `on` names."""
        if "on" not in table:
            return self.at
        here = place.child("on")
        moment = MomentSpec().read(self.reader, here, table["on"])
        if moment is None:
            return self.at
        at = moment.instant(self.day_0)
        if at.earliest > self.at.latest or at.day > self.at.day:
            self.reader.report(
                "in-the-future",
                here,
                f"{at} is after this entry, {self.at}",
                expected="an earlier day of the journey",
            )
        return at

    def _patient(self, place: Place, table: Mapping[str, object]) -> None:
        group = self._group("patient", self._when(place, table))
        for word, value in table.items():
            here = place.child(word)
            if word == "on":
                continue
            if word != "born":
                self.reader.report(
                    "unknown-name",
                    here,
                    f"`patient.{word[:60]}` is not recorded",
                    expected="`born`",
                    on_key=True,
                )
                continue
            born = read_value(self.reader, here, BORN, DateType(), value)
            if born is None:
                continue
            if not isinstance(born, str | bool | Decimal | frozenset) and born.toordinal() > self.at.day:
                self.reader.report("in-the-future", here, f"{born} is after this entry, {self.at}")
            self._put(group, BORN, born, here)

    def _assessment(self, place: Place, assessment: Assessment, table: Mapping[str, object]) -> None:
        group = self._group(assessment.id, self._when(place, table))
        if "rest" in table:
            self._note_rest(place.child("rest"), assessment, table["rest"], group)
        if "finished" in table:
            self._note_finished(place.child("finished"), assessment, table["finished"], group)
        sides = {word: table[word] for word in table if word in TAKEN_SIDES}
        if sides and assessment.sided:
            self._main_sides(place, assessment, sides, group)
        for word, value in table.items():
            if word in _SPECIAL or (assessment.sided and word in TAKEN_SIDES):
                continue
            self._named(place.child(word), assessment, word, value, group)

    def _note_rest(self, place: Place, assessment: Assessment, value: object, group: _Group) -> None:
        if value != "normal":
            self.reader.wrong_type(place, value, 'rest = "normal"')
        elif not assessment.rest_normal:
            self.reader.report(
                "rest-not-allowed",
                place,
                f"`{assessment.id}` has no normal answers for what was not written down",
                advice="write every answer; what is left out is unknown",
                on_key=True,
            )
        else:
            group.rest = place

    def _note_finished(self, place: Place, assessment: Assessment, value: object, group: _Group) -> None:
        if not isinstance(value, bool):
            self.reader.wrong_type(place, value, "true or false")
        elif assessment.items is None:
            self.reader.report(
                "no-items",
                place,
                f"`{assessment.id}` has no items to leave blank",
                advice="delete it",
                on_key=True,
            )
        elif value:
            group.finished = place

    def _main_sides(
        self, place: Place, assessment: Assessment, sides: Mapping[str, object], group: _Group
    ) -> None:
        main = next((measure for measure in assessment.measures if measure.main), None)
        if main is None:
            names = [measure.id for measure in assessment.measures]
            self.reader.report(
                "no-main-measure",
                place,
                f"`{assessment.id}` has no main measure that `left` and `right` could mean",
                expected=f"{listed(names)}, each with its sides",
                on_key=True,
            )
            return
        self._sides(place, assessment, main.id, sides, group)

    def _named(self, place: Place, assessment: Assessment, word: str, value: object, group: _Group) -> None:
        measure = next((measure for measure in assessment.measures if measure.id == word), None)
        items = assessment.items.ids if assessment.items else ()
        if measure is None and word not in items:
            names = [*(measure.id for measure in assessment.measures if not measure.is_derived), *items]
            names += TAKEN_SIDES if assessment.sided else ()
            self.reader.report(
                "unknown-name",
                place,
                f"`{assessment.id}` has no measure or item `{word[:60]}`",
                expected=listed(names),
                advice=nearest(word, names),
                on_key=True,
            )
        elif measure is not None and measure.is_derived:
            advice = (
                f"record the items: {', '.join(items[:4])}, ..."
                if items
                else "record what it is computed from"
            )
            self.reader.report(
                "derived-measure",
                place,
                f"`{measure.key}` is computed and cannot be recorded",
                advice=advice,
                on_key=True,
            )
        elif assessment.sided:
            if not isinstance(value, Mapping):
                self.reader.report(
                    "side-missing",
                    place,
                    f"`{word}` is {describe(value)}, and `{assessment.id}` is taken left and right",
                    expected=f"{word} = {{ left = ..., right = ... }}",
                )
                return
            self._sides(place, assessment, word, value, group)
        else:
            self._one(place, f"{assessment.id}.{word}", f"{assessment.id}.{word}", value, group)

    def _sides(
        self, place: Place, assessment: Assessment, word: str, sides: Mapping[str, object], group: _Group
    ) -> None:
        for side, value in sides.items():
            here = place.child(side)
            if side not in TAKEN_SIDES:
                self.reader.report(
                    "unknown-key",
                    here,
                    f"`{side[:60]}` is not a side",
                    expected="left, right",
                    advice="the journey's `involved` says which side is treated"
                    if side.endswith("involved")
                    else "",
                    on_key=True,
                )
                continue
            key = f"{assessment.id}.{word}"
            self._one(here, key, f"{key}.{side}", value, group)

    def _one(self, place: Place, key: str, full_key: str, value: object, group: _Group) -> None:
        type_ = self.known.types.get(key)
        if type_ is None:
            return
        answer = read_value(self.reader, place, key, type_, value)
        if answer is not None:
            self._put(group, full_key, answer, place)

    def _rest(self, assessment: Assessment, group: _Group) -> None:
        if group.rest is None:
            return
        for measure in assessment.measures:
            if measure.normal is None or measure.is_derived:
                continue
            for key in sides_of(assessment, measure.id):
                group.answers.setdefault(key, (measure.normal, group.rest))

    def _finish(self, assessment: Assessment, group: _Group) -> None:
        items = assessment.items
        if group.finished is None or items is None or items.when_finished == "incomplete":
            return
        blank: Answer = Absent.DECLINED if items.when_finished == "left_out" else Decimal(0)
        for item in items.ids:
            for key in sides_of(assessment, item):
                group.answers.setdefault(key, (blank, group.finished))


def sides_of(assessment: Assessment, word: str) -> tuple[str, ...]:
    """Return the keys of a measure or item: with both sides if the assessment is sided."""
    key = f"{assessment.id}.{word}"
    return tuple(f"{key}.{side}" for side in TAKEN_SIDES) if assessment.sided else (key,)


def _measure(known: Known, assessment: str, word: str) -> Measure | None:
    measures = known.assessments[assessment].measures
    return next((measure for measure in measures if measure.id == word), None)


def is_declinable(known: Known, key: str) -> bool:
    """Return whether a recorded key may be declined: `declinable`, or an item that may be left out."""
    name, word, *_ = key.split(".")
    measure = _measure(known, name, word)
    if measure is not None:
        return measure.declinable
    items = known.assessments[name].items
    return items is not None and items.when_finished == "left_out"


def keys_of(reader: Reader, place: Place, known: Known, address: str) -> tuple[str, ...]:
    """Return the record's keys that an address means: `slr.left`, `slr.angle.left`, `nprs.average`, `slr`.

    Empty after reporting an address that names nothing, or a measure that is computed.
    """
    name, *rest = address.split(".")
    assessment = known.assessments.get(name)
    if assessment is None or address == BORN:
        if address == BORN:
            return (BORN,)
        _unknown(reader, place, known, address)
        return ()
    side = rest.pop() if assessment.sided and rest and rest[-1] in TAKEN_SIDES else ""
    main = next((measure.id for measure in assessment.measures if measure.main), None)
    word = rest[0] if rest else main
    items = assessment.items.ids if assessment.items else ()
    measure = _measure(known, name, word) if word else None
    if word is None or len(rest) > 1 or (measure is None and word not in items):
        _unknown(reader, place, known, address)
        return ()
    if measure is not None and measure.is_derived:
        reader.report("derived-measure", place, f"`{measure.key}` is computed and was not recorded itself")
        return ()
    return (f"{name}.{word}.{side}",) if side else sides_of(assessment, word)


def _unknown(reader: Reader, place: Place, known: Known, address: str) -> None:
    names = sorted(all_keys(known))
    reader.report(
        "unknown-name",
        place,
        f"nothing that is recorded is called `{address[:80]}`",
        advice=nearest(address, names),
    )


def all_keys(known: Known) -> Iterator[str]:
    """Return every key of the record, with and without sides."""
    yield BORN
    for assessment in known.assessments.values():
        words = [measure.id for measure in assessment.measures]
        words += assessment.items.ids if assessment.items else ()
        for word in words:
            yield f"{assessment.id}.{word}"
            if assessment.sided:
                yield from sides_of(assessment, word)
