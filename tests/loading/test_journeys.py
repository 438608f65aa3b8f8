"""What the entries of a journey become, and what is refused because the definitions say otherwise."""

from __future__ import annotations

import datetime
import functools
from decimal import Decimal

import pytest

from loading.reading import EXAMPLES, HEAD, codes, events_of_visit, journey, knee_lookup, read
from rehabflow.catalog import Catalog
from rehabflow.instants import Duration, Instant
from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup, may
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.record.events import (
    Cleared,
    Corrected,
    DiaryLine,
    Did,
    Event,
    Happened,
    Observed,
    Ordered,
    Overridden,
    Pinned,
    Placed,
    Removed,
    SessionLogged,
    Visited,
    Withdrawn,
)
from rehabflow.record.values import Absent, Answer, Value

DAY_0 = datetime.date(2026, 3, 2).toordinal()
AT = Instant(DAY_0)
VISIT = "[[journey.trial.visit]]\nday = {}\n{}\n"
BY = 'by = "surgeon", name = "B. Surgeon"'


def answers(body: str) -> dict[str, Answer]:
    """Return the answers that a visit with this body records, by key."""
    found = {event.key: event.answer for event in events_of_visit(body) if isinstance(event, Observed)}
    assert found
    return found


def test_a_visit_is_recorded_with_its_day_and_time() -> None:
    (step,) = journey("[[journey.trial.visit]]\nday = 3\ntime = 09:30:00\n").steps
    at = Instant(DAY_0 + 3, 9 * 3600 + 30 * 60)
    assert (step.kind, step.at, step.events) == ("visit", at, (Visited(at, at),))
    assert step.place.path == ("journey", "trial", "visit", 0)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pain = { now = 3 }", {"pain.now": Decimal(3)}),
        ("signs = { fever = true }", {"signs.fever": True}),
        ('knee = { swelling = "trace" }', {"knee.swelling": "trace"}),
        ('lifestyle = { liked = ["squat"] }', {"lifestyle.liked": frozenset({"squat"})}),
        ("lifestyle = { liked = [] }", {"lifestyle.liked": frozenset()}),
        ("history = { onset = 2026-01-05 }", {"history.onset": datetime.date(2026, 1, 5)}),
        ("patient = { born = 1984-05-01 }", {"patient.born": datetime.date(1984, 5, 1)}),
        ("reach = { left = 12.5 }", {"reach.distance.left": Decimal("12.5")}),
        (
            "reach = { left = 12, right = 14, wobbly = { right = true } }",
            {
                "reach.distance.left": Decimal(12),
                "reach.distance.right": Decimal(14),
                "reach.wobbly.right": True,
            },
        ),
        ("reach = { distance = { right = 14 } }", {"reach.distance.right": Decimal(14)}),
        ("form = { a = 2, c = 0 }", {"form.a": Decimal(2), "form.c": Decimal(0)}),
    ],
)
def test_values_are_recorded_under_canonical_keys(body: str, expected: dict[str, Answer]) -> None:
    assert answers(f"observed = {{ {body} }}") == expected


def test_an_unfinished_form_leaves_blanks_unknown_and_a_finished_one_says_what_they_mean() -> None:
    assert answers("observed = { form = { a = 2, finished = false } }") == {"form.a": Decimal(2)}
    declined = {"form.a": Decimal(2), "form.b": Absent.DECLINED, "form.c": Absent.DECLINED}
    assert answers("observed = { form = { a = 2, finished = true } }") == declined
    zero = {"ticks.i1": Decimal(0), "ticks.i2": Decimal(1), "ticks.i3": Decimal(0)}
    assert answers("observed = { ticks = { i2 = 1, finished = true } }") == zero
    assert answers("observed = { screen = { i1 = 1, finished = true } }") == {"screen.i1": Decimal(1)}


def test_rest_normal_answers_only_what_was_not_answered_and_has_a_normal_value() -> None:
    assert answers('observed = { signs = { fever = true, rest = "normal" } }') == {
        "signs.fever": True,
        "signs.weakness": "none",
    }


def test_shared_and_own_answers_of_a_visit_are_one_form() -> None:
    given = '\n[given.clear]\nsigns = { rest = "normal" }\nform = { a = 1 }\n'
    body = (
        'given = ["clear"]\nobserved = { signs = { weakness = "some" }, form = { b = 2, finished = true } }'
    )
    (step,) = journey(VISIT.format(0, body) + given).steps
    found = {event.key: event.answer for event in step.events if isinstance(event, Observed)}
    assert found == {
        "signs.fever": False,
        "signs.weakness": "some",
        "form.a": Decimal(1),
        "form.b": Decimal(2),
        "form.c": Absent.DECLINED,
    }


