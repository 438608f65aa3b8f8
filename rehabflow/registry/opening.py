"""Opening the catalog: every plugin and protocol that is there, those in use and those that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from rehabflow.catalog import Catalog
from rehabflow.conditions.faults import nearest
from rehabflow.definitions.contributions import Manifest, ProtocolPackage
from rehabflow.definitions.extensions import Reviewer, ScoreFunction
from rehabflow.definitions.protocols import Protocol
from rehabflow.frozen import frozen
from rehabflow.loading.reader import PROFESSIONS
from rehabflow.problems import FileProblems, Place, PluginError, Problem
from rehabflow.registry.admitting import Admission, Admitted, Trust
from rehabflow.registry.extending import reviewer, score_function
from rehabflow.registry.found import Found, Shelf, bundled, given
from rehabflow.registry.needing import needed
from rehabflow.registry.packages import installed
from rehabflow.registry.reading import claimed_id, read_protocol, shown_name
from rehabflow.registry.reports import Ledger, PluginReport
from rehabflow.rulebook.digests import digest
from rehabflow.rulebook.model import Rulebook
from rehabflow.rulebook.owners import Mandatory
from rehabflow.toml_source import located

if TYPE_CHECKING:
    from rehabflow.engine.decision import Decision

_UNREADABLE: Final = ("exercise.", "did.", "prescribed.", "trigger")
"""What has a meaning only where one exercise or trigger is judged."""


@frozen(eq=False)
class OpenCatalog(Catalog):
    """A catalog that knows what became of each plugin.

    `problems` are those of protocols' files, and a warning for each bundled protocol that another took the place of.
    A plugin that fails while decisions are made is quarantined too; protocols opened before go on, restricted.
    """

    problems: tuple[Problem, ...] = attrs.field(kw_only=True)
    unreadable: Mapping[str, tuple[Problem, ...]] = attrs.field(kw_only=True)
    _reports: tuple[PluginReport, ...] = attrs.field(kw_only=True)
    _admitted: Mapping[str, Admitted] = attrs.field(kw_only=True)
    _ledger: Ledger = attrs.field(kw_only=True)
    _opened: dict[str, Rulebook] = attrs.field(factory=dict, init=False, repr=False)

    @property
    def reports(self) -> tuple[PluginReport, ...]:
        """Return what became of each plugin found, by id, up to now."""
        return tuple(self._ledger.amended(report) for report in self._reports)

    def rulebook(self, protocol: str) -> Rulebook:
        """Return the rulebook of a protocol.

        Raises:
            UsageError: there is no such protocol.
            FileProblems: it cannot be used; with every problem found.
            PluginError: it needs a plugin that is quarantined, named with the reason.
        """
        if protocol not in self._opened:
            if protocol not in self.protocols and protocol in self.unreadable:
                raise FileProblems(self.unreadable[protocol])
            if protocol in self.protocols:
                self._refuse_quarantined(self.protocols[protocol].protocol)
            try:
                rulebook = super().rulebook(protocol)
                _refuse_unknown_scores(rulebook, self._scores(rulebook))
            except FileProblems as found:
                raise FileProblems(self._located(found.problems)) from None
            self._opened[protocol] = rulebook
        return self._opened[protocol]

    def check(self, covers: Callable[[str], bool] = lambda _: True) -> tuple[Problem, ...]:
        """Return every problem of the files covered: those that kept something from being read first."""
        found = [*self.problems]
        quarantined = self._quarantined()
        for report in self.reports:
            if report.is_quarantined:
                found.extend(report.problems or (_as_problem(report),))
        found.extend(_told_why(problem, quarantined) for problem in super().check(covers))
        found = [problem for problem in found if covers(problem.place.file)]
        return FileProblems(self._located(found)).problems

    def _located(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems with their lines, looked up in the texts that were read."""
        texts: dict[str, str] = {}
        for plugin in self.plugins.values():
            texts.update(plugin.contribution.texts)
        for package in self.protocols.values():
            texts.update(package.contribution.texts)
        return [located(problem, texts) for problem in problems]

    def score_terms(self, protocol: str) -> Mapping[str, ScoreFunction]:
        """Return the scores that plugins required by a protocol compute, contained, by name."""
        return self._scores(self.rulebook(protocol))

    def reviewers(self, protocol: str) -> tuple[Reviewer[Decision], ...]:
        """Return the reviewers of the plugins that a protocol requires, contained, in order of the plugins' ids."""
        rulebook = self.rulebook(protocol)
        return tuple(
            reviewer(one.door, self._ledger, rulebook.exercises)
            for one in self._of(rulebook)
            if "rehabflow_review" in one.door.hooks
        )

    def _of(self, rulebook: Rulebook) -> list[Admitted]:
        return [self._admitted[owner] for owner in sorted(rulebook.owners) if owner in self._admitted]

    def _scores(self, rulebook: Rulebook) -> Mapping[str, ScoreFunction]:
        return MappingProxyType({
            provider.id: score_function(provider, one.door, self._ledger)
            for one in self._of(rulebook)
            for provider in one.scores
        })  # fmt: skip

    def _quarantined(self) -> dict[str, PluginReport]:
        """Return the quarantined plugins by id; a folder that cannot be read does not stand for one of its name."""
        reports = self.reports
        active = {report.id for report in reports if not report.is_quarantined}
        return {report.id: report for report in reports if report.is_quarantined and report.id not in active}

    def _refuse_quarantined(self, protocol: Protocol) -> None:
        """Raise PluginError if a protocol needs, itself or through plugins, one that is quarantined."""
        quarantined = self._quarantined()
        heads: list[Protocol | Manifest] = [protocol]
        seen: set[str] = set()
        while heads:
            for id_ in sorted(heads.pop(0).requires):
                if id_ in quarantined:
                    report = quarantined[id_]
                    where = f" ({report.where})" if report.where else ""
                    raise PluginError(
                        f"the protocol `{protocol.id}` needs the plugin `{id_}`, which is quarantined: "
                        f"{report.reason}{where}"
                    )
                if id_ in self.plugins and id_ not in seen:
                    seen.add(id_)
                    heads.append(self.plugins[id_].manifest)


