"""What `check` and `test` look at: folders of definitions, and files of journeys and cases in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from rehabflow.frozen import frozen
from rehabflow.loading.folders import read_bytes
from rehabflow.problems import UsageError
from rehabflow.registry.found import MANIFEST, PROTOCOL, Found, bundled
from rehabflow.registry.reading import claimed_id
from rehabflow.render.words import counted

CASES = "cases"
_NAMED = re.compile(rb"""\bprotocol["']?[ \t]*=[ \t]*["']([a-z0-9_]+)["']""")


@frozen
class JourneyFile:
    """A file of journeys and how messages name it: as given; what is bundled, without the machine's part."""

    path: Path
    shown: str

    @classmethod
    def given(cls, path: Path) -> JourneyFile:
        """Return a file given by a person."""
        return cls(path, path.as_posix())


@frozen
class Targets:
    """`folders` hold definitions, `journeys` are files of journeys. Without any path, all bundled content is meant."""

    folders: tuple[Path, ...]
    journeys: tuple[JourneyFile, ...]
    everything: bool = False

    def covers(self, file: str) -> bool:
        """Return whether a problem of a file, by its shown name, is one that was asked for."""
        if self.everything:
            return True
        shown = [folder.as_posix().rstrip("/") for folder in self.folders]
        inside = any(file == name or file.startswith(f"{name}/") or name == "." for name in shown)
        ours = _bundled_in(self.folders)
        return inside or file in ours or any(file.startswith(f"{name}/") for name in ours)

    def words(self) -> str:
        """Return how much there is, for the last line."""
        what = "the bundled content" if self.everything else counted(len(self.folders), "path")
        return f"{what} and {counted(len(self.journeys), 'file')} of journeys" if self.journeys else what


@cache
def _bundled_in(folders: tuple[Path, ...]) -> frozenset[str]:
    """Return how messages name what is bundled, without the machine's part, in folders that were given."""
    ours, given = bundled(), [folder.resolve() for folder in folders]
    return frozenset(
        f"{found.path.parent.name}/{found.path.name}"
        for found in (*ours.plugins, *ours.protocols)
        if any(found.path.is_relative_to(folder) for folder in given)
    )


def targets_of(paths: Iterable[Path]) -> Targets:
    """Return what the paths mean; none mean the bundled content.

    Raises:
        UsageError: there is no such path.
    """
    given = tuple(paths)
    if not given:
        ours = bundled()
        folders = [found.path for found in (*ours.plugins, *ours.protocols)]
        files = [(file, folder.parent.parent) for folder in folders for file in _cases_in(folder)]
        shown = tuple(JourneyFile(file, file.relative_to(root).as_posix()) for file, root in files)
        return Targets((), shown, everything=True)
    definitions: list[Path] = []
    journeys: list[Path] = []
    for path in given:
        if not path.exists():
            raise UsageError(f"there is no file or folder `{path}`")
        if path.is_dir():
            journeys.extend(_cases_in(path))
            if not _is_only_cases(path):
                definitions.append(path)
        elif is_journey_file(path):
            journeys.append(path)
        else:
            definitions.append(path)
    return Targets(tuple(definitions), tuple(map(JourneyFile.given, dict.fromkeys(journeys))))


def _cases_in(folder: Path) -> Iterator[Path]:
    """Yield the files of journeys in a folder: those in `cases` folders at any depth, else those directly in it."""
    inside = [
        path for path in sorted(folder.rglob("*.toml")) if CASES in path.relative_to(folder.parent).parts[:-1]
    ]
    yield from inside
    if not (folder / MANIFEST).is_file() and not (folder / PROTOCOL).is_file():
        yield from (
            path for path in sorted(folder.glob("*.toml")) if path not in inside and is_journey_file(path)
        )


def _is_only_cases(folder: Path) -> bool:
    files = list(folder.rglob("*.toml"))
    outside = [path for path in files if CASES not in path.relative_to(folder.parent).parts[:-1]]
    return bool(files) and all(is_journey_file(path) for path in outside)


def protocols_named(targets: Targets) -> frozenset[str]:
    """Return the protocols that the targets are about, by what their files say; none: it may be any.

    Plugins may be needed by any protocol, and so may a file of journeys that names none.
    """
    if targets.everything or not all((folder / PROTOCOL).is_file() for folder in targets.folders):
        return frozenset()
    named = {claimed_id(Found("folder", folder)) for folder in targets.folders}
    for file in targets.journeys:
        try:
            found = _NAMED.findall(read_bytes(file.path))
        except OSError:
            found = []
        if not found:
            return frozenset()
        named.update(word.decode() for word in found)
    return frozenset(named)


def is_journey_file(path: Path) -> bool:
    """Return whether a TOML file holds journeys: a table `[journey.x]` or `[given.x]` begins a line."""
    if path.name in (MANIFEST, PROTOCOL):
        return False
    try:
        lines = path.read_bytes()[:2_000_000].splitlines()
    except OSError:
        return False
    return any(line.lstrip(b" \t").startswith((b"[journey", b"[[journey", b"[given")) for line in lines)
