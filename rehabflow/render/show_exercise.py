"""An exercise in plain words: how it is done, what it trains, its doses, its cautions, its place on a ladder."""

from __future__ import annotations

from collections.abc import Mapping

from rehabflow.definitions.common import Caution
from rehabflow.definitions.exercises import DoseTable, Exercise, Ladder
from rehabflow.render.page import Block, Gap, Heading, Line, bullets, fields
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.render.tables import Table
from rehabflow.render.words import duration_text, frequency_text, listed, number_text, plain_id, step_text


def exercise_page(
    exercise: Exercise,
    ladder: Ladder | None,
    cautions: Mapping[str, Caution],
    sayings: Sayings,
    references: References,
) -> list[Block]:
    """Return the page of an exercise."""
    return [
        Heading(f"{exercise.title} ({exercise.id})", 1),
        *fields(_facts(exercise)),
        Gap(),
        Heading("How"),
        *bullets(exercise.how),
        *_more("Cues", exercise.cues),
        *_more("Avoid", exercise.avoid),
        *_doses(exercise.doses),
        *_ladder(exercise, ladder),
        *_when(exercise, sayings),
        *_cautions(exercise, cautions, sayings),
        Gap(),
        *fields((
            ("Rests on", references.basis(exercise.evidence, exercise.place)),
            ("Stands in", references.where(exercise.place)),
        ), 0),
    ]  # fmt: skip


def _facts(exercise: Exercise) -> tuple[tuple[str, str], ...]:
    equipment = [" or ".join(plain_id(name) for name in group) for group in exercise.equipment]
    return (
        ("Trains", listed([pair.replace(":", " of ").replace("_", " ") for pair in exercise.trains])),
        ("Role", plain_id(exercise.role)),
        ("Quality", plain_id(exercise.quality)),
        ("Pattern", plain_id(exercise.pattern)),
        ("Position", plain_id(exercise.position)),
        ("Direction", plain_id(exercise.direction)),
        ("Effort", exercise.effort_kind + (", each side" if exercise.each_side else "")),
        ("Demand", f"{exercise.demand} of 5"),
        ("Equipment", listed(equipment) or "none"),
        ("Minutes", "those of its dose" if exercise.minutes is None else number_text(exercise.minutes)),
    )


def _more(title: str, texts: tuple[str, ...]) -> list[Block]:
    return [Gap(), Heading(title), *bullets(texts)] if texts else []


def _doses(doses: Mapping[str, DoseTable]) -> list[Block]:
    rows = []
    for level, table in doses.items():
        more = [f"effort {table.effort} of 10"] if table.effort else []
        more += [f"rest {table.rest_seconds} s"] if table.rest_seconds else []
        more += [f"then {number_text(table.then_load)} % more load"] if table.then_load is not None else []
        more += ["as warm-up"] if table.warm_up else []
        steps = "\n".join(f"{number}. {step_text(step)}" for number, step in enumerate(table.steps, start=1))
        rows.append((level, steps, frequency_text(table.frequency), ", ".join(more)))
    if not rows:
        return []
    return [
        Gap(),
        Heading("Doses, easiest step first"),
        Table(("Level", "Steps", "How often", "More"), tuple(rows)),
    ]


def _ladder(exercise: Exercise, ladder: Ladder | None) -> list[Block]:
    if ladder is None:
        return []
    rungs = [f"{rung} (this one)" if rung == exercise.id else rung for rung in ladder.rungs]
    return [Gap(), Line(f"Ladder {ladder.title} ({ladder.id}), easiest first: {', '.join(rungs)}")]


def _when(exercise: Exercise, sayings: Sayings) -> list[Block]:
    needs = [f"{plain_id(limit)} from {need.least} to {need.most}" for limit, need in exercise.needs.items()]
    rest = duration_text(exercise.rest_between) if exercise.rest_between else ""
    found = fields((
        ("Only if", sayings.of(exercise.only_if)),
        ("Never if, or if that is not known", sayings.of(exercise.never_if)),
        ("Needs", listed(needs)),
        ("Rest between sessions", rest),
        ("Patient", exercise.tell),
    ))  # fmt: skip
    return [Gap(), Heading("When"), *found] if found else []


def _cautions(exercise: Exercise, cautions: Mapping[str, Caution], sayings: Sayings) -> list[Block]:
    lines = []
    for tag in exercise.cautions:
        caution = cautions.get(tag)
        if caution is None:
            lines.append(tag)
            continue
        effect = "left out" if caution.effect == "exclude" else "with care"
        when = f"when, or while it is not known whether, {sayings.of(caution.when)}"
        lines.append(f"{caution.title} ({tag}), {effect} {when}: {caution.say}")
    return [Gap(), Heading("Cautions"), *bullets(lines)] if lines else []
