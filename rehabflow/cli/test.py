"""`rehabflow test`: play cases and compare what they expect."""

from __future__ import annotations

from pathlib import Path

import attrs
import click

from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show, show_json, tell_problems
from rehabflow.cli.targets import Targets, targets_of
from rehabflow.loading import CatalogLookup, load_journeys, read_bytes
from rehabflow.problems import Problem
from rehabflow.record.journeys import Journey
from rehabflow.registry import OpenCatalog, load_catalog
from rehabflow.render.cases_text import Difference, Ended, cases_blocks, cases_document
from rehabflow.render.references import References
from rehabflow.testing.cases import CaseResult, run_cases

_NOT_HERE = ("unknown-name", "unknown-protocol", "protocol-unavailable")


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@json_option
@source_options
def test(
    *,
    paths: tuple[Path, ...],
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Play the cases at PATH (or the bundled ones) and compare what they expect with what is decided.

    A PATH is a file of journeys, or a folder with `cases` in it. A case whose protocol is not here is skipped.

    Exit code: 1 if a case fails or a file cannot be read, else 0.
    """
    sources = Sources(plugins, trust, allow)
    targets = targets_of(paths)
    catalog = _catalog(targets, sources)
    texts: dict[str, str] = {}
    journeys, problems = _journeys(targets, catalog, texts)
    cases = [*map(_ended, run_cases(catalog, journeys))]
    cases += [_skipped(problem) for problem in problems if _is_missing(problem)]
    wrong = [problem for problem in problems if not _is_missing(problem)]
    references = References(texts)
    if as_json:
        show_json(cases_document(cases, references))
    else:
        show(cases_blocks(cases, references))
    if wrong:
        tell_problems(wrong, texts)
    has_errors = any(problem.severity == "error" for problem in wrong)
    return 1 if has_errors or any(case.differences for case in cases) else 0


def _catalog(targets: Targets, sources: Sources) -> OpenCatalog:
    folders = dict.fromkeys((*sources.plugins, *sources.trust, *targets.folders))
    return load_catalog(*folders, trust=sources.trust, allow=sources.allow)


def _journeys(
    targets: Targets, catalog: OpenCatalog, texts: dict[str, str]
) -> tuple[list[Journey], list[Problem]]:
    """Return every journey of the targets, and the problems of files that could not be read."""
    lookup = CatalogLookup(catalog)
    journeys: list[Journey] = []
    problems: list[Problem] = []
    for file in targets.journeys:
        content = read_bytes(file.path)
        texts[file.shown] = content.decode("utf-8", "replace")
        found, wrong = load_journeys(content, file.shown, lookup)
        journeys.extend(found)
        problems.extend(wrong)
    return journeys, problems


def _ended(result: CaseResult) -> Ended:
    differences = tuple(Difference(one.what, one.expected, one.got, one.place) for one in result.mismatches)
    journey = result.journey
    return Ended(journey.id, journey.title, journey.place, differences, result.skipped)


def _is_missing(problem: Problem) -> bool:
    """Return whether a journey was left out because its protocol is not here, or cannot be used."""
    path = problem.place.path
    return len(path) == 3 and path[0] == "journey" and path[2] == "protocol" and problem.code in _NOT_HERE


def _skipped(problem: Problem) -> Ended:
    """Return a case that was left out because its protocol is not here, or cannot be used."""
    place = attrs.evolve(problem.place, path=problem.place.path[:2])
    return Ended(str(problem.place.path[1]), "", place, skipped=problem.message)
