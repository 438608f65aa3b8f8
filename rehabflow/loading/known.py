"""What the entries of a journey may name: the definitions that a protocol and its plugins bring."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

import attrs

from rehabflow.catalog import Catalog
from rehabflow.conditions.types import Type
from rehabflow.definitions.common import ClearanceKind, EventKind, Parameter, Profession
from rehabflow.definitions.measures import Assessment, DiaryItem
from rehabflow.frozen import frozen
from rehabflow.loading.reader import ANY_CLINICIAN
from rehabflow.problems import FileProblems, PluginError, UsageError
from rehabflow.rulebook.model import CriterionRule, Rulebook


@frozen(eq=False)
class Known:
    """The names of one protocol.

    `types` gives what values a measure, item (`odi.s1`) or diary item (`session.y`) takes. `gates` are addresses of
    levels and `rules` addresses `rule.x`, with who may set them aside. `tracks` have their stages in order.
    """

    assessments: Mapping[str, Assessment]
    diary: Mapping[str, DiaryItem]
    types: Mapping[str, Type]
    events: Mapping[str, EventKind]
    clearances: Mapping[str, ClearanceKind]
    parameters: Mapping[str, Parameter]
    gates: Mapping[str, tuple[Profession, ...]]
    rules: Mapping[str, tuple[Profession, ...]]
    tracks: Mapping[str, tuple[str, ...]]
    exercises: Collection[str]
    findings: Collection[str]
    criteria: Collection[str]
    advice: Collection[str]

    @classmethod
    def of(cls, rulebook: Rulebook) -> Known:
        """Return the names of a rulebook."""
        return cls(
            assessments=rulebook.assessments,
            diary={key.removeprefix("session."): rule.definition for key, rule in rulebook.diary.items()},
            types={
                **{key: rule.type for key, rule in rulebook.measures.items()},
                **{key: rule.type for key, rule in rulebook.diary.items()},
            },
            events=rulebook.events,
            clearances=rulebook.clearances,
            parameters={name: rule.definition for name, rule in rulebook.parameters.items()},
            gates={gate.address: gate.override for gate in rulebook.gates},
            rules={rule.address: rule.definition.override for rule in rulebook.rules},
            tracks={name: rule.stages for name, rule in rulebook.tracks.items()},
            exercises=frozenset(rulebook.exercises),
            findings=frozenset(name for rule in rulebook.findings for name in (rule.key, rule.definition.id)),
            criteria=frozenset(rule.address for rule in _criteria(rulebook)),
            advice=frozenset(rule.definition.id for rule in rulebook.advice),
        )


def _criteria(rulebook: Rulebook) -> Iterator[CriterionRule]:
    yield from rulebook.criteria.values()
    for stage in rulebook.stages.values():
        yield from (*stage.enter, *stage.leave, *(stage.discharge or ()))
        for _, rules in stage.regress:
            yield from rules


class Lookup(Protocol):
    """Where a journey's protocol is looked up."""

    def protocols(self) -> Collection[str]:
        """Return the ids of all protocols, for suggestions."""

    def is_there(self, protocol: str) -> bool:
        """Return whether there is a protocol of that id, also one that cannot be read."""

    def known(self, protocol: str) -> Known | None:
        """Return what its journeys may name; None if the protocol cannot be used."""


@frozen(eq=False)
class CatalogLookup:
    """The protocols of a catalog."""

    catalog: Catalog
    _known: dict[str, Known | None] = attrs.field(factory=dict, init=False, repr=False)

    def protocols(self) -> Collection[str]:
        """Return the ids of all protocols."""
        return tuple(self.catalog.protocols)

    def is_there(self, protocol: str) -> bool:
        """Return whether there is a protocol of that id, also one that cannot be read."""
        if protocol in self.catalog.protocols:
            return True
        try:
            self.catalog.rulebook(protocol)
        except UsageError:
            return False
        except (FileProblems, PluginError):
            pass
        return True

    def known(self, protocol: str) -> Known | None:
        """Return what its journeys may name; None if the protocol has problems."""
        if protocol not in self._known:
            try:
                self._known[protocol] = Known.of(self.catalog.rulebook(protocol))
            except (FileProblems, PluginError):
                self._known[protocol] = None
        return self._known[protocol]


def may(profession: str, allowed: Iterable[str]) -> bool:
    """Return whether a profession is among the allowed; `clinician` is any, a surgeon counts as physician."""
    names = set(allowed)
    return profession in names or ANY_CLINICIAN in names or (profession == "surgeon" and "physician" in names)
