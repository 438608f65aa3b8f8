"""Letting plugins in, step by step: read, compared, trusted, imported, asked; or quarantined with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import attrs

from rehabflow.definitions.contributions import Plugin
from rehabflow.definitions.extensions import ScoreProvider
from rehabflow.frozen import frozen
from rehabflow.registry.code import imported
from rehabflow.registry.contain import Failure, contain
from rehabflow.registry.contributing import verified
from rehabflow.registry.door import Door
from rehabflow.registry.extending import alike, providers
from rehabflow.registry.found import Found, PythonCode
from rehabflow.registry.freezing import frozen_copy
from rehabflow.registry.guarding import Snapshot
from rehabflow.registry.packages import Broken
from rehabflow.registry.reading import Read, read_plugin, shown_name
from rehabflow.registry.reports import Ledger, PluginReport, counts
from rehabflow.registry.requiring import shared_ids, unmet, without_copies


@frozen
class Trust:
    """Whose Python may run: folders (and what lies in them), and installed plugins by id."""

    folders: tuple[Path, ...] = ()
    installed: frozenset[str] = frozenset()

    def refusal(self, read: Read) -> Failure | None:
        """Return why a plugin's code may not run; None: it may, or there is none."""
        found = read.found
        if found.code is None:
            return None
        if found.code.module:
            if read.id in self.installed:
                return None
            return Failure(
                "not-allowed",
                "it is installed and not listed as allowed, so its code was not imported; allow it by its id, "
                f"`{read.id}`",
            )
        file = found.code.file.resolve()
        if any(file.is_relative_to(trusted) for trusted in self.folders):
            return None
        return Failure(
            "not-trusted",
            f"it holds Python ({found.code.file.name}) and was not trusted, so nothing of it is used; trust its folder "
            "if you know who wrote it",
        )


@frozen(eq=False)
class Admitted:
    """A plugin in use: everything it contributes, and the door to its code."""

    plugin: Plugin
    door: Door
    scores: tuple[ScoreProvider, ...] = ()


