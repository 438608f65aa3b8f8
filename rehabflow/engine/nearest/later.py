"""What only time can change: from which day on every rule of a way could be met, and how things stand by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.nodes import Logic, NamedNode, Node, Not
from rehabflow.conditions.possible import Possible, Truth
from rehabflow.conditions.reference import Here, boolean
from rehabflow.engine.asking.atoms import BORN, Atoms, reads_known
from rehabflow.engine.facts import Facts
from rehabflow.engine.views import View
from rehabflow.frozen import frozen
from rehabflow.instants import Instant

HORIZON: Final = 3 * 366
_TIME: Final = frozenset(["stage.days", "stage.hours", "episode.days", "patient.age"])
_OPPOSITE: Final = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}


@frozen
class Hold:
    """The first day on which the rules at these addresses could all go the right way, whatever is recorded."""

    day: int
    addresses: tuple[str, ...]


@attrs.define(eq=False)
class Later(View):
    """Facts as they are, on a later day: only the calendar has gone on."""

    below: Facts
    day: int

    @property
    def today(self) -> int:
        """The day of the decision."""
        return self.day

    @property
    def _then(self) -> Facts:
        facts = self.below
        return Facts(facts.prepared, facts.timeline, Instant(self.day), facts.visit, facts.context)

    def fact(self, key: str) -> Possible:
        """Return what the fact can be; the time that has passed is that of the later day."""
        is_time = key in _TIME or key.partition(".")[0] in self.below.prepared.rulebook.events
        return self._then.fact(key) if is_time else self.below.fact(key)

    def hours_since(self, key: str) -> tuple[Fraction, Fraction] | None:
        """Return the least and most hours since an event, on the later day."""
        return self._then.hours_since(key)


def hold_of(
    wanted: Mapping[str, tuple[Checked, Truth]], facts: Facts, atoms: Atoms
) -> Hold | tuple[str, ...] | None:
    """Return what time holds; None: nothing; addresses alone: no day within three years would do.

    Args:
        wanted: by address, conditions and the answer that each of them needs to have.
        facts: the record now.
        atoms: the tables of the rulebook.
    """
    held = [
        name for name, (condition, answer) in wanted.items() if not _could(condition, answer, facts, atoms)
    ]
    if not held:
        return None
    for day in range(facts.now.day + 1, facts.now.day + HORIZON):
        then = Facts(facts.prepared, facts.timeline, Instant(day), facts.visit, facts.context)
        if all(_could(*wanted[name], then, atoms) for name in held) and _all(wanted, then, atoms):
            return Hold(day, tuple(held))
    return tuple(held)


def _all(wanted: Mapping[str, tuple[Checked, Truth]], facts: Facts, atoms: Atoms) -> bool:
    return all(_could(condition, answer, facts, atoms) for condition, answer in wanted.values())


def _could(condition: Checked, answer: Truth, facts: Facts, atoms: Atoms) -> bool:
    """Return whether some record could give a condition this answer at the time of these facts."""
    return _whatever(condition.tree, facts, atoms) in (answer, Truth.UNKNOWN)


def _whatever(node: Node, facts: Facts, atoms: Atoms) -> Truth:
    """Return what a condition says whatever is recorded; unknown where that makes a difference."""
    match node:
        case Logic(sign=sign, parts=parts):
            return _joined(sign == "and", [_whatever(part, facts, atoms) for part in parts])
        case Not(operand=operand):
            return _OPPOSITE[_whatever(operand, facts, atoms)]
        case NamedNode(named=named):
            return _whatever(named.condition.tree, facts, atoms)
    if reads_known(node) or not all(_is_fixed(atom, facts) for atom in atoms.of_node(node)):
        return Truth.UNKNOWN
    found = boolean(node, Here(facts))
    return Truth.TRUE if found.surely else Truth.UNKNOWN if found.possibly else Truth.FALSE


def _joined(is_and: bool, answers: Iterable[Truth]) -> Truth:
    decisive, other = (Truth.FALSE, Truth.TRUE) if is_and else (Truth.TRUE, Truth.FALSE)
    found = set(answers)
    return decisive if decisive in found else Truth.UNKNOWN if Truth.UNKNOWN in found else other


def _is_fixed(atom: str, facts: Facts) -> bool:
    """Return whether an answer cannot be otherwise: a date of birth or of an event that is on record."""
    if atom == BORN:
        return facts.timeline.newest(BORN, facts.now) is not None
    return atom in facts.prepared.rulebook.events and facts.has_happened(atom)
