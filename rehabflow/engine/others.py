"""What one open episode asks of another of the same patient, worked out by both protocols' definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import attrs

from rehabflow.conditions import truth
from rehabflow.conditions.possible import Truth
from rehabflow.definitions.extensions import Reviewer, ScoreFunction
from rehabflow.definitions.gates import Effect
from rehabflow.engine.candidates import ExerciseWorld, attributes
from rehabflow.engine.decide import decide_by
from rehabflow.engine.decision import Decision, GateResult
from rehabflow.engine.facts import Facts
from rehabflow.engine.limits import caps_in_force
from rehabflow.engine.prepared import SIDES, prepare
from rehabflow.instants import Instant
from rehabflow.record.elsewhere import Ceiling, Elsewhere, OtherEpisode, Restraint, SharedAnswer
from rehabflow.record.events import History
from rehabflow.record.timeline import Timeline, fold
from rehabflow.rulebook.model import GateRule, MeasureRule, Rulebook

BORN = "patient.born"


def told_by(
    rulebook: Rulebook,
    history: History,
    now: Instant,
    listener: Rulebook,
    *,
    name: str = "",
    scores: Mapping[str, ScoreFunction] = MappingProxyType({}),
    reviewers: Sequence[Reviewer[Decision]] = (),
) -> OtherEpisode:
    """Return what an open episode asks of another one by `now`.

    That is what it would decide today, between visits, by its own record: what it was told itself is left out, so
    that two episodes do not hold each other. Nothing that it permits is passed on, only what it forbids.

    Args:
        rulebook: by which the episode goes on.
        history: its record.
        now: the moment.
        listener: by which the episode goes on that is told.
        name: what it is called there; by default its protocol's id.
        scores: see `decide_by`.
        reviewers: see `decide_by`.
    """
    own = attrs.evolve(history, events=tuple(e for e in history.events if not isinstance(e, Elsewhere)))
    decision = decide_by(rulebook, own, now, kind="between", scores=scores, reviewers=reviewers)
    timeline = fold(own, now)
    facts = Facts(prepare(rulebook), timeline, now, visit=False)
    rules = {rule.address: rule for rule in rulebook.gates}
    return OtherEpisode(
        name or rulebook.protocol.id,
        rulebook.protocol.title,
        decision.plan.minutes if decision.plan is not None else 0,
        tuple(_restraints(facts, decision, rules, listener)),
        tuple(_ceilings(facts, decision.gates, rules)),
        tuple(_shared(rulebook, listener, timeline, now)),
    )


def _restraints(
    facts: Facts, decision: Decision, rules: Mapping[str, GateRule], listener: Rulebook
) -> Iterator[Restraint]:
    """Yield the gate levels that act, cautions aside: those are about the other plan."""
    for gate in decision.gates:
        if gate.acts is Effect.NONE or gate.state == "clear":
            continue
        rule = rules.get(gate.address)
        exclude = _excluded(facts, rule, listener) if rule is not None else ()
        if gate.acts < Effect.PAUSE and not exclude and not gate.no_progress:
            continue
        yield Restraint(
            gate.address,
            gate.state,
            gate.effect.word,  # type: ignore[arg-type]  # one of the words, as it acts
            gate.acts.word,  # type: ignore[arg-type]  # as above
            gate.reason.say,
            gate.tell,
            gate.refer_to.who if gate.refer_to is not None else "",
            gate.refer_to.within if gate.refer_to is not None else None,
            gate.no_progress,
            exclude,
        )


def _excluded(facts: Facts, rule: GateRule, listener: Rulebook) -> tuple[str, ...]:
    """Return the exercises of the listening episode that a gate takes out, or may."""
    if rule.exclude is None:
        return ()
    found = []
    for name, exercise in listener.exercises.items():
        world = ExerciseWorld(facts, attributes(facts.prepared, exercise.definition))
        if truth(rule.exclude, world) is not Truth.FALSE:
            found.append(name)
    return tuple(found)


def _ceilings(facts: Facts, gates: Sequence[GateResult], rules: Mapping[str, GateRule]) -> Iterator[Ceiling]:
    for name, cap in sorted(caps_in_force(facts, gates, rules).items()):
        limit = cap.limit
        yield Ceiling(
            cap.reason.address,
            cap.reason.say,
            name,
            limit.title,
            limit.joint,
            limit.unit,
            limit.choices,
            _decimal(cap.most),
        )


def _decimal(number: Fraction) -> Decimal:
    """Return a cap as a decimal number; one that is none is rounded down, to the stricter side."""
    scaled = number * 1000
    exact = Decimal(scaled.numerator // scaled.denominator) / 1000
    return exact.normalize() + Decimal(0)


def _shared(
    rulebook: Rulebook, listener: Rulebook, timeline: Timeline, now: Instant
) -> Iterator[SharedAnswer]:
    """Yield the newest answers that belong to the patient and mean the same in both protocols."""
    for key in sorted(_keys_in_common(rulebook, listener)):
        newest = timeline.newest(key, now)
        if newest is not None:
            for answer in newest.answers:
                yield SharedAnswer(key, newest.at, answer)


def _keys_in_common(rulebook: Rulebook, listener: Rulebook) -> set[str]:
    found = {BORN}
    for key, measure in rulebook.measures.items():
        other = listener.measures.get(key)
        if (
            other is not None
            and _is_patients(measure)
            and _is_patients(other)
            and _means_the_same(measure, other)
        ):
            found.update([f"{key}.{side}" for side in SIDES] if measure.sided else [key])
    return found


def _is_patients(rule: MeasureRule) -> bool:
    definition = rule.definition
    return definition is not None and definition.scope == "patient" and rule.fact.derived is None


def _means_the_same(one: MeasureRule, other: MeasureRule) -> bool:
    return one.fact.type == other.fact.type and one.sided == other.sided
