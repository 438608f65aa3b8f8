"""Every code that a condition's problems have is explained, and none that does not exist."""

from __future__ import annotations

import ast
from pathlib import Path

import rehabflow.conditions
from rehabflow.conditions.codes import CODES

FOLDER = Path(rehabflow.conditions.__file__).parent


def reported() -> set[str]:
    """Return every text of the package that is one of the codes, or stands where a code is given."""
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        if path.name == "codes.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("fault", "Fault", "ConditionProblem", "problem", "_fault", "_problem"):
                    found |= texts(node.args[0])
    return found


def texts(node: ast.expr) -> set[str]:
    """Return the texts that an expression may be."""
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def test_every_code_that_is_reported_is_explained() -> None:
    assert reported() - set(CODES) == set()


def test_every_explained_code_stands_in_the_package() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py") if path.name != "codes.py"
    )
    assert [code for code in CODES if f'"{code}"' not in source] == []


def test_explanations_say_something() -> None:
    for code, explanation in CODES.items():
        assert explanation.title != explanation.text, code
        assert explanation.text.endswith("."), code
