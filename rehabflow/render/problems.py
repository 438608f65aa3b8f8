"""Problems of files as text with the place underlined, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rehabflow.frozen import frozen
from rehabflow.problems import Problem
from rehabflow.render.clean_text import cells, clean
from rehabflow.render.page import Screen

_CUT = "..."
_LEAST_WIDTH = 40


def problems_text(problems: Iterable[Problem], texts: Mapping[str, str], screen: Screen) -> str:
    """Return problems one after the other, each with its line underlined; `texts` are the files by shown name."""
    blocks = (problem_lines(problem, texts.get(problem.place.file), screen) for problem in problems)
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def problem_lines(problem: Problem, text: str | None, screen: Screen) -> list[str]:
    """Return `file:line:column: error[code]: message`, the line with its place underlined, `expected` and `help`.

    Without a line (`located` not called, or a whole file) or without its text, only the words are shown.
    """
    tone = "stop" if problem.severity == "error" else "care"
    where = clean(problem.place.file)
    if problem.line:
        where += f":{problem.line}:{problem.column}"
    kind = screen.paint(f"{problem.severity}[{problem.code}]", "stop" if tone == "stop" else "care")
    lines = [f"{screen.paint(where, 'strong')}: {kind}: {clean(problem.message)}"]
    if problem.line and text is not None:
        lines += _excerpt(problem, text, screen)
    if problem.expected:
        lines.append(f"  expected: {clean(problem.expected)}")
    if problem.help:
        lines.append(f"  {screen.paint('help:', 'good')} {clean(problem.help)}")
    return lines


def problem_json(problem: Problem) -> dict[str, object]:
    """Return the documented form of `check --json`; columns count characters from 1, the end is exclusive."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": problem.place.file,
        "address": problem.place.address,
        "line": problem.line,
        "column": problem.column,
        "end_line": problem.end_line,
        "end_column": problem.end_column,
        "message": problem.message,
        "expected": problem.expected,
        "help": problem.help,
    }


@frozen
class _Shown:
    """A line as it is shown: its text, and where the underlining begins and ends in columns of the screen."""

    text: str
    start: int
    end: int


def _excerpt(problem: Problem, text: str, screen: Screen) -> list[str]:
    lines = text.split("\n")
    if problem.line > len(lines):
        return []
    line = lines[problem.line - 1]
    end = problem.end_column if problem.end_line == problem.line else len(line) + 1
    number = str(problem.line)
    width = max(screen.width - len(number) - 5, _LEAST_WIDTH)
    shown = _shown(line, problem.column - 1, max(end - 1, problem.column), width)
    tone = "stop" if problem.severity == "error" else "care"
    carets = screen.paint("^" * max(shown.end - shown.start, 1), "stop" if tone == "stop" else "care")
    gap = " " * len(number)
    bar = screen.paint("|", "faint")
    return [
        f"  {screen.paint(number, 'faint')} {bar} {shown.text}".rstrip(),
        f"  {gap} {bar} {' ' * shown.start}{carets}",
    ]


def _shown(line: str, start: int, end: int, width: int) -> _Shown:
    """Return a line cut around the characters from `start` to `end`, at most `width` columns wide."""
    pieces = [_piece(character) for character in line]
    start, end = min(start, len(pieces)), min(end, len(pieces))
    widths = [cells(piece) for piece in pieces]
    first, last = _window(widths, start, end, width)
    before = _CUT if first > 0 else ""
    after = _CUT if last < len(pieces) else ""
    left = len(before) + sum(widths[first:start])
    marked = sum(widths[start : min(end, last)])
    return _Shown(before + "".join(pieces[first:last]) + after, left, left + marked)


def _window(widths: list[int], start: int, end: int, width: int) -> tuple[int, int]:
    """Return the first and last (exclusive) character to show so that the marked ones are seen."""
    if sum(widths) <= width:
        return 0, len(widths)
    room = width - 2 * len(_CUT)
    first = last = start
    used = 0
    while last < end and used + widths[last] <= room:
        used += widths[last]
        last += 1
    while (
        first > 0 and used + widths[first - 1] <= max(room // 3, 1) + sum(widths[start:last]) and used < room
    ):
        first -= 1
        used += widths[first]
    while last < len(widths) and used + widths[last] <= room:
        used += widths[last]
        last += 1
    return first, last


def _piece(character: str) -> str:
    """Return what is shown for a character: tabs as blanks, hidden ones by their number."""
    return "    " if character == "\t" else (clean(character) or " ")
