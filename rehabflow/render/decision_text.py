"""A decision as a clinician's note: what was decided, why, the plan, what is missing, who has to do what, what next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision, GateResult, Reason
from rehabflow.frozen import frozen
from rehabflow.record.journeys import Journey
from rehabflow.render.needs_text import needs_blocks, to_do_blocks
from rehabflow.render.page import Block, Gap, Heading, Line
from rehabflow.render.plan_text import plan_blocks
from rehabflow.render.reason_lines import Grounds, criterion_line, reason_lines, says, unknown_line
from rehabflow.render.references import References
from rehabflow.render.telling import told, told_of_exercises
from rehabflow.render.unknown_gates import MANY, together
from rehabflow.render.words import (
    NOT_A_DEVICE,
    TONES,
    counted,
    date_of,
    headline,
    plain_id,
)
from rehabflow.rulebook.model import GateRule, Rulebook

if TYPE_CHECKING:
    from rehabflow.engine.parts import Part

SHOWN_PARTS = 3


@frozen
class NoteContext:
    """What a note is written with: the rulebook for titles, references for places, the episode's day 0.

    `explain`: every reason in full, and why each exercise was not chosen. `parts`: what each part of a condition gave.
    """

    rulebook: Rulebook
    references: References
    day_0: int
    explain: bool = False
    parts: Mapping[str, tuple[Part, ...]] = MappingProxyType({})

    @property
    def grounds(self) -> Grounds:
        """Return what reasons are explained with."""
        return Grounds(self.rulebook, self.references, self.explain, self.parts)

    def rules(self) -> Mapping[str, GateRule]:
        """Return the levels of gates by address."""
        return {rule.address: rule for rule in self.rulebook.gates}

    def stage_titles(self) -> Mapping[str, str]:
        """Return the titles of the stages by id."""
        return {id_: rule.stage.title for id_, rule in self.rulebook.stages.items()}


def protocol_heading(rulebook: Rulebook, journey: Journey | None) -> list[Block]:
    """Return the head of a run: the protocol, its version and status, the journey, and what this is not."""
    protocol = rulebook.protocol
    blocks: list[Block] = [
        Heading(f"{protocol.title} ({protocol.id} {protocol.version}, {protocol.status})", 1),
    ]
    if journey is not None and journey.title:
        blocks.append(Line(f"Journey: {journey.title}"))
    return [*blocks, Line(NOT_A_DEVICE, tone="faint"), Gap()]


def decision_note(
    decision: Decision, context: NoteContext, margins: Mapping[str, str] | None = None
) -> list[Block]:
    """Return the note of one decision; `margins` say for exercises that lost what they lost by."""
    day = decision.at.day - context.day_0
    kind = "Visit" if decision.kind == "visit" else "Between visits"
    time = "" if decision.at.second is None else f" {str(decision.at)[-5:]}"
    blocks: list[Block] = [
        Heading(f"{kind}, {date_of(decision.at.day)}{time}, day {day}", 1),
        Line(headline(decision, context.stage_titles()), tone=TONES[decision.action]),
        *_tracks(decision, context),
        *_notes(decision),
        *_why(decision, context),
        *_other_gates(decision, context),
        *_findings(decision),
    ]
    if decision.plan is not None:
        blocks.extend(
            plan_blocks(decision, context.rulebook, context.references, margins, explain=context.explain)
        )
    blocks.extend(_advice(decision, context.rulebook))
    blocks.extend(needs_blocks(decision.needs, context.rulebook, explain=context.explain))
    blocks.extend(to_do_blocks(decision, context.rulebook))
    if context.explain:
        blocks.extend(_criteria(decision, context))
    return [*blocks, Gap()]


def _tracks(decision: Decision, context: NoteContext) -> list[Block]:
    """Return one line for each open track, where there is more than one."""
    others = [result for result in decision.tracks.values() if result.track != "main"]
    lines: list[Block] = []
    for result in others:
        title = context.rulebook.tracks[result.track].track.title
        state = result.action if result.is_open else "closed"
        stage = context.stage_titles().get(result.after, plain_id(result.after))
        lines.append(Line(f"Track {title}: {state}, stage {stage}", 2))
    return lines


def _notes(decision: Decision) -> list[Block]:
    return [Line(_shortened(note), 2, "!", tone="care") for note in decision.notes]


def _shortened(note: str) -> str:
    parts = note.split("; ")
    return (
        note
        if len(parts) <= SHOWN_PARTS
        else f"{'; '.join(parts[:SHOWN_PARTS])}; and {len(parts) - SHOWN_PARTS} more."
    )


def _why(decision: Decision, context: NoteContext) -> list[Block]:
    if not decision.reasons:
        return []
    title = "Why"
    if decision.action == "stay":
        title = "Still open" if decision.kind == "visit" else "Why"
    blocks: list[Block] = [Gap(), Heading(title)]
    asked_for = [reason for reason in decision.reasons if reason.state == "unknown" and reason.values]
    decided = [reason for reason in decision.reasons if reason not in asked_for]
    for reason in decided:
        blocks.extend(reason_lines(reason, context.grounds))
    unknown = [gate for gate in decision.gates if gate.reason in asked_for]
    if len(unknown) > MANY and not context.explain:
        said = (
            f"{counted(len(unknown), 'warning sign')} cannot be ruled out: their questions are not answered"
        )
        blocks.extend(together(unknown, context.rules(), said))
        asked_for = [reason for reason in asked_for if reason not in {gate.reason for gate in unknown}]
    blocks.extend(_undecided(asked_for, context, is_gate=decision.action != "stay"))
    return blocks


def _undecided(reasons: Iterable[Reason], context: NoteContext, *, is_gate: bool) -> list[Block]:
    """Return what cannot be judged because answers are missing: shortly, as the answers are what matters."""
    if context.explain:
        return [line for reason in reasons for line in reason_lines(reason, context.grounds)]
    return [unknown_line(reason, context.grounds, is_gate=is_gate) for reason in reasons]


def _other_gates(decision: Decision, context: NoteContext) -> list[Block]:
    """Return the gates that act or were set aside without having decided the action."""
    told = {reason.address for reason in decision.reasons}
    others = [
        gate
        for gate in decision.gates
        if gate.address not in told and (gate.acts is not Effect.NONE or gate.overridden)
    ]
    if not others:
        clear = sum(gate.state == "clear" for gate in decision.gates)
        return [] if told & {gate.address for gate in decision.gates} else [
            Gap(), Line(f"Safety gates: all {counted(clear, 'level')} of them clear.", tone="good")
        ]  # fmt: skip
    blocks: list[Block] = [Gap(), Heading("Safety gates")]
    unknown = [gate for gate in others if gate.state == "unknown" and not gate.overridden]
    if len(unknown) > MANY and not context.explain:
        others = [gate for gate in others if gate not in unknown]
    else:
        unknown = []
    for gate in sorted(others, key=lambda gate: -gate.acts):
        blocks.extend(_gate(gate, context))
    if unknown:
        said = f"{len(unknown)} more act until their questions are answered"
        blocks.extend(together(unknown, context.rules(), said))
    return blocks


def _gate(gate: GateResult, context: NoteContext) -> list[Block]:
    word = gate.effect.word.upper() if gate.acts is not Effect.NONE else f"{gate.effect.word}, set aside"
    reason = gate.reason
    if gate.state == "unknown" and not context.explain:
        where = context.references.where(reason.place)
        lines = [Line(f"not known whether: {says(reason)} ({reason.address}, {where})", 2, "?")]
    else:
        lines = reason_lines(reason, context.grounds)
    lines[0] = attrs.evolve(lines[0], text=f"{word}: {lines[0].text}", tone="care")
    if gate.overridden:
        lines.append(Line(f"set aside by {gate.overridden_by}", 6))
    if gate.no_progress and gate.acts is not Effect.NONE:
        lines.append(Line("blocks any advance of the stage and any progression of a dose", 6))
    return list(lines)


def _findings(decision: Decision) -> list[Block]:
    met = [finding for finding in decision.findings if finding.state == "met"]
    if not met:
        return []
    texts = [f"{finding.say or plain_id(finding.key)} (severity {finding.severity})" for finding in met]
    return [Gap(), Heading("Findings"), *(Line(text, 2, "-") for text in texts)]


def _advice(decision: Decision, rulebook: Rulebook) -> list[Block]:
    of_exercises = told_of_exercises(decision, rulebook)
    texts = [*told(decision), *(f"{', '.join(titles)}: {text}" for text, titles in of_exercises.items())]
    if not texts:
        return []
    return [Gap(), Heading("Tell the patient"), *(Line(text, 2, "-") for text in texts)]


def _criteria(decision: Decision, context: NoteContext) -> list[Block]:
    told = {reason.address for reason in decision.reasons}
    rest = [result for result in decision.criteria if result.address not in told]
    if not rest:
        return []
    blocks: list[Block] = [Gap(), Heading("Every other criterion that was judged")]
    for result in rest:
        blocks.append(criterion_line(result, context.grounds))
    return blocks


def course_blocks(decisions: Iterable[Decision], day_0: int) -> list[Block]:
    """Return the whole course, a line for each decision."""
    lines = [Line(summary_line(decision, day_0), 2, "-") for decision in decisions]
    return [Heading("The course", 1), *lines]


def summary_line(decision: Decision, day_0: int) -> str:
    """Return one decision on one line: the day, what was decided, the stage, how many exercises."""
    count = len(decision.plan.exercises) if decision.plan else 0
    plan = counted(count, "exercise") if count else "no plan"
    return f"day {decision.at.day - day_0}: {decision.action}, stage {plain_id(decision.stage)}, {plan}"
