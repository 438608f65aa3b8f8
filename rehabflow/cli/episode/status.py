"""`rehabflow episode status`: where an episode stands, on one screen."""

from __future__ import annotations

from typing import Any  # values of a JSON document

import click

from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.looked import next_visit_of
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import next_step, short
from rehabflow.cli.loading import references_of
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.cli.screens import screen_of_stdout
from rehabflow.engine.decision import Need
from rehabflow.engine.standing import Standing, standing
from rehabflow.instants import Instant
from rehabflow.record.events import Overridden
from rehabflow.render.decision_json import reason_document
from rehabflow.render.reason_lines import Grounds
from rehabflow.render.references import References
from rehabflow.render.standing_text import Standings, standing_blocks
from rehabflow.render.words import instant_iso
from rehabflow.store.state import EpisodeState
from rehabflow.store.together import told


@click.command("status", cls=PrivateCommand)
@click.argument("episode")
@click.option("--full", is_flag=True, help="Every criterion, also where it does not fit one screen.")
@episode_options
def status(*, episode: str, full: bool, setting: Setting) -> int:
    """Show where EPISODE stands: stage, what the next step waits for, gates, what is due. Nothing is recorded."""
    with open_desk(setting) as desk:
        state = desk.state(episode)
        rulebook, references = desk.rulebook(state), references_of(desk.catalog_of(state))
        elsewhere = told(desk.episodes.vault, desk.episodes.definitions, state, desk.now)
        history = state.history.plus(elsewhere) if elsewhere is not None else state.history
        where = standing(rulebook, history, desk.now)
        needs = desk.episodes.derive(state, history, desk.now, "between").needs
        if setting.as_json:
            show_json(_document(state, where, needs, references))
        else:
            screen = screen_of_stdout()
            standings = Standings(
                tuple(_lines(desk, state)),
                where,
                needs,
                Grounds(rulebook, references),
                state.history.day_0,
                next_visit_of(state),
                draws=screen.terminal,
                full=full,
            )
            show(standing_blocks(standings, screen))
        talk(next_step(desk, state))
    return 0


def _lines(desk: Desk, state: EpisodeState) -> list[str]:
    """Return the head of the screen: which episode, what is in force, what waits, what was set aside."""
    protocol = desk.rulebook(state).protocol
    closed = f" Closed: {state.closed.disposition.replace('_', ' ')}." if state.closed is not None else ""
    lines = [f"Episode {short(state)}: {protocol.title} ({protocol.id} {state.pin.version}).{closed}"]
    if state.in_force is not None:
        made = state.in_force
        lines.append(
            f"In force: {made.decision.action.upper()}, decision {made.number} of {made.decision.at}."
        )
    else:
        lines.append("No decision is in force yet.")
    if state.stop is not None and state.in_force is not None:
        lines.append(f"NO EXERCISE: decision {state.stop.number} stops it, until a later one is accepted.")
    if state.proposed is not None:
        made = state.proposed
        lines.append(
            f"WAITS for a clinician: {made.decision.action.upper()}, decision {made.number} of {made.decision.at}."
        )
    return lines


def live_overrides(state: EpisodeState, now: Instant) -> list[Overridden]:
    """Return what is set aside now."""
    return [
        event
        for event in state.history.events
        if isinstance(event, Overridden) and event.until.day >= now.day
    ]


def _document(
    state: EpisodeState, where: Standing, needs: tuple[Need, ...], references: References
) -> dict[str, Any]:
    visit = next_visit_of(state)
    return {
        "schema": "rehabflow/episode-status/1",
        "episode": state.episode,
        "protocol": {"id": state.protocol, "version": state.pin.version},
        "version": state.version,
        "now": instant_iso(where.now),
        "day": where.now.day - state.history.day_0,
        "closed": state.closed.disposition if state.closed is not None else None,
        "in_force": _made(state, "in_force"),
        "waits": _made(state, "proposed"),
        "tracks": [
            {
                "id": track.track,
                "open": track.is_open,
                "stage": track.stage,
                "since": None if track.since is None else instant_iso(track.since),
                "days": None if track.since is None else where.now.day - track.since.day,
                "steps": [
                    {
                        "kind": step.kind,
                        "stage": step.stage,
                        "criteria": [
                            {
                                **reason_document(one.result.reason, references),
                                "course": [
                                    {"at": instant_iso(at), "value": float(value)}
                                    for at, value in (one.course.values if one.course else ())
                                ],
                            }
                            for one in step.waits
                        ],
                    }
                    for step in track.steps
                ],
            }
            for track in where.tracks
        ],
        "gates": [
            {
                "id": gate.address,
                "state": gate.state,
                "effect": gate.acts.word,
                "text": gate.reason.say,
                "since": None if gate.since is None else instant_iso(gate.since),
                "overridden_by": gate.overridden_by or None,
            }
            for gate in where.gates
        ],
        "overrides": [
            {
                "rule": one.rule,
                "by": one.by,
                "name": one.name,
                "reason": one.reason,
                "until": instant_iso(one.until),
            }
            for one in live_overrides(state, where.now)
        ],
        "due": [
            {"id": need.id, "kind": need.kind, "due": need.due or None, "who": list(need.who)}
            for need in needs
            if need.due or need.kind in ("clearance", "review")
        ],
        "next_visit": None if visit is None else str(Instant(visit)),
    }


def _made(state: EpisodeState, name: str) -> dict[str, Any] | None:
    made = state.in_force if name == "in_force" else state.proposed
    if made is None:
        return None
    decision = made.decision
    return {
        "number": made.number,
        "action": decision.action,
        "kind": decision.kind,
        "at": instant_iso(decision.at),
    }
