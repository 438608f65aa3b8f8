"""Gates in force with checked conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rehabflow.definitions.common import Profession
from rehabflow.definitions.gates import Effect, Gate, GateLevel
from rehabflow.frozen import frozen
from rehabflow.rulebook.checking import Checker
from rehabflow.rulebook.model import GateRule
from rehabflow.rulebook.names import AllNames
from rehabflow.rulebook.owners import Owner
from rehabflow.rulebook.scope import EXCLUDE, GATE, UNTIL

ANY_CLINICIAN: Final = ("clinician",)
NEVER_OVERRIDDEN: Final = (Effect.REFER, Effect.EMERGENCY)


@frozen
class GateBuilder:
    """Builds the levels of all gates in force; problems go to the checker's report."""

    names: AllNames
    checker: Checker

    def gates(self) -> tuple[GateRule, ...]:
        """Return every level, in order of owner (the protocol last), gate, and strictness."""
        return tuple(self._levels())

    def _levels(self) -> Iterator[GateRule]:
        tables = self.names.tables
        owned = [(tables.owner("gate", id_), gate) for id_, gate in tables.united.gates.items()]
        for owner, gate in sorted(owned, key=lambda pair: (pair[0].is_protocol, pair[0].id, pair[1].id)):
            for effect in sorted(gate.levels):
                yield self._level(owner, gate, gate.levels[effect])

    def _level(self, owner: Owner, gate: Gate, level: GateLevel) -> GateRule:
        address = gate_address(owner, gate)
        return GateRule(
            address=f"{address}.{level.effect.word}",
            gate=address,
            owner=owner.id,
            definition=gate,
            level=level,
            when=self.checker.condition(level.when, self.names.scope(GATE), "restricts"),
            until=self.checker.optional(level.until, self.names.scope(UNTIL), "permits"),
            exclude=self.checker.optional(level.exclude, self.names.scope(EXCLUDE), "restricts"),
            override=who_may_override(level),
        )


def gate_address(owner: Owner, gate: Gate) -> str:
    """Return `x` for the protocol's own gate, `plugin.x` for a plugin's."""
    return gate.id if owner.is_protocol else f"{owner.id}.{gate.id}"


def who_may_override(level: GateLevel) -> tuple[Profession, ...]:
    """Return who may set a level aside: nobody for emergency and refer; else those named, or anyone."""
    if level.effect in NEVER_OVERRIDDEN:
        return ()
    return ANY_CLINICIAN if level.override is None else level.override
