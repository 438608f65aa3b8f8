"""Exclusion, exercise by exercise: what this patient may be given today, and every reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs

from rehabflow.conditions import evaluate, truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Choice, Number, Options, Possible, Truth, known
from rehabflow.conditions.types import BooleanType, SetType
from rehabflow.definitions.exercises import Exercise
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import GateResult, Reason
from rehabflow.engine.dosing import bout_seconds
from rehabflow.engine.facts import Facts
from rehabflow.engine.limits import CapInForce, beyond_caps
from rehabflow.engine.prepared import Prepared
from rehabflow.engine.reasons import plain, reason
from rehabflow.engine.views import View
from rehabflow.record.events import Removed
from rehabflow.record.timeline import order_of
from rehabflow.rulebook.model import CautionRule, ExerciseRule, GateRule


@attrs.define(eq=False)
class ExerciseWorld(View):
    """The facts, seen for one exercise: `exercise.*` and `prescribed.*` are its own."""

    own: Mapping[str, Possible]

    def fact(self, key: str) -> Possible:
        """Return the exercise's own value, or the fact as it is now."""
        found = self.own.get(key)
        return self.below.fact(key) if found is None else found

    def is_known(self, key: str) -> bool:
        """Return whether the fact is known."""
        return key in self.own or self.below.is_known(key)


def attributes(prepared: Prepared, exercise: Exercise) -> dict[str, Possible]:
    """Return an exercise's attributes as the condition language reads them, under `exercise.<key>`."""
    raw: dict[str, object] = {
        "id": exercise.id,
        "role": exercise.role,
        "quality": exercise.quality,
        "trains": frozenset(exercise.trains),
        "pattern": exercise.pattern,
        "position": exercise.position,
        "direction": exercise.direction,
        "joints": frozenset(exercise.joints),
        "effort_kind": exercise.effort_kind,
        "contact_risk": exercise.contact_risk,
        "demand": exercise.demand,
        "cautions": frozenset(exercise.cautions),
        "equipment": frozenset(name for group in exercise.equipment for name in group),
        "each_side": exercise.each_side,
        "minutes": Fraction(exercise.minutes) if exercise.minutes is not None else None,
    }
    found: dict[str, Possible] = {}
    for name, value in raw.items():
        key = f"exercise.{name}"
        fact = prepared.rulebook.facts.get(key)
        if fact is None:
            continue
        if value is None:
            found[key] = Possible(Number(Fraction(0), Fraction(127)))
        elif isinstance(fact.type, SetType) and isinstance(value, frozenset):
            found[key] = Possible(Options(value, value))
        elif isinstance(fact.type, BooleanType):
            found[key] = known(fact.type, bool(value))
        elif isinstance(value, str):
            found[key] = Possible(Choice(frozenset([value])))
        else:
            found[key] = known(fact.type, value)  # type: ignore[arg-type]  # numbers are left
    return found


