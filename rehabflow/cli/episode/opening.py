"""`rehabflow episode open`: a patient's care begins, by a version of a protocol that stays."""

from __future__ import annotations

import datetime
from typing import Literal

import click

from rehabflow.cli.episode.desk import open_desk
from rehabflow.cli.episode.options import Setting, episode_options, request_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import short
from rehabflow.cli.nearest import did_you_mean
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.instants import Instant
from rehabflow.problems import UsageError
from rehabflow.render.page import Line


@click.command("open", cls=PrivateCommand)
@click.argument("protocol")
@click.option(
    "--patient", default="", metavar="ID", help="The id of a patient who has an episode here; else a new one."
)
@click.option(
    "--day-0",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day that days are counted from. [default: today]",
)
@click.option("--involved", type=click.Choice(["left", "right"]), help="The side, for protocols of one limb.")
@request_options
@episode_options
def open_episode(
    *,
    protocol: str,
    patient: str,
    day_0: datetime.datetime | None,
    involved: Literal["left", "right"] | None,
    setting: Setting,
) -> int:
    """Open an episode of a patient by PROTOCOL, in the version that is installed now."""
    with open_desk(setting, protocol=protocol, create=True) as desk:
        if protocol not in desk.catalog.protocols and protocol not in desk.catalog.unreadable:
            raise UsageError(f"there is no such protocol{did_you_mean(protocol, desk.catalog.protocols)}")
        begin = None if day_0 is None else Instant.of(day_0.date())
        state = desk.episodes.open(
            desk.request(), protocol, patient=patient, day_0=begin, involved=involved or ""
        )
        package = desk.rulebook(state).protocol
        opened = state.opened
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-open/1",
                "episode": state.episode,
                "patient": state.patient,
                "protocol": {
                    "id": opened.protocol,
                    "version": opened.version,
                    "sha256": opened.digests["protocol"],
                },
                "day_0": str(opened.day_0),
                "involved": opened.involved or None,
                "version": state.version,
                "sealed": desk.episodes.vault.is_sealed(state.episode),
            })  # fmt: skip
        else:
            show([
                Line(f"Episode {state.episode} is open."),
                Line(f"{package.title} ({package.id} {package.version}), day 0 is {opened.day_0}.", 2),
                Line(f"Patient {state.patient}.", 2),
            ])  # fmt: skip
        if not desk.episodes.vault.is_sealed(state.episode):
            talk("Its entries are not encrypted, and it can never be erased: it was opened without keys.")
        talk(f"Next: rehabflow episode visit {short(state)}")
    return 0
