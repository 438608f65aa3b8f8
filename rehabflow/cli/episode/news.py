"""What somebody else recorded meanwhile: told to whoever came second."""

from __future__ import annotations

from typing import Final

from rehabflow.cli.episode.desk import Desk
from rehabflow.cli.printing import talk
from rehabflow.render.words import plain_id
from rehabflow.store.entries import KINDS
from rehabflow.store.events import Derived

MOST: Final = 12
_WORDS: Final = {type_: plain_id(kind) for kind, type_ in KINDS.items()} | {Derived: "decision"}


def tell_news(desk: Desk, episode: str, seen: int) -> None:
    """Tell what was recorded after entry `seen`: when, by whom, of what kind; and what holds now."""
    state = desk.episodes.state(desk.actor, episode)
    talk(f"Episode {episode} has {state.version} entries now.")
    if desk.may("history"):
        _, entries = desk.episodes.history(desk.actor, episode)
        for one in entries[seen:][:MOST]:
            entry = one.entry
            talk(
                f"  {one.number}: {_WORDS[type(entry.event)]}, {entry.clock}, by {entry.actor.role} {entry.actor.id}"
            )
        if len(entries) - seen > MOST:
            talk(f"  and {len(entries) - seen - MOST} more")
    if state.proposed is not None:
        talk(f"Decision {state.proposed.number} waits for a clinician.")
    elif state.in_force is not None:
        talk(f"Decision {state.in_force.number} is in force: {state.in_force.decision.action}.")
