"""Is a missing answer relevant: two worlds side by side that differ in nothing else, until their outcomes do."""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from typing import Final

import attrs

from rehabflow.definitions.gates import Effect
from rehabflow.engine.asking.expressions import Builder, Expression
from rehabflow.engine.asking.outcome import Compared, Outcomes
from rehabflow.engine.asking.rules import NO, OPEN, STUCK, YES, RuleNow
from rehabflow.engine.asking.variables import Variable

BUDGET: Final = 400
FEW_TRIES: Final = 16


class Relevance(enum.Enum):
    """Whether an answer can change the outcome: a witness was found, the budget ran out, or proved that it cannot."""

    PROVED = "proved"
    POSSIBLE = "possible"
    NONE = "none"


@attrs.define(eq=False)
class Search:
    """The rules that are undecided and matter, as functions of what is missing; searches for witnesses.

    `base` is what every rule says while all is open.
    """

    outcomes: Outcomes
    builder: Builder
    base: list[int]
    expressions: dict[int, Expression] = attrs.field(factory=dict)
    readers: dict[int, list[int]] = attrs.field(factory=dict)
    order: list[int] = attrs.field(factory=list)
    rank: dict[int, int] = attrs.field(factory=dict)
    granted: frozenset[int] = frozenset()
    _clear: tuple[list[int], list[int]] | None = None

    @classmethod
    def of(cls, outcomes: Outcomes, builder: Builder) -> Search:
        """Return the search over every rule that could still change the outcome."""
        search = cls(outcomes, builder, outcomes.now())
        search.attach()
        return search

    def attach(self, spare: Collection[int] = (), *, alone: bool = False) -> None:
        """Take every rule that could change the outcome; `spare` are rules about to change, which hide no other.

        With `alone`, take no others than those.
        """
        rules = self.outcomes.rules
        loose = self.loose()
        hidden = frozenset([*spare, *loose])
        floors = self.outcomes.floors(self.base, hidden)
        undecided = [place for place, rule in enumerate(rules) if rule.says == OPEN]
        for place in sorted({*spare} if alone else {*hidden, *undecided}, key=self._strictness):
            if place in self.expressions or not self.outcomes.matters(place, floors):
                continue
            self._take(place)
            if self.base[place] != OPEN:
                floors = self.outcomes.floors(self.base, hidden)
        self.order = sorted(self.expressions, key=self._strictness)
        self.rank = {place: rank for rank, place in enumerate(self.order)}
        self._clear = None

    def loose(self) -> list[int]:
        """Return the places of rules that are decided only because something is not on record yet."""
        return [place for place, rule in enumerate(self.outcomes.rules) if _is_loose(rule, self.builder)]

    def _strictness(self, place: int) -> tuple[int, int]:
        return -self.outcomes.rules[place].effect, place

    def _take(self, place: int) -> None:
        expression = self.builder.rule(self.outcomes.rules[place])
        self.expressions[place] = expression
        self.base[place] = self._always(place, expression)
        if self.base[place] == OPEN or any(variable.kind == "clearance" for variable in expression.variables):
            for variable in expression.variables:
                self.readers.setdefault(variable.index, []).append(place)

    def _always(self, place: int, expression: Expression) -> int:
        """Return what a rule says while all is open; YES for a gate that acts whatever is answered."""
        chosen = self.nothing()
        answer = self.says(place, chosen)
        gate = self.outcomes.rules[place]
        wanted = [variable for variable in expression.variables if variable.kind != "clearance"]
        tries = math.prod(len(variable.points) for variable in wanted)
        if answer != OPEN or not gate.is_gate or gate.effect > Effect.PAUSE:
            return answer
        if tries > FEW_TRIES or len(wanted) < len(expression.variables):
            return answer
        for points in itertools.product(*(range(len(variable.points)) for variable in wanted)):
            for variable, point in zip(wanted, points, strict=True):
                chosen[variable.index] = point
            if self.says(place, chosen) == NO:
                return answer
        return YES

    def nothing(self) -> list[int]:
        """Return the assignment in which nothing is answered and no clearance given but those granted."""
        return [
            int(variable.index in self.granted) if variable.kind == "clearance" else -1
            for variable in self.builder.variables.all
        ]

    def grant(self, clearances: frozenset[int]) -> None:
        """Go on as if these clearances (by their variables' places) were given, and no others."""
        self.granted = clearances
        self._clear = None
        chosen = self.nothing()
        for place, expression in self.expressions.items():
            if any(variable.kind == "clearance" for variable in expression.variables):
                self.base[place] = self.says(place, chosen)

    def says(self, place: int, chosen: Sequence[int]) -> int:
        """Return what a rule says for an assignment; undecided with nothing left open, the engine acts on it."""
        expression = self.expressions[place]
        answer = expression.says(chosen)
        if answer == OPEN and all(chosen[variable.index] >= 0 for variable in expression.variables):
            return STUCK
        return answer

    def given(self, variable: Variable) -> list[int]:
        """Return what every rule says once a clearance is given, all else open."""
        chosen = self.nothing()
        chosen[variable.index] = 1
        says = list(self.base)
        for place in self.readers.get(variable.index, ()):
            says[place] = self.says(place, chosen)
        return says

    # -- one variable

    def relevance(self, variable: Variable) -> Relevance:
        """Return whether the answer to one variable can change the outcome."""
        if len(variable.points) < 2 or variable.index not in self.readers:
            return Relevance.NONE
        if self._is_dead(variable):
            return Relevance.NONE
        by_hand = self._around_clear(variable)
        if by_hand is not None and self._opaque(by_hand) <= 1:
            return Relevance.PROVED
        pair = _Pair(self, variable)
        found = pair.search()
        if found is True:
            return Relevance.PROVED if self._opaque(pair.chosen) <= 1 else Relevance.POSSIBLE
        if found is None or by_hand is not None or self._is_coarse(variable):
            return Relevance.POSSIBLE
        return Relevance.NONE

    def _opaque(self, chosen: Sequence[int]) -> int:
        """Return how many unanswerable parts were decided: two of them may hang together."""
        variables = self.builder.variables.all
        return sum(variable.kind == "opaque" and chosen[variable.index] >= 0 for variable in variables)

    def _is_coarse(self, variable: Variable) -> bool:
        places = self.readers[variable.index]
        return any(each.coarse for place in places for each in self.expressions[place].variables)

    def _is_dead(self, variable: Variable) -> bool:
        """Return whether no rule that reads the variable can change the outcome, whatever else is so."""
        changed = frozenset(self.readers[variable.index])
        other = self.given(variable) if variable.kind == "clearance" else self.base
        return self.outcomes.compare(self.base, other, changed) is Compared.SAME

    # -- the clear completion

    def clear(self) -> tuple[list[int], list[int]]:
        """Return one completion in which, as far as it goes, gates are clear and criteria met; and what rules say."""
        if self._clear is None:
            chosen = self.nothing()
            for place in self.order:
                for variable in self.expressions[place].variables:
                    if chosen[variable.index] < 0 and variable.index in self.readers:
                        chosen[variable.index] = self._clearing(variable, chosen)
            says = list(self.base)
            for place in self.expressions:
                says[place] = self.says(place, chosen)
            self._clear = chosen, says
        return self._clear

    def _clearing(self, variable: Variable, chosen: list[int]) -> int:
        best, best_rank = 0, None
        places = sorted(self.readers[variable.index], key=self.rank.__getitem__)
        for point in variable.answers:
            chosen[variable.index] = point
            rank = [_unwanted(self.outcomes.rules[place], self.says(place, chosen)) for place in places]
            if best_rank is None or rank < best_rank:
                best, best_rank = point, rank
        chosen[variable.index] = -1
        return best

    def _around_clear(self, variable: Variable) -> list[int] | None:
        """Return the clear completion if two points of the variable differ in it; a full completion is a witness."""
        chosen, says = self.clear()
        changed = frozenset(self.readers[variable.index])
        kept = chosen[variable.index]
        first: list[int] | None = None
        found = None
        for point in range(len(variable.points)):
            chosen[variable.index] = point
            world = list(says)
            for place in changed:
                world[place] = self.says(place, chosen)
            if first is None:
                first = world
            elif self.outcomes.compare(first, world, changed) is Compared.DIFFERENT:
                found = list(chosen)
                break
        chosen[variable.index] = kept
        return found


