"""What would have advanced the invented patients of the bundled protocols."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from rehabflow import load_catalog, load_journeys
from rehabflow.catalog import Catalog
from rehabflow.engine.decide import decide
from rehabflow.engine.facts import Facts
from rehabflow.engine.gates import evaluate_gates, evaluate_level
from rehabflow.engine.nearest import Change, Nearest, nearest
from rehabflow.engine.play import Played, play
from rehabflow.engine.prepared import prepare
from rehabflow.record.events import Cleared, History, Observed
from rehabflow.record.timeline import fold

ROOT = Path(__file__).resolve().parents[3]


@cache
def catalog() -> Catalog:
    return load_catalog()


@cache
def course(protocol: str) -> dict[int, Played]:
    """Return the visits of a protocol's demonstration by day."""
    path = ROOT / "protocols" / protocol / "cases" / "whole_course.toml"
    journey = load_journeys(path, catalog())[0]
    return {
        one.step.at.day - journey.day_0: one for one in play(catalog(), journey) if one.step.kind == "visit"
    }


def why_not(protocol: str, day: int) -> Nearest:
    one = course(protocol)[day]
    return nearest(catalog().rulebook(protocol), one.history, one.step.at, "advance")


def change_of(answer: Nearest, key: str) -> Change:
    return next(one for one in answer.changes if one.key == key)


def test_a_questionnaire_counts_as_one_answer_and_tells_its_score() -> None:
    answer = why_not("low_back_pain", 29)
    form = change_of(answer, "odi")
    assert (answer.status, form.kind) == ("found", "questionnaire")
    assert form.scores["odi.percent"][1] <= 20
    before = course("low_back_pain")[29].history.events
    recorded = {event.key: event.answer for event in before if isinstance(event, Observed)}
    assert all(after <= recorded[key] for key, after in form.after.items())  # type: ignore[operator]  # numbers


def test_recorded_as_told_the_patient_advances() -> None:
    one = course("low_back_pain")[8]
    answer = why_not("low_back_pain", 8)
    assert [(change.key, change.high) for change in answer.changes] == [("nprs.average", Fraction(5))]
    at, events = one.step.at, one.history.events
    others = [event for event in events if not isinstance(event, Observed) or event.key != "nprs.average"]
    past = [event for event in events if event not in others and event.at != at]
    for pain, action in ((Decimal(5), "advance"), (Decimal(6), "stay")):
        record = History(one.history.day_0, (*others, *past, Observed(at, at, "nprs.average", pain)))
        assert decide(catalog(), "low_back_pain", record, at, kind="visit").action == action


def test_no_leg_is_made_weaker_to_be_like_the_other() -> None:
    answer = why_not("acl_reconstruction", 105)
    assert answer.status == "only_time"
    assert not any(change.is_worse for change in answer.changes)
    assert change_of(answer, "quad_strength.torque.left").step > 0


def test_a_clearance_that_is_missing_is_told_with_who_gives_it() -> None:
    given = change_of(why_not("low_back_pain", 43), "heavy_loading")
    assert given.kind == "clearance"
    assert given.step == 0
    one = course("low_back_pain")[43]
    assert not any(
        isinstance(event, Cleared) and event.scope == "heavy_loading" for event in one.history.events
    )


@pytest.mark.parametrize("protocol", ["low_back_pain", "acl_reconstruction"])
def test_a_level_by_itself_is_as_among_all(protocol: str) -> None:
    rulebook = catalog().rulebook(protocol)
    for one in list(course(protocol).values())[::3]:
        facts = Facts(prepare(rulebook), fold(one.history, one.step.at), one.step.at, visit=True)
        among_all = evaluate_gates(facts, one.history.events, None)
        assert tuple(evaluate_level(facts, rule) for rule in rulebook.gates) == among_all
