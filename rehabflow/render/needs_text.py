"""What is missing and what it could change; who has to do what; what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision, Need
from rehabflow.render.page import Block, Gap, Heading, Line
from rehabflow.render.reason_lines import says
from rehabflow.render.words import date_of, duration_text, listed, number_text, plain_id, session_days
from rehabflow.rulebook.model import Rulebook

SHOWN_NAMES = 8
SHOWN_RULES = 3


def needs_blocks(needs: Sequence[Need], rulebook: Rulebook, *, explain: bool = False) -> list[Block]:
    """Return what is missing, one line an assessment, in the order in which it should be asked."""
    if not needs:
        return []
    blocks: list[Block] = [Gap(), Heading("Missing or due")]
    for group in grouped(needs):
        blocks.append(Line(_group_text(group, rulebook, explain=explain), 2, "-"))
    return blocks


def grouped(needs: Iterable[Need]) -> list[list[Need]]:
    """Return the needs of one assessment together, in the order of the first of each."""
    groups: dict[tuple[str, str], list[Need]] = {}
    for need in needs:
        head = need.assessment or need.id.partition(".")[0]
        groups.setdefault((need.kind, head if need.kind == "measure" else need.id), []).append(need)
    return list(groups.values())


def _group_text(group: Sequence[Need], rulebook: Rulebook, *, explain: bool) -> str:
    first = group[0]
    rules = list(dict.fromkeys(rule for need in group for rule in need.could_change))
    could = listed(rules, most=0 if explain else SHOWN_RULES)
    effect = f"; could change {could}" if could else ""
    late = (
        " (late)"
        if any(need.due == "late" for need in group)
        else " (due)"
        if any(need.due for need in group)
        else ""
    )
    match first.kind:
        case "clearance":
            scope = first.id.removeprefix("clearance.")
            kind = rulebook.clearances.get(scope)
            title = kind.title if kind else plain_id(scope)
            who = f", by a {listed(first.who, 'or')}" if first.who else ""
            return f"Clearance: {title} ({first.id}{who}){effect}"
        case "event":
            event = rulebook.events.get(first.id.partition(".")[0])
            return f"Event: {event.title if event else plain_id(first.id)} ({first.id}){effect}"
        case "review":
            return f"Review: {first.ask or first.id}{effect}"
    return _measures_text(group, rulebook, explain=explain) + late + effect


def _measures_text(group: Sequence[Need], rulebook: Rulebook, *, explain: bool) -> str:
    assessment = rulebook.assessments.get(group[0].assessment)
    names = [need.id.removeprefix(f"{need.assessment}.") for need in group if need.id != need.assessment]
    shown = listed(names, most=0 if explain else SHOWN_NAMES)
    if assessment is None:
        return (
            f"Diary of the sessions: {shown.replace('session.', '')}"
            if "session." in shown
            else f"Answer: {shown}"
        )
    minutes = f", {number_text(assessment.minutes)} min" if assessment.minutes else ""
    return f"{assessment.title} ({assessment.id}{minutes})" + (f": {shown}" if shown else "")


def to_do_blocks(decision: Decision, rulebook: Rulebook) -> list[Block]:
    """Return who has to do what, and what comes next and when."""
    lines = [*_by_whom(decision), *_next(decision, rulebook)]
    if not lines:
        return []
    return [Gap(), Heading("What next"), *(Line(text, 2, "-") for text in dict.fromkeys(lines))]


def _by_whom(decision: Decision) -> list[str]:
    """Return who has to do what, strictest first; in an emergency no other referral stands beside it."""
    lines = []
    is_emergency = decision.action == "emergency"
    for gate in sorted(decision.gates, key=lambda gate: -gate.acts):
        if gate.acts is Effect.EMERGENCY:
            lines.append(f"Now: {says(gate.reason)}")
        if gate.refer_to is not None and not is_emergency:
            lines.append(
                f"Refer to a {gate.refer_to.who} within {duration_text(gate.refer_to.within)}: {gate.reason.say}"
            )
        if gate.acts >= Effect.PAUSE and gate.until:
            when = f"when, later than {gate.since}," if gate.since is not None else "when"
            lines.append(f"{gate.address} ends {when} {gate.until}.")
    for need in decision.needs:
        if need.kind == "clearance" and need.who and decision.action == "pause":
            lines.append(
                f"A {listed(need.who, 'or')} records the clearance `{need.id.removeprefix('clearance.')}`."
            )
    if decision.action == "pause" and any(need.kind == "measure" for need in decision.needs):
        lines.append("Ask what is missing; each answer may already settle it.")
    return lines


def _next(decision: Decision, rulebook: Rulebook) -> list[str]:
    plan = decision.plan
    lines = []
    if plan is not None and plan.exercises and decision.action != "discharge":
        days = session_days(plan.cycle_from, plan.cycle, decision.at.day)
        lines.append(f"Sessions: {days}; note the diary after each.")
    if plan is not None and plan.next_visit is not None:
        lines.append(f"Next visit: {date_of(plan.next_visit)}.")
    if decision.action in ("stay", "start", "advance", "regress") and decision.stage in rulebook.stages:
        stage = rulebook.stages[decision.stage].stage
        if stage.aim:
            lines.append(f"Aim of this stage: {stage.aim}.".replace("..", "."))
    if decision.action == "discharge":
        lines.append("A clinician agrees with the patient how to go on alone, and closes the episode.")
    return lines
