"""What the tables become: short and long forms, evidence, doses, caps, weeks; and that order never matters."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loading.reading import EXAMPLES
from rehabflow.definitions.common import Evidence, ParameterCase
from rehabflow.definitions.contributions import Contribution, Plugin, ProtocolPackage
from rehabflow.definitions.exercises import Frequency, Need, Step
from rehabflow.definitions.gates import Cap, Effect
from rehabflow.instants import Duration
from rehabflow.loading.packages import load_plugin, load_protocol

SHARED = Path(__file__).resolve().parents[1] / "rulebook" / "examples"
HEAD = """[plugin]
id = "trial"
version = "1.0.0"
api = 1
title = "Trial"
use = "Tests"
misuse = "Patients"
default_basis = "consensus"
"""
PROTOCOL = """[protocol]
id = "trial"
version = "1.0.0"
title = "Trial"
status = "draft"
for_whom = "Adults"
not_for = "Children"
requires = {}
default_basis = "published"
default_source = "book"
[source.book]
cite = "A book"
seen = "paper"
[source.other]
cite = "Another"
seen = "recalled"
[track.main]
title = "Back"
stages = ["acute"]
[stage.acute]
title = "Acute"
dose = "settle"
max_demand = 2
"""
EXERCISE = """[exercise.walk]
title = "Walking"
role = "none"
quality = "aerobic"
trains = []
pattern = "gait"
position = "standing"
direction = "neutral"
joints = []
effort_kind = "active"
contact_risk = false
demand = 1
cautions = []
equipment = []
minutes = 10
how = ["Walk."]
"""


def plugin(*texts: str) -> Plugin:
    files = {f"{number}.toml": text for number, text in enumerate((HEAD + texts[0], *texts[1:]))}
    loaded, problems = load_plugin("trial", files)
    assert loaded is not None, problems
    return loaded


def contribution(*texts: str) -> Contribution:
    return plugin(*texts).contribution


def protocol(text: str, **files: str) -> ProtocolPackage:
    loaded, problems = load_protocol("trial", {"protocol.toml": PROTOCOL + text, **files})
    assert loaded is not None, problems
    return loaded


@pytest.mark.parametrize("path", sorted(SHARED.glob("*/*.toml")), ids=lambda path: path.stem)
def test_every_example_loads_without_a_problem(path: Path) -> None:
    load = load_protocol if path.parent.name == "protocols" else load_plugin
    loaded, problems = load(path.stem, {path.name: path.read_bytes()})
    assert problems == []
    assert loaded is not None


def test_a_rule_may_be_one_text_or_a_table() -> None:
    stage = protocol(
        '[stage.acute.enter]\ncalm = "a.b"\n[stage.acute.enter.able]\nwhen = "c.d"\nsay = "s"\ntell = "t"\n'
    ).protocol.stages["acute"]
    able, calm = stage.enter
    assert (calm.id, calm.when.text, calm.say, calm.place.address) == (
        "calm",
        "a.b",
        "",
        "stage.acute.enter.calm",
    )
    assert calm.when.place == calm.place
    assert (able.id, able.when.text, able.say, able.tell) == ("able", "c.d", "s", "t")
    assert able.when.place.address == "stage.acute.enter.able.when"


def test_no_discharge_table_is_not_an_empty_one() -> None:
    assert protocol("").protocol.stages["acute"].discharge is None
    (rule,) = protocol('[stage.acute.discharge]\nwell = "a.b"\n').protocol.stages["acute"].discharge or ()
    assert rule.id == "well"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", Evidence("published", "book")),
        ('basis = "published"', Evidence("published", "book")),
        ('source = "other"', Evidence("published", "other")),
        ('basis = "consensus"', Evidence("consensus", "")),
        ('basis = "clinic"\nsource = "other"', Evidence("clinic", "other")),
        ('checked = false\nnote = "n"', Evidence("published", "book", checked=False, note="n")),
    ],
)
def test_evidence_is_the_tables_own_else_the_files(keys: str, expected: Evidence) -> None:
    package = protocol(f'[criterion.calm]\nwhen = "a.b"\n{keys}\n')
    assert package.contribution.criteria["calm"].evidence == expected


def test_a_parameter_is_a_number_or_cases() -> None:
    text = '[parameter.{}]\nvalue = {}\nunit = "d"\nstricter = "lower"\n'
    found = contribution(
        text.format("plain", "2.5") + text.format("cased", '[["a.b", 14], ["else", 28]]')
    ).parameters
    assert found["plain"].cases == (ParameterCase(None, Decimal("2.5")),)
    first, last = found["cased"].cases
    assert (first.value, first.when and first.when.text, last) == (
        Decimal(14),
        "a.b",
        ParameterCase(None, Decimal(28)),
    )
    assert first.when is not None
    assert first.when.place.path == ("parameter", "cased", "value", 0, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 x 8", Step("2 x 8", 2, (8, 8))),
        ("2 x 8 x 5 s", Step("2 x 8 x 5 s", 2, (8, 8), 5)),
        ("8/6/4", Step("8/6/4", 3, (8, 6, 4))),
        ("8/6/4 x 8 s", Step("8/6/4 x 8 s", 3, (8, 6, 4), 8)),
        ("3 x 30 s", Step("3 x 30 s", 3, (), 30)),
        ("3 x 20 m", Step("3 x 20 m", 3, metres=20)),
        ("10 min", Step("10 min", minutes=Decimal(10))),
        ("2.5 min", Step("2.5 min", minutes=Decimal("2.5"))),
    ],
)
def test_steps_are_read(text: str, expected: Step) -> None:
    dose = contribution(EXERCISE + f'[exercise.walk.dose.settle]\nsteps = ["{text}"]\nper_day = 2\n')
    assert dose.exercises["walk"].doses["settle"].steps == (expected,)


NO_STEPS = (
    "",
    "8",
    "x 8",
    "2 x",
    "2 x 8 x 5",
    "2x8",
    "2 x 8 x 5 s x 3",
    "-2 x 8",
    "2 x 8 kg",
    "1/ x 8 s",
    "٢ x 8",
)


@pytest.mark.parametrize("text", NO_STEPS)
def test_what_is_no_step_is_refused(text: str) -> None:
    files = {"0.toml": HEAD + EXERCISE + f'[exercise.walk.dose.settle]\nsteps = ["{text}"]\nper_day = 2\n'}
    _, problems = load_plugin("trial", files)
    assert [problem.code for problem in problems] == ["bad-step"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("per_day = 3", Frequency(7, 7, 3)),
        ("per_week = 5", Frequency(5, 5)),
        ('per_week = "5"', Frequency(5, 5)),
        ('per_week = "3 to 5"', Frequency(3, 5)),
    ],
)
def test_frequencies_are_read(keys: str, expected: Frequency) -> None:
    found = contribution(EXERCISE + f'[exercise.walk.dose.settle]\nsteps = ["2 x 8"]\n{keys}\n')
    assert found.exercises["walk"].doses["settle"].frequency == expected


def test_the_rest_of_a_dose_is_read() -> None:
    text = 'steps = ["2 x 8"]\nper_day = 1\nrest = "2 min"\nthen_load = "2.5 %"\nas = "warm_up"\neffort = "5 to 7"\n'
    dose = contribution(EXERCISE + "[exercise.walk.dose.build]\n" + text).exercises["walk"].doses["build"]
    assert (dose.rest_seconds, dose.then_load, dose.warm_up, dose.effort) == (
        120,
        Decimal("2.5"),
        True,
        "5 to 7",
    )


def test_equipment_needs_and_minutes_of_an_exercise() -> None:
    text = EXERCISE.replace("equipment = []", 'equipment = [["strap", "towel"], "mat"]').replace(
        "minutes = 10", 'minutes = "dose"'
    )
    found = contribution(text + 'needs = { bend = [60, 120.5], load = ["touch", "full"] }\n').exercises[
        "walk"
    ]
    assert found.equipment == (("strap", "towel"), ("mat",))
    assert found.minutes is None
    assert found.needs == {"bend": Need(Decimal(60), Decimal("120.5")), "load": Need("touch", "full")}


def test_caps_are_numbers_with_units_or_words() -> None:
    text = """[gate.knee]