def test_the_same_value_twice_is_one_and_another_is_refused() -> None:
    given = "\n[given.g]\npain = { now = 3 }\n"
    same = VISIT.format(0, 'given = ["g"]\nobserved = { pain = { now = 3 } }') + given
    assert len(journey(same).steps[0].events) == 2
    assert codes(same.replace("{ now = 3 } }", "{ now = 4 } }")) == ["two-values"]


def test_a_late_entry_is_so_on_its_day_and_recorded_at_the_visit() -> None:
    for on in ("-10", "2026-02-20"):
        (event,) = events_of_visit(f"observed = {{ pain = {{ now = 6, on = {on} }} }}", day=4)
        assert event == Observed(Instant(DAY_0 - 10), Instant(DAY_0 + 4), "pain.now", Decimal(6))


def test_declined_is_recorded_only_where_it_may_be() -> None:
    assert answers('decline = ["pain.night", "form.b"]') == {
        "pain.night": Absent.DECLINED,
        "form.b": Absent.DECLINED,
    }
    for address in ("pain.now", "signs.fever", "ticks.i1", "screen.i1"):
        assert codes(VISIT.format(0, f'decline = ["{address}"]')) == ["not-declinable"]
    assert codes(VISIT.format(0, 'decline = ["form.b"]\nobserved = { form = { b = 1 } }')) == ["two-values"]


def test_a_session_holds_the_diary_what_was_done_and_what_was_observed() -> None:
    (step,) = journey(
        "[[journey.trial.session]]\nday = 2\ntime = 18:00:00\ndone = 0.5\n"
        "observed = { session = { soreness = 4, alarm = false }, pain = { now = 2 } }\n"
        "did = { squat = { all_steps = true, load = 12.5 } }\n"
    ).steps
    at = Instant(DAY_0 + 2, 18 * 3600)
    assert step.kind == "between"
    assert step.events == (
        Observed(at, at, "pain.now", Decimal(2)),
        SessionLogged(
            at,
            at,
            Decimal("0.5"),
            {"alarm": False, "soreness": Decimal(4)},
            {"squat": Did(all_steps=True, load=Decimal("12.5"))},
        ),
    )


def one(body: str, day: int = 0, before: str = "") -> Event:
    """Return the one event of a visit with this body, after what came `before`."""
    steps = journey(before + VISIT.format(day, body)).steps
    (event,) = steps[-1].events[1:]
    return event


def test_what_a_clinician_does_becomes_events() -> None:
    later = Instant(DAY_0 + 5)
    assert one(f'clear = [{{ scope = "return_to_sport", {BY}, reason = "r" }}]') == Cleared(
        AT, AT, "return_to_sport", "surgeon", "B. Surgeon", "r"
    )
    assert one(f'order = [{{ parameter = "weeks_to_squat", value = 8, {BY} }}]') == Ordered(
        AT, AT, "weeks_to_squat", Decimal(8), "surgeon", "B. Surgeon"
    )
    assert one(
        f'override = [{{ gate = "knee.swelling.pause", {BY}, reason = "r", until = 5 }}]'
    ) == Overridden(AT, AT, "knee.swelling.pause", "surgeon", "B. Surgeon", "r", later)
    assert one(f'override = [{{ rule = "one_bend", {BY}, reason = "r", until = 2026-03-07 }}]') == Overridden(
        AT, AT, "rule.one_bend", "surgeon", "B. Surgeon", "r", later
    )
    assert one(f'place = [{{ track = "running", stage = "jog", {BY}, reason = "r" }}]') == Placed(
        AT, AT, "running", "jog", "surgeon", "B. Surgeon", "r"
    )
    assert one('pin = [{ exercise = "squat", by = "surgeon", reason = "r" }]') == Pinned(
        AT, AT, "squat", "surgeon", "r"
    )
    assert one('remove = [{ exercise = "squat", by = "surgeon", reason = "r", until = 5 }]') == Removed(
        AT, AT, "squat", "surgeon", "r", later
    )


