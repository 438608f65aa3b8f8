"""Reading the files of a folder; the only place of this package that touches a disk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from rehabflow.definitions.contributions import Plugin, ProtocolPackage
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.loading.reader import PROFESSIONS
from rehabflow.problems import Place, Problem
from rehabflow.toml_source.scan import MAX_BYTES


def read_plugin_folder(
    path: Path, shown: str = "", professions: Collection[str] = PROFESSIONS
) -> tuple[Plugin | None, list[Problem]]:
    """Return the plugin of a folder: `plugin.toml` and every other `*.toml` beside it (not its `cases/`).

    `shown` is the folder's name in messages, by default the path as given.
    """
    shown = shown or path.as_posix()
    if not (path / "plugin.toml").is_file():
        return None, [
            _missing(shown, "plugin.toml", "it says what the plugin is; `rehabflow plugin new` writes one")
        ]
    files, problems = _contents(sorted(path.glob("*.toml")), path, shown)
    if problems:
        return None, problems
    return load_plugin(path.name, files, professions)


def read_protocol_folder(
    path: Path, shown: str = "", professions: Collection[str] = PROFESSIONS
) -> tuple[ProtocolPackage | None, list[Problem]]:
    """Return the protocol of a folder (`protocol.toml`, `stages/*.toml`) or of a single `.toml` file.

    `shown` is the folder's or file's name in messages, by default the path as given.
    """
    shown = shown or path.as_posix()
    if path.is_file():
        files, problems = _contents([path], path.parent, Path(shown).parent.as_posix())
    elif not (path / "protocol.toml").is_file():
        return None, [_missing(shown, "protocol.toml", "give the folder of a protocol, or its .toml file")]
    else:
        stages = sorted((path / "stages").glob("*.toml"))
        files, problems = _contents([path / "protocol.toml", *stages], path, shown)
    if problems:
        return None, problems
    return load_protocol(path.stem, files, professions)


def _contents(paths: Iterable[Path], base: Path, shown: str) -> tuple[dict[str, str | bytes], list[Problem]]:
    files: dict[str, str | bytes] = {}
    problems = []
    for path in paths:
        if not path.is_file():
            continue
        name = path.relative_to(base).as_posix()
        if shown not in ("", "."):
            name = f"{shown.rstrip('/')}/{name}"
        try:
            files[name] = read_bytes(path)
        except OSError as error:
            problems.append(Problem("cannot-read", f"the file cannot be read: {error.strerror}", Place(name)))
    return files, problems


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, cut just above the size that is refused anyway."""
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _missing(shown: str, name: str, advice: str) -> Problem:
    return Problem("missing-head", f"there is no {name} in this folder", Place(shown), help=advice)