title = "Knee"
[gate.knee.restrict]
when = "a.b"
say = "Knee"
cap = { bend = "-5.5 deg", load = "partial", lift = "lift_cap" }
refer_to = { who = "a surgeon", within = "24h" }
override = []
[gate.knee.caution]
when = "c.d"
say = "Care"
"""
    gate = contribution(text).gates["knee"]
    level = gate.levels[Effect.RESTRICT]
    assert level.caps == (
        Cap("bend", Decimal("-5.5"), "deg"),
        Cap("lift", word="lift_cap"),
        Cap("load", word="partial"),
    )
    assert level.refer_to is not None
    assert level.refer_to.within == Duration(24, "h")
    assert level.override == ()
    assert gate.levels[Effect.CAUTION].override is None
    assert list(gate.levels) == [Effect.CAUTION, Effect.RESTRICT]


def test_severities_are_most_severe_first() -> None:
    text = '[finding.f]\nwhen = "a.b"\nseverity = { 1 = "else", 3 = "c.d", 2 = "e.f" }\ntargets = ["strength:hip"]\n'
    found = contribution(text).findings["f"].severity
    assert [(number, when.text if when else None) for number, when in found] == [
        (3, "c.d"),
        (2, "e.f"),
        (1, None),
    ]


def test_a_week_has_day_types_and_a_pattern() -> None:
    slot = '[stage.acute.slot.{}]\ntitle = "S"\nchoose = {}\nwhere = "exercise.demand <= 2"\n'
    week = '[stage.acute.week]\nA = ["one"]\nB = ["two"]\npattern = "A B  - A"\n'
    stage = protocol(slot.format("one", 2) + slot.format("two", "[0, 1]") + week).protocol.stages["acute"]
    assert stage.week is not None
    assert (stage.week.days, stage.week.pattern) == ({"A": ("one",), "B": ("two",)}, ("A", "B", "-", "A"))
    assert [(slot.lower, slot.upper) for slot in stage.slots.values()] == [(2, 2), (0, 1)]


def test_items_may_be_counted() -> None:
    text = (
        '[assessment.a]\ntitle = "A"\nitems = { count = 3, range = [0, 1], when_finished = "incomplete" }\n'
    )
    items = contribution(text).assessments["a"].items
    assert items is not None
    assert items.ids == ("i1", "i2", "i3")


def test_a_selector_takes_numbers_and_scores_and_select_overwrites() -> None:
    package = protocol(
        '[select]\nuse = "simple"\nminutes = "a.b"\n[select.score]\nliked = { weight = 2 }\n'
        '[selector.simple]\nminutes = 30\nequipment = "a.c"\ndays = 7\nexercises = 5\n'
        '[selector.simple.score]\nliked = { weight = 1, value = "1", if_unknown = -2 }\n'
    )
    select, selector = package.protocol.select, package.contribution.selectors["simple"]
    assert package.protocol.use == "simple"
    assert select is not None
    assert (select.id, select.minutes and select.minutes.text, select.days) == ("", "a.b", None)
    assert selector.minutes is not None
    assert selector.minutes.text == "30"
    assert (selector.score["liked"].if_unknown, select.score["liked"].value) == (Decimal(-2), None)


def test_what_a_table_replaces_is_noted_by_kind_and_id() -> None:
    text = '[advice.a]\nshow = ["plan"]\ntext = "A"\nreplaces = "other"\n'
    text += '[criterion.c]\nwhen = "a.b"\nreplaces = "more"\n'
    assert contribution(text).replaces == {"advice.a": "other", "criterion.c": "more"}


def test_files_of_a_plugin_are_one_whole() -> None:
    source = '[source.s]\ncite = "S"\nseen = "page"\n[vocabulary]\njoint = ["hip"]\n'
    rule = '[criterion.c]\nwhen = "a.b"\nsource = "s"\n[vocabulary]\njoint = ["knee", "hip"]\n'
    found = contribution(source, rule)
    assert found.vocabulary == {"joint": ("hip", "knee")}
    assert found.criteria["c"].place.file == "1.toml"
    assert list(found.files) == list(found.texts) == ["0.toml", "1.toml"]


def test_an_id_in_two_files_is_refused_at_the_second() -> None:
    files = {"a.toml": HEAD + '[criterion.c]\nwhen = "a.b"\n', "b.toml": '\n[criterion.c]\nwhen = "a.b"\n'}
    _, problems = load_plugin("trial", files)
    assert [(p.code, p.place.file, p.line) for p in problems] == [("duplicate-id", "b.toml", 2)]


def test_a_file_that_cannot_be_parsed_does_not_make_its_neighbours_wrong() -> None:
    files = {
        "a.toml": HEAD + '[criterion.c]\nwhen = "a.b"\nsource = "s"\n',
        "b.toml": "[source.s]\ncite = \n",
    }
    _, problems = load_plugin("trial", files)
    assert [(p.code, p.place.file) for p in problems] == [("toml-syntax", "b.toml")]


def test_professions_a_clinic_added_are_known_when_given() -> None:
    text = '[clearance.c]\ntitle = "C"\nby = ["podiatrist"]\nvalid_for = "6w"\n'
    _, problems = load_plugin("trial", {"a.toml": HEAD + text})
    assert [problem.code for problem in problems] == ["unknown-word"]
    loaded, problems = load_plugin("trial", {"a.toml": HEAD + text}, ["podiatrist"])
    assert loaded is not None, problems


def without_places(value: object) -> str:
    """Return what a definition says, without the digests and texts of its files."""
    return repr(value).split("files={")[0]


def blocks(text: str) -> list[str]:
    """Return the tables of a file, each with its header."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("[") or not found:
            found.append("")
        found[-1] += line
    return found


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_tables_and_keys_never_matters(random: st.DataObject) -> None:
    text = (EXAMPLES / "knee.toml").read_text(encoding="utf-8")
    parts = blocks(text)
    random.shuffle(parts)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    shuffled = [block.splitlines(keepends=True) for block in parts]
    for lines in shuffled:
        head, rest = (lines[:1], lines[1:]) if lines[0].startswith("[") else ([], lines)
        random.shuffle(rest)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
        lines[:] = head + rest
    again = "".join(line for lines in shuffled for line in lines)
    one, _ = load_plugin("knee", {"knee.toml": text})
    other, problems = load_plugin("knee", {"knee.toml": again})
    assert other is not None, problems
    assert without_places(other) == without_places(one)
