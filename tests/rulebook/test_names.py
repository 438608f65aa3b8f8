"""What names mean where, and what is said of a name that may not be used there."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rehabflow.conditions.scope import Fact, Forbidden, Named, Several
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType
from rehabflow.rulebook.assemble import assemble
from rehabflow.rulebook.names import AllNames
from rehabflow.rulebook.reports import Report
from rulebook.building import BACK, PROTOCOL, edited, errors, plugin, protocol, rulebook, told

NPRS = "nprs.average <= 1"
CALM_TEXT = '[criterion.calm]\nwhen = "nprs <= pain_limit"'


def only(found: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    assert len(found) == 1, found
    return found[0]


def test_the_sound_plugin_and_protocol_have_no_error() -> None:
    assert errors() == []


@pytest.mark.parametrize(
    ("key", "type_"),
    [
        ("patient.age", NumberType("a", Fraction(0), Fraction(130), 0)),
        ("episode.days", NumberType("d", Fraction(0), None, 0)),
        ("stage.days", NumberType("d", Fraction(0), None, 0)),
        ("stage.hours", NumberType("h", Fraction(0), None, None)),
        ("stage.max_demand", NumberType(None, Fraction(1), Fraction(5), 0)),
        ("track.main.stage", ChoiceType(("none", "early", "late"), ordered=True)),
        ("session.pain", NumberType("{score}", Fraction(0), Fraction(10), 0)),
        ("session.date", DateType()),
        ("did.all_steps", BooleanType()),
        ("did.effort", NumberType(None, Fraction(0), Fraction(10), 1)),
        ("exercise.id", ChoiceType(("bridge", "deadlift"))),
        ("exercise.joints", SetType(("hip", "knee"))),
        ("exercise.equipment", SetType(("band", "mat"))),
        ("exercise.cautions", SetType(("sore",))),
        ("exercise.demand", NumberType(None, Fraction(1), Fraction(5), 0)),
        ("exercise.contact_risk", BooleanType()),
        ("exercise.each_side", BooleanType()),
        ("prescribed.bending", NumberType("deg", None, None, 0)),
        ("trigger", DateType()),
        ("surgery", DateType()),
        ("surgery.graft", ChoiceType(("patella", "hamstring"))),
        ("pain_limit", NumberType("{score}", Fraction(5), Fraction(5), 0)),
        ("nprs.average", NumberType("{score}", Fraction(0), Fraction(10), 0)),
        ("slr.angle.left", NumberType("deg", Fraction(1), Fraction(120), 0)),
        ("slr.angle.average", NumberType("deg", Fraction(1), Fraction(120), 1)),
        ("scale.i4", NumberType(None, Fraction(0), Fraction(5), 0)),
        ("patient.born", DateType()),
    ],
)
def test_types_of_facts(key: str, type_: object) -> None:
    assert rulebook().facts[key].type == type_


def test_facts_say_what_may_be_done_with_them() -> None:
    facts = rulebook().facts
    assert facts["session.pain"].varies
    assert facts["session.pain"].dated
    assert facts["surgery"].is_event
    assert not facts["trigger"].is_event
    assert facts["trigger"].is_instant
    assert facts["slr.angle"].sided
    assert not facts["slr.angle.left"].sided
    assert facts["slr.angle.left"].better == "higher"
    assert facts["scale.i1"].declinable
    assert not facts["scale.total"].declinable
    assert facts["nprs.average"].assessment == "nprs"
    assert facts["life.equipment"].choice_list == facts["exercise.equipment"].choice_list == "equipment"


def test_a_derived_measure_carries_its_text_and_bands() -> None:
    total = rulebook().facts["scale.total"]
    assert total.derived is not None
    assert total.derived.value is not None
    assert total.derived.value.reads == {"scale.i1", "scale.i2", "scale.i3", "scale.i4"}
    assert [name for name, _ in total.bands] == ["low", "high"]


def test_a_sided_derived_measure_reads_its_own_side() -> None:
    sided = """
