"""What of the bundled content some protocols need: the rest need not be read to run or check these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from rehabflow.frozen import frozen
from rehabflow.problems import FileProblems
from rehabflow.registry.found import MANIFEST, PROTOCOL, Found, Shelf
from rehabflow.registry.reading import head_of

_TABLES: Final = {MANIFEST: "plugin", PROTOCOL: "protocol"}


@frozen
class _Head:
    """Who a plugin or protocol says it is, and which plugins it requires."""

    found: Found
    id: str
    requires: frozenset[str]


def needed(shelf: Shelf, protocols: Collection[str], mandatory: Collection[str] = ()) -> Shelf:
    """Return a shelf without the bundled plugins and protocols that some protocols do not need.

    Everything that is not bundled stays, with what it requires, and bundled plugins that share its id. Where a
    manifest cannot be read, or nothing is called so, everything stays: the reason is for others to tell.

    Args:
        shelf: everything that was found.
        protocols: their ids.
        mandatory: gates in force in every protocol, as `plugin.gate`.
    """
    kept = _heads((one for one in shelf.protocols if _may_be_one(one, protocols)), PROTOCOL)
    plugins = _heads(shelf.plugins, MANIFEST)
    if kept is None or plugins is None or not {head.id for head in kept}.issuperset(protocols):
        return shelf
    theirs = [head for head in plugins if head.found.kind != "bundled"]
    wanted = {head.id for head in theirs} | {address.partition(".")[0] for address in mandatory}
    required = _closure([*kept, *theirs], wanted, plugins)
    return Shelf(
        tuple(head.found for head in plugins if head.found.kind != "bundled" or head.id in required),
        tuple(head.found for head in kept),
    )


def _may_be_one(found: Found, protocols: Collection[str]) -> bool:
    """Return whether a place may hold one of the protocols; the folders of bundled ones bear their ids."""
    return found.kind != "bundled" or found.path.name in protocols


def _closure(heads: Iterable[_Head], wanted: Iterable[str], plugins: Iterable[_Head]) -> set[str]:
    """Return the ids that are required, by whatever is required."""
    requires: dict[str, frozenset[str]] = {}
    for head in plugins:
        requires[head.id] = requires.get(head.id, frozenset()) | head.requires
    ahead = [*wanted, *(id_ for head in heads for id_ in head.requires)]
    required: set[str] = set()
    while ahead:
        id_ = ahead.pop()
        if id_ not in required:
            required.add(id_)
            ahead.extend(requires.get(id_, ()))
    return required


def _heads(places: Iterable[Found], file: str) -> list[_Head] | None:
    heads = []
    for found in places:
        try:
            table = head_of(found, file, _TABLES[file])
        except (FileProblems, OSError):
            return None
        id_, requires = table.get("id"), table.get("requires", {})
        if not isinstance(id_, str) or not isinstance(requires, Mapping):
            return None
        heads.append(_Head(found, id_, frozenset(requires)))
    return heads
