"""`rehabflow episode history`: every entry, who made it and when; with `--as-known-on`, what was known then."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any  # values of a JSON document

import click

from rehabflow.cli.episode.desk import open_desk
from rehabflow.cli.episode.entry_text import entry_text
from rehabflow.cli.episode.given import day_of
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import short
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.instants import Instant
from rehabflow.record.events import Observed
from rehabflow.render.page import Block, Line
from rehabflow.render.tables import Table
from rehabflow.render.words import instant_iso, plain_id
from rehabflow.store.entries import KINDS
from rehabflow.store.forms import to_json
from rehabflow.store.state import EpisodeState, Numbered

NAMES = {type_: name for name, type_ in KINDS.items()}


@click.command("history", cls=PrivateCommand)
@click.argument("episode")
@click.option("--as-known-on", "known_on", default="", metavar="DATE", help="Only what was written by then.")
@episode_options
def history(*, episode: str, known_on: str, setting: Setting) -> int:
    """Show every entry of EPISODE: when it was written, by whom, what it says."""
    moment = day_of(known_on, "--as-known-on") if known_on else None
    with open_desk(setting) as desk:
        state, entries = desk.episodes.history(desk.actor, desk.find(episode), moment)
        if setting.as_json:
            show_json(_document(state, entries, moment))
        else:
            show(_page(state, entries, moment))
        talk(f"Next: rehabflow episode why {short(state)} NUMBER says why a decision was made")
    return 0


def _page(state: EpisodeState, entries: tuple[Numbered, ...], moment: Instant | None) -> list[Block]:
    then = f", as known on {moment}" if moment is not None else ""
    blocks: list[Block] = [
        Line(f"Episode {short(state)}, {state.protocol} {state.pin.version}{then}: {len(entries)} entries."),
        Table(("No.", "Written", "By", "What"), tuple(_rows(entries)), 0),
    ]
    in_force = state.in_force
    if in_force is not None:
        blocks.append(Line(f"In force: {in_force.decision.action}, decision {in_force.number}."))
    if state.proposed is not None:
        blocks.append(Line(f"Waiting: {state.proposed.decision.action}, decision {state.proposed.number}."))
    return blocks


def _rows(entries: tuple[Numbered, ...]) -> Iterator[tuple[str, ...]]:
    """Yield one row an entry; answers that were recorded together are one row."""
    for _, group in itertools.groupby(entries, key=_together):
        some = list(group)
        first, last = some[0], some[-1]
        entry = first.entry
        number = str(first.number) if first is last else f"{first.number}-{last.number}"
        was = f" (of {entry.event.at})" if entry.event.at.day != entry.clock.day else ""
        text = ", ".join(entry_text(one.entry.event) for one in some)
        kind = plain_id(NAMES[type(entry.event)])
        what = f"{kind}: {text}{was}" if text else f"{kind}{was}"
        yield number, str(entry.clock), f"{entry.actor.role} {entry.actor.id}", what


def _together(one: Numbered) -> tuple[object, ...]:
    """Return what entries have in common that are shown as one."""
    entry = one.entry
    if not isinstance(entry.event, Observed):
        return (one.number,)
    return entry.clock, entry.actor, entry.event.at


def _document(state: EpisodeState, entries: tuple[Numbered, ...], moment: Instant | None) -> dict[str, Any]:
    return {
        "schema": "rehabflow/episode-history/1",
        "episode": state.episode,
        "as_known_on": None if moment is None else instant_iso(moment),
        "version": state.version,
        "in_force": state.in_force.number if state.in_force is not None else None,
        "waits": state.proposed.number if state.proposed is not None else None,
        "entries": [
            {
                "number": one.number,
                "written": instant_iso(one.entry.clock),
                "by": {
                    "id": one.entry.actor.id,
                    "role": one.entry.actor.role,
                    "profession": one.entry.actor.profession or None,
                },
                "kind": NAMES[type(one.entry.event)],
                "at": instant_iso(one.entry.event.at),
                "text": entry_text(one.entry.event),
                "event": to_json(type(one.entry.event), one.entry.event, NAMES[type(one.entry.event)]),
            }
            for one in entries
        ],
    }
