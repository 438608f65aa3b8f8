"""Small pieces of decisions in a clinician's words: actions, dates, doses, intervals."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from rehabflow.definitions.exercises import Frequency, Step
from rehabflow.instants import Duration, Instant
from rehabflow.record.values import Absent, Answer
from rehabflow.render.page import Tone

if TYPE_CHECKING:
    from rehabflow.engine.decision import Action, Decision, Dose

HEADLINES: Final[Mapping[Action, str]] = {
    "emergency": "EMERGENCY: act now, as said below. No exercises.",
    "refer": "REFER: a physician first. No exercises until then.",
    "pause": "PAUSE: no exercise plan for now.",
    "regress": "REGRESS: back to an easier stage.",
    "stay": "STAY in this stage.",
    "start": "START.",
    "advance": "ADVANCE to the next stage.",
    "discharge": "DISCHARGE: the goals of the last stage are met.",
}
TONES: Final[Mapping[Action, Tone]] = {
    "emergency": "stop", "refer": "stop", "pause": "stop", "regress": "care",
    "stay": "strong", "start": "good", "advance": "good", "discharge": "good",
}  # fmt: skip
NOT_A_DEVICE: Final = "Decision support for clinicians, not a medical device, not clinically validated."
_UNITS: Final = {"h": "hour", "d": "day", "w": "week", "mo": "month"}
WEEK: Final = 7


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return `1 day`, `2 days`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def listed(words: Sequence[str], last: str = "and", most: int = 0) -> str:
    """Return `a, b and c`; after `most` words (0: all) only how many more there are."""
    shown = list(words)
    if most and len(shown) > most:
        return f"{', '.join(shown[:most])} and {len(shown) - most} more"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def plain_id(id_: str) -> str:
    """Return an id as words."""
    return id_.replace("_", " ")


def date_of(day: int) -> str:
    """Return a day ordinal as `Mon 2026-03-02`."""
    date = datetime.date.fromordinal(day)
    return f"{_WEEKDAYS[date.weekday()]} {date.isoformat()}"


_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def duration_text(duration: Duration | None) -> str:
    """Return `4 weeks`; None is `for good`."""
    return "for good" if duration is None else counted(duration.count, _UNITS[duration.unit])


def number_text(number: Decimal | int) -> str:
    """Return a number without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def answer_text(answer: Answer) -> str:
    """Return a recorded answer in words."""
    match answer:
        case bool():
            return "yes" if answer else "no"
        case Decimal():
            return number_text(answer)
        case frozenset():
            return ", ".join(sorted(answer)) or "none"
        case datetime.date():
            return answer.isoformat()
        case Absent():
            return answer.value
    return answer


def instant_iso(at: Instant) -> str:
    """Return `2026-03-02` or `2026-03-02T17:30`."""
    return str(at).replace(" ", "T")


def frequency_text(frequency: Frequency) -> str:
    """Return how often: `5 to 7 days a week`, `3 times a day`."""
    if frequency.per_day:
        return "once a day" if frequency.per_day == 1 else f"{frequency.per_day} times a day"
    if frequency.low == frequency.high:
        return counted(frequency.low, "day") + " a week"
    return f"{frequency.low} to {frequency.high} days a week"


_UNIT_WORDS: Final[Mapping[str, str]] = {
    "d": "days", "d/wk": "days a week", "h": "hours", "wk": "weeks", "mo": "months", "a": "years", "deg": "degrees",
}  # fmt: skip


def unit_text(unit: str | None) -> str:
    """Return a unit (UCUM) as people write it; counts such as `{score}` have none."""
    if not unit or unit.startswith("{") or unit == "1":
        return ""
    return _UNIT_WORDS.get(unit, unit)


def step_text(step: Step) -> str:
    """Return one dose step in words: `3 sets of 10, each held 5 s`."""
    if step.minutes is not None:
        return f"{number_text(step.minutes)} min"
    if step.reps:
        held = f", each held {step.seconds} s" if step.seconds is not None else ""
        if len(set(step.reps)) == 1:
            return f"{counted(len(step.reps), 'set')} of {step.reps[0]}{held}"
        return f"sets of {listed([str(count) for count in step.reps], 'then')}{held}"
    if step.seconds is not None:
        return f"{step.sets} x {step.seconds} s"
    if step.metres is not None:
        return f"{step.sets} x {step.metres} m"
    return step.text


def dose_text(dose: Dose) -> str:
    """Return a dose with its side, load, rest and caps."""
    parts = [step_text(dose.step)]
    if dose.each_side:
        parts[0] += " each side"
    if dose.load:
        parts.append(dose.load)
    if dose.table.rest_seconds:
        parts.append(f"rest {dose.table.rest_seconds} s")
    parts.extend(f"{plain_id(limit)} up to {cap}" for limit, cap in dose.caps.items())
    steps = len(dose.table.steps)
    if steps > 1:
        parts.append(f"step {dose.index + 1} of {steps}")
    return "; ".join(parts)


def session_days(cycle_from: int, cycle: Sequence[bool], after: int) -> str:
    """Return the session days from the day after `after`: weekdays where the cycle is a week."""
    if not cycle or not any(cycle):
        return "none"
    if all(cycle):
        return "every day"
    if len(cycle) == WEEK:
        days = [day for day in range(cycle_from, cycle_from + WEEK) if cycle[day - cycle_from]]
        days.sort(key=lambda day: datetime.date.fromordinal(day).weekday())
        return ", ".join(_WEEKDAYS[datetime.date.fromordinal(day).weekday()] for day in days)
    coming = [
        day for day in range(after + 1, after + 1 + len(cycle)) if cycle[(day - cycle_from) % len(cycle)]
    ]
    return ", ".join(date_of(day) for day in coming[:WEEK])


def headline(decision: Decision, titles: Mapping[str, str]) -> str:
    """Return the first sentence of a note: what was decided, and for which stage."""
    main = decision.tracks.get("main")
    title = titles.get(decision.stage, plain_id(decision.stage))
    before = titles.get(main.before, plain_id(main.before)) if main else ""
    match decision.action:
        case "start":
            return f"START in the stage {title}."
        case "advance" | "regress" as action:
            word = "ADVANCE" if action == "advance" else "REGRESS"
            return f"{word} from {before} to {title}."
        case "stay" if decision.stage == "none":
            return "NOT STARTED YET: no stage, no plan."
        case "stay" if decision.kind == "between":
            return f"NO CHANGE in the stage {title}; between visits nothing is added."
        case "stay":
            return f"STAY in the stage {title}."
        case action:
            stage = "" if decision.stage == "none" else f" Stage {title}."
            return HEADLINES[action] + stage
