"""The exercises, ladders and cautions of everything bundled have the form that the formats and the house ask for."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from content.catalogue import ALL_CAUTIONS, ALL_EXERCISES, ALL_LADDERS, Table

REQUIRED = {
    *("title", "role", "quality", "trains", "pattern", "position", "direction", "joints", "effort_kind"),
    *("contact_risk", "demand", "cautions", "equipment", "minutes", "how"),
}
OPTIONAL = {
    *("needs", "each_side", "only_if", "never_if", "rest_between", "cues", "avoid", "tell", "dose", "note"),
    *("basis", "source", "checked"),
}
STEP = re.compile(r"\d+ x \d+( x \d+ s)?|\d+(/\d+)+( x \d+ s)?|\d+ x \d+ (s|m)|\d+ min")
FREQUENCY = re.compile(r"\d( to \d)?")
each_exercise = pytest.mark.parametrize("name", sorted(ALL_EXERCISES))


def is_loaded(exercise: Table) -> bool:
    return bool(exercise["quality"] == "strength" and exercise["effort_kind"] == "resisted")


@each_exercise
def test_every_required_key_is_there_and_no_other_is(name: str) -> None:
    keys = ALL_EXERCISES[name].keys()
    assert keys >= REQUIRED
    assert keys <= REQUIRED | OPTIONAL
    assert keys & {"note", "source"}, "nobody says what it rests on"


@each_exercise
def test_doses_are_written_as_the_formats_say(name: str) -> None:
    exercise = ALL_EXERCISES[name]
    for dose in exercise["dose"].values():
        assert dose.keys() <= {"steps", "per_day", "per_week", "effort", "rest", "then_load", "as"}
        assert all(STEP.fullmatch(step) for step in dose["steps"])
        assert len(set(dose["steps"])) == len(dose["steps"])
        assert ("per_day" in dose) != ("per_week" in dose)
        assert "per_week" not in dose or FREQUENCY.fullmatch(str(dose["per_week"]))
        assert dose.get("as", "warm_up") == "warm_up"
        if is_loaded(exercise) or "then_load" in dose:
            assert "effort" in dose
    in_minutes = {step.endswith("min") for dose in exercise["dose"].values() for step in dose["steps"]}
    assert in_minutes == {exercise["minutes"] == "dose"}


@pytest.mark.parametrize("name", sorted(ALL_LADDERS))
def test_rungs_are_exercises_that_grow_no_easier(name: str) -> None:
    owner = name.partition(".")[0]
    rungs = [ALL_EXERCISES[f"{owner}.{rung}"] for rung in ALL_LADDERS[name]["rungs"]]
    assert len(rungs) >= 2
    for easier, harder in pairwise(rungs):
        assert easier["demand"] <= harder["demand"], harder["title"]


def test_an_exercise_stands_on_one_ladder_at_most() -> None:
    ladders = [(name.partition(".")[0], ladder["rungs"]) for name, ladder in ALL_LADDERS.items()]
    rungs = [(owner, rung) for owner, inner in ladders for rung in inner]
    assert len(rungs) == len(set(rungs))


@pytest.mark.parametrize("name", sorted(ALL_CAUTIONS))
def test_cautions_say_what_they_mean_and_on_what_basis(name: str) -> None:
    caution = ALL_CAUTIONS[name]
    assert caution.keys() >= {"title", "when", "effect", "say", "note"}
    assert caution["effect"] in {"exclude", "warn"}
    assert caution.get("basis") != "published" or caution["source"]


def test_an_exercise_has_one_id_in_all_plugins_so_that_any_two_can_be_used_together() -> None:
    names = [name.rpartition(".")[2] for name in ALL_EXERCISES]
    assert sorted(names) == sorted(set(names))
