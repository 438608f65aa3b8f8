"""What is asked besides measures: agreements of clinicians, dated facts, and the sessions since the last entry."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

from rehabflow.cli.answers import ask_value
from rehabflow.cli.printing import talk
from rehabflow.cli.terminal_input import EndOfInput, ask_line
from rehabflow.conditions.types import ChoiceType, DateType, NumberType
from rehabflow.engine.gates import may
from rehabflow.frozen import frozen
from rehabflow.instants import Duration, Instant
from rehabflow.loading.reader import PROFESSIONS
from rehabflow.record.events import Cleared, DiaryLine, Event, Happened
from rehabflow.record.values import Absent, Value
from rehabflow.render.words import listed, plain_id
from rehabflow.rulebook.model import DiaryRule, Rulebook

COUNT = NumberType(None, Fraction(0), Fraction(1000), 0)


@frozen
class Answered:
    """The events of what was answered; `is_over`: the input ended in between, what came before it counts."""

    events: tuple[Event, ...] = ()
    is_over: bool = False


def clearance(rulebook: Rulebook, need: str, at: Instant) -> list[Event]:
    """Ask whether a clinician who may has agreed."""
    kind = rulebook.clearances[need.removeprefix("clearance.")]
    talk(f"\nClearance: {kind.title} ({kind.id})")
    while True:
        by = ask_line(f"Given by which profession: {listed(kind.by, 'or')}? Empty: not given").lower()
        if not by:
            return []
        if by in PROFESSIONS and may(by, kind.by):
            break
        talk(f"    `{by}` cannot give it; it is given by a {listed(kind.by, 'or')}")
    name = ask_line("Name of who gave it. Empty: not given")
    return [Cleared(at, at, kind.id, by, name)] if name else []


def event(rulebook: Rulebook, need: str, at: Instant) -> Answered:
    """Ask when something happened, and its details.

    Raises:
        EndOfInput: the input is over before the day is known.
    """
    kind = rulebook.events[need.removeprefix("event.").partition(".")[0]]
    talk(f"\n{kind.title} ({kind.id})")
    day = ask_value("When did it happen? Empty: not known", kind.id, DateType(), at.day)
    if not isinstance(day, datetime.date):
        return Answered()
    details: dict[str, str] = {}
    is_over = False
    for name, choices in kind.details.items():
        try:
            answer = ask_value(plain_id(name).capitalize(), f"{kind.id}.{name}", ChoiceType(choices), at.day)
        except EndOfInput:
            is_over = True
            break
        if isinstance(answer, str):
            details[name] = answer
    return Answered((Happened(Instant.of(day), at, kind.id, details),), is_over)


def diary(rulebook: Rulebook, since: Instant, at: Instant) -> Answered:
    """Ask one line for all sessions since the last entry, and the worst answer of each diary item.

    Raises:
        EndOfInput: the input is over before it is known how many sessions were done.
    """
    talk(f"\nSessions since {since}: one line instead of a diary")
    of = ask_value("How many sessions were planned", "planned", COUNT, at.day)
    done = ask_value("How many of them were done", "done", COUNT, at.day)
    if not isinstance(of, Decimal) or not isinstance(done, Decimal) or done > of:
        talk("    Left unknown: it needs both numbers, and no more done than planned.")
        return Answered()
    worst: dict[str, Value] = {}
    is_over = False
    try:
        _ask_worst(rulebook, at, worst, is_any_done=bool(done))
    except EndOfInput:
        is_over = True
    line = DiaryLine(at, at, Duration(at.day - since.day, "d"), int(of), int(done), worst)
    return Answered((line,), is_over)


def _ask_worst(rulebook: Rulebook, at: Instant, worst: dict[str, Value], *, is_any_done: bool) -> None:
    """Put the worst answers of all sessions into `worst`, each as it is typed.

    Where none was done, only what is yes or no is asked: an alarm may be why.
    """
    when = "In any of them, the worst answer" if is_any_done else "On any day since then"
    for item in rulebook.diary.values():
        if not _has_worst(item) or not (is_any_done or item.definition.shape.kind == "yes_no"):
            continue
        question = item.definition.ask or plain_id(item.definition.id).capitalize()
        answer = ask_value(f"{when}: {question}", item.key, item.type, at.day)
        if not isinstance(answer, Absent):
            worst[item.definition.id] = answer


def _has_worst(item: DiaryRule) -> bool:
    shape = item.definition.shape
    if shape.kind == "yes_no":
        return True
    return shape.better != "none" and (shape.kind == "number" or (shape.kind == "choice" and shape.ordered))
