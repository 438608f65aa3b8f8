"""A decision as the documented JSON document `rehabflow/run/1`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any  # Any: values of a JSON document

from rehabflow.engine.decision import (
    Decision,
    Dose,
    GateResult,
    Need,
    Plan,
    PlannedExercise,
    Reason,
)
from rehabflow.render.references import References
from rehabflow.render.telling import told
from rehabflow.render.words import instant_iso
from rehabflow.rulebook.model import Rulebook

if TYPE_CHECKING:
    from rehabflow.engine.parts import Part

Json = dict[str, Any]
RUN_SCHEMA = "rehabflow/run/1"


def run_document(
    rulebook: Rulebook, decisions: Iterable[Decision], references: References, day_0: int, journey: str = ""
) -> Json:
    """Return the document of a run: the protocol, and each decision with its day."""
    protocol = rulebook.protocol
    return {
        "schema": RUN_SCHEMA,
        "protocol": {
            "id": protocol.id,
            "version": protocol.version,
            "sha256": rulebook.digests.get("protocol", ""),
            "plugins": {
                owner: {"version": rulebook.versions[owner], "sha256": rulebook.digests[owner]}
                for owner in rulebook.owners
                if owner in rulebook.digests and owner != protocol.id
            },
        },
        "journey": journey or None,
        "day_0": _date(day_0),
        "decisions": [
            {
                "day": decision.at.day - day_0,
                "at": instant_iso(decision.at),
                "kind": decision.kind,
                "decision": decision_document(decision, references),
            }
            for decision in decisions
        ],
    }


def decision_document(decision: Decision, references: References) -> Json:
    """Return one decision."""
    main = decision.tracks.get("main")
    return {
        "action": decision.action,
        "stage": _stages(main.before if main else "none", main.after if main else "none"),
        "tracks": {
            name: {
                "action": result.action,
                "stage": _stages(result.before, result.after),
                "open": result.is_open,
            }
            for name, result in decision.tracks.items()
        },
        "gates": [_gate(gate) for gate in decision.gates],
        "criteria": [{"id": result.address, "state": result.state} for result in decision.criteria],
        "findings": [
            {"id": finding.key, "state": finding.state, "severity": finding.severity}
            for finding in decision.findings
        ],
        "plan": None if decision.plan is None else _plan(decision.plan, references),
        "tell": list(told(decision)),
        "advice": [{"id": advice.id, "text": advice.text} for advice in decision.advice],
        "needs": [_need(need) for need in decision.needs],
        "reasons": _reasons(decision.reasons, references),
        "notes": list(decision.notes),
    }


def _stages(before: str, after: str) -> Json:
    return {"before": before, "after": after}


def _date(day: int) -> str:
    from rehabflow.instants import Instant

    return str(Instant(day))


def _gate(gate: GateResult) -> Json:
    return {
        "id": gate.gate,
        "level": gate.effect.word,
        "state": gate.state,
        "effect": gate.acts.word,
        "overridden": gate.overridden,
        "overridden_by": gate.overridden_by or None,
        "since": None if gate.since is None else instant_iso(gate.since),
        "refer_to": None
        if gate.refer_to is None
        else {"who": gate.refer_to.who, "within": str(gate.refer_to.within)},
        "no_progress": gate.no_progress,
        "say": gate.reason.say,
        "tell": gate.tell or None,
    }


def _plan(plan: Plan, references: References) -> Json:
    return {
        "exercises": [_exercise(one, references) for one in plan.exercises],
        "rejected": [
            {"id": one.exercise, "slot": one.slot, "reason": one.kind, "why": _reasons(one.why, references)}
            for one in plan.rejected
        ],
        "dropped": [
            {"id": one.exercise, "why": _reasons(one.why, references), "tell": list(one.tell)}
            for one in plan.dropped
        ],
        "unfilled": [{"slot": one.slot, "missing": one.missing, "why": one.why} for one in plan.unfilled],
        "exact": plan.exact,
        "bound": float(plan.bound),
        "minutes": plan.minutes,
        "next_visit": None if plan.next_visit is None else _date(plan.next_visit),
        "session_days": {"from": _date(plan.cycle_from), "cycle": list(plan.cycle)},
        "notes": list(plan.notes),
    }


def _exercise(one: PlannedExercise, references: References) -> Json:
    return {
        "id": one.exercise,
        "title": one.title,
        "slot": one.slot,
        "track": one.track,
        "change": one.change,
        "dose": dose_document(one.dose),
        "days": list(one.days),
        "minutes": one.minutes,
        "warnings": list(one.warnings),
        "tell": list(one.tell),
        "why": _reasons(one.why, references),
    }


def dose_document(dose: Dose) -> Json:
    """Return a dose; `step` counts from 1, easiest first; `per_week` is as in the file, such as "3 to 5"."""
    step, frequency = dose.step, dose.table.frequency
    per_week = (
        str(frequency.low) if frequency.low == frequency.high else f"{frequency.low} to {frequency.high}"
    )
    return {
        "level": dose.level,
        "step": dose.index + 1,
        "steps": len(dose.table.steps),
        "text": step.text,
        "sets": len(step.reps) if step.reps else step.sets,
        "reps": list(step.reps),
        "seconds": step.seconds,
        "metres": step.metres,
        "minutes": None if step.minutes is None else _number(step.minutes),
        "per_day": frequency.per_day or None,
        "per_week": None if frequency.per_day else per_week,
        "load": dose.load or None,
        "each_side": dose.each_side,
        "caps": dict(dose.caps),
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _need(need: Need) -> Json:
    return {
        "id": need.id,
        "kind": need.kind,
        "assessment": need.assessment or None,
        "could_change": list(need.could_change),
        "proved": need.proved,
        "due": need.due or None,
        "who": list(need.who),
        "minutes": _number(need.minutes),
        "ask": need.ask or None,
    }


def _reasons(reasons: Iterable[Reason], references: References) -> list[Json]:
    return [reason_document(reason, references) for reason in reasons]


def add_parts(document: Json, parts: Mapping[str, tuple[Part, ...]]) -> Json:
    """Return a decision's document, each of its reasons with what the parts of its condition gave."""
    for reason in document["reasons"]:
        if reason["id"] in parts:
            reason["parts"] = [_part(part) for part in parts[reason["id"]]]
    return document


def _part(part: Part) -> Json:
    return {"text": part.text, "state": part.state.value, "parts": [_part(inner) for inner in part.parts]}


def reason_document(reason: Reason, references: References) -> Json:
    """Return a reason with its place, evidence and values."""
    evidence = reason.evidence
    source = references.source(evidence, reason.place) if evidence else None
    return {
        "id": reason.address,
        "state": reason.state,
        "text": reason.say or reason.english,
        "condition": reason.english or None,
        "file": None if reason.place is None else reason.place.file,
        "line": None if reason.place is None else references.line(reason.place) or None,
        "basis": None if evidence is None else evidence.basis,
        "source": None if source is None else source.cite,
        "checked": None if evidence is None else references.is_checked(evidence, reason.place),
        "values": [
            {"id": value.name, "value": value.text, "at": None if value.at is None else instant_iso(value.at)}
            for value in reason.values
        ],
    }
