"""`rehabflow protocol`: list and show."""

from __future__ import annotations

from pathlib import Path

import click

from rehabflow.cli.loading import choose, references_of
from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show, show_json
from rehabflow.cli.showing import Shelf
from rehabflow.problems import UsageError
from rehabflow.render import lists
from rehabflow.render.documents import Documents
from rehabflow.render.evidence import EvidenceOf
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.render.show_evidence import evidence_blocks, evidence_document
from rehabflow.render.show_protocol import ProtocolPage
from rehabflow.rulebook.model import Rulebook


@click.command("list")
@json_option
@source_options
def list_protocols(
    *, as_json: bool, plugins: tuple[Path, ...], trust: tuple[Path, ...], allow: tuple[str, ...]
) -> int:
    """List the protocols with their versions and status."""
    shelf = Shelf.open(Sources(plugins, trust, allow))
    packages = shelf.catalog.protocols.values()
    listing = lists.protocols(
        (package.protocol, _folder(package.protocol.place.file)) for package in packages
    )
    if as_json:
        show_json(listing.document())
    else:
        show(listing.blocks())
    return 0


def _folder(file: str) -> str:
    """Return the folder of a protocol's file by its shown name; a protocol of one file is its own."""
    return file.removesuffix("/protocol.toml")


@click.command("show")
@click.argument("protocol")
@click.option("--evidence", is_flag=True, help="Show what each rule and number rests on instead.")
@click.option("--path", "only_path", is_flag=True, help="Print only the folder it stands in, to copy it.")
@json_option
@source_options
def show_protocol(
    *,
    protocol: str,
    evidence: bool,
    only_path: bool,
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Show PROTOCOL: for whom it is, its stages with their criteria in English, gates, numbers and sources."""
    sources = Sources(plugins, trust, allow)
    chosen = choose(protocol, sources)
    if only_path:
        if chosen.folder is None:
            raise UsageError(f"the protocol `{chosen.protocol}` stands in no folder that could be copied")
        click.echo(str(chosen.folder))
        return 0
    rulebook = chosen.catalog.rulebook(chosen.protocol)
    references = references_of(chosen.catalog)
    if evidence:
        _show_evidence(rulebook, references, as_json=as_json)
    else:
        _show_protocol(rulebook, references, as_json=as_json)
    return 0


def _show_evidence(rulebook: Rulebook, references: References, *, as_json: bool) -> None:
    rows = EvidenceOf(rulebook, Sayings(rulebook), references).rows()
    if as_json:
        show_json(evidence_document(rulebook, rows, references))
    else:
        show(evidence_blocks(rulebook, rows, references))


def _show_protocol(rulebook: Rulebook, references: References, *, as_json: bool) -> None:
    sayings = Sayings(rulebook)
    if not as_json:
        show(ProtocolPage(rulebook, sayings, references).blocks())
        return
    documents = Documents(sayings, references)
    show_json({
        "schema": "rehabflow/protocol/1",
        "protocol": documents.of(rulebook.protocol),
        "gates": sorted({rule.gate for rule in rulebook.gates}),
        "parameters": {id_: documents.of(rule.definition) for id_, rule in rulebook.parameters.items()},
    })  # fmt: skip
