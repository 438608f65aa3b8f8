"""A small plugin and protocol that are sound, and ways to add to them or put mistakes into them."""

from __future__ import annotations

from collections.abc import Mapping

from rehabflow.catalog import Catalog
from rehabflow.definitions.contributions import Plugin, ProtocolPackage
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.problems import Problem
from rehabflow.rulebook.model import Rulebook
from rehabflow.rulebook.owners import Mandatory

MANIFEST = """
[plugin]
id = "{id}"
version = "{version}"
api = 1
title = "A plugin"
use = "Tests"
misuse = "Not for patients"
default_basis = "clinic"
requires = {{ {requires} }}
"""

BACK = """
[vocabulary]
pattern = ["hinge", "bridge"]
position = ["lying", "standing"]
body_part = ["gluteals", "hamstrings"]
joint = ["hip", "knee"]
equipment = ["mat", "band"]

[parameter.pain_limit]
value = 5
unit = "{score}"
stricter = "lower"

[event.surgery]
title = "Operation"
details = { graft = ["patella", "hamstring"] }

[clearance.seen]
title = "Seen by a physician"
by = ["physician"]
valid_for = "6w"

[limit.bending]
title = "Bending of the hip"
joint = "hip"
unit = "deg"

[assessment.nprs]
title = "Pain"
[assessment.nprs.measure.average]
type = "number"
unit = "{score}"
range = [0, 10]
decimals = 0
better = "lower"
valid_for = "3w"
main = true
[assessment.nprs.measure.worst]
type = "number"
unit = "{score}"
range = [0, 10]
decimals = 0
better = "lower"
valid_for = "3w"
[assessment.slr]
title = "Straight leg raise"
sided = true
[assessment.slr.measure.angle]
type = "number"
unit = "deg"
range = [1, 120]
decimals = 0
better = "higher"
valid_for = "4w"
main = true
[assessment.numb]
title = "Numbness"
[assessment.numb.measure.saddle]
type = "yes_no"
valid_for = "3w"
[assessment.scale]
title = "Questionnaire"
items = { count = 4, range = [0, 5], when_finished = "left_out" }
[assessment.scale.measure.total]
type = "number"
unit = "{score}"
range = [0, 20]
decimals = 0
better = "lower"
valid_for = "4w"
value = "sum(items)"
bands = [["low", "total <= 4"], ["high", "else"]]
[assessment.life]
title = "Life"
[assessment.life.measure.equipment]
type = "set"
choices_from = "equipment"
valid_for = "26w"
[assessment.life.measure.liked]
type = "set"
choices_from = "exercise"
valid_for = "26w"

[diary.pain]
type = "number"
unit = "{score}"
range = [0, 10]
decimals = 0
better = "lower"
[diary.alarm]
type = "yes_no"

[criterion.calm]
when = "nprs <= pain_limit"
[criterion.calm_session]
when = "session.pain <= pain_limit"

[finding.short]
each_side = true
when = "slr.this_side < 70"
severity = { 2 = "slr.this_side < 50", 1 = "else" }
targets = ["flexibility:hamstrings"]

[caution.sore]
title = "Sore"
when = "nprs.worst > 8"
effect = "warn"
say = "Go slowly"

[gate.numb]
title = "Numbness"
[gate.numb.emergency]
when = "numb.saddle"
until = "cleared('seen')"
say = "Numb: emergency department"
[gate.no_bend]
title = "No bending"
[gate.no_bend.restrict]
when = "happened(surgery)"
until = "weeks_since(surgery) >= 6"
exclude = "exercise.pattern == 'hinge'"
cap = { bending = "60 deg" }
say = "No bending yet"

[response.pain]
[response.pain.ease]
when = "session.pain > pain_limit"
[response.pain.progress]
when = "did.all_steps and did.effort <= 6"

[selector.plain]
minutes = 30
equipment = "life.equipment"
days = 3
exercises = 4
new_at_most = 2
[selector.plain.score]
addresses_findings = { weight = 3 }
liked = { weight = 2, value = "1 if exercise.id in life.liked else 0" }

[ladder.hips]
title = "Hips"
rungs = ["bridge", "deadlift"]

[exercise.bridge]
title = "Bridge"
role = "global_stabiliser"
quality = "strength"
trains = ["strength:gluteals"]
pattern = "bridge"
position = "lying"
direction = "neutral"
joints = ["hip"]
effort_kind = "active"
contact_risk = false
demand = 2
cautions = ["sore"]
equipment = ["mat"]
minutes = 4
how = ["Lift your hips."]
needs = { bending = [0, 30] }
only_if = "not numb.saddle"
[exercise.bridge.dose.build]
steps = ["2 x 8", "3 x 8"]
per_week = "3"
[exercise.deadlift]
title = "Deadlift"
role = "global_mobiliser"
quality = "strength"
trains = ["strength:hamstrings"]
pattern = "hinge"
position = "standing"
direction = "neutral"
joints = ["hip", "knee"]
effort_kind = "resisted"
contact_risk = false
demand = 4
cautions = []
equipment = []
minutes = 8
how = ["Bend at the hips."]
[exercise.deadlift.dose.build]
steps = ["2 x 8"]
per_week = "2"
"""

