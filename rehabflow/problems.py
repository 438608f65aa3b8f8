"""What can be wrong, and where: problems of files, and the errors the package raises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rehabflow.frozen import frozen

Severity = Literal["error", "warning"]


@frozen
class Place:
    """A key or value of a TOML file, by its path of keys; its line is looked up only when shown.

    `path` holds table keys and, for arrays, indexes from 0. `file` is the name to show.
    """

    file: str
    path: tuple[str | int, ...] = ()

    @property
    def address(self) -> str:
        """Return the path as written by people: `stage.acute.slot.ease.where`."""
        return ".".join(str(part) for part in self.path)

    def child(self, *parts: str | int) -> Place:
        """Return the place of something inside this one."""
        return Place(self.file, self.path + parts)


@frozen
class Problem:
    """One thing that is wrong in a file.

    `span` is (start, end) in characters inside the text of a string value, for problems of a
    condition. `on_key` points at the key instead of the value. `line` and `column` count from 1;
    0 means that the position has not been looked up yet (see `toml_source.locate`). `end_column`
    is exclusive.
    """

    code: str
    message: str
    place: Place
    expected: str = ""
    help: str = ""
    severity: Severity = "error"
    span: tuple[int, int] | None = None
    on_key: bool = False
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


class RehabflowError(Exception):
    """Anything this package refuses to do; `exit_code` is what the command line ends with."""

    exit_code = 1


class UsageError(RehabflowError):
    """A request that cannot be carried out as worded: an unknown id, a missing argument."""

    exit_code = 2


class PluginError(RehabflowError):
    """A plugin failed or is not trusted, and what was asked for needs it."""

    exit_code = 5


class FileProblems(RehabflowError):
    """Files that cannot be used; carries every problem found, errors first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=_order))
        super().__init__("; ".join(_line(problem) for problem in self.problems[:20]))


def _order(problem: Problem) -> tuple[bool, bool, str, int, int, str, str]:
    """Return what problems are sorted by: errors first, and what is played after what it is played with."""
    return (
        problem.severity != "error",
        "cases" in problem.place.file.split("/")[:-1],
        problem.place.file,
        problem.line,
        problem.column,
        problem.place.address,
        problem.code,
    )


def _line(problem: Problem) -> str:
    where = f"{problem.place.file}:{problem.line}:{problem.column}" if problem.line else problem.place.file
    return f"{where} {problem.place.address}: {problem.message}"