def load_catalog(
    *paths: str | Path,
    trust: Collection[str | Path] = (),
    allow: Collection[str] = (),
    mandatory: Collection[str] = (),
    professions: Collection[str] = (),
    needed_by: Collection[str] = (),
) -> OpenCatalog:
    """Return every plugin and protocol there is: bundled, installed, and in the paths given.

    A plugin that cannot be used is quarantined and told in `reports`; it never keeps the others from working.

    Args:
        paths: folders of plugins, of protocols, or of both (`plugins/` and `protocols/` in them); a single plugin's or
            protocol's folder, or its file.
        trust: folders whose Python may run, with all that lies in them; TOML needs no trust.
        allow: ids of installed plugins whose Python may run.
        mandatory: gates, as `plugin.gate`, that are in force in every protocol.
        professions: further professions that a clinic knows.
        needed_by: ids of protocols: of the bundled content only what they need is read, which takes less time.

    Raises:
        UsageError: a path does not exist, or holds neither plugin nor protocol.
    """
    known = (*PROFESSIONS, *professions)
    packages, broken = installed()
    ours, theirs = bundled(), Shelf.of(given(Path(path)) for path in paths)
    shelf = Shelf.of((ours, Shelf(packages), theirs))
    if needed_by:
        shelf = needed(shelf, needed_by, mandatory)
    ledger = Ledger()
    folders = tuple(Path(path).resolve() for path in trust)
    admission = Admission(Trust(folders, frozenset(allow)), ledger, known)
    admitted = admission.admit(shelf.plugins, broken)
    protocols = _Protocols.read(shelf.protocols, known)
    catalog = Catalog.of(
        (one.plugin for one in admitted.values()),
        protocols.found.values(),
        Mandatory(tuple(sorted(mandatory))),
    )
    return OpenCatalog(
        catalog.plugins,
        catalog.protocols,
        catalog.mandatory,
        problems=tuple(protocols.problems),
        unreadable=protocols.unreadable,
        reports=tuple(sorted(admission.reports, key=lambda report: (report.id, report.path))),
        admitted=MappingProxyType(admitted),
        ledger=ledger,
    )


