"""`rehabflow episode visit`: what can still change the decision is asked, it is recorded, then shown and answered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import attrs
import click

from rehabflow.cli.answers import YES
from rehabflow.cli.asking import ask_all
from rehabflow.cli.episode.answering import ask_for_answer
from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.given import Given
from rehabflow.cli.episode.news import tell_news
from rehabflow.cli.episode.options import (
    Setting,
    episode_options,
    explain_option,
    given_options,
    request_options,
)
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import show_decided
from rehabflow.cli.printing import talk
from rehabflow.cli.questions import Questions
from rehabflow.cli.terminal_input import EndOfInput, answers_are_private, ask_line
from rehabflow.engine.decision import Decision
from rehabflow.engine.gates import may
from rehabflow.instants import Instant
from rehabflow.record.events import Cleared, DiaryLine, Event, SessionLogged, Visited
from rehabflow.record.timeline import order_of
from rehabflow.render.words import listed
from rehabflow.rulebook.model import Rulebook
from rehabflow.store.entries import Actor
from rehabflow.store.errors import Conflict
from rehabflow.store.requests import Recorded
from rehabflow.store.state import EpisodeState


@click.command("visit", cls=PrivateCommand)
@click.argument("episode")
@given_options
@click.option(
    "--clear",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="An agreement that you give at this visit. Repeatable.",
)
@explain_option
@request_options
@episode_options
def visit(
    *, episode: str, file: Path | None, answers: tuple[str, ...], scopes: tuple[str, ...], setting: Setting
) -> int:
    """Record a visit of EPISODE and the decision it leads to, then show it.

    Without --from and --set, what can still change the decision is asked. A clinician then accepts, changes or
    declines the decision; until then it is not in force.
    """
    said = {"clear": [{"scope": scope} for scope in scopes]} if scopes else {}
    given = Given(file, answers, said)
    with open_desk(setting, episode) as desk, answers_are_private():
        state = desk.begin(episode, "visit")
        if given.is_nothing and not setting.no_input:
            recorded = _held(desk, state)
        else:
            found = given.events(desk, state, "visit", desk.now)
            recorded = desk.episodes.visit(desk.request(), state.episode, found)
        code = show_decided(desk, "visit", recorded)
        if not setting.no_input and not setting.as_json and desk.may("accept"):
            ask_for_answer(desk, recorded)
        return code


def _held(desk: Desk, state: EpisodeState) -> Recorded:
    """Ask what can still change the decision, and record the visit."""
    now = desk.now
    request = desk.request(state.version)
    events: list[Event] = [Visited(now, now)]

    def decided(found: Sequence[Event]) -> Decision:
        return desk.episodes.derive(state, state.history.plus(*found), now, "visit")

    questions = Questions.of(desk.rulebook(state), now, _since(state, now))
    questions.clearance = partial(_clearance, desk.actor)
    ask_all(questions, events, decided(events), decided)
    try:
        return desk.episodes.visit(request, state.episode, events)
    except Conflict as conflict:
        tell_news(desk, state.episode, conflict.expected)
        if not _wants_to_go_on():
            raise click.Abort from None
    later = desk.follow(desk.episodes.current(state.episode).version)
    moved = [attrs.evolve(event, at=later.now) if event.at == now else event for event in events]
    return desk.episodes.visit(later, state.episode, moved)


def _wants_to_go_on() -> bool:
    try:
        return ask_line("Record your answers after that? [y/n]").lower() in YES
    except EndOfInput:
        return False


def _since(state: EpisodeState, now: Instant) -> Instant:
    """Return when the entry before this visit was, after which sessions are asked for."""
    contacts = [
        event.at for event in state.history.events if isinstance(event, Visited | SessionLogged | DiaryLine)
    ]
    return max(contacts, key=order_of, default=now)


def _clearance(actor: Actor, rulebook: Rulebook, need: str, at: Instant) -> list[Event]:
    """Ask who acts to agree, if they may; nobody types another's agreement."""
    kind = rulebook.clearances[need.removeprefix("clearance.")]
    talk(f"\nClearance: {kind.title} ({kind.id})")
    if actor.role not in ("clinician", "lead") or not may(actor.profession, kind.by):
        talk(f"  It is given by a {listed(kind.by, 'or')}: rehabflow episode clear")
        return []
    answer = ask_line(f"Do you agree, as {actor.profession}? [y/n]. Empty: not now").lower()
    return [Cleared(at, at, kind.id, actor.profession, actor.id)] if answer in YES else []
