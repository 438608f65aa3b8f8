"""Where keys and values stand in a TOML text; imported only when there is something to show."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs
import tree_sitter
import tree_sitter_toml

from rehabflow.frozen import frozen
from rehabflow.toml_source.texts import character_end, decoded_key, offsets_of_characters

Path = tuple[str | int, ...]
_KEYS = ("bare_key", "quoted_key", "dotted_key")
_VALUES_WITHOUT = frozenset({"comment", ",", "[", "]", "{", "}", "=", "."})


@frozen
class Entry:
    """Byte offsets of a key and of its value; a table of its own has its header's name as both."""

    key: tuple[int, int]
    value: tuple[int, int]
    is_text: bool = False


@attrs.define
class Index:
    """Every path of a text; `duplicates` are (path, first, second) definitions that clash."""

    data: bytes
    entries: dict[Path, Entry] = attrs.field(factory=dict)
    duplicates: list[tuple[Path, tuple[int, int], tuple[int, int]]] = attrs.field(factory=list)
    kinds: dict[Path, str] = attrs.field(factory=dict)
    counts: dict[Path, int] = attrs.field(factory=dict)

    def add(
        self, path: Path, key: tuple[int, int], value: tuple[int, int], kind: str, is_text: bool = False
    ) -> None:
        """Note a definition; `kind` is `header`, `list` (of tables), `implied`, `dotted` or `value`."""
        before = self.kinds.get(path)
        if kind in ("implied", "dotted"):
            if kind == "dotted" and before in ("header", "value") and self.entries[path].key != key:
                self.duplicates.append((path, self.entries[path].key, key))
            if before is None:
                self.kinds[path] = kind
                self.entries[path] = Entry(key, value)
            elif before == "value" and kind == "implied":
                self.duplicates.append((path, self.entries[path].key, key))
            return
        if before is not None and before != "implied":
            self.duplicates.append((path, self.entries[path].key, key))
            return
        self.kinds[path] = kind
        self.entries[path] = Entry(key, value, is_text)

    def offset(self, byte: int) -> int:
        """Return the character offset of a byte offset."""
        return len(self.data[:byte].decode("utf-8", "replace"))


@functools.lru_cache(maxsize=16)
def index_of(text: str) -> Index:
    """Return the index of a TOML text."""
    data = text.encode()
    language = tree_sitter.Language(tree_sitter_toml.language())
    root = tree_sitter.Parser(language).parse(data).root_node
    index = Index(data)
    for node in root.children:
        if node.type == "pair":
            _pair(index, (), node)
        elif node.type in ("table", "table_array_element"):
            _table(index, node)
    return index


def _key_parts(node: tree_sitter.Node) -> Iterator[tuple[str, tuple[int, int]]]:
    if node.type == "dotted_key":
        for child in node.children:
            if child.type in _KEYS:
                yield from _key_parts(child)
        return
    raw = (node.text or b"").decode("utf-8", "replace")
    yield decoded_key(raw), (node.start_byte, node.end_byte)


def _table(index: Index, node: tree_sitter.Node) -> None:
    name = next((child for child in node.children if child.type in _KEYS), None)
    if name is None:
        return
    parts = list(_key_parts(name))
    start = parts[0][1][0]
    path: Path = ()
    for part, span in parts[:-1]:
        path = (*path, part)
        index.add(path, span, (start, span[1]), "implied")
        if path in index.counts:
            path = (*path, index.counts[path] - 1)
    part, span = parts[-1]
    path = (*path, part)
    whole = (start, span[1])
    if node.type == "table":
        index.add(path, span, whole, "header")
    else:
        if index.kinds.get(path) in ("header", "value", "dotted"):
            index.duplicates.append((path, index.entries[path].key, span))
            return
        if path not in index.counts:
            index.kinds[path] = "list"
            index.entries[path] = Entry(span, whole)
        index.counts[path] = index.counts.get(path, 0) + 1
        path = (*path, index.counts[path] - 1)
        index.add(path, span, whole, "header")
    for child in node.children:
        if child.type == "pair":
            _pair(index, path, child)


def _pair(index: Index, base: Path, node: tree_sitter.Node) -> None:
    key = next((child for child in node.children if child.type in _KEYS), None)
    values = [
        child for child in node.children if child.type not in _VALUES_WITHOUT and child.type not in _KEYS
    ]
    if key is None or not values:
        return
    parts = list(_key_parts(key))
    path = base
    for part, span in parts[:-1]:
        path = (*path, part)
        index.add(path, span, (parts[0][1][0], span[1]), "dotted")
    part, span = parts[-1]
    _value(index, (*path, part), span, values[0])


def _value(index: Index, path: Path, key: tuple[int, int], node: tree_sitter.Node) -> None:
    index.add(path, key, (node.start_byte, node.end_byte), "value", node.type == "string")
    if node.type == "inline_table":
        for child in node.children:
            if child.type == "pair":
                _pair(index, path, child)
    elif node.type == "array":
        elements = (child for child in node.children if child.type not in _VALUES_WITHOUT)
        for number, child in enumerate(elements):
            _value(index, (*path, number), (child.start_byte, child.end_byte), child)


def locate(text: str, path: Path, on_key: bool, span: tuple[int, int] | None) -> tuple[int, int, int, int]:
    """Return line, column, end line, end column of a path, or of the nearest table around it.

    `span` counts characters of the value, if it is a text.
    """
    index = index_of(text)
    found = path
    while found and found not in index.entries:
        found = found[:-1]
    entry = index.entries.get(found)
    if entry is None:
        return (1, 1, 1, 1)
    bounds = entry.key if on_key and found == path else entry.value
    start, end = index.offset(bounds[0]), index.offset(bounds[1])
    if span is not None and found == path and entry.is_text and not on_key:
        raw = text[start:end]
        offsets = offsets_of_characters(raw)
        last = len(offsets) - 1
        first, stop = min(max(span[0], 0), last), min(max(span[1], span[0] + 1), last)
        end = start + (character_end(raw, offsets[stop - 1]) if stop > first else offsets[first])
        start += offsets[first]
    return (*_position(text, start), *_position(text, end))


def _position(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
