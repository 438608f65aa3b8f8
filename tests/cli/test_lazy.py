"""Help and completion know every command without importing it, and say what the command itself says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click
import pytest

from cli.commands import python, rehabflow
from rehabflow.cli import main
from rehabflow.cli.commands import COMMANDS
from rehabflow.cli.lazy import Entry, Lazies, Lazy


def leaves(entries: Mapping[str, Entry], *words: str) -> Iterator[tuple[tuple[str, ...], Lazy]]:
    for name, entry in entries.items():
        if isinstance(entry, Lazies):
            yield from leaves(entry.commands, *words, name)
        else:
            yield (*words, name), entry


LEAVES = dict(leaves(COMMANDS))


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_loads_under_its_name_with_its_help(words: tuple[str, ...]) -> None:
    command = LEAVES[words].load()
    assert command.name == words[-1]
    assert command.help
    ended = rehabflow(*words, "--help")
    assert ended.code == 0
    assert "Usage: rehabflow" in ended.data


@pytest.mark.parametrize("words", [words for words in LEAVES if words[0] != "schema"], ids=" ".join)
def test_every_command_that_shows_data_has_json(words: tuple[str, ...]) -> None:
    options = {name for parameter in LEAVES[words].load().params for name in parameter.opts}
    assert "--json" in options


def test_groups_list_their_commands_in_order() -> None:
    context = click.Context(main)
    assert main.list_commands(context) == list(COMMANDS)
    listed = rehabflow("--help").data.partition("Commands:")[2]
    assert [
        line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "
    ] == list(COMMANDS)


@pytest.mark.parametrize("words", [["--help"], ["protocol", "--help"], ["--version"]], ids=" ".join)
def test_help_imports_click_and_the_standard_library_only(words: list[str]) -> None:
    code = f"""
import sys
before = set(sys.modules)
from rehabflow.cli import main
try:
    main({words!r})
except SystemExit:
    pass
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}} - sys.stdlib_module_names
ours = {{name.split(".")[1] for name in sys.modules if name.startswith("rehabflow.")}} - {{"cli", "frozen"}}
print(sorted(loaded - {{"rehabflow", "click", "attr", "attrs"}}), sorted(ours), file=sys.stderr)
"""
    assert python(code).talk.splitlines()[-1] == "[] []"


def test_checking_definitions_imports_nothing_that_decides() -> None:
    code = """
import sys
import rehabflow.cli.check
parts = ("engine", "record.events", "loading.journeys", "render.decision_text", "store")
print(sorted(name for name in sys.modules if name.startswith(tuple(f"rehabflow.{part}" for part in parts))))
"""
    assert python(code).data.splitlines() == ["[]"]


def test_completion_names_commands_without_importing_them() -> None:
    found = [item.value for item in main.shell_complete(click.Context(main), "p")]
    assert found == ["protocol", "plugin"]
    assert "--version" in [item.value for item in main.shell_complete(click.Context(main), "--v")]


def test_the_version_says_what_this_is_not() -> None:
    ended = rehabflow("--version")
    assert ended.code == 0
    assert "not a medical device" in ended.data
    assert "not clinically validated" in ended.data
    assert "for clinicians" in ended.data


def test_python_m_is_the_same_program() -> None:
    ended = python("import runpy, sys; sys.argv = ['rehabflow', '--version']; runpy.run_module('rehabflow')")
    assert "rehabflow" in ended.data
