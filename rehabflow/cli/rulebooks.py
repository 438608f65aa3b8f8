"""A rulebook in which a plugin's definitions can be read, scored and said in English, with or without a protocol."""

from __future__ import annotations

from typing import Final

from rehabflow.catalog import Catalog
from rehabflow.definitions.common import Evidence
from rehabflow.definitions.contributions import Contribution, ProtocolPackage
from rehabflow.definitions.protocols import Protocol, Stage, Track
from rehabflow.problems import FileProblems, Place, RehabflowError
from rehabflow.rulebook.assemble import assemble
from rehabflow.rulebook.model import Rulebook

_PLACE: Final = Place("")


def rulebook_with(catalog: Catalog, owner: str) -> Rulebook:
    """Return the rulebook of a protocol, or of one that requires the plugin `owner`; of the plugin alone if none does.

    Raises:
        FileProblems: the plugin, or one that it requires, has an error.
    """
    if owner in catalog.protocols:
        return catalog.rulebook(owner)
    for protocol in catalog.protocols:
        try:
            rulebook = catalog.rulebook(protocol)
        except RehabflowError:
            continue
        if owner in rulebook.owners:
            return rulebook
    return _alone(catalog, owner)


def _alone(catalog: Catalog, owner: str) -> Rulebook:
    """Return a rulebook of nothing but a plugin and what it requires."""
    evidence = Evidence("clinic")
    protocol = Protocol(
        id="alone",
        version="0",
        title="",
        status="draft",
        for_whom="",
        not_for="",
        requires={owner: ">=0"},
        place=_PLACE,
        default_evidence=evidence,
        tracks={"main": Track("main", "", ("only",), _PLACE)},
        stages={"only": Stage("only", "", "settle", 5, _PLACE)},
    )
    package = ProtocolPackage(protocol, Contribution("alone"))
    assembled = assemble(package, catalog.plugins, catalog.mandatory)
    if assembled.rulebook is None:
        raise FileProblems(problem for problem in assembled.problems if problem.severity == "error")
    return assembled.rulebook
