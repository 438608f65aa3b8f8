"""`rehabflow episode replay`: every decision derived again from what was known when it was made."""

from __future__ import annotations

import click

from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.render.page import Line
from rehabflow.render.words import counted
from rehabflow.store.errors import MissingKey
from rehabflow.store.replaying import Replayed, replay
from rehabflow.store.roles import require
from rehabflow.store.vault import ErasedEpisode


@click.command("replay", cls=PrivateCommand)
@click.argument("episode", required=False)
@episode_options
def replay_episodes(*, episode: str | None, setting: Setting) -> int:
    """Derive every decision of EPISODE again, without one of all; stop at the first that differs, by a letter."""
    with open_desk(setting) as desk:
        require(desk.actor, "replay")
        wanted = [desk.find(episode)] if episode else [head.episode for head in desk.store.heads()]
        found = {one: _replayed(desk, one, is_only=bool(episode)) for one in wanted}
        done = {one: each for one, each in found.items() if each is not None}
        decisions = sum(each.decisions for each in done.values())
        others = sum(each.other_engine for each in done.values())
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-replay/1",
                "episodes": len(done),
                "unreadable": len(found) - len(done),
                "decisions": decisions,
                "other_engine": others,
            })  # fmt: skip
        else:
            what = f"{counted(decisions, 'decision')} of {counted(len(done), 'episode')}"
            lines = [Line(f"{what} derived again: each is what it was, to the letter.")]
            if others:
                lines.append(
                    Line(f"{counted(others, 'decision')} had been made by another version of the engine.", 2)
                )
            if len(found) > len(done):
                unread = counted(len(found) - len(done), "episode")
                lines.append(Line(f"{unread} cannot be read: erased, or without a key here.", 2))
            show(lines)
        talk("Next: rehabflow episode verify tells whether the entries are those that were recorded")
    return 0


def _replayed(desk: Desk, episode: str, *, is_only: bool) -> Replayed | None:
    try:
        return replay(desk.episodes, desk.actor, episode)
    except (ErasedEpisode, MissingKey):
        if is_only:
            raise
        return None
