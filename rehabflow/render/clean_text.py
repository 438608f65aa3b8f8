"""Text from files made safe to show: what would be invisible, or reorder a line, becomes visible."""

from __future__ import annotations

import unicodedata
from typing import Final

_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks by their category, yet without any ink.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def clean(text: str) -> str:
    r"""Return the text on one line, every control, direction and invisible character written as `<U+202E>`.

    A text hidden on a clinician's screen is a hazard, and a control sequence could repaint the screen. Line breaks and
    tabs become single blanks.

    >>> clean("stop\u202e ex\nercise")
    'stop<U+202E> ex ercise'
    """
    return "".join(_visible(character) for character in " ".join(text.split()))


def _visible(character: str) -> str:
    if character == " " or (character.isascii() and character.isprintable()):
        return character
    if character in _BLANK or unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return f"<U+{ord(character):04X}>"
    return " " if unicodedata.category(character) == "Zs" else character


def cells(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text that is at most `width` columns wide; a longer word is cut."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, max(width, 1)):
        joined = f"{line} {word}" if line else word
        if line and cells(joined) > width:
            lines.append(line)
            line = word
        else:
            line = joined
    return [*lines, line]


def _pieces(text: str, width: int) -> list[str]:
    pieces: list[str] = []
    for word in text.split(" "):
        rest = word
        while cells(rest) > width:
            cut = max(1, _fitting(rest, width))
            pieces.append(rest[:cut])
            rest = rest[cut:]
        pieces.append(rest)
    return pieces


def _fitting(text: str, width: int) -> int:
    """Return how many characters fit, if possible up to a dot, slash or underscore."""
    used = 0
    for index, character in enumerate(text):
        used += _width(character)
        if used > width:
            best = max(text.rfind(mark, 0, index) for mark in "._/-") + 1
            return best if best > index // 2 else index
    return len(text)


def padded(text: str, width: int) -> str:
    """Return the text filled with blanks to a width in columns."""
    return text + " " * max(0, width - cells(text))
