"""`rehabflow run`: play a journey, or hold a visit at the terminal, and show each decision."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any  # Any: values of a JSON document

import attrs
import click

from rehabflow.cli.exit_codes import code_of
from rehabflow.cli.journeys import Written, demo_journey, journey_of, protocols_of
from rehabflow.cli.loading import Chosen, choose, references_of, tell_quarantined
from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.engine.play import Played, play
from rehabflow.frozen import frozen
from rehabflow.problems import Place, UsageError
from rehabflow.record.journeys import Journey
from rehabflow.render.decision_json import add_parts, run_document
from rehabflow.render.decision_text import NoteContext, course_blocks, decision_note, protocol_heading
from rehabflow.rulebook.model import Rulebook

if TYPE_CHECKING:
    from rehabflow.engine.parts import Part


@frozen
class Wish:
    """What `run` was asked for."""

    journey: Path | None
    journey_id: str
    demo: bool
    no_input: bool
    day: int | None
    day_0: datetime.date | None
    save: Path | None
    explain: bool
    as_json: bool


@click.command("run")
@click.argument("protocol")
@click.argument("journey", required=False, type=click.Path(path_type=Path))
@click.option(
    "--journey",
    "journey_id",
    default="",
    metavar="ID",
    help="Which journey of the file, where it has several.",
)
@click.option("--demo", is_flag=True, help="Play the journey that comes with the protocol.")
@click.option("--no-input", is_flag=True, help="Never ask; decide with what is recorded.")
@click.option(
    "--day",
    type=click.IntRange(0, 36_500),
    metavar="N",
    help="Stop at day N of the episode; without an entry on it, hold a visit then (with --no-input: let time pass).",
)
@click.option(
    "--day-0",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The date of day 0 of a journey begun here; by default today is the visit.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the journey, with the answers given, as TOML.",
)
@click.option("--explain", is_flag=True, help="Every reason in full, and why each exercise was not chosen.")
@json_option
@source_options
def run(
    *,
    protocol: str,
    journey: Path | None,
    journey_id: str,
    demo: bool,
    no_input: bool,
    day: int | None,
    day_0: datetime.datetime | None,
    save: Path | None,
    explain: bool,
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Play JOURNEY, a TOML file of visits and sessions, through PROTOCOL and show each decision.

    PROTOCOL is an id (see `rehabflow protocol list`) or the folder of a protocol. Without JOURNEY a visit is held at
    the terminal: only what can still change the decision is asked, red flags first. An empty answer means unknown.

    Exit code, by the last decision: 3 a safety gate stopped it, 4 an answer is missing, else 0.
    """
    sources = Sources(plugins, trust, allow)
    wish = Wish(
        journey, journey_id, demo, no_input, day, day_0.date() if day_0 else None, save, explain, as_json
    )
    _refuse_contradictions(wish)
    return _run(choose(protocol, sources, protocols_of(journey)), wish)


def _refuse_contradictions(wish: Wish) -> None:
    if wish.demo and wish.journey is not None:
        raise UsageError("--demo plays its own journey; leave out either it or JOURNEY")
    if wish.journey_id and wish.journey is None and not wish.demo:
        raise UsageError("--journey chooses from a file; name the file too")
    if wish.day_0 is not None and (wish.demo or wish.journey is not None):
        raise UsageError("--day-0 is for a journey begun here; that of a file stands in the file")


def _run(chosen: Chosen, wish: Wish) -> int:
    catalog = chosen.catalog
    rulebook = catalog.rulebook(chosen.protocol)
    written = _written(chosen, wish)
    journey = _until(written.journey, wish.day)
    told = {report.id for report in catalog.reports if report.is_quarantined}
    played = list(play(catalog, journey))
    if _holds_a_visit(journey, wish):
        from rehabflow.cli.asking import Visit

        visit = Visit(catalog, rulebook, journey, wish.day or 0, ask=not wish.no_input)
        last = visit.hold(played)
        played.append(last)
        journey = attrs.evolve(journey, steps=(*journey.steps, last.step))
    if wish.save is not None:
        from rehabflow.cli.saving import save_journey

        save_journey(wish.save, journey)
        talk(f"journey written to {wish.save}")
    if not played:
        raise UsageError(f"the journey `{journey.id}` has no entry up to day {wish.day}")
    _show(chosen, written, journey, played, wish)
    tell_quarantined(catalog, told)
    return code_of(played[-1].decision, rulebook)


