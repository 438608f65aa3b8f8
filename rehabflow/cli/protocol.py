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
from rehabflow.render.sayings import Sayings
from rehabflow.render.show_protocol import ProtocolPage


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
@click.option("--path", "only_path", is_flag=True, help="Print only the folder it stands in, to copy it.")
@json_option
@source_options
def show_protocol(
    *,
    protocol: str,
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
    sayings = Sayings(rulebook)
    if as_json:
        document = Documents(sayings, references).of(rulebook.protocol)
        parameters = {
            id_: Documents(sayings, references).of(rule.definition)
            for id_, rule in rulebook.parameters.items()
        }
        gates = sorted({rule.gate for rule in rulebook.gates})
        show_json(
            {"schema": "rehabflow/protocol/1", "protocol": document, "gates": gates, "parameters": parameters}
        )
    else:
        show(ProtocolPage(rulebook, sayings, references).blocks())
    return 0
