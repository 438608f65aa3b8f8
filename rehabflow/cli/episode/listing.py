"""`rehabflow episode list`: the episodes, those that need attention first, with why in a word."""

from __future__ import annotations

import click

from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.looked import next_visit_of
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import short
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.engine.decision import ACTIONS
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.timeline import order_of
from rehabflow.render.page import Block, Line
from rehabflow.render.tables import Table
from rehabflow.render.words import counted, instant_iso, plain_id
from rehabflow.store.identities import identity
from rehabflow.store.state import STOPS, EpisodeState
from rehabflow.store.vault import was_erased


@frozen
class Listed:
    """An episode of the list: `why` it stands where it does, by `rank`."""

    state: EpisodeState
    why: str
    rank: tuple[int, int, tuple[int, int], str]
    name: str = ""


@click.command("list", cls=PrivateCommand)
@click.option("--all", "is_all", is_flag=True, help="Closed episodes too.")
@click.option("--names", is_flag=True, help="Say who the patients are, as far as it was kept (`identify`).")
@episode_options
def list_episodes(*, is_all: bool, names: bool, setting: Setting) -> int:
    """List the episodes: first those whose decision waits, then those that are stopped, then overdue visits.

    When there are episodes, and none that was not erased can be read, it ends with 1.
    """
    with open_desk(setting) as desk:
        states = desk.episodes.list(desk.actor)
        found = [_listed(desk, state, names=names) for state in states if is_all or state.closed is None]
        found.sort(key=lambda one: one.rank)
        heads = desk.store.heads()
        unreadable = len(heads) - len(states)
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episodes/1",
                "episodes": [_document(desk, one) for one in found],
                "unreadable": unreadable,
            })  # fmt: skip
        else:
            show(_page(desk, found, unreadable, names=names))
        is_told = bool(states) or all(was_erased(desk.episodes.vault, head.episode) for head in heads)
        talk(_next(found) if is_told else "Say where the patients' keys are: --keys FOLDER")
    return 0 if is_told else 1


def _listed(desk: Desk, state: EpisodeState, *, names: bool) -> Listed:
    rank, why = _why(state, desk.now)
    known = identity(desk.episodes, desk.actor, state.patient) if names else None
    name = (known or {}).get("name", "")
    made = state.stop or state.proposed or state.in_force
    strictness = ACTIONS.index(made.decision.action) if made is not None else len(ACTIONS)
    return Listed(state, why, (rank, strictness, order_of(state.clock), state.episode), name)


def _why(state: EpisodeState, now: Instant) -> tuple[int, str]:
    """Return how urgent an episode is, the least number first, and why in a word."""
    if state.closed is not None:
        return 6, f"closed: {plain_id(state.closed.disposition)}"
    if state.proposed is not None:
        if state.stop is None:
            return 0, "decision waits"
        action, is_it = state.stop.decision.action, state.stop.number == state.proposed.number
        return 0, f"{action}, not answered" if is_it else f"{action}; a later decision waits"
    made = state.stop or state.in_force
    if made is None:
        return 4, "no decision yet"
    action = made.decision.action
    if action in STOPS:
        return 1, action
    visit = next_visit_of(state)
    if visit is not None and visit < now.day:
        return 2, f"visit {counted(now.day - visit, 'day')} overdue"
    if action == "discharge":
        return 3, "discharge: to be closed"
    return (3, "regress") if action == "regress" else (5, "goes on")


def _stage_of(desk: Desk, state: EpisodeState) -> str:
    made = state.in_force
    plans = [*made.decision.record.plans, *made.decision.record.kept] if made is not None else []
    stages = desk.rulebook(state).stages
    return (
        ", ".join(stages[plan.stage].stage.title if plan.stage in stages else plan.stage for plan in plans)
        or "none"
    )


def _page(desk: Desk, found: list[Listed], unreadable: int, *, names: bool) -> list[Block]:
    told = f"{counted(unreadable, 'episode')} cannot be read: erased, damaged, or without a key here."
    if not found:
        return (
            [Line("No episode that can be read is open."), Line(told)]
            if unreadable
            else [Line("No episode is open.")]
        )
    rows = tuple(
        (
            short(one.state),
            *([one.name or "?"] if names else []),
            one.why,
            f"{one.state.protocol}\n{_stage_of(desk, one.state)}",
            str(desk.now.day - one.state.history.day_0),
            str(one.state.clock)[:10],
        )
        for one in found
    )
    headings = ("Episode", *(["Name"] if names else []), "Why", "Protocol, stage", "Day", "Newest entry")
    blocks: list[Block] = [Table(headings, rows, 0)]
    if unreadable:
        blocks.append(Line(told))
    return blocks


def _document(desk: Desk, one: Listed) -> dict[str, object]:
    state = one.state
    visit = next_visit_of(state)
    return {
        "id": state.episode,
        "patient": state.patient,
        "name": one.name or None,
        "why": one.why,
        "urgency": one.rank[0],
        "protocol": {"id": state.protocol, "version": state.pin.version},
        "stage": _stage_of(desk, state),
        "day": desk.now.day - state.history.day_0,
        "version": state.version,
        "newest": instant_iso(state.clock),
        "waits": state.proposed.number if state.proposed is not None else None,
        "in_force": state.in_force.decision.action if state.in_force is not None else None,
        "next_visit": None if visit is None else str(Instant(visit)),
        "closed": state.closed.disposition if state.closed is not None else None,
    }


def _next(found: list[Listed]) -> str:
    if not found:
        return "Next: rehabflow episode open PROTOCOL"
    first = found[0]
    return f"Next: rehabflow episode {'why' if first.rank[0] < 2 else 'status'} {short(first.state)}"
