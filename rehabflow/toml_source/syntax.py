"""What the parser refuses, told so that an author can mend it."""

from __future__ import annotations

import re
from typing import Final

from rehabflow.problems import Place, Problem
from rehabflow.toml_source.scan import position

_WHERE = re.compile(r"(?s)(.*?) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)\Z")
_TWICE: Final = (
    "Cannot declare",
    "Cannot overwrite",
    "Duplicate inline table key",
    "Cannot mutate immutable",
)
_SAID: Final = (
    (
        "Invalid value",
        "there is no value here",
        "write a text in quotes, a number, true, false, a date or a [list]",
    ),
    ("Invalid date", "there is no such day or time", "write a date as 2026-02-28, a time as 18:00:00"),
    (
        "Invalid initial character for a key part",
        "a part of a key is missing here",
        "keys and tables are ids: letters a to z, digits and _",
    ),
    (
        "Invalid statement",
        "a line begins with a key or a [table]",
        "keys are ids: letters a to z, digits and _",
    ),
    ("Unclosed", "a comma or the closing bracket is missing here", "put a comma between two values"),
    ("Expected ']", "the header of the table is not closed", "write [table] on a line of its own"),
    *(
        (begin, "a backslash that means nothing", "write \\\\ for a backslash, or use single quotes")
        for begin in ("Unescaped '\\'", "Escaped character", "Invalid hex value")
    ),
)


def explain(error: Exception, text: str, name: str) -> list[Problem]:
    """Return the problems behind an error of the parser."""
    match = _WHERE.match(str(error))
    said = match[1] if match else str(error)
    if said.startswith(_TWICE) and (twice := _duplicates(text, name)):
        return twice
    if match and match[2]:
        line, column = int(match[2]), int(match[3])
    else:
        line, column = position(text, len(text.rstrip()))
    lines = text.split("\n")
    shown = lines[line - 1] if line <= len(lines) else ""
    message, help_text = _words(said, shown, column)
    word = re.match(r"[0-9T:.-]+", shown[column - 1 :])
    length = len(word[0]) if word and said.startswith("Invalid date") else 1
    return [
        Problem(
            "toml-syntax",
            message,
            Place(name),
            help=help_text,
            line=line,
            column=column,
            end_line=line,
            end_column=column + length,
        )
    ]


def _duplicates(text: str, name: str) -> list[Problem]:
    from rehabflow.toml_source import positions

    index = positions.index_of(text)
    problems = []
    twice = {path for path, _, _ in index.duplicates}
    for path, first, second in index.duplicates:
        if any(path[:length] in twice for length in range(1, len(path))):
            continue  # a table written twice has its keys twice too
        line, column = position(text, index.offset(second[0]))
        end_line, end_column = position(text, index.offset(second[1]))
        before = position(text, index.offset(first[0]))[0]
        address = ".".join(str(part) for part in path)
        problems.append(
            Problem(
                "key-twice",
                f"`{address}` is written twice; the first is on line {before}",
                Place(name, path),
                help="keep one of them, or give one another id",
                on_key=True,
                line=line,
                column=column,
                end_line=end_line,
                end_column=end_column,
            )
        )
    return problems


def _words(said: str, line: str, column: int) -> tuple[str, str]:
    """Return message and help for what the parser said of a place in a line."""
    rest = line[column - 1 :]
    if said.startswith("Expected '='"):
        if rest.lstrip().startswith(":"):
            return "a key is followed by `=`, not `:`", "write key = value"
        if re.match(r"\s*[A-Za-z0-9_-]+\s*=", rest):
            return "a key with a blank in it", "write the words with _ between them, or put the key in quotes"
        return "`=` and a value are missing after the key", "write key = value"
    if said.startswith("Expected newline or end of document"):
        if re.match(r",[0-9]+\s*(?:#.*)?$", rest) and line[column - 2 : column - 1].isdigit():
            return "a number with a comma", "write a point: 2.5"
        if line.lstrip().startswith("["):
            return "something follows the header of the table", "write [table] on a line of its own"
        if rest.startswith(","):
            return "a comma at the end of the line", "take it away; commas stand only in lists and in braces"
        return (
            "something follows the value",
            "one key = value a line; a text has to stand in quotes as a whole",
        )
    for begin, message, help_text in _SAID:
        if said.startswith(begin):
            return message, help_text
    return said[:1].lower() + said[1:], ""
