"""Folders of TOML: found, read, listed; those that cannot be used are quarantined, and the others go on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.workshop import STAIRS, Workshop, first_decision, manifest, report_of, write
from rehabflow.problems import FileProblems, PluginError, UsageError
from rehabflow.registry import load_catalog

ROOT = Path(__file__).resolve().parents[2]
BUNDLED_PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/plugin.toml"))
BUNDLED_PROTOCOLS = sorted(path.parent.name for path in ROOT.glob("protocols/*/protocol.toml"))


def test_bundled_content_comes_through_the_same_door() -> None:
    catalog = load_catalog()
    assert [report.id for report in catalog.reports] == BUNDLED_PLUGINS
    assert {report.state for report in catalog.reports} == {"active"}
    assert {report.hooks for report in catalog.reports} == {("rehabflow_definitions",)}
    assert [*catalog.protocols] == BUNDLED_PROTOCOLS
    assert report_of(catalog, "red_flags").kind == "bundled"
    assert report_of(catalog, "red_flags").path == "plugins/red_flags"


def test_bundled_content_has_no_errors() -> None:
    assert [problem for problem in load_catalog().check() if problem.severity == "error"] == []


@pytest.mark.usefixtures("alone")
def test_a_folder_of_toml_needs_no_trust(workshop: Workshop) -> None:
    workshop.plugin("stairs", files={"assessments.toml": STAIRS})
    workshop.protocol(requires='stairs = ">=1,<2"')
    catalog = workshop.load(trusted=False)
    report = report_of(catalog, "stairs")
    assert (report.state, report.version, report.has_code) == ("active", "1.0.0", False)
    assert dict(report.brings) == {"parameters": 1, "gates": 1, "assessments": 1}
    assert [gate.address for gate in first_decision(catalog).gates] == ["stairs.breathless.caution"]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("given", ["", "plugins", "plugins/stairs", "plugins/stairs/plugin.toml"])
def test_a_path_may_be_a_clinics_folder_a_shelf_a_plugin_or_its_manifest(
    workshop: Workshop, given: str
) -> None:
    workshop.plugin("stairs", files={"assessments.toml": STAIRS})
    assert report_of(load_catalog(workshop.folder / given), "stairs").state == "active"


@pytest.mark.usefixtures("alone")
def test_a_single_file_may_be_a_plugin_or_a_protocol(workshop: Workshop) -> None:
    text = (manifest("stairs") + STAIRS).replace("[plugin]", "[ plugin ]  # the head")
    write(workshop.folder, {"stairs.toml": text, "notes.toml": "[journey.one]\n"})
    shutil.copy(workshop.protocol() / "protocol.toml", workshop.folder / "small.toml")
    shutil.rmtree(workshop.folder / "protocols")
    catalog = load_catalog(workshop.folder / "stairs.toml", workshop.folder / "small.toml")
    assert report_of(catalog, "stairs").state == "active"
    assert "small" in catalog.protocols
    assert "small" in load_catalog(workshop.folder).protocols


@pytest.mark.usefixtures("alone")
def test_a_path_that_is_not_there_or_holds_nothing_is_a_usage_error(workshop: Workshop) -> None:
    with pytest.raises(UsageError, match=r"there is no file or folder `.*nowhere`"):
        load_catalog(workshop.folder / "nowhere")
    with pytest.raises(UsageError, match="holds neither a plugin"):
        load_catalog(workshop.folder)
    loop = workshop.folder / "loop"
    loop.symlink_to(loop)
    with pytest.raises(UsageError, match=r"loop` cannot be read|there is no file or folder `.*loop"):
        load_catalog(loop)


def test_the_bundled_folder_given_by_path_is_the_same_plugin() -> None:
    catalog = load_catalog(ROOT / "plugins", ROOT / "protocols")
    assert [report.id for report in catalog.reports] == BUNDLED_PLUGINS
    assert catalog.problems == ()


def test_an_equal_copy_is_the_same_plugin(workshop: Workshop) -> None:
    shutil.copytree(ROOT / "plugins" / "red_flags", workshop.folder / "plugins" / "red_flags")
    assert report_of(workshop.load(), "red_flags").state == "active"


def test_two_plugins_of_one_id_are_both_quarantined_and_named(workshop: Workshop) -> None:
    workshop.plugin("red_flags")
    catalog = workshop.load()
    reports = [report for report in catalog.reports if report.id == "red_flags"]
    mine = (workshop.folder / "plugins" / "red_flags").as_posix()
    reason = (
        f"there are 2 plugins called `red_flags`: {mine} and plugins/red_flags; leave one out, or rename it"
    )
    assert [(report.state, report.code, report.reason) for report in reports] == [
        ("quarantined", "same-id", reason)
    ] * 2
    with pytest.raises(PluginError, match=r"`low_back_pain` needs the plugin `\w+`") as refused:
        catalog.rulebook("low_back_pain")
    assert reason in str(refused.value)


def test_an_unreadable_folder_does_not_stand_for_the_plugin_of_its_name(workshop: Workshop) -> None:
    workshop.plugin("red_flags", head="[plugin")
    catalog = workshop.load()
    states = sorted(report.state for report in catalog.reports if report.id == "red_flags")
    assert states == ["active", "quarantined"]
    assert catalog.rulebook("low_back_pain").owners


@pytest.mark.usefixtures("alone")
def test_a_misspelt_key_quarantines_the_plugin_with_its_line_and_nothing_else(workshop: Workshop) -> None:
    folder = workshop.plugin("stairs", files={"assessments.toml": STAIRS.replace("valid_for", "valid_four")})
    workshop.protocol(requires='stairs = ">=1,<2"')
    workshop.protocol("other")
    catalog = workshop.load()
    report = report_of(catalog, "stairs")
    assert (report.state, report.code) == ("quarantined", "file-problems")
    assert report.reason.startswith(
        f"its files have a problem at {folder.as_posix()}/assessments.toml:10:1: "
    )
    assert {problem.code for problem in report.problems} == {"unknown-key"}
    assert all(problem.line for problem in report.problems)
    with pytest.raises(
        PluginError, match=r"the protocol `small` needs the plugin `stairs`, which is quarantined: its"
    ):
        catalog.rulebook("small")
    assert catalog.rulebook("other").owners == ("other",)
    assert set(report.problems) <= set(catalog.check())


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("api", "hint"), [(2, "install a newer rehabflow"), (999, "install a newer rehabflow")]
)
def test_another_api_is_told_before_anything_else_is_read(workshop: Workshop, api: int, hint: str) -> None:
    workshop.plugin("later", head=manifest("later", api=api) + "tables_of_later = 1\n[whatever.x]\n")
    report = report_of(workshop.load(), "later")
    assert (report.code, report.reason) == (
        "api",
        f"it is written for api {api}, and this version of rehabflow speaks api 1; {hint}",
    )


def test_a_missing_requirement_names_what_is_missing(workshop: Workshop) -> None:
    workshop.plugin("walker", head=manifest("walker", requires='red_flag = ">=1,<2"'))
    report = report_of(workshop.load(), "walker")
    assert (report.code, report.reason) == (
        "missing-plugin",
        "it needs red_flag >=1,<2, which is not there; did you mean `red_flags`?",
    )


@pytest.mark.usefixtures("alone")
def test_another_version_is_told_with_the_one_that_is_there(workshop: Workshop) -> None:
    workshop.plugin("stairs")
    workshop.plugin("walker", head=manifest("walker", requires='stairs = ">=2,<3"'))
    report = report_of(workshop.load(), "walker")
    assert (report.code, report.reason) == (
        "other-version",
        "it needs stairs >=2,<3, and version 1.0.0 is there",
    )


@pytest.mark.usefixtures("alone")
def test_what_needs_a_quarantined_plugin_is_quarantined_with_it(workshop: Workshop) -> None:
    workshop.plugin("first", head=manifest("first", api=7))
    workshop.plugin("second", head=manifest("second", requires='first = ">=1"'))
    workshop.plugin("third", head=manifest("third", requires='second = ">=1"'))
    workshop.protocol(requires='third = ">=1"')
    catalog = workshop.load()
    assert report_of(catalog, "third").reason.startswith(
        "it needs second, which is quarantined: it needs first, which is quarantined: it is written for api 7"
    )
    with pytest.raises(PluginError, match="needs the plugin `third`"):
        catalog.rulebook("small")
    problems = [problem for problem in catalog.check() if "`third`" in problem.message]
    assert {problem.code for problem in problems} == {"plugin-needs-quarantined", "missing-plugin"}


@pytest.mark.usefixtures("alone")
def test_a_circle_is_named_whole_and_what_hangs_on_it_fails(workshop: Workshop) -> None:
    workshop.plugin("one", head=manifest("one", requires='two = ">=1"'))
    workshop.plugin("two", head=manifest("two", requires='one = ">=1"'))
    workshop.plugin("tail", head=manifest("tail", requires='one = ">=1"'))
    catalog = workshop.load()
    assert report_of(catalog, "one").reason == "plugins require each other in a circle: one -> two -> one"
    assert report_of(catalog, "two").reason == "plugins require each other in a circle: two -> one -> two"
    assert report_of(catalog, "tail").code == "needs-quarantined"


@pytest.mark.usefixtures("alone")
def test_a_protocol_with_problems_says_them_when_it_is_asked_for(workshop: Workshop) -> None:
    folder = workshop.protocol()
    text = (folder / "protocol.toml").read_text(encoding="utf-8")
    write(folder, {"protocol.toml": text.replace("max_demand", "max_demnd")})
    catalog = workshop.load()
    with pytest.raises(FileProblems) as refused:
        catalog.rulebook("small")
    assert refused.value.problems == catalog.problems
    assert "unknown-key" in {problem.code for problem in catalog.check()}


@pytest.mark.usefixtures("alone")
def test_problems_found_between_files_have_their_lines(workshop: Workshop) -> None:
    folder = workshop.plugin("stairs", files={"a.toml": STAIRS.replace('"stairs < ', '"stares < ')})
    workshop.protocol(requires='stairs = ">=1"')
    catalog = workshop.load()
    with pytest.raises(FileProblems) as refused:
        catalog.rulebook("small")
    (problem,) = refused.value.problems
    assert (problem.place.file, problem.line) == (f"{folder.as_posix()}/a.toml", 20)
    assert problem in catalog.check()


def test_a_given_protocol_takes_the_place_of_the_bundled_one_and_says_so(workshop: Workshop) -> None:
    workshop.protocol("low_back_pain")
    catalog = workshop.load()
    assert catalog.protocols["low_back_pain"].protocol.title == "low_back_pain"
    (warning,) = catalog.problems
    assert (warning.code, warning.severity) == ("shadowed-protocol", "warning")
    assert "protocols/low_back_pain" in warning.message


@pytest.mark.parametrize(
    ("folder", "old", "new"),
    [("mine", "max_demand", "max_demnd"), ("low_back_pain", "[protocol]", "[protocol")],
)
def test_a_given_protocol_that_cannot_be_read_is_not_replaced_by_the_bundled_one(
    workshop: Workshop, folder: str, old: str, new: str
) -> None:
    made = workshop.protocol("low_back_pain") / "protocol.toml"
    text = made.read_text(encoding="utf-8").replace(old, new)
    shutil.rmtree(made.parent)
    write(workshop.folder / "protocols" / folder, {"protocol.toml": text})
    catalog = workshop.load()
    with pytest.raises(FileProblems) as refused:
        catalog.rulebook("low_back_pain")
    assert {problem.place.file for problem in refused.value.problems} == {
        (workshop.folder / "protocols" / folder / "protocol.toml").as_posix()
    }


@pytest.mark.usefixtures("alone")
def test_two_given_protocols_of_one_id_are_none(workshop: Workshop) -> None:
    folder = workshop.protocol()
    text = (folder / "protocol.toml").read_text(encoding="utf-8")
    write(workshop.folder / "protocols" / "twin", {"protocol.toml": text.replace('"Only"', '"Twin"')})
    catalog = workshop.load()
    with pytest.raises(FileProblems, match="the protocol `small` is declared here and in"):
        catalog.rulebook("small")


@pytest.mark.usefixtures("alone")
def test_order_of_paths_and_folders_does_not_matter(workshop: Workshop) -> None:
    workshop.plugin("stairs", files={"assessments.toml": STAIRS})
    workshop.plugin("broken", head=manifest("broken", api=9))
    workshop.protocol(requires='stairs = ">=1"')
    shelves = [
        workshop.folder / "plugins" / "stairs",
        workshop.folder / "plugins" / "broken",
        workshop.folder / "protocols",
    ]
    one, other = load_catalog(*shelves), load_catalog(*reversed(shelves))
    assert one.reports == other.reports
    assert one.check() == other.check()
    assert one.rulebook("small").digests == other.rulebook("small").digests


def test_an_equal_copy_of_a_protocol_takes_no_place(workshop: Workshop) -> None:
    shutil.copytree(ROOT / "protocols" / "low_back_pain", workshop.folder / "protocols" / "copied")
    catalog = workshop.load()
    assert catalog.problems == ()
    place = catalog.protocols["low_back_pain"].protocol.place
    assert place.file == "protocols/low_back_pain/protocol.toml"


@pytest.mark.usefixtures("alone")
def test_a_folder_met_twice_is_one_plugin(workshop: Workshop) -> None:
    folder = workshop.plugin("stairs", "ANSWER = 42\n")
    catalog = load_catalog(folder, folder.parent / ".." / "plugins", trust=[folder])
    assert report_of(catalog, "stairs").state == "active"
