"""`rehabflow episode log`: a session, or one line for several; the decision between visits only restricts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

import click

from rehabflow.cli.answers import ask_value, raw_value
from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.given import Given, moment_of, number_of, type_of
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
from rehabflow.cli.terminal_input import EndOfInput, answers_are_private
from rehabflow.conditions.types import BooleanType, NumberType
from rehabflow.instants import Instant
from rehabflow.loading.known import Known
from rehabflow.problems import UsageError
from rehabflow.record.events import Did, Event, SessionLogged, Visited
from rehabflow.record.values import Absent, Answer
from rehabflow.render.words import plain_id
from rehabflow.rulebook.model import Rulebook
from rehabflow.store.state import EpisodeState

SHARE: Final = NumberType(None, Fraction(0), Fraction(1), 2)
EFFORT: Final = NumberType(None, Fraction(0), Fraction(10), 1)
_WORDS: Final = {"all": Decimal(1), "half": Decimal("0.5"), "none": Decimal(0)}
_OF: Final = re.compile(r"([0-9]{1,4})/([0-9]{1,4})", re.ASCII)


@click.command("log", cls=PrivateCommand)
@click.argument("episode")
@given_options
@click.option(
    "--done", default="", metavar="SHARE", help="How much of the session was done: 0 to 1, all, half, none."
)
@click.option(
    "--did",
    multiple=True,
    metavar="EXERCISE=...",
    help="What was done of an exercise: bird_dog=all or =part, then effort=6, load=10, with commas. Repeatable.",
)
@click.option("--at", default="", metavar="DATE[TIME]", help="When the session was. [default: now]")
@click.option(
    "--sessions",
    default="",
    metavar="DONE/OF",
    help="One line for several sessions instead, such as 5/7; with --last.",
)
@click.option("--last", default="", metavar="7d", help="How long that line is about.")
@explain_option
@request_options
@episode_options
def log(
    *,
    episode: str,
    file: Path | None,
    answers: tuple[str, ...],
    done: str,
    did: tuple[str, ...],
    at: str,
    sessions: str,
    last: str,
    setting: Setting,
) -> int:
    """Log a session of EPISODE and the decision it leads to, which holds at once: it only restricts.

    Without --from, --done and --sessions, it is asked what was done. With --sessions, --set session.pain=3 is the
    worst of all of them.
    """
    with open_desk(setting, episode) as desk, answers_are_private():
        state = desk.begin(episode, "log")
        if sessions or last:
            if file or done or did or at:
                raise UsageError(
                    "--sessions is one line for several sessions: only --last and --set go with it"
                )
            found = _line(desk, state, sessions, last, answers)
        else:
            when = moment_of(at, desk.now, "--at") if at else desk.now
            said = {
                **({"done": _share(done)} if done else {}),
                **({"did": dict(map(_did, did))} if did else {}),
            }
            given = Given(file, answers, said)
            if given.is_nothing and not setting.no_input:
                found = _held(desk, state, when)
            elif file is None and not done:
                raise UsageError("say how much of the session was done: --done all, half, none or 0 to 1")
            else:
                found = given.events(desk, state, "session", when)
        return show_decided(desk, "log", desk.episodes.log(desk.request(), state.episode, found))


def _line(
    desk: Desk, state: EpisodeState, sessions: str, last: str, answers: tuple[str, ...]
) -> tuple[Event, ...]:
    match = _OF.fullmatch(sessions)
    if match is None or not last:
        raise UsageError("a line for several sessions is --sessions DONE/OF --last 7d")
    known = Known.of(desk.rulebook(state))
    worst = dict(_worst(known, answer) for answer in answers)
    line = {"done": int(match[1]), "of": int(match[2]), "last": last, **({"worst": worst} if worst else {})}
    events = Given(said={"diary": line}).events(desk, state, "visit", desk.now)
    return tuple(event for event in events if not isinstance(event, Visited))


def _worst(known: Known, answer: str) -> tuple[str, object]:
    key, equals, text = (part.strip() for part in answer.partition("="))
    if not equals or not key.startswith("session."):
        raise UsageError("the worst of several sessions is --set session.ITEM=VALUE")
    type_ = type_of(known, key)
    return key.removeprefix("session."), text if type_ is None else raw_value(text, type_)


def _share(text: str) -> Decimal:
    return _WORDS[text] if text in _WORDS else number_of(text, "--done")


def _did(text: str) -> tuple[str, Mapping[str, object]]:
    exercise, equals, said = (part.strip() for part in text.partition("="))
    found: dict[str, object] = {}
    for part in said.split(","):
        word, has_number, number = (piece.strip() for piece in part.partition("="))
        if word in ("all", "part") and not has_number:
            found["all_steps"] = word == "all"
        elif word in ("effort", "load") and has_number:
            found[word] = number_of(number, f"{word} in --did")
        else:
            equals = ""
    if not equals:
        raise UsageError(
            "--did is EXERCISE=all or EXERCISE=part, then effort=6 and load=10, with commas between"
        )
    return exercise, found


# -- asking


def _held(desk: Desk, state: EpisodeState, at: Instant) -> tuple[Event, ...]:
    """Ask what was done, and how it was."""
    rulebook = desk.rulebook(state)
    done: Answer | str = Absent.UNKNOWN
    answers: dict[str, Answer] = {}
    did: dict[str, Did] = {}
    talk("An empty answer means unknown. Ctrl-D: no more answers. Ctrl-C: stop.")
    try:
        done = ask_value("How much of the session was done? 1 is all, 0 none", "done", SHARE, at.day)
        if isinstance(done, Decimal):
            _ask_diary(rulebook, answers, at, is_done=bool(done))
            if done:
                _ask_exercises(rulebook, state, did, at)
    except EndOfInput:
        talk("No more answers: what was not asked stays unknown.")
    if not isinstance(done, Decimal):
        raise UsageError("a session needs how much of it was done; nothing was recorded")
    return (SessionLogged(at, at, done, dict(sorted(answers.items())), did),)


def _ask_diary(rulebook: Rulebook, answers: dict[str, Answer], at: Instant, *, is_done: bool) -> None:
    """Ask the diary; of a session that was not done only yes and no: an alarm may be why it was not."""
    for key, item in sorted(rulebook.diary.items()):
        if not is_done and item.definition.shape.kind != "yes_no":
            continue
        question = item.definition.ask or plain_id(item.definition.id).capitalize()
        answer = ask_value(question, key, item.type, at.day, declinable=item.definition.declinable)
        if answer not in (Absent.UNKNOWN, "normal"):
            answers[item.definition.id] = answer


def _ask_exercises(rulebook: Rulebook, state: EpisodeState, did: dict[str, Did], at: Instant) -> None:
    plans = state.in_force.decision.record.plans if state.in_force else ()
    for exercise in sorted({one.exercise for plan in plans for one in plan.prescriptions}):
        title = rulebook.exercises[exercise].definition.title
        all_steps = ask_value(f"{title}: all sets and repetitions", "all_steps", BooleanType(), at.day)
        if all_steps is Absent.UNKNOWN:
            continue
        effort = ask_value(f"{title}: how hard did it feel", "effort", EFFORT, at.day)
        did[exercise] = Did(
            all_steps if isinstance(all_steps, bool) else None,
            effort if isinstance(effort, Decimal) else None,
        )