@attrs.define(eq=False)
class Judge:
    """Judges exercises for one track's stage; what does not depend on the exercise is worked out once."""

    facts: Facts
    gates: Sequence[GateResult]
    rules: Mapping[str, GateRule]
    caps: Mapping[str, CapInForce]
    level: str
    max_demand: int
    equipment: frozenset[str] | None
    days: int | None
    stopped: Mapping[str, Reason]
    _excluding: tuple[tuple[Checked, Reason], ...] = attrs.field(init=False)
    _cautions: dict[str, tuple[Truth, Reason]] = attrs.field(factory=dict)
    _worlds: dict[str, ExerciseWorld] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Collect the conditions by which gates exclude exercises now."""
        found = []
        for one in self.gates:
            rule = self.rules.get(one.address)
            if rule is not None and rule.exclude is not None and one.acts is not Effect.NONE:
                found.append((rule.exclude, one.reason))
        self._excluding = tuple(found)

    def world(self, exercise: str) -> ExerciseWorld:
        """Return the facts seen for an exercise."""
        found = self._worlds.get(exercise)
        if found is None:
            own = {**own_attributes(self.facts.prepared, exercise), **self._minutes(exercise)}
            found = self._worlds[exercise] = ExerciseWorld(self.facts, own)
        return found

    def _minutes(self, exercise: str) -> Mapping[str, Possible]:
        """Return one bout's minutes of an exercise that takes those of its dose, at the first step of this level."""
        definition = self.facts.prepared.rulebook.exercises[exercise].definition
        table = definition.doses.get(self.level)
        if definition.minutes is not None or table is None:
            return {}
        minutes = bout_seconds(definition, table.steps[0], table) / 60
        return {"exercise.minutes": Possible(Number(minutes, minutes))}

    def _is_static(self, condition: Checked, exercise: str) -> bool:
        """Return whether a text reads only attributes of the exercise: its answer is the same for every patient."""
        prepared = self.facts.prepared
        if not prepared.reads_exercise_only(condition):
            return False
        is_timed = prepared.rulebook.exercises[exercise].definition.minutes is not None
        return is_timed or "exercise.minutes" not in condition.reads

    def answer(self, condition: Checked, exercise: str) -> Truth:
        """Return a condition's answer for an exercise; those that read only its attributes are remembered for good."""
        memo = self.facts.prepared.static_truths
        key = (id(condition), exercise)
        found = memo.get(key)
        if found is None:
            found = truth(condition, self.world(exercise))
            if self._is_static(condition, exercise):
                memo[key] = found
        return found

    def score(self, value: Checked, exercise: str) -> Possible:
        """Return a score for an exercise; those that read only its attributes are remembered for good."""
        memo = self.facts.prepared.static_scores
        key = (id(value), exercise)
        found = memo.get(key)
        if found is None:
            found = evaluate(value, self.world(exercise))
            if self._is_static(value, exercise):
                memo[key] = found
        return found

    def exclusions(self, rule: ExerciseRule) -> tuple[Reason, ...]:
        """Return every reason why an exercise may not be given; empty: it may."""
        return (*self.forbidden(rule), *self._unsuitable(rule.definition))

    def forbidden(self, rule: ExerciseRule) -> tuple[Reason, ...]:
        """Return the reasons of safety: gates, caps, cautions, its own conditions, a clinician's removal, a stop."""
        exercise = rule.definition
        found: list[Reason] = []
        for exclude, why in self._excluding:
            if self.answer(exclude, exercise.id) is not Truth.FALSE:
                found.append(why)
        found.extend(beyond_caps(exercise, self.caps))
        for tag in exercise.cautions:
            answer, why = self.caution(tag)
            if answer is not Truth.FALSE and self._caution(tag).definition.effect == "exclude":
                found.append(why)
        found.extend(self._own_conditions(rule))
        if exercise.id in self.stopped:
            found.append(self.stopped[exercise.id])
        removed = self._removed(exercise.id)
        if removed is not None:
            found.append(plain(f"remove.{exercise.id}", f"Taken out by {removed.by}: {removed.reason}"))
        return tuple(found)

    def warnings(self, exercise: Exercise) -> tuple[str, ...]:
        """Return what to take care of: cautions with effect warn that are not known to be absent."""
        found = []
        for tag in exercise.cautions:
            answer, why = self.caution(tag)
            if answer is not Truth.FALSE and self._caution(tag).definition.effect == "warn":
                found.append(why.say)
        return tuple(found)

    def caution(self, tag: str) -> tuple[Truth, Reason]:
        """Return whether a caution tag holds for this patient, and why."""
        found = self._cautions.get(tag)
        if found is None:
            rule = self._caution(tag)
            answer = self.facts.truth(rule.when)
            why = reason(
                self.facts,
                rule.when,
                address=f"caution.{tag}",
                state=answer.value,
                say=rule.definition.say,
                place=rule.definition.place,
                evidence=rule.definition.evidence,
            )
            found = self._cautions[tag] = (answer, why)
        return found

    def _caution(self, tag: str) -> CautionRule:
        return self.facts.prepared.rulebook.cautions[tag]

    def _own_conditions(self, rule: ExerciseRule) -> list[Reason]:
        exercise = rule.definition
        found = []
        for name, condition, wanted in (
            ("only_if", rule.only_if, Truth.TRUE),
            ("never_if", rule.never_if, Truth.FALSE),
        ):
            if condition is None:
                continue
            answer = truth(condition, self.world(exercise.id))
            if answer is not wanted:
                say = "Only where it is needed" if name == "only_if" else "Not while this holds, or may hold"
                found.append(
                    reason(
                        self.facts,
                        condition,
                        address=f"exercise.{exercise.id}.{name}",
                        state=answer.value,
                        say=say,
                        place=exercise.place.child(name),
                        evidence=exercise.evidence,
                    )
                )
        return found

    def _unsuitable(self, exercise: Exercise) -> list[Reason]:
        found = []
        table = exercise.doses.get(self.level)
        place = exercise.place
        if table is None:
            found.append(
                plain(f"exercise.{exercise.id}.dose", f"No dose for level {self.level}", place=place)
            )
        if exercise.demand > self.max_demand:
            say = f"Demand {exercise.demand} is above {self.max_demand}, the most of this stage"
            found.append(plain(f"exercise.{exercise.id}.demand", say, place=place.child("demand")))
        if self.equipment is not None:
            for group in exercise.equipment:
                if not self.equipment & set(group):
                    say = f"Needs {' or '.join(group)}"
                    found.append(
                        plain(f"exercise.{exercise.id}.equipment", say, place=place.child("equipment"))
                    )
        return found

    def too_many_days(self, exercise: Exercise) -> Reason | None:
        """Return why an exercise needs more days a week than are free for sessions, or None."""
        table = exercise.doses.get(self.level)
        if self.days is None or table is None or self.days >= table.frequency.low:
            return None
        say = f"Needs {table.frequency.low} days a week; {self.days} are free"
        return plain(f"exercise.{exercise.id}.dose.{self.level}", say, place=table.place)

    def _removed(self, exercise: str) -> Removed | None:
        """Return a removal in force: none that a later pin took back, or whose last day is over."""
        live: list[Removed] = []
        for event in self.facts.timeline.pins:
            if event.exercise != exercise or order_of(event.at) > order_of(self.facts.now):
                continue
            live = [*live, event] if isinstance(event, Removed) else []
        today = self.facts.now.day
        return next((one for one in live if one.until is None or today <= one.until.day), None)


def own_attributes(prepared: Prepared, exercise: str) -> Mapping[str, Possible]:
    """Return an exercise's attributes, worked out once per rulebook."""
    found = prepared.exercise_attributes.get(exercise)
    if found is None:
        definition = prepared.rulebook.exercises[exercise].definition
        found = prepared.exercise_attributes[exercise] = attributes(prepared, definition)
    return found
