"""Assessments, their measures and items, and what a session's diary asks."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rehabflow.definitions.measures import Assessment, DiaryItem, Items, Measure
from rehabflow.loading.cases import BANDS
from rehabflow.loading.containers import ListOf, TableOf
from rehabflow.loading.evidence import EVIDENCE_KEYS, evidence
from rehabflow.loading.ids import JOURNEY_WORDS, SIDES
from rehabflow.loading.reader import Reader, describe, listed
from rehabflow.loading.shapes import Key, Row, Shape
from rehabflow.loading.specs import Condition, Id, Number, OneOf, Text, Whole, YesNo
from rehabflow.loading.tables.shared import REPLACES, TITLE, note_replaces, own_id
from rehabflow.loading.tables.values import (
    VALUE_KEYS,
    Anything,
    Bounds,
    on_grid,
    shape_of,
    value_keys,
    words_once,
)
from rehabflow.loading.written import DURATION, VALIDITY
from rehabflow.problems import Place


def _measure(_reader: Reader, place: Place, row: Row) -> Measure:
    return Measure(
        id=own_id(place),
        assessment=str(place.path[1]),
        shape=shape_of(row),
        valid_for=row["valid_for"].length,
        place=place,
        evidence=row["evidence"],
        scope=row.get("scope", "episode"),
        normal=row.get("normal"),
        main=row.get("main", False),
        ask=row.get("ask", ""),
        declinable=row.get("declinable", False),
        detectable_change=row.get("detectable_change"),
        important_change=row.get("important_change"),
        code=row.get("code", ""),
        value=row.get("value"),
        picks=row.get("pick", ()),
        bands=row.get("bands", ()),
    )


def _derivation(reader: Reader, place: Place, row: Row) -> None:
    derived = row.given("value", "pick")
    if len(derived) == 2:
        reader.report(
            "one-of-keys", place.child("pick"), "a measure has either `value` or `pick`", on_key=True
        )
    if row.get("type") == "choice" and row.given("value"):
        reader.report(
            "key-does-not-fit",
            place.child("value"),
            "a derived choice is said with `pick`",
            expected='pick = [["high", "total >= 4"], ["low", "else"]]',
            on_key=True,
        )
    for key in row.given("normal", "declinable") if derived else ():
        reader.report(
            "key-does-not-fit",
            place.child(key),
            f"`{key}` has no meaning for a measure that is computed",
            advice="delete it",
            on_key=True,
        )


def _normal(reader: Reader, place: Place, row: Row) -> None:
    if "normal" not in row or "type" not in row:
        return
    normal, kind, here = row["normal"], row["type"], place.child("normal")
    if kind == "yes_no" and not isinstance(normal, bool):
        reader.wrong_type(here, normal, "true or false")
    elif kind == "choice" and normal not in row.get("choices", (normal,)):
        reader.report(
            "unknown-word",
            here,
            f"{describe(normal)} is not one of the choices",
            expected=listed(row["choices"]),
        )
    elif kind == "number" and (isinstance(normal, bool) or not isinstance(normal, Decimal)):
        reader.wrong_type(here, normal, "a number")
    elif kind == "number" and "range" in row and "decimals" in row:
        low, high = row["range"]
        if not low <= normal <= high or not on_grid(normal, row["decimals"]):
            reader.report(
                "out-of-range",
                here,
                f"{normal} is not a value of this measure",
                expected=f"from {low} to {high} with at most {row['decimals']} decimals",
            )


MEASURE: Final = Shape(
    "measure",
    "One thing an assessment yields.",
    (
        *VALUE_KEYS,
        Key("valid_for", VALIDITY, "how long a value counts", required=True),
        Key("scope", OneOf(("episode", "patient")), "patient: shared by all episodes"),
        Key("normal", Anything(), 'the value that rest = "normal" records'),
        Key("main", YesNo(), "true: the assessment's name alone means this measure"),
        Key("value", Condition(), "a derived number or yes_no: how it follows from others"),
        Key("pick", BANDS, "a derived choice: [choice, condition] pairs that end in else"),
        *EVIDENCE_KEYS,
    ),
    _measure,
    checks=(evidence, value_keys, words_once, _derivation, _normal),
    misplaced={"replaces": "the assessment as a whole is replaced"},
)


def _diary_item(_reader: Reader, place: Place, row: Row) -> DiaryItem:
    return DiaryItem(
        id=own_id(place),
        shape=shape_of(row),
        place=place,
        evidence=row["evidence"],
        ask=row.get("ask", ""),
        answered_after=row.get("answered_after"),
        declinable=row.get("declinable", False),
        detectable_change=row.get("detectable_change"),
        important_change=row.get("important_change"),
        code=row.get("code", ""),
        bands=row.get("bands", ()),
    )


DIARY_ITEM: Final = Shape(
    "diary item",
    "What a session's entry asks; read as session.x. A yes_no asks for something bad.",
    (
        *VALUE_KEYS,
        Key("answered_after", DURATION, "the answer is due only so long after the session"),
        REPLACES,
        *EVIDENCE_KEYS,
    ),
    _diary_item,
    checks=(evidence, value_keys, words_once, note_replaces),
    misplaced={
        "valid_for": "a diary answer belongs to its session and does not expire; delete it",
        "normal": "the diary has no normal values; delete it",
    },
)


def _items(_reader: Reader, _place: Place, row: Row) -> Items:
    ids = row["ids"] if "ids" in row else tuple(f"i{number}" for number in range(1, row["count"] + 1))
    low, high = row["range"]
    return Items(ids, int(low), int(high), row["when_finished"])


def _item_names(reader: Reader, place: Place, row: Row) -> None:
    if len(row.given("ids", "count")) != 1:
        reader.report(
            "one-of-keys",
            place,
            "items have either `ids` or `count`",
            expected="`ids`, a list, or `count`, a number (named i1, i2, ...)",
            on_key=True,
        )
    for number, end in enumerate(row.get("range", ())):
        if end != int(end):
            reader.report(
                "off-grid",
                place.child("range", number),
                f"{end} is not a whole number",
                expected="whole numbers",
            )
    for number, word in enumerate(row.get("ids", ())):
        if word in JOURNEY_WORDS:
            reader.report(
                "bad-id",
                place.child("ids", number),
                f"`{word}` has a meaning of its own in conditions or journeys",
                advice="choose another word",
            )


ITEMS: Final = Shape(
    "list of items",
    "The questions of a questionnaire, each scored with a whole number.",
    (
        Key("ids", ListOf(Id(), least=1), "their ids, in order"),
        Key("count", Whole(1, 200), "how many; they are named i1, i2, ..."),
        Key("range", Bounds(), "lowest and highest score of each", required=True),
        Key(
            "when_finished",
            OneOf(("left_out", "blank_is_zero", "incomplete")),
            "what a blank means when it is handed in",
            required=True,
        ),
    ),
    _items,
    checks=(_item_names,),
)


def _assessment(_reader: Reader, place: Place, row: Row) -> Assessment:
    return Assessment(
        id=own_id(place),
        title=row["title"],
        measures=tuple(row.get("measure", {}).values()),
        place=place,
        evidence=row["evidence"],
        minutes=row.get("minutes", Decimal(0)),
        sided=row.get("sided", False),
        rest_normal=row.get("rest_normal", False),
        items=row.get("items"),
        codes=row.get("codes", ()),
        licence=row.get("licence", ""),
    )


def _measures_together(reader: Reader, place: Place, row: Row) -> None:
    if not row.given("measure", "items"):
        reader.report(
            "empty-table",
            place,
            "this assessment measures nothing",
            expected=f"[assessment.{own_id(place)}.measure.<id>]",
            on_key=True,
        )
    measures: dict[str, Measure] = row.get("measure", {})
    mains = [name for name, measure in measures.items() if measure.main]
    for name in mains[1:]:
        reader.report(
            "two-mains",
            place.child("measure", name, "main"),
            f"`{mains[0]}` is the main measure already",
            expected="at most one measure with main = true",
        )
    items: Items | None = row.get("items")
    if row.get("sided"):
        for name in sorted(SIDES & {*measures, *(items.ids if items else ())}):
            here = place.child("measure", name) if name in measures else place.child("items", "ids")
            reader.report(
                "bad-id",
                here,
                f"`{name}` says a side, and this assessment is sided",
                advice="choose another id",
                on_key=name in measures,
            )
    for name in sorted(set(measures) & set(items.ids if items else ())):
        reader.report(
            "duplicate-id",
            place.child("measure", name),
            f"an item of this assessment is called `{name}` too",
            advice="give one of them another id",
            on_key=True,
        )


ASSESSMENT: Final = Shape(
    "assessment",
    "A test or questionnaire, and the measures it yields.",
    (
        TITLE,
        Key("minutes", Number(0, 240), "how long it takes"),
        Key("sided", YesNo(), "true: taken left and right"),
        Key("rest_normal", YesNo(), 'true: rest = "normal" may answer what was not written down'),
        Key("items", ITEMS, "the questions of a questionnaire"),
        Key("codes", ListOf(Text("a code"), least=1), "its codes in terminologies"),
        Key("licence", Text("a text", lines=True), "what the copyright of its wording allows"),
        Key("measure", TableOf(MEASURE, "measures", least=1, taken=JOURNEY_WORDS), "what it yields, by id"),
        REPLACES,
        *EVIDENCE_KEYS,
    ),
    _assessment,
    checks=(evidence, _measures_together, note_replaces),
    misplaced={key.name: "it belongs to a measure, as [assessment.x.measure.y]" for key in MEASURE.keys},
)
