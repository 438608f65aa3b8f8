"""Selection: the best allowed combination of exercises for a stage, proven, and why each other one lost."""

from __future__ import annotations

from rehabflow.engine.selection.problem import (
    AtMost,
    Before,
    Candidate,
    DayType,
    Excluded,
    Exercise,
    Finding,
    Pin,
    SelectionProblem,
    Slot,
    Term,
    Together,
)
from rehabflow.engine.selection.result import (
    Chosen,
    DroppedPin,
    NewException,
    Selection,
    UnaddressedFinding,
    UnfilledPlace,
)
from rehabflow.engine.selection.select import select
from rehabflow.engine.selection.solve import NODE_BUDGET, Objective

__all__ = [
    "NODE_BUDGET",
    "AtMost",
    "Before",
    "Candidate",
    "Chosen",
    "DayType",
    "DroppedPin",
    "Excluded",
    "Exercise",
    "Finding",
    "NewException",
    "Objective",
    "Pin",
    "Selection",
    "SelectionProblem",
    "Slot",
    "Term",
    "Together",
    "UnaddressedFinding",
    "UnfilledPlace",
    "select",
]
