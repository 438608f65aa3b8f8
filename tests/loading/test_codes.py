"""Every code that is reported is explained, and every explained one is reported."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from rehabflow.conditions.codes import CODES as CONDITION_CODES
from rehabflow.conditions.grammar import parse
from rehabflow.loading import codes as loading_codes
from rehabflow.problem_codes import Explanation, united
from rehabflow.render.explanations import explanations
from rehabflow.toml_source import codes as toml_codes

ROOT = Path(__file__).resolve().parents[2] / "rehabflow"
REPORTED = re.compile(r'(?:\breport\(|\bProblem\(|_whole_file\()\s*(?:self\.code|"([a-z0-9-]+)")')
CHECK = ROOT / "cli" / "check.py"
WORD = re.compile(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"')


def used_in(folder: str) -> set[str]:
    """Return the codes that a package's files hand to `report` or `Problem`, or keep for it (`Parsed`)."""
    found: set[str] = set()
    for path in [*(ROOT / folder).rglob("*.py"), *([CHECK] if folder == "loading" else [])]:
        if path.name == "codes.py":
            continue
        text = path.read_text(encoding="utf-8")
        found |= {code for code in REPORTED.findall(text) if code}
        if path.name in ("written.py", "scan.py", "reader.py"):
            found |= set(WORD.findall(text)) - {"utf-8"}
    return found


@pytest.mark.parametrize(
    ("folder", "codes"), [("toml_source", toml_codes.CODES), ("loading", loading_codes.CODES)]
)
def test_codes_and_explanations_agree(folder: str, codes: dict[str, Explanation]) -> None:
    used = used_in(folder)
    assert set(codes) <= used
    assert used <= set(explanations())


def test_every_explanation_says_something() -> None:
    for code, explanation in explanations().items():
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", code)
        assert len(explanation.title) > 10, code
        assert len(explanation.text) > 30, code
        assert not explanation.title.endswith("."), code


def test_the_examples_in_explanations_are_toml() -> None:
    for code, explanation in explanations().items():
        if explanation.example and code not in CONDITION_CODES:
            assert tomllib.loads(explanation.example), code


def test_the_examples_of_condition_codes_are_conditions() -> None:
    for code, explanation in CONDITION_CODES.items():
        if explanation.example:
            assert parse(explanation.example)[1] == [], code


def test_the_first_to_explain_a_code_counts() -> None:
    first, second = Explanation("a", "a"), Explanation("b", "b")
    assert united([{"x": first}, {"x": second, "a": second}]) == {"a": second, "x": first}
    assert list(united([{"x": first}, {"a": second}])) == ["a", "x"]
