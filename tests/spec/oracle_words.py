"""What the words of a condition can mean, for the oracle: each is every value it may have, and all are tried.

What stands between them (`and or not`, comparisons) is Python's, and Python reads it.
"""

from __future__ import annotations

import ast
import functools
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from spec.oracle_record import Accepted, At, Item, Move, Plain, domains, duration, surely_later

ANYTHING = tuple(range(60))
"""What a count or a time may be of which nothing is known."""
Read = tuple[tuple[Any, ...], list[At]]  # every value that a word may have, and the entries that it reads


@dataclass(frozen=True)
class Here:
    """Where a condition stands: the moment, whether it is a visit, and from when its series begin.

    `after`, in an `until`: the trigger, later than which an entry has to be. `exercise`: whose dose or exclusion.
    `past`: an earlier moment, as it was before it was decided on.
    """

    now: At
    visit: bool
    track: str = "main"
    since: At | None = None
    after: At | None = None
    exercise: str = ""
    past: bool = False


@dataclass(frozen=True)
class Word:
    """One thing that a condition reads: a name, or a function with its argument and window."""

    function: str
    argument: str
    window: tuple[tuple[str, str], ...] = ()


@functools.cache
def words_of(text: str) -> tuple[CodeType, list[Word]]:
    """Return a condition with names in place of what it reads, and what they stand for."""
    found: dict[str, Word] = {}

    class Words(ast.NodeTransformer):
        def replace(self, node: ast.expr, word: Word) -> ast.expr:
            found.setdefault(ast.unparse(node), word)
            return ast.Name(f"_{list(found).index(ast.unparse(node))}", ast.Load())

        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            return self.replace(node, Word("", ast.unparse(node)))

        def visit_Call(self, node: ast.Call) -> ast.expr:
            function = ast.unparse(node.func)
            if function == "count":
                return ast.Call(node.func, [self.visit(argument) for argument in node.args], [])
            argument = ast.unparse(node.args[0]) if node.args else ""
            window = tuple((one.arg or "", ast.unparse(one.value).strip("'")) for one in node.keywords)
            return self.replace(node, Word(function, argument, window))

    tree = ast.Expression(Words().visit(ast.parse(text, mode="eval").body))
    return compile(ast.fix_missing_locations(tree), text, "eval"), list(found.values())


