"""Every JSON document has the form that docs/reference/json.md tells, on real content."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any  # a JSON document

import pytest

from cli.commands import rehabflow
from cli.shapes import faults
from cli.test_golden_outputs import CLINIC, GOLDEN

NUMBER = (int, float)
STATES = {"met", "not_met", "unknown", "error"}
ACTIONS = {"emergency", "refer", "pause", "regress", "stay", "start", "advance", "discharge"}
EFFECTS = {"none", "caution", "restrict", "pause", "refer", "emergency"}
STAGES = {"before": str, "after": str}
REASON = {
    "id": str,
    "state": str,
    "text": str,
    "condition": (str, None),
    "file": (str, None),
    "line": (int, None),
    "basis": ({"published", "consensus", "clinic"}, None),
    "source": (str, None),
    "checked": (bool, None),
    "values": [{"id": str, "value": str, "at": (str, None)}],
}
DOSE = {
    "level": str,
    "step": int,
    "steps": int,
    "sets": int,
    "reps": [int],
    "seconds": (int, None),
    "metres": (int, None),
    "minutes": (int, float, None),
    "per_day": (int, None),
    "per_week": (str, None),
    "load": (str, None),
    "each_side": bool,
}
PLAN = {
    "exercises": [
        {
            "id": str,
            "slot": str,
            "change": {"kept", "new", "progressed", "eased"},
            "dose": DOSE,
            "why": [REASON],
            "days": [bool],
            "warnings": [str],
            "tell": [str],
        }
    ],
    "rejected": [{"id": str, "slot": str, "reason": {"excluded", "not_best"}, "why": [REASON]}],
    "dropped": [{"id": str, "tell": [str], "why": [REASON]}],
    "exact": bool,
    "bound": NUMBER,
    "next_visit": (str, None),
}
DECISION = {
    "action": ACTIONS,
    "stage": STAGES,
    "tracks": {"main": {"action": ACTIONS, "stage": STAGES}},
    "gates": [
        {
            "id": str,
            "level": EFFECTS - {"none"},
            "state": {"triggered", "clear", "unknown", "error"},
            "effect": EFFECTS,
            "overridden": bool,
            "say": str,
            "tell": (str, None),
        }
    ],
    "criteria": [{"id": str, "state": STATES}],
    "findings": [{"id": str, "state": STATES, "severity": int}],
    "plan": (PLAN, None),
    "tell": [str],
    "advice": [{"id": str, "text": str}],
    "needs": [
        {
            "id": str,
            "kind": {"measure", "clearance", "event", "review"},
            "assessment": (str, None),
            "could_change": [str],
        }
    ],
    "reasons": [REASON],
}
RUN = {
    "schema": {"rehabflow/run/1"},
    "protocol": {"id": str, "version": str, "sha256": str},
    "decisions": [{"day": int, "at": str, "kind": {"visit", "between"}, "decision": DECISION}],
}
SCORE = {
    "status": {"computed", "incomplete", "invalid"},
    "measures": dict,
    "bands": dict,
    "possible": dict,
    "missing": [str],
    "problems": list,
}
PROBLEM = {
    "code": str,
    "file": str,
    "line": int,
    "column": int,
    "end_line": int,
    "end_column": int,
    "message": str,
    "help": str,
}
TEST = {
    "passed": int,
    "failed": int,
    "skipped": int,
    "cases": [
        {"id": str, "path": str, "line": int, "ok": bool, "got": (str, None), "expected": (str, None)},
    ],
}
KINDS = {"criterion", "gate", "caution", "exclusion", "transition"}
TRIED = {"met", "not_met", "unknown", "made"}
COVERAGE = {
    "schema": {"rehabflow/coverage/1"},
    "passed": int,
    "failed": int,
    "skipped": int,
    "protocols": [
        {
            "id": str,
            "version": str,
            "cases": int,
            "tried": int,
            "wanted": int,
            "items": [
                {
                    "kind": KINDS,
                    "id": str,
                    "file": (str, None),
                    "line": (int, None),
                    "seen": dict,
                    "missing": [TRIED],
                    "cannot": dict,
                }
            ],
        }
    ],
}
SHARE = {
    "all": int,
    "published_checked": int,
    "published_unchecked": int,
    "consensus": int,
    "clinic": int,
    "consensus_percent": (int, None),
}
EVIDENCE = {
    "schema": {"rehabflow/evidence/1"},
    "protocol": str,
    "version": str,
    "numbers": SHARE,
    "by_kind": {"parameter": SHARE, "criterion": SHARE, "gate": SHARE, "dose": SHARE, "measure": SHARE},
    "rows": [
        {
            "kind": str,
            "id": str,
            "says": str,
            "numbers": [str],
            "basis": {"published", "consensus", "clinic"},
            "checked": bool,
            "source": (str, None),
            "note": (str, None),
            "file": str,
            "line": int,
        }
    ],
}
LISTS = {
    "protocol": ("protocols", {"id": str, "version": str, "title": str, "status": str, "path": str}),
    "assessment": ("assessments", {"id": str, "title": str, "minutes": (int, float, None), "path": str}),
    "exercise": ("exercises", {"id": str, "title": str, "demand": int, "trains": [str], "path": str}),
    "gate": ("gates", {"id": str, "title": str, "levels": [EFFECTS], "path": str}),
    "plugin": (
        "plugins",
        {"id": str, "version": str, "title": str, "status": {"active", "quarantined"}, "path": str},
    ),
}


def document(*words: str | Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(rehabflow(*words, "--json").data)
    return found


def test_the_demonstration() -> None:
    found = document("run", "low_back_pain", "--demo")
    assert list(faults(found, RUN)) == []
    protocol = found["protocol"]
    assert isinstance(protocol, dict)
    assert re.fullmatch("[0-9a-f]{64}", protocol["sha256"])


def test_a_run_in_which_nothing_is_known() -> None:
    assert list(faults(document("run", "low_back_pain", "--no-input"), RUN)) == []


@pytest.mark.parametrize("kind", LISTS)
def test_lists(kind: str) -> None:
    name, form = LISTS[kind]
    found = document(kind, "list")
    assert list(faults(found, {"schema": {f"rehabflow/{name}/1"}, name: [form]})) == []
    assert found[name]


@pytest.mark.parametrize("answers", ["answers", "few_answers", "wrong_answers"])
def test_scores(answers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    found = document("assessment", "score", "sample_form", f"clinic/{answers}.toml", *CLINIC)
    assert list(faults(found, {**SCORE, "problems": [PROBLEM]})) == []


def test_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    found = document("test", "clinic", *CLINIC)
    assert list(faults(found, TEST)) == []
    assert (found["passed"], found["failed"], found["skipped"]) == (1, 1, 1)


def test_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    found: Any = document("test", "clinic", "--coverage", *CLINIC)
    assert list(faults(found, COVERAGE)) == []
    (protocol,) = found["protocols"]
    missing = sum(len(item["missing"]) for item in protocol["items"])
    assert (protocol["id"], protocol["wanted"] - protocol["tried"]) == ("shoulder", missing)


def test_evidence() -> None:
    found: Any = document("protocol", "show", "low_back_pain", "--evidence")
    assert list(faults(found, EVIDENCE)) == []
    numbers = found["numbers"]
    assert numbers["all"] == sum(len(row["numbers"]) for row in found["rows"])
    assert numbers["consensus"] == sum(
        len(row["numbers"]) for row in found["rows"] if row["basis"] == "consensus"
    )
    assert not [row["id"] for row in found["rows"] if row["checked"] and row["basis"] != "published"]


def test_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    found = document("check", "misspelt")
    assert list(faults(found, {"problems": [PROBLEM]})) == []
    assert found["problems"]


@pytest.mark.parametrize(
    ("words", "schema"),
    [
        (["protocol", "show", "low_back_pain"], "protocol"),
        (["assessment", "show", "odi"], "assessment"),
        (["exercise", "show", "bird_dog_arm"], "exercise"),
        (["gate", "show", "cauda_equina"], "gate"),
        (["plugin", "show", "red_flags"], "plugin"),
        (["plugin", "doctor"], "doctor"),
        (["explain", "unknown-key"], "explanation"),
    ],
    ids=" ".join,
)
def test_every_document_names_its_schema(words: list[str], schema: str) -> None:
    assert document(*words)["schema"] == f"rehabflow/{schema}/1"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ({}, {"a": int}),
        ({"a": True}, {"a": int}),
        ({"a": "x"}, {"a": {"y"}}),
        ([1, "2"], [int]),
        ("x", (int, None)),
        (0, None),
        (None, str),
    ],
)
def test_a_wrong_document_is_found(value: object, form: object) -> None:
    assert list(faults(value, form))
