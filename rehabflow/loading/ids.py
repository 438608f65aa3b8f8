"""Ids: what may name a thing, and what a wrong one is told."""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import Final

from rehabflow.loading.reader import Reader
from rehabflow.problems import Place

MAX_ID: Final = 60
PATTERN: Final = "[a-z][a-z0-9_]*"
RESERVED: Final = frozenset(
    ("patient", "stage", "episode", "track", "session", "did", "exercise", "finding", "criterion")
) | {"trigger", "prescribed", "items"}
SIDES: Final = frozenset({"left", "right", "involved", "uninvolved", "average", "this_side"})
JOURNEY_WORDS: Final = frozenset({"rest", "finished", "on"})

_ID = re.compile(PATTERN, re.ASCII)


def check_id(
    reader: Reader, place: Place, word: str, *, on_key: bool = True, taken: frozenset[str] = frozenset()
) -> bool:
    """Report and return False unless a word may be an id; `taken` are further words with a meaning of their own."""
    reason, advice = _fault(word, taken)
    if reason:
        reader.report(
            "bad-id",
            place,
            reason,
            expected=f"an id: a letter a to z, then letters, digits and _, at most {MAX_ID} characters",
            advice=advice,
            on_key=on_key,
        )
    return not reason


def _fault(word: str, taken: frozenset[str]) -> tuple[str, str]:
    """Return what is wrong with an id and what to do, or two empty texts."""
    if not word:
        return "an id is empty", "give it a name"
    if not word.isascii():
        strange = next(character for character in word if not character.isascii())
        name = unicodedata.name(strange, "a character without a name").lower()
        shown = f"`{word}`" if word.isprintable() else "this id"
        return f"{shown} holds U+{ord(strange):04X} ({name})", _plain(word)
    if len(word) > MAX_ID:
        return f"`{word[:20]}...` has {len(word)} characters", "shorten it"
    if _ID.fullmatch(word) is None:
        return f"`{word}` is not an id", _plain(word)
    if keyword.iskeyword(word):
        return f"`{word}` is a word of the condition language", "choose another word"
    if word in RESERVED or word in taken:
        return f"`{word}` has a meaning of its own in conditions or journeys", "choose another word"
    return "", ""


def _plain(word: str) -> str:
    """Return "write `x`" for the id most like a word, if there is one."""
    flat = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "_", flat).strip("_")
    plain = plain.lstrip("0123456789_")
    return f"write `{plain[:MAX_ID]}`" if plain and plain != word else "use the letters a to z, digits and _"
