"""Coverage on a protocol with one rule of each kind: what a decision adds, what is missing, what cannot occur."""

from __future__ import annotations

import functools

import pytest

from rehabflow.catalog import Catalog
from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.testing.cases import CaseResult, run_cases
from rehabflow.testing.coverage import Counters, Item, Kind, ProtocolCoverage, State

PLUGIN = """
[plugin]
id = "body"
version = "1.0.0"
api = 1
title = "t"
use = "u"
misuse = "m"
default_basis = "clinic"
[vocabulary]
pattern = ["plain"]
position = ["standing"]
body_part = ["trunk"]
joint = ["lumbar"]
equipment = ["mat"]
[assessment.home]
title = "Home"
minutes = 1
[assessment.home.measure.equipment]
type = "set"
choices_from = "equipment"
valid_for = "never_expires"
[assessment.pain]
title = "Pain"
minutes = 1
[assessment.pain.measure.now]
type = "number"
unit = "{score}"
range = [0, 10]
decimals = 0
better = "lower"
valid_for = "1w"
main = true
[caution.sore]
title = "Sore"
when = "pain >= 8"
effect = "warn"
say = "Slowly"
[gate.high]
title = "High"
[gate.high.pause]
when = "pain >= 9"
say = "Much pain"
tell = "Wait."
[exercise.sway]
title = "Sway"
role = "none"
quality = "mobility"
trains = ["mobility:trunk"]
pattern = "plain"
position = "standing"
direction = "neutral"
joints = ["lumbar"]
effort_kind = "active"
contact_risk = false
demand = 1
cautions = ["sore"]
equipment = []
minutes = 5
how = ["Sway."]
only_if = "pain <= 6"
[exercise.sway.dose.settle]
steps = ["1 x 5"]
per_week = "3"
"""
PROTOCOL = """
[protocol]
id = "two"
version = "1.2.0"
title = "Two stages"
status = "draft"
for_whom = "Tests"
not_for = "Patients"
requires = { body = ">=1" }
default_basis = "clinic"
[track.main]
title = "Main"
stages = ["first", "second"]
[select]
use = "plain"
[selector.plain]
minutes = "20"
days = "5"
equipment = "home.equipment"
exercises = 2
[stage.first]
title = "First"
dose = "settle"
max_demand = 2
[stage.first.leave]
long_enough = "stage.days >= 7"
[stage.second]
title = "Second"
dose = "settle"
max_demand = 2
[stage.second.enter]
calm = "pain <= 4"
[stage.second.regress_to.first]
worse = "pain >= 7"
[stage.second.discharge]
free = "pain == 0"
"""


@functools.lru_cache(maxsize=1)
def catalog() -> Catalog:
    plugin, problems = load_plugin("body", {"plugin.toml": PLUGIN})
    assert plugin is not None, problems
    package, wrong = load_protocol("two", {"protocol.toml": PROTOCOL})
    assert package is not None, wrong
    return Catalog.of([plugin], [package])


def played(*pains: tuple[int, int | None]) -> CaseResult:
    """Return a case with a visit on each day, and the pain that is told then (None: not asked)."""
    text = '[journey.x]\nprotocol = "two"\nday_0 = 2026-03-02\n'
    for day, pain in pains:
        told = "" if pain is None else f"observed = {{ pain = {{ now = {pain} }} }}\n"
        text += f"[[journey.x.visit]]\nday = {day}\n{told}[journey.x.visit.expect]\naction_not = ['refer']\n"
    journeys, problems = load_journeys(text, "case.toml", CatalogLookup(catalog()))
    assert not problems, problems
    (result,) = run_cases(catalog(), journeys)
    assert result.ok, result.mismatches
    return result


def coverage(*results: CaseResult) -> ProtocolCoverage:
    counters = Counters(catalog())
    counters.begin("two")
    for result in results:
        counters.add(result)
    (found,) = counters.results()
    return found


def item(found: ProtocolCoverage, kind: Kind, address: str) -> Item:
    (one,) = [one for one in found.items if (one.kind, one.address) == (kind, address)]
    return one


