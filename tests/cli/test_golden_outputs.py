"""What commands print, word for word, as stored in golden/; REWRITE_GOLDEN=1 stores anew what is to be reviewed.

The bundled content changes for reasons of its own, so these run on a small clinic's folder in golden/clinic.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.commands import Ended, rehabflow

GOLDEN = Path(__file__).resolve().parent / "golden"
CLINIC = ["--plugins", "clinic"]
CASES: dict[str, list[str]] = {
    "run": ["run", "shoulder", "clinic/journey.toml", "--journey", "course", *CLINIC],
    "run_explained": ["run", "shoulder", "clinic/journey.toml", "--journey", "course", "--explain", *CLINIC],
    "run_json": ["run", "shoulder", "clinic/journey.toml", "--journey", "course", "--json", *CLINIC],
    "run_nothing_known": ["run", "shoulder", "--no-input", "--day-0", "2026-03-02", *CLINIC],
    "protocol_show": ["protocol", "show", "shoulder", *CLINIC],
    "protocol_evidence": ["protocol", "show", "shoulder", "--evidence", *CLINIC],
    "protocol_evidence_json": ["protocol", "show", "shoulder", "--evidence", "--json", *CLINIC],
    "assessment_show": ["assessment", "show", "sample_form", *CLINIC],
    "exercise_show": ["exercise", "show", "sample_slide", *CLINIC],
    "gate_show": ["gate", "show", "shoulder_basics.numb", *CLINIC],
    "gate_show_json": ["gate", "show", "shoulder_basics.numb", "--json", *CLINIC],
    "plugin_show": ["plugin", "show", "shoulder_basics", *CLINIC],
    "score": ["assessment", "score", "sample_form", "clinic/answers.toml", *CLINIC],
    "score_too_few": ["assessment", "score", "sample_form", "clinic/few_answers.toml", *CLINIC],
    "score_wrong": ["assessment", "score", "sample_form", "clinic/wrong_answers.toml", *CLINIC],
    "score_json": ["assessment", "score", "sample_form", "clinic/few_answers.toml", "--json", *CLINIC],
    "test": ["test", "clinic", *CLINIC],
    "test_json": ["test", "clinic", "--json", *CLINIC],
    "test_coverage": ["test", "clinic", "--coverage", *CLINIC],
    "test_coverage_json": ["test", "clinic", "--coverage", "--json", *CLINIC],
    "check": ["check", "clinic/plugins", "clinic/protocols"],
    "check_misspelt": ["check", "misspelt"],
    "check_misspelt_json": ["check", "misspelt", "--json"],
    "explain": ["explain", "unknown-key"],
    "help": ["--help"],
    "version": ["--version"],
}


def shown(ended: Ended) -> str:
    """Return everything a user sees, data first."""
    talk = f"--- stderr ---\n{ended.talk}" if ended.talk else ""
    return f"--- exit {ended.code} ---\n{ended.data}{talk}"


@pytest.mark.parametrize("name", CASES)
def test_output_is_as_stored(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    output = shown(rehabflow(*CASES[name]))
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("REWRITE_GOLDEN"):
        file.write_text(output, encoding="utf-8")
    assert output == file.read_text(encoding="utf-8")


def test_every_stored_output_is_compared() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(CASES)