def test_events_happen_at_the_visit_or_before_it() -> None:
    details = 'details = { graft = "hamstring" }'
    assert one(f'happened = [{{ event = "surgery", at = 2026-02-27T15:00:00, {details} }}]') == Happened(
        Instant(DAY_0 - 3, 15 * 3600), AT, "surgery", {"graft": "hamstring"}
    )
    assert one('happened = [{ event = "surgery" }]') == Happened(AT, AT, "surgery", {})
    assert one('happened = [{ event = "surgery", at = -7 }]') == Happened(
        Instant(DAY_0 - 7), AT, "surgery", {}
    )


def test_a_diary_line_keeps_the_worst_of_each_item() -> None:
    body = 'diary = { last = "7d", of = 6, done = 5, worst = { soreness = 3, alarm = false } }'
    worst: dict[str, Value] = {"soreness": Decimal(3), "alarm": False}
    assert one(body) == DiaryLine(AT, AT, Duration(7, "d"), 6, 5, worst)


def test_corrections_and_withdrawals_name_what_was_recorded() -> None:
    before = VISIT.format(0, "observed = { reach = { left = 12 }, pain = { now = 3 } }")
    at = Instant(DAY_0 + 3)
    correct = 'correct = [{{ observed = "{}", on = 0, to = 4, by = "surgeon", reason = "r" }}]'
    for address, key in (
        ("pain.now", "pain.now"),
        ("pain", "pain.now"),
        ("reach.left", "reach.distance.left"),
    ):
        expected = Corrected(at, at, key, AT, Decimal(4), "surgeon", "r")
        assert one(correct.format(address), 3, before) == expected
    withdraw = 'withdraw = [{ observed = "reach.distance.left", by = "surgeon", reason = "r" }]'
    assert one(withdraw, 3, before) == Withdrawn(at, at, "reach.distance.left", "surgeon", "r")


def test_what_a_session_left_blank_may_be_filled_by_a_correction() -> None:
    before = "[[journey.trial.session]]\nday = 1\ndone = 1.0\n"
    body = 'correct = [{ observed = "session.alarm", on = 1, to = false, by = "surgeon", reason = "asked" }]'
    event = one(body, 3, before)
    assert isinstance(event, Corrected)
    assert (event.key, event.on, event.to) == ("session.alarm", Instant(DAY_0 + 1), False)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            'correct = [{ observed = "pain.now", on = 1, to = 4, by = "surgeon", reason = "r" }]',
            "nothing-to-correct",
        ),
        (
            'correct = [{ observed = "pain.now", on = 0, to = 11, by = "surgeon", reason = "r" }]',
            "out-of-range",
        ),
        (
            'correct = [{ observed = "form.total", on = 0, to = 4, by = "surgeon", reason = "r" }]',
            "derived-measure",
        ),
        ('withdraw = [{ observed = "pain.night", by = "surgeon", reason = "r" }]', "nothing-to-withdraw"),
        (
            'withdraw = [{ clearance = "return_to_sport", by = "surgeon", reason = "r" }]',
            "nothing-to-withdraw",
        ),
    ],
)
def test_a_correction_of_what_was_never_recorded_is_refused(body: str, code: str) -> None:
    before = VISIT.format(0, "observed = { pain = { now = 3 } }")
    assert codes(before + VISIT.format(3, body)) == [code]


@pytest.mark.parametrize(("value", "expected"), [(5, ["order-loosens"]), (6, []), (6.5, []), (12, [])])
def test_an_order_can_only_be_stricter(value: float, expected: list[str]) -> None:
    assert (
        codes(VISIT.format(0, f'order = [{{ parameter = "weeks_to_squat", value = {value}, {BY} }}]'))
        == expected
    )


def test_steps_are_in_order_of_time_visits_before_sessions() -> None:
    body = (
        "[[journey.trial.session]]\nday = 1\ndone = 1.0\n"
        "[[journey.trial.session]]\nday = 1\ntime = 08:00:00\ndone = 0.5\n"
        + VISIT.format(1, "time = 08:00:00")
        + VISIT.format(1, "")
        + VISIT.format(0, "")
        + VISIT.format(1, "")
    )
    found = [(step.at.day - DAY_0, step.kind, step.place.path[-1]) for step in journey(body).steps]
    assert found == [
        (0, "visit", 2),
        (1, "visit", 1),
        (1, "visit", 3),
        (1, "between", 0),
        (1, "visit", 0),
        (1, "between", 1),
    ]


def test_an_entry_after_a_later_step_is_fine() -> None:
    body = VISIT.format(9, "observed = { pain = { now = 3 } }") + VISIT.format(2, "")
    assert [step.at.day - DAY_0 for step in journey(body).steps] == [2, 9]


