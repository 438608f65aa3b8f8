"""Journeys of a file, for those who call rehabflow from Python and for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rehabflow.catalog import Catalog
from rehabflow.conditions.faults import nearest
from rehabflow.frozen import frozen
from rehabflow.loading import journeys
from rehabflow.loading.folders import read_bytes
from rehabflow.loading.known import CatalogLookup
from rehabflow.problems import FileProblems, Problem, UsageError
from rehabflow.record.journeys import Journey


@frozen
class JourneyFile:
    """What a file of journeys holds: those that are right, what is wrong, and its text by its shown name."""

    journeys: tuple[Journey, ...]
    problems: tuple[Problem, ...]
    texts: dict[str, str]

    @property
    def has_errors(self) -> bool:
        """Return whether any problem is an error."""
        return any(problem.severity == "error" for problem in self.problems)


def read_journey_file(path: Path, catalog: Catalog, shown: str = "") -> JourneyFile:
    """Return what a file of journeys holds; `shown` is how messages name it (by default as given).

    Raises:
        UsageError: the file cannot be read.
    """
    name = shown or path.as_posix()
    try:
        content = read_bytes(path)
    except OSError as error:
        raise UsageError(f"the journey `{name}` cannot be read: {error.strerror}") from None
    found, problems = journeys.load_journeys(content, name, CatalogLookup(catalog))
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return JourneyFile(tuple(found), tuple(problems), {name: text})


def load_journeys(path: str | Path, catalog: Catalog) -> tuple[Journey, ...]:
    """Return every journey of a file.

    Raises:
        UsageError: the file cannot be read.
        FileProblems: with everything that is wrong with it.
    """
    file = read_journey_file(Path(path), catalog)
    if file.has_errors:
        raise FileProblems(file.problems)
    return file.journeys


def load_journey(path: str | Path, catalog: Catalog, id: str | None = None) -> Journey:  # noqa: A002 - the file's word
    """Return the journey `id` of a file; its only one without `id`.

    Raises:
        UsageError: the file cannot be read, has no such journey, or has several and none was named.
        FileProblems: with everything that is wrong with it.
    """
    return one_journey(load_journeys(path, catalog), str(path), id)


def one_journey(found: Sequence[Journey], file: str, id: str | None = None) -> Journey:  # noqa: A002 - as above
    """Return the journey of that id, or the only one.

    Raises:
        UsageError: there is none, or there are several and none was named.
    """
    names = [journey.id for journey in found]
    if id is not None:
        if id not in names:
            hint = nearest(id, names) or f"there are: {', '.join(names[:20])}"
            raise UsageError(f"there is no journey `{id[:80]}` in {file}; {hint}")
        return found[names.index(id)]
    if len(found) != 1:
        raise UsageError(f"{file} holds {len(found)} journeys; name one of them: {', '.join(names[:20])}")
    return found[0]
