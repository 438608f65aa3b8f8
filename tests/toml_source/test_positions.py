"""Where keys and values stand: held against what tomllib reads from the very place."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rehabflow.problems import Place, Problem
from rehabflow.toml_source import Span, locate, located, read_source

EXAMPLES = sorted((Path(__file__).parent.parent / "loading" / "examples").rglob("*.toml"))
TRICKY = '''
a.b."c d" = 1
"q.r" = { 'x' = [ 1, { y.z = "é" } ], w = [] }   # a comment with ] and "
[t . "u v" . 'w'] # after a header
k = """
äöü \\
   b"""
["t".'u v'.w.deeper]
m = 0x1F
[[list]]
n = 'lit' # c
[list.sub]
o = 1979-05-27T07:32:00Z
[[list.inner]]
p = [
  "one", # first
  [ "two", "three", ], '4',
]
[[list.inner]]
p = -1.5e3
[[list]]
[list.sub]
o = 07:32:00
[a.d]
"" = true
'''


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value and all(isinstance(inner, dict) for inner in value):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value


def cut(text: str, span: Span) -> str:
    line, column, end_line, end_column = span
    lines = text.split("\n")
    if line == end_line:
        return lines[line - 1][column - 1 : end_column - 1]
    return "\n".join(
        [lines[line - 1][column - 1 :], *lines[line : end_line - 1], lines[end_line - 1][: end_column - 1]]
    )


def check_every_place(text: str) -> None:
    for path, value in leaves(read_source(text, "x.toml").values):
        if path and not (isinstance(value, dict) and not value):
            there = cut(text, locate(text, path))
            assert tomllib.loads(f"x = {there}", parse_float=Decimal) == {"x": value}, (path, there)
            if isinstance(path[-1], str):
                key = cut(text, locate(text, path, on_key=True))
                assert tomllib.loads(f"{key} = 0") == {path[-1]: 0}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_value_of_the_examples_is_found_where_it_stands(path: Path) -> None:
    check_every_place(path.read_text(encoding="utf-8"))


def test_dotted_quoted_inline_and_repeated_tables_are_found() -> None:
    check_every_place(TRICKY)


@pytest.mark.parametrize(
    ("path", "on_key", "expected"),
    [
        (("list",), False, "list"),
        (("list", 0), False, "list"),
        (("list", 1, "sub"), False, "list.sub"),
        (("list", 0, "inner", 1), False, "list.inner"),
        (("t", "u v"), False, 't . "u v"'),
        (("t", "u v", "w"), True, "'w'"),
        (("q.r", "x", 1, "y", "z"), True, "z"),
        (("list", 0, "missing", "deep"), False, "list"),
        (("a", "b"), False, "a.b"),
    ],
)
def test_tables_and_missing_keys_are_shown_at_their_header(
    path: tuple[str | int, ...], on_key: bool, expected: str
) -> None:
    assert cut(TRICKY, locate(TRICKY, path, on_key)) == expected


def test_the_second_table_of_a_list_is_not_taken_for_the_first() -> None:
    first, second = locate(TRICKY, ("list", 0, "sub", "o")), locate(TRICKY, ("list", 1, "sub", "o"))
    assert first[0] < second[0]


def test_what_is_nowhere_is_shown_at_the_beginning() -> None:
    assert locate(TRICKY, ("nothing",)) == (1, 1, 1, 1)


def shown(text: str, span: tuple[int, int]) -> str:
    problem = located(Problem("x", "x", Place("f.toml", ("k",)), span=span), {"f.toml": text})
    return cut(text, (problem.line, problem.column, problem.end_line, problem.end_column))


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ('k = "abc"', (1, 2), "b"),
        ("k = 'abc'", (0, 3), "abc"),
        ('k = "a\\tb\\u00e9c"', (3, 4), "\\u00e9"),
        ('k = "a\\tb\\u00e9c"', (4, 5), "c"),
        ('k = """\nabc\ndef"""', (4, 7), "def"),
        ('k = """\nab \\\n    cd"""', (3, 5), "cd"),
        ("k = '''\nab\\\ncd'''", (2, 3), "\\"),
        ('k = """a"b""c"""', (1, 2), '"'),
        ('k = "é→x"', (2, 3), "x"),
        ("k = 'ab'", (2, 3), ""),
    ],
)
def test_a_span_inside_a_text_is_mapped_to_the_file(text: str, span: tuple[int, int], expected: str) -> None:
    assert shown(text, span) == expected


CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\ufeff")
TEXTS = st.text(CHARACTERS | st.just("\n"), min_size=1, max_size=12)


def written(text: str, style: str) -> str | None:
    """Return a text in one of TOML's four styles; None if it cannot be written so."""
    if style == "basic":
        return json.dumps(text).replace("\x7f", "\\u007f")
    if style == "basic lines":
        return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    if "'" in text or (style == "literal" and "\n" in text):
        return None
    return f"'{text}'" if style == "literal" else f"'''\n{text}'''"


@given(TEXTS, st.sampled_from(["basic", "basic lines", "literal", "literal lines"]), st.data())
def test_every_character_of_a_text_is_found_in_any_style(text: str, style: str, data: st.DataObject) -> None:
    raw = written(text, style)
    assume(raw is not None)
    source = f"# é\nk = {raw}\n"
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        assume(False)
        raise
    assume(values == {"k": text})
    place = data.draw(st.integers(0, len(text) - 1))
    there = shown(source, (place, place + 1))
    if text[place] == "\n" and "lines" in style:
        assert there in ("", "\n")
    else:
        quoted = there if style.startswith("literal") else tomllib.loads(f'k = "{there}"')["k"]
        assert quoted == text[place]


def test_a_problem_that_has_a_line_or_whose_file_is_not_known_stays_as_it_is() -> None:
    known = Problem("x", "x", Place("f.toml", ("k",)), line=7, column=3)
    assert located(known, {"f.toml": "k = 1"}) is known
    elsewhere = Problem("x", "x", Place("g.toml", ("k",)))
    assert located(elsewhere, {"f.toml": "k = 1"}) is elsewhere


def test_positions_are_only_looked_up_when_there_is_something_to_show() -> None:
    code = (
        "import sys; from pathlib import Path; from rehabflow.loading.folders import read_plugin_folder\n"
        "plugin, problems = read_plugin_folder(Path(sys.argv[1]))\n"
        "print(plugin is not None, 'tree_sitter' in sys.modules)"
    )
    folder = Path(__file__).resolve().parents[2] / "plugins" / "clearance"
    command = [sys.executable, "-c", code, str(folder)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == [
        "True",
        "False",
    ]
