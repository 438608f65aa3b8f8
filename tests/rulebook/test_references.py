"""Planted mistakes: every name that a table writes down has to exist."""

from __future__ import annotations

import attrs
import pytest

from rehabflow.catalog import Catalog
from rulebook.building import BACK, catalog, errors, plugin, protocol, told

LEVEL = 'cap = { bending = "60 deg" }'
PARAMETERS = '[parameter.bend_cap]\nvalue = 50\nunit = "deg"\nstricter = "lower"\n'
WEIGHT = '[limit.weight]\ntitle = "Weight"\njoint = "hip"\nchoices = ["none", "touch", "full"]\n'
ASK = '[ask.pain]\nwhat = ["nprs", "{}"]\nevery = "visit"\n'


@pytest.mark.parametrize(
    ("changes", "added", "expected"),
    [
        ({'cautions = ["sore"]': 'cautions = ["soar"]'}, "",
         ("unknown-caution", "exercise.bridge.cautions.0", "there is no caution `soar`")),
        ({'pattern = "bridge"': 'pattern = "brige"'}, "",
         ("undeclared-word", "exercise.bridge.pattern", "there is no pattern `brige`")),
        ({'position = "lying"': 'position = "laying"'}, "",
         ("undeclared-word", "exercise.bridge.position", "there is no position `laying`")),
        ({'joints = ["hip", "knee"]': 'joints = ["hip", "nee"]'}, "",
         ("undeclared-word", "exercise.deadlift.joints.1", "there is no joint `nee`")),
        ({'equipment = ["mat"]\nminutes': 'equipment = [["matt", "band"]]\nminutes'}, "",
         ("undeclared-word", "exercise.bridge.equipment.0", "there is no equipment `matt`")),
        ({'trains = ["strength:gluteals"]': 'trains = ["strength:glutes"]'}, "",
         ("undeclared-word", "exercise.bridge.trains.0", "there is no body part `glutes`")),
        ({'targets = ["flexibility:hamstrings"]': 'targets = ["flexibility:hams"]'}, "",
         ("undeclared-word", "finding.short.targets.0", "there is no body part `hams`")),
        ({"needs = { bending = [0, 30] }": "needs = { bendin = [0, 30] }"}, "",
         ("unknown-limit", "exercise.bridge.needs.bendin", "there is no limit `bendin`")),
        ({"needs = { bending = [0, 30] }": 'needs = { bending = ["a", "b"] }'}, "",
         ("need-kind", "exercise.bridge.needs.bending.0", "the limit `bending` is a number in deg, not a word")),
        ({"needs = { bending = [0, 30] }": 'needs = { weight = ["touch", "ful"] }'}, WEIGHT,
         ("unknown-choice", "exercise.bridge.needs.weight.1", "the limit `weight` has no choice `ful`")),
        ({"needs = { bending = [0, 30] }": 'needs = { weight = ["full", "touch"] }'}, WEIGHT,
         ("need-backwards", "exercise.bridge.needs.weight", "the least is more than the most")),
        ({'joint = "hip"\nunit': 'joint = "knee"\nunit'}, "",
         ("need-without-joint", "exercise.bridge.needs.bending",
          "needs `bending`, a limit of the knee, which is not among its joints")),
        ({'joint = "hip"\nunit': 'joint = "hop"\nunit'}, "",
         ("undeclared-word", "limit.bending.joint", "there is no joint `hop`")),
        ({'rungs = ["bridge", "deadlift"]': 'rungs = ["bridge", "dedlift"]'}, "",
         ("unknown-exercise", "ladder.hips.rungs.1", "there is no exercise `dedlift`")),
        ({}, '[ladder.legs]\ntitle = "Legs"\nrungs = ["deadlift", "bridge"]\n',
         ("rung-twice", "ladder.legs.rungs.0", "the exercise `deadlift` is on the ladder `hips` too")),
        ({LEVEL: 'cap = { bendin = "60 deg" }'}, "",
         ("unknown-limit", "gate.no_bend.restrict.cap.bendin", "there is no limit `bendin`")),
        ({LEVEL: 'cap = { bending = "60 cm" }'}, "",
         ("cap-unit", "gate.no_bend.restrict.cap.bending", "the cap is in cm, the limit `bending` in deg")),
        ({LEVEL: 'cap = { bending = "bend_cap" }'}, "",
         ("unknown-parameter", "gate.no_bend.restrict.cap.bending", "there is no parameter `bend_cap`")),
        ({LEVEL: 'cap = { bending = "pain_limit" }'}, "",
         ("cap-unit", "gate.no_bend.restrict.cap.bending", "the cap is in {score}, the limit `bending` in deg")),
        ({LEVEL: 'cap = { weight = "tuch" }'}, WEIGHT,
         ("unknown-choice", "gate.no_bend.restrict.cap.weight", "the limit `weight` has no choice `tuch`")),
        ({LEVEL: 'cap = { weight = "5 kg" }'}, WEIGHT,
         ("unknown-choice", "gate.no_bend.restrict.cap.weight", "the limit `weight` has no choice `5 kg`")),
        ({}, ASK.format("nprss"), ("unknown-assessment", "ask.pain.what.1", "there is no assessment `nprss`")),
        ({'stricter = "lower"\n\n[event': 'stricter = "none"\nset_by = ["surgeon"]\n\n[event'}, "",
         ("order-without-direction", "parameter.pain_limit.set_by",
          "an order for a patient can only be stricter, and this has no stricter direction")),
        ({"cleared('seen')\"\nsay": "cleared('sen')\"\nsay"}, "",
         ("unknown-clearance", "gate.numb.emergency.until", "No clearance 'sen' is declared")),
        ({"exercise.pattern == 'hinge'\"\ncap": "exercise.pattern == 'hing'\"\ncap"}, "",
         ("unknown-choice", "gate.no_bend.restrict.exclude", "'hing' is none of the choices")),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_told_at_its_place(
    changes: dict[str, str], added: str, expected: tuple[str, str, str]
) -> None:
    found = errors(changes, back=added)
    assert expected in found
    assert {code for code, _, _ in found} == {expected[0]}


@pytest.mark.parametrize("cap", ['"60 deg"', '"bend_cap"'])
def test_a_cap_is_a_number_in_the_limits_unit_or_a_parameter(cap: str) -> None:
    assert errors({LEVEL: f"cap = {{ bending = {cap} }}"}, back=PARAMETERS) == []


def test_a_cap_on_choices_is_one_of_them() -> None:
    assert errors({LEVEL: 'cap = { weight = "touch" }'}, back=WEIGHT) == []


@pytest.mark.parametrize(
    ("changes", "added", "expected"),
    [
        ({'stages = ["early", "late"]': 'stages = ["early", "late", "lat"]'}, "",
         ("unknown-stage", "track.main.stages.2", "there is no stage `lat`")),
        ({'stages = ["early", "late"]': 'stages = ["early"]'}, "",
         ("stage-without-track", "stage.late", "the stage `late` is in no track, so nobody can ever be in it")),
        ({}, '[track.side]\ntitle = "Side"\nstages = ["late"]\nopen_while = "nprs < 3"\n',
         ("stage-twice", "track.side.stages.0", "the stage `late` is in the track `main` too")),
        ({'title = "Back"\n': 'title = "Back"\nopen_while = "nprs < 3"\n'}, "",
         ("main-is-open", "track.main.open_while", "the track main is always open")),
        ({'response = "pain"\nnext_visit = "7d"': 'response = "pian"\nnext_visit = "7d"'}, "",
         ("unknown-response", "stage.early.response", "there is no response `pian`")),
        ({'next_visit = "7d"': 'next = "latte"\nnext_visit = "7d"'}, "",
         ("unknown-stage", "stage.early.next", "the track `main` has no stage `latte`")),
        ({'next_visit = "7d"': 'next = "early"\nnext_visit = "7d"'}, "",
         ("next-is-itself", "stage.early.next", "a stage cannot be followed by itself")),
        ({"[stage.late.regress_to.early]": "[stage.late.regress_to.erly]"}, "",
         ("unknown-stage", "stage.late.regress_to.erly", "the track `main` has no stage `erly`")),
        ({"[stage.late.regress_to.early]": "[stage.late.regress_to.late]"}, "",
         ("regress-forward", "stage.late.regress_to.late", "`late` is not earlier than `late` in the track")),
        ({'use = "plain"': 'use = "plane"'}, "",
         ("unknown-selector", "select.use", "there is no selector `plane`")),
        ({'use = "plain"': 'use = "plain"\n[select.score]\nfresh = { weight = 2 }'}, "",
         ("term-without-value", "select.score.fresh",
          "the score term `fresh` has no value, and the selector in use has none to change")),
        ({'default_basis = "clinic"': 'default_basis = "clinic"\nadvice = ["moove"]'}, "",
         ("unknown-advice", "protocol.advice.0", "there is no advice `moove`")),
        ({'default_basis = "clinic"': 'default_basis = "clinic"\nbaseline = "before:surgry"'}, "",
         ("unknown-event", "protocol.baseline", "there is no event `surgry`")),
        ({'say = "Nobody has agreed yet"': 'say = "Nobody"\ntracks = ["mian"]'}, "",
         ("unknown-track", "gate.agreed.pause.tracks.0", "there is no track `mian`")),
        ({}, '[ask.pain]\nwhat = ["nprs"]\nevery = "visit"\nfrom_stage = "laate"\n',
         ("unknown-stage", "ask.pain.from_stage", "there is no stage `laate`")),
        ({"[stage.early.slot.hips]": 'order = ["hips"]\n[stage.early.slot.legs]\ntitle = "L"\nchoose = 1\n'
          "where = \"exercise.quality == 'power'\"\n[stage.early.slot.hips]"}, "",
         ("order-incomplete", "stage.early.order", "the order leaves out legs")),
    ],
)  # fmt: skip
def test_a_mistake_in_the_frame_of_a_protocol(
    changes: dict[str, str], added: str, expected: tuple[str, str, str]
) -> None:
    found = errors(changes, course=added)
    assert found == [expected]


def test_a_protocol_made_without_main_track_is_refused() -> None:
    package = protocol()
    bare = attrs.evolve(package, protocol=attrs.evolve(package.protocol, tracks={}, stages={}))
    found = told(Catalog.of([plugin("back", BACK)], [bare]).check())
    assert ("no-main-track", "protocol", "there is no [track.main]") in found


def test_mistakes_of_a_plugin_are_told_once_however_many_protocols_use_it() -> None:
    broken = catalog({"nprs.worst > 8": "nprs.wors > 8"})
    other = protocol()
    second = attrs.evolve(other, protocol=attrs.evolve(other.protocol, id="second"))
    both = Catalog.of(broken.plugins.values(), [*broken.protocols.values(), second])
    assert [code for code, _, _ in told(both.check())] == ["unknown-name"]