@attrs.define(eq=False)
class Admission:
    """One round of letting plugins in. Order of `found` never matters to what comes out."""

    trust: Trust
    ledger: Ledger
    professions: Collection[str]
    reports: list[PluginReport] = attrs.field(factory=list)
    gone: dict[str, Failure] = attrs.field(factory=dict)

    def admit(self, found: Iterable[Found], broken: Iterable[Broken] = ()) -> dict[str, Admitted]:
        """Return the plugins in use by id; what became of each one found goes to `reports`."""
        self.reports += [_broken_report(one) for one in broken]
        self.gone |= {one.name: one.failure for one in broken}
        reads = self._without_unreadable([read_plugin(one, self.professions) for one in found])
        plugins = {read.id: read.plugin for read in reads if read.plugin is not None}
        missing = unmet(plugins, self.gone)
        for read in reads:
            if read.id in missing:
                self._quarantine(read, missing[read.id])
        return self._ask([read for read in reads if read.id not in missing])

    def _without_unreadable(self, reads: Sequence[Read]) -> list[Read]:
        """Quarantine what cannot be read, what shares its id and what is not trusted; return the rest."""
        reads = without_copies(sorted(reads, key=lambda read: (read.id, shown_name(read.found))))
        shared = shared_ids(reads)
        left = []
        for position, read in enumerate(reads):
            failure = shared.get(position) or read.failure or _other_name(read) or self.trust.refusal(read)
            if failure is None:
                left.append(read)
            else:
                self._quarantine(read, failure)
        return left

    def _ask(self, reads: Sequence[Read]) -> dict[str, Admitted]:
        """Import and ask each plugin; those that need one which fails now are quarantined with it."""
        admitted: dict[str, Admitted] = {}
        by_id = {read.id: read for read in reads}
        for read in reads:
            answer = self._guarded(read)
            if isinstance(answer, Failure):
                self._quarantine(read, answer)
            else:
                admitted[read.id] = answer
        failures = _same_scores(admitted.values())
        self.gone |= failures
        left = {id_: one.plugin for id_, one in admitted.items() if id_ not in failures}
        failures |= unmet(left, self.gone)
        for id_, failure in failures.items():
            self._quarantine(by_id[id_], failure)
        admitted = {id_: one for id_, one in admitted.items() if id_ not in failures}
        self.reports += [_active_report(by_id[id_], one) for id_, one in admitted.items()]
        return admitted

    def _guarded(self, read: Read) -> Admitted | Failure:
        """Return the plugin, unless its code fails or replaces something of rehabflow."""
        if read.found.code is None:
            return self._admit_one(read)
        before = Snapshot.take()
        answer = self._admit_one(read)
        changed = before.restore()
        if changed:
            return Failure(
                "changed-rehabflow", f"its code replaced {', '.join(changed[:3])}; that was put back"
            )
        return answer

    def _admit_one(self, read: Read) -> Admitted | Failure:
        assert read.plugin is not None
        plugin, code, printed = read.plugin, read.found.code, self.ledger.printed(read.id)
        folder = code.file.parent if code else None
        module = None
        if code is not None:
            answer = contain(lambda: imported(read.id, code), folder, printed, "import-failed")
            if isinstance(answer, Failure):
                return answer
            module = answer
        door = contain(lambda: Door.of(plugin, module, folder, printed), folder, printed)
        if isinstance(door, Failure):
            return door
        given = door.twice("rehabflow_definitions", _first, plugin=_shown(plugin, code))
        if isinstance(given, Failure):
            return given
        if module is not None:
            whole = door.contained(lambda: verified(plugin, given))
            if isinstance(whole, Failure):
                return whole
            plugin = whole
        scores = door.twice("rehabflow_score_terms", providers, alike, plugin=_shown(plugin, code))
        return scores if isinstance(scores, Failure) else Admitted(plugin, door, scores)

    def _quarantine(self, read: Read, failure: Failure) -> None:
        self.gone[read.id] = failure
        self.reports.append(_report(read).failed(failure))


def _shown(plugin: Plugin, code: PythonCode | None) -> Plugin:
    """Return what a plugin's hooks are given; only its own code could change it."""
    return frozen_copy(plugin) if code is not None else plugin


def _first(results: list[object]) -> object:
    """Return what the code gave, else what the TOML says: pluggy calls last what was registered first."""
    return results[0]


def _other_name(read: Read) -> Failure | None:
    """Return the failure of an installed plugin whose manifest says another id than its entry point."""
    name = read.found.name
    if not name or name == read.id:
        return None
    return Failure(
        "other-name", f"its entry point is called `{name}` and its manifest says `{read.id}`; make them one"
    )


def _same_scores(admitted: Iterable[Admitted]) -> dict[str, Failure]:
    owners: dict[str, list[str]] = {}
    for one in admitted:
        for score in one.scores:
            owners.setdefault(score.id, []).append(one.plugin.manifest.id)
    failures = {}
    for score_id, ids in owners.items():
        if len(ids) > 1:
            reason = f"the score `{score_id}` is offered by {' and by '.join(sorted(ids))}; rename one"
            failures.update(dict.fromkeys(ids, Failure("same-score", reason)))
    return failures


def _report(read: Read) -> PluginReport:
    found = read.found
    return PluginReport(
        read.id,
        found.kind,
        shown_name(found),
        "active",
        has_code=found.code is not None,
        manifest=read.manifest,
        problems=read.warnings,
        distribution=found.distribution,
    )


def _active_report(read: Read, one: Admitted) -> PluginReport:
    return attrs.evolve(
        _report(read),
        hooks=one.door.hooks,
        brings=counts(one.plugin.contribution),
        scores=tuple(score.id for score in one.scores),
    )


def _broken_report(one: Broken) -> PluginReport:
    report = PluginReport(one.name, "package", "", "active", has_code=True, distribution=one.distribution)
    return report.failed(one.failure)
