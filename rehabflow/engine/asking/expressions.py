"""Conditions as functions of an assignment: tables for what rests on one missing answer, Kleene logic over them.

An assignment is a list with, for each variable, the place of its point; -1 while it is open.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

import attrs

from rehabflow.conditions.nodes import (
    Call,
    Compare,
    Constant,
    FactNode,
    Logic,
    NamedNode,
    Node,
    Not,
    same,
)
from rehabflow.conditions.possible import Boolean, Number
from rehabflow.conditions.reference import Here, boolean
from rehabflow.conditions.types import Exact
from rehabflow.conditions.uses import can_be_undefined
from rehabflow.conditions.world import World
from rehabflow.engine.asking.atoms import CLEARANCE, UNREPORTED, Atoms, reads_known, windows_of
from rehabflow.engine.asking.rules import NO, OPEN, STUCK, YES, RuleNow
from rehabflow.engine.asking.supposed import suppose
from rehabflow.engine.asking.variables import Variable, Variables, merged
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.values import is_settled
from rehabflow.frozen import frozen
from rehabflow.instants import Instant

Evaluate: TypeAlias = Callable[[Sequence[int]], int]


@frozen(eq=False)
class Expression:
    """A condition, or a part of one: what it says for an assignment, and the variables it reads.

    Without variables it says `always`.
    """

    says: Evaluate
    variables: tuple[Variable, ...] = ()
    always: int = OPEN

    @property
    def is_constant(self) -> bool:
        """Return whether no variable changes it."""
        return not self.variables


def constant(answer: int) -> Expression:
    """Return the expression that always says this."""
    return Expression(lambda _: answer, (), answer)


@attrs.define(eq=False)
class Builder:
    """Builds the expressions of one decision's rules."""

    facts: Facts
    atoms: Atoms
    variables: Variables
    _worlds: dict[tuple[Context, Instant, tuple[tuple[int, int], ...]], World] = attrs.field(factory=dict)
    _opaque: list[tuple[Node, Context, Expression]] = attrs.field(factory=list)

    def rule(self, rule: RuleNow) -> Expression:
        """Return what a rule says. A level in force says no once its `until` is met.

        A level that a past entry may have triggered says what that entry's missing answer makes of it. Where the entry
        would have met it anyway, no answer settles it: only `until` does.
        """
        if rule.trigger is not None and rule.until is not None:
            facts = self.facts.within(Context(trigger=rule.trigger))
            over = self._build(rule.until.tree, _Only(facts, clearances=True))
            if over.is_constant:
                return constant(YES)
            return Expression(lambda chosen: NO if over.says(chosen) == YES else YES, over.variables)
        if rule.condition is None:
            return constant(rule.says)
        now = self._build(rule.condition.tree, _Only(self.facts.within(rule.context)))
        if rule.unanswered is None:
            return now
        visits = self.facts.timeline.visits
        then = self.facts.at(rule.unanswered, visit=rule.unanswered in visits)
        parts = [now, self._build(rule.condition.tree, _Only(then))]
        if any(part.always == YES for part in parts):
            return constant(STUCK)
        return either(parts)

    # -- structure

    def _build(self, node: Node, at: _Only) -> Expression:
        match node:
            case Logic(sign=sign, parts=parts):
                built = [self._build(part, at) for part in parts]
                return both(built) if sign == "and" else either(built)
            case Not(operand=operand):
                return opposite(self._build(operand, at))
            case NamedNode(named=named):
                return self._build(named.condition.tree, at)
            case Call(function="cleared", text=scope):
                return self._cleared(scope, at)
            case Compare():
                return self._count(node, at) or self._extreme(node, at) or self._leaf(node, at)
            case _:
                return self._leaf(node, at)

    def _cleared(self, scope: str, at: _Only) -> Expression:
        if at.facts.is_cleared(scope):
            return constant(YES)
        variable = self.variables.clearance(scope)
        index = variable.index
        return Expression(lambda chosen: YES if chosen[index] == 1 else NO, (variable,))

    def _count(self, node: Compare, at: _Only) -> Expression | None:
        """Return `count(…)` compared with a number that is known; None if it is something else."""
        sign, counted, limit = node.sign, _counted(node.left), _number(node.right, at.facts)
        if counted is None or limit is None or sign not in ("<", "<=", ">", ">="):
            return None
        least = math.ceil(limit) if sign in (">=", "<") else math.floor(limit) + 1
        parts = [self._build(part, at) for part in counted.arguments]
        reached = at_least(least, parts)
        return reached if sign in (">=", ">") else opposite(reached)

    def _extreme(self, node: Compare, at: _Only) -> Expression | None:
        """Return `min(…)` or `max(…)` compared with a number, as its parts compared; None if it is something else.

        Where a part may have no value, so that the whole has none, it is not the same.
        """
        call, limit = node.left, _number(node.right, at.facts)
        if not isinstance(call, Call) or call.function not in ("min", "max") or can_be_undefined(call):
            return None
        if limit is None or node.sign not in ("<", "<=", ">", ">="):
            return None
        parts = [self._compared(node, part, at) for part in call.arguments]
        is_all = (call.function == "min") == (node.sign in (">", ">="))
        return both(parts) if is_all else either(parts)

    def _compared(self, node: Compare, part: Node, at: _Only) -> Expression:
        known = self.atoms.compared.get((node, part))
        if known is None:
            known = self.atoms.compared[node, part] = attrs.evolve(node, left=part)
        return self._build(known, at)

    # -- leaves

    def _leaf(self, node: Node, at: _Only) -> Expression:
        facts = at.facts
        found = () if at.clearances else self._variables(node, facts)
        if not found:
            answer = _answer(node, facts)
            return (
                self._unanswerable(node, facts) if answer == OPEN and not at.clearances else constant(answer)
            )
        asks = reads_known(node)
        if len(found) == 1:
            return self._table(node, facts, found[0], asks=asks)
        return self._memo(node, facts, found, asks=asks)

    def _variables(self, node: Node, facts: Facts) -> tuple[Variable, ...]:
        found: dict[int, Variable] = {}
        for atom in self.atoms.of_node(node):
            if atom.startswith(CLEARANCE):
                continue
            variable = self.variables.of(atom, facts)
            if variable is not None and (variable.kind != "session" or self._is_open(atom, node, facts)):
                found[variable.index] = variable
        for atom in self.atoms.counted(node) if not facts.past else ():
            variable = self.variables.again(atom)
            if variable is not None:
                found[variable.index] = variable
        return tuple(found[index] for index in sorted(found))

    def _is_open(self, atom: str, node: Node, facts: Facts) -> bool:
        """Return whether a part reads a session that lacks this answer, or (of any answer) that nobody reported."""
        for window, counted in windows_of(node):
            if counted:
                if facts.sessions_done(window)[0] != facts.sessions_done(window)[1]:
                    return True
                continue
            for member in facts.members(window):
                if member.is_told:
                    continue
                if not member.is_entry and not member.anonymous:
                    return True
                if (
                    atom != UNREPORTED
                    and atom not in member.not_due
                    and not is_settled(member.world.fact(atom))
                ):
                    return True
        return False

    def _table(self, node: Node, facts: Facts, variable: Variable, *, asks: bool) -> Expression:
        table = [self._evaluate(node, facts, [(variable, point)]) for point in range(len(variable.points))]
        if len(set(table)) == 1 and not variable.coarse:
            if table[0] == OPEN:
                return self._unanswerable(node, facts)
            return constant(table[0])
        stays_open = [point for point in variable.answers if table[point] == OPEN]
        table.append(OPEN if asks or variable.coarse else _answer(node, facts))
        index = variable.index
        found = Expression(lambda chosen: table[chosen[index]], (variable,))
        return self._with_unanswerable(node, facts, found) if stays_open else found

    def _memo(self, node: Node, facts: Facts, found: tuple[Variable, ...], *, asks: bool) -> Expression:
        known: dict[tuple[int, ...], int] = {}
        places = [variable.index for variable in found]
        needs_all = asks or any(variable.kind == "event" for variable in found)

        def says(chosen: Sequence[int]) -> int:
            key = tuple([chosen[place] for place in places])
            answer = known.get(key)
            if answer is None:
                given = [(variable, point) for variable, point in zip(found, key, strict=True) if point >= 0]
                answer = OPEN if needs_all and len(given) < len(found) else self._evaluate(node, facts, given)
                known[key] = answer
            return answer

        expression = Expression(says, found)
        if any(variable.kind == "session" for variable in found):
            return self._with_unanswerable(node, facts, expression)
        return expression

    def _with_unanswerable(self, node: Node, facts: Facts, part: Expression) -> Expression:
        """Return a part that, where every answer is given and it is still open, may go either way.

        Where an operation has no value (a declined answer, say), it stays open: no answer changes that.
        """
        if can_be_undefined(node):
            return part
        rest, says, variables = self._unanswerable(node, facts), part.says, part.variables
        places = [(variable.index, variable.unrecorded, len(variable.points) - 1) for variable in variables]

        def says_either(chosen: Sequence[int]) -> int:
            answer = says(chosen)
            if answer != OPEN:
                return answer
            for index, unrecorded, last in places:
                if chosen[index] < 0 or (unrecorded and chosen[index] == last):
                    return OPEN
            return rest.says(chosen)

        return Expression(says_either, (*variables, *rest.variables))

    def _evaluate(self, node: Node, facts: Facts, given: Sequence[tuple[Variable, int]]) -> int:
        key = (facts.context, facts.now, tuple((variable.index, point) for variable, point in given))
        world = self._worlds.get(key)
        if world is None:
            answers = merged(variable.points[point] for variable, point in given)
            world = self._worlds[key] = suppose(facts, facts.context, answers)
        return _answer(node, world)

    def _unanswerable(self, node: Node, facts: Facts) -> Expression:
        """Return a variable of its own for a part that no answer decides; the same part is the same variable."""
        for known, context, expression in self._opaque:
            if context == facts.context and same(known, node):
                return expression
        index = (variable := self.variables.opaque()).index
        expression = Expression(lambda chosen: (NO, YES, OPEN)[chosen[index]], (variable,))
        self._opaque.append((node, facts.context, expression))
        return expression


