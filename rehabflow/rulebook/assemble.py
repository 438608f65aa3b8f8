"""From a protocol (or a plugin alone) and its plugins to a rulebook, with every problem found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rehabflow.conditions.scope import Scope
from rehabflow.definitions.contributions import Plugin, ProtocolPackage
from rehabflow.definitions.measures import Assessment, DiaryItem, Measure
from rehabflow.definitions.protocols import Protocol
from rehabflow.frozen import frozen
from rehabflow.problems import Problem
from rehabflow.rulebook.checking import Checker
from rehabflow.rulebook.choosing import ChoosingBuilder
from rehabflow.rulebook.digests import Content, Digests
from rehabflow.rulebook.gating import GateBuilder
from rehabflow.rulebook.judging import JudgingBuilder
from rehabflow.rulebook.model import DiaryRule, Rulebook
from rehabflow.rulebook.names import AllNames
from rehabflow.rulebook.owners import Mandatory, Owner, owners_of
from rehabflow.rulebook.references import References
from rehabflow.rulebook.reports import Report
from rehabflow.rulebook.scope import CASE
from rehabflow.rulebook.soundness import check_all_bands, check_declinable, check_scores
from rehabflow.rulebook.stages import StageBuilder, response_rules
from rehabflow.rulebook.structure import Structure
from rehabflow.rulebook.tables import Tables, unite
from rehabflow.rulebook.warnings import (
    warn_of_missing_agreement,
    warn_of_missing_notes,
    warn_of_repeated_numbers,
    warn_of_stale_gates,
)
from rehabflow.rulebook.words import Words

FOLLOWS_FROM_MISSING: Final = frozenset([
    "different-lists",
    "missing-gate",
    "nothing-varies",
    "unknown-advice",
    "unknown-assessment",
    "unknown-caution",
    "unknown-choice",
    "unknown-clearance",
    "unknown-event",
    "unknown-exercise",
    "unknown-limit",
    "unknown-name",
    "unknown-parameter",
    "unknown-response",
    "unknown-selector",
    "undeclared-word",
    "window",
])  # fmt: skip


@frozen
class Assembled:
    """What came of an assembly: every problem, and the rulebook if none of them is an error.

    A plugin alone (with its requires) has no rulebook either.
    """

    problems: tuple[Problem, ...]
    rulebook: Rulebook | None


def assemble(
    subject: Plugin | ProtocolPackage, plugins: Mapping[str, Plugin], mandatory: Mandatory | None = None
) -> Assembled:
    """Return the rulebook of a protocol, or why there is none; of a plugin, what is wrong with it.

    The same definitions give the same rulebook and the same problems, whatever the order of files and tables.
    """
    report = Report()
    owners = owners_of(subject, plugins, mandatory or Mandatory(), report)
    tables = unite(owners, report)
    words = Words.of(tables.united.vocabulary, tables.united.exercises)
    checker = Checker(report)
    protocol = subject.protocol if isinstance(subject, ProtocolPackage) else None
    assembly = _Assembly(tables, AllNames.of(tables, words, protocol, checker), checker, report)
    assembly.names.check_all()
    References(tables, words, protocol, report).check()
    if isinstance(subject, Plugin):
        assembly.check_plugin(subject)
        return Assembled(_told(report), None)
    Structure(subject.protocol, tables, report).check()
    rulebook = assembly.rulebook(subject.protocol, owners, _digests(subject, owners, plugins))
    if not report.has_errors:
        _check_whole(rulebook, report)
    _warn(rulebook, subject, checker, report)
    return Assembled(_told(report), None if report.has_errors else rulebook)


def _told(report: Report) -> tuple[Problem, ...]:
    """Return the problems; where a plugin is missing, without those of names that it may have brought."""
    if not any(problem.code == "missing-plugin" for problem in report.problems):
        return tuple(report.problems)
    return tuple(problem for problem in report.problems if problem.code not in FOLLOWS_FROM_MISSING)


def _check_whole(rulebook: Rulebook, report: Report) -> None:
    """Check what only sound parts together can show."""
    check_declinable(rulebook.gates, report)
    check_all_bands(rulebook.facts, _banded(rulebook.assessments, rulebook.diary), report)
    if rulebook.selector is not None:
        check_scores(rulebook, rulebook.selector, report)


def _banded(
    assessments: Mapping[str, Assessment], diary: Mapping[str, DiaryRule]
) -> tuple[Measure | DiaryItem, ...]:
    """Return everything that may have bands."""
    measures = [measure for assessment in assessments.values() for measure in assessment.measures]
    return (*measures, *(rule.definition for rule in diary.values()))


def _warn(rulebook: Rulebook, subject: ProtocolPackage, checker: Checker, report: Report) -> None:
    warn_of_repeated_numbers(checker.checked, rulebook.measures, report)
    warn_of_stale_gates(rulebook, report)
    warn_of_missing_agreement(rulebook, report)
    place = subject.protocol.place
    warn_of_missing_notes(subject.protocol.id, (subject.protocol, subject.contribution), place, report)


def _digests(subject: ProtocolPackage, owners: tuple[Owner, ...], plugins: Mapping[str, Plugin]) -> Digests:
    used: dict[str, Content] = {owner.id: plugins[owner.id] for owner in owners if not owner.is_protocol}
    return Digests({"protocol": subject, **used})


@frozen
class _Assembly:
    """The steps of one assembly, over united tables."""

    tables: Tables
    names: AllNames
    checker: Checker
    report: Report

    def check_plugin(self, plugin: Plugin) -> None:
        """Check every text of a plugin and its requires."""
        judging = self._judging()
        judging.findings()
        judging.advice(None)
        choosing = ChoosingBuilder(self.names, self.checker)
        choosing.exercises()
        choosing.cautions()
        choosing.rules()
        for selector in self.tables.united.selectors.values():
            choosing.selector_rules(selector)
        gates = GateBuilder(self.names, self.checker).gates()
        for response in self.tables.united.responses.values():
            response_rules(self.names, self.checker, response)
        if not self.report.has_errors:
            check_declinable(gates, self.report)
            united = self.tables.united
            check_all_bands(judging.all_facts(), _banded(united.assessments, judging.diary()), self.report)
        warn_of_repeated_numbers(self.checker.checked, self.names.values.recorded, self.report)
        manifest = plugin.manifest
        warn_of_missing_notes(manifest.id, (manifest, plugin.contribution), manifest.place, self.report)

    def rulebook(self, protocol: Protocol, owners: tuple[Owner, ...], digests: Mapping[str, str]) -> Rulebook:
        """Return the rulebook; it is of use only if the report has no error."""
        united = self.tables.united
        judging = self._judging()
        choosing = ChoosingBuilder(self.names, self.checker)
        responses = {
            id_: response_rules(self.names, self.checker, response)
            for id_, response in united.responses.items()
        }
        builder = StageBuilder(self.names, self.checker, protocol, responses)
        return Rulebook(
            protocol=protocol,
            owners=tuple(owner.id for owner in owners),
            versions={owner.id: owner.version for owner in owners},
            digests=digests,
            gates=GateBuilder(self.names, self.checker).gates(),
            criteria=judging.criteria(),
            stages=builder.stages(),
            tracks=builder.tracks(),
            findings=judging.findings(),
            cautions=choosing.cautions(),
            exercises=choosing.exercises(),
            ladders=united.ladders,
            limits=united.limits,
            parameters=judging.parameters(),
            responses=responses,
            selector=choosing.selector(protocol, self.report),
            rules=choosing.rules(),
            advice=judging.advice(protocol),
            asks=united.asks,
            clearances=united.clearances,
            events=united.events,
            assessments=united.assessments,
            measures=judging.measures(),
            diary=judging.diary(),
            facts=judging.all_facts(),
            sources={owner.id: owner.contribution.sources for owner in owners},
            texts={file: text for owner in owners for file, text in owner.contribution.texts.items()},
            case_scope=self._case_scope,
        )

    def _judging(self) -> JudgingBuilder:
        return JudgingBuilder(self.names, self.checker)

    def _case_scope(self) -> Scope:
        return self.names.scope(CASE)
