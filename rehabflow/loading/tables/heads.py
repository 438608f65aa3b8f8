"""The heads of files: a plugin's manifest and a protocol's head."""

from __future__ import annotations

from typing import Final

from rehabflow.definitions.common import Evidence
from rehabflow.definitions.contributions import Manifest
from rehabflow.frozen import frozen
from rehabflow.loading.containers import ListOf, TableOf
from rehabflow.loading.evidence import BASES, check_source
from rehabflow.loading.reader import Reader
from rehabflow.loading.shapes import Key, Row, Shape
from rehabflow.loading.specs import Id, OneOf, Text, Whole
from rehabflow.loading.tables.shared import TITLE
from rehabflow.loading.written import ADDRESS, BASELINE, RANGE, VERSION
from rehabflow.problems import Place

_ID: Final = Key("id", Id(), "its name in other files and on the command line", required=True)
_VERSION: Final = Key("version", VERSION, "raised with every change", required=True)
_REQUIRES: Final = TableOf(RANGE, "plugins")
_DEFAULT_SOURCE: Final = Key(
    "default_source", Id("the id of a [source.x] of these files"), "the source of all numbers that name none"
)


def default_evidence(row: Row) -> Evidence:
    """Return what numbers rest on that say nothing themselves."""
    return Evidence(row.get("default_basis", "consensus"), row.get("default_source", ""))


def _default_source(reader: Reader, place: Place, row: Row) -> None:
    if "default_source" in row:
        check_source(reader, place.child("default_source"), row["default_source"])


def _manifest(_reader: Reader, place: Place, row: Row) -> Manifest:
    return Manifest(
        id=row["id"],
        version=row["version"],
        api=row["api"],
        title=row["title"],
        use=row["use"],
        misuse=row["misuse"],
        place=place,
        authors=row.get("authors", ()),
        sources=row.get("sources", ()),
        requires=row.get("requires", {}),
        default_evidence=default_evidence(row),
    )


MANIFEST: Final = Shape(
    "plugin's manifest",
    "What the plugin is, for whom, by whom, and what it needs.",
    (
        _ID,
        _VERSION,
        Key("api", Whole(1, 1_000), "the number of the plugin interface it was written for", required=True),
        TITLE,
        Key("use", Text("a text", lines=True), "for whom it is meant", required=True),
        Key("misuse", Text("a text", lines=True), "what it must not be used for", required=True),
        Key("authors", ListOf(Text("a name"), least=1), "who wrote it"),
        Key("sources", ListOf(Text("a publication"), least=1), "what it as a whole rests on"),
        Key("requires", _REQUIRES, "plugins it needs, and which versions"),
        Key("default_basis", OneOf(BASES), "the basis of all numbers that say none"),
        _DEFAULT_SOURCE,
    ),
    _manifest,
    checks=(_default_source,),
)


@frozen
class ProtocolHead:
    """The `[protocol]` table, before tracks and stages are known."""

    row: Row
    place: Place
    evidence: Evidence


def _head(_reader: Reader, place: Place, row: Row) -> ProtocolHead:
    return ProtocolHead(row, place, default_evidence(row))


PROTOCOL: Final = Shape(
    "protocol's head",
    "What the protocol is, for whom it is and is not, and what it needs.",
    (
        _ID,
        _VERSION,
        TITLE,
        Key("status", OneOf(("draft", "active", "retired")), "draft, active or retired", required=True),
        Key("for_whom", Text("a text", lines=True), "the patients it is for", required=True),
        Key("not_for", Text("a text", lines=True), "the patients it is not for", required=True),
        Key("requires", _REQUIRES, "plugins it needs, and which versions", required=True),
        Key("must_have", ListOf(ADDRESS, least=1), "gates that have to exist, as plugin.gate"),
        Key("default_basis", OneOf(BASES), "the basis of all numbers that say none", required=True),
        _DEFAULT_SOURCE,
        Key("baseline", BASELINE, "what improvement is measured from: first, or before:<event>"),
        Key("sides", OneOf(("one", "one_or_both")), "whether one side is involved, or one or both"),
        Key("advice", ListOf(Id("an advice"), least=1), "advice to show, in this order"),
        Key("replaces", Id("a protocol"), "the older protocol that this one replaces"),
    ),
    _head,
    checks=(_default_source,),
)
