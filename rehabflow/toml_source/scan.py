"""What is refused before parsing: size, encoding, hidden characters, numbers, nesting; in one linear pass."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import attrs

from rehabflow.problems import FileProblems, Place, Problem

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 40
MAX_KEY_PARTS: Final = 20
MAX_INTEGER_DIGITS: Final = 18
MAX_NUMBER_LENGTH: Final = 30
MAX_PROBLEMS: Final = 50

_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\r(?!\n)")
_TOKEN = re.compile(
    r"""
      (?P<blank>[ \t\r]++)
    | (?P<newline>\n)
    | (?P<listed>(?:(?:0|[1-9][0-9]{0,17}|"[^"\\\n]{0,80}"),[ \t]*+)++)
    | (?P<comment>\#[^\n]*+)
    | (?P<text>  \"{3}(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}  |  '{3}(?:[^']++|'{1,2}(?!'))*+'{3,5} )
    | (?P<open_lines>\"{3}|'{3})
    | (?P<line_text>  "(?:[^"\\\n]++|\\[^\n])*+"  |  '[^'\n]*+' )
    | (?P<open>["'])
    | (?P<mark>[][{}=,])
    | (?P<word>[^][\s"'\#{}=,]++)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_INTEGER = re.compile(
    r"[+-]?(?:0|[1-9](?:_?[0-9])*|0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*)"
)
_FLOAT = re.compile(r"[+-]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE]([+-]?[0-9](?:_?[0-9])*))?")
_DAY = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]{1,9})?"
_DATE = re.compile(rf"{_DAY}(?:[Tt]{_TIME}(?:[Zz]|[+-][0-9]{{2}}:[0-9]{{2}})?)?|{_TIME}")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf)", re.IGNORECASE)
_YES_NO = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}


def decode(content: str | bytes, name: str) -> str:
    """Return the text of a file, lines ending in a newline only; raise FileProblems if it is no text."""
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise FileProblems(
            [
                _whole_file(
                    "file-too-large",
                    name,
                    f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read",
                    "split it: a plugin into several .toml files, a protocol into stages/*.toml",
                )
            ]
        )
    if isinstance(content, bytes):
        content = _decode_bytes(content, name)
    if content.startswith("\ufeff"):
        raise FileProblems(
            [
                _whole_file(
                    "byte-order-mark",
                    name,
                    "the file begins with a byte order mark (an invisible character)",
                    "save it as UTF-8 without BOM",
                )
            ]
        )
    try:
        content.encode()
    except UnicodeEncodeError as error:
        raise FileProblems([_bad_encoding(name, content[: error.start])]) from None
    return content.replace("\r\n", "\n")


def _decode_bytes(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileProblems(
            [
                _whole_file(
                    "not-utf8", name, "the file is UTF-16, not UTF-8", "save it again with the encoding UTF-8"
                )
            ]
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        raise FileProblems([_bad_encoding(name, before)]) from None


def _bad_encoding(name: str, before: str) -> Problem:
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Problem(
        "not-utf8",
        "this character is not UTF-8",
        Place(name),
        help="save the file again with the encoding UTF-8",
        line=line,
        column=column,
        end_line=line,
        end_column=column + 1,
    )


def _whole_file(code: str, name: str, message: str, help_text: str) -> Problem:
    return Problem(code, message, Place(name), help=help_text, line=1, column=1, end_line=1, end_column=1)


def scan(text: str, name: str, *, tokens: bool = True) -> list[Problem]:
    """Return what forbids parsing the text, at most `MAX_PROBLEMS`; empty if it may be parsed.

    Without `tokens`, only hidden characters are looked for.
    """
    scanner = Scanner(text, name)
    scanner.hidden_characters()
    if tokens and not scanner.problems:
        scanner.tokens()
    return scanner.problems


class _Stop(Exception):
    """Nothing after this place can be understood."""


@attrs.define
class Scanner:
    """One pass over the tokens of a TOML text, keeping what is open."""

    text: str
    name: str
    problems: list[Problem] = attrs.field(factory=list)
    opened: list[tuple[str, int]] = attrs.field(factory=list)
    dots: int = 0
    previous: str = "\n"
    header: bool = False
    skip_to: int = 0

    def hidden_characters(self) -> None:
        """Report control characters, and characters that hide or reorder what is seen."""
        for match in _HIDDEN.finditer(self.text):
            code = ord(match[0])
            what = (
                "a carriage return without a newline"
                if code == 0x0D
                else f"the hidden character U+{code:04X}"
            )
            self.report(
                "hidden-character", f"{what} is not allowed", match.start(), match.end(), advice="delete it"
            )
            if len(self.problems) >= MAX_PROBLEMS:
                return

    def tokens(self) -> None:
        """Report texts and lists left open, bad numbers, words without quotes, depth."""
        try:
            for match in _TOKEN.finditer(self.text):
                if match.start() >= self.skip_to:
                    self._token(match.lastgroup or "", match)
                if len(self.problems) >= MAX_PROBLEMS:
                    return
            if self.opened and not self.header:
                self._not_closed()
        except _Stop:
            return

    def _token(self, kind: str, match: re.Match[str]) -> None:
        if kind in ("blank", "comment"):
            return
        if kind == "newline":
            self._newline(match.start())
        elif kind == "mark":
            self._mark(match[0], match.start())
        elif kind == "listed":
            self.dots, self.previous = 0, ","
        elif kind in ("open", "open_lines"):
            self._text_not_closed(match)
        elif kind == "word":
            self.dots += match[0].count(".")
            if self.dots >= MAX_KEY_PARTS:
                self.report(
                    "key-too-deep",
                    f"a key of more than {MAX_KEY_PARTS} parts",
                    match.start(),
                    match.start() + 1,
                    advice="no table of these files is that deep",
                )
                raise _Stop
            if self._expects_value():
                self._value(match[0], match.start())
            self.previous = "word"
        elif kind == "other":
            self._other(match[0], match.start())
        else:
            self.previous = "word"

    def _other(self, character: str, offset: int) -> None:
        name = unicodedata.name(character, "").lower()
        self.report(
            "hidden-character",
            f"the character U+{ord(character):04X} {name}".rstrip() + " is not allowed here",
            offset,
            offset + 1,
            advice="use an ordinary blank",
        )

    def _expects_value(self) -> bool:
        if self.header:
            return False
        in_list = bool(self.opened) and self.opened[-1][0] == "["
        return self.previous == "=" or (in_list and self.previous in ("[", ","))

    def _newline(self, offset: int) -> None:
        self.dots = 0
        if self.header:
            self.opened.clear()
            self.header = False
        if self.opened and self.opened[-1][0] == "{":
            start = self.opened[-1][1]
            self.report(
                "inline-table-lines",
                "a table in braces has to stand on one line",
                start,
                offset,
                advice="write it on one line, or as a table of its own under a [header]"
                if self.text[:start].strip()
                else "this looks like JSON; these files are TOML",
            )
            raise _Stop
        if not self.opened:
            self.previous = "\n"

    def _mark(self, mark: str, offset: int) -> None:
        self.dots = 0
        if mark == "[" and self.previous == "\n" and not self.opened:
            self.header = True
        if mark in "[{":
            self.opened.append((mark, offset))
            if len(self.opened) > MAX_DEPTH:
                self.report(
                    "too-deep",
                    f"lists or tables nested more than {MAX_DEPTH} deep",
                    offset,
                    offset + 1,
                    advice="no value of these files is that deep",
                )
                raise _Stop
        elif mark in "]}":
            if self.opened:
                self.opened.pop()
            if mark == "}" and self.previous == ",":
                self.report(
                    "toml-syntax",
                    "a comma before the closing brace",
                    offset,
                    offset + 1,
                    advice="take the last comma away",
                )
        elif mark == "=" and self.opened and self.opened[-1][0] == "[" and not self.header:
            self._not_closed()
            raise _Stop
        self.previous = mark

    def _not_closed(self) -> None:
        mark, offset = self.opened[-1]
        what, close = ("list", "]") if mark == "[" else ("table in braces", "}")
        self.report(
            "not-closed", f"this {what} is not closed", offset, offset + 1, advice=f"close it with {close}"
        )

    def _text_not_closed(self, match: re.Match[str]) -> None:
        quote = match[0]
        end = self.text.find("\n", match.start())
        end = len(self.text) if end < 0 else end
        help_text = f"close it with {quote}"
        if len(quote) == 1:
            help_text += " on the same line; a text over several lines stands in three quotes"
        self.report(
            "not-closed", "this text is not closed", match.start(), max(end, match.end()), advice=help_text
        )
        raise _Stop

    def _value(self, word: str, offset: int) -> None:
        end = offset + len(word)
        if _NOT_FINITE.fullmatch(word):
            self.report(
                "not-a-number",
                f"`{word}` is not a number that can be used",
                offset,
                end,
                advice="give a finite number",
            )
        elif (match := _INTEGER.fullmatch(word)) or _FLOAT.fullmatch(word):
            self._number(word, offset, is_integer=match is not None)
        elif word not in ("true", "false") and not _DATE.fullmatch(word):
            self._not_a_value(word, offset)

    def _number(self, word: str, offset: int, *, is_integer: bool) -> None:
        digits = sum(character.isalnum() for character in word)
        if (is_integer and digits > MAX_INTEGER_DIGITS) or len(word) > MAX_NUMBER_LENGTH:
            self.report(
                "number-too-long",
                f"a number of {digits:,} digits",
                offset,
                offset + len(word),
                expected=f"at most {MAX_INTEGER_DIGITS} digits, or {MAX_NUMBER_LENGTH} with a point",
            )
            return
        exponent = None if is_integer else _FLOAT.fullmatch(word)
        if exponent is not None and exponent[1] and abs(int(exponent[1])) > MAX_NUMBER_LENGTH:
            self.report(
                "number-too-long",
                f"`{word}` is too large or too small to be meant",
                offset,
                offset + len(word),
            )

    def _not_a_value(self, word: str, offset: int) -> None:
        rest = re.compile(r"[^\n,\]}#]*").match(self.text, offset)
        phrase = (rest[0] if rest else word).strip()
        if "=" in phrase and self.opened and self.opened[-1][0] == "[":
            self._not_closed()
            raise _Stop
        self.skip_to = offset + len(phrase)
        shown = phrase if len(phrase) <= 60 else word[:57] + "..."
        code, message, help_text = "missing-quotes", "a text has to stand in quotes", f'write "{shown}"'
        if word.lower() in _YES_NO and phrase == word:
            code, message = "toml-syntax", f"`{word}` is not a value; yes and no are written true and false"
            help_text = f"write {_YES_NO[word.lower()]}"
        elif word[0] in "“”„‘’«»`´":
            help_text = f'use straight quotes: "{shown.strip("“”„‘’«»`´")}"'
        elif word[0] in "0123456789+-.":
            code, message = "toml-syntax", f"`{shown}` is neither a number nor a date"
            help_text = f'if it is a text or a duration, write "{shown}"'
            if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", word):
                help_text = f"a time of day has seconds: {word.zfill(5)}:00"
            elif re.fullmatch(r"[+-]?0[0-9_.]+", word):
                help_text = "a number does not begin with 0"
            elif re.fullmatch(r"[+-]?(?:[0-9_]+\.|\.[0-9_]+)", word):
                help_text = "write a digit before and after the point"
        self.report(code, message, offset, self.skip_to, advice=help_text)

    def report(
        self, code: str, message: str, start: int, end: int, *, expected: str = "", advice: str = ""
    ) -> None:
        """Add a problem at offsets of the text."""
        line, column = position(self.text, start)
        end_line, end_column = position(self.text, end)
        self.problems.append(
            Problem(
                code,
                message,
                Place(self.name),
                expected,
                advice,
                line=line,
                column=column,
                end_line=end_line,
                end_column=end_column,
            )
        )


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, from 1, of an offset in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
