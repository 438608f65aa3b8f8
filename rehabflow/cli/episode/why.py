"""`rehabflow episode why`: the reasons of a decision down to place and source; what would have changed it."""

from __future__ import annotations

from typing import Literal

import click

from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.looked import Looked, decision_of
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import next_step
from rehabflow.cli.loading import references_of
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.engine.nearest import Nearest, nearest
from rehabflow.problems import UsageError
from rehabflow.render.decision_json import add_parts, decision_document
from rehabflow.render.decision_text import NoteContext, decision_note
from rehabflow.render.nearest_text import nearest_blocks, nearest_document
from rehabflow.render.page import Block, Line
from rehabflow.render.words import instant_iso
from rehabflow.store.roles import require
from rehabflow.store.state import EpisodeState

Goal = Literal["advance", "start", "discharge"]


@click.command("why", cls=PrivateCommand)
@click.argument("episode")
@click.argument("decision", required=False, type=click.IntRange(1))
@click.option(
    "--not",
    "goal",
    type=click.Choice(["advance", "start", "discharge"]),
    help="Why it was not this: the smallest change of the record that would have led to it.",
)
@click.option("--track", default="main", metavar="ID", help="Of which track, with --not.  [default: main]")
@episode_options
def why(*, episode: str, decision: int | None, goal: Goal | None, track: str, setting: Setting) -> int:
    """Say why DECISION of EPISODE was made, by default the newest: each rule with its values, place and source."""
    with open_desk(setting) as desk:
        state = desk.state(episode)
        looked = decision_of(desk, state, decision)
        if goal is not None:
            _why_not(desk, state, looked, goal, track)
        else:
            _why(desk, state, looked)
        talk(next_step(desk, state))
    return 0


def _why(desk: Desk, state: EpisodeState, looked: Looked) -> None:
    from rehabflow.engine.parts import parts_of

    references = references_of(desk.catalog_of(state))
    parts = parts_of(looked.rulebook, looked.history, looked.decision)
    if desk.setting.as_json:
        show_json({
            "schema": "rehabflow/episode-why/1",
            "episode": state.episode,
            "number": looked.made.number,
            "at": instant_iso(looked.decision.at),
            "kind": looked.decision.kind,
            "decision": add_parts(decision_document(looked.decision, references), parts),
        })  # fmt: skip
        return
    context = NoteContext(looked.rulebook, references, state.history.day_0, explain=True, parts=parts)
    show(
        [
            Line(f"Decision {looked.made.number}: {_standing(state, looked)}."),
            *decision_note(looked.decision, context),
        ]
    )


def _standing(state: EpisodeState, looked: Looked) -> str:
    number = looked.made.number
    if state.proposed is not None and state.proposed.number == number:
        return "waits for a clinician"
    if state.stop is not None and state.stop.number == number:
        return "stops exercise at once, until a later one is accepted"
    if number not in state.effective:
        return "never in force: declined, or overtaken by what was recorded after it"
    in_force = state.in_force is not None and state.in_force.number == number
    return "in force" if in_force else "was in force, until a later one"


def _why_not(desk: Desk, state: EpisodeState, looked: Looked, goal: Goal, track: str) -> None:
    require(desk.actor, "read")
    rulebook, catalog = looked.rulebook, desk.catalog_of(state)
    if track not in rulebook.tracks:
        raise UsageError(f"there is no such track; there are: {', '.join(rulebook.tracks)}")
    answer = nearest(
        rulebook,
        looked.history,
        looked.decision.at,
        goal,
        track=track,
        scores=catalog.score_terms(state.protocol),
        reviewers=catalog.reviewers(state.protocol),
    )
    references = references_of(catalog)
    if desk.setting.as_json:
        show_json({
            "schema": "rehabflow/episode-why-not/1",
            "episode": state.episode,
            "number": looked.made.number,
            "at": instant_iso(looked.decision.at),
            **nearest_document(answer, references, rulebook),
        })  # fmt: skip
        return
    show([*_head(looked, answer), *nearest_blocks(answer, rulebook, references, looked.decision.at.day)])


def _head(looked: Looked, answer: Nearest) -> list[Block]:
    decision = looked.decision
    lines: list[Block] = [Line(f"Decision {looked.made.number} of {decision.at}: {decision.action.upper()}.")]
    if decision.kind == "between" and answer.status != "no_way":
        lines.append(
            Line(
                "Between visits nobody goes on. This is as if there had been a visit then, with the last answers to "
                "what is asked at every visit.",
                bullet="!",
            )
        )
    return lines
