"""Assessments and what they yield: measures, items, diary items."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from rehabflow.conditions.types import Better
from rehabflow.definitions.common import Evidence, Expression
from rehabflow.frozen import frozen
from rehabflow.instants import Duration
from rehabflow.problems import Place

ValueKind = Literal["number", "yes_no", "choice", "set", "date"]
WhenFinished = Literal["left_out", "blank_is_zero", "incomplete"]


@frozen
class ValueShape:
    """What values a measure or diary item may take.

    Numbers: `low <= value <= high` on a grid of `decimals`, in `unit` (UCUM). Choices and sets: `choices`, or
    `choices_from` a word list (`equipment`, `direction`, ...) or `exercise`.
    """

    kind: ValueKind
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int = 0
    better: Better = "none"
    choices: tuple[str, ...] = ()
    choices_from: str = ""
    ordered: bool = False


@frozen
class Measure:
    """One thing an assessment yields. `valid_for` None never expires; a derived one has `value` or `picks`.

    `normal` is the value that `rest = "normal"` records. `bands` and `picks` are (name, condition; None: else) in
    order. `scope` patient: shared by all episodes.
    """

    id: str
    assessment: str
    shape: ValueShape
    valid_for: Duration | None
    place: Place
    evidence: Evidence
    scope: Literal["episode", "patient"] = "episode"
    normal: bool | Decimal | str | None = None
    main: bool = False
    ask: str = ""
    declinable: bool = False
    detectable_change: Decimal | None = None
    important_change: Decimal | None = None
    code: str = ""
    value: Expression | None = None
    picks: tuple[tuple[str, Expression | None], ...] = ()
    bands: tuple[tuple[str, Expression | None], ...] = ()

    @property
    def key(self) -> str:
        """Return `assessment.measure`, its name in conditions and in the record (without a side)."""
        return f"{self.assessment}.{self.id}"

    @property
    def is_derived(self) -> bool:
        """Return whether it follows from other measures."""
        return self.value is not None or bool(self.picks)


@frozen
class Items:
    """The items of a questionnaire: ids, whole scores from `low` to `high`, and what a blank means when handed in."""

    ids: tuple[str, ...]
    low: int
    high: int
    when_finished: WhenFinished


@frozen
class Assessment:
    """A test or questionnaire; `minutes` is what it takes. `sided`: every measure is taken left and right."""

    id: str
    title: str
    measures: tuple[Measure, ...]
    place: Place
    evidence: Evidence
    minutes: Decimal = Decimal(0)
    sided: bool = False
    rest_normal: bool = False
    items: Items | None = None
    codes: tuple[str, ...] = ()
    licence: str = ""


@frozen
class DiaryItem:
    """What a session's entry asks; `answered_after`: the answer is not due earlier."""

    id: str
    shape: ValueShape
    place: Place
    evidence: Evidence
    ask: str = ""
    answered_after: Duration | None = None
    declinable: bool = False
    detectable_change: Decimal | None = None
    important_change: Decimal | None = None
    code: str = ""
    bands: tuple[tuple[str, Expression | None], ...] = ()
