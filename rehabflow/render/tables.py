"""Tables: drawn by rich on a terminal, plain columns in a pipe, one block a row where it is too narrow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from rehabflow.frozen import frozen
from rehabflow.render.clean_text import cells, clean, padded, wrap

GAP: Final = 2
NARROWEST_COLUMN: Final = 8
NARROW: Final = 72


@frozen
class Table:
    """Rows of cells under headings; a cell's line breaks are kept. `indent` counts columns."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    indent: int = 2


def table_lines(table: Table, width: int, *, terminal: bool = False, colour: bool = False) -> list[str]:
    """Return the lines of a table that is at most `width` columns wide."""
    room = width - table.indent
    rows = [tuple(_clean_cell(cell) for cell in row) for row in table.rows]
    if room < NARROW and len(table.headings) > 2:
        lines = _blocks(table.headings, rows, room)
    elif terminal:
        lines = _drawn(table.headings, rows, room, colour)
    else:
        lines = _plain(table.headings, rows, room)
    return [(" " * table.indent + line).rstrip() for line in lines]


def _clean_cell(cell: str) -> str:
    return "\n".join(clean(line) for line in cell.split("\n"))


def _blocks(headings: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[str]:
    lines: list[str] = []
    for row in rows:
        lines.extend(wrap(row[0].replace("\n", " "), room))
        for heading, cell in zip(headings[1:], row[1:], strict=True):
            if cell:
                wrapped = wrap(f"{heading}: " + cell.replace("\n", " "), room - 4)
                lines.extend(f"  {'' if index == 0 else '  '}{text}" for index, text in enumerate(wrapped))
    return lines


def _plain(headings: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[str]:
    widths = column_widths([headings, *rows], room)
    lines = [*_row(headings, widths), _joined(["-" * width for width in widths], widths)]
    for row in rows:
        lines.extend(_row(row, widths))
    return lines


def _row(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    columns = [
        [piece for line in cell.split("\n") for piece in wrap(line, width)]
        for cell, width in zip(row, widths, strict=True)
    ]
    return [_joined(parts, widths) for parts in zip_longest(*columns, fillvalue="")]


def _joined(parts: Sequence[str], widths: Sequence[int]) -> str:
    return (" " * GAP).join(padded(part, width) for part, width in zip(parts, widths, strict=True)).rstrip()


def column_widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the widths of the columns: what they need, the widest narrowed until all fit."""
    widths = [
        max(cells(line) for row in rows for line in row[column].split("\n")) for column in range(len(rows[0]))
    ]
    while sum(widths) + GAP * (len(widths) - 1) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= NARROWEST_COLUMN:
            break
        widths[widest] -= 1
    return widths


def _drawn(headings: Sequence[str], rows: Sequence[Sequence[str]], room: int, colour: bool) -> list[str]:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for heading in headings:
        drawn.add_column(Text(heading))
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console = Console(
        file=io.StringIO(),
        width=room,
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(drawn)
    return [line.rstrip() for line in capture.get().rstrip("\n").split("\n")]
