"""What is on record, for the oracle: plain entries become dated items, each with every value it may have had."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

Plain = dict[str, Any]  # Any: a table of TOML
DAY = 86_400


@dataclass(frozen=True, order=True)
class At:
    """An instant; without a time of day (-1) it is the whole day, and comes first in order."""

    day: int
    second: int = -1

    @property
    def first(self) -> int:
        return self.day * DAY + max(self.second, 0)

    @property
    def last(self) -> int:
        return self.day * DAY + (DAY if self.second < 0 else self.second)


def surely_later(one: At, other: At) -> bool:
    """Return whether one instant is later wherever in their days the two were; the same visit is not."""
    return one != other and one.first >= other.last


@dataclass(frozen=True)
class Item:
    """One thing on record, or a session that was expected and that nobody reported (`missing`).

    `values`: what it was; several where nobody answered, or two answers of one instant differ.
    """

    what: str
    at: At
    values: tuple[Any, ...] = (True,)
    done: float = 1
    missing: bool = False


@dataclass(frozen=True)
class Plan:
    """An accepted plan of a track: each exercise with its dose level, step, and the time of its last change."""

    stage: str
    from_day: int
    doses: dict[str, tuple[str, int, At]]


@dataclass(frozen=True)
class Accepted:
    """A past decision: its plans by track, those it set aside (`kept`), and the exercises that were stopped."""

    at: At
    visit: bool
    plans: dict[str, Plan]
    kept: dict[str, Plan]
    stopped: set[str]


@dataclass(frozen=True)
class Move:
    """A track's stage from a moment on: placed by a person, or `decided`."""

    at: At
    track: str
    stage: str
    decided: bool = False


def when(entry: Plain) -> At:
    time = entry.get("time")
    return At(entry["day"], -1 if time is None else time.hour * 3600 + time.minute * 60 + time.second)


def duration(text: str) -> float:
    """Return a duration in days; `never_expires` is for ever."""
    units = {"h": 1 / 24, "d": 1, "w": 7}
    return float("inf") if text == "never_expires" else int(text[:-1]) * units[text[-1]]


def domain(measure: Plain) -> tuple[Any, ...]:
    """Return every value that a measure or diary item is declared for."""
    if measure["type"] == "yes_no":
        return (True, False)
    if measure["type"] == "choice":
        return tuple(measure["choices"])
    low, high = measure["range"]
    return tuple(range(low, high + 1))


def domains(protocol: Plain) -> dict[str, tuple[Any, ...]]:
    found = {f"session.{name}": domain(item) for name, item in protocol.get("diary", {}).items()}
    for name, assessment in protocol.get("assessment", {}).items():
        for key, measure in assessment["measure"].items():
            if measure["type"] != "set":
                found[f"{name}.{key}"] = domain(measure)
    return found


def items_of(protocol: Plain, entries: list[Plain]) -> tuple[Item, ...]:
    """Return everything on record, corrected, in order of time."""
    every = domains(protocol)
    items: list[Item] = []
    for entry in entries:
        at = when(entry)
        items += _observed(entry, at)
        if entry["kind"] == "session":
            items += _session(protocol, every, entry, at)
        for happened in entry.get("happened", []):
            items.append(Item(f"event.{happened['event']}", At(happened["at"]) if "at" in happened else at))
        for clearance in entry.get("clear", []):
            items.append(Item(f"clearance.{clearance['scope']}", at))
        for withdrawn in entry.get("withdraw", []):
            if "clearance" in withdrawn:
                items.append(Item(f"clearance.{withdrawn['clearance']}", at, (False,)))
            else:
                what = withdrawn["observed"]
                newest = max(item.at for item in items if item.what == what)
                items = _set(items, what, newest, every[what])
        for correction in entry.get("correct", []):
            items = _set(items, correction["observed"], At(correction["on"]), (correction["to"],))
    return tuple(sorted(_one_of_them(items), key=lambda item: item.at))


def _observed(entry: Plain, at: At) -> Iterator[Item]:
    for assessment, measures in entry.get("observed", {}).items():
        for key, value in measures.items():
            if assessment != "session" and key != "on":
                late = At(measures["on"]) if "on" in measures else at
                yield Item(
                    f"{assessment}.{key}", late, (frozenset(value) if isinstance(value, list) else value,)
                )


def _session(protocol: Plain, every: Plain, entry: Plain, at: At) -> Iterator[Item]:
    """Yield the session and its answers; what one that was done left out may have been anything."""
    done = float(entry["done"])
    yield Item("session", at, (True,), done)
    answers = entry.get("observed", {}).get("session", {})
    for name in protocol.get("diary", {}):
        key = f"session.{name}"
        if name in answers or done > 0:
            yield Item(key, at, (answers[name],) if name in answers else every[key], done)
    for exercise in protocol["exercise"]:
        did = entry.get("did", {}).get(exercise, {})
        steps = (did["all_steps"],) if "all_steps" in did else (True, False)
        yield Item(f"did.all_steps:{exercise}", at, steps, done)
        if did:
            yield Item(f"did:{exercise}", at)


def _set(items: list[Item], what: str, on: At, values: tuple[Any, ...]) -> list[Item]:
    """Return the items with those of an instant (a day, if it has no time) made what they were in truth."""
    return [
        replace(item, values=values)
        if item.what == what and (item.at == on or (on.second < 0 and item.at.day == on.day))
        else item
        for item in items
    ]


def _one_of_them(items: list[Item]) -> list[Item]:
    """Join the answers that one measure has at one instant: it is one of them until corrected."""
    found: list[Item] = []
    for item in items:
        if item.what.split(".")[0] in ("session", "clearance", "event") or "did" in item.what:
            found.append(item)
            continue
        same = [one for one in found if (one.what, one.at) == (item.what, item.at)]
        found = [one for one in found if one not in same]
        values = {value for one in [*same, item] for value in one.values}
        found.append(replace(item, values=_between(values)))
    return found


def _between(values: set[Any]) -> tuple[Any, ...]:
    """Return the values; of different numbers, also what lies between, for an interval is all the language knows."""
    if any(isinstance(value, bool | str | frozenset) for value in values):
        return tuple(values)
    return tuple(range(min(values), max(values) + 1))


def filled(items: tuple[Item, ...], reads: Collection[str]) -> Iterator[tuple[Item, ...]]:
    """Yield the record with every unanswered entry of these things answered, in each way there is."""
    choices = [
        [replace(item, values=(value,)) for value in item.values] if item.what in reads else [item]
        for item in items
    ]
    yield from (tuple(chosen) for chosen in itertools.product(*choices))
