"""A clinician's answer to a decision that waits: accept, change, decline."""

from __future__ import annotations

from collections.abc import Mapping

import click

from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.given import NotReadable, number_of
from rehabflow.cli.episode.options import Setting, episode_options, explain_option, request_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import show_decided, show_recorded
from rehabflow.cli.episode.signing import reason_of, signed
from rehabflow.cli.printing import talk
from rehabflow.cli.terminal_input import EndOfInput, answers_are_private, ask_line
from rehabflow.problems import UsageError
from rehabflow.store.requests import Recorded
from rehabflow.store.roles import require
from rehabflow.store.state import EpisodeState

NUMBER = click.argument("number", type=click.IntRange(1))


@click.command("accept", cls=PrivateCommand)
@click.argument("episode")
@NUMBER
@request_options
@episode_options
def accept(*, episode: str, number: int, setting: Setting) -> int:
    """Put decision NUMBER of EPISODE in force; only the one that waits can be."""
    with open_desk(setting, episode) as desk:
        require(desk.actor, "accept")
        state = desk.episodes.accept(desk.request(), desk.find(episode), number)
        return show_recorded(desk, "accepted", state, _accepted(number))


@click.command("decline", cls=PrivateCommand)
@click.argument("episode")
@NUMBER
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@request_options
@episode_options
def decline(*, episode: str, number: int, reason: str, setting: Setting) -> int:
    """Decline decision NUMBER of EPISODE; what was in force before stays so. A stop holds all the same."""
    with open_desk(setting, episode) as desk, answers_are_private():
        require(desk.actor, "accept")
        state = desk.episodes.decline(desk.request(), desk.find(episode), number, reason_of(desk, reason))
        return show_recorded(desk, "declined", state, _declined(state, number))


@click.command("change", cls=PrivateCommand)
@click.argument("episode")
@click.option("--place", multiple=True, metavar="TRACK=STAGE", help="Set the stage of a track. Repeatable.")
@click.option("--pin", multiple=True, metavar="EXERCISE", help="Want an exercise in the plan. Repeatable.")
@click.option("--remove", multiple=True, metavar="EXERCISE", help="Take an exercise out. Repeatable.")
@click.option(
    "--order",
    multiple=True,
    metavar="PARAMETER=NUMBER",
    help="A stricter number for this patient. Repeatable.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why; of all these changes.")
@explain_option
@request_options
@episode_options
def change(
    *,
    episode: str,
    place: tuple[str, ...],
    pin: tuple[str, ...],
    remove: tuple[str, ...],
    order: tuple[str, ...],
    reason: str,
    setting: Setting,
) -> int:
    """Change what the decision of EPISODE that waits leads to; the visit is decided anew with it, and waits again."""
    if not (place or pin or remove or order):
        raise UsageError("say what to change: --place, --pin, --remove or --order")
    with open_desk(setting, episode) as desk, answers_are_private():
        state = desk.begin(episode, "change")
        why = reason_of(desk, reason) if place or pin or remove else ""
        said = _changes(place, pin, remove, order, why)
        recorded = desk.episodes.change(desk.request(), state.episode, signed(desk, state, said))
        return show_decided(desk, "change", recorded)


def ask_for_answer(desk: Desk, recorded: Recorded) -> None:
    """Ask a clinician for the answer to a decision just shown; without one it waits."""
    state: EpisodeState | None = recorded.state
    number = recorded.number
    try:
        while state is not None and state.proposed is not None and state.proposed.number == number:
            word = ask_line(
                f"Accept, change or decline decision {number}? [a/c/d]. Empty: let it wait"
            ).lower()
            if not word:
                return
            try:
                again = _answered(desk, state, number, word)
            except (UsageError, NotReadable) as error:
                talk(f"    {error}")
                continue
            state, number = (again.state, again.number) if again else (None, 0)
    except (EndOfInput, KeyboardInterrupt):
        talk(f"Decision {number} is on record, and waits.")


def _answered(desk: Desk, state: EpisodeState, number: int, word: str) -> Recorded | None:
    """Record an answer; return the decision that follows from a change, or the one that still waits."""
    episode, request = state.episode, desk.follow(state.version)
    match word:
        case "a" | "accept":
            after = desk.episodes.accept(request, episode, number)
            show_recorded(desk, "accepted", after, _accepted(number))
        case "d" | "decline":
            after = desk.episodes.decline(request, episode, number, reason_of(desk, ""))
            show_recorded(desk, "declined", after, _declined(after, number))
        case "c" | "change":
            recorded = desk.episodes.change(request, episode, signed(desk, state, _asked(desk)))
            show_decided(desk, "change", recorded)
            return recorded
        case _:
            raise UsageError("a accepts it, c changes it, d declines it")
    return None


def _asked(desk: Desk) -> Mapping[str, object]:
    """Ask for one change and its reason."""
    kind, _, what = ask_line(
        "place TRACK=STAGE, pin EXERCISE, remove EXERCISE or order PARAMETER=NUMBER"
    ).partition(" ")
    named = {
        word: (what.strip(),) if kind.lower() == word else () for word in ("place", "pin", "remove", "order")
    }
    if not what or not any(named.values()):
        raise UsageError("a change is such as: pin bird_dog")
    reason = "" if named["order"] else reason_of(desk, "")
    return _changes(named["place"], named["pin"], named["remove"], named["order"], reason)


def _changes(
    place: tuple[str, ...], pin: tuple[str, ...], remove: tuple[str, ...], order: tuple[str, ...], reason: str
) -> dict[str, object]:
    """Return changes as a visit's tables."""
    found: dict[str, list[dict[str, object]]] = {"place": [], "pin": [], "remove": [], "order": []}
    for track, stage in (_pair(text, "--place", "TRACK=STAGE") for text in place):
        found["place"].append({"track": track, "stage": stage, "reason": reason})
    found["pin"] = [{"exercise": exercise, "reason": reason} for exercise in pin]
    found["remove"] = [{"exercise": exercise, "reason": reason} for exercise in remove]
    for parameter, number in (_pair(text, "--order", "PARAMETER=NUMBER") for text in order):
        found["order"].append({"parameter": parameter, "value": number_of(number, "--order")})
    return {key: entries for key, entries in found.items() if entries}


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    left, equals, right = (part.strip() for part in text.partition("="))
    if not (left and equals and right):
        raise UsageError(f"{option} is {form}")
    return left, right


def _accepted(number: int) -> str:
    return f"Decision {number} is in force."


def _declined(state: EpisodeState, number: int) -> str:
    if state.stop is not None:
        return f"Decision {number} was declined; the stop holds until a later decision is accepted."
    return f"Decision {number} was declined; what was in force before stays so."
