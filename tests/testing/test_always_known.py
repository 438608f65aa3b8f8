"""Conditions that can never be unknown, and those that only look so."""

from __future__ import annotations

import pytest

from rehabflow.catalog import Catalog
from rehabflow.loading.packages import load_protocol
from rehabflow.testing.always_known import AlwaysKnown

PROTOCOL = """
[protocol]
id = "one"
version = "1.0.0"
title = "One"
status = "draft"
for_whom = "Tests"
not_for = "Patients"
requires = {{}}
default_basis = "clinic"
[track.main]
title = "Main"
stages = ["first"]
[stage.first]
title = "First"
dose = "settle"
max_demand = 2
[event.surgery]
title = "Surgery"
details = {{ graft = ["one", "two"] }}
[clearance.start]
title = "Start"
by = ["physician"]
valid_for = "4w"
[assessment.pain]
title = "Pain"
minutes = 1
[assessment.pain.measure.now]
type = "number"
unit = "{{score}}"
range = [0, 10]
decimals = 0
better = "lower"
valid_for = "1w"
main = true
[parameter.fixed]
value = 3
unit = "d"
stricter = "none"
[parameter.strict]
value = [["surgery.graft == 'one'", 7], ["else", 5]]
unit = "d"
stricter = "higher"
[parameter.open]
value = [["surgery.graft == 'one'", 7], ["else", 5]]
unit = "d"
stricter = "none"
[criterion.asked]
when = "known(pain.now)"
[criterion.tested]
when = '''{text}'''
"""
NEVER_UNKNOWN = [
    "episode.days < 7",
    "episode.days < fixed",
    "episode.days < strict",
    "track.main.stage == 'none' and not cleared('start')",
    "track.main.stage < 'first'",
    "known(pain.now)",
    "criterion.asked and happened(surgery)",
    "happened(surgery) and weeks_since(surgery) < 6",
    "weeks_since(surgery) < 6 and happened(surgery) and known(pain.now)",
    "not happened(surgery) or days_since(surgery) > 3",
    "not (happened(surgery) and days_since(surgery) <= 3)",
    "times(known(pain.now), of='pain') >= 1",
]
MAY_BE_UNKNOWN = [
    "pain.now > 3",
    "known(pain.now) and pain.now > 3",
    "episode.days < open",
    "stage.days < 7",
    "days_since(surgery) > 3",
    "happened(surgery) or days_since(surgery) > 3",
    "(not happened(surgery) or cleared('start')) and days_since(surgery) > 3",
    "happened(surgery) and hours_since(surgery) >= 24",
    "happened(surgery) and surgery.graft == 'one'",
    "times(pain.now > 3, of='pain') >= 1",
    "sessions_done(last='7d') >= 3",
]


def is_known(text: str, *, in_stage: bool = False) -> bool:
    package, problems = load_protocol("one", {"protocol.toml": PROTOCOL.format(text=text)})
    assert package is not None, problems
    rulebook = Catalog.of([], [package]).rulebook("one")
    return AlwaysKnown(rulebook.parameters).is_known(rulebook.criteria["tested"].condition, in_stage=in_stage)


@pytest.mark.parametrize("text", NEVER_UNKNOWN)
def test_what_the_record_always_tells(text: str) -> None:
    assert is_known(text)


@pytest.mark.parametrize("text", MAY_BE_UNKNOWN)
def test_what_may_be_missing(text: str) -> None:
    assert not is_known(text)


def test_the_days_of_a_stage_are_known_in_it() -> None:
    assert is_known("stage.days >= 7 and stage.max_demand >= 2", in_stage=True)
