"""Python plugins, in folders and installed: the same contract as TOML, and nothing runs without trust."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from plugins.workshop import STAIRS, Workshop, first_decision, installed_site, manifest, report_of
from rehabflow.definitions.contributions import Plugin
from rehabflow.problems import FileProblems, PluginError
from rehabflow.registry import OpenCatalog, contribution, load_catalog
from rehabflow.rulebook.digests import digest

CODE = """\
from rehabflow import contribution, hookimpl

TEXT = '''
{text}'''

@hookimpl
def rehabflow_definitions(plugin):
    return contribution(plugin, {{"stairs.toml": TEXT}})
"""
FROM_TEXT = CODE.format(text=STAIRS)
FROM_TABLES = FROM_TEXT.replace("TEXT})", "tomllib.loads(TEXT, parse_float=Decimal)})").replace(
    "from rehabflow", "import tomllib\nfrom decimal import Decimal\n\nfrom rehabflow", 1
)
NEVER = "raise SystemExit('this code ran')\n"

pytestmark = pytest.mark.usefixtures("alone")


def as_toml(workshop: Workshop, _patch: pytest.MonkeyPatch) -> OpenCatalog:
    workshop.plugin("stairs", files={"stairs.toml": STAIRS})
    return workshop.load(trusted=False)


def as_code(workshop: Workshop, _patch: pytest.MonkeyPatch) -> OpenCatalog:
    workshop.plugin("stairs", FROM_TEXT)
    return workshop.load()


def as_tables_in_code(workshop: Workshop, _patch: pytest.MonkeyPatch) -> OpenCatalog:
    workshop.plugin("stairs", FROM_TABLES)
    return workshop.load()


def as_package(workshop: Workshop, patch: pytest.MonkeyPatch) -> OpenCatalog:
    workshop.package("stairs", FROM_TEXT)
    installed_site(workshop, patch)
    return workshop.load(allow=("stairs",))


def as_package_of_toml(workshop: Workshop, patch: pytest.MonkeyPatch) -> OpenCatalog:
    workshop.package("stairs", files={"stairs.toml": STAIRS})
    installed_site(workshop, patch)
    return workshop.load(allow=("stairs",))


Way = Callable[[Workshop, pytest.MonkeyPatch], OpenCatalog]
WAYS: list[Way] = [as_toml, as_code, as_tables_in_code, as_package, as_package_of_toml]


@pytest.mark.parametrize("way", WAYS)
class TestContract:
    """What holds for a plugin, whichever way it comes."""

    def test_it_contributes_the_same(
        self,
        workshop: Workshop,
        tmp_path_factory: pytest.TempPathFactory,
        monkeypatch: pytest.MonkeyPatch,
        way: Way,
    ) -> None:
        workshop.protocol()
        other = Workshop(tmp_path_factory.mktemp("toml"))
        reference = as_toml(other, monkeypatch).plugins["stairs"]
        plugin = way(workshop, monkeypatch).plugins["stairs"]
        assert digest(plugin) == digest(reference)
        assert without_places(plugin) == without_places(reference)

    def test_its_definitions_decide(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, way: Way
    ) -> None:
        workshop.protocol(requires='stairs = ">=1,<2"')
        catalog = way(workshop, monkeypatch)
        (gate,) = first_decision(catalog).gates
        assert (gate.address, gate.state) == ("stairs.breathless.caution", "unknown")

    def test_every_definition_has_a_place_whose_text_is_known(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, way: Way
    ) -> None:
        workshop.protocol()
        own = way(workshop, monkeypatch).plugins["stairs"].contribution
        assert own.owner == "stairs"
        assert {own.gates["breathless"].place.file, own.assessments["stairs"].place.file} <= set(own.texts)
        assert set(own.files) == set(own.texts)

    def test_its_report_is_complete(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, way: Way
    ) -> None:
        workshop.protocol()
        report = report_of(way(workshop, monkeypatch), "stairs")
        assert (report.state, report.code, report.reason) == ("active", "", "")
        assert dict(report.brings) == {"parameters": 1, "gates": 1, "assessments": 1}
        assert report.hooks == ("rehabflow_definitions",)
        assert report.manifest is not None


def without_places(plugin: Plugin) -> dict[str, object]:
    """Return what a plugin contributes as plain values, without files and places."""
    plain = attrs.asdict(
        plugin.contribution, filter=lambda field, _: field.name not in ("place", "files", "texts")
    )
    assert plain["gates"]
    return plain


def test_python_adds_to_the_toml_beside_it(workshop: Workshop) -> None:
    gate = """
