"""Flesch-Kincaid grade of English text, with a syllable counter that needs no word list from outside."""

from __future__ import annotations

import re

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
# Two vowels that are spoken apart: radio, serious, lying, going, easier.
APART = re.compile(r"[aeiouy]ing|(?<!c)ia|iet|iers?$|iest$|(?<![ct])io(?!n)|iu|eous")
# An e that nobody says: at the end, before s or d, and before an ending or the second half of a compound.
SILENT_E = re.compile(r"(?<=[^aeiouy])e(?=ly$|ful|less|ment)|(?<=^for)e|(?<=^som)e|(?<=^sid)e(?=w)")
SILENT_END = re.compile(r"[^aeiouy]e$|[^aeiouysxzcg]es$|[^aeiouydt]ed$")
SPOKEN_END = re.compile(r"[^aeiouyl]les?$|(?:sh|ch)es$")
EXCEPTIONS = {"people": 2, "idea": 3, "area": 3, "sciatic": 3, "every": 2, "kettlebell": 3, "eyes": 1}


def syllables(word: str) -> int:
    """Returns how many syllables a lower-case English word has, at least 1."""
    if word in EXCEPTIONS:
        return EXCEPTIONS[word]
    spoken = SILENT_E.sub("", word.replace("'", ""))
    count = len(VOWELS.findall(spoken)) + len(APART.findall(spoken))
    if SILENT_END.search(spoken) and not SPOKEN_END.search(spoken):
        count -= 1
    return max(1, count)


def grade(text: str) -> float:
    """Returns the US school grade (Flesch-Kincaid) of a text.

    Raises:
        ValueError: The text has no words.
    """
    words = WORD.findall(text.lower().replace("-", " "))
    if not words:
        raise ValueError("no words to grade")
    sentences = max(1, len(SENTENCE_END.findall(text)))
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59