def _is_loose(rule: RuleNow, builder: Builder) -> bool:
    """Return whether a rule is decided only because something is not on record yet."""
    if rule.says not in (NO, YES) or rule.trigger is not None or rule.condition is None:
        return False
    facts = builder.facts.within(rule.context)
    events = facts.prepared.rulebook.events
    return (
        any(not facts.is_known(key) for key in rule.condition.uses_known)
        or any(key in events and not facts.has_happened(key) for key in rule.condition.events)
        or any(builder.variables.again(atom) for atom in builder.atoms.counted(rule.condition.tree))
    )


def _unwanted(rule: RuleNow, answer: int) -> int:
    """Return how far an answer is from what lets the patient go on: clear gates, met criteria."""
    wanted = (NO, OPEN, STUCK, YES) if rule.is_gate or rule.sends_back else (YES, OPEN, STUCK, NO)
    return wanted.index(answer)


@attrs.define(eq=False)
class _Pair:
    """Two worlds that differ in one variable; depth first through the other variables."""

    search_: Search
    variable: Variable
    nodes: int = 0
    chosen: list[int] = attrs.field(factory=list)
    one: list[int] = attrs.field(factory=list)
    other: list[int] = attrs.field(factory=list)
    points: tuple[int, int] = (0, 0)
    changed: frozenset[int] = frozenset()
    strictest: list[int] = attrs.field(factory=list)

    def search(self) -> bool | None:
        """Return whether there is a witness; None when the budget ran out."""
        self.changed = frozenset(self.search_.readers[self.variable.index])
        self.strictest = sorted(self.changed, key=self.search_.rank.__getitem__)
        for points in _pairs(self.variable):
            self.points = points
            self.chosen = self.search_.nothing()
            self.one, self.other = list(self.search_.base), list(self.search_.base)
            for place in self.changed:
                self._update(place)
            found = self._explore()
            if found is not False:
                return found
        return False

    def _explore(self) -> bool | None:
        self.nodes += 1
        if self.nodes > BUDGET:
            return None
        outcomes = self.search_.outcomes
        reaches = outcomes.reaches(self.one, self.other, self.changed)
        verdict = outcomes.verdict(reaches, self.one, self.other, self.changed)
        if verdict is not Compared.UNDECIDED:
            return verdict is Compared.DIFFERENT
        step = self._next([reach.floor for reach in reaches])
        if step is None:
            return False
        variable, points = step
        for point in points:
            before = self._assign(variable, point)
            found = self._explore()
            if found is not False:
                return found
            self._undo(variable, before)
        return False

    # -- worlds

    def _update(self, place: int) -> None:
        chosen, index = self.chosen, self.variable.index
        chosen[index] = self.points[0]
        self.one[place] = self.search_.says(place, chosen)
        chosen[index] = self.points[1]
        self.other[place] = self.search_.says(place, chosen)

    def _assign(self, variable: Variable, point: int) -> list[tuple[int, int, int]]:
        self.chosen[variable.index] = point
        before = []
        changed = self.changed
        for place in self.search_.readers[variable.index]:
            before.append((place, self.one[place], self.other[place]))
            if place in changed:
                self._update(place)
            else:
                self.one[place] = self.other[place] = self.search_.says(place, self.chosen)
        return before

    def _undo(self, variable: Variable, before: list[tuple[int, int, int]]) -> None:
        self.chosen[variable.index] = -1
        for place, one, other in before:
            self.one[place], self.other[place] = one, other

    # -- what next

    def _next(self, floors: Sequence[int]) -> tuple[Variable, list[int]] | None:
        """Return the variable to decide next, with its points in the order to try them.

        First those that share a rule with the variable, so that it stays pivotal; then those of the strictest rule
        that is still open, cleared or met first.
        """
        matters = self.search_.outcomes.matters
        for place in self.strictest:
            if OPEN in (self.one[place], self.other[place]) and matters(place, floors):
                variable = self._open_variable(place)
                if variable is not None:
                    return variable, self._pivotal_first(place, variable)
        for place in self.search_.order:
            if self.one[place] == OPEN and place not in self.changed and matters(place, floors):
                variable = self._open_variable(place)
                if variable is not None:
                    return variable, self._clearing_first(place, variable)
        return None

    def _open_variable(self, place: int) -> Variable | None:
        for variable in self.search_.expressions[place].variables:
            if self.chosen[variable.index] < 0:
                return variable
        return None

    def _tried(self, place: int, variable: Variable) -> Iterator[tuple[int, int, int]]:
        """Yield each point of a variable with what a rule would say in both worlds."""
        index = self.variable.index
        mine = self.chosen[index]
        for point in range(len(variable.points)):
            self.chosen[variable.index] = point
            self.chosen[index] = self.points[0]
            one = self.search_.says(place, self.chosen)
            self.chosen[index] = self.points[1]
            other = self.search_.says(place, self.chosen)
            yield point, one, other
        self.chosen[variable.index] = -1
        self.chosen[index] = mine

    def _pivotal_first(self, place: int, variable: Variable) -> list[int]:
        middle = (len(variable.points) - 1) / 2
        ranked = []
        for point, one, other in self._tried(place, variable):
            rank = 1 if OPEN in (one, other) else 0 if one != other else 2
            ranked.append((rank, abs(point - middle), point))
        return [point for _, _, point in sorted(ranked)]

    def _clearing_first(self, place: int, variable: Variable) -> list[int]:
        rule = self.search_.outcomes.rules[place]
        liked = self.search_.clear()[0][variable.index]
        ranked = [
            (_unwanted(rule, one), point != liked, point) for point, one, _ in self._tried(place, variable)
        ]
        return [point for _, _, point in sorted(ranked)]


def _pairs(variable: Variable) -> Iterator[tuple[int, int]]:
    """Yield the points to compare: first and last, then neighbours; what is not recorded with every answer."""
    last = len(variable.points) - 1
    answers = variable.answers
    yield 0, len(answers) - 1 if len(answers) > 1 else last
    for point in range(1, len(answers)):
        if (point - 1, point) != (0, len(answers) - 1):
            yield point - 1, point
    if variable.unrecorded:
        for point in answers:
            if len(answers) > 1 or point:
                yield point, last
