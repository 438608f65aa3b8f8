"""A reason as lines: what the rule says, the values it read with their dates, its place, what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from rehabflow.conditions import english
from rehabflow.engine.decision import CriterionResult, Reason, Value
from rehabflow.frozen import frozen
from rehabflow.render.page import Line
from rehabflow.render.references import References
from rehabflow.render.words import listed
from rehabflow.rulebook.model import Rulebook

if TYPE_CHECKING:
    from rehabflow.engine.parts import Part

SHOWN_VALUES: Final = 6
UNKNOWN: Final = "unknown"
_STATE_WORDS: Final = {"not_met": "not met", "error": "cannot be decided"}
_NAMED: Final = re.compile(r"\bcriterion\.[a-z0-9_]+")


@frozen
class Grounds:
    """What reasons are explained with. `full` shows every value and note; `parts` are those of rules, by address."""

    rulebook: Rulebook
    references: References
    full: bool = False
    parts: Mapping[str, tuple[Part, ...]] = MappingProxyType({})

    def meanings(self, text: str) -> list[str]:
        """Return what the criteria named in a text are, one sentence for each."""
        found = []
        for name in dict.fromkeys(_NAMED.findall(text)):
            rule = self.rulebook.criteria.get(name.partition(".")[2])
            if rule is not None:
                found.append(f"{name} is: {rule.rule.say or english(rule.condition)}")
        return found

    def worth_showing(self, values: Iterable[Value]) -> list[Value]:
        """Return the values without those that another of them is computed from."""
        found = list(values)
        inner: set[str] = set()
        for value in found:
            inner |= self._inputs(value.name)
        return found if self.full else [value for value in found if value.name not in inner]

    def _inputs(self, name: str) -> set[str]:
        measure = self.rulebook.measures.get(name)
        derived = measure.fact.derived if measure else None
        if derived is None:
            return set()
        conditions = [derived.value, *(when for _, when in derived.picks)]
        return {key for condition in conditions if condition is not None for key in condition.reads} - {name}


def value_text(value: Value) -> str:
    """Return `walking.minutes 5 min (2026-03-02)`; what nobody recorded has no date."""
    return f"{value.name} {value.text} ({value.at})" if value.at is not None else f"{value.name} {value.text}"


def says(reason: Reason) -> str:
    """Return what a reason says to a clinician; without a text, its condition in words, or its address."""
    return reason.say or reason.english or reason.address.replace("_", " ")


def why_text(reason: Reason) -> str:
    """Return what a reason says, and whether that could not be judged."""
    return f"not known whether: {says(reason)}" if reason.state == UNKNOWN else says(reason)


def reason_lines(reason: Reason, grounds: Grounds, indent: int = 2) -> list[Line]:
    """Return the lines of one reason."""
    inner = indent + 4
    lines = [Line(says(reason), indent, "-")]
    if reason.place is not None or reason.english:
        rule = f"{reason.address}: {state_word(reason.state)}"
        lines.append(
            Line(f"{rule}, that is: {reason.english}" if reason.english and reason.say else rule, inner)
        )
    lines.extend(Line(text, inner) for text in grounds.meanings(reason.english))
    lines.extend(_parts(grounds.parts.get(reason.address, ()), inner))
    lines.extend(_values(grounds.worth_showing(reason.values), inner, full=grounds.full))
    references = grounds.references
    basis = references.basis(reason.evidence, reason.place, full=grounds.full)
    rests_on = "; ".join(text for text in (references.where(reason.place), basis) if text)
    if rests_on:
        lines.append(Line(rests_on, inner, tone="faint"))
    return lines


def _parts(parts: Iterable[Part], indent: int) -> Iterator[Line]:
    """Yield what each part of a condition gave, its own parts below it."""
    for part in parts:
        yield Line(f"{state_word(part.state.value)}: {part.text}", indent, "-")
        yield from _parts(part.parts, indent + 2)


def state_word(state: str) -> str:
    """Return a state in words."""
    return _STATE_WORDS.get(state, state)


def _values(values: Sequence[Value], indent: int, *, full: bool) -> list[Line]:
    """Return the values read, known ones first; unknown ones are told by name."""
    known = [value_text(value) for value in values if value.text != UNKNOWN]
    unknown = [_unknown_text(value) for value in values if value.text == UNKNOWN]
    most = 0 if full else SHOWN_VALUES
    lines = []
    if known:
        shown = known[:most] if most else known
        more = f" and {len(known) - len(shown)} more" if len(known) > len(shown) else ""
        lines.append(Line(f"read: {'; '.join(shown)}{more}", indent))
    if unknown:
        lines.append(Line(f"not known: {listed(unknown, most=most)}", indent))
    return lines


def _unknown_text(value: Value) -> str:
    return f"{value.name} (last entry {value.at} no longer counts)" if value.at is not None else value.name


def unknown_line(reason: Reason, grounds: Grounds, *, is_gate: bool) -> Line:
    """Return one line for a rule that cannot be judged because answers are missing."""
    missing = [value.name for value in grounds.worth_showing(reason.values) if value.text == UNKNOWN]
    word = "cannot be ruled out" if is_gate else "cannot be judged"
    names = f"; not known: {listed(missing, most=SHOWN_VALUES - 2)}" if missing else ""
    where = grounds.references.where(reason.place)
    return Line(f"{says(reason)} - {word}{names} ({reason.address}, {where})", 2, "?")


def criterion_line(result: CriterionResult, grounds: Grounds) -> Line:
    """Return one line for a criterion: its answer, its condition, what it read, its place."""
    reason = result.reason
    state = state_word(result.state)
    read = "; ".join(value_text(value) for value in grounds.worth_showing(reason.values))
    old = "" if result.new_evidence else " (on evidence from before this stage, which does not count)"
    text = f"{state}: {reason.address}{old}: {reason.english}"
    where = grounds.references.where(reason.place)
    return Line(f"{text}; read: {read} ({where})" if read else f"{text} ({where})", 2, "-")
