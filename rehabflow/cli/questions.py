"""What is asked for each need, one assessment at a time, and the events that the answers are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from rehabflow.cli import other_questions
from rehabflow.cli.answers import NORMAL, YES, ask_value
from rehabflow.cli.other_questions import Answered
from rehabflow.cli.printing import talk
from rehabflow.cli.terminal_input import EndOfInput, ask_line
from rehabflow.conditions.types import DateType
from rehabflow.definitions.measures import Assessment
from rehabflow.engine.decision import Need
from rehabflow.engine.prepared import prepare
from rehabflow.instants import Instant
from rehabflow.loading.known import Known
from rehabflow.loading.observed import BORN, is_declinable, sides_of
from rehabflow.record.events import Event, Observed
from rehabflow.record.values import Absent, Value
from rehabflow.render.words import listed, number_text, plain_id
from rehabflow.rulebook.model import Rulebook

SESSIONS = "@session"


@attrs.define
class Questions:
    """Asks at one visit. `asked` are keys that were asked already, answered or not; `since` is the entry before.

    `clearance` is how a clinician's agreement is asked for. `is_over`: nobody answers any more.
    """

    rulebook: Rulebook
    at: Instant
    since: Instant
    known: Known
    asked: set[str] = attrs.field(factory=set)
    wants_due: bool | None = None
    is_over: bool = False
    clearance: Callable[[Rulebook, str, Instant], list[Event]] = other_questions.clearance

    @classmethod
    def of(cls, rulebook: Rulebook, at: Instant, since: Instant) -> Questions:
        """Return the questions of a visit."""
        return cls(rulebook, at, since, Known.of(rulebook))

    def ask(self, needs: Sequence[Need]) -> list[Event] | None:
        """Ask for the first need that was not asked yet, with all that is needed of its assessment.

        What can change the decision or the plan comes first; what is only due is offered after that. None if
        everything was asked. Where the input ends in between, what was answered before is returned.

        Raises:
            EndOfInput: the input is over, and nothing is left that was answered.
        """
        if self.is_over:
            raise EndOfInput
        changing = [need for need in needs if self._can_change(need)]
        events = self._first_of(changing)
        if events is not None:
            return events
        due = [need for need in needs if need not in changing and self._is_open(need)]
        return self._first_of(due) if due and self._wants(due) else None

    def _can_change(self, need: Need) -> bool:
        return (
            bool(need.could_change) or need.kind != "measure" or need.assessment in self._read_by_selector()
        )

    def _read_by_selector(self) -> set[str]:
        """Return the assessments on which the choice of exercises rests: time, equipment, likes."""
        selector = self.rulebook.selector
        if selector is None:
            return set()
        limits = (selector.minutes, selector.equipment, selector.days, selector.exercises)
        texts = [*limits, *(term.value for term in selector.terms)]
        return {key.partition(".")[0] for text in texts if text is not None for key in text.reads}

    def _is_open(self, need: Need) -> bool:
        return need.kind == "measure" and bool(self._keys(need) - self.asked - {SESSIONS})

    def _wants(self, due: Sequence[Need]) -> bool:
        """Ask, once, whether what is due and changes nothing now is to be asked too."""
        if self.wants_due is None:
            words = listed([self._title(need) for need in due])
            answer = ask_line(
                f"Also due today, though it cannot change this decision: {words}. Ask now? [y/n]"
            )
            self.wants_due = answer.lower() in YES
        return self.wants_due

    def _title(self, need: Need) -> str:
        assessment = self.rulebook.assessments.get(need.assessment)
        return f"{assessment.title} ({number_text(assessment.minutes)} min)" if assessment else need.id

    def _first_of(self, needs: Sequence[Need]) -> list[Event] | None:
        for need in needs:
            if need.id in self.asked:
                continue
            if need.kind in ("clearance", "event"):
                self.asked.add(need.id)
                if need.kind == "clearance":
                    return self.clearance(self.rulebook, need.id, self.at)
                return self._noted(other_questions.event(self.rulebook, need.id, self.at))
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
        assessment = self.rulebook.assessments.get(head)
        if assessment is None:
            is_born = BORN in keys - self.asked
            self.asked |= keys
            return self._born() if is_born else None
        return self._assessment(assessment, self._of_assessment(assessment, needs))

    def _of_assessment(self, assessment: Assessment, needs: Sequence[Need]) -> list[tuple[str, str]]:
        """Return the keys of an assessment to ask, with their questions: the most urgent need's first."""
        ranks: dict[str, int] = {}
        for rank, need in enumerate(needs):
            for key in self._keys(need) if need.kind == "measure" else ():
                ranks.setdefault(key, rank)
        pairs = [pair for pair in _in_order(assessment) if pair[0] in ranks and pair[0] not in self.asked]
        return sorted(pairs, key=lambda pair: ranks[pair[0]])

    def _keys(self, need: Need) -> frozenset[str]:
        """Return the keys of the record that a need is about: itself, its sides, or what it is computed from."""
        if need.items:
            return frozenset(need.items)
        of_assessments = prepare(self.rulebook).keys_of_assessment
        if need.id in of_assessments:
            return frozenset(of_assessments[need.id])
        if need.id == BORN or any(need.id in keys for keys in of_assessments.values()):
            return frozenset([need.id])
        return prepare(self.rulebook).series_keys(need.id) or frozenset([need.id])

    def _diary(self) -> list[Event] | None:
        days = self.at.day - self.since.day
        if SESSIONS in self.asked or days < 1:
            return None
        self.asked.add(SESSIONS)
        return self._noted(other_questions.diary(self.rulebook, self.since, self.at))

    def _noted(self, answered: Answered) -> list[Event]:
        """Return the events of what was answered, and note whether the input ended with it."""
        self.is_over = answered.is_over
        return list(answered.events)

    def _born(self) -> list[Event]:
        self.asked.add(BORN)
        answer = ask_value("Date of birth", BORN, DateType(), self.at.day)
        return [] if isinstance(answer, Absent) else [Observed(self.at, self.at, BORN, answer)]

    # -- one assessment

    def _assessment(self, assessment: Assessment, questions: Sequence[tuple[str, str]]) -> list[Event]:
        """Ask questions of one assessment."""
        minutes = f", {number_text(assessment.minutes)} min" if assessment.minutes else ""
        talk(f"\n{assessment.title} ({assessment.id}{minutes})")
        if assessment.rest_normal:
            talk(
                "  `normal` records this and all that follow here as normal: type it only if you asked them."
            )
        self.asked |= {key for key, _ in questions}
        events: list[Event] = []
        taken_as_normal: list[str] = []
        for key, question in questions:
            normal = _normal(assessment, key)
            answer: Value | Absent = Absent.UNKNOWN
            if normal is None or not taken_as_normal:
                try:
                    answer = self._one(key, question, may_be_normal=normal is not None)
                except EndOfInput:
                    self.is_over = True
                    break
            if normal is not None and (taken_as_normal or answer == NORMAL):
                taken_as_normal.append(key.partition(".")[2])
                answer = normal
            if answer is not Absent.UNKNOWN:
                events.append(Observed(self.at, self.at, key, answer))
        if taken_as_normal:
            talk(f"  Recorded as normal: {', '.join(taken_as_normal)}")
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
