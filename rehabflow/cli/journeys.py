"""Finding the journey that is meant: one of a file, or the demonstration of a protocol."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rehabflow.cli.printing import tell_problems
from rehabflow.frozen import frozen
from rehabflow.loading.journey_files import one_journey, read_journey_file
from rehabflow.problems import FileProblems, UsageError
from rehabflow.record.journeys import Journey
from rehabflow.registry import OpenCatalog
from rehabflow.toml_source import read_source

DEMO: Final = Path("cases") / "whole_course.toml"


@frozen
class Written:
    """A journey with the text of its file, which places in it refer to."""

    journey: Journey
    texts: dict[str, str]


def protocols_of(path: Path | None) -> frozenset[str]:
    """Return the protocols that the journeys of a file name; none where it cannot be read: `journey_of` tells why."""
    try:
        journeys = read_source(path.read_bytes(), path.as_posix()).values.get("journey") if path else None
    except (FileProblems, OSError):
        return frozenset()
    tables = journeys.values() if isinstance(journeys, Mapping) else ()
    named = [table.get("protocol") for table in tables if isinstance(table, Mapping)]
    return frozenset(one for one in named if isinstance(one, str))


def journey_of(path: Path, catalog: OpenCatalog, protocol: str, wanted: str) -> Written:
    """Return the journey `wanted` of a file; without a name ("") its only one of this protocol.

    Raises:
        UsageError: there is none, or there are several and none was named.
        FileProblems: with everything that is wrong with the file.
    """
    file = read_journey_file(path, catalog)
    if file.has_errors:
        raise FileProblems(file.problems)
    if file.problems:
        tell_problems(file.problems, file.texts)
    own = [journey for journey in file.journeys if journey.protocol == protocol]
    if not own:
        others = ", ".join(sorted({journey.protocol for journey in file.journeys})) or "none"
        raise UsageError(f"{path} holds no journey of `{protocol}`; its protocols: {others}")
    if not wanted and len(own) > 1:
        listed = "\n  ".join(journey.id for journey in own)
        raise UsageError(f"{path} holds {len(own)} journeys; choose one with --journey ID:\n  {listed}")
    return Written(one_journey(own, path.as_posix(), wanted or None), file.texts)


def demo_journey(catalog: OpenCatalog, protocol: str, folder: Path | None, wanted: str = "") -> Written:
    """Return the whole course that stands beside a protocol.

    Raises:
        UsageError: the protocol brings none.
    """
    path = folder / DEMO if folder else None
    if path is None or not path.is_file():
        raise UsageError(f"the protocol `{protocol}` brings no demonstration ({DEMO.as_posix()})")
    return journey_of(path, catalog, protocol, wanted)
