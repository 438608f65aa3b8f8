"""The evidence of a protocol as a page and as a JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final  # Any: values of a JSON document

from rehabflow.render.evidence import KINDS, STANDINGS, EvidenceRow, Kind, Share, Standing, share_of
from rehabflow.render.page import Block, Gap, Heading, Line
from rehabflow.render.references import References
from rehabflow.render.tables import Table
from rehabflow.render.words import counted
from rehabflow.rulebook.model import Rulebook

TITLES: Final[dict[Kind, str]] = {
    "parameter": "Parameters",
    "criterion": "Criteria of stages",
    "gate": "Gate levels",
    "finding": "Findings",
    "caution": "Cautions",
    "response": "Answers of doses to sessions",
    "rule": "Rules of choosing exercises",
    "exclusion": "Exclusions of exercises",
    "dose": "Doses",
    "measure": "Cut-offs of measures",
}
WORDS: Final[dict[Standing, str]] = {
    "published_checked": "published",
    "published_unchecked": "published, unchecked",
    "consensus": "consensus, not published",
    "clinic": "the clinic's own",
}
SHARES: Final = ("", "Rules", "Numbers", "Published", "Unchecked", "Consensus", "Clinic")


def evidence_document(
    rulebook: Rulebook, rows: Sequence[EvidenceRow], references: References
) -> dict[str, Any]:
    """Return the document of `protocol show --evidence --json`."""
    protocol = rulebook.protocol
    return {
        "schema": "rehabflow/evidence/1",
        "protocol": protocol.id,
        "version": protocol.version,
        "numbers": _share(share_of(rows)),
        "by_kind": {
            kind: _share(share_of(found)) for kind, found in by_kind(rows).items()
        },
        "rows": [_row(row, references) for row in rows],
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    counts: dict[str, Any] = {standing: getattr(share, standing) for standing in STANDINGS}
    return {"all": share.all, **counts, "consensus_percent": share.percent("consensus")}


def _row(row: EvidenceRow, references: References) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "id": row.id,
        "says": row.says,
        "numbers": list(row.numbers),
        "basis": "published" if row.standing.startswith("published") else row.standing,
        "checked": row.standing == "published_checked",
        "source": row.source or None,
        "note": row.note or None,
        "file": row.place.file,
        "line": references.line(row.place) or None,
    }


def evidence_blocks(
    rulebook: Rulebook, rows: Sequence[EvidenceRow], references: References
) -> list[Block]:  # fmt: skip
    """Return the page: how much is consensus only, then each rule with what it rests on."""
    protocol = rulebook.protocol
    blocks: list[Block] = [
        Heading(f"What {protocol.title} ({protocol.id} {protocol.version}) rests on", 1),
        *(Line(text) for text in share_texts(rows)),
        Gap(),
        Table(SHARES, share_rows(rows)),
    ]
    for kind, found in by_kind(rows).items():
        blocks += [Gap(), Heading(TITLES[kind])]
        blocks.extend(_line(row, references) for row in found)
    return blocks


def by_kind(rows: Sequence[EvidenceRow]) -> dict[Kind, list[EvidenceRow]]:
    """Return the rules of each kind that occurs."""
    found = {kind: [row for row in rows if row.kind == kind] for kind in KINDS}
    return {kind: inner for kind, inner in found.items() if inner}


def share_texts(rows: Sequence[EvidenceRow]) -> tuple[str, ...]:
    """Return in words how many numbers rest on what; doses, which outnumber all else, also apart."""
    share = share_of(rows)
    if not share.all:
        return ("It has no numbers.",)
    apart = share_of(row for row in rows if row.kind != "dose")
    texts = [f"Of {counted(share.all, 'number')} {_shares(share)}."]
    if 0 < apart.all < share.all:
        texts.append(f"Doses left aside, of {counted(apart.all, 'number')} {_shares(apart)}.")
    return tuple(texts)


def _shares(share: Share) -> str:
    parts = [
        f"{share.percent(standing)} % {_IN_WORDS[standing]}"
        for standing in STANDINGS
        if getattr(share, standing)
    ]
    return ", ".join(parts)


_IN_WORDS: Final[dict[Standing, str]] = {
    "published_checked": "are published and were compared with their source",
    "published_unchecked": "are published and nobody has compared them yet",
    "consensus": "are consensus only",
    "clinic": "are the clinic's own",
}


def share_rows(rows: Sequence[EvidenceRow]) -> tuple[tuple[str, ...], ...]:
    """Return a row for each kind and one for all, in the columns rules, numbers and one for each standing."""
    parts = [*((TITLES[kind], found) for kind, found in by_kind(rows).items()), ("All", list(rows))]
    return tuple(_counts(title, found) for title, found in parts)


def _counts(title: str, found: Sequence[EvidenceRow]) -> tuple[str, ...]:
    share = share_of(found)
    return (title, str(len(found)), str(share.all), *(str(getattr(share, one)) for one in STANDINGS))


def _line(row: EvidenceRow, references: References) -> Line:
    basis = WORDS[row.standing] + (f": {row.source}" if row.source else "")
    numbers = f"; numbers: {', '.join(row.numbers)}" if row.numbers and row.kind not in _TELL_ALL else ""
    grounds = f"{basis}{numbers}; {references.where(row.place)}"
    return Line(f"{row.id}: {row.says} [{grounds}]", 2, "-")


_TELL_ALL: Final = ("parameter", "dose")