[assessment.push]
title = "Push"
sided = true
[assessment.push.measure.force]
type = "number"
unit = "N"
range = [1, 500]
decimals = 0
better = "higher"
valid_for = "4w"
[assessment.push.measure.doubled]
type = "number"
unit = "N"
range = [2, 1000]
decimals = 0
better = "higher"
valid_for = "4w"
value = "force * 2"
"""
    facts = rulebook(back=sided).facts
    left, right = facts["push.doubled.left"].derived, facts["push.doubled.right"].derived
    assert left is not None
    assert left.value is not None
    assert left.value.reads == {"push.force.left"}
    assert right is not None
    assert right.value is not None
    assert right.value.reads == {"push.force.right"}
    assert facts["push.doubled.involved"].derived is None


def test_an_item_is_valid_as_long_as_the_measure_that_reads_it_longest() -> None:
    half = """
[assessment.scale.measure.half]
type = "number"
unit = "{score}"
range = [0, 10]
decimals = 0
better = "lower"
valid_for = "9w"
value = "sum(i1, i2)"
"""
    measures = rulebook(back=half).measures
    assert str(measures["scale.i1"].valid_for) == "9w"
    assert str(measures["scale.i4"].valid_for) == "4w"
    never = rulebook(back=half.replace('"9w"', '"never_expires"')).measures
    assert never["scale.i1"].valid_for is None


def test_a_finding_of_each_side_is_one_a_side_and_either_by_its_bare_name() -> None:
    found = rulebook({NPRS: "not finding.short"})
    left, right = found.findings
    assert (left.key, left.side, left.when.reads) == ("short.left", "left", frozenset(["slr.angle.left"]))
    assert (right.key, right.side, right.when.reads) == (
        "short.right",
        "right",
        frozenset(["slr.angle.right"]),
    )
    assert left.severity[0][1] is not None
    assert left.severity[0][1].reads == {"slr.angle.left"}
    discharge = found.stages["late"].discharge
    assert discharge is not None
    assert discharge[0].condition.reads == {"slr.angle.left", "slr.angle.right"}


@pytest.mark.parametrize(
    "name",
    [
        "nprs",
        "nprs.average",
        "slr.left",
        "slr.angle.left",
        "slr.involved",
        "slr.average",
        "slr.angle.uninvolved",
    ],
)
def test_an_assessment_by_its_bare_name_is_its_main_measure(name: str) -> None:
    assert errors({NPRS: f"{name} <= 9"}) == []


def test_an_assessment_without_main_measure_has_to_be_named_in_full() -> None:
    code, address, message = only(errors({NPRS: "life == 9"}))
    assert (code, address) == ("forbidden-name", "stage.late.discharge.quiet")
    assert message == (
        "`life` cannot be used here: the assessment has no main measure; name one: life.equipment, life.liked"
    )


PLACES = {
    "gate when": ('numb.saddle"\nuntil', '{}"\nuntil'),
    "gate until": ("until = \"cleared('seen')\"", 'until = "{}"'),
    "criterion": ("nprs <= pain_limit", "{}"),
    "finding": ("slr.this_side < 70", "{}"),
    "caution": ("nprs.worst > 8", "{}"),
    "discharge": (NPRS, "{}"),
    "advice": ("nprs.average > 2", "{}"),
    "rule": ("of = \"exercise.pattern == 'hinge'\"", 'of = "{}"'),
    "derived": ('value = "sum(items)"', 'value = "1 + count({})"'),
    "response": ("did.all_steps and did.effort <= 6", "{}"),
    "score": ("1 if exercise.id in life.liked else 0", "count({})"),
}
EXERCISES = (
    "an exercise's attributes are read only where exercises are judged: where, exclude, only_if, never_if, "
    "the rules of selection and score terms"
)
DID = "what was done of one exercise is read only by responses"
RULE = "a rule's first, then and of read attributes of exercises only"
DERIVED = "a derived measure follows from the patient, events, parameters and assessments only"


@pytest.mark.parametrize(
    ("place", "text", "name", "reason"),
    [
        ("gate when", "did.all_steps", "did.all_steps", DID),
        ("criterion", "did.effort < 3", "did.effort", DID),
        ("gate when", "exercise.demand > 2", "exercise.demand", EXERCISES),
        ("caution", "exercise.demand > 2", "exercise.demand", EXERCISES),
        ("response", "exercise.demand > 2", "exercise.demand", EXERCISES),
        ("gate when", "days_since(trigger) > 2", "trigger", "the time of a gate's trigger is read only by its until"),
        ("discharge", "prescribed.bending > 2", "prescribed.bending",
         "what is prescribed is read only by the where of a case's plan"),
        ("criterion", "slr.this_side < 3", "slr.this_side",
         "this_side has a meaning only in a finding with each_side = true"),
        ("discharge", "days_since(patient.born) > 3", "patient.born", "read patient.age, the whole years since"),
        ("rule", "nprs < 3", "nprs", RULE),
        ("rule", "criterion.calm", "criterion.calm", RULE),
        ("derived", "session.alarm", "session.alarm", DERIVED),
        ("derived", "criterion.calm", "criterion.calm", DERIVED),
        ("derived", "stage.days > 3", "stage.days", DERIVED),
        ("criterion", "track.main.stage == 'early'", "track.main.stage",
         "tracks and stages belong to protocols, a plugin cannot know them"),
    ],
)  # fmt: skip
def test_a_name_that_exists_is_refused_with_the_reason(place: str, text: str, name: str, reason: str) -> None:
    old, new = PLACES[place]
    found = errors({old: new.format(text)})
    assert f"`{name}` cannot be used here: {reason}" in [message for _, _, message in found]
    assert {code for code, _, _ in found} <= {"forbidden-name", "nothing-varies"}


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("gate until", "hours_since(trigger) >= 24"),
        ("gate until", "sessions_done(since=trigger) >= 1"),
        ("criterion", "session.pain <= 3 and stage.days > 2"),
        ("discharge", "track.main.stage >= 'early'"),
        ("discharge", "finding.short.left and criterion.calm_session"),
        ("advice", "patient.age > 60 and happened(surgery) and surgery.graft == 'patella'"),
        ("response", "did.load > 3"),
        ("score", "exercise.demand > 2 and nprs > 3"),
        ("derived", "patient.age < 40, slr.average > 91, i1 > 2"),
    ],
)
def test_a_name_is_taken_where_it_belongs(place: str, text: str) -> None:
    old, new = PLACES[place]
    assert errors({old: new.format(text)}) == []


@pytest.mark.parametrize("text", ["session.alarm", "criterion.calm_session", "not criterion.calm_session"])
@pytest.mark.parametrize("key", ["when", "until"])
def test_one_sessions_answer_is_no_gate(key: str, text: str) -> None:
    old, new = PLACES[f"gate {key}"]
    code, address, message = only(errors({old: new.format(text)}))
    assert (code, address) == ("plain-session", f"gate.numb.emergency.{key}")
    assert "nobody could start without a session" in message


@pytest.mark.parametrize(
    "text", ["times(session.alarm, last='7d') >= 1", "streak(criterion.calm_session) >= 2"]
)
def test_a_series_of_sessions_may_be_a_gate(text: str) -> None:
    old, new = PLACES["gate when"]
    assert errors({old: new.format(text)}) == []


def test_a_side_has_to_be_said_except_in_symmetry() -> None:
    code, _, message = only(errors({NPRS: "slr > 70"}))
    assert (code, message) == ("sided", "`slr` has two sides")
    assert errors({NPRS: "symmetry(slr) >= 90"}) == []


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    changed = {NPRS: "nprs.averag <= 1"}
    own = plugin("back", BACK)
    problems = assemble(protocol(edited(PROTOCOL, changed)), {"back": own}).problems
    problem = next(one for one in problems if one.severity == "error")
    assert (problem.code, problem.message) == ("unknown-name", "`nprs.averag` is not known here")
    assert problem.help == "did you mean `nprs.average`?"
    assert problem.span == (0, 11)
    assert problem.place.file == "course.toml"


@pytest.mark.parametrize(
    ("value", "set_by", "low", "high", "decimals"),
    [
        ("5", "", 5, 5, 0),
        ("2.5", "", Fraction(5, 2), Fraction(5, 2), 1),
        ('[["patient.age > 60", 8], ["else", 6]]', "", 6, 8, 0),
        ("5", 'set_by = ["surgeon"]', None, 5, 0),
        ('[["patient.age > 60", 8], ["else", 6]]', 'set_by = ["surgeon"]', None, 8, 0),
        ('[["patient.age > 60", 8], ["else", 6]]', 'set_by = ["surgeon"] # higher', 6, None, 0),
    ],
)
def test_a_parameter_spans_its_cases_and_is_open_where_an_order_may_be_stricter(
    value: str, set_by: str, low: int | None, high: int | None, decimals: int
) -> None:
    stricter = "higher" if "higher" in set_by else "lower"
    text = f'value = {value}\n{set_by}\nunit = "{{score}}"\nstricter = "{stricter}"\n'
    found = rulebook({'value = 5\nunit = "{score}"\nstricter = "lower"\n': text})
    lowest, highest = (None if end is None else Fraction(end) for end in (low, high))
    assert found.facts["pain_limit"].type == NumberType("{score}", lowest, highest, decimals)
    assert [case for case, _ in found.parameters["pain_limit"].cases][-1] is None


def test_a_case_reads_exercises_and_prescriptions_only() -> None:
    scope = rulebook().case_scope()
    assert isinstance(scope.find("exercise.role"), Fact)
    assert isinstance(scope.find("prescribed.bending"), Fact)
    refused = scope.find("nprs")
    assert isinstance(refused, Forbidden)
    assert refused.reason == "the where of a case's plan reads exercises and what is prescribed only"
    assert scope.find("nonsense") is None


def test_meanings_by_kind() -> None:
    from rehabflow.rulebook.checking import Checker
    from rehabflow.rulebook.owners import Mandatory, owners_of
    from rehabflow.rulebook.scope import ORDINARY
    from rehabflow.rulebook.tables import unite
    from rehabflow.rulebook.words import Words

    report = Report()
    owners = owners_of(protocol(), {"back": plugin("back", BACK)}, Mandatory(), report)
    tables = unite(owners, report)
    words = Words.of(tables.united.vocabulary, tables.united.exercises)
    scope = AllNames.of(tables, words, protocol().protocol, Checker(report)).scope(ORDINARY)
    assert isinstance(scope.find("criterion.calm"), Named)
    assert isinstance(scope.find("finding.short.left"), Named)
    assert scope.find("finding.short.involved") is None
    assert scope.find("items") is None
    assert not isinstance(scope.find("nprs"), Several)
    assert told(tuple(report.problems)) == []


OTHER_TOTAL = """
[assessment.scale.measure.other]
type = "number"
unit = "{score}"
range = [0, 20]
decimals = 0
better = "lower"
valid_for = "4w"
value = "min(total, 5)"
"""
OTHER_LIMIT = """
[parameter.other_limit]
value = [["nprs > pain_limit", 5], ["else", 4]]
unit = "{score}"
stricter = "lower"
"""


@pytest.mark.parametrize(
    ("changes", "added", "circle"),
    [
        (
            {"nprs <= pain_limit": "criterion.calm_session", "session.pain <= pain_limit": "criterion.calm"},
            "",
            "criterion.calm criterion.calm_session",
        ),
        ({"nprs <= pain_limit": "not criterion.calm"}, "", "criterion.calm"),
        ({'value = "sum(items)"': 'value = "sum(items) + other"'}, OTHER_TOTAL, "scale.other scale.total"),
        (
            {"value = 5\n": 'value = [["nprs > other_limit", 5], ["else", 4]]\n'},
            OTHER_LIMIT,
            "pain_limit other_limit",
        ),
        (
            {"slr.this_side < 70": "criterion.calm", "nprs <= pain_limit": "finding.short.left"},
            "",
            "criterion.calm finding.short.left",
        ),
    ],
)
def test_a_circle_is_told_once_and_named_whole(changes: dict[str, str], added: str, circle: str) -> None:
    message = only([one for one in errors(changes, back=added) if one[0] == "circle"])[2]
    told_circle = message.partition("it is part of a circle, ")[2].split(" -> ")
    assert told_circle[0] == told_circle[-1]
    assert set(told_circle) == set(circle.split())