[gate.tired]
title = "Tired"
[gate.tired.caution]
when = "stairs < 1"
say = "Not one floor"
"""
    workshop.plugin("stairs", CODE.format(text=gate), {"stairs.toml": STAIRS})
    catalog = workshop.load()
    assert [*catalog.plugins["stairs"].contribution.gates] == ["breathless", "tired"]


def test_numbers_from_python_are_exact(workshop: Workshop) -> None:
    workshop.plugin("stairs")
    plugin = workshop.load().plugins["stairs"]
    table = {"unit": "kg", "stricter": "lower", "note": 'a "quoted"\nline \\ and é'}
    tables = {
        "parameter": {"load": {**table, "value": Decimal("0.10")}, "tens": {**table, "value": Decimal(10)}}
    }
    made = contribution(plugin, {"loads.toml": tables}).parameters
    assert (str(made["load"].cases[0].value), str(made["tens"].cases[0].value)) == ("0.10", "10")
    assert made["load"].evidence.note == table["note"]


@pytest.mark.parametrize("value", [0.1, None, {1}, b"x", Decimal("nan")])
def test_what_has_no_form_in_toml_is_told(workshop: Workshop, value: object) -> None:
    workshop.plugin("stairs")
    plugin = workshop.load().plugins["stairs"]
    with pytest.raises(TypeError, match="TOML has no form"):
        contribution(plugin, {"x.toml": {"parameter": {"x": {"value": value}}}})


def test_tables_are_written_as_toml_that_says_the_same(workshop: Workshop) -> None:
    workshop.plugin("stairs")
    plugin = workshop.load().plugins["stairs"]
    tables = tomllib.loads(STAIRS, parse_float=Decimal)
    made = contribution(plugin, {"stairs.toml": tables})
    assert tomllib.loads(made.texts["stairs:stairs.toml"], parse_float=Decimal) == tables


def test_problems_of_python_definitions_have_their_line(workshop: Workshop) -> None:
    workshop.plugin("stairs", CODE.format(text=STAIRS.replace("decimals = 0", "decimals = -1")))
    workshop.protocol(requires='stairs = ">=1"')
    catalog = workshop.load()
    report = report_of(catalog, "stairs")
    (problem,) = report.problems
    assert (report.code, problem.place.file, problem.line) == ("file-problems", "stairs:stairs.toml", 9)
    assert report.reason.startswith("its files have a problem at stairs:stairs.toml:9:")
    assert problem in catalog.check()


def test_python_in_a_folder_does_not_run_untrusted(workshop: Workshop) -> None:
    workshop.plugin("stairs", NEVER, {"stairs.toml": STAIRS})
    workshop.protocol(requires='stairs = ">=1"')
    catalog = workshop.load(trusted=False)
    report = report_of(catalog, "stairs")
    assert (report.state, report.code) == ("quarantined", "not-trusted")
    assert report.reason == (
        "it holds Python (plugin.py) and was not trusted, so nothing of it is used; trust its folder if you know who "
        "wrote it"
    )
    assert "stairs" not in catalog.plugins
    with pytest.raises(PluginError, match="needs the plugin `stairs`, which is quarantined: it holds Python"):
        catalog.rulebook("small")


def test_trust_is_for_the_folder_named(workshop: Workshop) -> None:
    workshop.plugin("stairs", NEVER)
    workshop.plugin("lifts", FROM_TEXT)
    shelf = workshop.folder / "plugins"
    catalog = load_catalog(shelf, trust=[shelf / "lifts"])
    assert report_of(catalog, "lifts").state == "active"
    assert report_of(catalog, "stairs").code == "not-trusted"


def test_a_link_out_of_a_trusted_folder_is_not_trusted(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "plugin.py"
    elsewhere.write_text(NEVER, encoding="utf-8")
    folder = workshop.plugin("stairs")
    (folder / "plugin.py").symlink_to(elsewhere)
    assert report_of(workshop.load(), "stairs").code == "not-trusted"


def test_an_installed_plugin_is_not_imported_unless_allowed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.package("stairs", NEVER, {"stairs.toml": STAIRS})
    installed_site(workshop, monkeypatch)
    report = report_of(load_catalog(), "stairs")
    assert (report.code, report.kind, report.distribution) == ("not-allowed", "package", "rehabflow-stairs")
    assert report.reason == (
        "it is installed and not listed as allowed, so its code was not imported; allow it by its id, `stairs`"
    )
    assert report_of(load_catalog(allow=["lifts"]), "stairs").code == "not-allowed"
    assert report_of(load_catalog(allow=["stairs"]), "stairs").reason == "it called sys.exit('this code ran')"


def test_packages_around_a_plugin_are_not_imported_to_find_it(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.package("stairs", FROM_TEXT, module="around_it.rehab.stairs")
    (workshop.folder / "site" / "around_it" / "__init__.py").write_text(NEVER, encoding="utf-8")
    installed_site(workshop, monkeypatch)
    report = report_of(load_catalog(), "stairs")
    assert (report.code, report.path) == ("not-allowed", "around_it/rehab/stairs")


@pytest.mark.parametrize(
    ("point", "code", "reason"),
    [
        (
            "nowhere_at_all",
            "no-module",
            "the entry point stairs names `nowhere_at_all`, which is not installed",
        ),
        (
            "stairs_package.inner",
            "no-module",
            "the entry point stairs names `stairs_package.inner`, which is not installed",
        ),
        (
            "stairs_package:plugin",
            "not-a-module",
            "the entry point stairs names `stairs_package:plugin`; name a module only",
        ),
        ("?", "not-a-module", "the entry point stairs names `?`; name a module only"),
    ],
)
def test_entry_points_that_lead_nowhere_are_told(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, point: str, code: str, reason: str
) -> None:
    workshop.package("stairs", NEVER, point=point)
    installed_site(workshop, monkeypatch)
    report = report_of(load_catalog(), "stairs")
    assert (report.state, report.code, report.reason) == ("quarantined", code, reason)


def test_a_package_without_manifest_is_not_imported(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.package("stairs", NEVER, with_manifest=False)
    installed_site(workshop, monkeypatch)
    report = report_of(load_catalog(allow=["stairs"]), "stairs")
    assert (
        report.reason == "there is no plugin.toml beside `stairs_package`; make it a package that carries one"
    )


def test_an_entry_point_and_its_manifest_say_one_id(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.package("stairs", NEVER, {"plugin.toml": manifest("lifts")})
    installed_site(workshop, monkeypatch)
    report = report_of(load_catalog(allow=["stairs", "lifts"]), "lifts")
    assert report.reason == "its entry point is called `stairs` and its manifest says `lifts`; make them one"


def test_another_module_of_that_name_is_not_taken_for_the_plugin(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    import types

    workshop.package("stairs", FROM_TEXT)
    installed_site(workshop, monkeypatch)
    intruder = types.ModuleType("stairs_package")
    intruder.__file__ = str(workshop.folder / "elsewhere.py")
    intruder.__spec__ = __import__("importlib.util").util.spec_from_file_location(
        "stairs_package", workshop.folder / "site" / "stairs_package" / "__init__.py"
    )
    monkeypatch.setitem(__import__("sys").modules, "stairs_package", intruder)
    assert report_of(load_catalog(allow=["stairs"]), "stairs").code == "other-module"


def test_nothing_is_written_beside_the_code(workshop: Workshop) -> None:
    folder = workshop.plugin("stairs", FROM_TEXT)
    workshop.load()
    assert sorted(path.name for path in folder.iterdir()) == ["plugin.py", "plugin.toml"]


def test_a_plugin_cannot_change_what_it_was_shown(workshop: Workshop) -> None:
    code = """\
from rehabflow import hookimpl

@hookimpl
def rehabflow_definitions(plugin):
    plugin.contribution.gates.clear()
"""
    workshop.plugin("stairs", code, {"stairs.toml": STAIRS})
    report = report_of(workshop.load(), "stairs")
    assert report.reason.startswith("it raised AttributeError")
    assert report.where == "plugin.py:5"


def test_contribution_itself_refuses_what_a_file_would_be_refused_for(workshop: Workshop) -> None:
    workshop.plugin("stairs")
    plugin = workshop.load().plugins["stairs"]
    with pytest.raises(FileProblems, match=r"x\.toml:1:2 gates: there is no table `gates`"):
        contribution(plugin, {"x.toml": "[gates.x]\n"})


def test_the_folder_of_the_code_is_where_it_was_found(workshop: Workshop) -> None:
    folder = workshop.plugin("stairs", FROM_TEXT)
    assert Path(report_of(workshop.load(), "stairs").path) == folder
