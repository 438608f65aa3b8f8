"""A reason as lines: what the rule says, the values it read with their dates, its place, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from rehabflow.engine.decision import CriterionResult, Reason, Value
from rehabflow.render.page import Line
from rehabflow.render.references import References

SHOWN_VALUES = 6


def value_text(value: Value) -> str:
    """Return `walking.minutes 5 min (2026-03-02)`; what nobody recorded has no date."""
    return f"{value.name} {value.text} ({value.at})" if value.at is not None else f"{value.name} {value.text}"


def says(reason: Reason) -> str:
    """Return what a reason says to a clinician; without a text, its condition in words, or its address."""
    return reason.say or reason.english or reason.address.replace("_", " ")


def reason_lines(
    reason: Reason, references: References, *, indent: int = 2, full: bool = False
) -> list[Line]:
    """Return the lines of one reason; `full` adds every value, the trace and notes."""
    lines = [Line(says(reason), indent, "-")]
    inner = indent + 4
    rule = f"{reason.address}: {_STATE_WORDS.get(reason.state, reason.state)}"
    if reason.english and reason.say:
        rule += f", that is: {reason.english}"
    if reason.place is not None or reason.english:
        lines.append(Line(rule, inner))
    lines.extend(_values(reason.values, inner, full=full))
    basis = references.basis(reason.evidence, reason.place, note=full)
    grounds = "; ".join(text for text in (references.where(reason.place), basis) if text)
    if grounds:
        lines.append(Line(grounds, inner, tone="faint"))
    for child in reason.children:
        lines.extend(reason_lines(child, references, indent=inner, full=full))
    return lines


def _values(values: Iterable[Value], indent: int, *, full: bool) -> list[Line]:
    """Return the values read, known ones first; unknown ones are told by name."""
    found = list(values)
    known = [value for value in found if value.text != "unknown"]
    unknown = [value for value in found if value.text == "unknown"]
    shown = known if full else known[:SHOWN_VALUES]
    lines = []
    if shown:
        more = f" and {len(known) - len(shown)} more" if len(known) > len(shown) else ""
        lines.append(Line("read: " + "; ".join(value_text(value) for value in shown) + more, indent))
    if unknown:
        lines.append(Line("not known: " + ", ".join(_unknown_text(value) for value in unknown), indent))
    return lines


def _unknown_text(value: Value) -> str:
    return f"{value.name} (last entry {value.at} no longer counts)" if value.at is not None else value.name


_STATE_WORDS = {"not_met": "not met", "error": "cannot be decided"}


def unknown_line(reason: Reason, references: References, *, is_gate: bool) -> Line:
    """Return one line for a rule that cannot be judged because answers are missing."""
    missing = [value.name for value in reason.values if value.text == "unknown"]
    word = "cannot be ruled out" if is_gate else "cannot be judged"
    names = f"; not known: {', '.join(missing)}" if missing else ""
    return Line(
        f"{says(reason)} - {word}{names} ({reason.address}, {references.where(reason.place)})", 2, "?"
    )


def criterion_line(result: CriterionResult, references: References) -> Line:
    """Return one line for a criterion: its answer, its condition, what it read, its place."""
    reason = result.reason
    state = _STATE_WORDS.get(result.state, result.state)
    read = "; ".join(value_text(value) for value in reason.values)
    old = "" if result.new_evidence else " (on evidence from before this stage, which does not count)"
    text = f"{state}: {reason.address}{old}: {reason.english}"
    return Line(f"{text}; read: {read} ({references.where(reason.place)})" if read else text, 2, "-")
