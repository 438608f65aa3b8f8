"""The commands that read: status, list, plan, why, history; what they show, to whom, and that they record nothing."""

from __future__ import annotations

import json
from typing import Any  # JSON documents

import pytest

from cli.commands import rehabflow
from cli.episode.clinic import ASSISTANT, AUDITOR, CLEARED, DAY_1, DAY_7, DAY_8, LEAD, Clinic
from cli.shapes import faults
from cli.test_json_documents import DECISION
from rehabflow.store import trace

DAY_4 = "2026-03-06T09:00"
LATER = "2026-04-20T09:00"
ANSWERS = ["--set", "red_flags.rest=normal", "--set", "walking.minutes=9"]
REASON = {
    "id": str,
    "state": str,
    "text": (str, None),
    "file": (str, None),
    "line": (int, None),
}
STATUS = {
    "schema": {"rehabflow/episode-status/1"},
    "episode": str,
    "protocol": {"id": str, "version": str},
    "version": int,
    "day": int,
    "closed": (str, None),
    "in_force": ({"number": int, "action": str, "kind": str, "at": str}, None),
    "waits": ({"number": int, "action": str, "kind": str, "at": str}, None),
    "tracks": [
        {
            "id": str,
            "open": bool,
            "stage": str,
            "days": (int, None),
            "steps": [{"kind": str, "stage": str, "criteria": [{**REASON, "course": [{"at": str}]}]}],
        }
    ],
    "gates": [{"id": str, "state": str, "effect": str, "text": str}],
    "overrides": [{"rule": str, "by": str, "until": str}],
    "due": [{"id": str, "kind": str}],
    "next_visit": (str, None),
}
WHY_NOT = {
    "schema": {"rehabflow/episode-why-not/1"},
    "goal": {"advance", "start", "discharge"},
    "status": {"already", "found", "only_time", "none", "no_way"},
    "blocking": [{"id": str, "text": (str, None), "file": (str, None), "line": (int, None)}],
    "not_before": (str, None),
    "changes": [{"kind": str, "id": str, "at": str, "after": dict, "low": (float, None), "step": float}],
    "smallest": bool,
    "tried": int,
}


def treated(clinic: Clinic) -> str:
    """Return an episode with three visits; the decision of the last waits."""
    episode = clinic.started()
    found = clinic.done("visit", episode, *ANSWERS, "--set", "nprs.average=7", now=DAY_4)
    clinic.done("accept", episode, str(found["waits"]), now=DAY_4)
    clinic.done("visit", episode, *ANSWERS, "--set", "nprs.average=6", now=DAY_7)
    return episode


def patient(clinic: Clinic, episode: str) -> str:
    """Return the patient of an episode as who acts."""
    return f"{clinic.patient_of(episode)}:patient"


