"""The end of an episode: `close` says how it ended; `erase` makes a patient's record unreadable for everybody."""

from __future__ import annotations

from typing import Final, Literal, get_args

import click

from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.options import Setting, episode_options, request_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import short, show_recorded
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.cli.terminal_input import EndOfInput, answers_are_private, ask_line
from rehabflow.problems import UsageError
from rehabflow.render.page import Line
from rehabflow.render.words import counted, plain_id
from rehabflow.store.erasing import erase as erase_patient
from rehabflow.store.errors import NoEpisode
from rehabflow.store.events import Disposition
from rehabflow.store.roles import require
from rehabflow.store.together import open_others

Ground = Literal["patient_request", "retention_over", "opened_in_error", "other"]
SURE: Final = "erase"


@click.command("close", cls=PrivateCommand)
@click.argument("episode")
@click.option("--disposition", type=click.Choice(get_args(Disposition)), required=True, help="How it ended.")
@click.option(
    "--reason",
    default="",
    metavar="TEXT",
    help="What else is to be known of it; needed where an emergency or a referral holds.",
)
@request_options
@episode_options
def close(*, episode: str, disposition: Disposition, reason: str, setting: Setting) -> int:
    """Close EPISODE: nothing can be added to it any more; its record stays."""
    with open_desk(setting, episode) as desk:
        require(desk.actor, "close")
        state = desk.episodes.close(desk.request(), desk.find(episode), disposition, reason)
        code = show_recorded(desk, "closed", state, f"The episode is closed: {plain_id(disposition)}.")
        others = open_others(desk.episodes.vault, state)
        if others:
            talk(f"Open episodes of the same patient: {', '.join(short(other) for other in others)}")
        return code


@click.command("erase", cls=PrivateCommand)
@click.argument("episode")
@click.option("--ground", type=click.Choice(get_args(Ground)), required=True, help="Why it may be erased.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask whether you are sure.")
@episode_options
def erase(*, episode: str, ground: Ground, is_sure: bool, setting: Setting) -> int:
    """Erase the patient of EPISODE: all their episodes, and who they are. Nobody can undo it.

    The patient's key is destroyed; the entries stay as they are, and can be read by nobody.
    """
    with open_desk(setting) as desk, answers_are_private():
        require(desk.actor, "erase")
        patient, episodes = _of_patient(desk, desk.find(episode))
        if not is_sure:
            _ask_if_sure(desk, patient, episodes)
        erased = erase_patient(desk.episodes, desk.actor, desk.now, patient, ground)
        if setting.as_json:
            show_json({"schema": "rehabflow/episode-erased/1", "patient": patient, "episodes": list(erased)})
        else:
            show(
                [
                    Line(
                        f"Erased: {counted(len(erased), 'episode')} of patient {patient}. The key is destroyed."
                    )
                ]
            )
        talk(
            "Next: destroy copies of the folder of keys, and files exported from these episodes, which hold the key."
        )
    return 0


def _of_patient(desk: Desk, episode: str) -> tuple[str, int]:
    """Return the patient of an episode, and how many episodes they have; it may be erased, or its key be lost."""
    first = desk.store.first(episode)
    if first is None:
        raise NoEpisode(f"there is no episode {episode}")
    return first.patient, sum(head.patient == first.patient for head in desk.store.heads())


def _ask_if_sure(desk: Desk, patient: str, episodes: int) -> None:
    if desk.setting.no_input:
        raise UsageError("erasing cannot be undone; say --yes if you are sure")
    talk(
        f"This makes {counted(episodes, 'episode')} of patient {patient} unreadable for everybody, for good."
    )
    try:
        answer = ask_line(f"Type {SURE} to go on; anything else stops")
    except EndOfInput:
        answer = ""
    if answer != SURE:
        raise click.Abort
