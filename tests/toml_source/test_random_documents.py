"""Random TOML documents: whatever tomllib reads is read alike, and every path of it is found."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from decimal import Decimal

import pytest

from rehabflow.toml_source import positions, read_source

PLAIN = (
    *("1", "-7", "+7", "0x1F", "1_000", "1.5", "-0.25", "1e3", "true", "false"),
    *("2026-01-02", "07:30:00", "2026-01-02T07:30:00", "2026-01-02 07:30:00Z"),
    *('"a"', '"#[{"', r'"\"x"', r'"é\u00e9"', "'lit'", "''", "'[,'"),
    *('"""\nx\ny"""', '"""a"b""c"""', "'''\n'x'''", '""""q""""'),
)
DOCUMENTS = 60


class Writer:
    """Writes one document, with blanks, line ends and comments wherever they may stand."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def gap(self, *, lines: bool = False) -> str:
        choices = [" ", "", "\t", *(("\n", "# c ]\n", "\n\n") if lines else ())]
        return "".join(self.random.choices(choices, k=self.random.randint(0, 2)))

    def key(self, word: str) -> str:
        return self.random.choice([word, f'"{word}"', f"'{word}'", f"{word}.y", f'{word} . "z"'])

    def value(self, depth: int = 0) -> str:
        kind = self.random.random()
        if depth > 3 or kind < 0.6:
            return self.random.choice(PLAIN)
        if kind < 0.85:
            parts = [self.gap(lines=True) + self.value(depth + 1) + self.gap(lines=True) for _ in range(3)]
            return f"[{','.join(parts[: self.random.randint(0, 3)])}{self.gap(lines=True)}]"
        pairs = [
            self.pair(word, depth + 1) for word in self.random.sample("abcdefg", self.random.randint(0, 3))
        ]
        return "{" + ",".join(pairs) + "}"

    def pair(self, word: str, depth: int = 0) -> str:
        gaps = [self.gap() for _ in range(4)]
        return f"{gaps[0]}{self.key(word)}{gaps[1]}={gaps[2]}{self.value(depth)}{gaps[3]}"

    def document(self) -> str:
        lines = [
            self.pair(word) + self.random.choice(["", '# e "']) for word in self.random.sample("hijk", 3)
        ]
        for word in self.random.sample("qrstu", self.random.randint(0, 3)):
            lines.append(
                self.random.choice([f"[{self.key(word)}]", f"[[{self.key(word)}]]", f"[ {word} ] # c"])
            )
            lines += [self.pair(inner) for inner in self.random.sample("abc", self.random.randint(0, 2))]
        return "\n".join(lines)


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from paths(below, (*path, key))


@pytest.mark.parametrize("seed", range(10))
def test_random_documents_are_read_and_every_path_is_found(seed: int) -> None:
    for number in range(DOCUMENTS):
        text = Writer(seed * DOCUMENTS + number).document()
        expected = tomllib.loads(text, parse_float=Decimal)
        assert read_source(text, "x.toml").values == expected
        index = positions.index_of(text)
        assert set(index.entries) == set(paths(expected)), text
        assert index.duplicates == [], text
