"""`rehabflow test`: play cases and compare what they expect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import click

from rehabflow.cli.coverage import coverage_blocks, coverage_document
from rehabflow.cli.loading import references_of
from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show, show_json, tell_problems
from rehabflow.cli.targets import Targets, targets_of
from rehabflow.loading.folders import read_bytes
from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup
from rehabflow.problems import Problem
from rehabflow.record.journeys import Journey
from rehabflow.registry import OpenCatalog, load_catalog
from rehabflow.render.cases_text import Difference, Ended, cases_blocks, cases_document
from rehabflow.render.references import References
from rehabflow.testing.cases import CaseResult, each_case
from rehabflow.testing.coverage import Counters, ProtocolCoverage

_NOT_HERE = ("unknown-name", "unknown-protocol", "protocol-unavailable")


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--coverage", is_flag=True, help="Tell what of each protocol the cases try, and what they do not."
)
@json_option
@source_options
def test(
    *,
    paths: tuple[Path, ...],
    coverage: bool,
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Play the cases at PATH (or the bundled ones) and compare what they expect with what is decided.

    A PATH is a file of journeys, or a folder with `cases` in it. A case whose protocol is not here is skipped.
    With --coverage it is also told in which of its states (met, not met, unknown) the cases put each rule.

    Exit code: 1 if a case fails or a file cannot be read, else 0.
    """
    sources = Sources(plugins, trust, allow)
    targets = targets_of(paths)
    catalog = _catalog(targets, sources)
    texts: dict[str, str] = {}
    journeys, problems = _journeys(targets, catalog, texts)
    counters = Counters(catalog)
    cases = list(_played(catalog, journeys, counters if coverage else None))
    cases += [_skipped(problem) for problem in problems if _is_missing(problem)]
    wrong = [problem for problem in problems if not _is_missing(problem)]
    references = references_of(catalog, texts)
    if not coverage:
        _show_cases(cases, references, as_json=as_json)
    else:
        found = _asked_for(targets, catalog, counters)
        _show_coverage(found, cases, references, as_json=as_json)
    if wrong:
        tell_problems(wrong, texts)
    has_errors = any(problem.severity == "error" for problem in wrong)
    return 1 if has_errors or any(case.differences for case in cases) else 0


def _played(catalog: OpenCatalog, journeys: list[Journey], counters: Counters | None) -> Iterator[Ended]:
    """Yield how the cases ended, each counted as soon as it was played."""
    for result in each_case(catalog, journeys):
        if counters is not None:
            counters.add(result)
        yield _ended(result)


def _asked_for(targets: Targets, catalog: OpenCatalog, counters: Counters) -> tuple[ProtocolCoverage, ...]:
    """Return the coverage of the targets' protocols, also of one without cases; if they have none, of all played."""
    asked = [id_ for id_, package in catalog.protocols.items() if targets.covers(package.protocol.place.file)]
    for id_ in asked:
        counters.begin(id_)
    return tuple(one for one in counters.results() if not asked or one.protocol in asked)


def _show_cases(cases: list[Ended], references: References, *, as_json: bool) -> None:
    if as_json:
        show_json(cases_document(cases, references))
    else:
        show(cases_blocks(cases, references))


def _show_coverage(
    found: tuple[ProtocolCoverage, ...], cases: list[Ended], references: References, *, as_json: bool
) -> None:
    if as_json:
        show_json(coverage_document(found, cases, references))
    else:
        show([*cases_blocks(cases, references), *coverage_blocks(found, references)])


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