PROTOCOL = """
[protocol]
id = "course"
version = "1.0.0"
title = "A course"
status = "draft"
for_whom = "Tests"
not_for = "Patients"
requires = { back = ">=1,<2" }
must_have = ["back.numb", "agreed"]
default_basis = "clinic"

[track.main]
title = "Back"
stages = ["early", "late"]

[gate.agreed]
title = "Agreement"
[gate.agreed.pause]
when = "not cleared('seen')"
say = "Nobody has agreed yet"

[stage.early]
title = "Early"
dose = "build"
max_demand = 3
response = "pain"
next_visit = "7d"
[stage.early.slot.hips]
title = "Hips"
choose = 1
where = "exercise.quality == 'strength'"
[stage.late]
title = "Late"
dose = "build"
max_demand = 5
response = "pain"
next_visit = "14d"
[stage.late.enter]
calm = "criterion.calm"
[stage.late.regress_to.early]
flare = "streak(session.pain > pain_limit) >= 2"
[stage.late.discharge]
quiet = "nprs.average <= 1"
[stage.late.slot.hips]
title = "Hips"
choose = [1, 2]
where = "exercise.quality == 'strength'"

[rule.one_hinge]
kind = "at_most"
count = 1
of = "exercise.pattern == 'hinge'"

[advice.move]
show = ["plan"]
when = "nprs.average > 2"
text = "Keep moving."

[select]
use = "plain"
"""


def manifest(id_: str, version: str = "1.0.0", **requires: str) -> str:
    """Return a manifest with what it requires: plugin = range."""
    listed = ", ".join(f'{name} = "{wanted}"' for name, wanted in requires.items())
    return MANIFEST.format(id=id_, version=version, requires=listed)


def plugin(id_: str, tables: str = "", version: str = "1.0.0", **requires: str) -> Plugin:
    """Return a plugin of these tables; they have to be free of mistakes that loading finds."""
    files = {f"{id_}/plugin.toml": manifest(id_, version, **requires), f"{id_}/tables.toml": tables}
    found, problems = load_plugin(id_, files)
    assert found is not None, problems
    return found


def protocol(text: str = PROTOCOL) -> ProtocolPackage:
    """Return a protocol; its text has to be free of mistakes that loading finds."""
    found, problems = load_protocol("course", {"course.toml": text})
    assert found is not None, problems
    return found


def edited(text: str, changes: Mapping[str, str]) -> str:
    """Return the text with each key replaced by its value; each must stand there exactly once."""
    for old, new in changes.items():
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def catalog(
    changes: Mapping[str, str] | None = None,
    *,
    back: str = "",
    course: str = "",
    plugins: tuple[Plugin, ...] = (),
    mandatory: tuple[str, ...] = (),
) -> Catalog:
    """Return the catalog of both, edited (each change in whichever holds its key) and with tables added."""
    changes = changes or {}
    in_back = {old: new for old, new in changes.items() if old in BACK}
    in_course = {old: new for old, new in changes.items() if old not in in_back}
    own = plugin("back", edited(BACK, in_back) + back)
    text = edited(PROTOCOL, in_course) + course
    return Catalog.of([own, *plugins], [protocol(text)], Mandatory(mandatory))


def rulebook(changes: Mapping[str, str] | None = None, *, back: str = "", course: str = "") -> Rulebook:
    """Return the rulebook of both, edited."""
    return catalog(changes, back=back, course=course).rulebook("course")


def told(problems: tuple[Problem, ...], *, warnings: bool = False) -> list[tuple[str, str, str]]:
    """Return code, address and message of each error (or warning)."""
    wanted = "warning" if warnings else "error"
    return [(one.code, one.place.address, one.message) for one in problems if one.severity == wanted]


def errors(
    changes: Mapping[str, str] | None = None, *, back: str = "", course: str = ""
) -> list[tuple[str, str, str]]:
    """Return the errors of both, edited."""
    return told(catalog(changes, back=back, course=course).check())
