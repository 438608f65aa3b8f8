"""What a writing command prints: what is on record now, the decision if there is one, and the next step."""

from __future__ import annotations

from typing import Any, Final  # Any: values of a JSON document

from rehabflow.cli.episode.desk import Desk
from rehabflow.cli.exit_codes import FINE, code_of
from rehabflow.cli.loading import references_of
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.engine.decision import Decision
from rehabflow.render.decision_json import decision_document
from rehabflow.render.decision_text import NoteContext, decision_note
from rehabflow.render.page import Block, Gap, Line
from rehabflow.render.words import instant_iso
from rehabflow.store.requests import Recorded
from rehabflow.store.state import EpisodeState

SHOWN: Final = 8


def show_recorded(desk: Desk, what: str, state: EpisodeState, sentence: str, after: str = "") -> int:
    """Print that something is on record; `after` says the next step, if another than the usual one."""
    if desk.setting.as_json:
        show_json(recorded_document(what, state))
    else:
        show([Line(sentence)])
    talk(after or next_step(desk, state))
    return FINE


def show_decided(desk: Desk, what: str, recorded: Recorded) -> int:
    """Print a decision that is on record; return its exit code."""
    state, decision = recorded.state, recorded.decision
    catalog, rulebook = desk.catalog_of(state), desk.rulebook(state)
    references = references_of(catalog)
    if desk.setting.as_json:
        decided: dict[str, Any] = {  # Any: JSON
            "number": recorded.number,
            "repeated": recorded.repeated,
            "day": decision.at.day - state.history.day_0,
            "at": instant_iso(decision.at),
            "kind": decision.kind,
            "decision": decision_document(decision, references),
        }
        show_json({**recorded_document(what, state), "decided": decided})
    else:
        context = NoteContext(rulebook, references, state.history.day_0, explain=desk.setting.explain)
        show([*_standing(recorded, decision), *decision_note(decision, context)])
    if recorded.repeated:
        talk("This request had been recorded before; nothing was added.")
    talk(next_step(desk, state))
    return code_of(decision, rulebook)


def _standing(recorded: Recorded, decision: Decision) -> list[Block]:
    state, number = recorded.state, recorded.number
    if state.proposed is not None and state.proposed.number == number:
        standing = "proposed; it waits for a clinician"
    elif number in state.effective:
        standing = "in force" if decision.kind == "between" else "accepted"
    else:
        standing = "not in force"
    return [Line(f"Decision {number} of episode {short(state)}: {standing}."), Gap()]


def recorded_document(what: str, state: EpisodeState) -> dict[str, Any]:  # Any: JSON
    """Return what every writing command tells a program."""
    return {
        "schema": "rehabflow/episode-recorded/1",
        "episode": state.episode,
        "recorded": what,
        "version": state.version,
        "waits": state.proposed.number if state.proposed else None,
        "in_force": state.in_force.number if state.in_force else None,
        "closed": state.closed is not None,
        "decided": None,
    }


def next_step(desk: Desk, state: EpisodeState) -> str:
    """Return what comes next, by what who acts here may do."""
    episode = short(state)
    if state.closed is not None:
        return f"The episode is closed. Its record stays: rehabflow episode history {episode}"
    if state.proposed is None:
        if state.in_force is not None and state.in_force.decision.action in ("emergency", "refer"):
            return (
                f"Next: do what the decision says; the record goes on with rehabflow episode visit {episode}"
            )
        return f"Next: rehabflow episode {'visit' if desk.may('visit') else 'plan'} {episode}"
    number = state.proposed.number
    urgent = "The plan before it is set aside at once, whatever the answer.\n" if _ends_a_plan(state) else ""
    if not desk.may("accept"):
        return f"{urgent}Next, a clinician: rehabflow episode accept {episode} {number}"
    return (
        f"{urgent}Next: rehabflow episode accept {episode} {number}\n"
        f"   or: rehabflow episode change {episode} --pin EXERCISE --reason TEXT (or --remove, --place)\n"
        f"   or: rehabflow episode decline {episode} {number} --reason TEXT"
    )


def _ends_a_plan(state: EpisodeState) -> bool:
    had_plan = state.in_force is not None and bool(state.in_force.decision.record.plans)
    return had_plan and state.stop is not None


def short(state: EpisodeState) -> str:
    """Return the beginning of an episode's id, which commands take too."""
    return state.episode[:SHOWN]
