"""What one owner (a plugin or a protocol) contributes, and a plugin's manifest."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from rehabflow.definitions.common import (
    Advice,
    Ask,
    Caution,
    ClearanceKind,
    EventKind,
    Evidence,
    Finding,
    Limit,
    Parameter,
    Rule,
    SelectionRule,
    Source,
)
from rehabflow.definitions.exercises import Exercise, Ladder
from rehabflow.definitions.gates import Gate
from rehabflow.definitions.measures import Assessment, DiaryItem
from rehabflow.definitions.protocols import Protocol, Response, Selector
from rehabflow.frozen import frozen
from rehabflow.problems import Place


@frozen
class Manifest:
    """The `[plugin]` table: what the plugin is, for whom, by whom, and what it needs."""

    id: str
    version: str
    api: int
    title: str
    use: str
    misuse: str
    place: Place
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    requires: Mapping[str, str] = attrs.field(factory=dict)
    default_evidence: Evidence = attrs.field(factory=lambda: Evidence("consensus"))


@frozen
class Contribution:
    """All tables of one owner, by kind and id. `replaces` holds "kind.id" -> owner it may replace.

    `files` maps each file's shown name to its SHA-256, `texts` to its text (to look up lines when something is shown).
    """

    owner: str
    sources: Mapping[str, Source] = attrs.field(factory=dict)
    parameters: Mapping[str, Parameter] = attrs.field(factory=dict)
    events: Mapping[str, EventKind] = attrs.field(factory=dict)
    clearances: Mapping[str, ClearanceKind] = attrs.field(factory=dict)
    asks: Mapping[str, Ask] = attrs.field(factory=dict)
    criteria: Mapping[str, Rule] = attrs.field(factory=dict)
    findings: Mapping[str, Finding] = attrs.field(factory=dict)
    cautions: Mapping[str, Caution] = attrs.field(factory=dict)
    limits: Mapping[str, Limit] = attrs.field(factory=dict)
    vocabulary: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    rules: Mapping[str, SelectionRule] = attrs.field(factory=dict)
    responses: Mapping[str, Response] = attrs.field(factory=dict)
    selectors: Mapping[str, Selector] = attrs.field(factory=dict)
    advice: Mapping[str, Advice] = attrs.field(factory=dict)
    gates: Mapping[str, Gate] = attrs.field(factory=dict)
    assessments: Mapping[str, Assessment] = attrs.field(factory=dict)
    diary: Mapping[str, DiaryItem] = attrs.field(factory=dict)
    exercises: Mapping[str, Exercise] = attrs.field(factory=dict)
    ladders: Mapping[str, Ladder] = attrs.field(factory=dict)
    replaces: Mapping[str, str] = attrs.field(factory=dict)
    files: Mapping[str, str] = attrs.field(factory=dict)
    texts: Mapping[str, str] = attrs.field(factory=dict, repr=False, eq=False)


@frozen
class Plugin:
    """A plugin's manifest and tables."""

    manifest: Manifest
    contribution: Contribution


@frozen
class ProtocolPackage:
    """A protocol and the tables it brings itself."""

    protocol: Protocol
    contribution: Contribution
