"""Write protocols/README.md: a page for each bundled protocol, with what its rules and numbers rest on.

Run by `make pages`. With `--check FILE` nothing is written, and the exit code is 1 if that file is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rehabflow.catalog import Catalog
from rehabflow.registry import load_catalog
from rehabflow.render.evidence import EvidenceOf, EvidenceRow
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.render.show_evidence import SHARES, TITLES, WORDS, by_kind, share_rows, share_texts
from rehabflow.rulebook.model import Rulebook

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "protocols" / "README.md"
INTRODUCTION = """\
# Protocols

Written by `make pages`; do not edit.

What each protocol is for, and what every rule and number of it rests on: *published* was compared with its source,
*published, unchecked* nobody has compared yet, *consensus* is agreed or a working default. Doses are summed up here;
`rehabflow protocol show ID --evidence` names each, with its line. Decision support for clinicians, not a medical
device, not clinically validated.
"""


def main(arguments: Sequence[str]) -> int:
    """Write the page, or tell whether a file is what would be written."""
    text = page(load_catalog())
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if Path(arguments[-1]).read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("protocols/README.md is out of date: run `make pages`\n")
    return 1


def page(catalog: Catalog) -> str:
    """Return the text of the file."""
    plugins = [plugin.contribution for plugin in catalog.plugins.values()]
    references = References.of([*plugins, *(package.contribution for package in catalog.protocols.values())])
    names = sorted(catalog.protocols)
    listed = [f"- [{catalog.protocols[name].protocol.title}](#{name})" for name in names]
    parts = [INTRODUCTION, "\n".join(listed) + "\n"]
    parts += ["\n".join(protocol(catalog.rulebook(name), references)) + "\n" for name in names]
    return "\n".join(parts)


def protocol(rulebook: Rulebook, references: References) -> Iterator[str]:
    """Yield the lines of a protocol's page."""
    one = rulebook.protocol
    rows = EvidenceOf(rulebook, Sayings(rulebook), references).rows()
    yield f'<a id="{one.id}"></a>'
    yield ""
    yield f"## {one.title}"
    yield ""
    yield f"[`{one.id}`]({one.id}/protocol.toml) {one.version}, {one.status}."
    yield f"For: {cell(one.for_whom)}. Not for: {cell(one.not_for)}."
    yield ""
    yield from share_texts(rows)
    yield ""
    yield from table(SHARES, share_rows(rows))
    for kind, found in by_kind(rows).items():
        if kind != "dose":
            yield ""
            yield "<details>"
            yield f"<summary>{TITLES[kind]} ({len(found)})</summary>"
            yield ""
            yield from table(("Rule", "What it says", "Rests on"), map(row, found))
            yield ""
            yield "</details>"


def row(one: EvidenceRow) -> tuple[str, str, str]:
    """Return a rule's cells."""
    return (f"`{one.id}`", one.says, WORDS[one.standing] + (f": {one.source}" if one.source else ""))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield line(headings)
    yield "|" + "---|" * len(headings)
    for cells in rows:
        yield line(cells)


def line(cells: Sequence[str]) -> str:
    """Return one line of a table."""
    return "| " + " | ".join(map(cell, cells)) + " |"


def cell(text: str) -> str:
    """Return a text that cannot break a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


sys.exit(main(sys.argv[1:]))
