"""What the list and show commands share: definitions by id with their owners, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from rehabflow.cli.loading import one_of, open_catalog, references_of
from rehabflow.cli.options import Sources
from rehabflow.cli.printing import show, show_json
from rehabflow.cli.rulebooks import rulebook_with
from rehabflow.definitions.contributions import Contribution
from rehabflow.frozen import frozen
from rehabflow.problems import UsageError
from rehabflow.registry import OpenCatalog
from rehabflow.render.documents import Documents
from rehabflow.render.page import Block
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.render.words import listed
from rehabflow.rulebook.model import Rulebook

Definition = TypeVar("Definition")
Tables = Callable[[Contribution], Mapping[str, Definition]]


@frozen
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

    def owned(self, tables: Tables[Definition]) -> list[tuple[str, Definition]]:
        """Return the definitions of a kind with their owners, in order of ids; two plugins may use one id."""
        found = [
            (id_, owner, definition)
            for owner, contribution in self.contributions()
            for id_, definition in tables(contribution).items()
        ]
        return [(owner, definition) for _, owner, definition in sorted(found, key=lambda one: one[:2])]

    def one(self, kind: str, word: str, tables: Tables[Definition]) -> tuple[Rulebook, Definition]:
        """Return a definition by `id` or `plugin.id`, and a rulebook that holds it.

        Raises:
            UsageError: nothing is called so, or things of several plugins are.
        """
        named: dict[str, list[tuple[str, Definition]]] = {}
        for owner, contribution in self.contributions():
            for id_, definition in tables(contribution).items():
                for name in (id_, f"{owner}.{id_}"):
                    named.setdefault(name, []).append((owner, definition))
        found = one_of(kind, word, named)
        if len(found) > 1:
            addresses = listed([f"{owner}.{word}" for owner, _ in found], "or")
            raise UsageError(f"several plugins have an {kind} `{word}`; say which: {addresses}")
        owner, definition = found[0]
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
