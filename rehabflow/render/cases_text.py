"""How cases ended, as text and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any  # values of a JSON document

from rehabflow.frozen import frozen
from rehabflow.problems import Place
from rehabflow.render.page import Block, Gap, Line, Tone
from rehabflow.render.references import References
from rehabflow.render.words import counted


@frozen
class Difference:
    """One expectation that does not hold."""

    what: str
    expected: str
    got: str
    place: Place


@frozen
class Ended:
    """How one case ended; `skipped` says why it could not be played."""

    id: str
    title: str
    place: Place
    differences: tuple[Difference, ...] = ()
    skipped: str = ""

    @property
    def ok(self) -> bool:
        """Return whether it was played and everything holds."""
        return not self.differences and not self.skipped


def cases_document(cases: Sequence[Ended], references: References) -> dict[str, Any]:
    """Return the document of `test --json`."""
    return {
        "schema": "rehabflow/test/1",
        "passed": sum(case.ok for case in cases),
        "failed": sum(bool(case.differences) for case in cases),
        "skipped": sum(bool(case.skipped) for case in cases),
        "cases": [_case(case, references) for case in cases],
    }


def _case(case: Ended, references: References) -> dict[str, Any]:
    differences = case.differences
    return {
        "id": case.id,
        "title": case.title,
        "path": case.place.file,
        "line": references.line(case.place),
        "ok": case.ok,
        "skipped": case.skipped or None,
        "expected": "; ".join(f"{one.what}: {one.expected}" for one in differences) or None,
        "got": "; ".join(f"{one.what}: {one.got}" for one in differences) or None,
        "differences": [
            {"what": one.what, "expected": one.expected, "got": one.got, "line": references.line(one.place)}
            for one in differences
        ],
    }


def cases_blocks(cases: Iterable[Ended], references: References) -> list[Block]:
    """Return the failed and skipped cases, and how many there are of each."""
    blocks: list[Block] = []
    ended = list(cases)
    for case in ended:
        if case.differences:
            blocks.append(Line(f"FAILED {references.where(case.place)} {case.id}: {case.title}", tone="stop"))
            blocks.extend(_difference(one, references) for one in case.differences)
            blocks.append(Gap())
    for reason in dict.fromkeys(case.skipped for case in ended if case.skipped):
        ids = [case.id for case in ended if case.skipped == reason]
        blocks.append(Line(f"Skipped {counted(len(ids), 'case')}, {', '.join(ids)}: {reason}", tone="care"))
    counts = cases_document(ended, references)
    parts = [f"{counts['passed']} passed", f"{counts['failed']} failed"]
    if counts["skipped"]:
        parts.append(f"{counts['skipped']} skipped")
    tone: Tone = "stop" if counts["failed"] else "good"
    blocks.append(Line(f"{counted(len(ended), 'case')}: {', '.join(parts)}.", tone=tone))
    return blocks


def _difference(one: Difference, references: References) -> Line:
    line = references.line(one.place)
    where = f"line {line}: " if line else ""
    return Line(f"{where}{one.what}: expected {one.expected}, got {one.got}", 4, "-")
