"""What values a measure or a diary item may take: keys that fit the type, and no others."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rehabflow.definitions.exercises import WORD_LISTS
from rehabflow.definitions.measures import ValueShape
from rehabflow.frozen import frozen
from rehabflow.loading.cases import BANDS, NUMBER, repeated
from rehabflow.loading.containers import ListOf
from rehabflow.loading.reader import Reader, listed
from rehabflow.loading.shapes import Key, Row
from rehabflow.loading.specs import Number, OneOf, Schema, Spec, Text, Whole, YesNo
from rehabflow.loading.written import CHOICE, UNIT
from rehabflow.problems import Place

KINDS: Final = ("number", "yes_no", "choice", "set", "date")
LISTS: Final = ("exercise", *WORD_LISTS, "role", "quality", "direction", "effort_kind")


@frozen
class Bounds(Spec[tuple[Decimal, Decimal]]):
    """A pair of numbers, the lower first."""

    words: str = "two numbers, the lower first, as [0, 10]"

    def read(self, reader: Reader, place: Place, value: object) -> tuple[Decimal, Decimal] | None:
        """Return low and high."""
        if not isinstance(value, list) or len(value) != 2:
            self.wrong_type(reader, place, value)
            return None
        low, high = (NUMBER.read(reader, place.child(number), end) for number, end in enumerate(value))
        if low is None or high is None:
            return None
        if low >= high:
            reader.report("bad-range", place, f"the range {low} to {high} holds nothing", expected=self.words)
            return None
        return low, high

    def schema(self) -> Schema:
        """Return a schema of pairs of numbers."""
        return {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


@frozen
class Anything(Spec[bool | Decimal | str]):
    """A plain value, judged by the measure's type."""

    words: str = "a value of the measure"

    def read(self, reader: Reader, place: Place, value: object) -> bool | Decimal | str | None:
        """Return the value; numbers as Decimal."""
        if isinstance(value, (bool, str)):
            return value
        if isinstance(value, (int, Decimal)):
            return Decimal(value)
        self.wrong_type(reader, place, value)
        return None

    def schema(self) -> Schema:
        """Return a schema of plain values."""
        return {"type": ["boolean", "number", "string"]}


_OF_NUMBERS: Final = ("unit", "range", "decimals")
_ONLY: Final = {
    "unit": ("number",),
    "range": ("number",),
    "decimals": ("number",),
    "detectable_change": ("number",),
    "important_change": ("number",),
    "bands": ("number",),
    "choices": ("choice", "set"),
    "choices_from": ("choice", "set"),
    "ordered": ("choice",),
    "pick": ("choice",),
    "better": ("number", "choice"),
    "normal": ("number", "yes_no", "choice"),
}


def value_keys(reader: Reader, place: Place, row: Row) -> None:
    """Report keys that a type needs and those that mean nothing for it."""
    kind = row.get("type")
    if kind is None:
        return
    for key, kinds in _ONLY.items():
        if row.given(key) and kind not in kinds:
            reader.report(
                "key-does-not-fit",
                place.child(key),
                f"`{key}` has no meaning for the type `{kind}`",
                expected=f"only for {' and '.join(kinds)}",
                advice="delete it",
                on_key=True,
            )
    needed: tuple[str, ...] = ()
    if kind == "number":
        needed = (*_OF_NUMBERS, "better")
    elif kind == "choice" and row.get("ordered"):
        needed = ("better",)
    missing = [key for key in needed if not row.given(key)]
    if kind in ("choice", "set"):
        _choices(reader, place, row, kind)
    if missing:
        names = ", ".join(f"`{key}`" for key in missing)
        of = "this ordered choice" if kind == "choice" else "this measure of type number"
        reader.report(
            "missing-key",
            place,
            f"{of} lacks {names}",
            expected=f"for its type: {', '.join(needed)}",
            on_key=True,
        )
    if kind == "number":
        _grid(reader, place, row)


