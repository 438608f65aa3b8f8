"""What makes the documents' tests able to fail: blocks are found, outputs compared, wildcards bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.blocks import Block, blocks_of, commands_of, matches

PAGE = """\
Text.

```console
$ rehabflow --version
rehabflow 1
$ rehabflow run x  # exit 3
```

  ~~~python
  if True:
      pass
  ~~~
"""


def test_blocks_have_language_text_and_line() -> None:
    found = [(block.language, block.line, block.text) for block in blocks_of(Path("page.md"), PAGE)]
    assert found == [
        ("console", 4, "$ rehabflow --version\nrehabflow 1\n$ rehabflow run x  # exit 3"),
        ("python", 10, "if True:\n    pass"),
    ]


def test_unclosed_block_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"page\.md:3: this block is never closed"):
        blocks_of(Path("page.md"), "a\n\n```python\nx = 1\n")


def test_commands_carry_their_output() -> None:
    commands = commands_of(blocks_of(Path("page.md"), PAGE)[0])
    assert [(command.line, command.text, command.output) for command in commands] == [
        (4, "rehabflow --version", ("rehabflow 1",)),
        (6, "rehabflow run x  # exit 3", ()),
    ]


def test_output_before_any_command_is_an_error() -> None:
    with pytest.raises(ValueError, match="starts with a `\\$ ` line"):
        commands_of(Block(Path("page.md"), 1, "console", "lost output"))


@pytest.mark.parametrize(
    ("expected", "actual", "equal"),
    [
        ("a b", "a b", True),
        ("a b", "a c", False),
        ("a b", "a b c", False),
        ("a ... c", "a c", True),
        ("a ... c", "a b b c", True),
        ("a ... c", "a b c d", False),
        ("... c ... e", "a c d e", True),
        ("... c ... e", "a e d c", False),
        ("...", "", True),
        ("a ...", "b", False),
    ],
)
def test_three_dots_stand_for_any_lines(expected: str, actual: str, equal: bool) -> None:
    assert matches(tuple(expected.split()), tuple(actual.split())) is equal
