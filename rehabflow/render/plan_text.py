"""The plan as a table, with what was kept, is new or was dropped, and why; what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rehabflow.engine.decision import Decision, Plan, Rejected
from rehabflow.render.page import Block, Gap, Heading, Line
from rehabflow.render.reason_lines import why_text
from rehabflow.render.references import References
from rehabflow.render.tables import Table
from rehabflow.render.words import counted, dose_text, frequency_text, plain_id
from rehabflow.rulebook.model import Rulebook

SHOWN_WHY = 2


def plan_blocks(
    decision: Decision,
    rulebook: Rulebook,
    references: References,
    margins: Mapping[str, str] | None = None,
    *,
    explain: bool = False,
) -> list[Block]:
    """Return the plan of a decision; `margins` say for exercises that lost what they lost by."""
    plan = decision.plan
    if plan is None:
        return []
    count = counted(len(plan.exercises), "exercise")
    minutes = f", {plan.minutes} min a session" if plan.minutes else ""
    blocks: list[Block] = [Gap(), Heading(f"Plan: {count}{minutes}")]
    if plan.exercises:
        headings = ("Exercise", "Dose", "How often", "Change", "Why")
        rows = _rows(plan, explain=explain)
        blocks.append(Table(headings, rows))
    else:
        blocks.append(Line("No exercise is left that may be given.", 2))
    blocks.extend(_warnings(plan))
    blocks.extend(_dropped(plan, rulebook))
    blocks.extend(_gaps(plan, rulebook))
    blocks.extend(_left_out(plan, rulebook, references, margins or {}, explain=explain))
    return blocks


def _rows(plan: Plan, *, explain: bool) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the table; reasons that are those of the row above are not repeated."""
    rows = []
    above: list[str] = []
    for one in plan.exercises:
        why = list(dict.fromkeys(why_text(reason) for reason in one.why))
        shown = why if explain else why[:SHOWN_WHY]
        told = [text for text in shown if text not in above]
        if len(told) < len(shown):
            told = ["as above", *told]
        above = shown
        dose, often = dose_text(one.dose), frequency_text(one.dose.table.frequency)
        rows.append((f"{one.title}\n({one.exercise})", dose, often, one.change, "; ".join(told)))
    return tuple(rows)


def _warnings(plan: Plan) -> list[Block]:
    found = [(one.title, warning) for one in plan.exercises for warning in one.warnings]
    return [Line(f"{title}: {warning}", 2, "!", tone="care") for title, warning in found]


def _dropped(plan: Plan, rulebook: Rulebook) -> list[Block]:
    lines: list[Block] = []
    for gone in plan.dropped:
        why = "; ".join(why_text(reason) for reason in gone.why) or "no longer chosen"
        lines.append(Line(f"Dropped {title_of(rulebook, gone.exercise)} ({gone.exercise}): {why}", 2, "-"))
    return lines


def _gaps(plan: Plan, rulebook: Rulebook) -> list[Block]:
    """Return what the plan falls short of."""
    slots = {slot.slot.id: slot.slot.title for rule in rulebook.stages.values() for slot in rule.slots}
    lines: list[Block] = [
        Line(
            f'{counted(gap.missing, "place")} empty in "{slots.get(gap.slot, plain_id(gap.slot))}": {gap.why}',
            2,
            "!",
        )
        for gap in plan.unfilled
    ]
    if not plan.exact:
        lines.append(Line(f"The plan may be up to {float(plan.bound):g} points short of the best.", 2, "!"))
    return [*lines, *(Line(note, 2, "!") for note in plan.notes)]


def _left_out(
    plan: Plan, rulebook: Rulebook, references: References, margins: Mapping[str, str], *, explain: bool
) -> list[Block]:
    kinds = Counter(one.kind for one in plan.rejected)
    if not kinds:
        return []
    parts = []
    if kinds["excluded"]:
        parts.append(f"{kinds['excluded']} excluded")
    if kinds["not_best"]:
        parts.append(f"{kinds['not_best']} allowed but not the best choice")
    hint = "" if explain else " (--explain names each with its reason)"
    blocks: list[Block] = [Line(f"Exercises left out: {', '.join(parts)}{hint}.", 2)]
    if explain:
        blocks.extend(
            _rejected(one, rulebook, references, margins.get(one.exercise, "")) for one in plan.rejected
        )
    return blocks


def _rejected(one: Rejected, rulebook: Rulebook, references: References, margin: str) -> Line:
    why = [margin] if margin else []
    for reason in one.why:
        read = ", ".join(
            f"{value.name} {value.text}" + (f", {value.at}" if value.at else "") for value in reason.values
        )
        where = references.where(reason.place)
        grounds = "; ".join(text for text in (read, where) if text)
        why.append(f"{why_text(reason)} [{grounds}]" if grounds else why_text(reason))
    word = "excluded" if one.kind == "excluded" else "not the best choice"
    return Line(
        f"{title_of(rulebook, one.exercise)} ({one.exercise}), {word}"
        + (f": {'; '.join(why)}" if why else ""),
        4,
        "-",
    )


def title_of(rulebook: Rulebook, exercise: str) -> str:
    """Return an exercise's title, its id as words if nobody defines it any more."""
    rule = rulebook.exercises.get(exercise)
    return rule.definition.title if rule else plain_id(exercise)
