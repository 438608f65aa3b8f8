"""Bounds on the text of a condition, checked before anything parses it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rehabflow.conditions.faults import ConditionProblem

MOST_CHARACTERS = 2_000
MOST_BRACKETS = 40
MOST_PREFIXES = 120
FORBIDDEN = frozenset("#\\;@$`")

_ORDINARY = re.compile(r"[A-Za-z0-9 \n\t'()\[\]{}<>=!?.,:+*/%&|^~_-]*+")
_TEXT = re.compile(r"'[^'\n]*'")
_PREFIX = re.compile(r"-|\b(?:not|else)\b")


def check_bounds(text: str) -> list[ConditionProblem]:
    """Return what makes a text too long, too deep or unreadable; an empty list when it may be parsed."""
    if len(text) > MOST_CHARACTERS:
        message = f"The condition has {len(text)} characters, at most {MOST_CHARACTERS} are allowed"
        help_ = "split it into named criteria"
        return [ConditionProblem("condition-too-long", message, (MOST_CHARACTERS, len(text)), help=help_)]
    is_ordinary = _ORDINARY.fullmatch(text) is not None
    problems = [] if is_ordinary else list(_forbidden(text))
    outside, unclosed = _blank_texts(text)
    problems += unclosed
    problems += () if is_ordinary else _not_ascii(text, outside)
    problems += _too_deep(outside)
    problems += _too_many_prefixes(outside)
    return problems


def flatten(text: str) -> str:
    """Return the text with newlines and tabs as blanks, so that columns stay and it is one line."""
    return text.replace("\n", " ").replace("\t", " ")


def _blank_texts(text: str) -> tuple[str, list[ConditionProblem]]:
    """Return the text with what stands in quotes blanked out, and the quotes that never close."""
    outside = list(text)
    problems = []
    position = text.find("'")
    while position >= 0:
        match = _TEXT.match(text, position)
        if match is None:
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            message = "This text is not closed on its line"
            problems.append(
                ConditionProblem("text-unclosed", message, (position, end), expected="a closing '")
            )
        else:
            end = match.end()
        outside[position:end] = " " * (end - position)
        position = text.find("'", end)
    return "".join(outside), problems


def _forbidden(text: str) -> Iterator[ConditionProblem]:
    for index, character in enumerate(text):
        if character in FORBIDDEN:
            message = f"`{character}` has no place in a condition"
            yield ConditionProblem("forbidden-character", message, (index, index + 1))
        elif character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            message = f"Control character U+{ord(character):04X}"
            yield ConditionProblem(
                "control-character", message, (index, index + 1), expected="blanks or newlines"
            )


def _not_ascii(text: str, outside: str) -> Iterator[ConditionProblem]:
    for index, character in enumerate(outside):
        if not character.isascii() and unicodedata.category(character) != "Cs":
            name = unicodedata.name(text[index], f"U+{ord(character):04X}")
            message = f"`{character}` ({name}) may only stand inside a text in quotes"
            yield ConditionProblem(
                "not-ascii", message, (index, index + 1), expected="plain ASCII letters and signs"
            )
        elif character == '"':
            message = "Texts stand in single quotes"
            yield ConditionProblem("double-quote", message, (index, index + 1), expected="'")


def _too_deep(outside: str) -> Iterator[ConditionProblem]:
    depth = 0
    for index, character in enumerate(outside):
        depth += (character in "([{") - (character in ")]}")
        if depth > MOST_BRACKETS:
            message = f"Brackets nest deeper than {MOST_BRACKETS}"
            yield ConditionProblem(
                "too-deep", message, (index, index + 1), help="split it into named criteria"
            )
            return


def _too_many_prefixes(outside: str) -> Iterator[ConditionProblem]:
    for count, match in enumerate(_PREFIX.finditer(outside), start=1):
        if count > MOST_PREFIXES:
            message = f"More than {MOST_PREFIXES} of `-`, `not` and `else`"
            yield ConditionProblem(
                "too-many-prefixes", message, match.span(), help="split it into named criteria"
            )
            return
