"""The condition language: read, check, evaluate three-valued, compile, trace and say in English."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehabflow.conditions.answering import evaluate, truth
    from rehabflow.conditions.checked import Checked, check
    from rehabflow.conditions.derived import bands_of, evaluate_derived, status_of
    from rehabflow.conditions.faults import ConditionProblem, ConditionProblems
    from rehabflow.conditions.overlay import Overlay
    from rehabflow.conditions.regions import regions

_HOMES = {
    "Checked": "checked",
    "ConditionProblem": "faults",
    "ConditionProblems": "faults",
    "Overlay": "overlay",
    "bands_of": "derived",
    "check": "checked",
    "evaluate": "answering",
    "evaluate_derived": "derived",
    "regions": "regions",
    "status_of": "derived",
    "truth": "answering",
}

__all__ = [
    "Checked",
    "ConditionProblem",
    "ConditionProblems",
    "Overlay",
    "bands_of",
    "check",
    "evaluate",
    "evaluate_derived",
    "regions",
    "status_of",
    "truth",
]


def __getattr__(name: str) -> object:
    """Load a part of the language when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
