"""A plugin in plain words: its use and misuse, authors, sources, what it needs, what it brings, and its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # values of a JSON document

import attrs

from rehabflow.definitions.common import Source
from rehabflow.definitions.contributions import Manifest
from rehabflow.frozen import frozen
from rehabflow.render.page import Block, Gap, Heading, Line, bullets, fields
from rehabflow.render.words import counted, listed


@frozen
class PluginShown:
    """What is told of a plugin.

    `manifest` None: it cannot be read. `reason`: why it is quarantined, "" if it is not.
    """

    id: str
    path: str
    kind: str
    has_code: bool
    manifest: Manifest | None = None
    reason: str = ""
    where: str = ""
    hooks: tuple[str, ...] = ()
    brings: Mapping[str, int] = attrs.field(factory=dict)
    sources: tuple[Source, ...] = ()
    problems: int = 0
    printed: str = ""

    @property
    def status(self) -> str:
        """Return `active` or `quarantined`."""
        return "quarantined" if self.reason else "active"

    def document(self) -> dict[str, Any]:
        """Return the JSON document of a plugin."""
        head = self.manifest
        return {
            "id": self.id,
            "version": head.version if head else None,
            "title": head.title if head else None,
            "status": self.status,
            "reason": self.reason or None,
            "where": self.where or None,
            "path": self.path,
            "kind": self.kind,
            "python": self.has_code,
            "use": head.use if head else None,
            "misuse": head.misuse if head else None,
            "authors": list(head.authors) if head else [],
            "requires": dict(head.requires) if head else {},
            "hooks": list(self.hooks),
            "brings": dict(self.brings),
            "sources": [
                {"id": one.id, "cite": one.cite, "seen": one.seen, "url": one.url} for one in self.sources
            ],
            "problems": self.problems,
        }


def plugin_page(plugin: PluginShown) -> list[Block]:
    """Return the page of a plugin."""
    head = plugin.manifest
    name = f"{head.title} ({plugin.id} {head.version})" if head else plugin.id
    blocks: list[Block] = [Heading(name, 1)]
    if plugin.reason:
        blocks.append(Line(f"QUARANTINED: {plugin.reason}", 2, tone="stop"))
    if head is not None:
        requires = [f"{one} {wanted}" for one, wanted in head.requires.items()]
        blocks.extend(
            fields((
                ("Use", head.use),
                ("Misuse", head.misuse),
                ("Authors", listed(head.authors)),
                ("Requires", listed(requires)),
            ))
        )  # fmt: skip
    brings = [_brought(kind, number) for kind, number in plugin.brings.items()]
    blocks.extend(
        fields((
            ("Brings", listed(brings)),
            ("Python", f"yes, {listed(plugin.hooks)}" if plugin.has_code else "no, TOML only"),
            ("Stands in", f"{plugin.path} ({plugin.kind})"),
        ))
    )  # fmt: skip
    cites = [f"{one.cite} ({_seen(one)}){f', {one.url}' if one.url else ''}" for one in plugin.sources]
    if cites:
        blocks += [Gap(), Heading("Sources"), *bullets(cites)]
    return blocks


_WORDS = {
    "advice": ("advice", "advices"),
    "criteria": ("criterion", "criteria"),
    "diary": ("diary item", "diary items"),
    "vocabulary": ("word list", "word lists"),
}


def _brought(kind: str, number: int) -> str:
    """Return `2 gates`, `1 criterion`; `kind` is a field of Contribution."""
    one, several = _WORDS.get(kind, (kind.removesuffix("s"), kind))
    return counted(number, one, several)


def _seen(source: Source) -> str:
    return "recalled, unchecked" if source.seen == "recalled" else f"{source.seen} read"


def doctor_blocks(plugins: Sequence[PluginShown]) -> list[Block]:
    """Return the state of each plugin, and what is wrong with those that are switched off."""
    blocks: list[Block] = []
    for plugin in plugins:
        if plugin.reason:
            where = f" ({plugin.where})" if plugin.where else ""
            blocks.append(
                Line(f"QUARANTINED {plugin.id}, {plugin.path}: {plugin.reason}{where}", tone="stop")
            )
        else:
            brings = listed([_brought(kind, number) for kind, number in plugin.brings.items()], most=4)
            blocks.append(Line(f"ok {plugin.id}, {plugin.path}: {brings or 'brings nothing'}", tone="good"))
        if plugin.printed:
            blocks.append(Line(f"it printed: {plugin.printed[:300]}", 4, tone="care"))
    broken = sum(bool(plugin.reason) for plugin in plugins)
    word = (
        "all in use"
        if not broken
        else f"{broken} switched off; a protocol that needs one of them does not start"
    )
    return [*blocks, Gap(), Line(f"{counted(len(plugins), 'plugin')}: {word}.")]
