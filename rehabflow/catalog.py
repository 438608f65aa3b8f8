"""The catalog: every plugin and protocol loaded, and the rulebooks they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from rehabflow.conditions.faults import nearest
from rehabflow.definitions.contributions import Manifest, Plugin, ProtocolPackage
from rehabflow.definitions.extensions import Reviewer, ScoreFunction
from rehabflow.definitions.protocols import Protocol
from rehabflow.frozen import frozen
from rehabflow.problems import FileProblems, Place, Problem, UsageError
from rehabflow.rulebook.assemble import Assembled, assemble
from rehabflow.rulebook.capacity import Capacity
from rehabflow.rulebook.model import Rulebook
from rehabflow.rulebook.owners import Mandatory
from rehabflow.rulebook.reports import Report

Named = TypeVar("Named", Plugin, ProtocolPackage)


@frozen(eq=False)
class Catalog:
    """All plugins and protocols by id; nothing in it changes, so a rulebook is assembled once.

    `mandatory` are gates (`plugin.gate`) that the clinic wants in force in every protocol.
    """

    plugins: Mapping[str, Plugin]
    protocols: Mapping[str, ProtocolPackage]
    mandatory: Mandatory = attrs.field(factory=Mandatory)
    _assembled: dict[str, Assembled] = attrs.field(factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls,
        plugins: Iterable[Plugin],
        protocols: Iterable[ProtocolPackage],
        mandatory: Mandatory | None = None,
    ) -> Catalog:
        """Return the catalog of these plugins and protocols.

        Raises:
            FileProblems: two plugins, or two protocols, have one id.
        """
        problems: list[Problem] = []
        plugins_by_id = _by_id("plugin", plugins, problems)
        protocols_by_id = _by_id("protocol", protocols, problems)
        if problems:
            raise FileProblems(problems)
        return cls(plugins_by_id, protocols_by_id, mandatory or Mandatory())

    def rulebook(self, protocol: str) -> Rulebook:
        """Return the rulebook of a protocol.

        Raises:
            UsageError: there is no such protocol.
            FileProblems: it, or a plugin it needs, cannot be used; with every problem found.
        """
        if protocol not in self.protocols:
            known = ", ".join(self.protocols) or "none"
            hint = nearest(protocol, self.protocols)
            raise UsageError(f"there is no protocol `{protocol}`; {hint or f'there are: {known}'}")
        assembled = self._assemble(protocol)
        if assembled.rulebook is None:
            raise FileProblems(problem for problem in assembled.problems if problem.severity == "error")
        return assembled.rulebook

    def score_terms(self, protocol: str) -> Mapping[str, ScoreFunction]:
        """Return the scores that plugins compute for a protocol, by name: none without Python plugins."""
        del protocol
        return MappingProxyType({})

    def reviewers(self, protocol: str) -> tuple[Reviewer[Any], ...]:  # Any: decisions live on a higher floor
        """Return the reviewers of the plugins that a protocol requires: none without Python plugins."""
        del protocol
        return ()

    def check(self, covers: Callable[[str], bool] = lambda _: True) -> tuple[Problem, ...]:
        """Return every problem of every protocol, and of every plugin with what it requires, each once.

        Only problems of the files that `covers` says yes to; what does not reach these is not looked at.
        """
        meant = {id_ for id_, plugin in self.plugins.items() if any(map(covers, plugin.contribution.texts))}
        found: dict[tuple[object, ...], Problem] = {}
        for id_, package in self.protocols.items():
            if any(map(covers, package.contribution.texts)) or meant & self._behind(package.protocol):
                for problem in (*self._assemble(id_).problems, *self._unfillable(id_)):
                    found.setdefault(_identity(problem), problem)
        for id_, plugin in self.plugins.items():
            if id_ in meant or meant & self._behind(plugin.manifest):
                for problem in assemble(plugin, self.plugins).problems:
                    found.setdefault(_identity(problem), problem)
        return FileProblems(problem for problem in found.values() if covers(problem.place.file)).problems

    def _behind(self, head: Manifest | Protocol) -> set[str]:
        """Return the ids of the plugins that a plugin or protocol requires, itself or through others."""
        found: set[str] = set()
        ahead = [*head.requires]
        if isinstance(head, Protocol):
            ahead += [address.partition(".")[0] for address in self.mandatory.gates]
        while ahead:
            id_ = ahead.pop()
            if id_ not in found and id_ in self.plugins:
                ahead.extend(self.plugins[id_].manifest.requires)
            found.add(id_)
        return found

    def _unfillable(self, protocol: str) -> tuple[Problem, ...]:
        """Return warnings of places that nothing can fill: too slow to look for before every run."""
        report = Report()
        rulebook = self._assemble(protocol).rulebook
        if rulebook is not None:
            Capacity(rulebook, report).check()
        return tuple(report.problems)

    def _assemble(self, protocol: str) -> Assembled:
        if protocol not in self._assembled:
            self._assembled[protocol] = assemble(self.protocols[protocol], self.plugins, self.mandatory)
        return self._assembled[protocol]


def _by_id(kind: str, found: Iterable[Named], problems: list[Problem]) -> dict[str, Named]:
    by_id: dict[str, Named] = {}
    for definition in found:
        id_, place = _id_and_place(definition)
        if id_ in by_id:
            other = _id_and_place(by_id[id_])[1].file
            problems.append(
                Problem(
                    "same-id",
                    f"the {kind} `{id_}` is declared here and in {other}",
                    place.child("id"),
                    expected=f"one {kind} of a name",
                    help="rename one, or leave its folder out",
                )
            )
        by_id.setdefault(id_, definition)
    return {id_: by_id[id_] for id_ in sorted(by_id)}


def _id_and_place(definition: Plugin | ProtocolPackage) -> tuple[str, Place]:
    head = definition.manifest if isinstance(definition, Plugin) else definition.protocol
    return head.id, head.place


def _identity(problem: Problem) -> tuple[object, ...]:
    """Return what makes two problems the same: found in several protocols, each is told once."""
    return problem.code, problem.message, problem.place, problem.span, problem.severity
