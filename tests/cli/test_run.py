"""`rehabflow run`: which journey, up to which day, saved and read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commands import Ended, rehabflow
from cli.test_golden_outputs import GOLDEN

CLINIC = ["--plugins", "clinic"]
COURSE = ["run", "shoulder", "clinic/journey.toml", "--journey", "course", *CLINIC]


@pytest.fixture(autouse=True)
def clinic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)


def actions(ended: Ended) -> list[tuple[int, str, str]]:
    document = json.loads(ended.data)
    return [(one["day"], one["kind"], one["decision"]["action"]) for one in document["decisions"]]


def test_the_demonstration_goes_from_the_first_visit_to_discharge() -> None:
    played = actions(rehabflow("run", "low_back_pain", "--demo", "--json"))
    assert played[0][2] == "pause"
    assert "start" in [action for _, _, action in played]
    assert played[-1][2] == "discharge"


def test_a_protocol_without_a_demonstration_says_so() -> None:
    ended = rehabflow("run", "shoulder", "--demo", *CLINIC)
    assert (ended.code, "brings no demonstration" in ended.talk) == (2, True)


def test_several_journeys_ask_for_a_choice_and_name_them() -> None:
    ended = rehabflow("run", "shoulder", "clinic/journey.toml", *CLINIC)
    assert ended.code == 2
    assert "course" in ended.talk
    assert "wrong" in ended.talk
    assert "--journey" in ended.talk


def test_a_misspelt_journey_names_the_nearest() -> None:
    ended = rehabflow("run", "shoulder", "clinic/journey.toml", "--journey", "coarse", *CLINIC)
    assert (ended.code, "did you mean `course`?" in ended.talk) == (2, True)


def test_a_journey_of_another_protocol_is_refused() -> None:
    ended = rehabflow("run", "low_back_pain", "clinic/journey.toml", *CLINIC)
    assert ended.code == 2
    assert "holds no journey of `low_back_pain`" in ended.talk


def test_a_file_may_hold_journeys_of_several_bundled_protocols(tmp_path: Path) -> None:
    file = tmp_path / "two.toml"
    journey = '[journey.{0}]\nprotocol = "{0}"\nday_0 = 2026-03-02\n[[journey.{0}.visit]]\nday = 0\n'
    file.write_text(journey.format("concussion_2016") + journey.format("concussion_2022"), encoding="utf-8")
    assert actions(rehabflow("run", "concussion_2016", str(file), "--json")) == [(0, "visit", "pause")]


def test_a_day_cuts_the_journey() -> None:
    assert actions(rehabflow(*COURSE, "--json")) == [
        (0, "visit", "start"), (7, "visit", "advance"), (14, "visit", "emergency"),
    ]  # fmt: skip
    assert actions(rehabflow(*COURSE, "--day", "7", "--json")) == [
        (0, "visit", "start"),
        (7, "visit", "advance"),
    ]


def test_a_day_after_the_last_entry_lets_time_pass_without_asking() -> None:
    played = actions(rehabflow(*COURSE, "--day", "9", "--no-input", "--json"))
    assert played[:2] == [(0, "visit", "start"), (7, "visit", "advance")]
    assert played[2][:2] == (9, "between")


def test_without_a_journey_and_without_asking_nothing_is_known() -> None:
    ended = rehabflow("run", "shoulder", "--no-input", "--json", "--day-0", "2026-03-02", *CLINIC)
    assert (ended.code, actions(ended)) == (4, [(0, "visit", "pause")])
    assert json.loads(ended.data)["decisions"][0]["at"] == "2026-03-02"


def test_what_is_saved_is_played_to_the_same_decisions(tmp_path: Path) -> None:
    file = tmp_path / "saved.toml"
    before = rehabflow(*COURSE, "--json", "--save", file)
    after = rehabflow("run", "shoulder", file, "--json", *CLINIC)
    assert json.loads(before.data) == json.loads(after.data)


def test_a_path_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    ended = rehabflow(*COURSE, "--save", tmp_path / "no" / "such" / "folder.toml")
    assert ended.code == 2
    assert "cannot be written" in ended.talk


def test_explaining_names_every_exercise_that_was_left_out() -> None:
    plain, explained = rehabflow(*COURSE, "--day", "7"), rehabflow(*COURSE, "--day", "7", "--explain")
    assert "Press against a band" not in plain.data
    assert "Press against a band (sample_press), excluded" in explained.data


def test_protocols_are_found_by_id_and_by_path() -> None:
    by_id = rehabflow(*COURSE, "--json")
    for path in (
        "clinic/protocols/shoulder",
        "clinic/protocols/shoulder/protocol.toml",
        "./clinic/protocols/shoulder/",
    ):
        words = [
            "run",
            path,
            "clinic/journey.toml",
            "--journey",
            "course",
            "--plugins",
            "clinic/plugins",
            "--json",
        ]
        assert actions(rehabflow(*words)) == actions(by_id)


def test_a_folder_here_comes_before_a_bundled_protocol_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = Path(rehabflow("protocol", "show", "low_back_pain", "--path").data.strip())
    monkeypatch.chdir(tmp_path)
    copy = tmp_path / "low_back_pain"
    for file in bundled.rglob("*.toml"):
        target = copy / file.relative_to(bundled)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    assert "from the folder low_back_pain here" in rehabflow("run", "low_back_pain", "--demo").talk
    head = copy / "protocol.toml"
    head.write_text(head.read_text(encoding="utf-8").replace("must_have", "must_haev", 1), encoding="utf-8")
    ended = rehabflow("run", "low_back_pain", "--demo")
    assert ended.code == 1
    assert "low_back_pain/protocol.toml:" in ended.talk
    assert "did you mean `must_have`?" in ended.talk
    assert "^^^^^^^^^" in ended.talk


def test_explaining_says_by_how_much_an_allowed_exercise_lost() -> None:
    ended = rehabflow("run", "low_back_pain", "--demo", "--day", "1", "--explain")
    assert "not the best choice: it lost by" in " ".join(ended.data.split())
    document = json.loads(
        rehabflow("run", "low_back_pain", "--demo", "--day", "1", "--explain", "--json").data
    )
    rejected = document["decisions"][-1]["decision"]["plan"]["rejected"]
    assert {"kind", "text", "margin"} <= next(
        one["explained"] for one in rejected if one["reason"] == "not_best"
    ).keys()
