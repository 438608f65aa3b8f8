"""One namespace for bare names, one per kind for the others; who may replace whom."""

from __future__ import annotations

import attrs
import pytest

from rehabflow.catalog import Catalog
from rehabflow.definitions.contributions import Plugin
from rulebook.building import BACK, PROTOCOL, catalog, edited, plugin, protocol, told

LIMIT = '[parameter.pain_limit]\nvalue = 3\nunit = "{score}"\nstricter = "lower"\n'


def with_second(tables: str) -> Catalog:
    """Return a catalog whose protocol requires a second plugin of these tables beside `back`."""
    changed = edited(PROTOCOL, {'back = ">=1,<2"': 'back = ">=1,<2", second = ">=1"'})
    return Catalog.of([plugin("back", BACK), plugin("second", tables, back=">=1")], [protocol(changed)])


@pytest.mark.parametrize(
    ("kind", "name", "table"),
    [
        ("parameter", "pain_limit", LIMIT),
        ("event", "surgery", '[event.surgery]\ntitle = "Other"\n'),
        ("clearance", "seen", '[clearance.seen]\ntitle = "Seen"\nby = ["surgeon"]\nvalid_for = "1w"\n'),
        ("criterion", "calm", '[criterion.calm]\nwhen = "nprs < 2"\n'),
        (
            "caution",
            "sore",
            '[caution.sore]\ntitle = "Sore"\nwhen = "nprs > 2"\neffect = "exclude"\nsay = "No"\n',
        ),
        ("limit", "bending", '[limit.bending]\ntitle = "Bending"\njoint = "hip"\nunit = "deg"\n'),
        (
            "gate",
            "numb",
            '[gate.numb]\ntitle = "Numb"\n[gate.numb.caution]\nwhen = "numb.saddle"\nsay = "Numb"\n',
        ),
        ("ladder", "hips", '[ladder.hips]\ntitle = "Hips"\nrungs = ["deadlift", "bridge"]\n'),
    ],
)
def test_two_owners_of_one_name_are_refused(kind: str, name: str, table: str) -> None:
    found = [one for one in told(with_second(table).check()) if one[0] == "two-owners"]
    assert found == [("two-owners", f"{kind}.{name}", f"{kind} `{name}` is declared by back and by second")]


def test_a_parameter_may_replace_another_owners() -> None:
    book = with_second(LIMIT + 'replaces = "back"\n').rulebook("course")
    assert book.parameters["pain_limit"].definition.cases[0].value == 3


def test_what_replaces_has_to_replace_something() -> None:
    table = LIMIT.replace("pain_limit", "own_limit") + 'replaces = "back"\n'
    found = told(with_second(table).check())
    assert found == [
        (
            "replaces-nothing",
            "parameter.own_limit.replaces",
            "replaces parameter `own_limit` of `back`, which has none",
        )
    ]


@pytest.mark.parametrize("kind", ["gate", "caution", "limit"])
def test_safety_is_never_replaced(kind: str) -> None:
    ids = {"gate": "numb", "caution": "sore", "limit": "bending"}
    own = plugin("second", {
        "gate": '[gate.numb]\ntitle = "N"\n[gate.numb.caution]\nwhen = "numb.saddle"\nsay = "N"\n',
        "caution": '[caution.sore]\ntitle = "S"\nwhen = "nprs > 2"\neffect = "warn"\nsay = "S"\n',
        "limit": '[limit.bending]\ntitle = "B"\njoint = "hip"\nunit = "deg"\n',
    }[kind], back=">=1")  # fmt: skip
    own = forced_to_replace(own, f"{kind}.{ids[kind]}")
    changed = edited(PROTOCOL, {'back = ">=1,<2"': 'back = ">=1,<2", second = ">=1"'})
    found = told(Catalog.of([plugin("back", BACK), own], [protocol(changed)]).check())
    assert ("never-replaced", f"{kind}.{ids[kind]}.replaces", f"a {kind} is never replaced") in found
    assert "two-owners" in {code for code, _, _ in found}


def forced_to_replace(own: Plugin, address: str) -> Plugin:
    """Return the plugin with a replacement that loading would have refused: one may be made in Python."""
    return attrs.evolve(own, contribution=attrs.evolve(own.contribution, replaces={address: "back"}))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            LIMIT.replace("pain_limit", "nprs"),
            "`nprs` is both a parameter and an assessment, so a condition cannot tell which",
        ),
        (
            '[event.pain_limit]\ntitle = "E"\n',
            "`pain_limit` is both a parameter and an event, so a condition cannot tell which",
        ),
        (
            '[event.nprs]\ntitle = "E"\n',
            "`nprs` is both an event and an assessment, so a condition cannot tell which",
        ),
    ],
)
def test_bare_names_share_one_namespace(table: str, message: str) -> None:
    found = told(with_second(table).check())
    assert [text for code, _, text in found if code == "shared-name"] == [message]


def test_other_ids_of_different_kinds_may_be_alike() -> None:
    clearance = '[clearance.nprs]\ntitle = "S"\nby = ["physician"]\nvalid_for = "1w"\n'
    tables = '[criterion.pain_limit]\nwhen = "nprs < 2"\n' + clearance
    assert told(with_second(tables).check()) == []


ALARM = '[diary.alarm]\ntype = "yes_no"\nask = "Anything new?"\n'
PAIN = '[diary.pain]\ntype = "number"\nunit = "{score}"\nrange = [0, 10]\ndecimals = 0\nbetter = "lower"\n'


def test_diary_items_declared_alike_are_one() -> None:
    book = with_second(ALARM + PAIN).rulebook("course")
    assert list(book.diary) == ["session.alarm", "session.pain"]


@pytest.mark.parametrize(
    "table",
    [PAIN.replace("[0, 10]", "[0, 11]"), PAIN + 'answered_after = "12h"\n', PAIN + "declinable = true\n"],
)
def test_diary_items_that_differ_are_two(table: str) -> None:
    found = told(with_second(table).check())
    assert found == [("two-owners", "diary.pain", "diary `pain` is declared by back and by second")]


def test_vocabularies_are_united() -> None:
    book = with_second('[vocabulary]\njoint = ["ankle"]\n').rulebook("course")
    assert getattr(book.facts["exercise.joints"].type, "choices", ()) == ("ankle", "hip", "knee")


def test_gates_go_by_their_owners_name() -> None:
    book = catalog().rulebook("course")
    assert [(gate.address, gate.owner, gate.override) for gate in book.gates] == [
        ("back.no_bend.restrict", "back", ("clinician",)),
        ("back.numb.emergency", "back", ()),
        ("agreed.pause", "course", ("clinician",)),
    ]
