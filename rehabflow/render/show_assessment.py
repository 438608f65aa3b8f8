"""An assessment in plain words: what is taken, units and ranges, scoring, bands, how long a value is valid."""

from __future__ import annotations

from rehabflow.definitions.common import Expression
from rehabflow.definitions.measures import Assessment, Measure, ValueShape
from rehabflow.render.page import Block, Gap, Heading, fields
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.render.words import counted, duration_text, listed, number_text

BLANKS = {
    "left_out": "is left out of the score",
    "blank_is_zero": "counts as 0",
    "incomplete": "leaves the score incomplete",
}


def assessment_page(assessment: Assessment, sayings: Sayings, references: References) -> list[Block]:
    """Return the page of an assessment."""
    blocks: list[Block] = [
        Heading(f"{assessment.title} ({assessment.id})", 1),
        *fields((
            ("Takes", f"{number_text(assessment.minutes)} min" if assessment.minutes else ""),
            ("Sides", "left and right" if assessment.sided else ""),
            ("Items", _items(assessment)),
            ("Normal", _rest(assessment)),
            ("Codes", listed(assessment.codes)),
            ("Licence", assessment.licence),
            ("Stands in", references.where(assessment.place)),
        )),
    ]  # fmt: skip
    for measure in assessment.measures:
        blocks.extend(_measure(measure, sayings, references))
    return blocks


def _rest(assessment: Assessment) -> str:
    return 'rest = "normal" records the normal answer of what is not named' if assessment.rest_normal else ""


def _items(assessment: Assessment) -> str:
    items = assessment.items
    if items is None:
        return ""
    blank = BLANKS[items.when_finished]
    ids = listed(items.ids)
    return f"{ids}, each {items.low} to {items.high}; a blank in a form that was handed in {blank}"


def _measure(measure: Measure, sayings: Sayings, references: References) -> list[Block]:
    main = ", the main measure" if measure.main else ""
    return [
        Gap(),
        Heading(f"{measure.key}{main}"),
        *fields((
            ("Asks", measure.ask),
            ("Value", shape_text(measure.shape)),
            ("Computed as", sayings.of(measure.value)),
            ("Is", _cases(measure.picks, sayings)),
            ("Bands", _cases(measure.bands, sayings)),
            ("Valid for", duration_text(measure.valid_for)),
            ("Normal", "" if measure.normal is None else _plain(measure.normal)),
            ("May be declined", "yes" if measure.declinable else ""),
            ("Smallest real change", _number(measure.detectable_change)),
            ("Worthwhile change", _number(measure.important_change)),
            ("Code", measure.code),
            ("Rests on", references.basis(measure.evidence, measure.place)),
        )),
    ]  # fmt: skip


def shape_text(shape: ValueShape) -> str:
    """Return what values there are: `a number from 0 to 10, lower is better`."""
    match shape.kind:
        case "number":
            unit = f" {shape.unit}" if shape.unit and not shape.unit.startswith("{") else ""
            bounds = f" from {_plain(shape.low)} to {_plain(shape.high)}" if shape.low is not None else ""
            decimals = f", {counted(shape.decimals, 'decimal')}" if shape.decimals else ""
            better = f", {shape.better} is better" if shape.better != "none" else ""
            return f"a number{bounds}{unit}{decimals}{better}"
        case "yes_no":
            return "yes or no"
        case "date":
            return "a date"
        case kind:
            words = (
                listed(shape.choices, "or") if shape.choices else f"words of the list {shape.choices_from}"
            )
            order = ", in this order" if shape.ordered else ""
            return f"{'one' if kind == 'choice' else 'any'} of {words}{order}"


def _cases(cases: tuple[tuple[str, Expression | None], ...], sayings: Sayings) -> str:
    """Return which of several words holds when."""
    return "; ".join(f"{name} if {sayings.of(when)}" if when else f"else {name}" for name, when in cases)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _number(value: object) -> str:
    return "" if value is None else str(value)
