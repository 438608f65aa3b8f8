"""The job that every engine is measured on: 25 measures, 12 gates, 3 stages of 4 criteria, 60 exercises for 6 places.

The rules stand here as texts of the condition language; `by_hand.py` has them as Python, `other_engines.py` as JDM and
BPMN. All must give the same `Answer` for the same patient.

A gate that is met has its effect; the strictest counts, and from `pause` on there are no exercises. The stage is the
last whose four criteria are all met. An exercise is allowed up to the stage's demand unless its caution holds; it is
worth 4 where its quality is a finding, 2 where its role is the stage's, less a point a minute; ties go to the first.
"""

from __future__ import annotations

import random
from typing import Final, TypeAlias

import attrs

PLACES: Final = 6
LEVELS: Final = ("caution", "restrict", "pause", "refer", "emergency")
PAUSE: Final = 3
QUALITIES: Final = ("control", "endurance", "strength", "flexibility")
ROLES: Final = ("local_stabiliser", "global_stabiliser", "global_mobiliser")
STAGES: Final = ("one", "two", "three")
MOST_DEMAND: Final = {"one": 2, "two": 4, "three": 5}
ROLE_OF: Final = dict(zip(STAGES, ROLES, strict=True))

Patient: TypeAlias = dict[str, int | bool]
Answer: TypeAlias = tuple[int, str, tuple[str, ...]]
"""(0 or 1 more than the index of the strictest effect, stage or "", exercises)."""


@attrs.frozen
class BenchExercise:
    """One of the sixty; `caution` is the yes_no measure that forbids it."""

    id: str
    role: str
    quality: str
    demand: int
    minutes: int
    caution: str


def names() -> list[str]:
    """Return the measures: ten numbers 0 to 10, fifteen yes or no."""
    return [f"n{i}" for i in range(10)] + [f"b{i}" for i in range(15)]


def patients(count: int, seed: int = 1) -> list[Patient]:
    """Return random patients of whom everything is known: most may train, some are stopped by a gate."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        patient: Patient = {f"n{i}": chance.choice([0, 1, 2, 2, 3, 3, 4, 5, 7]) for i in range(10)}
        patient |= {f"b{i}": chance.random() < 0.04 for i in range(15)}
        found.append(patient)
    return found


def gates() -> list[tuple[str, int, str]]:
    """Return (id, effect, condition) of the twelve gates."""
    found = []
    for i in range(12):
        a, b, c = f"b{i}", f"b{(i + 3) % 15}", f"n{i % 10}"
        text = (f"{a} and {c} > 6", f"{a} or ({b} and {c} >= 5)", f"{a} and not {b}")[i % 3]
        found.append((f"gate{i}", 1 + i % 5, text))
    return found


def criteria() -> dict[str, list[str]]:
    """Return the four criteria of each stage."""
    return {
        "one": ["n0 <= 9", "n1 <= 9", "not b0", "n2 <= 8"],
        "two": ["n0 <= 5", "n3 + n4 <= 12", "not b1 or n5 < 4", "n6 <= 7"],
        "three": ["n0 <= 3", "n3 + n4 <= 8", "n7 <= 4 and n8 <= 5", "count(b2, b3, b4) < 2"],
    }


def findings() -> dict[str, str]:
    """Return the condition by which each quality is a finding."""
    return {
        "control": "n9 >= 3",
        "endurance": "n5 >= 4 or n6 >= 5",
        "strength": "n7 + n8 >= 6",
        "flexibility": "n2 > 3",
    }


def exercises() -> list[BenchExercise]:
    """Return the sixty exercises."""
    chance = random.Random(7)
    return [
        BenchExercise(
            f"x{i:02d}",
            ROLES[i % 3],
            QUALITIES[i % 4],
            1 + i % 5,
            chance.choice([2, 3, 4, 5, 6]),
            f"b{5 + i % 10}",
        )
        for i in range(60)
    ]


def base_worth(exercise: BenchExercise, stage: str) -> int:
    """Return what an exercise is worth in a stage, whatever the patient's findings."""
    return 2 * (exercise.role == ROLE_OF[stage]) - exercise.minutes
