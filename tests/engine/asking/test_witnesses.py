"""What is asked is exactly what can change the outcome: held against trying every completion on the engine."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from engine.asking.making import (
    DOMAINS,
    asked,
    decided,
    gate,
    loaded,
    need,
    protocol,
    relevant,
    stage,
    visit,
)

MOST_COMPLETIONS = 100

leaves = st.sampled_from(
    [
        "s.a", "s.b", "s.d", "not s.a", "not s.b",
        "s.n >= 1", "s.n >= 2", "s.n < 2", "s.n > 3", "s.n == 2", "1 <= s.n <= 2",
        "s.k >= 1", "s.k < 2",
        "s.c == 'high'", "s.c != 'low'", "s.c in ('low', 'high')", "s.c >= 'mid'",
        "s.n + s.k >= 3", "s.n - s.k < 1",
    ]
)  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """Draw a condition of one to four leaves."""
    shape = draw(st.sampled_from(["leaf", "leaf", "and", "or", "mixed", "count", "not"]))
    if shape == "leaf":
        return draw(leaves)
    parts = draw(st.lists(leaves, min_size=2, max_size=3, unique=True))
    match shape:
        case "and" | "or":
            return f" {shape} ".join(parts)
        case "mixed":
            return f"{draw(leaves)} and ({' or '.join(parts)})"
        case "count":
            return f"count({', '.join(parts)}) >= 2"
        case _:
            return f"not ({' and '.join(parts)})"


@st.composite
def gates(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Draw up to three gates of one or two levels."""
    found = []
    for name in draw(st.sampled_from(["", "x", "xy", "xyz"])):
        levels = draw(
            st.lists(
                st.sampled_from(["caution", "restrict", "pause", "refer", "emergency"]),
                min_size=1, max_size=2, unique=True,
            )
        )  # fmt: skip
        text = ""
        for level in levels:
            extra = draw(st.sampled_from(["", "no_progress = true"])) if level == "restrict" else ""
            text += gate(name, level, draw(conditions()), extra=extra)
        found.append((name, text))
    return found


@st.composite
def stages(draw: st.DrawFn) -> dict[str, str]:
    """Draw two or three stages with criteria."""
    some = st.one_of(st.none(), conditions())

    def tables(*names: str) -> dict[str, dict[str, str]]:
        found = {}
        for name in names:
            when = draw(some)
            if when is not None:
                found[name] = {"r": when, **({"q": draw(conditions())} if draw(st.booleans()) else {})}
        return found

    start_here = draw(st.sampled_from(["start_here = true", ""]))
    return {
        "one": stage("one", tables("enter", "leave")),
        "two": stage("two", tables("enter", "leave", "discharge", "regress_to.one"), start_here),
        "three": stage("three", tables("enter", "discharge", "regress_to.two", "regress_to.one")),
    }


@st.composite
def records(draw: st.DrawFn) -> tuple[dict[str, object], dict[str, object], str]:
    """Draw what was observed at day 0 and at the visit of day 7, and the stage in which the patient is."""
    values = {key: st.sampled_from(domain) for key, domain in DOMAINS.items()}
    before = draw(st.fixed_dictionaries({}, optional=values))
    now = draw(st.fixed_dictionaries({}, optional=values))
    return before, now, draw(st.sampled_from(["", "one", "two", "three"]))


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(gates(), stages(), records())
def test_what_is_asked_is_what_some_completion_turns_on(
    drawn: list[tuple[str, str]], levels: dict[str, str], record: tuple[Any, Any, str]
) -> None:
    before, now, place = record
    missing = [key for key in DOMAINS if key not in before and key not in now]
    assume(missing)
    assume(math.prod(len(DOMAINS[key]) for key in missing) <= MOST_COMPLETIONS)
    catalog = loaded(protocol(drawn, levels))
    assume(catalog is not None)
    assert catalog is not None
    events = [*visit(0, before, place=place), *visit(7, now, clear=())]
    decision = decided(catalog, events, 7)
    wanted = relevant(catalog, events, missing, 7)
    listed = [one for one in decision.needs if one.kind == "measure"]
    event(f"{len(wanted)} of {len(missing)} relevant")
    assert {one.id for one in listed} == wanted
    assert all(one.proved for one in listed)
    assert all(one.could_change for one in listed)


