"""What the reading commands print at 80 columns, word for word; REWRITE_GOLDEN=1 stores it anew, to be reviewed."""

from __future__ import annotations

import os
import re

import pytest

from cli.commands import rehabflow
from cli.episode.clinic import Clinic
from cli.episode.test_golden_writing import FIRST, HERE, SECOND
from cli.test_golden_outputs import CLINIC, GOLDEN, shown

DAY_7, DAY_16 = "2026-03-09T09:00", "2026-03-18T09:00"
COMMANDS = {
    "status": ["status", "E"],
    "list": ["list"],
    "plan": ["plan", "E"],
    "plan_of_patient": ["plan", "E", "--as", "P:patient"],
    "why": ["why", "E"],
    "why_not": ["why", "E", "--not", "advance"],
    "history": ["history", "E"],
    "history_then": ["history", "E", "--as-known-on", "2026-03-05"],
    "replay": ["replay"],
    "verify": ["verify", "--as", "u1:auditor"],
    "migrate": ["migrate", "E"],
}


def test_outputs_are_as_stored(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    episode = clinic.done("open", "shoulder", *CLINIC)["episode"]
    patient = clinic.patient_of(episode)
    clinic.run("visit", episode, *FIRST, *CLINIC, "--no-input")
    clinic.run("accept", episode, str(clinic.entries()), *CLINIC)
    clinic.run("log", episode, "--done", "all", "--set", "session.ache=3", *CLINIC, now="2026-03-03T18:00")
    clinic.run("visit", episode, *SECOND, *CLINIC, "--no-input", now=DAY_7)
    told = {**clinic.environment(), "COLUMNS": "80"}
    wrong = []
    for name, words in COMMANDS.items():
        named = [{"E": episode, "P:patient": f"{patient}:patient"}.get(word, word) for word in words]
        ended = rehabflow("episode", *named, *CLINIC, "--no-input", "--now", DAY_16, **told)
        text = re.sub("[0-9a-f]{32}", "<id>", shown(ended)).replace(episode[:8], "<begin>")
        file = HERE / f"reading_{name}.txt"
        if os.environ.get("REWRITE_GOLDEN"):
            file.write_text(text, encoding="utf-8")
        wrong += [name] if not file.exists() or text != file.read_text(encoding="utf-8") else []
    assert not wrong
