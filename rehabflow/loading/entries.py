"""What a clinician did at a visit: agreements, overrides, orders, corrections, placements; and dated facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from rehabflow.conditions.types import BooleanType, ChoiceType, NumberType
from rehabflow.definitions.common import Parameter
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.loading.expect_shapes import Entry
from rehabflow.loading.known import Known, may
from rehabflow.loading.moments import Moment
from rehabflow.loading.observed import keys_of
from rehabflow.loading.reader import Reader, listed, nearest
from rehabflow.loading.recorded import read_value
from rehabflow.problems import Place
from rehabflow.record.events import (
    Cleared,
    Corrected,
    DiaryLine,
    Event,
    Happened,
    Ordered,
    Overridden,
    Pinned,
    Placed,
    Removed,
    Withdrawn,
)
from rehabflow.record.values import Value


@frozen
class EntryReader:
    """Turns the entries of one step into events; what they name is checked against the protocol."""

    reader: Reader
    known: Known
    at: Instant
    day_0: int

    def happened(self, entry: Entry) -> Iterator[Event]:
        """Return an event that happened, then or now."""
        row, place = entry.row, entry.place
        kind = self.known.events.get(row["event"])
        if kind is None:
            self._unknown("event", place.child("event"), row["event"], self.known.events)
            return
        at = self._moment(place.child("at"), row.get("at"))
        details = {}
        for name, value in row.get("details", {}).items():
            here = place.child("details", name)
            if name not in kind.details:
                self.reader.report(
                    "unknown-key",
                    here,
                    f"the event `{kind.id}` has no detail `{name[:60]}`",
                    expected=listed(kind.details),
                    advice=nearest(name, kind.details),
                    on_key=True,
                )
                continue
            word = read_value(self.reader, here, f"{kind.id}.{name}", ChoiceType(kind.details[name]), value)
            if isinstance(word, str):
                details[name] = word
        yield Happened(at, self.at, kind.id, details)

    def cleared(self, entry: Entry) -> Iterator[Event]:
        """Return an agreement, given by one who may."""
        row, place = entry.row, entry.place
        kind = self.known.clearances.get(row["scope"])
        if kind is None:
            self._unknown("clearance", place.child("scope"), row["scope"], self.known.clearances)
            return
        self._may(place, row["by"], kind.by, f"give the clearance `{kind.id}`")
        yield Cleared(self.at, self.at, kind.id, row["by"], row["name"], row.get("reason", ""))

    def withdrawn(self, entry: Entry) -> Iterator[Event]:
        """Return what was taken back."""
        row, place = entry.row, entry.place
        if "clearance" in row:
            if row["clearance"] not in self.known.clearances:
                self._unknown("clearance", place.child("clearance"), row["clearance"], self.known.clearances)
                return
            yield Withdrawn(self.at, self.at, f"clearance.{row['clearance']}", row["by"], row["reason"])
            return
        for key in keys_of(self.reader, place.child("observed"), self.known, row["observed"]):
            yield Withdrawn(self.at, self.at, key, row["by"], row["reason"])

    def overridden(self, entry: Entry) -> Iterator[Event]:
        """Return a gate level or rule that was set aside."""
        row, place = entry.row, entry.place
        what, known = ("gate", self.known.gates) if "gate" in row else ("rule", self.known.rules)
        address = row["gate"] if what == "gate" else f"rule.{row['rule']}"
        if address not in known:
            shown = [name.removeprefix("rule.") for name in known]
            self._unknown("gate level" if what == "gate" else "rule", place.child(what), row[what], shown)
            return
        if not known[address]:
            self.reader.report(
                "override-forbidden",
                place.child(what),
                f"nobody may set `{address}` aside",
                advice="its `until` says what ends it" if what == "gate" else "",
            )
            return
        self._may(place, row["by"], known[address], f"set `{address}` aside")
        until = self._last_day(place, row["until"])
        yield Overridden(self.at, self.at, address, row["by"], row["name"], row["reason"], until)

    def ordered(self, entry: Entry) -> Iterator[Event]:
        """Return a number set for this patient: by one who may, never less strict."""
        row, place = entry.row, entry.place
        parameter = self.known.parameters.get(row["parameter"])
        if parameter is None:
            self._unknown("parameter", place.child("parameter"), row["parameter"], self.known.parameters)
            return
        if not parameter.set_by:
            self.reader.report(
                "override-forbidden",
                place.child("parameter"),
                f"`{parameter.id}` cannot be set for one patient",
                expected="a parameter with `set_by`",
            )
            return
        self._may(place, row["by"], parameter.set_by, f"set `{parameter.id}`")
        if _loosens(parameter, row["value"]):
            bounds = ", ".join(str(case.value) for case in parameter.cases)
            self.reader.report(
                "order-loosens",
                place.child("value"),
                f"{row['value']} {parameter.unit} is less strict than the protocol's {bounds}",
                expected=f"a {parameter.stricter} value: an order for one patient can only restrict more",
            )
        yield Ordered(self.at, self.at, parameter.id, row["value"], row["by"], row["name"])

    def corrected(self, entry: Entry) -> Iterator[Event]:
        """Return corrections: the new value is judged like any other."""
        row, place = entry.row, entry.place
        on = self._moment(place.child("on"), row["on"])
        address = row["observed"]
        here = place.child("observed")
        if address.startswith("session."):
            item = address.removeprefix("session.")
            if item not in self.known.diary:
                self._unknown("diary item", here, item, self.known.diary)
                return
            keys: tuple[str, ...] = (address,)
        else:
            keys = keys_of(self.reader, here, self.known, address)
        if len(keys) > 1:
            self.reader.report(
                "side-missing", here, f"`{address}` was taken left and right", expected=listed(keys)
            )
            return
        for key in keys:
            plain = key.removesuffix(".left").removesuffix(".right")
            type_ = self.known.types.get(key) or self.known.types.get(plain)
            value = (
                None
                if type_ is None
                else read_value(self.reader, place.child("to"), key, type_, row["to"].value)
            )
            if value is not None:
                yield Corrected(self.at, self.at, key, on, value, row["by"], row["reason"])

    def placed(self, entry: Entry) -> Iterator[Event]:
        """Return the stage that a clinician set."""
        row, place = entry.row, entry.place
        stages = self.known.tracks.get(row["track"])
        if stages is None:
            self._unknown("track", place.child("track"), row["track"], self.known.tracks)
        elif row["stage"] not in (*stages, "none"):
            self._unknown(f"stage in `{row['track']}`", place.child("stage"), row["stage"], stages)
        else:
            yield Placed(self.at, self.at, row["track"], row["stage"], row["by"], row["name"], row["reason"])

    def pinned(self, entry: Entry) -> Iterator[Event]:
        """Return an exercise that a clinician wants."""
        row, place = entry.row, entry.place
        if self._exercise(place.child("exercise"), row["exercise"]):
            yield Pinned(self.at, self.at, row["exercise"], row["by"], row["reason"])

    def removed(self, entry: Entry) -> Iterator[Event]:
        """Return an exercise that a clinician took out."""
        row, place = entry.row, entry.place
        until = self._last_day(place, row["until"]) if "until" in row else None
        if self._exercise(place.child("exercise"), row["exercise"]):
            yield Removed(self.at, self.at, row["exercise"], row["by"], row["reason"], until)

    def diary_line(self, entry: Entry) -> Iterator[Event]:
        """Return one line for a whole time."""
        row, place = entry.row, entry.place
        if row["done"] > row["of"]:
            self.reader.report(
                "out-of-range",
                place.child("done"),
                f"{row['done']} of {row['of']} sessions",
                expected="at most `of`",
            )
        worst: dict[str, Value] = {}
        for name, value in row.get("worst", {}).items():
            here = place.child("worst", name)
            answer = self.diary_answer(here, name, value)
            if answer is not None and self._has_worst(here, name):
                worst[name] = answer
        yield DiaryLine(self.at, self.at, row["last"], row["of"], row["done"], worst)

    def diary_answer(self, place: Place, name: str, value: object) -> Value | None:
        """Return the answer to a diary item."""
        if name not in self.known.diary:
            self._unknown("diary item", place, name, self.known.diary, on_key=True)
            return None
        key = f"session.{name}"
        return read_value(self.reader, place, key, self.known.types[key], value)

    def _has_worst(self, place: Place, name: str) -> bool:
        type_, better = self.known.types[f"session.{name}"], self.known.diary[name].shape.better
        ranked = isinstance(type_, NumberType) or (isinstance(type_, ChoiceType) and type_.ordered)
        fits = isinstance(type_, BooleanType) or (ranked and better != "none")
        if not fits:
            self.reader.report(
                "no-worst",
                place,
                f"no value of `session.{name}` is worse than another",
                advice="leave it out",
                on_key=True,
            )
        return fits

    def _exercise(self, place: Place, name: str) -> bool:
        if name in self.known.exercises:
            return True
        self._unknown("exercise", place, name, self.known.exercises)
        return False

    def _moment(self, place: Place, moment: Moment | None) -> Instant:
        if moment is None:
            return self.at
        instant = moment.instant(self.day_0)
        if instant.earliest > self.at.latest or instant.day > self.at.day:
            self.reader.report(
                "in-the-future",
                place,
                f"{instant} is after this entry, {self.at}",
                expected="an earlier day or time",
            )
        return instant

    def _last_day(self, place: Place, moment: Moment) -> Instant:
        instant = moment.instant(self.day_0)
        if instant.day < self.at.day:
            self.reader.report(
                "ends-before-it-begins",
                place.child("until"),
                f"{instant} is before this entry, {self.at}",
                expected="a later day of the journey, or a date",
            )
        return instant

    def _may(self, place: Place, by: str, allowed: Collection[str], what: str) -> None:
        if not may(by, allowed):
            self.reader.report(
                "wrong-profession", place.child("by"), f"a {by} may not {what}", expected=listed(allowed)
            )

    def _unknown(
        self, what: str, place: Place, word: str, known: Collection[str], *, on_key: bool = False
    ) -> None:
        names = sorted(known)
        self.reader.report(
            "unknown-name",
            place,
            f"there is no {what}: `{word[:80]}`" if " " in what else f"there is no {what} `{word[:80]}`",
            expected=listed(names),
            advice=nearest(word, names),
            on_key=on_key,
        )


def _loosens(parameter: Parameter, value: Decimal) -> bool:
    """Return whether a value is less strict than every case of the parameter."""
    numbers = [case.value for case in parameter.cases]
    if parameter.stricter == "higher":
        return value < min(numbers)
    return parameter.stricter == "lower" and value > max(numbers)
