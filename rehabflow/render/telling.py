"""What a patient is told with a decision: of what stops exercise only the strictest, so that nothing contradicts it."""

from __future__ import annotations

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision
from rehabflow.render.plan_text import title_of
from rehabflow.rulebook.model import Rulebook


def told(decision: Decision) -> tuple[str, ...]:
    """Return what the patient is told, strictest first, then the general advice for this decision.

    Where exercise is stopped, only the gates of the strictest effect speak: who is to call an ambulance is not told
    to keep moving as well. Else every gate that is triggered speaks, also one that only cautions or restricts; then
    the rules that moved the patient, and the stage, if there is something to do in it.
    """
    acting = sorted(
        (gate for gate in decision.gates if gate.acts is not Effect.NONE), key=lambda gate: -gate.acts
    )
    is_stopped = decision.action in ("pause", "refer", "emergency")
    if acting and is_stopped:
        acting = [gate for gate in acting if gate.acts is acting[0].acts]
    tells = [gate.tell for gate in acting]
    planned = {one.track for one in decision.plan.exercises} if decision.plan is not None else set()
    for track in decision.tracks.values() if not is_stopped else ():
        if track.is_open:
            tells += [reason.tell for reason in track.reasons if track.action != "stay"]
            tells += [track.tell] if track.track in planned else []
    tells += [advice.text for advice in decision.advice]
    return tuple(dict.fromkeys(text for text in tells if text))


def told_of_exercises(decision: Decision, rulebook: Rulebook) -> dict[str, list[str]]:
    """Return what the patient is told of single exercises, with the titles of those that it is told of."""
    found: dict[str, list[str]] = {}
    plan = decision.plan
    for gone in plan.dropped if plan is not None else ():
        for text in gone.tell:
            found.setdefault(text, []).append(title_of(rulebook, gone.exercise))
    for one in plan.exercises if plan is not None else ():
        for text in one.tell:
            found.setdefault(text, []).append(one.title)
    return found
