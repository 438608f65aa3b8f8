"""Every code that the rulebook reports is explained, and none that it does not."""

from __future__ import annotations

import ast
from pathlib import Path

import rehabflow.rulebook
from rehabflow.rulebook.codes import CODES

REPORTING = ("error", "warn", "unknown", "_unknown", "Problem")
SOURCES = [
    *Path(rehabflow.rulebook.__file__).parent.glob("*.py"),
    Path(rehabflow.rulebook.__file__).parents[1] / "catalog.py",
]


def reported() -> set[str]:
    """Return the codes in calls that report, and those that stand in place of a condition's own."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in REPORTING:
                found |= {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}  # type: ignore[misc]
    return found


def test_every_code_is_explained() -> None:
    assert reported() == set(CODES)


def test_explanations_say_something() -> None:
    for code, explanation in CODES.items():
        assert explanation.title != explanation.text, code
        assert explanation.text.endswith("."), code
