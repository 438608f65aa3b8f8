"""Where plugins and protocols are: bundled ones, folders and files given by path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

import rehabflow
from rehabflow.frozen import frozen
from rehabflow.problems import UsageError

Kind = Literal["bundled", "folder", "package"]

MANIFEST: Final = "plugin.toml"
PROTOCOL: Final = "protocol.toml"
CODE: Final = "plugin.py"
_SHELVES: Final = ("plugins", "protocols")
_HEAD: Final = re.compile(rb"^[ \t]*\[[ \t]*(plugin|protocol)[ \t]*\]", re.MULTILINE)
_LOOKED_AT: Final = 200_000


@frozen
class PythonCode:
    """The code of a plugin, not yet imported: its file, and for an installed package its module."""

    file: Path
    module: str = ""


@frozen
class Found:
    """A place that holds a plugin or a protocol: a folder, or a single TOML file.

    `name` is how an installed plugin calls itself (its entry point), else "".
    """

    kind: Kind
    path: Path
    code: PythonCode | None = None
    name: str = ""
    distribution: str = ""

    @property
    def folder(self) -> Path:
        """Return the folder it stands in."""
        return self.path if self.path.is_dir() else self.path.parent

    @property
    def stand_in(self) -> str:
        """Return what to call it when its manifest cannot be read."""
        return self.name or (self.path.name if self.path.is_dir() else self.path.stem)


@frozen
class Shelf:
    """Everything found in some places, each thing once."""

    plugins: tuple[Found, ...] = ()
    protocols: tuple[Found, ...] = ()

    @classmethod
    def of(cls, shelves: Iterable[Shelf]) -> Shelf:
        """Return what several places hold; what is met again counts as met first."""
        plugins: dict[Path, Found] = {}
        protocols: dict[Path, Found] = {}
        for shelf in shelves:
            for found, known in ((shelf.plugins, plugins), (shelf.protocols, protocols)):
                for one in found:
                    known.setdefault(one.path.resolve(), one)
        return cls(tuple(plugins.values()), tuple(protocols.values()))


def bundled() -> Shelf:
    """Return the content that comes with rehabflow, from the wheel or from a checkout."""
    package = Path(rehabflow.__file__).resolve().parent
    roots = [package / "_bundled"]
    if (package.parent / "pyproject.toml").is_file():
        roots.append(package.parent)
    for root in roots:
        folders = [root / shelf for shelf in _SHELVES if (root / shelf).is_dir()]
        if folders:
            return Shelf.of(_children(folder, "bundled") for folder in folders)
    return Shelf()


def given(path: Path) -> Shelf:
    """Return what a path given by a person holds: one plugin or protocol, a folder of them, or a clinic's folder.

    Raises:
        UsageError: there is no such file or folder, or it holds neither a plugin nor a protocol.
    """
    try:
        if not path.exists():
            raise UsageError(f"there is no file or folder `{path}`")
        shelf = _file(path, "folder") if path.is_file() else _folder(path, "folder")
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror}") from None
    if not shelf.plugins and not shelf.protocols:
        raise UsageError(
            f"`{path}` holds neither a plugin ({MANIFEST}) nor a protocol ({PROTOCOL}), "
            f"nor folders `{_SHELVES[0]}` or `{_SHELVES[1]}` with any"
        )
    return shelf


def _folder(folder: Path, kind: Kind) -> Shelf:
    own = _one(folder, kind)
    if own is not None:
        return own
    inner = [folder / shelf for shelf in _SHELVES if (folder / shelf).is_dir()]
    return Shelf.of(_children(one, kind) for one in inner) if inner else _children(folder, kind)


def _one(folder: Path, kind: Kind) -> Shelf | None:
    """Return the plugin or protocol that a folder is; None if it is neither."""
    if (folder / MANIFEST).is_file():
        code = folder / CODE
        return Shelf(plugins=(Found(kind, folder, PythonCode(code) if code.is_file() else None),))
    if (folder / PROTOCOL).is_file():
        return Shelf(protocols=(Found(kind, folder),))
    return None


def _children(folder: Path, kind: Kind) -> Shelf:
    return Shelf.of(_each(sorted(folder.iterdir()), kind))


def _each(paths: Sequence[Path], kind: Kind) -> Iterator[Shelf]:
    for path in paths:
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            yield _one(path, kind) or Shelf()
        elif path.suffix == ".toml":
            yield _file(path, kind)


def _file(path: Path, kind: Kind) -> Shelf:
    """Return what a TOML file is: part of its folder, or a plugin or protocol of its own."""
    if path.name in (MANIFEST, PROTOCOL):
        return _one(path.parent, kind) or Shelf()
    head = _HEAD.search(path.read_bytes()[:_LOOKED_AT])
    if head is None:
        return Shelf()
    found = (Found(kind, path),)
    return Shelf(plugins=found) if head[1] == b"plugin" else Shelf(protocols=found)
