"""What the cases try of each protocol, as text and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final  # Any: values of a JSON document

from rehabflow.render.cases_text import Ended, cases_document
from rehabflow.render.page import Block, Gap, Heading, Line, bullets
from rehabflow.render.references import References
from rehabflow.render.tables import Table
from rehabflow.render.words import counted, listed
from rehabflow.testing.coverage import Item, ProtocolCoverage, State

_KINDS: Final = {
    "criterion": "Criteria",
    "gate": "Gate levels",
    "caution": "Cautions",
    "exclusion": "Exclusions of exercises",
    "transition": "Moves between stages",
}
_HEADINGS: Final = ("", "Rules", "States tried", "States that can occur")


def coverage_document(
    found: Sequence[ProtocolCoverage], cases: Sequence[Ended], references: References
) -> dict[str, Any]:
    """Return the document of `test --coverage --json`."""
    ended = cases_document(cases, references)
    return {
        "schema": "rehabflow/coverage/1",
        **{key: ended[key] for key in ("passed", "failed", "skipped")},
        "protocols": [_protocol(one, references) for one in found],
    }


def _protocol(one: ProtocolCoverage, references: References) -> dict[str, Any]:
    return {
        "id": one.protocol,
        "version": one.version,
        "cases": one.cases,
        "tried": one.tried,
        "wanted": one.wanted,
        "items": [_item(item, references) for item in one.items],
    }


def _item(item: Item, references: References) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "id": item.address,
        "file": item.place.file if item.place else None,
        "line": references.line(item.place) or None if item.place else None,
        "seen": {state: item.seen.get(state, 0) for state in _states(item)},
        "missing": list(item.missing),
        "cannot": dict(item.cannot),
    }


def _states(item: Item) -> tuple[State, ...]:
    return tuple(dict.fromkeys((*item.wanted, *item.cannot)))


def coverage_blocks(found: Iterable[ProtocolCoverage], references: References) -> list[Block]:
    """Return for each protocol how much is tried, what is not, and what cannot occur and why."""
    return [block for one in found for block in _page(one, references)]


def _page(one: ProtocolCoverage, references: References) -> list[Block]:
    share = f"{one.tried} of {one.wanted} states tried by {counted(one.cases, 'case')}, {_percent(one)} %"
    complete = one.tried == one.wanted
    blocks: list[Block] = [
        Gap(),
        Heading(f"{one.protocol} {one.version}: {share}", 1, "good" if complete else "care"),
        Table(_HEADINGS, tuple(_counts(one))),
    ]
    for kind, title in _KINDS.items():
        missing = [item for item in one.items if item.kind == kind and item.missing]
        if missing:
            blocks.append(Line(f"{title}, not tried:", 2, tone="care"))
            blocks.extend(bullets([_missing(item, references) for item in missing], 4))
    return [*blocks, *_cannot(one.items)]


def _percent(one: ProtocolCoverage) -> int:
    """Return the share tried in whole percent, rounded down: 100 only where nothing is missing."""
    return 100 * one.tried // one.wanted if one.wanted else 100


def _counts(one: ProtocolCoverage) -> Iterator[tuple[str, ...]]:
    for kind, title in _KINDS.items():
        items = [item for item in one.items if item.kind == kind]
        if items:
            wanted = sum(len(item.wanted) for item in items)
            tried = wanted - sum(len(item.missing) for item in items)
            yield title, str(len(items)), str(tried), str(wanted)


def _missing(item: Item, references: References) -> str:
    states = "never" if item.kind == "transition" else listed([_words(one) for one in item.missing], "or")
    where = references.where(item.place)
    never = states if states == "never" else f"never {states}"
    return f"{item.address}: {never}{f' ({where})' if where else ''}"


def _cannot(items: Sequence[Item]) -> Iterator[Line]:
    reasons: dict[tuple[State, str], list[str]] = {}
    for item in items:
        for state, reason in item.cannot.items():
            reasons.setdefault((state, reason), []).append(item.address)
    if reasons:
        yield Line("Cannot occur:", 2)
    for (never, why), addresses in reasons.items():
        yield Line(f"{_words(never)}, because {why}: {', '.join(addresses)}", 4, "-")


def _words(state: str) -> str:
    return state.replace("_", " ")
