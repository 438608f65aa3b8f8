"""Which conditions can never be unknown, because nothing that they read can be missing from the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.nodes import (
    Call,
    ChoiceCompare,
    ChoiceTest,
    Compare,
    Constant,
    FactNode,
    Logic,
    NamedNode,
    Node,
    Not,
    Series,
)
from rehabflow.frozen import frozen
from rehabflow.rulebook.model import ParameterRule

_OF_THE_RECORD: Final = ("known", "happened", "cleared")
# Not hours_since: hours are open where no time of day was written.
_OF_A_DAY: Final = ("days_since", "weeks_since", "months_since")
_OF_A_STAGE: Final = ("stage.days", "stage.max_demand")

Events = frozenset[str]
NONE: Final[Events] = frozenset()


@frozen
class AlwaysKnown:
    """Judges conditions of one rulebook.

    Always known are time in the episode (in a stage, for its own criteria), stages, parameters, what `known`,
    `happened` and `cleared` ask of the record, and the date of an event where the same condition asks first whether
    it happened.
    """

    parameters: Mapping[str, ParameterRule]

    def is_known(self, condition: Checked, *, in_stage: bool) -> bool:
        """Return whether a condition can never be unknown; `in_stage`: it is only asked in a stage."""
        return self._is_known(condition.tree, NONE, in_stage)

    def _is_known(self, node: Node, happened: Events, in_stage: bool) -> bool:
        match node:
            case Constant():
                return True
            case FactNode(fact=fact):
                return self._fact(fact.key, happened, in_stage)
            case NamedNode(named=named):
                return self._is_known(named.condition.tree, happened, in_stage)
            case Not(operand=inner) | ChoiceTest(operand=inner):
                return self._is_known(inner, happened, in_stage)
            case Compare(left=left, right=right) | ChoiceCompare(left=left, right=right):
                return self._all((left, right), happened, in_stage)
            case Logic(sign=sign, parts=parts):
                decides = _if_true if sign == "and" else _if_false
                return self._all(parts, happened.union(*map(decides, parts)), in_stage)
            case Call(function=function, arguments=arguments):
                since = function in _OF_A_DAY and self._all(arguments, happened, in_stage)
                return function in _OF_THE_RECORD or since
            case Series(function="times", arguments=arguments, window=window) if window.of is not None:
                # The visits that took an assessment are on record; how many sessions were done need not be.
                return self._all(arguments, happened, in_stage)
        return False

    def _all(self, nodes: tuple[Node, ...], happened: Events, in_stage: bool) -> bool:
        return all(self._is_known(node, happened, in_stage) for node in nodes)

    def _fact(self, key: str, happened: Events, in_stage: bool) -> bool:
        if key in self.parameters:
            return self._parameter(self.parameters[key], in_stage)
        if key in _OF_A_STAGE:
            return in_stage
        return key == "episode.days" or key.startswith("track.") or key in happened

    def _parameter(self, rule: ParameterRule, in_stage: bool) -> bool:
        """Return whether it is one number: while a case is open, the strictest possible is taken, if there is one."""
        conditions = [when for when, _ in rule.cases if when is not None]
        return rule.definition.stricter != "none" or all(
            self.is_known(when, in_stage=in_stage) for when in conditions
        )


def _if_true(node: Node) -> Events:
    """Return the events that surely happened if a condition is true: the rest of an `and` matters only then."""
    match node:
        case Call(function="happened", arguments=(FactNode(fact=fact),)):
            return frozenset([fact.key])
        case Logic(sign="and", parts=parts):
            return NONE.union(*map(_if_true, parts))
        case Not(operand=inner):
            return _if_false(inner)
    return NONE


def _if_false(node: Node) -> Events:
    """Return the events that surely happened if a condition is false: the rest of an `or` matters only then."""
    match node:
        case Logic(sign="or", parts=parts):
            return NONE.union(*map(_if_false, parts))
        case Not(operand=inner):
            return _if_true(inner)
    return NONE