@attrs.define
class _Protocols:
    """Protocols while they are read."""

    found: dict[str, ProtocolPackage] = attrs.field(factory=dict)
    origin: dict[str, Found] = attrs.field(factory=dict)
    unreadable: dict[str, tuple[Problem, ...]] = attrs.field(factory=dict)
    problems: list[Problem] = attrs.field(factory=list)

    @classmethod
    def read(cls, places: Sequence[Found], professions: Collection[str]) -> _Protocols:
        """Read bundled protocols before those given, which take their place."""
        protocols = cls()
        for place in places:
            package, problems = read_protocol(place, professions)
            protocols.problems.extend(problems)
            if package is None:
                protocols._refuse(claimed_id(place), problems)
            else:
                protocols._add(place, package)
        return protocols

    def _refuse(self, id_: str, problems: Sequence[Problem]) -> None:
        """Keep a protocol from being used, also the bundled one whose place it would take."""
        self.unreadable[id_] = tuple(problems)
        self.found.pop(id_, None)

    def _add(self, place: Found, package: ProtocolPackage) -> None:
        id_ = package.protocol.id
        known = self.found.get(id_)
        if known is not None and digest(known) == digest(package):
            return
        if known is not None:
            other, is_ours = shown_name(self.origin[id_]), self.origin[id_].kind == "bundled"
            self.problems.append(_second(package, other, is_ours=is_ours))
            if not is_ours:
                self._refuse(id_, self.problems[-1:])
                return
        if id_ not in self.unreadable:
            self.found[id_], self.origin[id_] = package, place


def _second(package: ProtocolPackage, other: str, *, is_ours: bool) -> Problem:
    id_, place = package.protocol.id, package.protocol.place.child("id")
    if is_ours:
        message = f"`{id_}` takes the place of the bundled protocol of that name ({other})"
        return Problem("shadowed-protocol", message, place, help="rename it to have both", severity="warning")
    message = f"the protocol `{id_}` is declared here and in {other}"
    return Problem("same-id", message, place, "one protocol of a name", "rename one, or leave its folder out")


def _told_why(problem: Problem, quarantined: Mapping[str, PluginReport]) -> Problem:
    """Return a problem of a missing plugin with the reason, if it is there and quarantined."""
    needs = str(problem.place.path[-1]) if problem.code == "missing-plugin" and problem.place.path else ""
    if needs not in quarantined:
        return problem
    message = f"needs the plugin `{needs}`, which is quarantined: {quarantined[needs].reason}"
    return attrs.evolve(problem, message=message, expected="", help="see `rehabflow plugin doctor`")


def _as_problem(report: PluginReport) -> Problem:
    place = report.manifest.place if report.manifest else Place(report.path or report.id)
    where = f" ({report.where})" if report.where else ""
    return Problem(
        f"plugin-{report.code}", f"the plugin `{report.id}` is quarantined: {report.reason}{where}", place
    )


def _refuse_unknown_scores(rulebook: Rulebook, scores: Mapping[str, ScoreFunction]) -> None:
    """Raise FileProblems for score terms that no required plugin computes, or that read what is not there."""
    problems = []
    for term in rulebook.selector.terms if rulebook.selector else ():
        name, expression = term.computed, term.definition.value
        if not name or expression is None:
            continue
        score = scores.get(name)
        if score is None:
            hint = nearest(name, scores) or "require the plugin that computes it"
            message = f"no required plugin computes the score `{name}`"
            problems.append(Problem("unknown-score", message, expression.place, help=hint))
            continue
        readable = [
            key for key, fact in rulebook.facts.items() if not key.startswith(_UNREADABLE) and not fact.sided
        ]
        for key in score.reads:
            if key not in readable:
                message = f"the score `{name}` of {score.plugin} reads `{key}`, which is not there for it"
                problems.append(
                    Problem("unknown-name", message, expression.place, help=nearest(key, readable))
                )
    if problems:
        raise FileProblems(problems)
