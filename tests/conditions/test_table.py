"""Section 4: every row of the table, on worlds where something is known and something is not."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest

from conditions.names import shared_scope
from conditions.worlds import TODAY, DictWorld
from rehabflow.conditions import evaluate, truth
from rehabflow.conditions.possible import ANY, DECLINED, Boolean, Choice, Number, Options, Possible, Truth
from rehabflow.instants import Instant

SCOPE = shared_scope()
T, F, U, E = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN, Truth.ERROR


def between(low: float | str, high: float | str) -> Possible:
    return Possible(Number(Fraction(str(low)), Fraction(str(high))))


def maybe_declined(low: int, high: int) -> Possible:
    return Possible(Number(Fraction(low), Fraction(high)), may_be_declined=True)


def of(*choices: str) -> Possible:
    return Possible(Choice(frozenset(choices)))


def holding(surely: str, possibly: str) -> Possible:
    return Possible(Options(frozenset(surely.split()), frozenset(possibly.split())))


CONDITIONS = [
    # unknown measures are their whole domain
    ("nprs <= 3", {}, U),
    ("red", {}, U),
    ("effusion == 'one'", {}, U),
    ("'mat' in equipment", {}, U),
    # a < b and its likes, on the grid
    ("nprs < 5", {"nprs": 4}, T),
    ("nprs < 5", {"nprs": 5}, F),
    ("nprs < 5", {"nprs": between(0, 4)}, T),
    ("nprs < 5", {"nprs": between(4, 5)}, U),
    ("nprs < 5", {"nprs": between(5, 9)}, F),
    ("nprs <= 5", {"nprs": between(5, 6)}, U),
    ("nprs <= 5", {"nprs": between(6, 7)}, F),
    ("nprs > 5", {"nprs": between(5, 6)}, U),
    ("nprs > 5", {"nprs": between(1, 5)}, F),
    ("nprs >= 5", {"nprs": between(5, 6)}, T),
    ("temperature < 37.25", {"temperature": Fraction("37.2")}, T),
    ("temperature < 37.25", {"temperature": Fraction("37.3")}, F),
    ("2 <= nprs <= 4", {"nprs": 4}, T),
    ("2 <= nprs <= 4", {"nprs": 5}, F),
    ("ratio < limit - 1", {"ratio": 3}, T),
    # a == b, in
    ("nprs == 5", {"nprs": 5}, T),
    ("nprs == 5", {"nprs": between(6, 7)}, F),
    ("nprs == 5", {"nprs": between(5, 6)}, U),
    ("nprs != 5", {"nprs": between(6, 7)}, T),
    ("nprs in (4, 5)", {"nprs": between(4, 5)}, T),
    ("nprs in (4, 5)", {"nprs": between(5, 6)}, U),
    ("nprs in (4, 5)", {"nprs": between(6, 9)}, F),
    ("nprs in (4, 6)", {"nprs": between(4, 6)}, U),
    ("nprs not in (4, 5)", {"nprs": between(6, 9)}, T),
    ("temperature in (37.0, 37.1)", {"temperature": between(37, "37.1")}, T),
    # choices
    ("effusion == 'one'", {"effusion": "one"}, T),
    ("effusion == 'one'", {"effusion": of("one", "two")}, U),
    ("effusion == 'one'", {"effusion": of("none", "two")}, F),
    ("effusion < 'one'", {"effusion": of("none", "trace")}, T),
    ("effusion < 'one'", {"effusion": of("one", "two")}, F),
    ("'one' > effusion", {"effusion": of("none", "trace")}, T),
    ("effusion in ('none', 'two')", {"effusion": of("none", "two")}, T),
    ("effusion not in ('none', 'two')", {"effusion": of("trace")}, T),
    ("effusion == left_effusion", {"effusion": "one", "left_effusion": "one"}, T),
    ("effusion == left_effusion", {"effusion": of("one", "two"), "left_effusion": of("none")}, F),
    ("effusion == left_effusion", {"effusion": of("one", "two"), "left_effusion": "one"}, U),
    ("effusion > left_effusion", {"effusion": of("one", "two"), "left_effusion": of("none", "trace")}, T),
    ("effusion > left_effusion", {"effusion": of("trace"), "left_effusion": of("trace", "two")}, F),
    ("effusion >= left_effusion", {"effusion": of("trace", "two"), "left_effusion": of("trace")}, T),
    # sets
    ("'mat' in equipment", {"equipment": holding("mat", "mat ball")}, T),
    ("'ball' in equipment", {"equipment": holding("mat", "mat ball")}, U),
    ("'strap' in equipment", {"equipment": holding("mat", "mat ball")}, F),
    ("'strap' not in equipment", {"equipment": holding("mat", "mat ball")}, T),
    ("direction in directions", {"direction": "flexion", "directions": holding("flexion", "flexion")}, T),
    ("direction in directions", {"direction": of("flexion", "neutral"), "directions": frozenset(["flexion"])}, U),
    ("direction in directions", {"direction": "neutral", "directions": holding("flexion", "flexion")}, F),
    # not, and, or
    ("not red", {"red": False}, T),
    ("red and nprs < 3", {"red": False}, F),
    ("red and nprs < 3", {"red": True}, U),
    ("red or nprs < 3", {"red": True}, T),
    ("red or nprs < 3", {"nprs": 5}, U),
    # + - * /, min max abs round
    ("nprs + ratio > 3", {"nprs": 4}, T),
    ("nprs - ratio >= 5", {"nprs": 4}, F),
    ("nprs - ratio >= -1", {"nprs": 4}, T),
    ("2 * nprs > 19", {"nprs": 10}, T),
    ("-2 * nprs < -9", {"nprs": between(5, 6)}, T),
    ("minutes / reps > 10", {"minutes": between(100, 120), "reps": between(1, 9)}, T),
    ("min(nprs, ratio) <= 2", {"nprs": 2}, T),
    ("max(nprs, ratio) <= 2", {"nprs": 3}, F),
    ("abs(nprs - 5) <= 2", {"nprs": between(3, 7)}, T),
    ("abs(nprs - 5) >= 1", {"nprs": between(4, 6)}, U),
    ("round(nprs / 4) >= 1", {"nprs": 2}, T),
    ("round(nprs / 4) >= 1", {"nprs": 1}, F),
    ("round(-nprs / 4) > -1", {"nprs": 2}, F),
    # count
    ("count(red, numb, nprs > 3) >= 2", {"red": True, "numb": True}, T),
    ("count(red, numb, nprs > 3) >= 2", {"red": False, "numb": False}, F),
    ("count(red, numb, nprs > 3) == 1", {"red": True, "numb": False}, U),
    # sum, mean, answered with what was declined, or not asked
    ("sum(items) >= 7", {"i1": 3, "i2": 4, "i3": DECLINED}, T),
    ("sum(items) >= 7", {"i1": 3, "i2": 3, "i3": DECLINED}, F),
    ("sum(items) >= 7", {"i1": 3, "i2": 4}, T),
    ("sum(items) <= 8", {"i1": 3, "i2": 4}, U),
    ("mean(items) >= 2", {"i1": 2, "i2": 2, "i3": DECLINED}, T),
    ("mean(items) >= 2", {"i1": 3, "i2": 3}, T),
    ("mean(items) >= 2.5", {"i1": 3, "i2": 3}, U),
    ("mean(items, at_least=3) >= 1", {"i1": 3, "i2": 3, "i3": DECLINED}, E),
    ("mean(items, at_least=3) >= 1", {"i1": 3, "i2": 3}, U),
    ("answered(items) >= 2", {"i3": DECLINED}, T),
    ("answered(items) >= 3", {}, U),
    ("answered(items) >= 3", {"i3": 2}, T),
    # declined anywhere else is undefined, and and, or and count absorb it in any order
    ("asked < 3", {"asked": DECLINED}, E),
    ("asked + 1 > 3", {"asked": DECLINED}, E),
    ("shy", {"shy": DECLINED}, E),
    ("red and asked < 3", {"red": False, "asked": DECLINED}, F),
    ("asked < 3 and red", {"red": False, "asked": DECLINED}, F),
    ("asked < 3 or red", {"red": True, "asked": DECLINED}, T),
    ("asked < 3 or red", {"asked": DECLINED}, U),
    ("asked < 3 or red", {"red": False, "asked": DECLINED}, E),
    ("count(asked < 3, red, numb) >= 2", {"red": True, "numb": True, "asked": DECLINED}, T),
    ("count(asked < 3, red, numb) >= 2", {"red": True, "numb": False, "asked": DECLINED}, E),
    ("asked < 3", {"asked": maybe_declined(0, 2)}, U),
    # known, cleared
    ("known(nprs)", {}, F),
    ("known(nprs)", {"nprs": 3}, T),
    ("known(asked)", {"asked": DECLINED}, T),
    ("cleared('start')", {}, F),
    # names of conditions and bands
    ("criterion.quiet", {"nprs": 5, "red": False}, T),
    ("not criterion.quiet", {"nprs": 6}, T),
    ("band(odi) <= 'moderate'", {"i1": 1, "i2": 2, "i3": 3}, T),
    ("band(odi) == 'minimal'", {"i1": 1, "i2": 1, "i3": 1}, T),
    ("band(odi) == 'severe'", {"i1": 5, "i2": 5}, T),
    ("band(odi) == 'severe'", {"i1": 2, "i2": 2}, U),
    ("band(odi) >= 'moderate'", {"i1": 2, "i2": 2}, T),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts", "answer"), CONDITIONS)
def test_a_row_of_the_table(text: str, facts: dict[str, Possible], answer: Truth) -> None:
    assert truth(SCOPE.condition(text), DictWorld.of(SCOPE, **facts)) is answer


def test_a_clearance_that_is_live() -> None:
    world = DictWorld(SCOPE.facts(), cleared=["start"])
    assert truth(SCOPE.condition("cleared('start') and not cleared('loading')"), world) is T


SCORES = [
    ("nprs", {}, between(0, 10)),
    ("nprs + ratio - 2", {"nprs": between(2, 3), "ratio": between(1, 4)}, between(1, 5)),
    ("reps * (nprs - 3)", {"reps": between(2, 3), "nprs": between(1, 5)}, between(-6, 6)),
    ("-nprs", {"nprs": between(2, 3)}, between(-3, -2)),
    ("nprs / -2", {"nprs": between(2, 3)}, between("-1.5", -1)),
    ("abs(nprs - 5)", {"nprs": between(3, 9)}, between(0, 4)),
    ("abs(nprs - 5)", {"nprs": between(1, 3)}, between(2, 4)),
    ("round(nprs / 4, 1)", {"nprs": between(1, 3)}, between("0.3", "0.8")),
    ("nprs if red else ratio", {"red": True, "nprs": 8}, between(8, 8)),
    ("nprs if red else ratio", {"nprs": 8, "ratio": 2}, between(2, 8)),
    ("'run' if red else sport", {"sport": "swim"}, of("run", "swim")),
    ("red if numb else shy", {"red": True, "shy": True}, Possible(Boolean(True, True))),
    ("count(red, numb, nprs > 3)", {"red": True}, between(1, 3)),
    ("sum(items)", {"i1": 1, "i2": 2}, between(3, 8)),
    ("sum(items)", {"i1": 1, "i2": 2, "i3": DECLINED}, between(3, 3)),
    ("answered(items)", {"i1": 1}, between(2, 3)),
    ("mean(i1, i2)", {"i1": 1}, between("0.5", 3)),
    ("mean(i1, i2, i3)", {"i1": 4, "i2": 4}, Possible(Number(Fraction(8, 3), Fraction(13, 3)))),
    ("min(nprs, ratio)", {"nprs": between(2, 8), "ratio": between(1, 3)}, between(1, 3)),
    ("max(nprs, ratio)", {"nprs": between(2, 8), "ratio": between(1, 3)}, between(2, 8)),
    # undefined is absorbing
    ("1 / nprs", {"nprs": between(0, 4)}, ANY),
    ("1 / nprs + 3", {"nprs": between(0, 4)}, ANY),
    ("1 / nprs if red else 1", {"nprs": 0, "red": False}, between(1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts", "result"), SCORES)
def test_a_score_of_the_table(text: str, facts: dict[str, Possible], result: Possible) -> None:
    assert evaluate(SCOPE.score(text), DictWorld.of(SCOPE, **facts)) == result


def test_a_branch_that_may_be_undefined_makes_the_whole_undefined() -> None:
    found = evaluate(SCOPE.score("1 / nprs if red else 1"), DictWorld.of(SCOPE, nprs=0)).value
    assert isinstance(found, Number)
    assert found.undefined


def test_undefined_in_every_completion_is_told_apart() -> None:
    for facts, nowhere in (({"asked": DECLINED}, True), ({"asked": maybe_declined(1, 2)}, False)):
        found = evaluate(SCOPE.score("asked + 1"), DictWorld.of(SCOPE, **facts)).value
        assert isinstance(found, Number)
        assert (found.undefined, found.nowhere) == (True, nowhere)


def test_a_false_operand_absorbs_an_undefined_one_in_any_order() -> None:
    for text in ("1 / nprs > 2 and false", "false and 1 / nprs > 2"):
        assert evaluate(SCOPE.score(text), DictWorld.of(SCOPE, nprs=0)) == Possible(Boolean(False, False))


# dates and events


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


SINCE = [
    ("days_since", "2024-01-31", "2024-03-01", 30),
    ("days_since", "2024-03-01", "2024-03-01", 0),
    ("weeks_since", "2024-03-01", "2024-03-14", 1),
    ("weeks_since", "2024-03-01", "2024-03-15", 2),
    ("weeks_since", "2024-03-02", "2024-03-01", -1),
    ("months_since", "2024-01-31", "2024-02-29", 0),
    ("months_since", "2024-01-31", "2024-03-31", 2),
    ("months_since", "2024-01-31", "2024-03-30", 1),
    ("months_since", "2023-02-28", "2024-02-29", 12),
    ("months_since", "2024-03-10", "2024-03-09", -1),
]


@pytest.mark.parametrize(("function", "start", "today", "length"), SINCE)
def test_calendar_time_is_rounded_down(function: str, start: str, today: str, length: int) -> None:
    world = DictWorld.of(SCOPE, born=day(start))
    world.today = day(today)
    assert evaluate(SCOPE.score(f"{function}(born)"), world) == between(length, length)


def test_thirty_six_weeks_are_not_nine_months() -> None:
    world = DictWorld(SCOPE.facts(), today=day("2024-09-10"), events={"surgery": Instant(day("2024-01-01"))})
    assert truth(SCOPE.condition("weeks_since(surgery) >= 36"), world) is T
    assert truth(SCOPE.condition("months_since(surgery) >= 9"), world) is F


def test_an_event_not_on_record_has_not_happened_and_its_date_is_unknown() -> None:
    world = DictWorld(SCOPE.facts())
    assert truth(SCOPE.condition("happened(surgery)"), world) is F
    assert truth(SCOPE.condition("weeks_since(surgery) >= 6"), world) is U
    world.events["surgery"] = Instant(TODAY - 50)
    assert truth(SCOPE.condition("happened(surgery) and weeks_since(surgery) >= 6"), world) is T


@pytest.mark.parametrize(
    ("start", "now", "answer"),
    [
        (Instant(10), Instant(11), U),
        (Instant(10), Instant(12), T),
        (Instant(10), Instant(10), U),
        (Instant(10, 17 * 3600), Instant(11, 8 * 3600), F),
        (Instant(10, 17 * 3600), Instant(11, 17 * 3600), T),
        (Instant(10), Instant(11, 23 * 3600), U),
        (Instant(10, 0), Instant(11), T),
    ],
)
def test_hours_are_an_interval_where_the_time_of_day_is_missing(
    start: Instant, now: Instant, answer: Truth
) -> None:
    world = DictWorld(SCOPE.facts(), today=now.day, now=now, events={"surgery": start})
    assert truth(SCOPE.condition("hours_since(surgery) >= 24"), world) is answer


# change over time, and sides


@pytest.mark.parametrize(
    ("text", "now", "before", "result"),
    [
        ("improvement(nprs)", 3, 8, 5),
        ("worsening(nprs)", 3, 8, -5),
        ("percent_improvement(nprs)", 3, 8, "62.5"),
        ("improvement(minutes)", 30, 20, 10),
        ("worsening(minutes)", 30, 20, -10),
        ("percent_improvement(minutes)", 30, 20, 50),
    ],
)
def test_improvement_is_positive_when_better(text: str, now: int, before: int, result: int | str) -> None:
    key = text[text.index("(") + 1 : -1]
    world = DictWorld.of(SCOPE, **{key: now})
    world.baselines[key] = between(before, before)
    assert evaluate(SCOPE.score(text), world) == between(result, result)


def test_percent_is_undefined_from_zero() -> None:
    world = DictWorld.of(SCOPE, nprs=3)
    world.baselines["nprs"] = between(0, 0)
    found = evaluate(SCOPE.score("percent_improvement(nprs)"), world).value
    assert isinstance(found, Number)
    assert found.nowhere
    assert truth(SCOPE.condition("percent_improvement(nprs) >= 30"), world) is E
    world.baselines["nprs"] = between(0, 5)
    assert truth(SCOPE.condition("percent_improvement(nprs) >= 30"), world) is U


def test_percent_improvement_is_exact_at_its_ends() -> None:
    world = DictWorld.of(SCOPE, nprs=between(2, 4))
    world.baselines["nprs"] = between(4, 8)
    assert evaluate(SCOPE.score("percent_improvement(nprs)"), world) == between(0, 75)


@pytest.mark.parametrize(
    ("key", "involved", "uninvolved", "percent"), [("quad", 180, 200, 90), ("hop", 2, "1.6", 80)]
)
def test_symmetry_turns_over_where_lower_is_better(
    key: str, involved: int, uninvolved: int | str, percent: int
) -> None:
    world = DictWorld(SCOPE.facts())
    world.both_sides[key] = (between(involved, involved), between(uninvolved, uninvolved))
    assert evaluate(SCOPE.score(f"symmetry({key})"), world) == between(percent, percent)


def test_symmetry_of_sides_not_known_together_is_unknown() -> None:
    assert truth(SCOPE.condition("symmetry(quad) >= 90"), DictWorld(SCOPE.facts())) is U
