"""The definitions an episode is pinned to, kept as text, so that it goes on, and is replayed, by just those."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Final, cast

from rehabflow.catalog import Catalog
from rehabflow.definitions.contributions import Plugin, ProtocolPackage
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.loading.reader import PROFESSIONS
from rehabflow.rulebook.owners import Mandatory
from rehabflow.store.canonical import Json, decode, encode_text
from rehabflow.store.errors import Damaged, NotReplayable

SCHEMA: Final = "rehabflow/content/1"


def content_of(catalog: Catalog, protocol: str) -> str:
    """Return the texts of a protocol and of the plugins it uses, as canonical JSON."""
    rulebook = catalog.rulebook(protocol)
    python = {score.plugin for score in catalog.score_terms(protocol).values()}
    python |= {reviewer.plugin for reviewer in catalog.reviewers(protocol)}
    document: dict[str, Json] = {
        "digests": dict(rulebook.digests),
        "mandatory": list(catalog.mandatory.gates),
        "plugins": {
            owner: dict(catalog.plugins[owner].contribution.texts)
            for owner in rulebook.owners
            if owner in rulebook.digests and owner in catalog.plugins
        },
        "protocol": protocol,
        "python": sorted(python),
        "schema": SCHEMA,
        "texts": dict(catalog.protocols[protocol].contribution.texts),
    }
    return encode_text(document)


def sha256_of(text: str) -> str:
    """Return the name that a text is kept under."""
    return hashlib.sha256(text.encode()).hexdigest()


def rebuilt(text: str, digests: Mapping[str, str], professions: Collection[str] = PROFESSIONS) -> Catalog:
    """Return a catalog of kept texts.

    Raises:
        NotReplayable: they no longer give definitions of these digests, or need the Python of a plugin.
        Damaged: they are no content.
    """
    document = decode(text.encode())
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise Damaged("the kept definitions are not as they were written")
    if document["python"]:
        raise NotReplayable(
            f"the decision used Python of {', '.join(cast('list[str]', document['python']))}; install the versions "
            "it was made with"
        )
    plugins: list[Plugin] = []
    problems = 0
    for owner, texts in cast("dict[str, dict[str, str | bytes]]", document["plugins"]).items():
        plugin, found = load_plugin(owner, texts, professions)
        problems += len(found) if plugin is None else 0
        plugins += [] if plugin is None else [plugin]
    name = cast("str", document["protocol"])
    package, _ = load_protocol(name, cast("dict[str, str | bytes]", document["texts"]), professions)
    if package is None or problems:
        raise NotReplayable("this version of rehabflow no longer reads the definitions that were kept")
    catalog = _catalog(plugins, package, tuple(cast("list[str]", document["mandatory"])))
    if dict(catalog.rulebook(name).digests) != dict(digests):
        raise NotReplayable(
            "this version of rehabflow reads the kept definitions otherwise than they were meant"
        )
    return catalog


def _catalog(plugins: list[Plugin], package: ProtocolPackage, mandatory: tuple[str, ...]) -> Catalog:
    return Catalog.of(plugins, [package], Mandatory(mandatory))
