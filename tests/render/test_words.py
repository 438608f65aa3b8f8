"""Doses, days and lists in words."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from rehabflow.definitions.exercises import DoseTable, Frequency, Step
from rehabflow.engine.decision import Dose
from rehabflow.instants import Duration
from rehabflow.problems import Place
from rehabflow.render.decision_json import dose_document
from rehabflow.render.words import (
    counted,
    dose_text,
    duration_text,
    frequency_text,
    listed,
    number_text,
    session_days,
    step_text,
    unit_text,
)

MONDAY = datetime.date(2026, 3, 2).toordinal()
HOLD = Step("3 x 10 x 5 s", 3, (10, 10, 10), 5)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (HOLD, "3 sets of 10, each held 5 s"),
        (Step("1 x 8", 1, (8,)), "1 set of 8"),
        (Step("8/6/4 x 8 s", 3, (8, 6, 4), 8), "sets of 8, 6 then 4, each held 8 s"),
        (Step("3 x 30 s", 3, (), 30), "3 x 30 s"),
        (Step("3 x 20 m", 3, (), None, 20), "3 x 20 m"),
        (Step("10 min", minutes=Decimal(10)), "10 min"),
    ],
)
def test_steps(step: Step, text: str) -> None:
    assert step_text(step) == text


@pytest.mark.parametrize(
    ("frequency", "text"),
    [
        (Frequency(7, 7, 1), "once a day"),
        (Frequency(7, 7, 3), "3 times a day"),
        (Frequency(3, 5), "3 to 5 days a week"),
        (Frequency(1, 1), "1 day a week"),
    ],
)
def test_frequencies(frequency: Frequency, text: str) -> None:
    assert frequency_text(frequency) == text


def test_a_dose_tells_side_load_rest_cap_and_step() -> None:
    table = DoseTable("build", (HOLD, HOLD), Frequency(2, 3), Place(""), rest_seconds=90)
    dose = Dose("build", 1, HOLD, table, "12.5 kg", each_side=True, caps={"knee_flexion": "90 deg"})
    assert dose_text(dose) == (
        "3 sets of 10, each held 5 s each side; 12.5 kg; rest 90 s; knee flexion up to 90 deg; step 2 of 2"
    )
    assert dose_document(dose) == {
        "level": "build", "step": 2, "steps": 2, "text": "3 x 10 x 5 s", "sets": 3, "reps": [10, 10, 10], "seconds": 5,
        "metres": None, "minutes": None, "per_day": None, "per_week": "2 to 3", "load": "12.5 kg", "each_side": True,
        "caps": {"knee_flexion": "90 deg"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cycle", "text"),
    [
        ((True,) * 7, "every day"),
        ((False,) * 7, "none"),
        ((), "none"),
        ((True, False, True, False, False, False, False), "Tue, Thu"),
        ((True, False), "Thu 2026-03-05"),
    ],
)
def test_session_days(cycle: tuple[bool, ...], text: str) -> None:
    # The cycle begins on Tuesday; the decision is of Tuesday, so days from Wednesday on are to come.
    assert session_days(MONDAY + 1, cycle, MONDAY + 1) == text


def test_small_words() -> None:
    assert [counted(1, "day"), counted(2, "day"), counted(2, "criterion", "criteria")] == [
        "1 day",
        "2 days",
        "2 criteria",
    ]
    assert [listed([]), listed(["a"]), listed(["a", "b"], "or"), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a or b",
        "a, b and c",
    ]
    assert listed(["a", "b", "c", "d"], most=2) == "a, b and 2 more"
    assert [number_text(Decimal("2.50")), number_text(Decimal("1E+2")), number_text(30)] == [
        "2.5",
        "100",
        "30",
    ]
    assert [duration_text(Duration(4, "w")), duration_text(Duration(1, "mo")), duration_text(None)] == [
        "4 weeks", "1 month", "for good",
    ]  # fmt: skip
    assert [unit_text("d/wk"), unit_text("{score}"), unit_text(None), unit_text("kg")] == [
        "days a week",
        "",
        "",
        "kg",
    ]