@dataclass
class Words:
    """A record that can be asked: the `possible` answers of a condition, and the `evidence` it rests on."""

    protocol: Plain
    items: tuple[Item, ...]
    accepted: list[Accepted]
    moves: list[Move]
    known: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = domains(self.protocol)
        asks = [ask for ask in self.protocol.get("ask", {}).values() if ask["every"] == "visit"]
        self.asked = {name for ask in asks for name in ask["what"]}

    def words(self, text: str) -> tuple[CodeType, list[Word]]:
        """Return what a condition reads, named criteria written out."""
        named = self.protocol.get("criterion", {})
        return words_of(re.sub(r"criterion\.(\w+)", lambda found: f"({named[found[1]]})", text))

    def possible(self, text: str, here: Here) -> set[bool]:
        """Return every answer that a condition has, over all values of what is not known."""
        code, words = self.words(text)
        names = {"true": True, "false": False, "count": lambda *each: sum(each)}
        values = [self.read(word, here)[0] for word in words]
        return {
            bool(eval(code, names, {f"_{n}": value for n, value in enumerate(chosen)}))
            for chosen in itertools.product(*values)
        }

    def evidence(self, text: str, here: Here) -> list[At]:
        """Return every entry that a condition reads, of each measure the newest."""
        return [at for word in self.words(text)[1] for at in self.read(word, here)[1]]

    def reads(self, text: str) -> set[str]:
        """Return the measures and diary items that a condition reads."""
        names = {name for word in self.words(text)[1] for name in re.findall(r"\w+\.\w+", word.argument)}
        return names & set(self.known)

    def blanks(self, text: str, here: Here) -> list[At]:
        """Return the entries that a condition reads and that leave the answer open."""
        found = []
        for what in self.reads(text):
            entries = [
                item for item in self.items if item.what == what and item.at <= here.now and item.done > 0
            ]
            if what.startswith("session."):
                entries = [item for item in entries if self.is_due(what, item.at, here)]
            else:
                newest = self.valid(what, here)
                entries = [newest] if newest else []
            found += [item.at for item in entries if len(item.values) > 1]
        return found

    # -- one word

    def read(self, word: Word, here: Here) -> Read:
        if word.function in ("streak", "times", "sessions_done", "worst", "best"):
            return self.series(word, here), self.done(here)
        if word.function == "cleared":
            return self.clearance(ast.literal_eval(word.argument), here)
        if word.function:
            return self.dated(word, here)
        thing, key = word.argument.split(".")
        if thing == "exercise":
            return (self.protocol["exercise"][here.exercise][key],), []
        if thing == "episode":
            return (here.now.day,), []
        if thing == "stage":
            return self.time_since(self.entry(here), here, key), []
        if thing in ("session", "did"):
            newest = [item for item in self.members(word.argument, here) if not item.missing][:1]
            return (newest[0].values if newest else self.unknown(word.argument)), self.done(here)
        return self.measure(word.argument, here)

    def unknown(self, what: str) -> tuple[Any, ...]:
        return self.known.get(what, (True, False))

    def measure(self, what: str, here: Here) -> Read:
        """Return what a measure can be, and its newest entry, valid or not."""
        newest, valid = self.newest(what, here), self.valid(what, here)
        return (valid.values if valid else self.known[what]), [newest.at] if newest else []

    def newest(self, what: str, here: Here) -> Item | None:
        entries = [item for item in self.items if item.what == what and item.at <= here.now]
        if here.after is not None:
            entries = [item for item in entries if surely_later(item.at, here.after)]
        return entries[-1] if entries else None

    def valid(self, what: str, here: Here) -> Item | None:
        """Return the newest observation while it is valid; at a visit, what is asked at each must be from there."""
        newest = self.newest(what, here)
        assessment, key = what.split(".")
        valid_for = duration(self.protocol["assessment"][assessment]["measure"][key]["valid_for"])
        if newest is None or here.now.day - newest.at.day > valid_for:
            return None
        return None if here.visit and assessment in self.asked and newest.at != here.now else newest

    def dated(self, word: Word, here: Here) -> Read:
        """Return whether an event happened, or the time since it or since the trigger."""
        unit = word.function.split("_")[0]
        if word.argument == "trigger":
            return self.time_since(here.after, here, unit), []
        found = [
            item.at for item in self.items if item.what == f"event.{word.argument}" and item.at <= here.now
        ]
        if word.function == "happened":
            return (bool(found),), found
        return self.time_since(max(found, default=None), here, unit), found

    def time_since(self, start: At | None, here: Here, unit: str) -> tuple[Any, ...]:
        """Return the days, or every number of hours, that may lie between."""
        if start is None:
            return ANYTHING
        if unit == "days":
            return (here.now.day - start.day,)
        low = max(0, here.now.first - start.last)
        high = max(low, here.now.last - start.first)
        return (low / 3600, high / 3600, *range(-(-low // 3600), high // 3600 + 1))

    def clearance(self, scope: str, here: Here) -> Read:
        """Return whether an agreement lives: given, not withdrawn, not expired (in `until`: given since)."""
        entries = [item for item in self.items if item.what == f"clearance.{scope}" and item.at <= here.now]
        if not entries:
            return (False,), []
        newest = entries[-1].at
        if any(item.values == (False,) for item in entries if item.at == newest):
            return (False,), [newest]
        following = [item for item in self.items if item.what == f"clearance.{scope}" and item.at > newest]
        if here.after and following and following[0].values == (False,):
            return (False,), [newest]  # taken back since: it ended nothing
        lasts = duration(self.protocol["clearance"][scope]["valid_for"])
        if here.now.day - newest.day > lasts:
            return (False,), [At(newest.day + int(lasts) + 1)]
        return (here.after is None or surely_later(newest, here.after),), [newest]

    def kit(self, here: Here) -> frozenset[str]:
        """Return the equipment that there surely is; none while it is not known."""
        entries = [item for item in self.items if item.what == "lifestyle.equipment" and item.at <= here.now]
        lasts = duration(self.protocol["assessment"]["lifestyle"]["measure"]["equipment"]["valid_for"])
        if not entries or here.now.day - entries[-1].at.day > lasts:
            return frozenset()
        return frozenset.intersection(*entries[-1].values)

    # -- series

    def series(self, word: Word, here: Here) -> tuple[Any, ...]:
        """Return what a series can give; in an `until`, anything before its first entry later than the trigger."""
        what = (re.findall(r"(?:session|did)\.\w+", word.argument) or ["session"])[0]
        members = self.members(what, here, dict(word.window), told=word.function == "times")
        is_value = word.function in ("worst", "best")
        reported = [item.at for item in members if not item.missing]
        waits = here.after is not None and not any(surely_later(at, here.after) for at in reported)
        if waits or (is_value and not members):
            return self.unknown(what) if is_value else ANYTHING
        if word.function == "sessions_done":
            return tuple(range(len(reported), len(members) + 1))
        if is_value:
            higher = self.protocol["diary"][what.split(".")[1]]["better"] == "higher"
            pick = max if higher == (word.function == "best") else min
            return _one_by_one([item.values for item in members], pick)
        code, _ = words_of(word.argument)
        if word.function == "times":
            members = [item for item in members if not item.missing]
        answers = [{bool(eval(code, {}, {"_0": value})) for value in item.values} for item in members]
        if word.function == "times":
            return _one_by_one([{0}, *answers], lambda count, met: count + met)
        return _one_by_one([{0}, *reversed(answers)], lambda row, met: row + 1 if met else 0)

    def done(self, here: Here) -> list[At]:
        """Return the sessions that were done or tell of something bad: what a word about sessions reads."""
        sessions = [item for item in self.items if item.what.startswith("session") and item.at <= here.now]
        return [item.at for item in sessions if item.done > 0 or tells(item)]

    def members(
        self, what: str, here: Here, window: dict[str, str] | None = None, *, told: bool = False
    ) -> list[Item]:
        """Return the sessions of a window, newest first, with those that were expected and not reported.

        `told`: also those not done whose yes tells of something bad.
        """
        window = window or {}
        mine = f"{what}:{here.exercise}" if what.startswith("did") else what
        found = [item for item in self.items if item.what == mine and item.at <= here.now]
        found = [item for item in found if item.done > 0 or (told and tells(item))]
        found = [item for item in found if self.is_due(what, item.at, here) and self.counts(item.at, here)]
        days = {item.at.day for item in self.items if item.what == "session"}
        for day in range(here.now.day):
            if day not in days and any(
                self.is_day(day, track, here.exercise) for track in self.protocol["track"]
            ):
                found.append(Item(mine, At(day), self.unknown(what), missing=True))
        if window.get("since") == "trigger":
            found = [item for item in found if here.after and surely_later(item.at, here.after)]
        elif "last" in window:
            found = [item for item in found if item.at.day > here.now.day - duration(window["last"])]
        elif here.since is not None:
            found = [item for item in found if item.at > here.since]
        return sorted(found, key=lambda item: item.at, reverse=True)

    def is_due(self, what: str, at: At, here: Here) -> bool:
        """Return whether an answer counts already: if a time of day is missing, on the day on which it may."""
        item = self.protocol["diary"].get(what.removeprefix("session."), {})
        if "answered_after" not in item:
            return True
        due = at.first + duration(item["answered_after"]) * 86_400
        if here.now.second < 0 or at.second < 0:
            return here.now.day > at.day and here.now.last > due
        return here.now.first >= due

    def counts(self, at: At, here: Here) -> bool:
        """Return whether an exercise was due in a session, or done; without an exercise all sessions count."""
        done = {
            item.what.removeprefix("did:")
            for item in self.items
            if item.what.startswith("did:") and item.at == at
        }
        if not here.exercise or here.exercise in done:
            return True
        if not self.is_day(at.day, here.track, ""):  # whatever was done on a day without a session
            return not done and self.is_in_plan(at.day, here.track, here.exercise)
        return self.is_day(at.day, here.track, here.exercise)

    def is_in_plan(self, day: int, track: str, exercise: str) -> bool:
        """Return whether the plan in force on a day has an exercise."""
        decisions = [one for one in self.accepted if one.at.day <= day]
        plan = decisions[-1].plans.get(track) if decisions else None
        return plan is not None and exercise in plan.doses

    def is_day(self, day: int, track: str, exercise: str) -> bool:
        """Return whether a day is a session day (of an exercise) by the plan in force on it."""
        decisions = [one for one in self.accepted if one.at.day <= day]
        plan = decisions[-1].plans.get(track) if decisions else None
        if plan is None or day < plan.from_day or (exercise and exercise not in plan.doses):
            return False
        counts = {name: self.a_week(name, dose[0]) for name, dose in plan.doses.items()}
        most = max(counts.values(), default=0)
        days = [j for j in range(7) if j * most % 7 < most]
        place = (day - plan.from_day) % 7
        if not exercise or place not in days:
            return place in days
        return days.index(place) * counts[exercise] % most < counts[exercise]

    def a_week(self, exercise: str, level: str) -> int:
        dose = self.protocol["exercise"][exercise]["dose"][level]
        return 7 if "per_day" in dose else int(str(dose["per_week"]).split(" ")[0])

    def reported(self, here: Here) -> list[At]:
        """Return the sessions with an entry of their own."""
        return [item.at for item in self.members("session", here) if not item.missing]

    def entry(self, here: Here) -> At | None:
        """Return when the stage of the track was entered; what is decided at a past moment comes after it."""
        moves = [
            move
            for move in self.moves
            if move.track == here.track
            and (move.at < here.now or (move.at == here.now and not (move.decided and here.past)))
        ]
        return moves[-1].at if moves and moves[-1].stage != "none" else None


def tells(item: Item) -> bool:
    """Return whether a diary item was answered yes, which tells of something bad."""
    return item.what.startswith("session.") and len(item.values) == 1 and item.values[0] is True


def _one_by_one(values: list[Any], join: Callable[[Any, Any], Any]) -> tuple[Any, ...]:
    """Return every result of joining one value of each, in order."""
    found = set(values[0])
    for more in values[1:]:
        found = {join(one, other) for one in found for other in more}
    return tuple(found)
