"""Selection: the best allowed combination of exercises for a stage, proven, and why each other one lost.

The engine writes a `SelectionProblem`, after responses and exclusions; `select` answers with a `Selection`;
`why_chosen`, `why_not`, `worth`, `why_unfilled` and `why_unaddressed` explain it, or an `Explainer` for several.
All points are whole quarter points. Inside, the phases of a solve are in the order of imports: `compile` (masks),
`grow` and `start` (a good plan), `bounds` and `dominance` (what need not be looked at), `search`, `tier`, `solve`.

>>> problem = SelectionProblem(
...     slots=(Slot("control", 1, 1),),
...     exercises=(Exercise("bird_dog", 4, findings=frozenset({"weak"})), Exercise("bridge", 3)),
...     candidates=(Candidate("bird_dog", "control"), Candidate("bridge", "control", (Term("liked", 8),))),
...     findings=(Finding("weak", 2),),
...     finding_weight=3,
...     minutes_limit=20,
...     exercises_limit=6,
... )
>>> selection = select(problem)
>>> [chosen.exercise for chosen in selection.chosen], selection.exact
(['bird_dog'], True)
>>> from rehabflow.engine.selection import why_not  # loaded when asked for
>>> why_not(problem, selection, "bridge").margin
(16, 16)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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
    quarter_points,
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

if TYPE_CHECKING:
    from rehabflow.engine.selection.explain import (
        Explainer,
        why_chosen,
        why_not,
        why_unaddressed,
        why_unfilled,
        worth,
    )
    from rehabflow.engine.selection.explanations import (
        Difference,
        Obstacle,
        WhyCannotBePlaced,
        WhyChosen,
        WhyExcluded,
        WhyNoRoom,
        WhyNoSlot,
        WhyNot,
        WhyNoTime,
        WhyOutscored,
        WhyUnfilled,
        WhyWouldLeaveGap,
        Worth,
    )

__all__ = [
    "NODE_BUDGET",
    "AtMost",
    "Before",
    "Candidate",
    "Chosen",
    "DayType",
    "Difference",
    "DroppedPin",
    "Excluded",
    "Exercise",
    "Explainer",
    "Finding",
    "NewException",
    "Objective",
    "Obstacle",
    "Pin",
    "Selection",
    "SelectionProblem",
    "Slot",
    "Term",
    "Together",
    "UnaddressedFinding",
    "UnfilledPlace",
    "WhyCannotBePlaced",
    "WhyChosen",
    "WhyExcluded",
    "WhyNoRoom",
    "WhyNoSlot",
    "WhyNoTime",
    "WhyNot",
    "WhyOutscored",
    "WhyUnfilled",
    "WhyWouldLeaveGap",
    "Worth",
    "quarter_points",
    "select",
    "why_chosen",
    "why_not",
    "why_unaddressed",
    "why_unfilled",
    "worth",
]


def __getattr__(name: str) -> object:
    """Load what explains a choice when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "explain" if name == "Explainer" or name.islower() else "explanations"
    return getattr(import_module(f"{__name__}.{home}"), name)
