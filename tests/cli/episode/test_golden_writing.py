"""What the writing commands print, word for word; REWRITE_GOLDEN=1 stores anew what is to be reviewed.

Ids are random: each stands as <id>, and its beginning as <begin>.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cli.commands import Ended
from cli.episode.clinic import AUDITOR, LEAD, PHYSICIAN, Clinic
from cli.test_golden_outputs import CLINIC, GOLDEN, shown

HERE = Path(__file__).resolve().parent / "golden"
FIRST = ["--set", "screen.rest=normal", "--set", "pain.now=6"]
SECOND = ["--set", "screen.rest=normal", "--set", "pain.now=3", "--set", "sample_form.reach=2"]
DAY_7, DAY_8, DAY_9 = "2026-03-09T09:00", "2026-03-10T18:00", "2026-03-11T09:00"
RULE = "shoulder_basics.sore.caution"


def course(clinic: Clinic) -> dict[str, Ended]:
    """Return how the commands of one patient's course end, by the name each is stored under."""
    found = {"open": clinic.run("open", "shoulder", *CLINIC)}
    episode = re.findall("[0-9a-f]{32}", found["open"].data)[0]

    def run(name: str, *words: str, now: str = "2026-03-02T09:00", by: str = "", answers: str = "") -> None:
        command, *rest = words
        found[name] = clinic.run(command, episode, *rest, now=now, by=by, answers=answers)

    run("visit", "visit", *FIRST, "--no-input")
    run("change", "change", "--remove", "sample_slide", "--reason", "she dislikes it")
    run("accept", "accept", str(clinic.entries()))
    run("visit_asked", "visit", now=DAY_7, answers="normal\n3\n2\n2\n1\n-\na\n")
    run("log", "log", "--done", "half", "--set", "session.ache=3", now=DAY_8)
    run("conflict", "log", "--done", "all", "--expected", str(clinic.entries() - 2), now=DAY_8)
    run("override", "override", RULE, "--code", "patient_wish", "--reason", "x", "--until", "7d", now=DAY_9)
    run(
        "visit_emergency", "visit", "--set", "screen.numb=yes", "--set", "pain.now=9", "--no-input", now=DAY_9
    )
    run("override_emergency", "override", "shoulder_basics.numb.emergency", "--code", "other", "--reason", "x",
        "--until", "7d", now=DAY_9)  # fmt: skip
    run("clear_wrong_profession", "clear", "nerve_examined", now=DAY_9)
    run("clear_json", "clear", "nerve_examined", "--json", now=DAY_9, by=PHYSICIAN)
    run("decline", "decline", str(clinic.entries()), "--reason", "seen otherwise", now=DAY_9)
    run(
        "correct_wrong", "correct", "pain.now", "--on", "2026-03-11", "--to", "12", "--reason", "x", now=DAY_9
    )
    run("correct", "correct", "pain.now", "--on", "2026-03-11", "--to", "2", "--reason", "x", now=DAY_9)
    found["overrides"] = clinic.run("overrides", by=AUDITOR)
    run("close", "close", "--disposition", "referred", "--reason", "x", now=DAY_9)
    run("erase", "erase", "--ground", "patient_request", now=DAY_9, by=LEAD, answers="erase\n")
    return found


def test_outputs_are_as_stored(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    printed = {name: plain(shown(ended)) for name, ended in course(clinic).items()}
    if os.environ.get("REWRITE_GOLDEN"):
        for name, text in printed.items():
            (HERE / f"writing_{name}.txt").write_text(text, encoding="utf-8")
    stored = {file.stem.removeprefix("writing_"): file for file in HERE.glob("writing_*.txt")}
    assert stored.keys() == printed.keys()
    for name, text in printed.items():
        assert text == stored[name].read_text(encoding="utf-8"), name


def plain(text: str) -> str:
    text = re.sub(r"\b[0-9a-f]{32}\b", "<id>", text)
    return re.sub(r"\b(episode \w+|episode) [0-9a-f]{8}\b", r"\1 <begin>", text)
