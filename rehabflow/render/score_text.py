"""What answers of an assessment give, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehabflow.definitions.measures import Assessment
from rehabflow.render.page import Block, Heading, Line
from rehabflow.render.words import listed

_STATUS = {
    "computed": "Computed.",
    "incomplete": "Incomplete: an answer is missing.",
    "invalid": "Invalid: no score can be given.",
}


def score_blocks(
    assessment: Assessment,
    status: str,
    measures: Mapping[str, object],
    bands: Mapping[str, str],
    possible: Mapping[str, Sequence[object]],
    missing: Sequence[str],
) -> list[Block]:
    """Return the score, its bands, what it could still be and what is missing for it."""
    blocks: list[Block] = [Heading(f"{assessment.title} ({assessment.id})", 1), Line(_STATUS[status])]
    units = {measure.id: measure.shape.unit for measure in assessment.measures}
    for key, value in measures.items():
        band = f", {bands[key]}" if key in bands else ""
        unit = units.get(key.partition(".")[0], "")
        shown = f" {unit}" if unit and not unit.startswith("{") else ""
        blocks.append(Line(f"{key}: {_text(value)}{shown}{band}", 2, "-"))
    for key, values in possible.items():
        known = f"; in any case {bands[key]}" if key in bands else ""
        blocks.append(Line(f"{key}: {_range(values)}, once the missing answers are given{known}", 2, "?"))
    if missing:
        blocks.append(Line(f"Missing: {listed(list(missing))}", 2))
    return blocks


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _range(values: Sequence[object]) -> str:
    if values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return f"{values[0]} to {values[-1]}"
    return listed([_text(value) for value in values], "or")
