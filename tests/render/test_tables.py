"""Tables in a pipe, on a terminal and where it is narrow: all of every cell, within the width."""

from __future__ import annotations

import re

import pytest

from rehabflow.render.page import Block, Gap, Heading, Line, Screen, page_text
from rehabflow.render.tables import Table, column_widths, table_lines

TABLE = Table(
    ("Exercise", "Dose", "Why"),
    (
        (
            "Cat-camel\n(cat_camel)",
            "1 set of 8",
            "Positions of ease; walks only a short way and would like to walk far",
        ),
        ("Walking", "5 min", ""),
    ),
    indent=2,
)
WORDS = ["Cat-camel", "(cat_camel)", "1 set of 8", "Positions", "far", "Walking", "5 min"]


def squeezed(lines: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(lines))


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("width", [40, 60, 74, 100])
def test_every_word_is_there_within_the_width(width: int, terminal: bool) -> None:
    lines = table_lines(TABLE, width, terminal=terminal)
    assert all(word in squeezed(lines) for word in WORDS)
    assert max(map(len, lines)) <= width


def test_plain_columns_stand_below_their_headings() -> None:
    assert table_lines(TABLE, 80)[:4] == [
        "  Exercise     Dose        Why",
        f"  -----------  ----------  {53 * '-'}",
        "  Cat-camel    1 set of 8  Positions of ease; walks only a short way and would",
        "  (cat_camel)              like to walk far",
    ]


def test_a_narrow_table_is_a_list() -> None:
    lines = table_lines(TABLE, 50)
    assert lines[0] == "  Cat-camel (cat_camel)"
    assert "    Dose: 1 set of 8" in lines
    assert not [line for line in lines if line.strip().startswith("Why:") and line.strip() == "Why:"]


def test_a_cell_cannot_forge_a_row_or_a_colour() -> None:
    forged = Table(("A", "B"), (("x\x1b[31m", "[bold]y[/bold]"),), indent=0)
    for terminal in (False, True):
        text = "\n".join(table_lines(forged, 80, terminal=terminal))
        assert "\x1b" not in text
        assert "[bold]y[/bold]" in text


def test_widths_are_what_is_needed_and_the_widest_gives_way() -> None:
    rows = [("a" * 5, "b" * 50)]
    assert column_widths(rows, 80) == [5, 50]
    assert column_widths(rows, 40) == [5, 33]


def test_a_page_is_headings_paragraphs_and_single_gaps() -> None:
    blocks: list[Block] = [Heading("Title", 1), Gap(), Gap(), Line("one two three", 2, "-"), Gap()]
    assert page_text(blocks, Screen(width=24)) == "Title\n=====\n\n  - one two three\n"


def test_a_paragraph_hangs_below_its_bullet() -> None:
    text = page_text([Line("one two three four five six", 2, "-")], Screen(width=24))
    assert text == "  - one two three four\n    five six\n"


def test_tones_are_colours_only_where_colour_may_be() -> None:
    line = [Line("stop", tone="stop")]
    assert page_text(line, Screen(colour=True)) == "\x1b[1;31mstop\x1b[0m\n"
    assert page_text(line, Screen(colour=False)) == "stop\n"
