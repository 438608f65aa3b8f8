"""A world without a record: some facts given, all others everything they could be."""

# ruff: noqa: ARG002 - the arguments are those of the port
from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from rehabflow.conditions.possible import Number, Possible, known, unknown
from rehabflow.conditions.scope import Fact
from rehabflow.conditions.types import SetType
from rehabflow.conditions.world import Entry, Member, Window
from rehabflow.definitions.exercises import Exercise, Step
from rehabflow.frozen import frozen


@frozen(eq=False)
class FixedWorld:
    """Implements `conditions.world.World` for what can be judged before any patient is."""

    given: Mapping[str, Possible]
    facts: Mapping[str, Fact]
    today: int = 1

    def fact(self, key: str) -> Possible:
        """Return the given value, else everything it could be."""
        if key in self.given:
            return self.given[key]
        return unknown(self.facts[key].type)

    def is_known(self, key: str) -> bool:
        """Return whether the value is given."""
        return key in self.given

    def is_cleared(self, scope: str) -> bool:
        """Nothing is cleared."""
        return False

    def has_happened(self, event: str) -> bool:
        """Nothing has happened."""
        return False

    def hours_since(self, key: str) -> tuple[Fraction, Fraction] | None:
        """Return that it is not known."""
        return None

    def entries(self, key: str, window: Window) -> Sequence[Entry]:
        """Return that nothing was recorded."""
        return ()

    def members(self, window: Window) -> Sequence[Member]:
        """Return that there was no session."""
        return ()

    def sessions_done(self, window: Window) -> tuple[int, int]:
        """Return that there was no session."""
        return 0, 0

    def adherence(self, window: Window) -> tuple[Fraction, Fraction]:
        """Return all that is possible."""
        return Fraction(0), Fraction(100)

    def sides(self, key: str) -> tuple[Possible, Possible]:
        """Return everything that both sides could be."""
        return self.fact(f"{key}.involved"), self.fact(f"{key}.uninvolved")

    def baseline(self, key: str) -> Possible:
        """Return everything it could be."""
        return self.fact(key)


def attributes_of_exercises(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts `exercise.x` by the name of the attribute."""
    head = "exercise."
    return {key.removeprefix(head): fact for key, fact in facts.items() if key.startswith(head)}


def facts_of_exercise(exercise: Exercise, attributes: Mapping[str, Fact]) -> dict[str, Possible]:
    """Return an exercise's attributes by key `exercise.x`; minutes of its dose as a range."""
    found: dict[str, Possible] = {}
    for name, fact in attributes.items():
        value = getattr(exercise, name)
        if name == "equipment":
            value = tuple(word for any_of in exercise.equipment for word in any_of)
        if name == "minutes" and value is None:
            found[fact.key] = Possible(_minutes_of_doses(exercise))
        else:
            found[fact.key] = known(fact.type, frozenset(value) if isinstance(fact.type, SetType) else value)
    return found


def _minutes_of_doses(exercise: Exercise) -> Number:
    bouts = [
        _minutes(step) * max(1, dose.frequency.per_day)
        for dose in exercise.doses.values()
        for step in dose.steps
    ]
    return Number(min(bouts, default=Fraction(0)), max(bouts, default=Fraction(0)))


def _minutes(step: Step) -> Fraction:
    """Return the minutes of a step: as said, else of its holds (a repetition without one takes 3 seconds)."""
    if step.minutes is not None:
        return Fraction(step.minutes)
    repetitions = sum(step.reps) or step.sets
    return Fraction(repetitions * (step.seconds or 3), 60)
