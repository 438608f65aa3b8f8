"""Whose tables count: versions, requirements, circles of plugins, mandatory gates."""

from __future__ import annotations

import attrs
import pytest

from rehabflow.catalog import Catalog
from rehabflow.problems import FileProblems, UsageError
from rehabflow.rulebook.versions import NotAVersion, satisfies
from rulebook.building import BACK, PROTOCOL, catalog, edited, plugin, protocol, told

GATE = """
[assessment.heart]
title = "Heart"
[assessment.heart.measure.pain]
type = "yes_no"
valid_for = "3w"
[gate.chest]
title = "Chest pain"
[gate.chest.pause]
when = "heart.pain"
say = "Chest pain"
[gate.other]
title = "Other"
[gate.other.caution]
when = "heart.pain"
say = "Other"
[exercise.swim]
title = "Swim"
role = "none"
quality = "aerobic"
trains = ["aerobic:heart"]
pattern = "swim"
position = "lying"
direction = "neutral"
joints = ["shoulder"]
effort_kind = "active"
contact_risk = false
demand = 1
cautions = []
equipment = []
minutes = 9
how = ["Swim."]
[exercise.swim.dose.build]
steps = ["9 min"]
per_week = "2"
[vocabulary]
pattern = ["swim"]
position = ["lying"]
body_part = ["heart"]
joint = ["shoulder"]
"""


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("1.0.0", ">=1,<2", True),
        ("1.10.0", ">=1.9,<2", True),
        ("1.9", ">=1.10", False),
        ("2.0.0", ">=1,<2", False),
        ("0.9.9", ">=1,<2", False),
        ("2", "<=2.0.0", True),
        ("1.2.3", "==1.2.3", True),
        ("1.2.3", "!=1.2.3", False),
        ("1.2.3", ">1.2.3", False),
        ("1.2.4", " > 1.2.3 , < 1.3 ", True),
    ],
)
def test_a_version_lies_in_a_range(version: str, wanted: str, fits: bool) -> None:
    assert satisfies(version, wanted) is fits


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("1.0.0", "1"),
        ("1.0.0", ">=1,"),
        ("1.0.0", ""),
        ("v1", ">=1"),
        ("1.02", ">=1"),
        ("1.0.0", "~=1"),
        ("1.2.3.4", ">1"),
    ],
)
def test_anything_else_is_no_version_or_range(version: str, wanted: str) -> None:
    with pytest.raises(NotAVersion):
        satisfies(version, wanted)


def test_a_missing_plugin_is_told_alone_without_the_names_it_would_bring() -> None:
    problems = Catalog.of([], [protocol()]).check()
    assert told(problems) == [
        ("missing-plugin", "protocol.requires.back", "needs the plugin `back`, which is not there")
    ]


def test_a_misspelt_plugin_is_told_with_the_nearest() -> None:
    found = Catalog.of([plugin("back", BACK)], [protocol(edited(PROTOCOL, {"{ back": "{ bakc"}))]).check()
    problem = next(one for one in found if one.severity == "error")
    assert problem.help == "did you mean `back`?"


def test_a_plugin_of_another_version_is_refused() -> None:
    found = Catalog.of([plugin("back", BACK, "2.1.0")], [protocol()]).check()
    assert told(found) == [
        ("plugin-version", "protocol.requires.back", "needs back >=1,<2, but version 2.1.0 is installed")
    ]


def test_a_plugin_of_another_interface_is_refused() -> None:
    own = plugin("back", BACK)
    newer = attrs.evolve(own, manifest=attrs.evolve(own.manifest, api=2))
    assert told(Catalog.of([newer], [protocol()]).check()) == [
        ("plugin-api", "plugin.api", "the plugin `back` is written for api 2; this version speaks api 1")
    ]


