"""What is known of a checked text before any patient is."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest

from conditions.names import shared_scope
from rehabflow.conditions.checked import Comparison

SCOPE = shared_scope()


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("nprs < 3 and red", {"nprs", "red"}),
        ("criterion.quiet", {"nprs", "red"}),
        ("odi > 20", {"odi", "i1", "i2", "i3"}),
        ("band(odi) == 'minimal'", {"odi", "i1", "i2", "i3"}),
        ("count(nprs < 3, known(ratio)) > 0", {"nprs", "ratio"}),
        ("symmetry(quad) > 90", {"quad.involved", "quad.uninvolved"}),
        ("worst(session.pain) < 3", {"session.pain"}),
        ("streak(session.pain > nprs) > 1", {"session.pain", "nprs"}),
        ("improvement(nprs) > 3", {"nprs"}),
        ("weeks_since(surgery) > 3", {"surgery"}),
        ("happened(surgery)", {"surgery"}),
        ("worst(nprs, since=surgery) > 3", {"surgery", "nprs"}),
        ("cleared('start')", set()),
    ],
)
def test_what_a_text_reads(text: str, reads: set[str]) -> None:
    assert SCOPE.condition(text).reads == reads


def test_static_facts() -> None:
    checked = SCOPE.condition(
        "criterion.week and nprs > 4.5 and 3 < session.pain and cleared('start') and known(ratio)"
    )
    assert checked.own_names == {"criterion.week", "nprs", "session.pain", "ratio"}
    assert checked.series
    assert checked.varies
    assert checked.uses_cleared == {"start"}
    assert checked.uses_known == {"ratio"}
    assert [(each.key, each.value) for each in checked.comparisons] == [
        ("nprs", Fraction(9, 2)),
        ("session.pain", 3),
    ]
    assert isinstance(checked.comparisons[0], Comparison)
    assert {fact.key for fact in checked.facts} == {"nprs", "session.pain"}


def test_series_and_varying_are_told_apart() -> None:
    inside = SCOPE.condition("streak(session.pain < 3) > 1")
    assert (inside.series, inside.varies) == (True, False)
    plain = SCOPE.condition("session.pain < 3 or criterion.calm")
    assert (plain.series, plain.varies) == (False, True)


def test_events_that_a_text_waits_for() -> None:
    for text in (
        "happened(surgery)",
        "weeks_since(surgery) > 2",
        "worst(nprs, before=surgery) > 2",
        "hours_since(surgery) > 2",
    ):
        assert SCOPE.condition(text).events == {"surgery"}


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("nprs < 3", False),
        ("asked < 3", True),
        ("sum(items) > 3", False),
        ("mean(items) > 3", False),
        ("mean(items, at_least=3) > 3", True),
        ("odi > 20", False),
        ("answered(items) > 1", False),
        ("percent_improvement(nprs) > 3", True),
        ("improvement(nprs) > 3", False),
        ("count(shy, red) > 1", True),
        ("known(asked)", False),
        ("worst(asked) > 3", True),
        ("mean(asked + 1, nprs) > 3", True),
    ],
)
def test_what_can_be_undefined(text: str, can: bool) -> None:
    assert SCOPE.condition(text).can_be_undefined is can


def test_the_package_loads_only_what_is_asked_for() -> None:
    code = (
        "import sys, rehabflow.conditions\n"
        "print([name for name in sys.modules if name.startswith('rehabflow.conditions.')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_promised_name_is_there_and_no_other() -> None:
    from rehabflow import conditions

    for name in conditions.__all__:
        assert callable(getattr(conditions, name)), name
    with pytest.raises(AttributeError):
        conditions.nothing  # noqa: B018
