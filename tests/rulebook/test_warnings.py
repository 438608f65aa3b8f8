"""What works and is probably not meant."""

from __future__ import annotations

import pytest

from rulebook.building import catalog, told

Found = list[tuple[str, str, str]]


def warnings(changes: dict[str, str] | None = None, *, back: str = "", course: str = "") -> Found:
    found = told(catalog(changes, back=back, course=course).check(), warnings=True)
    return [one for one in found if one[0] != "no-note"]


def test_nothing_to_warn_of() -> None:
    assert warnings() == []


def test_one_measure_compared_twice_with_one_number() -> None:
    assert warnings({"nprs.average <= 1": "2 < nprs and nprs.worst < 2"}) == [
        (
            "number-twice",
            "stage.late.discharge.quiet",
            "`nprs.average` is compared with 2 here and in advice.move.when",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "nprs.average <= 3",
        "nprs.worst > 2",
        "exercise_free",
        "slr.left > 70 and slr.right > 70",
        "nprs < pain_limit",
    ],
)
def test_other_numbers_other_measures_and_one_text_are_fine(text: str) -> None:
    assert warnings({"nprs.average <= 1": text.replace("stage.days > 2", "stage.days > 2")}) == []


def test_sides_of_a_measure_are_one_measure() -> None:
    found = warnings({"nprs.average <= 1": "slr.left > 20", "nprs.average > 2": "slr.right < 20"})
    assert found == [
        (
            "number-twice",
            "stage.late.discharge.quiet",
            "`slr.angle` is compared with 20 here and in advice.move.when",
        )
    ]


def test_one_rule_may_say_a_number_twice() -> None:
    ages = 'when = "patient.age < 18"\nuntil = "patient.age >= 18"\n'
    table = f'[gate.young]\ntitle = "Young"\n[gate.young.refer]\n{ages}say = "No"\n'
    assert warnings(course=table) == []


def test_a_step_that_nothing_holds() -> None:
    changes = {'[stage.late.enter]\ncalm = "criterion.calm"\n': ""}
    assert warnings(changes) == [
        ("free-step", "stage.early", "nothing holds a patient between `early` and `late`: no leave, no enter")
    ]


@pytest.mark.parametrize(
    "table",
    ['[stage.early.leave]\nlong = "stage.days > 7"\n', '[track.main.leave]\nlong = "stage.days > 7"\n'],
)
def test_a_step_is_held_by_a_leave_of_stage_or_track(table: str) -> None:
    assert warnings({'[stage.late.enter]\ncalm = "criterion.calm"\n': ""}, course=table) == []


def test_a_gate_that_goes_stale_before_the_next_visit() -> None:
    assert warnings({'next_visit = "14d"': 'next_visit = "22d"'}) == [
        ("goes-stale", "stage.late.next_visit",
         "between visits 22d apart the plan would pause by itself: `numb.saddle` goes stale before")
    ]  # fmt: skip
    assert warnings({'next_visit = "14d"': 'next_visit = "3w"'}) == []


def of_code(found: Found, code: str) -> Found:
    return [one for one in found if one[0] == code]


def test_more_required_places_than_exercises() -> None:
    code = "too-many-places"
    found = warnings({"choose = [1, 2]": "choose = 5"})
    assert of_code(found, code) == [
        (code, "stage.late", "the slots require 5 exercises, and a session has at most 4")
    ]
    assert of_code(warnings({"choose = [1, 2]": "choose = 4"}), code) == []
    assert of_code(warnings({"choose = [1, 2]": "choose = 5\noutside_session = true"}), code) == []
    assert of_code(warnings({"choose = [1, 2]": "choose = 5", "exercises = 4": "exercises = 5"}), code) == []


WEEK = """
[stage.late.slot.more]
title = "More"
choose = 4
where = "exercise.demand > 2"
[stage.late.week]
"""


def test_places_are_counted_by_day() -> None:
    apart = warnings(course=WEEK + 'A = ["hips"]\nB = ["more"]\npattern = "A B -"\n')
    assert of_code(apart, "too-many-places") == []
    together = warnings(course=WEEK + 'A = ["hips", "more"]\npattern = "A -"\n')
    assert of_code(together, "too-many-places") == [
        (
            "too-many-places",
            "stage.late",
            "the slots on day A require 5 exercises, and a session has at most 4",
        )
    ]


