"""The plan of one track: responses settled, exercises chosen, doses and days given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from rehabflow.conditions import evaluate
from rehabflow.conditions.possible import Options, Truth
from rehabflow.definitions.extensions import ScoreFunction
from rehabflow.engine import dosing
from rehabflow.engine import selection as solver
from rehabflow.engine.candidates import Judge
from rehabflow.engine.decision import FindingResult, GateResult, Reason
from rehabflow.engine.dosing import Due, Mark
from rehabflow.engine.elsewhere import tightened
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.limits import caps_in_force
from rehabflow.engine.question import Question, dose_of, lowest
from rehabflow.engine.reasons import plain
from rehabflow.frozen import frozen
from rehabflow.record.events import Pinned, Prescription, TrackPlan
from rehabflow.record.timeline import StageEntry, order_of
from rehabflow.rulebook.model import ExerciseRule, GateRule, StageRule


@frozen
class Chosen:
    """One exercise of the new plan, before it is written out: its slot, what is due, and why it is there."""

    rule: ExerciseRule
    slot: str
    due: Due
    is_new: bool
    why: tuple[Reason, ...]


@frozen
class TrackChoice:
    """What selection gave for one track."""

    chosen: tuple[Chosen, ...]
    excluded: Mapping[str, tuple[Reason, ...]]
    slots_of: Mapping[str, tuple[str, ...]]
    opened: tuple[str, ...]
    problem: solver.SelectionProblem | None
    selection: solver.Selection | None
    notes: tuple[str, ...] = ()


@attrs.define(eq=False)
class Planner:
    """Plans one track's stage at one moment."""

    facts: Facts
    track: str
    stage: StageRule
    entry: StageEntry
    previous: TrackPlan | None
    gates: Sequence[GateResult]
    rules: Mapping[str, GateRule]
    findings: Sequence[FindingResult]
    minutes_used: int
    taken: frozenset[str]
    may_progress: bool
    stopped: Mapping[str, Reason]
    is_regress_open: bool
    scores: Mapping[str, ScoreFunction]
    notes: list[str] = attrs.field(factory=list)

    @property
    def _same_stage(self) -> bool:
        return self.previous is not None and self.previous.stage == self.stage.stage.id

    # -- responses

    def marks(self) -> dict[str, Mark]:
        """Return what the sessions of each exercise of the current plan ask for."""
        if self.previous is None:
            return {}
        response, same = self.stage.response, self._same_stage
        may = self.may_progress
        return {
            item.exercise: dosing.mark(
                self.facts, self.track, item, response, may_progress=may, same_stage=same
            )
            for item in self.previous.prescriptions
        }

    def due(self, marks: Mapping[str, Mark]) -> dict[str, Due]:
        """Return what is due in the place of each exercise of the current plan, by its present id."""
        found = {}
        rulebook = self.facts.prepared.rulebook
        for item in self.previous.prescriptions if self.previous else ():
            if item.exercise not in rulebook.exercises or marks[item.exercise].level == "stop":
                continue
            seen = self.facts.within(Context(self.track, since_stage=True, exercise=item.exercise))
            load_known = seen.is_known("did.load") if "did.load" in rulebook.facts else False
            level = self.stage.stage.dose
            found[item.exercise] = dosing.due(rulebook, item, level, marks[item.exercise], load_known)
        return found

    # -- exclusion

    def judge(self) -> Judge:
        """Return the judge of exercises for this stage and patient."""
        facts = self.facts.within(Context(track=self.track, stage=self.entry))
        selector = facts.prepared.rulebook.selector
        equipment: frozenset[str] | None = None
        days: int | None = None
        if selector is not None and selector.equipment is not None:
            value = evaluate(selector.equipment, facts).value
            equipment = value.surely if isinstance(value, Options) else frozenset()
        if selector is not None and selector.days is not None:
            days = lowest(evaluate(selector.days, facts).value)
        return Judge(
            facts,
            self.gates,
            self.rules,
            tightened(
                caps_in_force(facts, self.gates, self.rules),
                facts.timeline.elsewhere,
                facts.prepared.rulebook.limits,
            ),
            self.stage.stage.dose,
            self.stage.stage.max_demand,
            equipment,
            days,
            self.stopped,
        )

    def open_slots(self) -> tuple[str, ...]:
        """Return the slots that are open; one once open in a stage stays open."""
        seen = self.facts.within(Context(track=self.track, since_stage=True, stage=self.entry))
        earlier = self.previous.opened_slots if self.previous is not None and self._same_stage else ()
        return tuple(
            rule.slot.id
            for rule in self.stage.slots
            if rule.open_when is None or rule.slot.id in earlier or seen.truth(rule.open_when) is Truth.TRUE
        )

    # -- selection

    def choose(self) -> TrackChoice:
        """Return the best allowed plan for this stage (see `selection.md`)."""
        marks = self.marks()
        judge = self.judge()
        opened = self.open_slots()
        due = self.due(marks)
        excluded: dict[str, tuple[Reason, ...]] = {}
        slots_of: dict[str, tuple[str, ...]] = {}
        for name, rule in self.facts.prepared.rulebook.exercises.items():
            reasons = judge.exclusions(rule)
            if name in self.taken:
                reasons = (*reasons, plain(f"exercise.{name}", "Already in the plan of another track"))
            slots_of[name] = self._slots_for(judge, name, opened)
            days = judge.too_many_days(rule.definition)
            if days is not None:
                slots_of[name] = tuple(slot for slot in slots_of[name] if slot in self._outside)
                reasons = reasons if slots_of[name] else (*reasons, days)
            if marks.get(name) is not None and marks[name].level == "stop":
                reasons = (*marks[name].why, *reasons)
            if reasons:
                excluded[name] = tuple(reasons)
        self._add_nothing(marks, excluded)
        due = self._settled(due, excluded, slots_of)
        self._hold_ladders(due, excluded)
        problem = self._question(judge, due, excluded, slots_of, opened).problem()
        selection = solver.select(problem)
        chosen = tuple(self._chosen(one, due) for one in selection.chosen)
        return TrackChoice(chosen, excluded, slots_of, opened, problem, selection, tuple(self.notes))

    def _add_nothing(self, marks: Mapping[str, Mark], excluded: dict[str, tuple[Reason, ...]]) -> None:
        """While an answer is missing on which regress or a response hangs, nothing is added to the plan."""
        undecided = self.is_regress_open or any(one.is_undecided for one in marks.values())
        if not undecided or not self._same_stage or not marks:
            return
        say = "An answer about the last sessions is missing: nothing is added until it is given"
        ladders = {self.facts.prepared.rulebook.exercises[name].ladder for name in marks} - {""}
        for name, rule in self.facts.prepared.rulebook.exercises.items():
            if name not in marks and rule.ladder not in ladders and name not in excluded:
                excluded[name] = (plain("response", say),)

    @property
    def _outside(self) -> frozenset[str]:
        """The slots outside the session (walking through the day), for which no day need be free."""
        return frozenset(rule.slot.id for rule in self.stage.slots if rule.slot.outside_session)

    def _slots_for(self, judge: Judge, exercise: str, opened: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            rule.slot.id
            for rule in self.stage.slots
            if rule.slot.id in opened and judge.answer(rule.where, exercise) is Truth.TRUE
        )

    def _settled(
        self, due: Mapping[str, Due], excluded: Mapping[str, object], slots_of: Mapping[str, tuple[str, ...]]
    ) -> dict[str, Due]:
        """Return what is due, with a rung that nothing takes put back to the present one with `keep`."""
        settled: dict[str, Due] = {}
        for present, one in due.items():
            if one.exercise != present and (one.exercise in excluded or not slots_of.get(one.exercise)):
                item = (
                    next(p for p in self.previous.prescriptions if p.exercise == present)
                    if self.previous
                    else None
                )
                assert item is not None
                name = self.facts.prepared.rulebook.exercises[one.exercise].definition.title
                self.notes.append(f"{name} would be next, but may not be given now: the present rung stays")
                kept = Due(present, item.level, item.step, item.loads, "kept", one.why)
                settled[present] = kept
            else:
                settled[one.exercise] = one
        return settled

    def _hold_ladders(self, due: Mapping[str, Due], excluded: dict[str, tuple[Reason, ...]]) -> None:
        """On a ladder in use only the rung due, those below it and one asked for by a clinician are candidates."""
        rulebook = self.facts.prepared.rulebook
        pinned = {pin.exercise for pin in self._pins()}
        reached: dict[str, ExerciseRule] = {}
        present = [item.exercise for item in self.previous.prescriptions] if self.previous else []
        for name in (*present, *due):
            rule = rulebook.exercises.get(name)
            if rule is not None and rule.ladder and rule.rung >= reached.get(rule.ladder, rule).rung:
                reached[rule.ladder] = rule
        for name, rule in reached.items():
            ladder = rulebook.ladders[name]
            say = f"The rung due on this ladder is {rule.definition.title}"
            for above in ladder.rungs[rule.rung + 1 :]:
                if above not in excluded and above not in pinned:
                    excluded[above] = (plain(f"ladder.{name}", say, place=ladder.place),)

    def _question(
        self,
        judge: Judge,
        due: Mapping[str, Due],
        excluded: Mapping[str, tuple[Reason, ...]],
        slots_of: Mapping[str, tuple[str, ...]],
        opened: tuple[str, ...],
    ) -> Question:
        is_same_plan = self._same_stage and self.previous is not None and bool(self.previous.prescriptions)
        return Question(
            self.facts,
            self.stage,
            judge,
            due,
            excluded,
            slots_of,
            opened,
            tuple(self.findings),
            self.previous,
            is_same_plan,
            self.minutes_used,
            self._pins(),
            self.scores,
            self.notes,
        )

    def _pins(self) -> tuple[solver.Pin, ...]:
        newest: dict[str, tuple[int, bool]] = {}
        for index, event in enumerate(self.facts.timeline.pins):
            if order_of(event.at) <= order_of(self.facts.now):
                newest[event.exercise] = (index, isinstance(event, Pinned))
        return tuple(solver.Pin(name, index) for name, (index, pinned) in newest.items() if pinned)

    def _chosen(self, one: solver.Chosen, due: Mapping[str, Due]) -> Chosen:
        rule = self.facts.prepared.rulebook.exercises[one.exercise]
        dose = dose_of(rule.definition, due, self.stage.stage.dose)
        return Chosen(rule, one.slot, dose, one.exercise not in due, dose.why)

    # -- between visits

    def keep(self) -> TrackChoice:
        """Return the current plan as it may go on between visits: nothing new, nothing harder."""
        marks = self.marks()
        judge = self.judge()
        due = self.due(marks)
        excluded: dict[str, tuple[Reason, ...]] = {}
        chosen = []
        for item in self.previous.prescriptions if self.previous else ():
            rule = self.facts.prepared.rulebook.exercises.get(item.exercise)
            if rule is None:
                continue
            reasons = judge.exclusions(rule)
            if marks[item.exercise].level == "stop":
                reasons = (*marks[item.exercise].why, *reasons)
            if not self._same_stage and not self._slots_for(judge, item.exercise, self.open_slots()):
                nowhere = f"No place of the stage {self.stage.stage.title} takes it"
                reasons = (*reasons, plain(f"exercise.{item.exercise}", nowhere))
            if reasons:
                excluded[item.exercise] = tuple(reasons)
                continue
            one = self._eased(judge, item, due[item.exercise])
            named = self.facts.prepared.rulebook.exercises[one.exercise]
            chosen.append(Chosen(named, item.slot, one, False, one.why))
        opened = self.previous.opened_slots if self.previous else ()
        return TrackChoice(tuple(chosen), excluded, {}, opened, None, None, tuple(self.notes))

    def _eased(self, judge: Judge, item: Prescription, one: Due) -> Due:
        """Return what is due, but an easier rung only if it may be given."""
        rulebook = self.facts.prepared.rulebook
        if one.exercise != item.exercise and judge.exclusions(rulebook.exercises[one.exercise]):
            return Due(item.exercise, item.level, 0, 0, "eased", one.why, one.rest_until)
        return one
