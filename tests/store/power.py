"""What a power cut leaves: SQLite's writes and fsyncs, recorded, and replayed up to a cut; the unsynced may be lost.

The model: writes to a file are on the disk once that file was synced, else each of them may or may not be, whole or
torn at a sector; names made or removed in the folder are once the folder was synced, in their order. The first sync of
a new journal syncs the folder too, as SQLite's own layer for Unix does.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any, Literal

import apsw
import attrs

SECTOR = 512


@attrs.frozen
class Op:
    """One thing that happened: `create write truncate sync delete ack`."""

    what: Literal["create", "write", "truncate", "sync", "delete", "ack"]
    name: str
    offset: int = 0
    data: bytes = b""
    is_synced: bool = False


class Recorder(apsw.VFS):
    """SQLite's layer to the disk, noting what goes through it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.ops: list[Op] = []
        self.folder = folder
        self.vfs_name = name
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802, ANN401 - apsw's names
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name)
        if not path.exists():
            self.ops.append(Op("create", path.name))
        return RecordedFile(name, flags, self.ops, path.name)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - apsw's name
        super().xDelete(filename, syncdir)
        self.ops.append(Op("delete", Path(filename).name, is_synced=bool(syncdir)))

    def connect(self, path: Path) -> apsw.Connection:
        return apsw.Connection(str(path), vfs=self.vfs_name)

    def acknowledged(self, key: str) -> None:
        self.ops.append(Op("ack", key))


class RecordedFile(apsw.VFSFile):
    """One file of it."""

    def __init__(self, name: Any, flags: list[int], ops: list[Op], shown: str) -> None:  # noqa: ANN401 - apsw's
        super().__init__("", name, flags)
        self.ops, self.shown = ops, shown

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802, ANN401 - apsw's names
        super().xWrite(data, offset)
        self.ops.append(Op("write", self.shown, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - apsw's name
        super().xTruncate(newsize)
        self.ops.append(Op("truncate", self.shown, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802 - apsw's name
        super().xSync(flags)
        self.ops.append(Op("sync", self.shown))


@attrs.define
class Disk:
    """What is surely on the disk, and what may be."""

    files: dict[str, bytes]
    pending: dict[str, list[Op]] = attrs.field(factory=dict)
    names: list[Op] = attrs.field(factory=list)
    made: dict[str, bytes] = attrs.field(factory=dict)
    fresh: set[str] = attrs.field(factory=set)
    acknowledged: list[str] = attrs.field(factory=list)

    def see(self, op: Op) -> None:
        match op.what:
            case "ack":
                self.acknowledged.append(op.name)
            case "create":
                self.names.append(op)
                self.made[op.name] = b""
                self.fresh.add(op.name)
                self.pending[op.name] = []
            case "delete":
                self.names.append(op)
                self.fresh.discard(op.name)
                if op.is_synced:
                    self._sync_names()
            case "sync":
                self._sync(op.name)
            case _:
                self.pending.setdefault(op.name, []).append(op)

    def _sync(self, name: str) -> None:
        where = self.made if name in self.made else self.files
        for op in self.pending.pop(name, []):
            where[name] = applied(where[name], op)
        if name in self.fresh:
            self.fresh.discard(name)
            self._sync_names()

    def _sync_names(self) -> None:
        for op in self.names:
            self._name(op)
        self.names.clear()

    def _name(self, op: Op) -> None:
        if op.what == "create":
            self.files[op.name] = self.made.pop(op.name, b"")
        else:
            self.files.pop(op.name, None)
            self.made.pop(op.name, None)
            self.pending.pop(op.name, None)

    def cut(self, random: Random) -> dict[str, bytes]:
        """Return the files after the cut."""
        for op in self.names[: random.randint(0, len(self.names))]:
            self._name(op)
        for name, ops in self.pending.items():
            for op in ops:
                if name in self.files and random.random() < 0.5:
                    self.files[name] = applied(self.files[name], torn(op, random))
        return self.files


def applied(content: bytes, op: Op) -> bytes:
    if op.what == "truncate":
        return content[: op.offset].ljust(op.offset, b"\0")
    content = content.ljust(op.offset, b"\0")
    return content[: op.offset] + op.data + content[op.offset + len(op.data) :]


def torn(op: Op, random: Random) -> Op:
    """Return a write of which only the first sectors reached the disk, sometimes."""
    if op.what != "write" or len(op.data) <= SECTOR or random.random() < 0.7:
        return op
    return attrs.evolve(op, data=op.data[: SECTOR * random.randrange(1, len(op.data) // SECTOR + 1)])


def after_cut(
    start: dict[str, bytes], ops: list[Op], cut: int, seed: int
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files that a cut after `cut` operations leaves, and what had been acknowledged by then."""
    disk = Disk(dict(start))
    for op in ops[:cut]:
        disk.see(op)
    return disk.cut(Random(seed)), disk.acknowledged