def test_a_determined_outcome_asks_nothing() -> None:
    catalog = loaded(protocol([("x", gate("x", "emergency", "s.a")), ("y", gate("y", "refer", "s.b"))]))
    assert catalog is not None
    decision = decided(catalog, visit(0, {"s.a": True}))
    assert decision.action == "emergency"
    assert [one.id for one in decision.needs if one.kind == "measure"] == []


def test_a_condition_that_is_unknown_is_not_asked_when_a_stricter_gate_hides_it() -> None:
    catalog = loaded(protocol([("x", gate("x", "pause", "s.a")), ("y", gate("y", "caution", "s.b"))]))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {"s.a": True}))) == []
    assert asked(decided(catalog, visit(0, {"s.a": False}))) == ["s.b"]


def test_a_conjunct_is_asked_only_while_the_other_may_hold() -> None:
    catalog = loaded(protocol([("x", gate("x", "pause", "s.a and s.b"))]))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}))) == ["s.a", "s.b"]
    assert asked(decided(catalog, visit(0, {"s.a": True}))) == ["s.b"]
    assert asked(decided(catalog, visit(0, {"s.a": False}))) == []


def test_an_answer_that_cancels_out_is_not_asked() -> None:
    catalog = loaded(protocol([("x", gate("x", "pause", "(s.a and s.b) or (not s.a and s.b)"))]))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}))) == ["s.b"]


def test_a_middle_region_is_found_between_two_equal_ends() -> None:
    catalog = loaded(protocol([("x", gate("x", "pause", "1 <= s.n <= 2"))]))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}))) == ["s.n"]


def test_a_middle_region_is_found_where_another_answer_has_to_hold_too() -> None:
    catalog = loaded(protocol([("x", gate("x", "pause", "1 <= s.n <= 2 and s.a"))]))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}))) == ["s.a", "s.n"]


def test_where_one_of_two_gates_always_holds_no_criterion_is_asked() -> None:
    gates_ = [("x", gate("x", "pause", "s.b")), ("y", gate("y", "pause", "not s.b"))]
    text = protocol(gates_, {"one": stage("one"), "two": stage("two", {"enter": {"p": "s.a"}})})
    catalog = loaded(text)
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}, place="one"))) == []


def test_where_one_of_two_ways_back_always_blocks_no_criterion_is_asked() -> None:
    two = stage("two", {"regress_to.one": {"r": "s.b", "q": "not s.b"}})
    text = protocol(
        stages={"one": stage("one"), "two": two, "three": stage("three", {"enter": {"p": "s.a"}})}
    )
    catalog = loaded(text)
    assert catalog is not None
    decision = decided(catalog, visit(0, {}, place="two"))
    assert decision.action == "stay"
    assert asked(decision) == []


def test_an_answer_that_may_be_declined_is_asked_where_only_declining_would_differ() -> None:
    measures = """
[assessment.s]
title = "S"
minutes = 1
[assessment.s.measure.x]
type = "number"
unit = "{score}"
range = [0, 4]
decimals = 0
better = "lower"
valid_for = "2w"
declinable = true
"""
    enter = {"enter": {"p": "s.x >= 1 or s.x < 1"}}
    text = protocol(stages={"one": stage("one"), "two": stage("two", enter)}, measures=measures)
    catalog = loaded(text)
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}, place="one"))) == ["s.x"]


def test_a_count_compared_with_a_half() -> None:
    catalog = loaded(protocol([("x", gate("x", "pause", "count(s.a, s.b, s.d) >= 1.5"))]))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {"s.a": True}))) == ["s.b", "s.d"]
    assert asked(decided(catalog, visit(0, {"s.a": True, "s.b": True}))) == []


def test_a_gate_of_another_track_hides_nothing_here() -> None:
    side = """
[track.side]
title = "Side"
stages = ["beside"]
open_while = "s.d"
"""
    gates_ = [
        ("x", gate("x", "pause", "s.b", extra='tracks = ["side"]')),
        ("y", gate("y", "caution", "s.a", extra='tracks = ["main"]')),
    ]
    text = protocol(gates_, {"one": stage("one")}, more=side + stage("beside"))
    catalog = loaded(text)
    assert catalog is not None
    decision = decided(catalog, visit(0, {"s.b": True, "s.d": True}))
    assert (decision.tracks["main"].action, decision.tracks["side"].action) == ("start", "pause")
    assert asked(decision) == ["s.a"]
    assert asked(decided(catalog, visit(0, {"s.d": True, "s.a": True}))) == ["s.b"]
    assert asked(decided(catalog, visit(0, {"s.d": False, "s.a": True}))) == []


