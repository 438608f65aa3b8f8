"""Which rules stand in the way: each rule of a way looked at by itself, as a decision would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from rehabflow.conditions import truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.nodes import Logic, NamedNode, Node, Not
from rehabflow.conditions.possible import Truth
from rehabflow.conditions.reference import Here, boolean
from rehabflow.conditions.world import World
from rehabflow.definitions.gates import Effect
from rehabflow.engine import elsewhere
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.gates import evaluate_level, on_track_levels
from rehabflow.engine.nearest.later import Hold, Later
from rehabflow.engine.nearest.slots import Slot, Slots, together
from rehabflow.frozen import frozen
from rehabflow.rulebook.model import CriterionRule, GateRule, StageRule, TrackRule

Goal: TypeAlias = Literal["start", "advance", "discharge"]
Look: TypeAlias = Callable[[Facts], list[tuple[Slot, ...]]]
"""What a rule says of a record: nothing if it does not block; else, of each part that does, what it rests on."""


@frozen
class Way:
    """A way to the goal: the stage to be entered (of a discharge the present one), and the rules it asks for."""

    stage: str
    criteria: tuple[CriterionRule, ...]


@frozen
class Block:
    """A part of a rule that stands in the way, and what its answer rests on."""

    address: str
    slots: tuple[Slot, ...]


@frozen(eq=False)
class Hurdle:
    """A rule that could stand in the way, the atoms it rests on, and how to look at it."""

    address: str
    atoms: frozenset[str]
    look: Look


def ways_of(goal: Goal, track: TrackRule, facts: Facts) -> list[Way]:
    """Return the ways there are to a goal from where the track is."""
    stages, stage = facts.prepared.rulebook.stages, stage_of(facts, track)
    if goal == "start":
        listed = [] if stage is not None else [stages[name] for name in track.stages]
        tried = [one for index, one in enumerate(listed) if index == 0 or one.stage.start_here]
        return [Way(one.stage.id, one.enter) for one in tried]
    if stage is None:
        return []
    if goal == "discharge":
        return [] if stage.discharge is None else [Way(stage.stage.id, stage.discharge)]
    return [Way(name, (*stage.leave, *stages[name].enter)) for name in stage.next]


def stage_of(facts: Facts, track: TrackRule) -> StageRule | None:
    """Return the stage that a track is in."""
    entry = facts.timeline.stage(track.track.id, facts.now, before_deciding=facts.past)
    return facts.prepared.rulebook.stages[entry.stage] if entry else None


def within(facts: Facts, track: TrackRule) -> Facts:
    """Return the facts as criteria of a track see them."""
    return facts.within(Context(track=track.track.id, since_stage=True))


@frozen(eq=False)
class Checklist:
    """Makes the list of rules that could stand in a way."""

    goal: Goal
    track: TrackRule
    slots: Slots
    hold: Hold | None = None

    def of(self, way: Way) -> list[Hurdle]:
        """Return every rule that could stand in a way, in the order in which a decision looks at them."""
        found = [*self._gates(), *self._elsewhere()]
        if self.track.open_while is not None:
            found.append(
                self._wanted(f"track.{self.track.track.id}.open_while", self.track.open_while, Truth.TRUE)
            )
        stage = stage_of(self.slots.facts, self.track)
        for _, rules in stage.regress if stage is not None else ():
            found += [self._wanted(rule.address, rule.condition, Truth.FALSE) for rule in rules]
        found += [self._wanted(rule.address, rule.condition, Truth.TRUE) for rule in way.criteria]
        if self.goal == "advance" and stage is not None:
            found += self._rivals(stage, way)
        return found

    def _gates(self) -> Iterator[Hurdle]:
        for rule in on_track_levels(self.slots.facts.prepared.rulebook.gates, self.track.track.id):
            holds = rule.level.no_progress and self.goal != "start"
            if rule.effect < Effect.PAUSE and not holds:
                continue
            conditions = [rule.when, *([rule.until] if rule.until is not None else [])]
            yield Hurdle(rule.address, self._atoms(conditions), self._gate(rule, holds=holds))

    def _elsewhere(self) -> Iterator[Hurdle]:
        """Yield the gate levels of other open episodes that block here; nothing in this record changes them."""
        for result in elsewhere.results(self.slots.facts.timeline.elsewhere):
            holds = result.no_progress and self.goal != "start"
            if result.acts >= Effect.PAUSE or holds:
                yield Hurdle(result.address, frozenset(), lambda _: [()])

    def _gate(self, rule: GateRule, *, holds: bool) -> Look:
        def look(facts: Facts) -> list[tuple[Slot, ...]]:
            result = evaluate_level(facts, rule)
            if result.acts < Effect.PAUSE and not (holds and result.acts is not Effect.NONE):
                return []
            if self.hold is not None and rule.address in self.hold.addresses:
                return self._parts(rule.when, Truth.FALSE, Later(facts, self.hold.day))
            if rule.until is None:
                return self._parts(rule.when, Truth.FALSE, facts) or [self.slots.of(rule.when.tree)]
            lasts = [self.slots.of(one.tree, looks_back=True) for one in (rule.when, rule.until)]
            return [together(lasts)]

        return look

    def _wanted(self, address: str, condition: Checked, wanted: Truth) -> Hurdle:
        def look(facts: Facts) -> list[tuple[Slot, ...]]:
            world: World = within(facts, self.track)
            if self.hold is not None and address in self.hold.addresses:
                world = Later(within(facts, self.track), self.hold.day)
            return self._parts(condition, wanted, world)

        return Hurdle(address, self._atoms([condition]), look)

    def _parts(self, condition: Checked, wanted: Truth, world: World) -> list[tuple[Slot, ...]]:
        """Return what each part of a condition rests on that keeps it from the answer wanted."""
        answer = world.truth(condition) if isinstance(world, Facts) else truth(condition, world)
        if answer is wanted:
            return []
        parts = [self.slots.of(part) for part in _parts(condition.tree, wanted, world)]
        return parts or [self.slots.of(condition.tree)]

    def _rivals(self, stage: StageRule, way: Way) -> Iterator[Hurdle]:
        """Yield what would come before the way: a discharge that is met, another next stage that may be entered."""
        stages = self.slots.facts.prepared.rulebook.stages
        if stage.discharge is not None:
            yield self._rival(f"stage.{stage.stage.id}.discharge", stage.discharge, {Truth.TRUE})
        for name in stage.next:
            if name != way.stage:
                yield self._rival(f"stage.{name}.enter", stages[name].enter, {Truth.TRUE, Truth.UNKNOWN})

    def _rival(self, address: str, rules: Sequence[CriterionRule], blocking: set[Truth]) -> Hurdle:
        def look(facts: Facts) -> list[tuple[Slot, ...]]:
            answers = {within(facts, self.track).truth(rule.condition) for rule in rules}
            found = Truth.TRUE if answers <= {Truth.TRUE} else Truth.UNKNOWN
            if Truth.FALSE in answers or found not in blocking:
                return []
            return [together(self.slots.of(rule.condition.tree) for rule in rules)]

        return Hurdle(address, self._atoms(rule.condition for rule in rules), look)

    def _atoms(self, conditions: Iterable[Checked]) -> frozenset[str]:
        atoms = self.slots.atoms
        return frozenset(atom for condition in conditions for atom in atoms.of_node(condition.tree))


def _parts(node: Node, wanted: Truth, world: World) -> Iterator[Node]:
    """Yield the parts of a condition each of which has to change before it can give the answer wanted."""
    match node:
        case NamedNode(named=named):
            yield from _parts(named.condition.tree, wanted, world)
        case Not(operand=operand):
            yield from _parts(operand, Truth.FALSE if wanted is Truth.TRUE else Truth.TRUE, world)
        case Logic(sign=sign, parts=parts) if (sign == "and") == (wanted is Truth.TRUE):
            for part in parts:
                yield from _parts(part, wanted, world)
        case _:
            found = boolean(node, Here(world))
            if not (found.surely if wanted is Truth.TRUE else not found.possibly):
                yield node
