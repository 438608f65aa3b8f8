"""Can the required places of a stage be filled: are there exercises, places and minutes enough for anybody."""

from __future__ import annotations

from fractions import Fraction

import attrs

from rehabflow.conditions import truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.context import plain
from rehabflow.conditions.possible import Truth
from rehabflow.definitions.exercises import Exercise
from rehabflow.frozen import frozen
from rehabflow.rulebook.fixed_world import FixedWorld, attributes_of_exercises, facts_of_exercise
from rehabflow.rulebook.model import Rulebook, SlotRule, StageRule
from rehabflow.rulebook.reports import Report


@frozen(eq=False)
class Capacity:
    """Warns of required places that stay empty whoever the patient is; problems go to the report."""

    rulebook: Rulebook
    report: Report
    _worlds: dict[str, FixedWorld] = attrs.field(init=False)
    _candidates_of: dict[tuple[str, str], list[Exercise]] = attrs.field(factory=dict, init=False)

    @_worlds.default
    def _world_of_each(self) -> dict[str, FixedWorld]:
        facts = self.rulebook.facts
        attributes = attributes_of_exercises(facts)
        return {
            id_: FixedWorld(facts_of_exercise(rule.definition, attributes), facts)
            for id_, rule in self.rulebook.exercises.items()
        }

    def check(self) -> None:
        """Check every stage."""
        for stage in self.rulebook.stages.values():
            self._check_candidates(stage)
            self._check_number(stage)
            self._check_minutes(stage)

    def _check_candidates(self, stage: StageRule) -> None:
        for rule in stage.slots:
            found = len(self._candidates(stage, rule)) if rule.slot.lower else 0
            if found < rule.slot.lower:
                self.report.warn(
                    "too-few-exercises",
                    f"the slot requires {rule.slot.lower} exercises, and {found or 'none'} of demand "
                    f"{stage.stage.max_demand} or less with a dose `{stage.stage.dose}` "
                    f"{'meets' if found < 2 else 'meet'} its `where`",
                    rule.slot.where.place,
                    help="widen `where`, lower `choose`, or give an exercise a dose at this level",
                )

    def _check_number(self, stage: StageRule) -> None:
        most = _highest(self.rulebook.selector.exercises if self.rulebook.selector else None)
        for day, rules in _days(stage):
            required = sum(rule.slot.lower for rule in rules)
            if most is not None and required > most:
                self.report.warn(
                    "too-many-places",
                    f"the slots{day} require {required} exercises, and a session has at most {plain(most)}",
                    stage.stage.place,
                    help="lower `choose`, or raise `exercises` in [select]",
                )

    def _check_minutes(self, stage: StageRule) -> None:
        most = _highest(self.rulebook.selector.minutes if self.rulebook.selector else None)
        for day, rules in _days(stage) if most is not None else ():
            shortest = sum((self._shortest(stage, rule) for rule in rules), Fraction(0))
            if most is not None and shortest > most:
                self.report.warn(
                    "too-little-time",
                    f"the slots{day} require {plain(shortest)} minutes at the shortest doses, and a session has at "
                    f"most {plain(most)}",
                    stage.stage.place,
                    help="lower `choose`, raise `minutes` in [select], or spread the slots over a `week`",
                )

    def _shortest(self, stage: StageRule, rule: SlotRule) -> Fraction:
        """Return the minutes that the required number of the shortest candidates takes at least."""
        minutes = sorted(
            least_minutes(exercise, stage.stage.dose) for exercise in self._candidates(stage, rule)
        )
        return sum(minutes[: rule.slot.lower], Fraction(0))

    def _candidates(self, stage: StageRule, rule: SlotRule) -> list[Exercise]:
        """Return the exercises that somebody could be given in a slot."""
        place = stage.stage.id, rule.slot.id
        if place not in self._candidates_of:
            self._candidates_of[place] = [
                exercise.definition
                for exercise in self.rulebook.exercises.values()
                if stage.stage.dose in exercise.definition.doses
                and exercise.definition.demand <= stage.stage.max_demand
                and self._may_meet(rule.where, exercise.definition)
            ]
        return self._candidates_of[place]

    def _may_meet(self, where: Checked, exercise: Exercise) -> bool:
        return where.series or truth(where, self._worlds[exercise.id]) is not Truth.FALSE


def least_minutes(exercise: Exercise, level: str) -> Fraction:
    """Return the minutes that all bouts of a day take at least; 0 where no table says minutes."""
    dose = exercise.doses[level]
    if exercise.minutes is not None:
        bout = Fraction(exercise.minutes)
    else:
        bout = min(Fraction(step.minutes or 0) for step in dose.steps)
    return bout * max(1, dose.frequency.per_day)


def _days(stage: StageRule) -> list[tuple[str, list[SlotRule]]]:
    """Return the day types with their slots of the session itself; one without name if there is no week."""
    inside = [rule for rule in stage.slots if not rule.slot.outside_session]
    if stage.stage.week is None:
        return [("", inside)]
    week = sorted(stage.stage.week.days.items())
    return [(f" on day {day}", [rule for rule in inside if rule.slot.id in slots]) for day, slots in week]


def _highest(checked: Checked | None) -> Fraction | None:
    """Return the highest number that a limit of selection can be for anybody; None: no bound."""
    high: Fraction | None = getattr(checked.type, "high", None) if checked is not None else None
    return high
