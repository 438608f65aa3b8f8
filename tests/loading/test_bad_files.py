"""Malformed files, each with exactly what is shown for it."""

from __future__ import annotations

import difflib
import time
from pathlib import Path

import pytest

from loading.reading import BAD, problems_of, rendered
from rehabflow.render.explanations import explanations

FILES = sorted(BAD.glob("*.toml"))


def test_there_are_many_of_them() -> None:
    assert len(FILES) >= 200
    assert {path.stem for path in FILES} == {path.stem for path in BAD.glob("*.err")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_shown_is_what_was_reviewed(path: Path) -> None:
    expected = path.with_suffix(".err").read_text(encoding="utf-8")
    found = rendered(path)
    difference = difflib.unified_diff(
        expected.splitlines(), found.splitlines(), "reviewed", "shown", lineterm=""
    )
    assert found == expected, "\n".join(difference)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_is_refused_within_a_second_with_place_and_reason(path: Path) -> None:
    begin = time.perf_counter()
    problems, _ = problems_of(path)
    assert time.perf_counter() - begin < 1
    assert problems
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    for problem in problems:
        assert problem.severity == "error"
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert (problem.end_line, problem.end_column) >= (problem.line, problem.column)
        assert len(problem.message) > 10
        assert problem.code in explanations()
