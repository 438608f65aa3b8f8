"""Many gates that nobody can judge yet, told together: which they are matters less than what to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rehabflow.engine.decision import GateResult
from rehabflow.render.page import Line
from rehabflow.rulebook.model import GateRule

MANY: Final = 4
"""So many gates are each told by themselves."""


def together(gates: Sequence[GateResult], rules: Mapping[str, GateRule], opening: str) -> list[Line]:
    """Return a few lines for gates in state unknown: their titles, each at its strictest level.

    Args:
        gates: levels of gates.
        rules: the rulebook's levels by address.
        opening: what to say of them all.
    """
    lines = [Line(opening, 2, "?", tone="care")]
    told: set[str] = set()
    for effect in sorted({gate.effect for gate in gates}, reverse=True):
        titles = {_title(gate, rules): None for gate in gates if gate.effect is effect}
        new = [title for title in titles if title not in told]
        told.update(new)
        if new:
            lines.append(Line(f"{effect.word.upper()}: {'; '.join(new)}", 6))
    lines.append(Line("each with its question and its place: --explain", 6, tone="faint"))
    return lines


def _title(gate: GateResult, rules: Mapping[str, GateRule]) -> str:
    rule = rules.get(gate.address)
    return gate.reason.say if rule is None else rule.definition.title
