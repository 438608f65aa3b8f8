"""Which plugins cannot work because of others: two of one id, and requirements that nothing meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehabflow.conditions.faults import nearest
from rehabflow.definitions.contributions import Plugin
from rehabflow.registry.contain import Failure
from rehabflow.registry.reading import Read, shown_name
from rehabflow.rulebook.digests import digest
from rehabflow.rulebook.versions import satisfies


def without_copies(reads: Sequence[Read]) -> list[Read]:
    """Return what was read without later copies that say the same as an earlier one of their id."""
    kept: list[Read] = []
    for read in reads:
        if not any(_is_copy(read, other) for other in kept):
            kept.append(read)
    return kept


def _is_copy(read: Read, other: Read) -> bool:
    if read.id != other.id or read.plugin is None or other.plugin is None:
        return False
    return (
        read.found.code is None and other.found.code is None and digest(read.plugin) == digest(other.plugin)
    )


def shared_ids(reads: Sequence[Read]) -> dict[int, Failure]:
    """Return, by position, the failures of plugins that bear one id; none of them is used."""
    places: dict[str, list[int]] = {}
    for position, read in enumerate(reads):
        if read.is_named:
            places.setdefault(read.id, []).append(position)
    failures = {}
    for id_, positions in places.items():
        names = sorted(shown_name(reads[position].found) for position in positions)
        if len(positions) > 1:
            listed = " and ".join(names)
            reason = f"there are {len(names)} plugins called `{id_}`: {listed}; leave one out, or rename it"
            failures.update(dict.fromkeys(positions, Failure("same-id", reason)))
    return failures


def unmet(plugins: Mapping[str, Plugin], gone: Mapping[str, Failure]) -> dict[str, Failure]:
    """Return the failures of plugins whose requirements are missing, of another version, quarantined or a circle.

    `gone` are quarantined plugins. What a quarantined plugin is needed for is quarantined too.
    """
    left, failures = dict(plugins), {}
    for id_, circle in _circles(plugins).items():
        failures[id_] = Failure("circle", f"plugins require each other in a circle: {' -> '.join(circle)}")
        del left[id_]
    while True:
        found = {
            id_: failure for id_ in sorted(left) if (failure := _unmet(left[id_], left, {**gone, **failures}))
        }
        if not found:
            return failures
        failures.update(found)
        left = {id_: plugin for id_, plugin in left.items() if id_ not in found}


def _unmet(plugin: Plugin, there: Mapping[str, Plugin], gone: Mapping[str, Failure]) -> Failure | None:
    for id_, wanted in sorted(plugin.manifest.requires.items()):
        if id_ in there:
            version = there[id_].manifest.version
            if not satisfies(version, wanted):
                return Failure("other-version", f"it needs {id_} {wanted}, and version {version} is there")
        elif id_ in gone:
            return Failure("needs-quarantined", f"it needs {id_}, which is quarantined: {gone[id_]}")
        else:
            hint = nearest(id_, there) or "install it, or give its folder"
            return Failure("missing-plugin", f"it needs {id_} {wanted}, which is not there; {hint}")
    return None


def _circles(plugins: Mapping[str, Plugin]) -> dict[str, tuple[str, ...]]:
    """Return, by plugin, the circle it is part of, from itself to itself."""
    circles = {}
    for id_ in sorted(plugins):
        path = _way_back(plugins, id_)
        if path:
            circles[id_] = (id_, *path)
    return circles


def _way_back(plugins: Mapping[str, Plugin], start: str) -> tuple[str, ...]:
    """Return a shortest way from a plugin back to itself along what they require; empty: there is none."""
    ways: list[tuple[str, tuple[str, ...]]] = [(start, ())]
    visited: set[str] = set()
    while ways:
        here, way = ways.pop(0)
        for next_ in sorted(plugins[here].manifest.requires):
            if next_ == start:
                return (*way, next_)
            if next_ in plugins and next_ not in visited:
                visited.add(next_)
                ways.append((next_, (*way, next_)))
    return ()
