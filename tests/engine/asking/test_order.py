"""In which order is asked, what is offered with it, and that the same record always asks the same."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from engine.asking.making import MEASURES, asked, decided, gate, need, protocol, relevant, sound, stage, visit
from rehabflow.record.values import Absent

MINUTES = """
[assessment.z_quick]
title = "Quick"
minutes = 1
[assessment.z_quick.measure.x]
type = "yes_no"
valid_for = "2w"
[assessment.slow]
title = "Slow"
minutes = 9
[assessment.slow.measure.a]
type = "yes_no"
valid_for = "2w"
[assessment.slow.measure.b]
type = "yes_no"
valid_for = "2w"
"""

FORM = """
[assessment.form]
title = "Form"
minutes = 5
items = { ids = ["i1", "i2", "i3", "i4"], range = [0, 3], when_finished = "left_out" }
[assessment.form.measure.percent]
type = "number"
unit = "%"
range = [0, 100]
decimals = 1
better = "lower"
valid_for = "4w"
value = "mean(items, at_least=3) / 3 * 100"
"""


def test_stricter_gates_first_then_shorter_assessments_then_the_order_of_the_files() -> None:
    gates = [
        ("late", gate("late", "caution", "slow.b")),
        ("mid", gate("mid", "pause", "slow.a")),
        ("mid_too", gate("mid_too", "pause", "z_quick.x")),
        ("first", gate("first", "emergency", "slow.b")),
        ("again", gate("again", "emergency", "s.b or s.a")),
    ]
    catalog = sound(protocol(gates, measures=MEASURES + MINUTES))
    assert asked(decided(catalog, visit(0, {}))) == ["s.a", "s.b", "slow.b", "z_quick.x", "slow.a"]


def test_criteria_come_after_gates() -> None:
    enter = {"enter": {"calm": "z_quick.x"}}
    gates = [("g", gate("g", "caution", "slow.a"))]
    text = protocol(gates, {"one": stage("one"), "two": stage("two", enter)}, measures=MINUTES)
    assert asked(decided(sound(text), visit(0, {}, place="one"))) == ["slow.a", "z_quick.x"]


def test_every_rule_that_an_answer_could_change_is_named_strictest_first() -> None:
    gates = [
        ("a", gate("a", "caution", "s.a")),
        ("b", gate("b", "emergency", "s.a and s.b")),
        ("c", gate("c", "pause", "s.a or s.d")),
    ]
    enter = {"enter": {"calm": "not s.a"}}
    catalog = sound(protocol(gates, {"one": stage("one"), "two": stage("two", enter)}))
    decision = decided(catalog, visit(0, {}, place="one"))
    assert need(decision, "s.a").could_change == (
        "b.emergency",
        "c.pause",
        "a.caution",
        "stage.two.enter.calm",
    )


def test_a_rule_that_a_stricter_one_hides_is_not_named() -> None:
    gates = [
        ("a", gate("a", "caution", "s.a")),
        ("b", gate("b", "emergency", "s.a and s.b")),
        ("c", gate("c", "pause", "s.d")),
    ]
    catalog = sound(protocol(gates))
    decision = decided(catalog, visit(0, {"s.d": True}))
    assert need(decision, "s.a").could_change == ("b.emergency",)


def test_what_is_missing_of_the_assessment_and_would_change_nothing_is_marked() -> None:
    catalog = sound(protocol([("a", gate("a", "pause", "s.a"))]))
    decision = decided(catalog, visit(0, {"s.b": True, "s.k": 1}))
    assert need(decision, "s.a").unneeded == ("s.c", "s.d", "s.n")


def test_a_whole_questionnaire_is_one_need() -> None:
    catalog = sound(protocol([("a", gate("a", "pause", "form.percent > 50"))], measures=FORM))
    decision = decided(catalog, visit(0, {}))
    found = need(decision, "form.i1")
    assert asked(decision) == ["form.i1"]
    assert (found.items, found.assessment, found.minutes, found.proved) == (
        ("form.i1", "form.i2", "form.i3", "form.i4"), "form", Decimal(5), True,
    )  # fmt: skip


def test_items_left_open_in_a_questionnaire_are_asked_one_by_one() -> None:
    catalog = sound(protocol([("a", gate("a", "pause", "form.percent > 50"))], measures=FORM))
    decision = decided(catalog, visit(0, {"form.i1": 2, "form.i2": 1}))
    assert asked(decision) == ["form.i3", "form.i4"]
    assert asked(decided(catalog, visit(0, {"form.i1": 3, "form.i2": 3, "form.i3": 3}))) == []


def test_items_asked_are_those_that_some_completion_turns_on() -> None:
    gates = [("a", gate("a", "restrict", "form.percent > 60")), ("b", gate("b", "pause", "s.a"))]
    catalog = sound(protocol(gates, measures=MEASURES + FORM))
    items = (0, 1, 2, 3, Absent.DECLINED)
    for first, some in ((0, False), (2, True), (3, True)):
        events = visit(0, {"s.a": False, "form.i1": first})
        missing = ["form.i2", "form.i3", "form.i4"]
        wanted = relevant(catalog, events, missing, domains=dict.fromkeys(missing, items))
        assert set(asked(decided(catalog, events))) == wanted
        assert bool(wanted) or not some


def test_a_questionnaire_of_which_rules_read_single_items_is_asked_by_item() -> None:
    gates = [("a", gate("a", "restrict", "form.i2 >= 2"))]
    catalog = sound(protocol(gates, measures=FORM))
    assert asked(decided(catalog, visit(0, {}))) == ["form.i2"]


def test_the_same_record_asks_the_same_in_every_process() -> None:
    script = """
import sys
from engine.asking.test_order import ask_much
print(ask_much())
"""
    found = set()
    root = Path(__file__).parents[3]
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}:{root / 'tests'}"}
        done = subprocess.run(  # this interpreter, on a script of this file
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1
    assert "s.a" in found.pop()


def ask_much() -> str:
    """Return everything that is asked on a protocol with many ways to ask."""
    gates = [
        ("a", gate("a", "emergency", "s.a and (s.b or s.c == 'high')")),
        ("b", gate("b", "refer", "count(s.a, s.b, s.d, s.n >= 2) >= 3")),
        ("c", gate("c", "pause", "s.n + s.k >= 4 and form.percent > 40")),
        ("d", gate("d", "caution", "s.c != 'low' or s.k >= 1")),
    ]
    enter = {"enter": {"calm": "s.n <= 1 and not s.d", "form": "form.percent <= 20"}}
    text = protocol(gates, {"one": stage("one"), "two": stage("two", enter)}, measures=MEASURES + FORM)
    decision = decided(sound(text), visit(0, {}, clear=(), place="one"))
    return repr(decision.needs) + repr(decision.notes)
