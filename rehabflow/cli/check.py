"""`rehabflow check`: every problem of protocols, plugins and journeys, each at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show_json, show_problems, talk
from rehabflow.cli.targets import JourneyFile, Targets, protocols_named, targets_of
from rehabflow.loading.folders import read_bytes
from rehabflow.problems import FileProblems, Place, Problem, RehabflowError
from rehabflow.registry import OpenCatalog, load_catalog
from rehabflow.render.problems import problem_json
from rehabflow.render.words import counted
from rehabflow.toml_source import located

if TYPE_CHECKING:
    from rehabflow.loading.known import Lookup


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@json_option
@source_options
def check(
    *,
    paths: tuple[Path, ...],
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Name every problem of the protocols, plugins and journeys at PATH, or of the bundled ones without PATH.

    A PATH is a file, a protocol's or plugin's folder, or a folder of them. Warnings do not fail.

    Exit code: 1 if anything is wrong, else 0.
    """
    sources = Sources(plugins, trust, allow)
    targets = targets_of(paths)
    texts: dict[str, str] = {}
    problems = _problems(targets, sources, texts)
    if as_json:
        show_json(
            {"schema": "rehabflow/check/1", "problems": [problem_json(problem) for problem in problems]}
        )
    else:
        _tell(problems, targets, texts)
    return 1 if any(problem.severity == "error" for problem in problems) else 0


def _problems(targets: Targets, sources: Sources, texts: dict[str, str]) -> tuple[Problem, ...]:
    """Return every problem of what was asked for; the texts of journeys are noted."""
    folders = dict.fromkeys((*sources.plugins, *sources.trust, *targets.folders))
    named = protocols_named(targets)
    catalog = load_catalog(*folders, trust=sources.trust, allow=sources.allow, needed_by=named)
    texts.update(_texts(catalog))
    found = [*catalog.check(targets.covers)]
    found.extend(_unusable(catalog, targets, found))
    if targets.journeys:
        from rehabflow.loading.known import CatalogLookup

        lookup = CatalogLookup(catalog)
        for file in targets.journeys:
            found.extend(_one_unavailable_each(_of_journeys(file, lookup, texts)))
    return FileProblems(located(problem, texts) for problem in found).problems


def _unusable(catalog: OpenCatalog, targets: Targets, found: Sequence[Problem]) -> Iterator[Problem]:
    """Yield an error for each protocol that was asked for and cannot be used because of something elsewhere."""
    errors = {problem.place.file for problem in found if problem.severity == "error"}
    for id_, package in catalog.protocols.items():
        place = package.protocol.place
        is_meant = targets.covers(place.file) or any(folder.name == id_ for folder in targets.folders)
        if not is_meant or errors & package.contribution.texts.keys():
            continue
        try:
            catalog.rulebook(id_)
        except FileProblems as reason:
            first = next(problem for problem in reason.problems if problem.severity == "error")
            why = f"{first.place.file}: {first.message}"
        except RehabflowError as reason:
            why = str(reason)
        else:
            continue
        help_ = "check the plugins that it requires as well"
        yield Problem("protocol-unusable", f"the protocol `{id_}` cannot be used: {why}", place, help=help_)


def _one_unavailable_each(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems of one file; that a protocol cannot be used is said once, not for each journey."""
    said: set[str] = set()
    for problem in problems:
        if problem.code == "protocol-unavailable":
            if problem.message in said:
                continue
            said.add(problem.message)
        yield problem


def _texts(catalog: OpenCatalog) -> dict[str, str]:
    plugins = [plugin.contribution for plugin in catalog.plugins.values()]
    protocols = [package.contribution for package in catalog.protocols.values()]
    return {
        file: text for contribution in (*plugins, *protocols) for file, text in contribution.texts.items()
    }


def _of_journeys(file: JourneyFile, lookup: Lookup, texts: dict[str, str]) -> Iterable[Problem]:
    from rehabflow.loading.journeys import load_journeys

    try:
        content = read_bytes(file.path)
    except OSError as error:
        return [Problem("cannot-read", f"the file cannot be read: {error.strerror}", Place(file.shown))]
    texts[file.shown] = content.decode("utf-8", "replace")
    return load_journeys(content, file.shown, lookup)[1]


def _tell(problems: Sequence[Problem], targets: Targets, texts: dict[str, str]) -> None:
    show_problems(problems, texts)
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    found = [counted(errors, "error") if errors else "No errors"]
    if warnings:
        found.append(counted(warnings, "warning"))
    talk(f"{', '.join(found)} in {targets.words()}.")
