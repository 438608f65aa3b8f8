"""Reading only what a protocol needs gives what reading everything gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.workshop import Workshop, manifest
from rehabflow import load_catalog
from rehabflow.problems import UsageError
from rehabflow.registry import OpenCatalog
from rehabflow.registry.found import bundled

PROTOCOLS = [found.path.name for found in bundled().protocols]


@pytest.fixture(scope="module")
def everything() -> OpenCatalog:
    return load_catalog()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_rulebook_is_the_same(everything: OpenCatalog, protocol: str) -> None:
    catalog = load_catalog(needed_by=[protocol])
    assert list(catalog.protocols) == [protocol]
    assert catalog.rulebook(protocol).digests == everything.rulebook(protocol).digests
    assert set(catalog.plugins) == set(catalog.rulebook(protocol).owners) - {protocol}


def test_folders_of_bundled_protocols_bear_their_ids(everything: OpenCatalog) -> None:
    assert set(PROTOCOLS) == set(everything.protocols)


def test_of_several_everything_that_one_of_them_needs_is_read(everything: OpenCatalog) -> None:
    catalog = load_catalog(needed_by=["low_back_pain", "neck_whiplash"])
    assert list(catalog.protocols) == ["low_back_pain", "neck_whiplash"]
    for protocol in catalog.protocols:
        assert catalog.rulebook(protocol).digests == everything.rulebook(protocol).digests


def test_what_nobody_knows_leaves_everything_there_to_choose_from(everything: OpenCatalog) -> None:
    catalog = load_catalog(needed_by=["low_back_pian"])
    assert set(catalog.protocols) == set(everything.protocols)
    with pytest.raises(UsageError, match="did you mean `low_back_pain`"):
        catalog.rulebook("low_back_pian")


def test_what_was_given_stays_with_what_it_requires(workshop: Workshop) -> None:
    folder = workshop.plugin("limping", head=manifest("limping", requires='knee_assessments = ">=1"'))
    catalog = load_catalog(folder, needed_by=["low_back_pain"])
    assert {"limping", "knee_assessments", "red_flags"} <= set(catalog.plugins)
    assert "neck_assessments" not in catalog.plugins


def test_a_namesake_of_a_bundled_plugin_is_refused_as_ever(workshop: Workshop) -> None:
    folder = workshop.plugin("neck_assessments", head=manifest("neck_assessments"))
    catalog = load_catalog(folder, needed_by=["low_back_pain"])
    [report] = {one.id: one for one in catalog.reports if one.id == "neck_assessments"}.values()
    assert (report.code, report.is_quarantined) == ("same-id", True)


def test_a_manifest_that_cannot_be_read_is_told_of(workshop: Workshop) -> None:
    folder = workshop.plugin("broken", head="[plugin\n")
    catalog = load_catalog(folder, needed_by=["low_back_pain"])
    assert [report.id for report in catalog.reports if report.is_quarantined] == ["broken"]
    assert set(catalog.protocols) == set(PROTOCOLS)


def test_plugins_of_mandatory_gates_are_read() -> None:
    catalog = load_catalog(needed_by=["low_back_pain"], mandatory=["head_injury.diagnosis"])
    assert "head_injury" in catalog.plugins


def test_a_protocol_given_takes_the_place_of_the_bundled_one(tmp_path: Path) -> None:
    import shutil

    original = next(found.path for found in bundled().protocols if found.path.name == "low_back_pain")
    shutil.copytree(original, tmp_path / "mine")
    text = (tmp_path / "mine" / "protocol.toml").read_text(encoding="utf-8")
    (tmp_path / "mine" / "protocol.toml").write_text(
        text.replace('title = "', 'title = "Our ', 1), encoding="utf-8"
    )
    catalog = load_catalog(tmp_path / "mine", needed_by=["low_back_pain"])
    assert catalog.protocols["low_back_pain"].protocol.title.startswith("Our ")


@pytest.mark.parametrize("name", ["protocols/neck_whiplash/", "plugins/red_flags/", "plugins/post_op/"])
def test_checking_some_files_finds_what_checking_all_finds_in_them(
    everything: OpenCatalog, name: str
) -> None:
    def covers(file: str) -> bool:
        return file.startswith(name)

    found = everything.check(covers)
    assert found == tuple(problem for problem in everything.check() if covers(problem.place.file))


def test_a_problem_that_only_another_plugin_brings_is_found(workshop: Workshop) -> None:
    gate = '[gate.stop]\ntitle = "Stop"\n[gate.stop.pause]\nwhen = "{}"\nsay = "Stop"\n'
    first = workshop.plugin("first", files={"gates.toml": gate.format("nothing.there")})
    second = workshop.plugin("second", head=manifest("second", requires='first = ">=1"'))
    catalog = load_catalog(first, second)
    assert catalog.check(lambda file: "first" in file) == tuple(
        problem for problem in catalog.check() if "first" in problem.place.file
    )
    assert catalog.check(lambda file: "first" in file)
    assert catalog.check(lambda file: "second" in file) == ()
