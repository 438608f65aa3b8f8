"""`rehabflow episode migrate`: move an episode to the installed version of its protocol; first, what would change."""

from __future__ import annotations

import click

from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.options import Setting, episode_options, request_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import recorded_document, short
from rehabflow.cli.episode.signing import reason_of
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.cli.terminal_input import EndOfInput, ask_line
from rehabflow.render.page import Block, Heading, Line
from rehabflow.render.words import listed
from rehabflow.store.moving import Preview, move, preview_move
from rehabflow.store.state import EpisodeState

SURE = "move"


@click.command("migrate", cls=PrivateCommand)
@click.argument("episode")
@click.option("--reason", default="", metavar="TEXT", help="Why it is moved.")
@click.option("--yes", "is_sure", is_flag=True, help="Move it; without it, only what would change is shown.")
@request_options
@episode_options
def migrate(*, episode: str, reason: str, is_sure: bool, setting: Setting) -> int:
    """Move EPISODE to the installed version of its protocol. What would change is shown first."""
    with open_desk(setting) as desk:
        state = desk.state(episode)
        request = desk.request()
        if desk.store.request(request.key):
            return _moved(desk, move(desk.episodes, request, state.episode, reason), None)
        preview = preview_move(desk.episodes, request, state.episode)
        if not setting.as_json:
            show(_page(state, preview))
        if not (is_sure or _is_sure(desk)):
            if setting.as_json:
                show_json({**_document(state, preview), "moved": False})
            talk(f"Nothing was recorded. Next: rehabflow episode migrate {short(state)} --yes --reason TEXT")
            return 0
        after = move(desk.episodes, request, state.episode, reason_of(desk, reason))
        return _moved(desk, after, preview)


def _is_sure(desk: Desk) -> bool:
    if desk.setting.no_input or desk.setting.as_json:
        return False
    try:
        return ask_line(f"Type `{SURE}` to move it") == SURE
    except EndOfInput:
        return False


def _moved(desk: Desk, state: EpisodeState, preview: Preview | None) -> int:
    if desk.setting.as_json:
        changed = _document(state, preview) if preview is not None else {}
        show_json(
            {
                **recorded_document("moved", state),
                **changed,
                "schema": "rehabflow/episode-move/1",
                "moved": True,
            }
        )
    else:
        show([Line(f"The episode goes on by {state.protocol} {state.pin.version}.")])
    talk(f"Next: rehabflow episode visit {short(state)}; until then the decision in force holds")
    return 0


def _page(state: EpisodeState, preview: Preview) -> list[Block]:
    versions = (
        f"from {preview.before} to {preview.after}" if preview.before != preview.after else preview.after
    )
    blocks: list[Block] = [
        Heading(f"Moving episode {short(state)}: {state.protocol} {versions}", 1),
        Line(f"Other definitions: {listed(preview.definitions)}."),
    ]
    if not preview.changes:
        return [*blocks, Line("Decided now, between visits, nothing would change.")]
    blocks.append(Heading("Decided now, between visits"))
    return [*blocks, *(Line(text, 2, "-") for text in preview.changes)]


def _document(state: EpisodeState, preview: Preview) -> dict[str, object]:
    return {
        "schema": "rehabflow/episode-move/1",
        "episode": state.episode,
        "before": preview.before,
        "after": preview.after,
        "definitions": list(preview.definitions),
        "changes": list(preview.changes),
    }