@frozen(eq=False)
class _Only:
    """The facts in which a text is read; with `clearances`, only clearances are open (in `until`)."""

    facts: Facts
    clearances: bool = False


def _answer(node: Node, world: World) -> int:
    found: Boolean = boolean(node, Here(world))
    return YES if found.surely else OPEN if found.possibly else NO


def _counted(node: Node) -> Call | None:
    if isinstance(node, FactNode) and node.fact.derived is not None and node.fact.derived.value is not None:
        node = node.fact.derived.value.tree
    return node if isinstance(node, Call) and node.function == "count" else None


def _number(node: Node, facts: Facts) -> Exact | None:
    if isinstance(node, Constant) and isinstance(node.value, Fraction):
        return node.value
    if not isinstance(node, FactNode) or node.fact.key not in facts.prepared.rulebook.parameters:
        return None
    value = facts.fact(node.fact.key).value
    return value.low if isinstance(value, Number) and value.low == value.high else None


# -- Kleene logic


def _read(parts: Iterable[Expression]) -> tuple[Variable, ...]:
    found = {variable.index: variable for part in parts for variable in part.variables}
    return tuple(found[index] for index in sorted(found))


def opposite(part: Expression) -> Expression:
    """Return `not part`."""
    if part.is_constant:
        return constant(YES - part.always)
    says = part.says
    return Expression(lambda chosen: YES - says(chosen), part.variables)


