"""Playing cases and collecting how each ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from rehabflow.catalog import Catalog
from rehabflow.engine.facts import Facts
from rehabflow.engine.play import Played, play
from rehabflow.engine.prepared import prepare
from rehabflow.frozen import frozen
from rehabflow.problems import RehabflowError
from rehabflow.record.journeys import Journey
from rehabflow.record.timeline import fold
from rehabflow.rulebook.model import Rulebook
from rehabflow.testing.expectations import Mismatch, mismatches


@frozen
class CaseResult:
    """How a case ended. `skipped` tells why it could not be played here; `checked` counts decisions compared.

    `played` are all its steps with their decisions, empty if it could not be played to the end.
    """

    journey: Journey
    mismatches: tuple[Mismatch, ...] = ()
    skipped: str = ""
    checked: int = 0
    played: tuple[Played, ...] = attrs.field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Return whether it was played and all it expects holds."""
        return not self.skipped and not self.mismatches


def run_cases(catalog: Catalog, journeys: Iterable[Journey]) -> tuple[CaseResult, ...]:
    """Return how each journey that expects something ended, in the order given; others are left out."""
    return tuple(each_case(catalog, journeys))


def each_case(catalog: Catalog, journeys: Iterable[Journey]) -> Iterator[CaseResult]:
    """Yield what `run_cases` returns, one by one, so that what was played need not all be held."""
    return (run_case(catalog, journey) for journey in journeys if is_case(journey))


def is_case(journey: Journey) -> bool:
    """Return whether a journey says what it expects."""
    return any(step.expect is not None for step in journey.steps)


def run_case(catalog: Catalog, journey: Journey) -> CaseResult:
    """Play one case; an error while playing is a mismatch, a missing protocol or plugin skips it."""
    missing = missing_owners(catalog, journey.protocol)
    if missing:
        return CaseResult(journey, skipped=missing)
    try:
        rulebook = catalog.rulebook(journey.protocol)
        played = play(catalog, journey)
    except RehabflowError as error:
        return CaseResult(
            journey, (Mismatch("journey", "a decision at each step", str(error), journey.place),)
        )
    found: list[Mismatch] = []
    checked = 0
    for one in played:
        if one.step.expect is not None:
            checked += 1
            found.extend(mismatches(one.step.expect, one.decision, facts_of(rulebook, one)))
    return CaseResult(journey, tuple(found), checked=checked, played=played)


def missing_owners(catalog: Catalog, protocol: str) -> str:
    """Return why a protocol cannot be played here: it, or a plugin that it requires, is not loaded; "" if it can."""
    package = catalog.protocols.get(protocol)
    if package is None:
        return f"the protocol `{protocol}` is not here"
    missing: list[str] = []
    waiting = list(package.protocol.requires)
    seen: set[str] = set()
    while waiting:
        plugin = waiting.pop(0)
        if plugin in seen:
            continue
        seen.add(plugin)
        if plugin not in catalog.plugins:
            missing.append(plugin)
        else:
            waiting.extend(catalog.plugins[plugin].manifest.requires)
    return f"plugins that `{protocol}` requires are not here: {', '.join(missing)}" if missing else ""


def facts_of(rulebook: Rulebook, played: Played) -> Facts:
    """Return the facts that a decision of a journey rested on."""
    timeline = fold(played.history, played.step.at)
    return Facts(prepare(rulebook), timeline, played.step.at, played.step.kind == "visit")
