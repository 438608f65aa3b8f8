"""What became of each plugin, for `plugin list`, `plugin show` and `plugin doctor`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from rehabflow.definitions.contributions import Contribution, Manifest
from rehabflow.frozen import frozen
from rehabflow.problems import Problem
from rehabflow.registry.contain import Failure, Printed
from rehabflow.registry.found import Kind

State = Literal["active", "quarantined"]


@frozen
class PluginReport:
    """One plugin as it was found: who it is, whether it is in use, and if not, why.

    `id` is its folder's name while the manifest cannot be read. `code` is a stable word for the reason, `where` the
    line of its own code that failed. `problems` are those of its files. `hooks` are the hooks it implements,
    `brings` how many definitions of each kind, `printed` the beginning of what its code wrote to the terminal.
    """

    id: str
    kind: Kind
    path: str
    state: State
    has_code: bool
    manifest: Manifest | None = None
    code: str = ""
    reason: str = ""
    where: str = ""
    problems: tuple[Problem, ...] = ()
    hooks: tuple[str, ...] = ()
    brings: Mapping[str, int] = attrs.field(factory=dict)
    scores: tuple[str, ...] = ()
    distribution: str = ""
    printed: str = ""

    @property
    def version(self) -> str:
        """Return its version, "" while its manifest cannot be read."""
        return self.manifest.version if self.manifest else ""

    @property
    def is_quarantined(self) -> bool:
        """Return whether it is switched off."""
        return self.state == "quarantined"

    def failed(self, failure: Failure) -> PluginReport:
        """Return the report of the same plugin, quarantined."""
        return attrs.evolve(
            self,
            state="quarantined",
            code=failure.code,
            reason=failure.reason,
            where=failure.where,
            problems=failure.problems or self.problems,
        )


@attrs.define
class Ledger:
    """What plugins did while the program ran: the first failure of each, and what each printed."""

    failures: dict[str, Failure] = attrs.field(factory=dict)
    _printed: dict[str, Printed] = attrs.field(factory=dict)

    def note(self, plugin: str, failure: Failure) -> None:
        """Quarantine a plugin; its first failure is the one that is told."""
        self.failures.setdefault(plugin, failure)

    def printed(self, plugin: str) -> Printed:
        """Return where a plugin's output goes."""
        return self._printed.setdefault(plugin, Printed())

    def amended(self, report: PluginReport) -> PluginReport:
        """Return a report with what happened since."""
        report = attrs.evolve(report, printed=self.printed(report.id).text)
        failure = self.failures.get(report.id)
        return report if failure is None or report.is_quarantined else report.failed(failure)


_KINDS = tuple(
    field.name
    for field in attrs.fields(Contribution)
    if field.name not in ("owner", "replaces", "files", "texts")
)


def counts(contribution: Contribution) -> dict[str, int]:
    """Return how many definitions of each kind a plugin brings, kinds with none left out."""
    found = {kind: len(getattr(contribution, kind)) for kind in _KINDS}
    return {kind: number for kind, number in found.items() if number}
