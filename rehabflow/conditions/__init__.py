"""The condition language: read, check, evaluate three-valued, compile, trace and say in English."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehabflow.conditions.answering import evaluate, truth
    from rehabflow.conditions.checked import Checked, check
    from rehabflow.conditions.compiled import Group, compile_group
    from rehabflow.conditions.cutting import regions
    from rehabflow.conditions.derived import bands_of, evaluate_derived, status_of
    from rehabflow.conditions.faults import ConditionProblem, ConditionProblems
    from rehabflow.conditions.overlay import Overlay
    from rehabflow.conditions.traced import TraceNode, trace
    from rehabflow.conditions.wording import english

_HOMES = {
    "Checked": "checked",
    "ConditionProblem": "faults",
    "ConditionProblems": "faults",
    "Group": "compiled",
    "Overlay": "overlay",
    "TraceNode": "traced",
    "bands_of": "derived",
    "check": "checked",
    "compile_group": "compiled",
    "english": "wording",
    "evaluate": "answering",
    "evaluate_derived": "derived",
    "regions": "cutting",
    "status_of": "derived",
    "trace": "traced",
    "truth": "answering",
}

__all__ = [
    "Checked",
    "ConditionProblem",
    "ConditionProblems",
    "Group",
    "Overlay",
    "TraceNode",
    "bands_of",
    "check",
    "compile_group",
    "english",
    "evaluate",
    "evaluate_derived",
    "regions",
    "status_of",
    "trace",
    "truth",
]


def __getattr__(name: str) -> object:
    """Load a part of the language when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
