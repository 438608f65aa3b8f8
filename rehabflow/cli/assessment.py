"""`rehabflow assessment`: list, show and score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show, show_json, tell_problems
from rehabflow.cli.scoring import Score, score
from rehabflow.cli.showing import Shelf
from rehabflow.definitions.contributions import Contribution
from rehabflow.definitions.measures import Assessment
from rehabflow.loading.folders import read_bytes
from rehabflow.problems import Problem, UsageError
from rehabflow.render import lists
from rehabflow.render.problems import problem_json
from rehabflow.render.sayings import Sayings
from rehabflow.render.score_text import score_blocks
from rehabflow.render.show_assessment import assessment_page
from rehabflow.toml_source import TomlSource, located, read_source


def _assessments(contribution: Contribution) -> Mapping[str, Assessment]:
    return contribution.assessments


@click.command("list")
@json_option
@source_options
def list_assessments(
    *, as_json: bool, plugins: tuple[Path, ...], trust: tuple[Path, ...], allow: tuple[str, ...]
) -> int:
    """List the assessments with the minutes they take."""
    shelf = Shelf.open(Sources(plugins, trust, allow))
    listing = lists.assessments(shelf.owned(_assessments))
    if as_json:
        show_json(listing.document())
    else:
        show(listing.blocks())
    return 0


@click.command("show")
@click.argument("id")
@json_option
@source_options
def show_assessment(
    *,
    id: str,  # noqa: A002 - click's name of the argument
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Show the assessment ID: its measures with unit, range, scoring and bands, and how long a value is valid."""
    shelf = Shelf.open(Sources(plugins, trust, allow))
    rulebook, assessment = shelf.one("assessment", id, _assessments)
    page = assessment_page(assessment, Sayings(rulebook), shelf.references)
    shelf.show("assessment", assessment, rulebook, page, as_json=as_json)
    return 0


@click.command("score")
@click.argument("id")
@click.argument("answers", type=click.Path(path_type=Path))
@json_option
@source_options
def score_assessment(
    *,
    id: str,  # noqa: A002 - click's name of the argument
    answers: Path,
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Score the assessment ID with ANSWERS, a TOML file of `item = value` lines; a blank is left out.

    The file is taken as a form that was handed in. `finished = false` in it says that it is still being filled in.

    Exit code: 0 computed, 1 an answer cannot be right or too few were given, 4 an answer is missing.
    """
    shelf = Shelf.open(Sources(plugins, trust, allow))
    rulebook, assessment = shelf.one("assessment", id, _assessments)
    source = _read(answers)
    result = score(rulebook, assessment, source.values, source.name)
    problems = [located(problem, {source.name: source.text}) for problem in result.problems]
    if as_json:
        show_json(_document(id, result, problems))
    else:
        show(
            score_blocks(
                assessment, result.status, result.measures, result.bands, result.possible, result.missing
            )
        )
        if problems:
            tell_problems(problems, {source.name: source.text})
    return {"computed": 0, "invalid": 1, "incomplete": 4}[result.status]


def _read(path: Path) -> TomlSource:
    try:
        return read_source(read_bytes(path), path.as_posix())
    except OSError as error:
        raise UsageError(f"the answers `{path}` cannot be read: {error.strerror}") from None


def _document(id_: str, result: Score, problems: list[Problem]) -> dict[str, object]:
    return {
        "schema": "rehabflow/score/1",
        "assessment": id_,
        "status": result.status,
        "measures": dict(result.measures),
        "bands": dict(result.bands),
        "possible": dict(result.possible),
        "missing": list(result.missing),
        "problems": [problem_json(problem) for problem in problems],
    }
