"""What the whole suite shares: which tests there are, how each ended, and which must come last."""

from __future__ import annotations

import ast
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from suite_record import SuiteRecord

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
RUN_LAST = "safety/test_hazard_log.py"
WHOLE_SUITE_MARKS = ("", "not bench")


RECORD = pytest.StashKey[SuiteRecord]()


def pytest_configure(config: pytest.Config) -> None:
    # A job in the background is started with Ctrl-C ignored, and hands that on to every program it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    narrowed = config.option.keyword or config.option.markexpr not in WHOLE_SUITE_MARKS
    narrowed = narrowed or config.getoption("lf", default=False) or config.option.deselect
    given = {(config.invocation_params.dir / argument).resolve() for argument in config.args}
    is_whole = not narrowed and given in ({ROOT}, {ROOT / "tests"})
    config.stash[RECORD] = SuiteRecord(is_whole=is_whole)
    config.pluginmanager.register(config.stash[RECORD], "rehabflow-suite-record")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    config.stash[RECORD].collected.update(item.nodeid for item in items)
    yield
    items.sort(key=lambda item: RUN_LAST in item.nodeid)


@pytest.fixture
def suite_record(request: pytest.FixtureRequest) -> SuiteRecord:
    return request.config.stash[RECORD]


def functions_of(path: Path) -> Iterator[str]:
    """Yield the tests a file defines, as a node id ends: `test_x` or `TestY::test_x`."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)
            )


@pytest.fixture(scope="session")
def tests_in_files() -> Mapping[str, frozenset[str]]:
    """Return every test file below `tests/` with the tests it defines."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return {path.relative_to(ROOT).as_posix(): frozenset(functions_of(path)) for path in files}
