"""Every command and subcommand has a heading in docs/command-line.md, and every heading is a command."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from docs.blocks import ROOT


def subcommands(*words: str) -> list[str]:
    """Return the subcommands that `rehabflow WORDS --help` lists; none for a plain command."""
    program = Path(sysconfig.get_path("scripts")) / "rehabflow"
    ended = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    _, _, listed = ended.stdout.partition("\nCommands:\n")
    return re.findall(r"^  ([a-z][a-z-]*)(?:  .*)?$", listed, re.MULTILINE)


@pytest.fixture(scope="module")
def commands() -> set[str]:
    found: set[str] = set()
    for name in subcommands():
        inner = subcommands(name)
        found.update(f"{name} {sub}" for sub in inner)
        if not inner:
            found.add(name)
    return found


def headings() -> set[str]:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    return set(re.findall(r"^#+ `rehabflow ([a-z -]+)`$", page, re.MULTILINE))


def test_every_command_has_a_heading_and_every_heading_is_a_command(commands: set[str]) -> None:
    assert commands
    assert headings() == commands