def test_every_kind_is_listed_though_nothing_was_played() -> None:
    found = coverage()
    assert [(one.kind, one.address) for one in found.items] == [
        ("criterion", "stage.first.leave.long_enough"),
        ("criterion", "stage.second.discharge.free"),
        ("criterion", "stage.second.enter.calm"),
        ("criterion", "stage.second.regress_to.first.worse"),
        ("gate", "body.high.pause"),
        ("caution", "caution.sore"),
        ("exclusion", "exercise.sway.only_if"),
        ("transition", "advance first to second"),
        ("transition", "discharge second"),
        ("transition", "regress second to first"),
        ("transition", "start first"),
    ]
    assert (found.protocol, found.version, found.cases, found.tried) == ("two", "1.2.0", 0, 0)
    assert found.wanted == 3 * 7 - 1 + 4  # the days of a stage are always known


RULES: list[tuple[Kind, str, int, State]] = [
    ("gate", "body.high.pause", 9, "met"),
    ("gate", "body.high.pause", 8, "not_met"),
    ("caution", "caution.sore", 8, "met"),
    ("caution", "caution.sore", 7, "not_met"),
    ("exclusion", "exercise.sway.only_if", 6, "met"),
    ("exclusion", "exercise.sway.only_if", 7, "not_met"),
]


@pytest.mark.parametrize(("kind", "address", "pain", "state"), RULES)
def test_a_decision_puts_a_rule_in_one_state(kind: Kind, address: str, pain: int, state: State) -> None:
    assert item(coverage(played((0, pain))), kind, address).seen == {state: 1}


@pytest.mark.parametrize(("kind", "address"), sorted({rule[:2] for rule in RULES}))
def test_what_was_not_asked_is_unknown(kind: Kind, address: str) -> None:
    one = item(coverage(played((0, None))), kind, address)
    assert one.seen == {"unknown": 1}
    assert one.missing == ("met", "not_met")


def test_criteria_and_moves_of_a_whole_course() -> None:
    course = played((0, 5), (6, 5), (7, 4), (8, 7), (14, 3), (15, 3), (16, 0))
    found = coverage(course)
    moves = {one.address: one.seen for one in found.items if one.kind == "transition"}
    assert moves == {
        "start first": {"made": 1},
        "advance first to second": {"made": 2},
        "regress second to first": {"made": 1},
        "discharge second": {"made": 1},
    }
    assert set(item(found, "criterion", "stage.second.enter.calm").seen) == {"met", "not_met"}
    assert item(found, "criterion", "stage.second.regress_to.first.worse").missing == ("unknown",)


def test_what_is_always_known_is_never_missing_as_unknown() -> None:
    one = item(coverage(), "criterion", "stage.first.leave.long_enough")
    assert one.cannot == {"unknown": "it reads only what is always known"}
    assert one.missing == ("met", "not_met")


def test_nothing_else_is_declared_impossible() -> None:
    assert [one.address for one in coverage().items if one.cannot] == ["stage.first.leave.long_enough"]


def test_the_cases_of_a_protocol_are_added_up() -> None:
    found = coverage(played((0, 9)), played((0, 9)), played((0, None)))
    assert found.cases == 3
    assert item(found, "gate", "body.high.pause").seen == {"met": 2, "unknown": 1}
    assert found.tried == sum(len(one.wanted) - len(one.missing) for one in found.items) > 0


def test_a_rule_says_where_it_stands_and_a_move_nowhere() -> None:
    found = coverage()
    place = item(found, "gate", "body.high.pause").place
    assert place is not None
    assert place.file == "plugin.toml"
    assert item(found, "transition", "start first").place is None


def test_a_case_that_was_not_played_is_not_counted() -> None:
    counters = Counters(catalog())
    counters.add(CaseResult(played((0, 5)).journey, skipped="the plugin is not here"))
    counters.begin("nowhere")
    assert counters.results() == ()


def test_a_result_keeps_what_was_played() -> None:
    result = played((0, 5), (7, 4))
    assert [one.decision.action for one in result.played] == ["start", "advance"]