def test_a_criterion_is_asked_only_if_the_others_can_still_be_met() -> None:
    text = protocol(stages={"one": stage("one"), "two": stage("two", {"enter": {"p": "s.a", "q": "s.b"}})})
    catalog = loaded(text)
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {"s.a": True}, place="one"))) == ["s.b"]
    assert asked(decided(catalog, visit(0, {"s.a": False}, place="one"))) == []


def test_a_gate_that_holds_progress_makes_criteria_irrelevant() -> None:
    gates_ = [("x", gate("x", "restrict", "s.a", extra="no_progress = true"))]
    text = protocol(gates_, {"one": stage("one"), "two": stage("two", {"enter": {"q": "s.b"}})})
    catalog = loaded(text)
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {"s.a": True}, place="one"))) == []
    assert asked(decided(catalog, visit(0, {}, place="one"))) == ["s.a", "s.b"]


def test_known_is_asked_although_its_text_is_false_now() -> None:
    enter = {"enter": {"tested": "known(s.n) and s.n <= 2"}}
    catalog = loaded(protocol(stages={"one": stage("one"), "two": stage("two", enter)}))
    assert catalog is not None
    decision = decided(catalog, visit(0, {}, place="one"))
    assert [one.state for one in decision.criteria] == ["not_met"]
    assert need(decision, "s.n").proved
    assert asked(decided(catalog, visit(0, {"s.n": 4}, place="one"))) == []


def test_what_is_missing_is_asked_where_a_gate_holds_only_while_it_is() -> None:
    catalog = loaded(protocol([("x", gate("x", "pause", "s.a and not known(s.n)"))]))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}))) == ["s.a", "s.n"]


def test_what_is_missing_is_compared_with_every_answer() -> None:
    gates_ = [
        ("x", gate("x", "pause", "s.a and not known(s.n)")),
        ("y", gate("y", "caution", "s.n >= 3")),
        ("z", gate("z", "restrict", "s.d")),
    ]
    catalog = loaded(protocol(gates_))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {"s.d": True}))) == ["s.a", "s.n"]


def test_a_text_that_only_asks_whether_something_is_known_asks_for_it() -> None:
    enter = {"enter": {"tested": "known(s.n)"}}
    catalog = loaded(protocol(stages={"one": stage("one"), "two": stage("two", enter)}))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}, place="one"))) == ["s.n"]


def test_a_measure_that_has_to_be_taken_again_in_this_stage_is_asked_although_it_is_known() -> None:
    leave = {"leave": {"again": "times(known(s.n), of='s', since=stage) >= 1 and s.a"}}
    text = protocol(stages={"one": stage("one", leave), "two": stage("two")})
    catalog = loaded(text)
    assert catalog is not None
    before = visit(0, {"s.n": 2, "s.a": True}, place="one")
    decision = decided(catalog, [*before, *visit(7, {})], 7)
    assert decision.action == "stay"
    assert asked(decision) == ["s.n"]
    assert asked(decided(catalog, [*before, *visit(7, {"s.a": False})], 7)) == []
    assert decided(catalog, [*before, *visit(7, {"s.n": 2})], 7).action == "advance"


def test_a_witness_beyond_the_budget_may_matter_and_comes_after_the_proved() -> None:
    names = [f"{letter}{index}" for letter in "xy" for index in range(8)]
    measures = '[assessment.s]\ntitle = "S"\nminutes = 1\n' + "".join(
        f'[assessment.s.measure.{name}]\ntype = "yes_no"\nvalid_for = "2w"\n' for name in ["m", "z", *names]
    )
    left = ", ".join(f"s.x{index}" for index in range(8))
    right = ", ".join(f"s.y{index}" for index in range(8))
    never = f"s.m and count({left}) - count({right}) >= 1 and count({right}) - count({left}) >= 1"
    gates_ = [("hard", gate("hard", "emergency", never)), ("easy", gate("easy", "pause", "s.z"))]
    catalog = loaded(protocol(gates_, measures=measures))
    assert catalog is not None
    decision = decided(catalog, visit(0, {}))
    assert decision.needs[0].id == "s.z"
    assert decision.needs[0].proved
    assert not need(decision, "s.m").proved


def test_a_count_within_the_budget_is_proved_irrelevant() -> None:
    never = "s.d and count(s.a, s.b) >= 1 and not s.a and not s.b"
    catalog = loaded(protocol([("hard", gate("hard", "emergency", never))]))
    assert catalog is not None
    assert asked(decided(catalog, visit(0, {}))) == []
