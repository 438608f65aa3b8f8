"""What a rule or number rests on: keys of its table, else the file's default."""

from __future__ import annotations

from typing import Final

from rehabflow.definitions.common import Evidence
from rehabflow.loading.reader import Reader, listed, nearest
from rehabflow.loading.shapes import Key, Row
from rehabflow.loading.specs import Id, OneOf, Text, YesNo
from rehabflow.problems import Place

BASES: Final = ("published", "consensus", "clinic")

EVIDENCE_KEYS: Final = (
    Key(
        "basis",
        OneOf(BASES),
        "published (needs a source), consensus of clinicians, or a clinic's own; else default_basis",
    ),
    Key(
        "source",
        Id("the id of a [source.x] of these files"),
        "the publication behind it; else default_source",
    ),
    Key("checked", YesNo(), "false while nobody has compared it with the source; it prints as unchecked"),
    Key("note", Text("a note", lines=True), "what a reader should know about where it comes from"),
)


def resolve(reader: Reader, place: Place, row: Row) -> Evidence:
    """Return the evidence of a table; report a missing basis, a missing source, or one that is not declared.

    The default source goes with the default basis only: a number that is `consensus` in a file whose default is
    `published` does not borrow its source.
    """
    own_basis, source = row.get("basis"), row.get("source", "")
    basis = own_basis or (reader.default.basis if reader.default else None)
    if basis is None and not row.given("basis") and not reader.is_head_unread:
        reader.report(
            "missing-basis",
            place,
            "nothing says what this rests on",
            expected=f"`basis`, {listed(BASES)}",
            advice="add it here, or `default_basis` in [plugin]",
            on_key=True,
        )
    if not source and reader.default and own_basis in (None, reader.default.basis):
        source = reader.default.source
    if basis == "published" and not source and not row.given("source") and not reader.is_head_unread:
        reader.report(
            "published-without-source",
            place.child("basis") if own_basis else place,
            "the basis is `published`, and no source is named",
            expected="`source`, the id of a [source.x]",
            advice="name the publication, or say consensus or clinic",
        )
    if "source" in row:
        check_source(reader, place.child("source"), source)
    return Evidence(basis or "consensus", source, row.get("checked", True), row.get("note", ""))


def evidence(reader: Reader, place: Place, row: Row) -> None:
    """Put the evidence of a table into its row."""
    row["evidence"] = resolve(reader, place, row)


def check_source(reader: Reader, place: Place, source: str) -> None:
    """Report a source that the files do not declare."""
    if reader.sources is not None and source not in reader.sources:
        reader.report(
            "unknown-source",
            place,
            f"there is no [source.{source}] in these files",
            expected=listed(sorted(reader.sources)),
            advice=nearest(source, reader.sources) or f"declare [source.{source}]",
        )