EARLY = "choose = 1\nwhere = \"exercise.quality == 'strength'\""


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"choose = [1, 2]": "choose = 2"}, None),
        ({"choose = [1, 2]": "choose = 3"}, "requires 3 exercises, and 2 of demand 5 or less with a dose `build` meet"),
        ({"choose = 1\n": "choose = 2\n"}, "requires 2 exercises, and 1 of demand 3 or less with a dose `build` meets"),
        ({EARLY: "choose = 1\nwhere = \"exercise.id == 'deadlift'\""},
         "requires 1 exercises, and none of demand 3 or less with a dose `build` meets"),
        ({EARLY: 'choose = 1\nwhere = "exercise.demand < 3 and nprs < 3"'},
         None),
        ({'dose = "build"\nmax_demand = 3': 'dose = "peak"\nmax_demand = 3'},
         "requires 1 exercises, and none of demand 3 or less with a dose `peak` meets"),
        ({EARLY: "choose = [0, 1]\nwhere = \"exercise.quality == 'power'\""},
         None),
    ],
)  # fmt: skip
def test_a_required_place_that_nothing_can_fill(changes: dict[str, str], found: str | None) -> None:
    told_of = of_code(warnings(changes), "too-few-exercises")
    assert [message for _, _, message in told_of] == (
        [] if found is None else [f"the slot {found} its `where`"]
    )
    assert {address.rpartition(".")[2] for _, address, _ in told_of} <= {"where"}


@pytest.mark.parametrize(
    ("minutes", "shortest"),
    [("12", None), ("11", "12"), ('"life.minutes"', None), ('"min(life.minutes, 11)"', "12")],
)
def test_less_time_than_the_required_places_take_at_least(minutes: str, shortest: str | None) -> None:
    table = """
[assessment.life.measure.minutes]
type = "number"
unit = "min"
range = [5, 90]
decimals = 0
better = "none"
valid_for = "26w"
"""
    changes = {"choose = [1, 2]": "choose = 2", "minutes = 30": f"minutes = {minutes}"}
    found = of_code(warnings(changes, back=table), "too-little-time")
    wanted = f"the slots require {shortest} minutes at the shortest doses, and a session has at most 11"
    assert found == ([] if shortest is None else [("too-little-time", "stage.late", wanted)])


def test_all_bouts_of_a_day_count_as_time() -> None:
    changes = {
        "minutes = 30": "minutes = 11",
        'steps = ["2 x 8", "3 x 8"]\nper_week = "3"': 'steps = ["2 x 8"]\nper_day = 3',
    }
    found = of_code(warnings(changes), "too-little-time")
    assert [message for _, address, message in found if address == "stage.early"] == [
        "the slots require 12 minutes at the shortest doses, and a session has at most 11"
    ]


def test_a_slot_on_no_day() -> None:
    week = '[stage.late.slot.more]\ntitle = "More"\nchoose = 1\nwhere = "exercise.demand > 2"\n'
    found = warnings(course=week + '[stage.late.week]\nA = ["more"]\npattern = "A -"\n')
    assert of_code(found, "slot-unused") == [
        (
            "slot-unused",
            "stage.late.slot.hips",
            "the slot `hips` is on no day of the week, so it is never filled",
        )
    ]


def test_numbers_without_note_are_counted() -> None:
    found = [one for one in told(catalog().check(), warnings=True) if one[0] == "no-note"]
    assert found == [
        ("no-note", "plugin",
         "25 of 25 rules and numbers of back rest on consensus or a clinic's own word, without a note or a source"),
        ("no-note", "protocol",
         "5 of 5 rules and numbers of course rest on consensus or a clinic's own word, without a note or a source"),
    ]  # fmt: skip
    noted = catalog(
        {'unit = "{score}"\nstricter = "lower"\n': 'unit = "{score}"\nstricter = "lower"\nnote = "Agreed"\n'}
    )
    assert told(noted.check(), warnings=True)[0][2].startswith("24 of 25")


def test_warnings_do_not_stop_a_protocol() -> None:
    changes = {'[stage.late.enter]\ncalm = "criterion.calm"\n': ""}
    assert catalog(changes).rulebook("course").protocol.id == "course"


def test_nobody_has_to_agree() -> None:
    found = warnings({"when = \"not cleared('seen')\"": 'when = "nprs > 9"'})
    assert [one[:2] for one in found] == [("no-agreement", "protocol")]
