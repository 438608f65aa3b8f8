"""What the list and show commands share: definitions by id with their owners, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import attrs

from rehabflow.cli.loading import one_of, open_catalog, references_of
from rehabflow.cli.options import Sources
from rehabflow.cli.printing import show, show_json
from rehabflow.cli.rulebooks import rulebook_with
from rehabflow.definitions.contributions import Contribution
from rehabflow.registry import OpenCatalog
from rehabflow.render.documents import Documents
from rehabflow.render.page import Block
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.rulebook.model import Rulebook

Definition = TypeVar("Definition")


@attrs.frozen
class Shelf:
    """An open catalog with what is needed to show its definitions."""

    catalog: OpenCatalog
    references: References

    @classmethod
    def open(cls, sources: Sources) -> Shelf:
        """Return the catalog of these sources."""
        catalog = open_catalog(sources)
        return cls(catalog, references_of(catalog))

    def contributions(self) -> Iterator[tuple[str, Contribution]]:
        """Yield every owner with its tables: plugins, then protocols."""
        for id_, plugin in self.catalog.plugins.items():
            yield id_, plugin.contribution
        for id_, package in self.catalog.protocols.items():
            yield id_, package.contribution

    def owned(
        self, tables: Callable[[Contribution], Mapping[str, Definition]]
    ) -> dict[str, tuple[str, Definition]]:
        """Return the definitions of a kind by id, each with its owner, in order of ids."""
        found: dict[str, tuple[str, Definition]] = {}
        for owner, contribution in self.contributions():
            for id_, definition in tables(contribution).items():
                found.setdefault(id_, (owner, definition))
        return dict(sorted(found.items()))

    def one(
        self, kind: str, word: str, tables: Callable[[Contribution], Mapping[str, Definition]]
    ) -> tuple[Rulebook, Definition]:
        """Return a definition by id, and a rulebook that holds it.

        Raises:
            UsageError: nothing is called so.
        """
        owner, definition = one_of(kind, word, self.owned(tables))
        return rulebook_with(self.catalog, owner), definition

    def show(
        self, kind: str, definition: object, rulebook: Rulebook, page: list[Block], *, as_json: bool
    ) -> None:
        """Print the page of a definition, or its JSON document."""
        if as_json:
            document = Documents(Sayings(rulebook), self.references).of(definition)
            show_json({"schema": f"rehabflow/{kind}/1", kind: document})
        else:
            show(page)
