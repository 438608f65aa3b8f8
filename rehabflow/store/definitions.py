"""The definitions an episode goes on by: those installed if they are the pinned ones, else those kept in the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

from rehabflow.catalog import Catalog
from rehabflow.frozen import frozen
from rehabflow.loading.reader import PROFESSIONS
from rehabflow.problems import FileProblems, PluginError, UsageError
from rehabflow.store.content import content_of, rebuilt, sha256_of
from rehabflow.store.errors import NotReplayable
from rehabflow.store.port import Store


@frozen(eq=False)
class Definitions:
    """Finds the catalog of a pin; keeps what new pins need."""

    store: Store
    catalog: Catalog
    professions: Collection[str] = PROFESSIONS
    _rebuilt: dict[str, Catalog] = attrs.field(factory=dict, init=False, repr=False)

    def pinned(self, protocol: str, digests: Mapping[str, str], content: str) -> Catalog:
        """Return a catalog in which the protocol has just these digests.

        Raises:
            NotReplayable: it is neither installed nor can it be rebuilt.
        """
        if self.has(protocol, digests):
            return self.catalog
        if content not in self._rebuilt:
            text = self.store.kept(content)
            if text is None or sha256_of(text) != content:
                raise NotReplayable(
                    f"the definitions of `{protocol}` are not kept in this store, or were changed"
                )
            self._rebuilt[content] = rebuilt(text, digests, self.professions)
        return self._rebuilt[content]

    def has(self, protocol: str, digests: Mapping[str, str]) -> bool:
        """Return whether the installed protocol has just these digests."""
        try:
            return dict(self.catalog.rulebook(protocol).digests) == dict(digests)
        except (UsageError, FileProblems, PluginError):
            return False

    def keep(self, protocol: str) -> str:
        """Keep the installed definitions of a protocol; return the name they are kept under.

        Raises:
            UsageError, FileProblems, PluginError: there is no such protocol, or it cannot be used.
        """
        text = content_of(self.catalog, protocol)
        name = sha256_of(text)
        if self.store.kept(name) is None:
            self.store.keep(name, text)
        return name
