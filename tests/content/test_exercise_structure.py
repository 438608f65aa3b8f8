"""The low back exercises are whole: every row of the catalogue, every word, rung and caution."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from content.catalogue import CAUTIONS, EXERCISES, FACTS, LADDERS, VOCABULARY
from content.test_exercise_form import is_loaded

FIXED = {
    "role": {"local_stabiliser", "global_stabiliser", "global_mobiliser", "none"},
    "quality": {
        *("control", "endurance", "strength", "flexibility", "mobility", "neural", "aerobic", "power"),
        *("sport", "daily_life"),
    },
    "direction": {"neutral", "flexion", "extension", "rotation", "lateral"},
    "effort_kind": {"passive", "assisted", "active", "resisted"},
}
# The tags that honour a caution code of the catalogue; any one of them is enough.
TAGS = {
    "FX": {"osteoporosis", "osteoporosis_range"},
    "DISC": {"disc", "disc_range", "sitting"},
    "STEN": {"stenosis"},
    "PREG": {"pregnancy", "pregnancy_supine", "pregnancy_prone"},
    "BP": {"pressure"},
    "POST": {"post_op"},
    "SH": {"shoulder"},
    "KN": {"knee"},
    "FALL": {"falls"},
}
HEAVY = 4
each_exercise = pytest.mark.parametrize("name", sorted(EXERCISES))


def test_the_exercises_are_those_of_the_catalogue() -> None:
    assert len(FACTS) == 77
    assert EXERCISES.keys() == FACTS.keys()


@each_exercise
def test_every_word_is_declared(name: str) -> None:
    exercise = EXERCISES[name]
    for key, words in FIXED.items():
        assert exercise[key] in words
    assert exercise["pattern"] in VOCABULARY["pattern"]
    assert exercise["position"] in VOCABULARY["position"]
    assert set(exercise["joints"]) <= set(VOCABULARY["joint"])
    assert set(exercise["cautions"]) <= CAUTIONS.keys()
    pairs = [pair.split(":") for pair in exercise["trains"]]
    assert pairs
    assert exercise["quality"] in {quality for quality, _ in pairs}
    assert {quality for quality, _ in pairs} <= FIXED["quality"]
    assert {part for _, part in pairs} <= set(VOCABULARY["body_part"])
    for item in exercise["equipment"]:
        assert {item} if isinstance(item, str) else set(item) <= set(VOCABULARY["equipment"])


def test_no_declared_word_is_unused() -> None:
    used = {key: {exercise[key] for exercise in EXERCISES.values()} for key in ("pattern", "position")}
    used["joint"] = {joint for exercise in EXERCISES.values() for joint in exercise["joints"]}
    used["equipment"] = {
        word
        for exercise in EXERCISES.values()
        for item in exercise["equipment"]
        for word in ([item] if isinstance(item, str) else item)
    }
    for key, words in used.items():
        assert words == set(VOCABULARY[key])
    assert {tag for exercise in EXERCISES.values() for tag in exercise["cautions"]} == CAUTIONS.keys()


@each_exercise
def test_demand_and_dose_levels_are_those_of_the_catalogue(name: str) -> None:
    exercise = EXERCISES[name]
    assert exercise["demand"] in range(1, 6)
    assert exercise["demand"] == FACTS[name].demand
    assert exercise["dose"].keys() == FACTS[name].doses.keys()


def upper_numbers(dose: str) -> list[int]:
    """Returns the numbers of a catalogue dose, the upper one of each range; falling sets one by one."""
    falling = re.fullmatch(r"\d+x\((\d+-\d+-\d+)\)x(\d+)s", dose)
    if falling:
        return [*map(int, falling[1].split("-")), int(falling[2])]
    return [int(number) for number in re.findall(r"\d+(?![\d-])", dose)]


@each_exercise
def test_the_hardest_step_is_the_dose_of_the_catalogue(name: str) -> None:
    for level, dose in FACTS[name].doses.items():
        if dose != "own":
            hardest = EXERCISES[name]["dose"][level]["steps"][-1].removeprefix("1 x ")
            assert [int(number) for number in re.findall(r"\d+", hardest)] == upper_numbers(dose), level


@each_exercise
def test_doses_of_loaded_work_say_how_long_to_rest(name: str) -> None:
    exercise = EXERCISES[name]
    for dose in exercise["dose"].values():
        if is_loaded(exercise) or "then_load" in dose:
            assert "rest" in dose


@each_exercise
def test_loaded_and_heavy_strength_work_rests_two_days(name: str) -> None:
    exercise = EXERCISES[name]
    is_heavy = exercise["quality"] == "strength" and exercise["demand"] >= HEAVY
    if is_loaded(exercise) or is_heavy:
        assert exercise["rest_between"] == "48h"


@each_exercise
def test_cautions_of_the_catalogue_are_honoured(name: str) -> None:
    tags = set(EXERCISES[name]["cautions"])
    missing = {code for code in FACTS[name].cautions if not TAGS[code] & tags}
    assert not missing


@each_exercise
def test_position_direction_and_demand_bring_their_cautions(name: str) -> None:
    exercise = EXERCISES[name]
    by_position = {"supine": {"pregnancy_supine"}, "prone": {"pregnancy_prone"}, "all_fours": {"knee"}}
    by_direction = {"flexion": {"disc", "osteoporosis", "post_op"}, "extension": {"stenosis"}}
    due = by_position.get(exercise["position"], set()) | by_direction.get(exercise["direction"], set())
    due |= {"post_op"} if exercise["demand"] >= HEAVY else set()
    assert due <= set(exercise["cautions"])


@each_exercise
def test_stretches_ask_for_a_finding(name: str) -> None:
    exercise = EXERCISES[name]
    if exercise["quality"] == "flexibility":
        assert re.search(r"finding\.|symptoms\.preference", exercise["only_if"])


def test_the_nerve_slider_stops_when_weakness_grows() -> None:
    assert EXERCISES["slider_sciatic"]["never_if"] == "red_flags.leg_weakness == 'worsening'"


def test_the_costliest_exercise_needs_a_named_agreement() -> None:
    assert EXERCISES["prone_superman"]["only_if"] == "cleared('high_compression')"


@pytest.mark.parametrize("name", sorted(LADDERS))
def test_rungs_exist_and_follow_the_catalogue(name: str) -> None:
    rungs = LADDERS[name]["rungs"]
    assert len(rungs) >= 2
    for easier, harder in pairwise(rungs):
        assert harder in FACTS[easier].progressions, f"{easier} to {harder}"
        assert EXERCISES[easier]["demand"] <= EXERCISES[harder]["demand"]
        assert EXERCISES[easier]["dose"].keys() & EXERCISES[harder]["dose"].keys(), "no level to step up in"