def checked(document: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    """Return a document that has a form."""
    assert not list(faults(document, form))
    return document


# -- status


def test_status_fits_one_screen(clinic: Clinic) -> None:
    episode = treated(clinic)
    ended = rehabflow(
        "episode", "status", episode, "--now", LATER, **{**clinic.environment(), "COLUMNS": "80"}
    )
    lines = ended.data.splitlines()
    assert ended.code == 0
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80
    assert "WAITS for a clinician: STAY" in ended.data
    assert "6 7 6" in ended.data
    assert "overdue" in ended.data


def test_status_tells_each_criterion_with_value_and_course(clinic: Clinic) -> None:
    found = checked(clinic.done("status", treated(clinic), now=DAY_8), STATUS)
    (track,) = found["tracks"]
    (enter,) = (step for step in track["steps"] if step["kind"] == "enter")
    walking = next(one for one in enter["criteria"] if one["id"].endswith(".walking"))
    assert (walking["state"], walking["values"][-1]["value"]) == ("not_met", "9 min")
    assert [one["value"] for one in walking["course"]] == [8, 9, 9]
    assert (track["stage"], track["days"], found["waits"]["action"]) == ("acute", 8, "stay")


def test_status_of_a_new_episode(clinic: Clinic) -> None:
    episode = clinic.opened()
    found = checked(clinic.done("status", episode), STATUS)
    assert (found["in_force"], found["tracks"][0]["stage"]) == (None, "none")
    assert "no stage yet" in clinic.run("status", episode).data


def test_status_tells_what_was_set_aside(clinic: Clinic) -> None:
    episode = clinic.started()
    clinic.done(
        "override", episode, "clearance.heavy_loading.restrict", "--code", "other", "--reason", "seen", "--until", "7d"
    )  # fmt: skip
    found = clinic.done("status", episode, now=DAY_4)
    assert [one["rule"] for one in found["overrides"]] == ["clearance.heavy_loading.restrict"]
    assert "set aside by" in clinic.run("status", episode, now=DAY_4).data


def test_reading_records_nothing(clinic: Clinic) -> None:
    episode = treated(clinic)
    before = clinic.entries()
    for words in (["status", episode], ["list"], ["plan", episode], ["why", episode],
                  ["why", episode, "--not", "advance"], ["history", episode], ["replay"]):  # fmt: skip
        assert clinic.run(*words, "--no-input", now=DAY_8).code == 0
    assert clinic.entries() == before


def test_what_another_episode_of_the_patient_asks_for_is_shown(clinic: Clinic) -> None:
    episode = treated(clinic)
    other = clinic.done("open", "neck_whiplash", "--patient", clinic.patient_of(episode))["episode"]
    before = clinic.entries()
    found = clinic.done("status", episode, now=DAY_8)
    assert any(gate["id"].startswith("others.neck_whiplash") for gate in found["gates"])
    assert clinic.entries() == before
    clinic.done("visit", episode, *ANSWERS, "--set", "nprs.average=3", now=DAY_8, code=3)
    text = clinic.run("why", episode, "--not", "advance", now=DAY_8).data
    assert "others.neck_whiplash" in text
    assert "Nothing else recorded in this episode would have done it." in text
    assert "neck_whiplash" in clinic.run("history", episode, now=DAY_8).data
    assert clinic.done("status", other, now=DAY_8)["in_force"] is None


# -- list


def test_list_begins_with_who_needs_attention(clinic: Clinic) -> None:
    overdue, waits, new = clinic.started(), treated(clinic), clinic.opened()
    stopped = clinic.opened()
    shown = clinic.done("visit", stopped, "--set", "red_flags.saddle_numbness=yes", code=3)
    clinic.done("accept", stopped, str(shown["waits"]))
    closed = clinic.opened()
    clinic.done("close", closed, "--disposition", "other")
    found = clinic.done("list", now=LATER)
    assert [one["id"] for one in found["episodes"]] == [waits, stopped, overdue, new]
    whys = [one["why"] for one in found["episodes"]]
    assert whys[:2] == ["decision waits", "emergency"]
    assert whys[2].endswith("overdue")
    assert found["unreadable"] == 0
    assert closed in {one["id"] for one in clinic.done("list", "--all", now=LATER)["episodes"]}


def test_list_says_names_only_when_asked(clinic: Clinic) -> None:
    episode = clinic.started()
    clinic.done("identify", episode, "--from", clinic.file("name = 'Anna Example'", "name.toml"))
    assert "Anna" not in clinic.run("list").data
    assert "Anna Example" in clinic.run("list", "--names").data
    assert clinic.run("list", "--names", by=AUDITOR).code == 1


def test_list_counts_what_cannot_be_read(clinic: Clinic) -> None:
    clinic.started()
    clinic.done("erase", clinic.started(), "--ground", "other", "--yes", by=LEAD)
    found = clinic.done("list")
    assert (len(found["episodes"]), found["unreadable"]) == (1, 1)


def test_a_stop_that_nobody_answered_comes_first(clinic: Clinic) -> None:
    waits, stopped = treated(clinic), clinic.opened()
    clinic.done("visit", stopped, "--set", "red_flags.saddle_numbness=yes", code=3)
    found = clinic.done("list", now=DAY_8)["episodes"]
    assert [(one["id"], one["why"]) for one in found] == [
        (stopped, "emergency, not answered"),
        (waits, "decision waits"),
    ]


# -- plan


def test_the_plan_is_the_one_accepted(clinic: Clinic) -> None:
    episode = clinic.opened()
    assert clinic.done("plan", episode)["plan"] is None
    shown = clinic.done("visit", episode, "--from", clinic.file(CLEARED))
    assert clinic.done("plan", episode)["plan"] is None
    clinic.done("decline", episode, str(shown["waits"]), "--reason", "not yet")
    assert "No plan is in force" in clinic.run("plan", episode).data


def test_the_patient_sees_how_it_is_done_and_nothing_that_waits(clinic: Clinic) -> None:
    episode = treated(clinic)
    plan = clinic.done("plan", episode)["plan"]
    ended = clinic.run("plan", episode, by=patient(clinic, episode))
    assert ended.code == 0
    for exercise in plan["exercises"]:
        assert exercise["title"] in ended.data
    assert "waits" not in ended.data
    assert "waits" in clinic.run("plan", episode).data
    assert clinic.run("plan", episode, by="somebody:patient").code == 1


# -- why


def test_why_goes_down_to_file_line_and_source(clinic: Clinic) -> None:
    ended = clinic.run("why", treated(clinic))
    assert ended.code == 0
    assert "protocols/low_back_pain/stages/stabilization.toml:" in ended.data
    assert "published" in ended.data
    found = clinic.done("why", clinic.started())
    assert not list(faults(found["decision"], DECISION))


def test_why_of_each_decision(clinic: Clinic) -> None:
    episode = treated(clinic)
    found = clinic.done("history", episode)
    decisions = [one["number"] for one in found["entries"] if one["kind"] == "derived"]
    standings = [clinic.run("why", episode, str(number)).data.splitlines()[0] for number in decisions]
    assert [line.partition(": ")[2] for line in standings] == [
        "was in force, until a later one.",
        "in force.",
        "waits for a clinician.",
    ]
    ended = clinic.run("why", episode, "1")
    assert (ended.code, "no such decision" in ended.talk) == (2, True)


def test_a_patient_asks_why_only_of_what_was_accepted(clinic: Clinic) -> None:
    episode = treated(clinic)
    by = patient(clinic, episode)
    number = clinic.done("status", episode)["waits"]["number"]
    assert clinic.run("why", episode, by=by).code == 0
    assert clinic.run("why", episode, str(number), by=by).code == 2
    assert clinic.run("why", episode, "--not", "advance", by=by).code == 1


def test_a_decision_that_is_not_the_recorded_one_is_not_shown(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = treated(clinic)
    whole = trace.whole_of
    monkeypatch.setattr("rehabflow.cli.episode.looked.whole_of", lambda decision: whole(decision)[::-1])
    for words in (["why", episode], ["plan", episode], ["why", episode, "--not", "advance"]):
        ended = clinic.run(*words)
        assert (ended.code, ended.data) == (1, "")
        assert "differs" in ended.talk


def test_why_not_says_the_smallest_change(clinic: Clinic) -> None:
    episode = treated(clinic)
    found = checked(clinic.done("why", episode, "--not", "advance"), WHY_NOT)
    assert found["status"] == "found"
    changes = {one["id"]: one for one in found["changes"]}
    assert changes["walking.minutes"]["low"] == 10
    ended = clinic.run("why", episode, "--not", "advance")
    assert "walking.minutes: 10 min or more (not 9)" in ended.data
    assert "record nothing else" in ended.data.replace("\n", " ").replace("  ", " ")


def test_what_why_not_says_is_so(clinic: Clinic) -> None:
    """Recorded at a visit as told, the patient does advance."""
    episode = treated(clinic)
    told = clinic.done("why", episode, "--not", "advance")["changes"]
    assert {one["kind"] for one in told} == {"answer", "unreported"}
    found = clinic.done(
        "visit", episode, "--from", clinic.file(_recorded_as_told(told)), now="2026-03-09T11:00"
    )
    assert found["decided"]["decision"]["action"] == "advance"


def _recorded_as_told(told: list[dict[str, Any]]) -> str:
    """Return the file of a visit at which every change is recorded."""
    observed: dict[str, dict[str, str]] = {"red_flags": {"rest": '"normal"'}}
    for one in told:
        if one["kind"] == "answer":
            assessment, measure = one["id"].split(".")
            observed.setdefault(assessment, {})[measure] = json.dumps(one["after"][one["id"]])
    (line,) = (dict(one["after"]) for one in told if one["kind"] == "unreported")
    of, done = line.pop("session.expected"), line.pop("session.done")
    worst = [f"{key.removeprefix('session.')} = {json.dumps(value)}" for key, value in line.items()]
    answers = [
        f"{key}.{measure} = {value}" for key, table in observed.items() for measure, value in table.items()
    ]
    diary = [f'last = "7d"\nof = {of}\ndone = {done}', "[diary.worst]", *worst]
    return "\n".join(["[observed]", *answers, "[diary]", *diary])


def test_why_not_what_was_decided(clinic: Clinic) -> None:
    assert clinic.done("why", clinic.started(), "--not", "start")["status"] == "already"
    assert clinic.done("why", clinic.started(), "--not", "discharge")["status"] == "no_way"
    ended = clinic.run("why", clinic.started(), "--not", "advance", "--track", "nowhere")
    assert (ended.code, "there are: main" in ended.talk) == (2, True)


# -- history


def test_history_shows_what_was_known_then(clinic: Clinic) -> None:
    episode = treated(clinic)
    clinic.done(
        "correct", episode, "nprs.average", "--on", "2026-03-02", "--to", "4", "--reason", "typo", now=DAY_8
    )
    now, then = (
        clinic.run("history", episode, *words).data for words in ([], ["--as-known-on", "2026-03-04"])
    )
    assert "corrected: nprs.average of 2026-03-02 is 4: typo" in " ".join(now.split())
    assert "corrected" not in then
    assert "as known on 2026-03-04" in then
    found = clinic.done("history", episode, "--as-known-on", "2026-03-04")
    assert found["in_force"] == found["entries"][-1]["number"] - 1
    ended = clinic.run("history", episode, "--as-known-on", "2026-03-01")
    assert (ended.code, "not open by then" in ended.talk) == (2, True)


def test_history_has_every_entry(clinic: Clinic) -> None:
    episode = treated(clinic)
    found = clinic.done("history", episode)
    assert [one["number"] for one in found["entries"]] == list(range(1, clinic.entries() + 1))
    assert {one["kind"] for one in found["entries"]} == {
        "opened", "visited", "observed", "cleared", "derived", "accepted",
    }  # fmt: skip
    text = json.dumps(found)
    assert "nprs.average" in text


# -- who may


MAY = {
    "status": {"patient", "assistant", "clinician", "lead", "auditor"},
    "list": {"assistant", "clinician", "lead", "auditor"},
    "plan": {"patient", "assistant", "clinician", "lead", "auditor"},
    "why": {"patient", "assistant", "clinician", "lead", "auditor"},
    "history": {"clinician", "lead", "auditor"},
    "replay": {"clinician", "lead", "auditor"},
}


@pytest.mark.parametrize("command", MAY)
def test_who_may_read(clinic: Clinic, command: str) -> None:
    episode = clinic.started()
    actors = {
        "patient": patient(clinic, episode), "assistant": ASSISTANT, "clinician": "", "lead": LEAD, "auditor": AUDITOR,
    }  # fmt: skip
    words = [command] if command == "list" else [command, episode]
    may = {role for role, by in actors.items() if clinic.run(*words, by=by).code == 0}
    assert may == MAY[command]


def test_a_stop_is_told_whatever_was_answered(clinic: Clinic) -> None:
    episode = clinic.started()
    made = clinic.done("visit", episode, "--set", "nprs.average=3", now=DAY_1, code=4)
    number = str(made["waits"])
    ended = clinic.run("decline", episode, number, "--reason", "typed wrongly", now=DAY_1)
    assert f"Decision {number} was declined; the stop holds until a later decision is accepted." in ended.data
    seen = clinic.run("why", episode, number, by=patient(clinic, episode), now=DAY_1)
    assert f"Decision {number}: stops exercise at once" in seen.data
    assert "never in force" not in seen.data
    milder = clinic.file(CLEARED)
    found = clinic.done("visit", episode, "--from", milder, now=DAY_7)
    assert found["decided"]["decision"]["action"] == "stay"
    (row,) = clinic.done("list", now=DAY_7)["episodes"]
    assert (row["why"], row["urgency"]) == ("pause; a later decision waits", 0)
