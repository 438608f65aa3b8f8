"""Everything README.md and docs/ show, runs: Python, command lines with their output, TOML, make targets.

Of one file the blocks run in order, in one namespace and one temporary folder.

- ``python``: executed; with ``>>>`` it is a doctest; with a first line ``# file: NAME`` it is only written there.
- ``console``: each ``$ `` line runs. It has to end with code 0, or with N where it ends in ``# exit N``.
  Lines below are its output, compared exactly; ``...`` on a line of its own stands for any lines.
  Ids of 32 hexadecimal digits are random: the one that a page shows stands for the one printed there, from then on.
  ``$ export NAME=VALUE`` holds for the commands after it.
- ``toml``: has to parse; with a first line ``# file: NAME`` it is written there for the blocks that follow.
- ``sh``: what a reader types before rehabflow is there; only the lines below are allowed.
- ``text``: free.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import attrs
import pytest

from docs.blocks import ROOT, Block, Command, blocks_of, commands_of, documents, matches

TOOLS = {"cat", "cp", "echo", "ls", "mkdir", "sed"}
INSTALLS = {"uv tool install rehabflow", "pipx install rehabflow", "pip install rehabflow"}
ID = re.compile(r"\b[0-9a-f]{32}\b")
SHORT = 8
EXIT = re.compile(r"\s+# exit (\d+)$")
WIDTH = "110"


@attrs.define
class Page:
    """One document being worked through: its folder, its Python names, what went wrong."""

    folder: Path
    names: dict[str, object] = attrs.field(factory=lambda: {"__name__": "__docs__"})
    ids: dict[str, str] = attrs.field(factory=dict)
    exported: dict[str, str] = attrs.field(factory=dict)

    def run(self, block: Block) -> None:
        """Run one block; raises AssertionError with the place in the document."""
        language = block.language
        if language.startswith("{") or language == "text":
            return
        runners = {"python": self.python, "console": self.console, "toml": self.toml, "sh": self.shell}
        assert language in runners, (
            f"{place(block)}: blocks are {', '.join(runners)} or text, not {language!r}"
        )
        runners[language](block)

    def python(self, block: Block) -> None:
        if self.written(block):
            return
        if ">>> " in block.text:
            parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            test = parser.get_doctest(block.text, self.names, place(block), str(block.file), block.line - 1)
            assert runner.run(test, clear_globs=False).failed == 0, f"{place(block)}: see the output above"
            self.names.update(test.globs)
            return
        padded = "\n" * (block.line - 1) + block.text
        exec(compile(padded, str(block.file), "exec"), self.names)

    def toml(self, block: Block) -> None:
        try:
            tomllib.loads(block.text)
        except tomllib.TOMLDecodeError as error:
            pytest.fail(f"{place(block)}: {error}")
        self.written(block)

    def written(self, block: Block) -> bool:
        """Write a block that names a file; tell whether it does."""
        name = re.match(r"# file: (\S+)\n", block.text)
        if name is None:
            return False
        target = (self.folder / name[1]).resolve()
        assert target.is_relative_to(self.folder), f"{place(block)}: {name[1]} is outside"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text + "\n", encoding="utf-8")
        return True

    def console(self, block: Block) -> None:
        for command in commands_of(block):
            self.command(block, command)

    def command(self, block: Block, command: Command) -> None:
        expected_code = EXIT.search(command.text)
        words = [self.as_printed(word) for word in shlex.split(EXIT.sub("", command.text))]
        where = f"{block.file.relative_to(ROOT)}:{command.line}"
        if words[0] == "export":
            self.exported.update(dict(word.split("=", 1) for word in words[1:]))
            return
        if words[0] == "rehabflow":
            words[0] = str(Path(sysconfig.get_path("scripts")) / "rehabflow")
        else:
            assert words[0] in TOOLS, f"{where}: only rehabflow and {', '.join(sorted(TOOLS))} run here"
        ended = subprocess.run(
            words,
            cwd=self.folder,
            env=plain_environment(self.folder) | self.exported,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        wanted = int(expected_code[1]) if expected_code else 0
        assert ended.returncode == wanted, f"{where}: exit code {ended.returncode}\n{ended.stdout}"
        shown = self.as_shown(ended.stdout, "\n".join(command.output))
        actual = tuple(line.rstrip() for line in shown.rstrip("\n").split("\n"))
        expected = tuple(line.rstrip() for line in command.output)
        assert not expected or matches(expected, actual), f"{where}: it prints\n{ended.stdout}"

    def as_shown(self, printed: str, page: str) -> str:
        """Return what was printed with the page's ids; those that are new are bound in their order."""
        news = [id_ for id_ in dict.fromkeys(ID.findall(page)) if id_ not in self.ids]
        real = [id_ for id_ in dict.fromkeys(ID.findall(printed)) if id_ not in self.ids.values()]
        self.ids.update(zip(news, real, strict=False))
        for on_page, id_ in self.ids.items():
            printed = printed.replace(id_, on_page).replace(id_[:SHORT], on_page[:SHORT])
        return printed

    def as_printed(self, word: str) -> str:
        """Return a word of a command with the ids that were printed."""
        for on_page, id_ in self.ids.items():
            word = word.replace(on_page, id_).replace(on_page[:SHORT], id_[:SHORT])
        return word

    def shell(self, block: Block) -> None:
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        allowed = INSTALLS | {f"make {target}" for target in targets}
        for line in block.text.splitlines():
            assert line.partition("#")[0].strip() in allowed, f"{place(block)}: {line!r} is not known to work"


