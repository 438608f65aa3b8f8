"""The files of a plugin or protocol, read together into definitions."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

import attrs

from rehabflow.definitions.contributions import Contribution, Manifest, Plugin, ProtocolPackage
from rehabflow.definitions.protocols import Protocol, Selector
from rehabflow.loading.ids import check_id
from rehabflow.loading.kinds import (
    CONTRIBUTED,
    OF_PROTOCOLS,
    SINGLE_OF_PLUGINS,
    SINGLE_OF_PROTOCOLS,
    VOCABULARY,
    Kind,
)
from rehabflow.loading.reader import PROFESSIONS, Reader, listed, nearest
from rehabflow.loading.shapes import Row
from rehabflow.loading.tables.heads import MANIFEST, PROTOCOL, ProtocolHead, default_evidence
from rehabflow.loading.tables.responses import SELECT
from rehabflow.problems import FileProblems, Place, Problem
from rehabflow.toml_source import TomlSource, located, read_source

Files = Mapping[str, str | bytes]
Tables = dict[str, Any]  # Any: each kind holds its own definitions


def load_plugin(
    folder_name: str, files: Files, professions: Collection[str] = PROFESSIONS
) -> tuple[Plugin | None, list[Problem]]:
    """Return a plugin from its files (shown name -> content) and every problem found; None if any is an error."""
    pile = _Pile.read(folder_name, files, professions)
    manifest = pile.head("plugin", "protocol")
    contribution = pile.contribution(
        manifest.id if isinstance(manifest, Manifest) else folder_name, is_plugin=True
    )
    problems = pile.problems()
    if problems or not isinstance(manifest, Manifest):
        return None, problems
    return Plugin(manifest, contribution), []


def load_protocol(
    folder_name: str, files: Files, professions: Collection[str] = PROFESSIONS
) -> tuple[ProtocolPackage | None, list[Problem]]:
    """Return a protocol from its files (shown name -> content) and every problem found; None if any is an error."""
    pile = _Pile.read(folder_name, files, professions)
    head = pile.head("protocol", "plugin")
    owner = head.row.get("id", folder_name) if isinstance(head, ProtocolHead) else folder_name
    contribution = pile.contribution(owner, is_plugin=False)
    parts = {kind.field: pile.tables(kind) for kind in OF_PROTOCOLS}
    use, select = pile.select()
    if isinstance(head, ProtocolHead):
        pile.main_track(head.place, parts["tracks"])
    problems = pile.problems()
    if problems or not isinstance(head, ProtocolHead):
        return None, problems
    row = head.row
    protocol = Protocol(
        id=row["id"],
        version=row["version"],
        title=row["title"],
        status=row["status"],
        for_whom=row["for_whom"],
        not_for=row["not_for"],
        requires=row["requires"],
        place=head.place,
        default_evidence=head.evidence,
        tracks=parts["tracks"],
        stages=parts["stages"],
        use=use,
        select=select,
        must_have=row.get("must_have", ()),
        baseline=row.get("baseline", "first"),
        sides=row.get("sides", ""),
        advice=row.get("advice", ()),
        replaces=row.get("replaces", ""),
    )
    return ProtocolPackage(protocol, contribution), []


def load_manifest(text: str | bytes, shown_name: str) -> tuple[Manifest | None, list[Problem]]:
    """Return the manifest of a `plugin.toml`, judged by itself: before any other file or code of the plugin."""
    pile = _Pile.read(shown_name, {shown_name: text}, PROFESSIONS)
    manifest = pile.head("plugin", "protocol")
    problems = pile.problems()
    return (None, problems) if problems or not isinstance(manifest, Manifest) else (manifest, [])


@attrs.define
class _Pile:
    """The files of one owner while they are read."""

    folder_name: str
    reader: Reader
    sources: dict[str, TomlSource]
    unread: list[Problem]

    @classmethod
    def read(cls, folder_name: str, files: Files, professions: Collection[str]) -> _Pile:
        """Parse every file, keeping the problems of those that cannot be."""
        sources: dict[str, TomlSource] = {}
        unread: list[Problem] = []
        for name in sorted(files):
            try:
                sources[name] = read_source(files[name], name)
            except FileProblems as problems:
                unread.extend(problems.problems)
        ids: set[str] = set()
        for source in sources.values():
            table = source.values.get("source")
            ids.update(table if isinstance(table, Mapping) else ())
        reader = Reader(professions, sources=None if unread else frozenset(ids))
        return cls(folder_name, reader, sources, unread)

    def having(self, kind: str) -> list[tuple[Place, object]]:
        """Return the places and values of a top-level table in all files."""
        return [
            (Place(name, (kind,)), source.values[kind])
            for name, source in self.sources.items()
            if kind in source.values
        ]

    def once(self, kind: str) -> tuple[Place, object] | None:
        """Return the one table of a kind; further ones are reported."""
        found = self.having(kind)
        for place, _ in found[1:]:
            self.reader.report(
                "duplicate-id",
                place,
                f"[{kind}] is in {found[0][0].file} already",
                advice="keep one of them",
                on_key=True,
            )
        return found[0] if found else None

    def head(self, kind: str, other: str) -> Manifest | ProtocolHead | None:
        """Return what the `[plugin]` or `[protocol]` table says; its defaults serve what is read after it."""
        found = self.once(kind)
        if found is None:
            self.reader.is_head_unread = bool(self.unread)
            if not self.unread:
                place = Place(next(iter(self.sources), self.folder_name))
                advice = f"this is a {other}" if self.having(other) else f"put it into {kind}.toml"
                self.reader.report("missing-head", place, f"there is no [{kind}] table", advice=advice)
            return None
        place, table = found
        shape = MANIFEST if kind == "plugin" else PROTOCOL
        if isinstance(table, Mapping) and (kind == "protocol" or "default_basis" in table):
            quiet = Reader()
            self.reader.default = default_evidence(shape.row(quiet, place, table))
        head: Manifest | ProtocolHead | None = shape.read(self.reader, place, table)
        if head is None and kind == "protocol" and isinstance(table, Mapping):
            return ProtocolHead(Row(), place, default_evidence(Row()))
        return head

    def contribution(self, owner: str, *, is_plugin: bool) -> Contribution:
        """Return the tables that plugins and protocols may both bring."""
        self._unknown_tables(is_plugin=is_plugin)
        tables = {kind.field: self.tables(kind) for kind in CONTRIBUTED}
        return Contribution(
            owner=owner,
            **tables,
            vocabulary=self._vocabulary(),
            replaces=dict(sorted(self.reader.replaces.items())),
            files={
                name: hashlib.sha256(source.text.encode()).hexdigest()
                for name, source in self.sources.items()
            },
            texts={name: source.text for name, source in self.sources.items()},
        )

    def tables(self, kind: Kind) -> Tables:
        """Return the definitions of one kind by id, over all files."""
        first: dict[str, Place] = {}
        found: Tables = {}
        for top, tables in self.having(kind.name):
            if not isinstance(tables, Mapping):
                self.reader.wrong_type(
                    top,
                    tables,
                    f"tables by id, as [{kind.name}.x]",
                )
                continue
            for word, table in tables.items():
                place = top.child(word)
                if word in first:
                    self.reader.report(
                        "duplicate-id",
                        place,
                        f"`{kind.name}.{word}` is in {first[word].file} already",
                        advice="give one of them another id",
                        on_key=True,
                    )
                    continue
                first[word] = place
                definition = self._one(kind, place, word, table)
                if definition is not None:
                    found[word] = definition
        return dict(sorted(found.items()))

    def _one(self, kind: Kind, place: Place, word: str, table: object) -> object:
        known = {key.name for key in kind.shape.keys}
        if not isinstance(table, Mapping) and word in known and not kind.shape.short:
            self.reader.report(
                "missing-id",
                place,
                f"`{word}` stands where an id is expected",
                expected=f"[{kind.name}.<id>] with `{word}` in it",
                on_key=True,
            )
            return None
        check_id(self.reader, place, word, taken=kind.taken)
        definition: object = kind.shape.read(self.reader, place, table)
        return definition

    def _vocabulary(self) -> dict[str, tuple[str, ...]]:
        words: dict[str, tuple[str, ...]] = {}
        for place, table in self.having("vocabulary"):
            lists = VOCABULARY.read(self.reader, place, table) or {}
            for name, more in lists.items():
                words[name] = tuple(sorted({*words.get(name, ()), *more}))
        return words

    def select(self) -> tuple[str, Selector | None]:
        """Return which selector a protocol uses, and what it changes of it."""
        found = self.once("select")
        if found is None:
            return "", None
        return SELECT.read(self.reader, *found) or ("", None)

    def main_track(self, place: Place, tracks: Tables) -> None:
        """Report a protocol without the track `main`."""
        named = [table for _, table in self.having("track") if isinstance(table, Mapping) and "main" in table]
        if not named and not self.unread:
            self.reader.report(
                "missing-main-track",
                place,
                "there is no [track.main]",
                expected='[track.main] with title and stages = ["...", "..."]',
                advice=f"one of the tracks has to be main: {', '.join(tracks)}" if tracks else "",
                on_key=True,
            )

    def _unknown_tables(self, *, is_plugin: bool) -> None:
        single = SINGLE_OF_PLUGINS if is_plugin else SINGLE_OF_PROTOCOLS
        kinds = CONTRIBUTED if is_plugin else (*CONTRIBUTED, *OF_PROTOCOLS)
        known = [*single, *(kind.name for kind in kinds)]
        elsewhere = {"plugin", "protocol", "track", "stage", "select", "journey", "given", "overlay"} - set(
            known
        )
        for name, source in self.sources.items():
            for word in source.values:
                if word in known:
                    continue
                advice = nearest(word, known)
                if word in elsewhere:
                    advice = f"[{word}] does not belong into the files of a {'plugin' if is_plugin else 'protocol'}"
                self.reader.report(
                    "unknown-table",
                    Place(name, (word,)),
                    f"there is no table `{word[:60]}`",
                    expected="" if advice else listed(known),
                    advice=advice,
                    on_key=True,
                )

    def problems(self) -> list[Problem]:
        """Return every problem with its line, errors first, in order of files and lines."""
        texts = {name: source.text for name, source in self.sources.items()}
        found = [*self.unread, *(located(problem, texts) for problem in self.reader.problems)]
        return list(FileProblems(found).problems)
