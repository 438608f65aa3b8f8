"""Making plugins and protocols in a folder: what the tests of the registry stand on."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

from rehabflow.definitions.exercises import Exercise
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.instants import Instant
from rehabflow.record.events import History
from rehabflow.registry import OpenCatalog, PluginReport, load_catalog

DAY_0 = datetime.date(2026, 3, 2)

MANIFEST = """\
[plugin]
id = "{id}"
version = "{version}"
api = {api}
title = "{id}"
use = "Tests"
misuse = "Patients"
requires = {{ {requires} }}
default_basis = "consensus"
"""

STAIRS = """\
[assessment.stairs]
title = "Climbing stairs"
minutes = 2
[assessment.stairs.measure.floors]
type = "number"
unit = "{floor}"
range = [0, 20]
decimals = 0
better = "higher"
valid_for = "4w"
main = true
ask = "How many floors without a pause?"
[parameter.floors_to_load]
value = 2
unit = "{floor}"
stricter = "higher"
[gate.breathless]
title = "Out of breath on the stairs"
[gate.breathless.caution]
when = "stairs < floors_to_load"
say = "Two floors are not possible yet"
"""

EXERCISE = """\
[exercise.{id}]
title = "{id}"
role = "none"
quality = "strength"
trains = ["strength:legs"]
pattern = "step"
position = "standing"
direction = "neutral"
joints = []
effort_kind = "active"
contact_risk = false
demand = {demand}
cautions = []
equipment = []
minutes = 5
how = ["Step up and down."]
[exercise.{id}.dose.settle]
steps = ["2 x 8"]
per_week = 3
"""

PROTOCOL = (
    """\
[protocol]
id = "{id}"
version = "1.0.0"
title = "{id}"
status = "draft"
for_whom = "Tests"
not_for = "Patients"
requires = {{ {requires} }}
default_basis = "consensus"
[vocabulary]
pattern = ["step"]
position = ["standing"]
body_part = ["legs"]
equipment = ["step"]
[assessment.life]
title = "Life"
minutes = 1
[assessment.life.measure.equipment]
type = "set"
choices_from = "equipment"
valid_for = "26w"
[assessment.life.measure.company]
type = "yes_no"
valid_for = "26w"
[track.main]
title = "Main"
stages = ["only"]
[stage.only]
title = "Only"
dose = "settle"
max_demand = 3
[stage.only.slot.legs]
title = "Legs"
choose = 1
where = "exercise.quality == 'strength'"
[select]
use = "plain"
[selector.plain]
minutes = "30"
equipment = "life.equipment"
days = "7"
exercises = "3"
[selector.plain.score]
addresses_findings = {{ weight = 1 }}
{terms}
"""
    + EXERCISE.format(id="step", demand=1)
    + EXERCISE.format(id="climb", demand=3)
)


def manifest(id_: str, *, version: str = "1.0.0", api: int = 1, requires: str = "") -> str:
    return MANIFEST.format(id=id_, version=version, api=api, requires=requires)


@attrs.frozen
class Workshop:
    """A folder in which plugins and protocols are made; `plugins/` and `protocols/` lie in it."""

    folder: Path

    def plugin(
        self, id_: str, code: str = "", files: Mapping[str, str] | None = None, head: str = ""
    ) -> Path:
        """Write a plugin's folder: its manifest, its other TOML files, its `plugin.py`."""
        folder = self.folder / "plugins" / id_
        write(folder, {"plugin.toml": head or manifest(id_), **(files or {})})
        if code:
            write(folder, {"plugin.py": code})
        return folder

    def protocol(self, id_: str = "small", requires: str = "", terms: str = "") -> Path:
        """Write a protocol of one stage with two exercises, which requires plugins."""
        folder = self.folder / "protocols" / id_
        text = PROTOCOL.format(id=id_, requires=requires, terms=terms)
        write(folder, {"protocol.toml": text})
        return folder

    def package(
        self,
        id_: str,
        code: str = "",
        files: Mapping[str, str] | None = None,
        *,
        module: str = "",
        point: str = "",
        with_manifest: bool = True,
    ) -> Path:
        """Install a package that is a plugin into `site/`, as an installer would; return its folder."""
        module = module or f"{id_}_package"
        folder = self.folder / "site" / Path(*module.split("."))
        heads = {"plugin.toml": manifest(id_)} if with_manifest else {}
        write(folder, {"__init__.py": code, **heads, **(files or {})})
        write(
            self.folder / "site" / f"rehabflow_{id_}-1.0.0.dist-info",
            {
                "METADATA": f"Metadata-Version: 2.1\nName: rehabflow-{id_}\nVersion: 1.0.0\n",
                "entry_points.txt": f"[rehabflow]\n{id_} = {point or module}\n",
            },
        )
        return folder

    def load(self, *, trusted: bool = True, allow: tuple[str, ...] = ()) -> OpenCatalog:
        """Load what was made, beside the bundled content."""
        return load_catalog(self.folder, trust=(self.folder,) if trusted else (), allow=allow)


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def report_of(catalog: OpenCatalog, id_: str) -> PluginReport:
    """Return the one report of a plugin."""
    (report,) = [report for report in catalog.reports if report.id == id_]
    return report


def first_decision(catalog: OpenCatalog, protocol: str = "small") -> Decision:
    """Return the decision on an empty record."""
    return decide(catalog, protocol, History(DAY_0.toordinal()), Instant(DAY_0.toordinal()), kind="visit")


def exercise_of(catalog: OpenCatalog, id_: str, protocol: str = "small") -> Exercise:
    return catalog.rulebook(protocol).exercises[id_].definition


def forget_modules(prefix: str) -> None:
    """Forget imported modules, so that the next test imports them anew."""
    for name in [name for name in sys.modules if name.startswith(prefix)]:
        del sys.modules[name]


def installed_site(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the workshop's `site/` where Python finds packages and their metadata."""
    monkeypatch.syspath_prepend(str(workshop.folder / "site"))
