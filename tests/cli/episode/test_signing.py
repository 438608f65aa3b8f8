"""What clinicians sign: agreements, overrides, corrections."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from cli.episode.clinic import (
    AUDITOR,
    CLEARED,
    DAY_1,
    DAY_7,
    DAY_8,
    DECIDED,
    FINE,
    PHYSICIAN,
    Clinic,
)
from cli.shapes import faults
from rehabflow.cli.episode.desk import now_of
from rehabflow.instants import Instant
from rehabflow.record.events import Cleared, Corrected, Overridden


def test_an_agreement_at_a_visit_that_waits_is_decided_with_it(clinic: Clinic) -> None:
    episode = clinic.opened()
    clinic.done("visit", episode, "--from", clinic.file(FINE), code=3)
    found = clinic.done("clear", episode, "start")
    assert list(faults(found, DECIDED)) == []
    assert (found["recorded"], found["decided"]["decision"]["action"]) == ("cleared", "start")
    assert found["waits"] == found["version"]


def test_an_agreement_by_post_waits_for_the_next_visit(clinic: Clinic) -> None:
    episode = clinic.opened()
    found = clinic.done("clear", episode, "start", "--reason", "letter")
    assert (found["decided"], found["version"]) == (None, 2)
    assert (
        clinic.done("visit", episode, "--from", clinic.file(FINE))["decided"]["decision"]["action"] == "start"
    )


def test_what_waited_since_yesterday_lapses_and_that_is_said(clinic: Clinic) -> None:
    episode = clinic.opened()
    clinic.done("visit", episode, "--from", clinic.file(FINE), code=3)
    ended = clinic.run("clear", episode, "start", now=DAY_1)
    assert (ended.code, "has lapsed" in ended.data) == (0, True)


def test_an_agreement_withdrawn(clinic: Clinic) -> None:
    episode = clinic.started()
    found = clinic.done("clear", episode, "start", "--withdraw", "--reason", "new pain", now=DAY_1)
    assert found["recorded"] == "clearance_withdrawn"
    decided = clinic.done("visit", episode, "--from", clinic.file(FINE), now=DAY_7, code=3)["decided"]
    assert decided["decision"]["action"] == "pause"


def test_an_override_shows_until_it_ends_and_is_counted(clinic: Clinic) -> None:
    rule = "clearance.bed_rest.caution"
    episode = clinic.opened()
    words = ["--code", "clinical_judgement", "--reason", "a cold", "--until", "10d"]
    assert clinic.done("override", episode, rule, *words)["recorded"] == "overridden"

    def is_overridden(now: str) -> bool:
        found = clinic.done("visit", episode, "--from", clinic.file(CLEARED), now=now)["decided"]["decision"]
        return bool(next(one["overridden"] for one in found["gates"] if one["id"] == "clearance.bed_rest"))

    assert is_overridden(DAY_1)
    clinic.done("override", episode, rule, "--end", "--reason", "over", now=DAY_7)
    assert not is_overridden(DAY_8)
    again = clinic.run("override", episode, rule, "--end", "--reason", "over", now=DAY_8)
    assert (again.code, "no override" in again.talk) == (2, True)
    counts = clinic.done("overrides", by=AUDITOR)
    assert counts == {"schema": "rehabflow/episode-overrides/1", "overrides": [{"rule": rule, "count": 1}]}
    assert rule in clinic.run("overrides").data


@pytest.mark.parametrize("rule", ["red_flags.cauda_equina.emergency", "red_flags.malignancy.refer"])
def test_emergency_and_refer_are_never_set_aside(clinic: Clinic, rule: str) -> None:
    episode = clinic.opened()
    words = ["--code", "other", "--reason", "x", "--until", "2026-03-20"]
    ended = clinic.run("override", episode, rule, *words, by=PHYSICIAN)
    assert (ended.code, clinic.entries()) == (1, 1)
    assert "cannot be set aside" in ended.talk or "no gate" in ended.talk


@pytest.mark.parametrize(
    "words",
    [
        ["x.caution"],
        ["x.caution", "--code", "other", "--until", "7d", "--end"],
        ["x.caution", "--code", "other", "--until", "soon", "--reason", "x"],
        ["x.caution", "--code", "whim", "--until", "7d", "--reason", "x"],
    ],
)
def test_override_refuses(clinic: Clinic, words: list[str]) -> None:
    assert clinic.run("override", clinic.opened(), *words).code == 2


def test_a_correction_is_seen_by_the_next_decision(clinic: Clinic) -> None:
    episode = clinic.opened()
    wrong = FINE.replace(
        'red_flags = { rest = "normal" }', 'red_flags = { rest = "normal", saddle_numbness = true }'
    )
    shown = clinic.done("visit", episode, "--from", clinic.file(wrong), code=3)["decided"]["decision"]
    assert shown["action"] == "emergency"
    words = ["red_flags.saddle_numbness", "--on", "2026-03-02", "--to", "no", "--reason", "wrong patient"]
    found = clinic.done("correct", episode, *words, code=3)
    assert (found["recorded"], found["decided"]["decision"]["action"]) == ("corrected", "pause")


def test_what_is_withdrawn_is_unknown_again(clinic: Clinic) -> None:
    episode = clinic.started()
    found = clinic.done("correct", episode, "nprs.average", "--withdraw", "--reason", "not asked", now=DAY_1)
    assert found["recorded"] == "observation_withdrawn"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nprs.average"], 2),
        (["nprs.average", "--on", "2026-03-02", "--no-input"], 2),
        (["nprs.average", "--on", "2026-03-01", "--to", "5", "--reason", "x"], 2),
        (["nprs.average", "--on", "2026-03-02", "--to", "50", "--reason", "x"], 1),
        (["nprs.average", "--on", "2027-03-02", "--to", "5", "--reason", "x"], 2),
        (["nprs.nothing", "--on", "2026-03-02", "--to", "5", "--reason", "x"], 2),
        (["nprs.average", "--on", "2026-03-02", "--withdraw", "--reason", "x"], 2),
    ],
)
def test_correct_refuses(clinic: Clinic, words: list[str], code: int) -> None:
    episode = clinic.started()
    before = clinic.entries()
    ended = clinic.run("correct", episode, *words, now=DAY_1)
    assert (ended.code, ended.data, clinic.entries()) == (code, "", before)


def test_what_is_signed_names_who_signed_and_why(clinic: Clinic) -> None:
    episode = clinic.started()
    at, later = now_of(DAY_1), Instant.of(datetime.date(2026, 3, 10))
    words = ["--code", "patient_wish", "--reason", "a cold", "--until", "7d"]
    clinic.done("override", episode, "clearance.bed_rest.caution", *words, now=DAY_1)
    clinic.done("clear", episode, "heavy_loading", "--reason", "strong", now=DAY_1)
    clinic.done(
        "correct", episode, "nprs.average", "--on", "2026-03-02", "--to", "5", "--reason", "typo", now=DAY_1
    )
    overridden, cleared, corrected = clinic.events(episode)[-3:]
    by = "physiotherapist"
    assert overridden == Overridden(
        at, at, "clearance.bed_rest.caution", by, "t7", "patient_wish: a cold", later
    )
    assert cleared == Cleared(at, at, "heavy_loading", by, "t7", "strong")
    day_0 = Instant.of(datetime.date(2026, 3, 2))
    assert corrected == Corrected(at, at, "nprs.average", day_0, Decimal(5), by, "typo")
