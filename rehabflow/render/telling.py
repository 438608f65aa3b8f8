"""What a patient is told with a decision: of what stops exercise only the strictest, so that nothing contradicts it."""

from __future__ import annotations

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision


def told(decision: Decision) -> tuple[str, ...]:
    """Return what the patient is told, strictest first, then the general advice for this decision.

    Where exercise is stopped, only the gates of the strictest effect speak: who is to call an ambulance is not told
    to keep moving as well. Else every gate that is triggered speaks, also one that only cautions or restricts.
    """
    acting = sorted(
        (gate for gate in decision.gates if gate.acts is not Effect.NONE), key=lambda gate: -gate.acts
    )
    if acting and decision.action in ("pause", "refer", "emergency"):
        acting = [gate for gate in acting if gate.acts is acting[0].acts]
    tells = [gate.tell for gate in acting if gate.tell]
    return tuple(dict.fromkeys([*tells, *(advice.text for advice in decision.advice)]))
