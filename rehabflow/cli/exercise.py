"""`rehabflow exercise`: list and show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show, show_json
from rehabflow.cli.showing import Shelf
from rehabflow.definitions.contributions import Contribution
from rehabflow.definitions.exercises import Exercise
from rehabflow.render import lists
from rehabflow.render.sayings import Sayings
from rehabflow.render.show_exercise import exercise_page


def _exercises(contribution: Contribution) -> Mapping[str, Exercise]:
    return contribution.exercises


@click.command("list")
@json_option
@source_options
def list_exercises(
    *, as_json: bool, plugins: tuple[Path, ...], trust: tuple[Path, ...], allow: tuple[str, ...]
) -> int:
    """List the exercises with what they train and how demanding they are."""
    shelf = Shelf.open(Sources(plugins, trust, allow))
    ladders = {
        rung: ladder.id
        for _, contribution in shelf.contributions()
        for ladder in contribution.ladders.values()
        for rung in ladder.rungs
    }
    listing = lists.exercises(shelf.owned(_exercises), ladders)
    if as_json:
        show_json(listing.document())
    else:
        show(listing.blocks())
    return 0


@click.command("show")
@click.argument("id")
@json_option
@source_options
def show_exercise(
    *,
    id: str,  # noqa: A002 - click's name of the argument
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Show the exercise ID: how it is done, its doses, its cautions, its place on a ladder."""
    shelf = Shelf.open(Sources(plugins, trust, allow))
    rulebook, exercise = shelf.one("exercise", id, _exercises)
    ladder = next((ladder for ladder in rulebook.ladders.values() if id in ladder.rungs), None)
    cautions = {tag: rule.definition for tag, rule in rulebook.cautions.items()}
    page = exercise_page(exercise, ladder, cautions, Sayings(rulebook), shelf.references)
    shelf.show("exercise", exercise, rulebook, page, as_json=as_json)
    return 0
