"""`rehabflow episode backup` and `restore`: the whole store as one file, encrypted on request; without keys."""

from __future__ import annotations

from pathlib import Path

import click

from rehabflow.cli.episode.desk import actor_of, is_url, open_desk
from rehabflow.cli.episode.options import STORE, Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.loading.folders import read_bytes
from rehabflow.problems import UsageError
from rehabflow.render.page import Line
from rehabflow.render.words import counted
from rehabflow.store.backups import backup, restore
from rehabflow.store.roles import require
from rehabflow.store.sqlite_store import SqliteStore

FILE = click.Path(path_type=Path, dir_okay=False)
ELSEWHERE = "a store on a PostgreSQL server is backed up by the server's means: pg_dump, or base backups"


@click.command("backup", cls=PrivateCommand)
@click.argument("file", type=FILE)
@click.option(
    "--to", "recipients", multiple=True, metavar="AGE-KEY", help="Encrypt to this age key. Repeatable."
)
@episode_options
def backup_store(*, file: Path, recipients: tuple[str, ...], setting: Setting) -> int:
    """Write a copy of the whole store to the new FILE; others may go on working. Patients' keys are not in it."""
    with open_desk(setting) as desk:
        require(desk.actor, "backup")
        if not isinstance(desk.store, SqliteStore):
            raise UsageError(ELSEWHERE)
        backup(desk.store, file, recipients)
        episodes = len(desk.store.heads())
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-backup/1",
                "episodes": episodes,
                "encrypted": bool(recipients),
            })  # fmt: skip
        else:
            how = "encrypted" if recipients else "not encrypted"
            show([Line(f"{counted(episodes, 'episode')} backed up, {how}.")])
        talk("The patients' keys are not in it: copy their folder too, to another place.")
        talk("Next, once to try it: rehabflow episode restore FILE --store ANOTHER")
    return 0


@click.command("restore", cls=PrivateCommand)
@click.argument("file", type=FILE)
@click.option("--identity", type=FILE, metavar="FILE", help="The file of the age key of an encrypted backup.")
@episode_options
def restore_store(*, file: Path, identity: Path | None, setting: Setting) -> int:
    """Make the store that --store names, which must not exist, of the backup in FILE; every chain is verified."""
    require(actor_of(setting.actor), "backup")
    if is_url(setting.store):
        raise UsageError(ELSEWHERE)
    store = restore(file, Path(setting.store or STORE), _identity(identity) if identity is not None else "")
    try:
        episodes = len(store.heads())
    finally:
        store.close()
    if setting.as_json:
        show_json({"schema": "rehabflow/episode-restore/1", "episodes": episodes})
    else:
        show([Line(f"{counted(episodes, 'episode')} restored; every chain holds.")])
    talk("Next: rehabflow episode verify --against NOTE tells what the backup lacks")
    return 0


def _identity(path: Path) -> str:
    """Return the secret key of a file as `age-keygen` writes it."""
    try:
        lines = read_bytes(path).decode("ascii", "replace").splitlines()
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}") from None
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if len(found) != 1:
        raise UsageError("the file of an age key holds one line AGE-SECRET-KEY-...")
    return found[0]
