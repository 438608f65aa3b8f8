"""What the names in expectations mean: measures and expressions, gates by their short names."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rehabflow.conditions.scope import Meaning
from rehabflow.engine.decision import GateResult
from rehabflow.frozen import frozen
from rehabflow.rulebook.model import Rulebook


@frozen(eq=False)
class RecordScope:
    """The names that `measures` may read: every fact of the record, and an assessment for its main measure."""

    rulebook: Rulebook

    def find(self, name: str) -> Meaning | None:
        """Return what a name means, or None."""
        facts = self.rulebook.facts
        if name in facts:
            return facts[name]
        head, _, rest = name.partition(".")
        assessment = self.rulebook.assessments.get(head)
        if assessment is None:
            return None
        main = next((measure.key for measure in assessment.measures if measure.main), "")
        return facts.get(f"{main}.{rest}" if rest else main)

    def names(self) -> Collection[str]:
        """Return every name, for suggestions."""
        return [*self.rulebook.facts, *self.rulebook.assessments]

    def clearances(self) -> Collection[str]:
        """Return the declared clearance scopes."""
        return self.rulebook.clearances

    def assessments(self) -> Collection[str]:
        """Return the assessments, for `of=`."""
        return self.rulebook.assessments


def gates_named(name: str, gates: Iterable[GateResult]) -> list[GateResult]:
    """Return the gate levels that a name means: its address, or `gate.level` without the plugin.

    The protocol's own gate comes first; a name that several plugins share means all of them.
    """
    found = list(gates)
    exact = [gate for gate in found if gate.address == name]
    return exact or [gate for gate in found if gate.address.endswith(f".{name}") and name.count(".") == 1]
