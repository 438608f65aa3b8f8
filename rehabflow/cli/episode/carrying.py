"""`rehabflow episode export` and `import`: an episode as one file, to be read and replayed elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from rehabflow.cli.episode.desk import open_desk
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import short
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.problems import UsageError
from rehabflow.render.journey_toml import journey_toml
from rehabflow.render.page import Line
from rehabflow.render.words import counted
from rehabflow.store.backups import write_private
from rehabflow.store.carrying import export_episode, import_episode

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("export", cls=PrivateCommand)
@click.argument("episode")
@click.option("--to", "target", type=FILE, required=True, metavar="FILE", help="A new file.")
@episode_options
def export(*, episode: str, target: Path, setting: Setting) -> int:
    """Write EPISODE to a file: its entries, the definitions they were decided by, and its course as a journey.

    The file of an encrypted episode holds its key: whoever has the file can read it.
    """
    with open_desk(setting) as desk:
        state = desk.state(episode)
        write_private(target, export_episode(desk.episodes, desk.actor, state.episode, journey_toml))
        sealed = desk.episodes.vault.is_sealed(state.episode)
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-export/1",
                "episode": state.episode,
                "version": state.version,
                "holds_key": sealed,
            })  # fmt: skip
        else:
            show(
                [
                    Line(
                        f"{counted(state.version, 'entry', 'entries')} of episode {short(state)} are in the file."
                    )
                ]
            )
        if sealed:
            talk("The file holds the patient's key: keep it as the record itself; erasing does not reach it.")
        talk("Next, on the other machine: rehabflow episode import FILE")
    return 0


@click.command("import", cls=PrivateCommand)
@click.argument("file", type=FILE)
@episode_options
def import_file(*, file: Path, setting: Setting) -> int:
    """Take in the exported episode of FILE, as it is; a store and keys are made if there are none."""
    with open_desk(setting, create=True) as desk:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise UsageError(f"the file cannot be read: {error.strerror}") from None
        state = import_episode(desk.episodes, desk.actor, content)
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-import/1",
                "episode": state.episode,
                "version": state.version,
            })  # fmt: skip
        else:
            show(
                [Line(f"Episode {state.episode} is here, with {counted(state.version, 'entry', 'entries')}.")]
            )
        talk(f"Next: rehabflow episode replay {short(state)}")
    return 0
