"""What clinicians sign: `clear`, `override`, `correct`, and `overrides`, which counts what was set aside."""

from __future__ import annotations

import datetime
from typing import Any, get_args  # Any: what a file's table holds

import click

from rehabflow.cli.answers import ask_value, raw_value
from rehabflow.cli.episode.desk import Desk, open_desk
from rehabflow.cli.episode.given import day_of, moment_of, type_of
from rehabflow.cli.episode.options import Setting, episode_options, explain_option, request_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import show_recorded
from rehabflow.cli.episode.signing import reason_of, sign
from rehabflow.cli.printing import show, show_json
from rehabflow.cli.terminal_input import EndOfInput, answers_are_private
from rehabflow.instants import Duration, Instant, NotADuration
from rehabflow.loading.known import Known
from rehabflow.problems import UsageError
from rehabflow.record.values import Absent
from rehabflow.render.page import Line
from rehabflow.render.tables import Table
from rehabflow.render.words import counted
from rehabflow.store.events import OverrideCode
from rehabflow.store.state import EpisodeState

REASON = click.option("--reason", default="", metavar="TEXT", help="Why.")


@click.command("clear", cls=PrivateCommand)
@click.argument("episode")
@click.argument("scope")
@click.option("--withdraw", is_flag=True, help="Take the agreement back.")
@REASON
@explain_option
@request_options
@episode_options
def clear(*, episode: str, scope: str, withdraw: bool, reason: str, setting: Setting) -> int:
    """Give the agreement SCOPE in EPISODE, such as `start`, as who acts."""
    with open_desk(setting, episode) as desk, answers_are_private():
        state = desk.begin(episode, "clear")
        if withdraw:
            said = {"withdraw": [{"clearance": scope, "reason": reason_of(desk, reason)}]}
            return sign(desk, state, "clearance_withdrawn", said, "The agreement is withdrawn.")
        entry = {"scope": scope, **({"reason": reason} if reason else {})}
        return sign(desk, state, "cleared", {"clear": [entry]}, "The agreement is on record.")


@click.command("override", cls=PrivateCommand)
@click.argument("episode")
@click.argument("rule")
@click.option("--code", type=click.Choice(get_args(OverrideCode)), help="What kind of reason.")
@REASON
@click.option("--until", default="", metavar="DATE|7d", help="The last day on which it is set aside.")
@click.option("--end", is_flag=True, help="End the override before its day.")
@explain_option
@request_options
@episode_options
def override(
    *,
    episode: str,
    rule: str,
    code: OverrideCode | None,
    reason: str,
    until: str,
    end: bool,
    setting: Setting,
) -> int:
    """Set RULE aside in EPISODE until a day: a gate level (minor.refer) or a rule (rule.x).

    It shows in every decision meanwhile. Emergency and refer levels cannot be set aside: their `until` ends them.
    """
    if not end and (code is None or not until):
        raise UsageError("an override has a kind of reason, a text and a last day: --code, --reason, --until")
    if end and (code is not None or until):
        raise UsageError("--end needs only a --reason")
    with open_desk(setting, episode) as desk, answers_are_private():
        state = desk.begin(episode, "override")
        text = reason_of(desk, reason)
        if end:
            after = desk.episodes.end_override(desk.request(), state.episode, rule, text)
            return show_recorded(desk, "override_ended", after, "The override has ended.")
        what = {"rule": rule.removeprefix("rule.")} if rule.startswith("rule.") else {"gate": rule}
        last = _last_day(until, desk.now)
        entry = {**what, "reason": f"{code}: {text}", "until": last}
        return sign(desk, state, "overridden", {"override": [entry]}, "The override is on record.")


def _last_day(text: str, now: Instant) -> object:
    try:
        day = Duration.parse(text).days_after(now.day)
    except NotADuration:
        day = day_of(text, "--until").day
    return datetime.date.fromordinal(day)


@click.command("correct", cls=PrivateCommand)
@click.argument("episode")
@click.argument("measure")
@click.option("--on", default="", metavar="DATE[TIME]", help="When it was observed, as it was recorded.")
@click.option("--to", default=None, metavar="VALUE", help="What is right; asked for if left out.")
@click.option("--withdraw", is_flag=True, help="It is not known after all: take all of it back.")
@REASON
@explain_option
@request_options
@episode_options
def correct(
    *, episode: str, measure: str, on: str, to: str | None, withdraw: bool, reason: str, setting: Setting
) -> int:
    """Correct what was recorded of MEASURE in EPISODE, such as nprs.average or session.pain; nothing is deleted."""
    if withdraw and (on or to is not None):
        raise UsageError("--withdraw takes all of it back; leave out --on and --to")
    with open_desk(setting, episode) as desk, answers_are_private():
        state = desk.begin(episode, "correct")
        if withdraw:
            said = {"withdraw": [{"observed": measure, "reason": reason_of(desk, reason)}]}
            return sign(desk, state, "observation_withdrawn", said, "It counts as unknown.")
        if not on:
            raise UsageError("say when it was observed: --on 2026-03-02")
        entry: dict[str, Any] = {
            "observed": measure,
            "on": _as_in_a_file(moment_of(on, desk.now, "--on")),
            "to": _right(desk, state, measure, to),
            "reason": reason_of(desk, reason),
        }
        return sign(desk, state, "corrected", {"correct": [entry]}, "The correction is on record.")


def _as_in_a_file(at: Instant) -> object:
    date = datetime.date.fromordinal(at.day)
    if at.second is None:
        return date
    return datetime.datetime.combine(date, datetime.time.min) + datetime.timedelta(seconds=at.second)


def _right(desk: Desk, state: EpisodeState, measure: str, to: str | None) -> object:
    """Return the right value as a file would hold it, asked for where it was not given."""
    type_ = type_of(Known.of(desk.rulebook(state)), measure)
    if type_ is None:
        raise UsageError("MEASURE is not one that this protocol records")
    if to is not None:
        return raw_value(to, type_)
    if desk.setting.no_input:
        raise UsageError("say what is right: --to VALUE, or --withdraw")
    try:
        answer = ask_value(f"What is right for {measure}", measure, type_, desk.now.day)
    except EndOfInput:
        answer = Absent.UNKNOWN
    if isinstance(answer, Absent):
        raise UsageError("nothing was corrected; --withdraw makes it unknown")
    return sorted(answer) if isinstance(answer, frozenset) else answer


@click.command("overrides", cls=PrivateCommand)
@episode_options
def overrides(*, setting: Setting) -> int:
    """Count how often each gate level or rule was set aside, over all episodes: which is wrong, or in the way?"""
    with open_desk(setting) as desk:
        counts = desk.episodes.overrides(desk.actor)
        if setting.as_json:
            entries = [{"rule": rule, "count": count} for rule, count in counts.items()]
            show_json({"schema": "rehabflow/episode-overrides/1", "overrides": entries})
        elif not counts:
            show([Line("Nothing was ever set aside.")])
        else:
            rows = tuple((rule, counted(count, "time")) for rule, count in counts.items())
            show([Table(("gate level or rule", "set aside"), rows)])
    return 0
