"""What a record of conditions can be, naively: every completion of it, one after the other. Standard library only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ANY = object()
"""An undefined number: it may be anything, so a comparison with it may go either way."""
DECLINED = None
Value = Any  # a boolean, fraction, text, set of texts, DECLINED or ANY
Values = frozenset[Value]
Env = dict[str, Any]  # Any: values, and under "@sessions" the list of them


@dataclass(frozen=True)
class Session:
    """What a session's entry can say; `count` how many such there are; `missing`: expected, and nobody reported it.

    The sessions of a diary `line` lie in unknown order among the `mixed_with` sessions that follow.
    """

    values: dict[str, tuple[Any, ...]]
    count: tuple[int, int] = (1, 1)
    missing: bool = False
    line: bool = False
    mixed_with: int = 0
    not_due: frozenset[str] = frozenset()


@dataclass
class Record:
    """What each thing can be. Sessions are newest first."""

    values: dict[str, tuple[Any, ...]]
    today: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    decimals: dict[str, int] = field(default_factory=dict)
    picks: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    bands: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    several: dict[str, list[str]] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    better: dict[str, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)
    sessions: list[Session] = field(default_factory=list)
    domains: dict[str, tuple[Any, ...]] = field(default_factory=dict)


def completions(record: Record) -> Iterator[Env]:
    """Yield every completion: a value for everything, and a definite list of sessions."""
    names = list(record.values)
    for values in itertools.product(*(record.values[name] for name in names)):
        for sessions in _session_lists(record.sessions):
            domains = {f"@domain.{name}": domain for name, domain in record.domains.items()}
            yield {**dict(zip(names, values, strict=True)), "@sessions": sessions, **domains}


def _session_lists(sessions: list[Session]) -> Iterator[list[Env]]:
    choices = []
    for index, session in enumerate(sessions):
        one = [
            {
                **dict(zip(session.values, each, strict=True)),
                "@at": index,
                "@missing": session.missing,
                "@not_due": session.not_due,
            }
            for each in itertools.product(*session.values.values())
        ]
        low, high = session.count
        choices.append(
            [c for n in range(low, high + 1) for c in itertools.combinations_with_replacement(one, n)]
        )
    for chosen in itertools.product(*choices):
        yield from _orders(sessions, [member for group in chosen for member in group])


def _orders(sessions: list[Session], members: list[Env]) -> Iterator[list[Env]]:
    """Yield the orders that diary lines leave open; sessions with a day of their own keep theirs."""
    if not any(session.line for session in sessions):
        yield members
        return
    for order in itertools.permutations(members):
        if all(_may_precede(sessions, a["@at"], b["@at"]) for a, b in itertools.combinations(order, 2)):
            yield list(order)


def _may_precede(sessions: list[Session], newer: int, older: int) -> bool:
    if newer <= older:
        return True
    return sessions[older].line and newer <= older + sessions[older].mixed_with
