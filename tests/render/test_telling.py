"""What the patient is told and what comes next do not contradict themselves; what is triggered reaches the patient."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commands import rehabflow
from cli.episode.clinic import DAY_7, FINE, Clinic

VISIT = """
[journey.x]
protocol = "low_back_pain"
day_0 = 2026-03-02
[[journey.x.visit]]
day = 0
"""
MOVE_ON, FEVER = "Keep moving gently meanwhile", "You need to be seen today."
WEAKER = "Tell us at once if the leg becomes weaker."


def played(tmp_path: Path, *lines: str, words: tuple[str, ...] = ()) -> str:
    file = tmp_path / "journey.toml"
    file.write_text(VISIT + "\n".join(lines), encoding="utf-8")
    return " ".join(rehabflow("run", "low_back_pain", file, *words).data.split())


def part(page: str, heading: str, end: str) -> str:
    return page.partition(heading)[2].partition(end)[0]


def test_in_an_emergency_only_the_emergency_speaks(tmp_path: Path) -> None:
    page = played(
        tmp_path,
        "observed = { red_flags = { saddle_numbness = true, fever = true, leg_weakness = 'stable' } }",
    )
    assert part(page, "Tell the patient", "Missing or due").split(" - ") == [
        "",
        "Go to an emergency department now. ",
    ]
    following = page.partition("What next")[2]
    assert following.startswith(" - Now: Possible cauda equina syndrome")
    assert "Refer to" not in following
    assert "EMERGENCY: act now, as said below." in page


def test_a_referral_alone_says_when_and_does_not_say_move_on(tmp_path: Path) -> None:
    page = played(tmp_path, "observed = { red_flags = { rest = 'normal', fever = true } }")
    texts = part(page, "Tell the patient", "Missing or due")
    assert FEVER in texts
    assert MOVE_ON not in texts
    assert page.partition("What next")[2].startswith(" - Refer to a physician within 24 hours")


def test_a_pause_still_says_move_on(tmp_path: Path) -> None:
    page = played(tmp_path, "observed = { red_flags = { rest = 'normal' } }")
    assert MOVE_ON in part(page, "Tell the patient", "Missing or due")


def test_a_caution_that_is_triggered_is_told_with_the_plan(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path)
    episode = clinic.opened()
    weak = FINE.replace('rest = "normal" }, health', 'rest = "normal", leg_weakness = "stable" }, health')
    shown = clinic.done("visit", episode, "--from", clinic.file(weak + '\nclear = [{ scope = "start" }]\n'))
    assert shown["decided"]["decision"]["action"] == "start"
    clinic.done("accept", episode, str(shown["waits"]))
    patient = clinic.run("plan", episode, now=DAY_7, by=f"{clinic.patient_of(episode)}:patient")
    assert WEAKER in patient.data
    assert WEAKER in clinic.done("plan", episode, now=DAY_7)["tell"]


@pytest.mark.parametrize("tell", [WEAKER, "We will start exercises as soon as your clinician has agreed."])
def test_the_document_has_what_each_gate_says_and_tells(tmp_path: Path, tell: str) -> None:
    page = played(
        tmp_path, "observed = { red_flags = { rest = 'normal', leg_weakness = 'stable' } }", words=("--json",)
    )
    gates = json.loads(page)["decisions"][0]["decision"]["gates"]
    (one,) = (gate for gate in gates if (gate["tell"] or "").startswith(tell))
    assert one["say"]
    assert all(gate["tell"] is None for gate in gates if gate["state"] != "triggered")
