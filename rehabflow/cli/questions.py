"""What is asked for each need, one assessment at a time, and the events that the answers are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from rehabflow.cli import other_questions
from rehabflow.cli.answers import NORMAL, ask_value
from rehabflow.cli.printing import talk
from rehabflow.conditions.types import DateType
from rehabflow.definitions.measures import Assessment
from rehabflow.engine.decision import Need
from rehabflow.engine.prepared import prepare
from rehabflow.instants import Instant
from rehabflow.loading.known import Known
from rehabflow.loading.observed import BORN, is_declinable, sides_of
from rehabflow.record.events import Event, Observed
from rehabflow.record.values import Absent, Value
from rehabflow.render.words import number_text, plain_id
from rehabflow.rulebook.model import Rulebook

SESSIONS = "@session"


@attrs.define
class Questions:
    """Asks at one visit. `asked` are keys that were asked already, answered or not; `since` is the entry before."""

    rulebook: Rulebook
    at: Instant
    since: Instant
    known: Known
    asked: set[str] = attrs.field(factory=set)

    @classmethod
    def of(cls, rulebook: Rulebook, at: Instant, since: Instant) -> Questions:
        """Return the questions of a visit."""
        return cls(rulebook, at, since, Known.of(rulebook))

    def ask(self, needs: Sequence[Need]) -> list[Event] | None:
        """Ask for the first need that was not asked yet, with all that is needed of its assessment.

        None if everything was asked.

        Raises:
            EndOfInput: the input is over.
        """
        for need in needs:
            if need.id in self.asked:
                continue
            if need.kind in ("clearance", "event"):
                self.asked.add(need.id)
                ask = other_questions.clearance if need.kind == "clearance" else other_questions.event
                return ask(self.rulebook, need.id, self.at)
            events = self._measures(need, needs) if need.kind == "measure" else None
            if events is not None:
                return events
        return None

    def _measures(self, need: Need, needs: Sequence[Need]) -> list[Event] | None:
        """Ask what is needed of the assessment of one need; None if that was asked, or cannot be."""
        keys = self._keys(need)
        if SESSIONS in keys:
            return self._diary()
        head = min((key.partition(".")[0] for key in keys if key not in self.asked), default="")
        mine = {key for other in needs if other.kind == "measure" for key in self._keys(other)} - self.asked
        mine = {key for key in mine if key.partition(".")[0] == head}
        assessment = self.rulebook.assessments.get(head)
        if assessment is not None and mine:
            return self._assessment(assessment, mine)
        self.asked |= keys
        return self._born() if BORN in mine else None

    def _keys(self, need: Need) -> frozenset[str]:
        """Return the keys of the record that a need is about: itself, its sides, or what it is computed from."""
        if need.id == BORN or need.id in self._recordable():
            return frozenset([need.id])
        return prepare(self.rulebook).series_keys(need.id) or frozenset([need.id])

    def _recordable(self) -> frozenset[str]:
        return frozenset(key for keys in prepare(self.rulebook).keys_of_assessment.values() for key in keys)

    def _diary(self) -> list[Event] | None:
        days = self.at.day - self.since.day
        if SESSIONS in self.asked or days < 1:
            return None
        self.asked.add(SESSIONS)
        return other_questions.diary(self.rulebook, self.since, self.at)

    def _born(self) -> list[Event]:
        self.asked.add(BORN)
        answer = ask_value("Date of birth", BORN, DateType(), self.at.day)
        return [] if isinstance(answer, Absent) else [Observed(self.at, self.at, BORN, answer)]

    # -- one assessment

    def _assessment(self, assessment: Assessment, wanted: Iterable[str]) -> list[Event]:
        """Ask the wanted keys of one assessment, in its own order."""
        minutes = f", {number_text(assessment.minutes)} min" if assessment.minutes else ""
        talk(f"\n{assessment.title} ({assessment.id}{minutes})")
        if assessment.rest_normal:
            talk(
                "  `normal` records this and all that follow here as normal: type it only if you asked them."
            )
        wanted = set(wanted)
        self.asked |= wanted
        events: list[Event] = []
        rest_is_normal = False
        for key, question in _in_order(assessment):
            if key not in wanted:
                continue
            normal = _normal(assessment, key)
            answer: Value | Absent | None = normal if rest_is_normal else None
            if answer is None:
                given = self._one(key, question, may_be_normal=normal is not None)
                rest_is_normal = given == NORMAL and normal is not None
                answer = normal if rest_is_normal else given
            if answer is not None and answer is not Absent.UNKNOWN:
                events.append(Observed(self.at, self.at, key, answer))
        return events

    def _one(self, key: str, question: str, *, may_be_normal: bool) -> Value | Absent:
        plain = key if key in self.known.types else key.rpartition(".")[0]
        return ask_value(
            question,
            key,
            self.known.types[plain],
            self.at.day,
            declinable=is_declinable(self.known, key),
            may_be_normal=may_be_normal,
        )


def _normal(assessment: Assessment, key: str) -> Value | None:
    """Return the normal answer, if the assessment lets the rest be recorded as normal."""
    id_ = key.split(".")[1]
    found = next((measure for measure in assessment.measures if measure.id == id_), None)
    return found.normal if found is not None and assessment.rest_normal else None


def _in_order(assessment: Assessment) -> list[tuple[str, str]]:
    """Return every key of an assessment that can be recorded, with its question."""
    found = [
        (measure.id, measure.ask or plain_id(measure.id).capitalize())
        for measure in assessment.measures
        if not measure.is_derived
    ]
    found += [(item, f"Item {item}") for item in (assessment.items.ids if assessment.items else ())]
    pairs = []
    for id_, question in found:
        for key in sides_of(assessment, id_):
            side = f" ({key.rpartition('.')[2]})" if assessment.sided else ""
            pairs.append((key, question + side))
    return pairs
