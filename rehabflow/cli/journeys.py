"""Finding the journey that is meant: a file, one of several in it, the demonstration of a protocol."""

from __future__ import annotations

from pathlib import Path

import attrs

from rehabflow.cli.nearest import did_you_mean
from rehabflow.cli.printing import tell_problems
from rehabflow.loading import CatalogLookup, load_journeys, read_bytes
from rehabflow.problems import FileProblems, UsageError
from rehabflow.record.journeys import Journey
from rehabflow.registry import OpenCatalog

DEMO = Path("cases") / "whole_course.toml"


@attrs.frozen
class Written:
    """A journey with the text of its file, which places in it refer to."""

    journey: Journey
    texts: dict[str, str]


def read_journeys(path: Path, catalog: OpenCatalog) -> tuple[list[Journey], dict[str, str]]:
    """Return the journeys of a file and its text; warnings are told.

    Raises:
        UsageError: the file cannot be read.
        FileProblems: with every problem of it.
    """
    try:
        content = read_bytes(path)
    except OSError as error:
        raise UsageError(f"the journey `{path}` cannot be read: {error.strerror}") from None
    journeys, problems = load_journeys(content, path.as_posix(), CatalogLookup(catalog))
    texts = {path.as_posix(): content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")}
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise FileProblems(problems)
    if problems:
        tell_problems(problems, texts)
    return journeys, texts


def one_journey(path: Path, catalog: OpenCatalog, protocol: str, wanted: str) -> Written:
    """Return the journey `wanted` of a file, or its only one of this protocol ("" for wanted).

    Raises:
        UsageError: there is none, or there are several and none was named.
    """
    journeys, texts = read_journeys(path, catalog)
    names = [journey.id for journey in journeys]
    if wanted:
        found = [journey for journey in journeys if journey.id == wanted]
        if not found:
            raise UsageError(f"there is no journey `{wanted[:80]}` in {path}{did_you_mean(wanted, names)}")
    else:
        found = [journey for journey in journeys if journey.protocol == protocol]
        if len(found) > 1:
            listed = "\n  ".join(journey.id for journey in found)
            raise UsageError(f"{path} holds {len(found)} journeys; choose one with --journey ID:\n  {listed}")
        if not found:
            others = ", ".join(sorted({journey.protocol for journey in journeys})) or "none"
            raise UsageError(f"{path} holds no journey of `{protocol}`; its protocols: {others}")
    journey = found[0]
    if journey.protocol != protocol:
        raise UsageError(f"the journey `{journey.id}` is one of `{journey.protocol}`, not of `{protocol}`")
    return Written(journey, texts)


def demo_journey(catalog: OpenCatalog, protocol: str, folder: Path | None, wanted: str = "") -> Written:
    """Return the whole course that stands beside a protocol.

    Raises:
        UsageError: the protocol brings none.
    """
    path = folder / DEMO if folder else None
    if path is None or not path.is_file():
        raise UsageError(f"the protocol `{protocol}` brings no demonstration ({DEMO.as_posix()})")
    return one_journey(path, catalog, protocol, wanted)
