"""The record behind the hazard log's last check tells apart all the ways a test can fail to count."""

from __future__ import annotations

from typing import Literal

import pytest

from suite_record import SuiteRecord


def report(
    test: str,
    outcome: Literal["passed", "failed", "skipped"],
    when: Literal["setup", "call", "teardown"] = "call",
) -> pytest.TestReport:
    return pytest.TestReport(test, ("", None, ""), {}, outcome, None, when)


@pytest.fixture
def record() -> SuiteRecord:
    collected = {"t.py::test_a", "t.py::test_b[1]", "t.py::test_b[2]", "t.py::test_bb"}
    return SuiteRecord(is_whole=True, collected=collected)


def test_unknown_name_does_not_exist(record: SuiteRecord) -> None:
    assert record.outcome("t.py::test_c") == "does not exist"


def test_collected_but_deselected_did_not_run(record: SuiteRecord) -> None:
    assert record.outcome("t.py::test_a") == "did not run"


def test_passed(record: SuiteRecord) -> None:
    record.pytest_runtest_logreport(report("t.py::test_a", "passed"))
    assert record.outcome("t.py::test_a") == "passed"


def test_failing_teardown_fails_the_test(record: SuiteRecord) -> None:
    record.pytest_runtest_logreport(report("t.py::test_a", "passed"))
    record.pytest_runtest_logreport(report("t.py::test_a", "failed", "teardown"))
    assert record.outcome("t.py::test_a") == "failed"


def test_skipped_in_setup_is_not_passed(record: SuiteRecord) -> None:
    record.pytest_runtest_logreport(report("t.py::test_a", "skipped", "setup"))
    record.pytest_runtest_logreport(report("t.py::test_a", "passed", "teardown"))
    assert record.outcome("t.py::test_a") == "skipped"


def test_every_parameter_has_to_pass(record: SuiteRecord) -> None:
    record.pytest_runtest_logreport(report("t.py::test_b[1]", "passed"))
    assert record.outcome("t.py::test_b") == "did not run"
    record.pytest_runtest_logreport(report("t.py::test_b[2]", "failed"))
    assert record.outcome("t.py::test_b") == "failed"
    assert record.outcome("t.py::test_b[1]") == "passed"
