"""Which tests the session collected and how each ended: the hazard log's last check reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    import pytest


@attrs.define(eq=False)
class SuiteRecord:
    """Every collected test by node id, and how those that ran so far ended.

    `is_whole` is false when the session was narrowed to some tests, so that "did not run" means nothing.
    """

    is_whole: bool
    collected: set[str] = attrs.field(factory=set)
    outcomes: dict[str, str] = attrs.field(factory=dict)

    def outcome(self, test: str) -> str:
        """Return passed, failed, skipped, "did not run" or "does not exist", over all parameters."""
        found = [name for name in self.collected if name == test or name.startswith(f"{test}[")]
        if not found:
            return "does not exist"
        outcomes = {self.outcomes.get(name, "did not run") for name in found}
        for bad in ("failed", "did not run", "skipped"):
            if bad in outcomes:
                return bad
        return "passed"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst outcome of a test's setup, call and teardown."""
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped:
            self.outcomes.setdefault(report.nodeid, "skipped")
        elif report.when == "call":
            self.outcomes.setdefault(report.nodeid, "passed")