def _written(chosen: Chosen, wish: Wish) -> Written:
    """Return the journey of the file or of the demonstration; without either one that begins here."""
    if wish.journey is not None:
        return journey_of(wish.journey, chosen.catalog, chosen.protocol, wish.journey_id)
    if wish.demo:
        return demo_journey(chosen.catalog, chosen.protocol, chosen.folder, wish.journey_id)
    today = datetime.datetime.now().astimezone().date() - datetime.timedelta(days=wish.day or 0)
    day_0 = (wish.day_0 or today).toordinal()
    return Written(Journey("here", "", chosen.protocol, day_0, (), Place("")), {})


def _until(journey: Journey, day: int | None) -> Journey:
    """Return the journey up to a day, that day included."""
    if day is None:
        return journey
    steps = tuple(step for step in journey.steps if step.at.day - journey.day_0 <= day)
    return attrs.evolve(journey, steps=steps)


def _holds_a_visit(journey: Journey, wish: Wish) -> bool:
    """Return whether a decision is due that the journey has no entry for: the first, or that of `--day`."""
    if not journey.steps:
        return True
    return wish.day is not None and journey.steps[-1].at.day - journey.day_0 < wish.day


def _show(chosen: Chosen, written: Written, journey: Journey, played: list[Played], wish: Wish) -> None:
    rulebook = chosen.catalog.rulebook(chosen.protocol)
    references = references_of(chosen.catalog, written.texts)
    lost = [_explained(chosen, one) if wish.explain else {} for one in played]
    parts = [_parts(rulebook, one) if wish.explain else {} for one in played]
    if wish.as_json:
        document = run_document(
            rulebook, [one.decision for one in played], references, journey.day_0, journey.id
        )
        for entry, explained, inside in zip(document["decisions"], lost, parts, strict=True):
            plan = add_parts(entry["decision"], inside)["plan"]
            for rejected in plan["rejected"] if plan else ():
                if rejected["id"] in explained:
                    rejected["explained"] = explained[rejected["id"]].document
        show_json(document)
        return
    context = NoteContext(rulebook, references, journey.day_0, explain=wish.explain)
    blocks = protocol_heading(rulebook, journey)
    for one, explained, inside in zip(played, lost, parts, strict=True):
        texts = {exercise: why.text for exercise, why in explained.items()}
        blocks.extend(decision_note(one.decision, attrs.evolve(context, parts=inside), texts))
    if len(played) > 1:
        blocks.extend(course_blocks([one.decision for one in played], journey.day_0))
    show(blocks)


@frozen
class Explained:
    """Why an exercise that was allowed lost: in words, and as JSON has it."""

    text: str
    document: dict[str, Any]


def _parts(rulebook: Rulebook, played: Played) -> Mapping[str, tuple[Part, ...]]:
    """Return what each part of the rules behind a decision gave."""
    from rehabflow.engine.parts import parts_of

    return parts_of(rulebook, played.history, played.decision)


def _explained(chosen: Chosen, played: Played) -> dict[str, Explained]:
    """Return, for every exercise that was allowed and lost, why."""
    from rehabflow.cli.why_not import why_not
    from rehabflow.render.why_not_text import names_of, why_not_document, why_not_text

    names = names_of(chosen.catalog.rulebook(chosen.protocol))
    margins = why_not(chosen.catalog, chosen.protocol, played)
    return {
        exercise: Explained(why_not_text(why, names), why_not_document(why, names))
        for exercise, why in margins.items()
    }
