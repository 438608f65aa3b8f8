"""What is taken for ordinary is never anything that reading token by token would refuse, or that is no TOML."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest

from rehabflow.problems import FileProblems
from rehabflow.toml_source import read_source
from rehabflow.toml_source.ordinary import is_ordinary
from rehabflow.toml_source.scan import scan

ROOT = Path(__file__).resolve().parents[2]
FILES = [file for folder in ("plugins", "protocols") for file in sorted((ROOT / folder).rglob("*.toml"))]
SIGNS = "[]{}\"',=.#\n\\ 0123456789-+_:aefinx\t"


def test_all_that_is_bundled_is_ordinary() -> None:
    assert [file.name for file in FILES if not is_ordinary(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "text",
    [
        "a = nan",
        "a = [1, -inf]",
        "a = 1234567890123456789",
        "a = 1e400",
        "a = " + "[" * 60 + "]" * 60,
        ".".join("a" * 30) + " = 1",
        "a = yes",
        "a = 09:00",
    ],
)
def test_what_has_to_be_refused_is_not_ordinary(text: str) -> None:
    assert scan(text, "it")
    assert not is_ordinary(text)


def test_changed_files_are_read_as_token_by_token() -> None:
    chance = random.Random(4)
    texts = [text for file in FILES if len(text := file.read_text(encoding="utf-8")) < 2_000]
    ordinary = 0
    for _ in range(1_500):
        text = _changed(chance.choice(texts), chance)
        if not is_ordinary(text):
            continue
        ordinary += 1
        refused = _problems(text)
        by_tokens = sorted(map(repr, scan(text, "it")))
        assert by_tokens in ([], refused)
        if refused:
            with pytest.raises(ValueError, match=r".*"):
                tomllib.loads(text)
    assert ordinary > 300


def _problems(text: str) -> list[str]:
    try:
        read_source(text, "it")
    except FileProblems as found:
        return sorted(map(repr, found.problems))
    return []


def _changed(text: str, chance: random.Random) -> str:
    signs = list(text)
    for _ in range(chance.choice([0, 1, 1, 2])):
        place = chance.randrange(len(signs))
        signs[place : place + chance.choice([0, 1])] = chance.choice(["", chance.choice(SIGNS)])
    return "".join(signs)
