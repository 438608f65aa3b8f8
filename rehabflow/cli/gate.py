"""`rehabflow gate`: list and show."""

from __future__ import annotations

from pathlib import Path

import click

from rehabflow.cli.loading import one_of
from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show, show_json
from rehabflow.cli.rulebooks import rulebook_with
from rehabflow.cli.showing import Shelf
from rehabflow.definitions.gates import LEVELS, Gate
from rehabflow.problems import UsageError
from rehabflow.render import lists
from rehabflow.render.sayings import Sayings
from rehabflow.render.show_gate import gate_page
from rehabflow.render.words import listed


def _gates(shelf: Shelf) -> dict[str, tuple[str, Gate]]:
    """Return every gate by `owner.gate`, with its owner."""
    return {
        f"{owner}.{id_}": (owner, gate)
        for owner, contribution in shelf.contributions()
        for id_, gate in sorted(contribution.gates.items())
    }


@click.command("list")
@json_option
@source_options
def list_gates(
    *, as_json: bool, plugins: tuple[Path, ...], trust: tuple[Path, ...], allow: tuple[str, ...]
) -> int:
    """List the safety gates with their owners and levels."""
    shelf = Shelf.open(Sources(plugins, trust, allow))
    listing = lists.gates((address, owner, gate) for address, (owner, gate) in _gates(shelf).items())
    if as_json:
        show_json(listing.document())
    else:
        show(listing.blocks())
    return 0


@click.command("show")
@click.argument("id")
@json_option
@source_options
def show_gate(
    *,
    id: str,  # noqa: A002 - click's name of the argument
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Show the gate ID: when each level triggers, what ends it, who may set it aside.

    ID is `plugin.gate`, or `gate` alone where only one has that name.
    """
    shelf = Shelf.open(Sources(plugins, trust, allow))
    gates = _gates(shelf)
    address = _address(id, gates)
    owner, gate = gates[address]
    rulebook = rulebook_with(shelf.catalog, owner)
    page = gate_page(gate, address, Sayings(rulebook), shelf.references)
    shelf.show("gate", gate, rulebook, page, as_json=as_json)
    return 0


def _address(word: str, gates: dict[str, tuple[str, Gate]]) -> str:
    """Return the address of the gate that is meant; a level after it is left off.

    Raises:
        UsageError: there is none, or several plugins have one of that name.
    """
    name, _, level = word.rpartition(".")
    meant = name if level in LEVELS and name else word
    if meant in gates:
        return meant
    found = [address for address in gates if address.partition(".")[2] == meant]
    if len(found) > 1:
        raise UsageError(f"several gates are called `{meant}`: {listed(found)}")
    if not found:
        one_of("gate", meant, gates)
    return found[0]
