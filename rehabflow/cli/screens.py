"""What the terminal can show: width, colour, characters. The environment is read here and nowhere else."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

from rehabflow.render.page import Screen

WIDTH_OF_A_PIPE = 100
NARROWEST, WIDEST = 40, 130


def screen_of_stdout() -> Screen:
    """Return what data may look like."""
    return _screen(sys.stdout)


def screen_of_stderr() -> Screen:
    """Return what talk may look like."""
    return _screen(sys.stderr)


def _screen(stream: TextIO) -> Screen:
    columns = shutil.get_terminal_size((WIDTH_OF_A_PIPE, 24)).columns
    width = min(max(columns, NARROWEST), WIDEST)
    is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
    return Screen(width, colour=has_colour(is_terminal), terminal=is_terminal and _draws_lines(stream))


def has_colour(is_terminal: bool) -> bool:
    """Return whether colour may be used: never with NO_COLOR, always with FORCE_COLOR, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR", "")
    return forced not in ("", "0", "false") or (is_terminal and not forced)


def _draws_lines(stream: TextIO) -> bool:
    """Return whether lines may be drawn: not in an ASCII locale, whatever Python makes of it."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C"
    encoding = (getattr(stream, "encoding", None) or "ascii").lower()
    return locale not in ("C", "POSIX") and encoding.startswith("utf")
