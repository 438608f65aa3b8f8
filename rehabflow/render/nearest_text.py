"""Why a decision did not go on: the smallest change with which it would have, as text and as a document."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final  # Any: values of a JSON document

from rehabflow.conditions import english
from rehabflow.conditions.types import NumberType
from rehabflow.engine.nearest import Change, Nearest
from rehabflow.engine.reasons import number_text as exact_text
from rehabflow.instants import Instant
from rehabflow.problems import Place
from rehabflow.record.values import Answer
from rehabflow.render.page import Block, Gap, Heading, Line
from rehabflow.render.references import References
from rehabflow.render.words import answer_text, counted, date_of, instant_iso, listed, plain_id
from rehabflow.rulebook.model import CriterionRule, Rulebook

DONE: Final = "session.done"
EXPECTED: Final = "session.expected"
CAUTION: Final = (
    "This says what the record would have had to hold. What was seen is what counts: record nothing else."
)
_GOALS: Final = {"start": "started", "advance": "advanced", "discharge": "been discharged"}


def nearest_blocks(answer: Nearest, rulebook: Rulebook, references: References, day: int) -> list[Block]:
    """Return the answer as text; `day` is that of the decision."""
    stage = rulebook.stages[answer.stage].stage.title if answer.stage in rulebook.stages else ""
    goal = _GOALS[answer.goal]
    to = f" to {stage}" if stage and answer.goal != "discharge" else ""
    blocks: list[Block] = [Heading(f"Why the patient has not {goal}{to}", 1)]
    if answer.status == "already":
        return [*blocks, Line(f"With this record a visit does lead to it: the patient has {goal}.")]
    if answer.status == "no_way":
        return [*blocks, Line("There is no such step from the stage that the patient is in.")]
    blocks += _blocking(answer, rulebook, references)
    blocks += _time(answer, rulebook)
    blocks += _changes(answer, rulebook, day, goal)
    return blocks


def _blocking(answer: Nearest, rulebook: Rulebook, references: References) -> list[Block]:
    texts, places = rules_of(rulebook)
    lines: list[Block] = [Heading("In the way")]
    for address in answer.blocking:
        where = references.where(places.get(address))
        at = f"{address}, {where}" if where else address
        lines.append(
            Line(f"{texts.get(address) or answer.others.get(address) or plain_id(address)} ({at})", 2, "-")
        )
    return [*lines, Gap()] if answer.blocking else []


def _time(answer: Nearest, rulebook: Rulebook) -> list[Block]:
    if not answer.held:
        return []
    texts, _ = rules_of(rulebook)
    rules = listed([texts.get(one) or one for one in answer.held], most=3)
    if answer.not_before is None:
        return [Line(f"Nothing recorded at this visit could have met: {rules}.")]
    return [Line(f"Not before {date_of(answer.not_before)}, whatever is recorded: {rules}.")]


def _changes(answer: Nearest, rulebook: Rulebook, day: int, goal: str) -> list[Block]:
    if answer.least < 0:
        return [] if answer.held else [Line("Nothing else recorded in this episode would have done it.")]
    if answer.restricted:
        return [
            Line("The rules would have been met, but a plugin's reviewer would have held the patient back.")
        ]
    if answer.status == "none":
        tried = (
            f"no {counted(answer.tried, 'change')} of it would do"
            if answer.tried
            else "the search ended early"
        )
        return [
            Line(
                f"The smallest change of the record was not found: {tried}, and at least "
                f"{counted(max(answer.least, answer.tried + 1), 'answer')} would have to be another."
            )
        ]
    if not answer.changes:
        return [Line("Nothing but time is missing.")]
    count = counted(len(answer.changes), "answer")
    title = (
        f"With {count} changed, the patient would have {goal}"
        if answer.status == "found"
        else f"With {count} changed, nothing but time would be missing"
    )
    lines: list[Block] = [Heading(title)]
    lines += [Line(change_text(one, rulebook, day), 2, "-") for one in answer.changes]
    size = "Fewer changes do not do it" + ("." if answer.smallest else "; nearer values may.")
    return [*lines, Line(f"{size} {CAUTION}", 2, tone="faint")]


def change_text(change: Change, rulebook: Rulebook, day: int) -> str:
    """Return one change: what, of when, what is on record, what would do."""
    match change.kind:
        case "clearance":
            kind = rulebook.clearances[change.key]
            return f"{kind.title} (clearance.{change.key}): given by a {listed(kind.by, 'or')}"
        case "event":
            title = rulebook.events[change.key].title
            if not change.after:
                return f"{title} ({change.key}): had not happened"
            return f"{title} ({change.key}): happened, {answer_text(change.after[change.key])}"
        case "unreported":
            done, of = (answer_text(change.after[key]) for key in (DONE, EXPECTED))
            worst = [
                f"{key} {answer_text(value)}"
                for key, value in change.after.items()
                if key not in (DONE, EXPECTED)
            ]
            told = f"; nothing worse than {', '.join(worst)}" if worst else ""
            return f"a diary line for the sessions since {change.at}: {done} of {of} done{told}"
        case "done":
            word = "done" if change.after[DONE] else "not done"
            return f"the session of {change.at}: {word}"
        case "questionnaire":
            title = rulebook.assessments[change.key].title
            score = _score(change, rulebook)
            return f"{title} ({change.key}{_when(change, day)}): filled in so that {score}"
    key = change.key if change.kind != "line" else f"{change.key} of the diary line"
    key = "sessions done of the diary line" if change.kind == "line" and DONE in change.after else key
    before = "nothing is on record" if change.before is None else f"not {answer_text(change.before)}"
    unit = _unit(rulebook, change.key)
    return f"{key}{_when(change, day)}: {_wanted(change, unit)} ({before})"


def _when(change: Change, day: int) -> str:
    return "" if change.at.day == day else f" of {change.at}"


def _wanted(change: Change, unit: str) -> str:
    low, high = change.low, change.high
    value = next(iter(change.after.values()))
    if not isinstance(value, Decimal):
        return answer_text(value)
    if low is None and high is None:
        return _any(value, unit) if change.before is None else f"{answer_text(value)}{unit}"
    if low is None and high is not None:
        return f"{exact_text(high)}{unit} or less"
    if high is None and low is not None:
        return f"{exact_text(low)}{unit} or more"
    if low is None or high is None:
        return answer_text(value)
    return f"{exact_text(low)}{unit}" if low == high else f"{exact_text(low)} to {exact_text(high)}{unit}"


def _any(value: Answer, unit: str) -> str:
    return (
        f"any value, such as {answer_text(value)}{unit}" if isinstance(value, Decimal) else answer_text(value)
    )


def _unit(rulebook: Rulebook, key: str) -> str:
    fact = rulebook.facts.get(key)
    unit = fact.type.unit if fact is not None and isinstance(fact.type, NumberType) else None
    return "" if not unit or unit.startswith("{") else f" {unit}"


def _score(change: Change, rulebook: Rulebook) -> str:
    scores = [
        f"{key} is {exact_text(low)}{'' if low == high else ' to ' + exact_text(high)}{_unit(rulebook, key)}"
        for key, (low, high) in change.scores.items()
    ]
    return listed(scores) or "its answers are as in the document of --json"


def rules_of(rulebook: Rulebook) -> tuple[Mapping[str, str], Mapping[str, Place]]:
    """Return what each criterion and gate level says, and where it stands, by address."""
    texts: dict[str, str] = {}
    places: dict[str, Place] = {}
    for rule in _criteria(rulebook):
        texts[rule.address] = rule.rule.say or english(rule.condition)
        places[rule.address] = rule.rule.place
    for gate in rulebook.gates:
        texts[gate.address], places[gate.address] = gate.level.say, gate.level.place
    return texts, places


def _criteria(rulebook: Rulebook) -> Iterable[CriterionRule]:
    yield from rulebook.criteria.values()
    for stage in rulebook.stages.values():
        yield from (*stage.enter, *stage.leave, *(stage.discharge or ()))
        for _, rules in stage.regress:
            yield from rules


def nearest_document(answer: Nearest, references: References, rulebook: Rulebook) -> dict[str, Any]:
    """Return the answer as JSON has it."""
    texts, places = rules_of(rulebook)
    return {
        "goal": answer.goal,
        "track": answer.track,
        "status": answer.status,
        "stage": answer.stage or None,
        "blocking": [
            {
                "id": one,
                "text": texts.get(one) or answer.others.get(one),
                "file": places[one].file if one in places else None,
                "line": references.line(places[one]) or None if one in places else None,
            }
            for one in answer.blocking
        ],
        "not_before": None if answer.not_before is None else str(Instant(answer.not_before)),
        "held_by_time": list(answer.held),
        "changes": [_change_document(one) for one in answer.changes],
        "smallest": answer.smallest,
        "tried": answer.tried,
        "needed_at_least": None if answer.least < 0 else answer.least,
        "restricted_by_a_reviewer": answer.restricted,
    }


def _change_document(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "id": change.key,
        "at": instant_iso(change.at),
        "before": None if change.before is None else plain_value(change.before),
        "after": {key: plain_value(value) for key, value in change.after.items()},
        "low": _float(change.low),
        "high": _float(change.high),
        "scores": {key: [float(one) for one in ends] for key, ends in change.scores.items()},
        "for_the_worse": change.is_worse,
        "step": float(change.step),
    }


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def plain_value(value: Answer) -> bool | int | float | str | list[str]:
    """Return an answer as JSON has it."""
    match value:
        case bool() | str():
            return value
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case frozenset():
            return sorted(value)
        case datetime.date():
            return value.isoformat()
    return value.value
