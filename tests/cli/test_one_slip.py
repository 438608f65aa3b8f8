"""One slip in a file is told as one error, at its place, before what only follows from it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

from cli.commands import rehabflow

LOW_BACK = Path(__file__).resolve().parents[2] / "protocols" / "low_back_pain"


def checked(tmp_path: Path, file: str, old: str, new: str) -> list[dict[str, str]]:
    """Return the problems of a copy of a protocol with one change."""
    folder = tmp_path / "my_back"
    shutil.copytree(LOW_BACK, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found: list[dict[str, str]] = json.loads(rehabflow("check", folder, "--json").data)["problems"]
    return found


def test_a_misspelt_key_of_a_protocol_leaves_its_journeys_out_with_one_warning_a_file(tmp_path: Path) -> None:
    first, *rest = checked(tmp_path, "stages/stabilization.toml", "max_demand", "max_demnd")
    assert first["code"] == "unknown-key"
    assert {(one["code"], one["severity"]) for one in rest} == {("protocol-unavailable", "warning")}
    assert set(Counter(one["file"] for one in rest).values()) == {1}


def test_a_protocol_that_is_not_toml_has_nothing_else_wrong(tmp_path: Path) -> None:
    (only,) = checked(tmp_path, "protocol.toml", "default_basis = ", "default_basis = '")
    assert only["file"].endswith("protocol.toml")


def test_a_misspelt_protocol_is_still_an_error(tmp_path: Path) -> None:
    path = tmp_path / "journey.toml"
    path.write_text(
        '[journey.x]\nprotocol = "low_back_pian"\nday_0 = 2026-03-02\n[[journey.x.visit]]\nday = 0\n'
    )
    (only,) = json.loads(rehabflow("check", path, "--json").data)["problems"]
    assert (only["code"], only["severity"]) == ("unknown-name", "error")


def test_definitions_stand_before_what_is_played_with_them(tmp_path: Path) -> None:
    file = "cases/courses.toml"
    problems = checked(tmp_path, file, "day_0 =", "day_zero =")
    assert {one["code"] for one in problems} == {"unknown-key"}
    assert "my_back/cases" in problems[0]["file"]
    folder = tmp_path / "my_back"
    stage = folder / "stages" / "stabilization.toml"
    stage.write_text(
        stage.read_text(encoding="utf-8").replace("max_demand", "max_demnd", 1), encoding="utf-8"
    )
    both = json.loads(rehabflow("check", folder, "--json").data)["problems"]
    assert [one["file"].rpartition("my_back/")[2] for one in both[:2]] == ["stages/stabilization.toml", file]