def test_expectations_hold_only_what_they_name() -> None:
    body = (
        VISIT.format(0, "")
        + """
[journey.trial.visit.expect]
action_not = ["refer"]
stage = "none"
tracks = { running = "closed", main = "early" }
gates = { "knee.swelling.pause" = "clear" }
criteria = { "stage.late_on.enter.calm" = "unknown" }
measures = { "form.total" = 4.5, "symmetry(reach)" = 90, "knee" = "trace" }
findings = ["stiff"]
needs = ["pain.now", "session.soreness", "clearance.return_to_sport", "reach.left"]
progressed_at_most = 0
[[journey.trial.visit.expect.plan]]
at_least = 1
at_most = 2
where = "exercise.demand <= 2"
"""
    )
    expect = journey(body).steps[0].expect
    assert expect is not None
    assert (expect.action, expect.action_not, expect.stage) == (None, ("refer",), "none")
    assert expect.tracks == {"running": "closed", "main": "early"}
    assert expect.measures == {"form.total": Decimal("4.5"), "symmetry(reach)": Decimal(90), "knee": "trace"}
    assert (expect.needs_not, expect.plan_kept, expect.progressed_at_most) == ((), None, 0)
    (plan,) = expect.plan
    assert (plan.at_least, plan.at_most, plan.none, plan.every) == (1, 2, False, False)
    assert plan.where == "exercise.demand <= 2"


def test_a_journey_that_is_wrong_does_not_take_the_others_with_it() -> None:
    other = HEAD.replace("journey.trial", "journey.other")
    text = HEAD + VISIT.format(0, "observed = { pain = { now = 30 } }") + other
    text += VISIT.format(0, "").replace("trial", "other")
    journeys, problems = read(text)
    assert [found.id for found in journeys] == ["other"]
    assert [(problem.code, problem.line > 0) for problem in problems] == [("out-of-range", True)]


def test_a_mistake_in_a_shared_observation_is_told_once() -> None:
    given = "[given.g]\npain = { now = 30 }\n"
    text = HEAD + VISIT.format(0, 'given = ["g"]') + VISIT.format(1, 'given = ["g"]') + given
    assert [problem.place.address for problem in read(text)[1]] == ["given.g.pain.now"]


def test_cases_of_a_protocol_that_cannot_be_used_are_left_out_with_a_warning() -> None:
    text = (EXAMPLES / "knee_course.toml").read_text(encoding="utf-8")
    protocol, _ = load_protocol(
        "knee_course", {"p.toml": text.replace("requires = { knee", "requires = { kne")}
    )
    assert protocol is not None
    lookup = CatalogLookup(Catalog.of([], [protocol]))
    journeys, problems = load_journeys(HEAD + VISIT.format(0, ""), "j.toml", lookup)
    assert journeys == []
    assert [(problem.code, problem.severity) for problem in problems] == [("protocol-unavailable", "warning")]


@functools.cache
def shared_lookup() -> CatalogLookup:
    folder = EXAMPLES.parents[1] / "rulebook" / "examples"
    plugins = [
        load_plugin(path.stem, {path.name: path.read_bytes()})[0] for path in folder.glob("plugins/*.toml")
    ]
    protocols = [
        load_protocol(path.stem, {path.name: path.read_bytes()})[0]
        for path in folder.glob("protocols/*.toml")
    ]
    return CatalogLookup(Catalog.of([p for p in plugins if p], [p for p in protocols if p]))


@pytest.mark.parametrize("name", ["low_back_pain.toml", "others.toml"])
def test_the_example_cases_load_without_a_problem(name: str) -> None:
    journeys, problems = load_journeys((EXAMPLES / "cases" / name).read_bytes(), name, shared_lookup())
    assert problems == []
    assert len(journeys) == 7


@pytest.mark.parametrize(
    ("by", "allowed", "expected"),
    [
        ("physician", ["physician"], True),
        ("surgeon", ["physician"], True),
        ("physician", ["surgeon"], False),
        ("psychologist", ["clinician"], True),
        ("clinician", ["physician"], False),
        ("physician", [], False),
    ],
)
def test_who_may(by: str, allowed: list[str], expected: bool) -> None:
    assert may(by, allowed) is expected


def test_an_unknown_protocol_is_named_with_the_nearest() -> None:
    _, (problem,) = load_journeys(HEAD.replace("knee_course", "knee_curse"), "j.toml", knee_lookup())
    assert (problem.code, problem.help) == ("unknown-name", "did you mean `knee_course`?")