def _choices(reader: Reader, place: Place, row: Row, kind: str) -> None:
    if len(row.given("choices", "choices_from")) != 1:
        reader.report(
            "one-of-keys",
            place,
            f"a {kind} has either `choices` or `choices_from`",
            expected="`choices`, a list of words, or `choices_from`, the name of a list",
            on_key=True,
        )
    if kind == "choice" and len(row.get("choices", "ab")) < 2:
        reader.report(
            "list-length", place.child("choices"), "one choice is no choice", expected="at least 2 words"
        )
    if "choices_from" in row and row.get("ordered"):
        reader.report(
            "key-does-not-fit",
            place.child("ordered"),
            "a list of words has no order",
            expected="`ordered` only with `choices`",
            advice="delete it, or list the choices here",
            on_key=True,
        )
    if "better" in row and not row.given("ordered") and kind == "choice":
        reader.report(
            "key-does-not-fit",
            place.child("better"),
            "choices without an order have no better one",
            expected="`ordered = true`, or no `better`",
            on_key=True,
        )


def _grid(reader: Reader, place: Place, row: Row) -> None:
    decimals = row.get("decimals")
    if decimals is None:
        return
    for number, end in enumerate(row.get("range", ())):
        if not on_grid(end, decimals):
            reader.report(
                "off-grid",
                place.child("range", number),
                f"{end} has more than {decimals} decimals",
                expected=f"a number with at most {decimals} decimals",
            )


def on_grid(number: Decimal, decimals: int) -> bool:
    """Return whether a number has at most so many decimals."""
    return number == round(number, decimals)


def words_once(reader: Reader, place: Place, row: Row) -> None:
    """Report words that are twice in bands, and picks that are no choices."""
    for key in ("bands", "pick"):
        for number in repeated(row.get(key, ())):
            if key == "bands":
                word = row[key][number][0]
                reader.report(
                    "twice-in-list", place.child(key, number), f"`{word}` is there twice", advice="delete one"
                )
    for number, (word, _) in enumerate(row.get("pick", ())):
        if "choices" in row and word not in row["choices"]:
            reader.report(
                "unknown-word",
                place.child("pick", number, 0),
                f"`{word}` is not one of the choices",
                expected=listed(row["choices"]),
            )


def shape_of(row: Row) -> ValueShape:
    """Return what values a measure's or diary item's keys allow."""
    low, high = row.get("range", (None, None))
    return ValueShape(
        row["type"],
        row.get("unit", ""),
        low,
        high,
        row.get("decimals", 0),
        row.get("better", "none"),
        row.get("choices", ()),
        row.get("choices_from", ""),
        row.get("ordered", False),
    )


_CHANGE: Final = Number(0, 10**6, above=True)
VALUE_KEYS: Final = (
    Key("type", OneOf(KINDS), "number, yes_no, choice, set or date", required=True),
    Key("unit", UNIT, "numbers: the unit in UCUM"),
    Key("range", Bounds(), "numbers: lowest and highest possible value"),
    Key("decimals", Whole(0, 6), "numbers: decimals that are recorded"),
    Key("better", OneOf(("higher", "lower", "none")), "numbers and ordered choices: which way is better"),
    Key("choices", ListOf(CHOICE, least=1), "choices and sets: the words; in order if `ordered`"),
    Key("choices_from", OneOf(LISTS), "choices and sets: take the words from this list"),
    Key("ordered", YesNo(), "true: the choices run from first to last"),
    Key("ask", Text("a question", lines=True), "the question in words"),
    Key("declinable", YesNo(), "true: the patient may give no answer"),
    Key("detectable_change", _CHANGE, "the smallest change that is not noise"),
    Key("important_change", _CHANGE, "the smallest change that matters to patients"),
    Key("code", Text("a code"), "its code in a terminology"),
    Key("bands", BANDS, "names for parts of the scale: [name, condition] pairs that end in else"),
)
