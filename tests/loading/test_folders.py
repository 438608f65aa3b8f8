"""Which files of a folder are read, and how they are named."""

from __future__ import annotations

from pathlib import Path

from loading.reading import EXAMPLES
from rehabflow.loading.folders import read_plugin_folder, read_protocol_folder
from rehabflow.loading.packages import load_manifest

HEAD = (EXAMPLES / "knee.toml").read_text(encoding="utf-8").split("[vocabulary]")[0]
PROTOCOL = (EXAMPLES / "knee_course.toml").read_text(encoding="utf-8")


def test_a_plugin_is_its_toml_files_without_its_cases(tmp_path: Path) -> None:
    (tmp_path / "plugin.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "rules.toml").write_text('[criterion.c]\nwhen = "a.b"\n', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not read", encoding="utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "x.toml").write_text("not even TOML", encoding="utf-8")
    plugin, problems = read_plugin_folder(tmp_path, "plugins/knee")
    assert plugin is not None, problems
    assert list(plugin.contribution.files) == ["plugins/knee/plugin.toml", "plugins/knee/rules.toml"]
    assert plugin.contribution.criteria["c"].place.file == "plugins/knee/rules.toml"


def test_a_protocol_may_be_split_into_stages_or_be_one_file(tmp_path: Path) -> None:
    head, _, late = PROTOCOL.partition("[stage.late_on]")
    rest, _, jog = late.partition("[stage.jog]")
    (tmp_path / "stages").mkdir()
    (tmp_path / "protocol.toml").write_text(head + "[stage.jog]" + jog, encoding="utf-8")
    (tmp_path / "stages" / "late_on.toml").write_text("[stage.late_on]" + rest, encoding="utf-8")
    split, problems = read_protocol_folder(tmp_path)
    assert split is not None, problems
    whole, problems = read_protocol_folder(EXAMPLES / "knee_course.toml", "knee_course.toml")
    assert whole is not None, problems
    assert set(split.protocol.stages) == set(whole.protocol.stages) == {"early", "jog", "late_on"}
    assert split.protocol.stages["late_on"].place.address == whole.protocol.stages["late_on"].place.address
    assert list(whole.contribution.files) == ["knee_course.toml"]


def test_a_folder_without_its_head_is_refused_in_words(tmp_path: Path) -> None:
    for read in (read_plugin_folder, read_protocol_folder):
        loaded, problems = read(tmp_path)
        assert loaded is None
        assert [problem.code for problem in problems] == ["missing-head"]


def test_digests_do_not_depend_on_line_ends(tmp_path: Path) -> None:
    found = []
    for number, end in enumerate((b"\n", b"\r\n")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "plugin.toml").write_bytes(HEAD.encode().replace(b"\n", end))
        plugin, problems = read_plugin_folder(folder, "knee")
        assert plugin is not None, problems
        found.append(plugin.contribution.files)
    assert found[0] == found[1]


def test_the_manifest_is_read_by_itself_whatever_the_rest_says() -> None:
    manifest, problems = load_manifest(HEAD + "[gate.x]\n", "plugin.toml")
    assert manifest is not None, problems
    assert (manifest.id, manifest.api) == ("knee", 1)
    manifest, problems = load_manifest("[plugin]\nid = 'knee'\n", "plugin.toml")
    assert manifest is None
    assert [problem.code for problem in problems] == ["missing-key"]
