"""Where on the disk a protocol or plugin stands, and the text of a file by its shown name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rehabflow.problems import Place, UsageError
from rehabflow.registry.found import Found, bundled, given
from rehabflow.registry.reading import shown_name

LARGEST = 4_000_000


def folder_of(place: Place, given_paths: Iterable[Path] = ()) -> Path | None:
    """Return the folder or file in which a definition stands; None for what an installed package brings."""
    for found in _all(given_paths):
        shown = shown_name(found)
        if place.file == shown or place.file.startswith(f"{shown.rstrip('/')}/"):
            return found.path
    return None


def text_of(file: str, given_paths: Iterable[Path] = ()) -> str | None:
    """Return the text of a file by the name that messages show; None if it cannot be found."""
    place = folder_of(Place(file), given_paths)
    candidates = [Path(file)]
    if place is not None:
        candidates.insert(0, place if place.is_file() else place.parent.parent / file)
    for path in candidates:
        if path.is_file() and path.stat().st_size <= LARGEST:
            return path.read_bytes().decode("utf-8", "replace")
    return None


def _all(paths: Iterable[Path]) -> Iterator[Found]:
    for path in paths:
        try:
            shelf = given(path)
        except UsageError:
            continue
        yield from (*shelf.protocols, *shelf.plugins)
    ours = bundled()
    yield from (*ours.protocols, *ours.plugins)
