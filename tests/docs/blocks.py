"""The code blocks of README.md and docs/**/*.md, in order, with their place."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<language>[^`]*)$")


@attrs.frozen
class Block:
    """One fenced block: `line` is the file's line of its first line of text."""

    file: Path
    line: int
    language: str
    text: str


@attrs.frozen
class Command:
    """One `$ ` line of a console block, with the lines that should follow it."""

    line: int
    text: str
    output: tuple[str, ...]


def documents() -> list[Path]:
    """Return README.md and every page of docs/."""
    pages = sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts)
    return [ROOT / "README.md", *pages]


def blocks_of(file: Path, text: str) -> list[Block]:
    """Return the fenced blocks of a page; an unclosed one is an error."""
    blocks = []
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        opening = _FENCE.match(line)
        if opening is None:
            continue
        inside = []
        for _, following in lines:
            if following.strip() == opening["fence"]:
                break
            inside.append(following.removeprefix(opening["indent"]))
        else:
            raise ValueError(f"{file}:{number}: this block is never closed")
        blocks.append(Block(file, number + 1, opening["language"].strip(), "\n".join(inside)))
    return blocks


def commands_of(block: Block) -> list[Command]:
    """Return the commands of a console block, each with its expected output (empty: any output will do)."""
    commands: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(block.text.splitlines(), start=block.line):
        if line.startswith("$ "):
            commands.append((number, line.removeprefix("$ "), []))
        elif commands:
            commands[-1][2].append(line)
        else:
            raise ValueError(f"{block.file}:{number}: a console block starts with a `$ ` line")
    return [Command(number, text, tuple(output)) for number, text, output in commands]


def matches(expected: tuple[str, ...], actual: tuple[str, ...]) -> bool:
    """Tell whether the lines are equal, where `...` on its own line stands for any lines, also none."""
    if "..." not in expected:
        return expected == actual
    at = expected.index("...")
    if expected[:at] != actual[:at]:
        return False
    rest = expected[at + 1 :]
    return any(matches(rest, actual[start:]) for start in range(at, len(actual) + 1))
