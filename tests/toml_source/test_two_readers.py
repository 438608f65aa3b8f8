"""The parser in use reads as the one in the standard library does: the same values, or the same refusal."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import tomli

from rehabflow.problems import FileProblems
from rehabflow.toml_source import read_source

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path for folder in ("plugins", "protocols", "tests") for path in (ROOT / folder).rglob("*.toml")
)
ONLY_IN_TOML_1_1 = ("x = {a = 1,\n b = 2}", "x = {a = 1,}", r'x = "\e"', r'x = "\x41"', "x = 07:30")


def test_there_are_good_and_bad_files() -> None:
    assert len([path for path in FILES if "bad" in path.parts]) > 100
    assert len([path for path in FILES if "bad" not in path.parts]) > 100


def read_by(loads: Callable[..., object], text: str) -> str:
    """Return what a parser reads, or what it says when it refuses."""
    try:
        return repr(loads(text, parse_float=Decimal))
    except ValueError as refusal:
        return f"refused: {refusal}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_is_read_alike(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    assert read_by(tomli.loads, text) == read_by(tomllib.loads, text)


@pytest.mark.parametrize("text", ONLY_IN_TOML_1_1)
def test_what_other_tools_cannot_read_is_refused(text: str) -> None:
    with pytest.raises(FileProblems):
        read_source(text, "x.toml")
