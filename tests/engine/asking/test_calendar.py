"""What is due by the calendar is asked too, after what could change the decision."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from engine.asking.making import asked, decided, gate, need, protocol, sound, stage, visit
from rehabflow.engine.decision import Decision
from rehabflow.record.events import Event

TWO = """
[assessment.form]
title = "Form"
minutes = 3
[assessment.form.measure.x]
type = "yes_no"
valid_for = "never_expires"
[assessment.form.measure.y]
type = "yes_no"
valid_for = "never_expires"
[assessment.walk]
title = "Walk"
minutes = 4
[assessment.walk.measure.time]
type = "number"
unit = "min"
range = [0, 60]
decimals = 0
better = "higher"
valid_for = "never_expires"
"""
STAGES = {"one": stage("one"), "two": stage("two", {"enter": {"far": "walk.time >= 30"}})}


def due(decision: Decision) -> dict[str, str]:
    return {one.id: one.due for one in decision.needs if one.due}


def asking(ask: str, events: Sequence[Event], day: int, *, stages: dict[str, str] | None = None) -> Decision:
    catalog = sound(protocol([], stages, measures=TWO, more=f"\n[ask.form]\nwhat = ['form']\n{ask}\n"))
    return decided(catalog, events, day)


@pytest.mark.parametrize(
    ("every", "recorded_on", "day", "state"),
    [
        ("'visit'", None, 0, "due"),
        ("'visit'", 0, 0, ""),
        ("'visit'", 0, 7, "due"),
        ("'once'", None, 0, "due"),
        ("'once'", 0, 90, ""),
        ("'4w'", None, 0, "due"),
        ("'4w'", 0, 27, ""),
        ("'4w'", 0, 28, "due"),
        ("'4w'\nlate_after = '2w'", 0, 42, "due"),
        ("'4w'\nlate_after = '2w'", 0, 43, "late"),
        ("'4w'\nlate_after = '2w'", None, 14, "due"),
        ("'4w'\nlate_after = '2w'", None, 15, "late"),
        ("'once'\nlate_after = '2w'", None, 15, "late"),
    ],
)
def test_an_assessment_falls_due(every: str, recorded_on: int | None, day: int, state: str) -> None:
    events = visit(0, {"form.x": True} if recorded_on == 0 else {})
    events += visit(day, {}) if day else []
    found = asking(f"every = {every}", events, day)
    assert due(found).get("form", "") == state


def test_a_due_assessment_is_one_need_with_all_its_answers() -> None:
    found = need(asking("every = 'once'", visit(0, {}), 0), "form")
    assert (found.kind, found.assessment, found.items, found.minutes, found.ask) == (
        "measure", "form", ("form.x", "form.y"), Decimal(3), "Form",
    )  # fmt: skip
    assert found.could_change == ()


def test_what_could_change_the_decision_comes_first_and_carries_what_is_due() -> None:
    gates = [("g", gate("g", "pause", "walk.time < 3"))]
    more = "\n[ask.form]\nwhat = ['form', 'walk']\nevery = 'once'\n"
    catalog = sound(protocol(gates, measures=TWO, more=more))
    decision = decided(catalog, visit(0, {}))
    assert [(one.id, one.due) for one in decision.needs] == [("walk.time", "due"), ("form", "due")]


def test_late_comes_before_due() -> None:
    more = """
[ask.a]
what = ["form"]
every = "4w"
[ask.b]
what = ["walk"]
every = "4w"
late_after = "1w"
"""
    catalog = sound(protocol([], measures=TWO, more=more))
    events = [*visit(0, {"form.x": True, "walk.time": 5}), *visit(40, {})]
    assert list(due(decided(catalog, events, 40)).items()) == [("walk", "late"), ("form", "due")]


def test_an_assessment_asked_at_every_visit_is_not_due_between_visits() -> None:
    events = visit(0, {"form.x": True})
    catalog = sound(protocol([], measures=TWO, more="\n[ask.form]\nwhat = ['form']\nevery = 'visit'\n"))
    assert due(decided(catalog, events, 3)) == {}
    assert due(decided(catalog, [*events, *visit(3, {})], 3)) == {"form": "due"}


def test_from_a_stage_on() -> None:
    ask = "every = '4w'\nfrom_stage = 'two'"
    assert due(asking(ask, visit(0, {}, place="one"), 0, stages=STAGES)) == {}
    assert due(asking(ask, visit(0, {}, place="two"), 0, stages=STAGES)) == {"form": "due"}
    late = f"{ask}\nlate_after = '1w'"
    events = [*visit(0, {}, place="one"), *visit(30, {}, place="two"), *visit(36, {})]
    assert due(asking(late, events, 36, stages=STAGES)) == {"form": "due"}


def test_on_entry_of_a_stage() -> None:
    ask = "every = '8w'\nalso = ['on_entry']"
    events = [*visit(0, {"form.x": True}, place="one"), *visit(7, {"walk.time": 40})]
    moved = asking(ask, events, 7, stages=STAGES)
    assert (moved.action, due(moved)) == ("advance", {"form": "due"})
    stayed = asking(
        ask, [*visit(0, {"form.x": True}, place="one"), *visit(7, {"walk.time": 3})], 7, stages=STAGES
    )
    assert (stayed.action, due(stayed)) == ("stay", {})


def test_before_a_discharge() -> None:
    stages = {"one": stage("one", {"discharge": {"far": "walk.time >= 30", "well": "form.x"}})}
    ask = "every = '8w'\nalso = ['before_discharge']"
    before = visit(0, {"form.x": True, "form.y": True, "walk.time": 3}, place="one")
    far = asking(ask, [*before, *visit(7, {"walk.time": 40})], 7, stages=stages)
    near = asking(ask, [*before, *visit(7, {"walk.time": 4})], 7, stages=stages)
    done = asking(ask, [*before, *visit(7, {"walk.time": 40, "form.x": True})], 7, stages=stages)
    assert (far.action, due(far)) == ("discharge", {"form": "due"})
    assert (near.action, due(near)) == ("stay", {})
    assert (done.action, due(done)) == ("discharge", {})


def test_a_discharge_that_waits_only_for_the_assessment_asks_for_it() -> None:
    stages = {"one": stage("one", {"discharge": {"far": "walk.time >= 30", "well": "not form.x"}})}
    ask = "every = '8w'\nalso = ['before_discharge']"
    events = [*visit(0, {"form.x": True, "walk.time": 3}, place="one"), *visit(7, {"walk.time": 40})]
    found = asking(ask, events, 7, stages=stages)
    assert (found.action, due(found)) == ("stay", {"form": "due"})


@pytest.mark.parametrize(("day", "is_due"), [(41, False), (42, True), (60, True)])
def test_a_stage_that_lasts_is_reviewed(day: int, is_due: bool) -> None:
    review = '[stage.one.review]\nafter = "6w"\nsay = "Still here: look again"\n'
    catalog = sound(protocol([], {"one": stage("one") + review}, measures=TWO))
    decision = decided(catalog, [*visit(0, {}, place="one"), *visit(day, {})], day)
    found = [(one.id, one.kind, one.due, one.ask) for one in decision.needs if one.kind == "review"]
    assert found == ([("stage.one.review", "review", "due", "Still here: look again")] if is_due else [])
    assert asked(decision) == []
