"""Calling into a plugin: whatever it does, the caller gets a value or the reason why there is none."""

from __future__ import annotations

import contextlib
import decimal
import dis
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

import attrs

from rehabflow.frozen import frozen
from rehabflow.problems import FileProblems, Problem

T = TypeVar("T")

MOST_ITEMS: Final = 1_000
"""How many results one hook call may give; more is taken for a list that never ends."""
MOST_PRINTED: Final = 4_000
_MOST_TEXT: Final = 300
_RAISE: Final = dis.opmap["RAISE_VARARGS"]


@frozen
class Failure:
    """Why a plugin is of no use: a stable code, the reason in words, and the place in its code ("": none).

    `problems` are those of its files, if they are the reason.
    """

    code: str
    reason: str
    where: str = ""
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return f"{self.reason} ({self.where})" if self.where else self.reason


class Refused(Exception):
    """A plugin gave something that cannot be used; raised inside `contain` by whoever looks at its results."""

    def __init__(self, code: str, reason: str, where: str = "") -> None:
        super().__init__(reason)
        self.failure = Failure(code, reason, where)


class Printed(io.TextIOBase):
    """Takes what a plugin prints, and keeps the beginning of it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def write(self, text: str) -> int:
        """Keep as much as there is room for."""
        self.text += text[: MOST_PRINTED - len(self.text)]
        return len(text)

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True


def contain(
    call: Callable[[], T], folder: Path | None, printed: Printed, code: str = "hook-failed"
) -> T | Failure:
    """Return what a call into a plugin gives, or why it gave nothing.

    What it prints goes to `printed`, what it reads from the terminal is empty, and a changed decimal context ends
    with it. `folder` holds the plugin's code; the failure names the innermost line of it. Only a person's own
    interrupt passes through.
    """
    try:
        with contextlib.redirect_stdout(printed), _empty_input(), decimal.localcontext():
            return call()
    except Refused as refused:
        return refused.failure
    except FileProblems as found:
        return attrs.evolve(of_problems(found.problems), where=_where(found, folder))
    except KeyboardInterrupt as error:
        if not _was_raised_by(error, folder):
            raise
        return Failure(code, "it raised KeyboardInterrupt", _where(error, folder))
    except BaseException as error:  # noqa: BLE001 - the plugin boundary
        return Failure(code, _text(error), _where(error, folder))


def of_problems(problems: Sequence[Problem]) -> Failure:
    """Return the failure of a plugin whose files have problems."""
    first = problems[0]
    line = f":{first.line}:{first.column}" if first.line else ""
    number = "a problem" if len(problems) == 1 else f"{len(problems)} problems, the first"
    return Failure(
        "file-problems",
        f"its files have {number} at {first.place.file}{line}: {first.message}",
        "",
        tuple(problems),
    )


def bounded(items: Iterable[T]) -> tuple[T, ...]:
    """Return the items of a plugin's iterable; raise Refused if there are more than `MOST_ITEMS`."""
    found = tuple(islice(items, MOST_ITEMS + 1))
    if len(found) > MOST_ITEMS:
        raise Refused("too-many", f"it gave more than {MOST_ITEMS:,} results")
    return found


@contextlib.contextmanager
def _empty_input() -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = before


def _text(error: BaseException) -> str:
    """Return what an exception says, in one line, even if it does not want to."""
    if isinstance(error, SystemExit):
        return f"it called sys.exit({_safe(error.code, repr)})"
    message = _safe(error, str)
    name = type(error).__name__
    return f"it raised {name}: {message}" if message else f"it raised {name}"


def _safe(value: object, read: Callable[[object], str]) -> str:
    try:
        text = " ".join(read(value).split())
    except BaseException:  # noqa: BLE001 - the text of a plugin's exception is the plugin's code
        return "a text that cannot be read"
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}..."


def _where(error: BaseException, folder: Path | None) -> str:
    """Return `file:line` of the innermost line inside the plugin's folder; "" if none is."""
    if folder is None:
        return ""
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(folder):
        return f"{Path(error.filename).relative_to(folder).as_posix()}:{error.lineno}"
    found = ""
    for step in _steps(error.__traceback__):
        file = Path(step.tb_frame.f_code.co_filename)
        if file.is_relative_to(folder):
            found = f"{file.relative_to(folder).as_posix()}:{step.tb_lineno}"
    return found


def _was_raised_by(error: BaseException, folder: Path | None) -> bool:
    """Return whether the innermost step is a `raise` of the plugin's own, not an interrupt between two steps."""
    steps = list(_steps(error.__traceback__))
    if folder is None or not steps:
        return False
    last = steps[-1]
    code = last.tb_frame.f_code
    return Path(code.co_filename).is_relative_to(folder) and code.co_code[last.tb_lasti] == _RAISE


def _steps(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next
