"""`rehabflow episode identify`: who the patient is, kept apart from the record and encrypted with their key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import short
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.cli.terminal_input import EndOfInput, answers_are_private, ask_line
from rehabflow.loading.folders import read_bytes
from rehabflow.problems import FileProblems, UsageError
from rehabflow.render.page import Line, fields
from rehabflow.store.identities import identify, identity
from rehabflow.store.roles import require
from rehabflow.toml_source import read_source

PARTS: Final = {"name": "Name", "born": "Date of birth", "number": "Number in the clinic's books"}
LONGEST: Final = 200


@click.command("identify", cls=PrivateCommand)
@click.argument("episode")
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"A TOML file with texts: {', '.join(PARTS)}. It is not deleted.",
)
@click.option("--show", "is_shown", is_flag=True, help="Show who it is instead.")
@episode_options
def identify_patient(*, episode: str, file: Path | None, is_shown: bool, setting: Setting) -> int:
    """Say who the patient of EPISODE is, or show it. It is asked for, as a command line is no place for names."""
    with open_desk(setting, episode) as desk, answers_are_private():
        require(desk.actor, "identify")
        state = desk.state(episode)
        if not is_shown:
            told = _read(file) if file is not None else _asked(desk)
            identify(desk.episodes, desk.actor, state.patient, told)
        found = identity(desk.episodes, desk.actor, state.patient) if is_shown else None
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-identity/1",
                "episode": state.episode,
                "patient": state.patient,
                "identity": dict(found) if found is not None else None,
            })  # fmt: skip
        elif not is_shown:
            show([Line(f"Who patient {state.patient} is, is kept, encrypted.")])
        elif found is None:
            show([Line(f"Nobody said who patient {state.patient} is.")])
        else:
            show(fields(((PARTS.get(key, key), text) for key, text in found.items()), indent=0))
        talk(f"Next: rehabflow episode visit {short(state)}")
    return 0


def _asked(desk: Desk) -> Mapping[str, str]:
    if desk.setting.no_input:
        raise UsageError("say who it is in a file: --from FILE")
    told: dict[str, str] = {}
    try:
        for key, question in PARTS.items():
            text = ask_line(f"{question}. Empty: not kept")
            if text:
                told[key] = text
    except EndOfInput:
        pass
    return _checked(told)


def _read(path: Path) -> Mapping[str, str]:
    try:
        values = read_source(read_bytes(path), "the file").values
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}") from None
    except FileProblems:
        raise UsageError('the file is no TOML; write: name = "..."') from None
    return _checked({key: text if isinstance(text, str) else str(text) for key, text in values.items()})


def _checked(told: Mapping[str, str]) -> Mapping[str, str]:
    if not told or told.keys() - PARTS.keys() or any(len(text) > LONGEST for text in told.values()):
        raise UsageError(
            f"who a patient is, is at least one of {', '.join(PARTS)}, of up to {LONGEST} letters"
        )
    return told
