"""The codes of files that are not read at all: their size, encoding and form."""

from __future__ import annotations

from typing import Final

from rehabflow.problem_codes import Codes, Explanation

CODES: Final[Codes] = {
    "file-too-large": Explanation(
        "The file is larger than 1 MiB",
        "Files are read as a whole and in bounded time, so anything above 1 MiB is refused before it is "
        "parsed. The largest protocols and plugins are a twentieth of that. Split a plugin into several "
        ".toml files in its folder, a protocol into stages/*.toml, and journeys into several files; "
        "addresses stay the same.",
    ),
    "byte-order-mark": Explanation(
        "The file begins with an invisible mark",
        "Some editors put a byte order mark (U+FEFF) at the beginning of a file. TOML does not allow it "
        "and it would become part of the first key. Save the file again as UTF-8 without BOM.",
    ),
    "not-utf8": Explanation(
        "The file is not UTF-8",
        "TOML files are UTF-8 texts. A file saved as Latin-1, Windows-1252 or UTF-16 would turn letters "
        "into others, so it is refused at the first byte that does not fit. Save it again with the "
        "encoding UTF-8.",
    ),
    "hidden-character": Explanation(
        "A character that cannot be seen, or that reorders what is seen",
        "Control characters, characters that turn the direction of writing, no-break spaces outside texts "
        "and the like make a file look different from what it says; a threshold hidden in that way could "
        "harm a patient. Delete the character and type the place anew.",
    ),
    "toml-syntax": Explanation(
        "The file is not TOML",
        "The line cannot be read: nothing after `=`, a second value on the line, a comma at its end, a "
        "header that is not closed. Reading stops there, so other problems of this file only show once "
        "this one is mended.",
        '[stage.acute]\ntitle = "Acute"\nmax_demand = 2',
    ),
    "missing-quotes": Explanation(
        "A text without quotes",
        "Every text stands in straight quotes. Only numbers, true, false, dates and times stand without.",
        'title = "Low back pain"\ndose = "settle"',
    ),
    "not-closed": Explanation(
        "A text, a list or a table in braces is not closed",
        "The place shown is where it was opened. A text on one line ends with the same quote; a text over "
        "several lines stands in three quotes; a list ends with ], a table in braces with }.",
        'when = """\nnprs.average <= 5\nand walking.minutes >= 10\n"""',
    ),
    "inline-table-lines": Explanation(
        "A table in braces runs over several lines",
        "TOML 1.0 wants { ... } on one line. Write it on one line, or as a table of its own under a header.",
        '[stage.acute.review]\nafter = "6w"\nsay = "Screen again"',
    ),
    "key-twice": Explanation(
        "A key or a table is written twice",
        "Each key may be set once and each table begun once; which of the two counted would depend on the "
        "order of the file. Merge them, or give one of them another id.",
    ),
    "key-too-deep": Explanation(
        "A key has more than 20 parts",
        "No table of these files is nearly that deep. The bound keeps a crafted file from stopping the "
        "program.",
    ),
    "too-deep": Explanation(
        "Lists or tables are nested more than 40 deep",
        "No value of these files is nearly that deep. The bound keeps a crafted file from stopping the "
        "program.",
    ),
    "number-too-long": Explanation(
        "A number has too many digits",
        "Whole numbers have at most 18 digits, others at most 30 characters, and no exponent beyond 30. "
        "Nothing that is measured in a patient comes near; it is most likely a slip of the keyboard.",
    ),
    "not-a-number": Explanation(
        "nan and inf are refused",
        "`nan` compares as false with everything and `inf` is never reached, so a threshold made of them "
        "would silently switch a rule off. Give a finite number.",
    ),
}