def test_what_a_plugin_requires_comes_too() -> None:
    deep = plugin("deep", '[parameter.depth]\nvalue = 3\nunit = "{score}"\nstricter = "lower"\n')
    middle = plugin("middle", deep=">=1")
    changed = edited(
        PROTOCOL, {'back = ">=1,<2"': 'back = ">=1,<2", middle = ">=1"', "nprs.average <= 1": "nprs <= depth"}
    )
    book = Catalog.of([plugin("back", BACK), middle, deep], [protocol(changed)]).rulebook("course")
    assert book.owners == ("back", "deep", "middle", "course")
    assert list(book.parameters) == ["depth", "pain_limit"]


def test_plugins_that_require_each_other_are_named_whole() -> None:
    first, second = plugin("first", second=">=1"), plugin("second", first=">=1")
    found = told(Catalog.of([first, second], []).check())
    assert found == [
        (
            "plugin-circle",
            "plugin.requires.first",
            "plugins require each other in a circle: first -> second -> first",
        )
    ]


def test_a_plugin_that_is_not_required_is_not_in_force() -> None:
    book = catalog(plugins=(plugin("heart", GATE),)).rulebook("course")
    assert [gate.gate for gate in book.gates] == ["back.no_bend", "back.numb", "agreed"]
    assert "heart" not in book.owners


def test_a_mandatory_gate_is_in_force_without_its_plugins_exercises_or_other_gates() -> None:
    book = catalog(plugins=(plugin("heart", GATE),), mandatory=("heart.chest",)).rulebook("course")
    assert [gate.gate for gate in book.gates] == ["back.no_bend", "back.numb", "heart.chest", "agreed"]
    assert "heart.pain" in book.measures
    assert "swim" not in book.exercises
    assert book.versions["heart"] == "1.0.0"


@pytest.mark.parametrize("gate", ["heart.chst", "hart.chest", "chest"])
def test_a_mandatory_gate_has_to_exist(gate: str) -> None:
    found = catalog(plugins=(plugin("heart", GATE),), mandatory=(gate,)).check()
    assert ("unknown-gate", "mandatory_gates", f"there is no gate `{gate}`") in told(found)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"[gate.agreed]": "[gate.agree]", "[gate.agreed.pause]": "[gate.agree.pause]"},
            "there is no gate `agreed`",
        ),
        ({'"back.numb", "agreed"': '"back.numbness", "agreed"'}, "there is no gate `back.numbness`"),
        ({'"back.numb", "agreed"': '"numb", "agreed"'}, "there is no gate `numb`"),
    ],
)
def test_a_gate_that_must_be_there_and_is_not_stops_the_protocol(
    changes: dict[str, str], message: str
) -> None:
    broken = catalog(changes)
    assert [text for code, _, text in told(broken.check()) if code == "missing-gate"] == [message]
    with pytest.raises(FileProblems) as caught:
        broken.rulebook("course")
    assert message in str(caught.value)


def test_two_plugins_of_one_id_are_refused() -> None:
    with pytest.raises(FileProblems) as caught:
        Catalog.of([plugin("back", BACK), plugin("back")], [])
    assert caught.value.problems[0].code == "same-id"


def test_a_protocol_called_like_its_plugin_is_refused() -> None:
    found = told(catalog({'id = "course"': 'id = "back"'}).check())
    assert ("same-id", "protocol.id", "the protocol and one of its plugins are both called `back`") in found


def test_an_unknown_protocol_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no protocol `cours`; did you mean `course`"):
        catalog().rulebook("cours")


def test_a_rulebook_is_assembled_once() -> None:
    found = catalog()
    assert found.rulebook("course") is found.rulebook("course")


def test_every_problem_is_raised_together() -> None:
    broken = catalog(
        {
            "nprs.average <= 1": "nprs.averag <= 1",
            "nprs.average > 2": "nprs.averag > 2",
            'rungs = ["bridge"': 'rungs = ["brige"',
        }
    )
    with pytest.raises(FileProblems) as caught:
        broken.rulebook("course")
    assert len(caught.value.problems) == 3
    assert {problem.severity for problem in caught.value.problems} == {"error"}