def both(parts: Sequence[Expression]) -> Expression:
    """Return all of the parts: the least of what they say."""
    return _extreme(parts, NO)


def either(parts: Sequence[Expression]) -> Expression:
    """Return any of the parts: the most of what they say."""
    return _extreme(parts, YES)


def _extreme(parts: Sequence[Expression], decisive: int) -> Expression:
    open_parts = [part for part in parts if not part.is_constant]
    settled = {part.always for part in parts if part.is_constant}
    start = YES - decisive
    if decisive in settled:
        return constant(decisive)
    if OPEN in settled:
        start = OPEN
    if not open_parts:
        return constant(start)
    if len(open_parts) == 1 and start != OPEN:
        return open_parts[0]
    functions = tuple(part.says for part in open_parts)

    def says(chosen: Sequence[int]) -> int:
        found = start
        for function in functions:
            answer = function(chosen)
            if answer == decisive:
                return decisive
            if answer == OPEN:
                found = OPEN
        return found

    return Expression(says, _read(open_parts))


def at_least(count: int, parts: Sequence[Expression]) -> Expression:
    """Return whether so many of the parts say yes."""
    variables = _read(parts)
    functions = tuple(part.says for part in parts)

    def says(chosen: Sequence[int]) -> int:
        answers = [function(chosen) for function in functions]
        surely = answers.count(YES)
        if surely >= count:
            return YES
        return OPEN if surely + answers.count(OPEN) >= count else NO

    return Expression(says, variables) if variables else constant(says(()))
