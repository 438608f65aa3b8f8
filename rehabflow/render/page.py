"""A page of blocks (headings, lines, tables) and how it becomes text on a screen or in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias

from rehabflow.frozen import frozen
from rehabflow.render.clean_text import cells, clean, wrap
from rehabflow.render.tables import Table, table_lines

Tone = Literal["plain", "strong", "stop", "care", "good", "faint"]
_CODES: Final[dict[str, str]] = {"strong": "1", "stop": "1;31", "care": "33", "good": "32", "faint": "2"}


@frozen
class Screen:
    """Where a page goes: its width in columns, whether colour may be used, and whether it is a terminal."""

    width: int = 100
    colour: bool = False
    terminal: bool = False

    def paint(self, text: str, tone: Tone) -> str:
        """Return the text in a tone's colour; the words alone must say it too."""
        code = _CODES.get(tone)
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text


@frozen
class Heading:
    """A heading of level 1 (underlined) or 2."""

    text: str
    level: Literal[1, 2] = 2
    tone: Tone = "strong"


@frozen
class Line:
    """A paragraph, wrapped; `bullet` stands before its first line, `indent` counts columns."""

    text: str
    indent: int = 0
    bullet: str = ""
    tone: Tone = "plain"


@frozen
class Gap:
    """An empty line; several in a row are one."""


Block: TypeAlias = Heading | Line | Table | Gap


def page_text(blocks: Iterable[Block], screen: Screen) -> str:
    """Return the page, every text in it cleaned; it ends with a line break."""
    lines: list[str] = []
    for block in blocks:
        added = _lines(block, screen)
        if added == [""] and (not lines or not lines[-1]):
            continue
        lines.extend(added)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _lines(block: Block, screen: Screen) -> list[str]:
    match block:
        case Gap():
            return [""]
        case Heading():
            return _heading(block, screen)
        case Line():
            return _paragraph(block, screen)
        case Table():
            return table_lines(block, screen.width, terminal=screen.terminal, colour=screen.colour)


def _heading(heading: Heading, screen: Screen) -> list[str]:
    lines = wrap(clean(heading.text), screen.width)
    painted = [screen.paint(line, heading.tone) for line in lines]
    if heading.level == 1:
        painted.append("=" * min(screen.width, max(cells(line) for line in lines)))
    return painted


def _paragraph(line: Line, screen: Screen) -> list[str]:
    lead = " " * line.indent + (f"{line.bullet} " if line.bullet else "")
    room = max(20, screen.width - len(lead))
    wrapped = wrap(clean(line.text), room)
    first, *rest = (screen.paint(text, line.tone) for text in wrapped)
    return [lead + first, *(" " * len(lead) + text for text in rest)]


def bullets(texts: Sequence[str], indent: int = 2) -> tuple[Line, ...]:
    """Return one bulleted line for each text."""
    return tuple(Line(text, indent, "-") for text in texts)


def fields(pairs: Iterable[tuple[str, str]], indent: int = 2) -> tuple[Line, ...]:
    """Return `name: text` lines for the pairs whose text is not empty."""
    return tuple(Line(f"{name}: {text}", indent) for name, text in pairs if text)