def place(block: Block) -> str:
    return f"{block.file.relative_to(ROOT)}:{block.line}"


def plain_environment(home: Path) -> dict[str, str]:
    """Return an environment in which output is the same on every machine."""
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    same = {"NO_COLOR": "1", "COLUMNS": WIDTH, "TZ": "UTC", "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    return kept | same | {"HOME": str(home)}


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_block_runs(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = Page(tmp_path.resolve())
    for block in blocks_of(document, document.read_text(encoding="utf-8")):
        page.run(block)


def page_of(tmp_path: Path, language: str, text: str) -> tuple[Page, Block]:
    return Page(tmp_path.resolve()), Block(ROOT / "README.md", 1, language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "assert 1 == 2"),
        ("python", ">>> 1 + 1\n3"),
        ("console", "$ echo one\ntwo"),
        ("console", "$ ls nothing_here"),
        ("console", "$ ls .  # exit 3"),
        ("console", "$ rm -r ."),
        ("toml", "a = "),
        ("toml", "# file: ../outside.toml\n"),
        ("sh", "make nothing"),
        ("ruby", "puts 1"),
    ],
)
def test_a_wrong_block_fails(language: str, text: str, tmp_path: Path) -> None:
    page, block = page_of(tmp_path, language, text)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        page.run(block)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "assert 1 == 1"),
        ("python", ">>> [1, 2]\n[1, ...]"),
        ("console", "$ echo one\none\n$ echo two"),
        ("console", "$ cat nothing_here  # exit 1"),
        ("toml", "# file: inside.toml\na = 1"),
        ("sh", "make demo  # first"),
        ("text", "anything"),
    ],
)
def test_a_right_block_passes(language: str, text: str, tmp_path: Path) -> None:
    page, block = page_of(tmp_path, language, text)
    page.run(block)


@pytest.mark.parametrize(("language", "text"), [("toml", "a = 1"), ("python", "raise SystemExit")])
def test_a_block_with_a_name_can_be_read_by_a_later_command(tmp_path: Path, language: str, text: str) -> None:
    page, block = page_of(tmp_path, language, f"# file: a.txt\n{text}")
    page.run(block)
    page.run(Block(block.file, 4, "console", f"$ cat a.txt\n# file: a.txt\n{text}"))
