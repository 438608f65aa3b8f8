"""The hazard log names, for each hazard, the tests that show its control; those tests must exist and pass.

`tests/conftest.py` runs this file last, when the outcome of every other test is known.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from suite_record import SuiteRecord

LOG = Path(__file__).resolve().parents[2] / "docs" / "safety" / "hazards.toml"
KEYS = {"title", "harm", "cause", "severity", "controls", "residual", "tests"}
# Any: a TOML table; the first test checks its shape.
HAZARDS: Mapping[str, Mapping[str, Any]] = tomllib.loads(LOG.read_text(encoding="utf-8"))["hazard"]
SEVERITIES: tuple[str, ...] = tuple(tomllib.loads(LOG.read_text(encoding="utf-8"))["severity"])


@pytest.mark.parametrize("hazard", HAZARDS)
def test_hazard_says_all_it_should(hazard: str) -> None:
    entry = HAZARDS[hazard]
    assert set(entry) == KEYS
    assert entry["severity"] in SEVERITIES
    for key in ("title", "harm", "cause", "residual"):
        assert isinstance(entry[key], str)
        assert entry[key].strip()
    for key in ("controls", "tests"):
        assert all(isinstance(text, str) and text.strip() for text in entry[key])
        assert len(set(entry[key])) == len(entry[key])
    assert entry["controls"]


@pytest.mark.parametrize("hazard", HAZARDS)
def test_hazard_names_tests_that_exist(hazard: str, tests_in_files: Mapping[str, frozenset[str]]) -> None:
    named = HAZARDS[hazard]["tests"]
    assert named, f"no test shows that hazard.{hazard} is controlled"
    missing = []
    for test in named:
        file, _, function = test.partition("::")
        if function.partition("[")[0] not in tests_in_files.get(file, frozenset()):
            missing.append(test)
    assert not missing, f"hazard.{hazard} names tests that do not exist"


@pytest.mark.parametrize("hazard", HAZARDS)
def test_hazard_names_tests_that_pass(hazard: str, suite_record: SuiteRecord) -> None:
    if not suite_record.is_whole:
        pytest.skip("known only when the whole suite runs")
    outcomes = {test: suite_record.outcome(test) for test in HAZARDS[hazard]["tests"]}
    assert {test: ended for test, ended in outcomes.items() if ended != "passed"} == {}
