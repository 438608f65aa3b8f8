"""Section 4: functions over dated entries, their members and windows."""

from __future__ import annotations

from fractions import Fraction

import pytest

from conditions.names import shared_scope
from conditions.worlds import TODAY, DictWorld
from rehabflow.conditions import evaluate, truth
from rehabflow.conditions.possible import DECLINED, Choice, Number, Possible, Raw, Truth, known, unknown
from rehabflow.conditions.world import Entry, Member, Window, World
from rehabflow.instants import Duration, Instant

SCOPE = shared_scope()
FACTS = SCOPE.facts()
T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def member(
    pain: Raw | Possible | None = None,
    *,
    alarm: bool | None = None,
    entry: bool = True,
    line: tuple[int, int] | None = None,
    mixed: int = 0,
    count: tuple[int, int] = (1, 1),
    waits_for: str = "",
) -> Member:
    world = DictWorld(FACTS)
    if pain is not None:
        world.set("session.pain", pain)
    if alarm is not None:
        world.set("session.alarm", alarm)
    low, high = line or count
    return Member(
        world,
        is_entry=entry,
        anonymous=line is not None,
        at_least=low,
        at_most=high,
        mixed_with=mixed,
        not_due=frozenset([waits_for] if waits_for else []),
    )


def world_of(*members: Member, **facts: Raw | Possible) -> DictWorld:
    world = DictWorld.of(SCOPE, **facts)
    world.sessions = [(TODAY - index, each) for index, each in enumerate(members)]
    return world


def counted(text: str, world: World) -> tuple[int, int]:
    found = evaluate(SCOPE.score(text), world).value
    assert isinstance(found, Number)
    assert found.low is not None
    assert found.high is not None
    return int(found.low), int(found.high)


def at_most(high: int) -> Possible:
    return Possible(Number(Fraction(0), Fraction(high)))


STREAKS = [
    # newest first: pain of each session, None where it was left out
    ([], (0, 0), (0, 0)),
    ([1, 2, 5, 1], (2, 2), (3, 3)),
    ([5, 1], (0, 0), (1, 1)),
    ([1, None, 2, 5], (1, 3), (2, 3)),
    ([None, 5], (0, 1), (0, 1)),
    ([None, None], (0, 2), (0, 2)),
    ([1, 1, 1], (3, 3), (3, 3)),
]


@pytest.mark.parametrize(("pains", "streak", "times"), STREAKS)
def test_streak_and_times(pains: list[int | None], streak: tuple[int, int], times: tuple[int, int]) -> None:
    world = world_of(*map(member, pains))
    assert counted("streak(session.pain <= 3)", world) == streak
    assert counted("times(session.pain <= 3)", world) == times


def test_a_criterion_that_reads_a_session_is_judged_in_every_session() -> None:
    assert counted("streak(criterion.calm)", world_of(member(1), member(3), member(4))) == (2, 2)


def test_only_session_answers_differ_from_member_to_member() -> None:
    world = world_of(member(1), member(3), nprs=2)
    assert counted("times(session.pain <= nprs)", world) == (1, 1)
    assert counted("times(session.pain <= nprs)", world_of(member(1), member(3))) == (0, 2)


def test_a_day_that_nobody_reported_is_unknown_in_a_streak_and_nothing_in_times() -> None:
    world = world_of(member(1), member(entry=False), member(1))
    assert counted("streak(session.pain <= 3)", world) == (1, 3)
    assert counted("times(session.pain <= 3)", world) == (2, 2)
    assert truth(SCOPE.condition("times(session.alarm, last='7d') >= 1"), world_of(member(entry=False))) is F
    assert truth(SCOPE.condition("times(session.alarm, last='7d') >= 1"), world_of(member(1))) is U


def test_a_member_that_may_lie_outside_the_window_counts_from_zero() -> None:
    world = world_of(member(1), member(1, count=(0, 1)), member(5))
    assert counted("streak(session.pain <= 3)", world) == (1, 2)
    world = world_of(member(1), member(5, count=(0, 1)), member(1))
    assert counted("streak(session.pain <= 3)", world) == (1, 2)
    assert counted("times(session.pain <= 3)", world) == (2, 2)


def test_an_answer_that_is_not_due_skips_the_session_unless_the_text_is_decided_without() -> None:
    waiting = member(alarm=True, waits_for="session.pain")
    world = world_of(waiting, member(1, alarm=False))
    assert counted("streak(session.pain <= 3)", world) == (1, 1)
    assert counted("times(session.pain <= 3)", world) == (1, 1)
    assert counted("times(session.alarm or session.pain > 5)", world) == (1, 1)
    world = world_of(member(alarm=False, waits_for="session.pain"), member(1, alarm=True))
    assert counted("times(session.alarm or session.pain > 5)", world) == (1, 1)
    world = world_of(member(waits_for="session.pain"), member(1, alarm=True))
    assert counted("times(session.alarm or session.pain > 5)", world) == (1, 2)


def test_a_diary_line_lies_in_unknown_order_among_what_follows() -> None:
    good, bad = at_most(3), at_most(9)
    assert counted("streak(session.pain <= 3)", world_of(member(good, line=(3, 4)), member(5))) == (3, 4)
    assert counted("streak(session.pain <= 3)", world_of(member(good, line=(3, 4), mixed=1), member(5))) == (
        0,
        4,
    )
    assert counted("streak(session.pain <= 3)", world_of(member(bad, line=(2, 2), mixed=1), member(1))) == (
        0,
        3,
    )
    surely_bad = Possible(Number(Fraction(5), Fraction(9)))
    line = member(surely_bad, line=(1, 1), mixed=2)
    assert counted("streak(session.pain <= 3)", world_of(line, member(1), member(1))) == (0, 2)
    assert counted("times(session.pain <= 3)", world_of(line, member(1), member(1))) == (2, 2)
    maybe_none = member(surely_bad, line=(0, 1), mixed=1)
    assert counted("streak(session.pain <= 3)", world_of(maybe_none, member(1), member(1))) == (0, 2)
    assert counted(
        "streak(session.pain <= 3)", world_of(member(good, line=(2, 2), mixed=1), member(1), member(1))
    ) == (4, 4)


def test_the_case_split_works_inside_each_session() -> None:
    world = world_of(member(), member(4))
    assert counted("streak(session.pain <= 3 or session.pain > 3)", world) == (2, 2)


def test_visits_are_members_with_of() -> None:
    world = DictWorld.of(SCOPE, effusion="none", nprs=1)
    visits = [
        DictWorld.of(SCOPE, effusion="one", nprs=9),
        DictWorld.of(SCOPE, effusion="two"),
        DictWorld.of(SCOPE),
    ]
    world.visits["effusion"] = [(TODAY - index, Member(each)) for index, each in enumerate(visits)]
    assert counted("streak(effusion >= 'one', of='effusion')", world) == (2, 3)
    assert counted("times(effusion >= 'one' and nprs < 3, of='effusion')", world) == (2, 3)


def series(key: str, *values: Raw | Possible | Entry | None, **facts: Raw | Possible) -> DictWorld:
    world = DictWorld.of(SCOPE, **facts)
    type_ = FACTS[key].type
    entries = []
    for each in values:
        if isinstance(each, Entry):
            entries.append(each)
        elif isinstance(each, Possible):
            entries.append(Entry(each))
        else:
            entries.append(Entry(unknown(type_) if each is None else known(type_, each)))
    world.series[key] = [(TODAY - index, entry) for index, entry in enumerate(entries)]
    return world


def value(low: int | str, high: int | str) -> Possible:
    return Possible(Number(Fraction(low), Fraction(high)))


ENTRIES = [
    ("last(nprs)", [3, 5, 8], value(3, 3)),
    ("previous(nprs)", [3, 5, 8], value(5, 5)),
    ("first(nprs)", [3, 5, 8], value(8, 8)),
    ("worst(nprs)", [3, 8, 5], value(8, 8)),
    ("best(nprs)", [3, 8, 5], value(3, 3)),
    ("worst(nprs)", [3, None, 5], value(5, 10)),
    ("best(nprs)", [3, None, 5], value(0, 3)),
    ("mean(nprs, last='7d')", [3, 5], value(4, 4)),
    ("mean(nprs, last='7d')", [3, None], value("3/2", "13/2")),
    ("previous(nprs)", [3], value(0, 10)),
    ("previous(nprs, if_none=7)", [3], value(7, 7)),
    ("last(nprs)", [], value(0, 10)),
    ("worst(nprs)", [], value(0, 10)),
    ("worst(nprs, if_none=4)", [], value(4, 4)),
    ("worst(nprs, if_none=limit)", [], value(5, 5)),
    ("mean(nprs, last='7d', if_none=10)", [], value(10, 10)),
    ("last(nprs)", [None, 5], value(0, 10)),
    # an entry that may lie outside the window
    ("last(nprs)", [Entry(value(3, 3), 0, 1), 5], value(3, 5)),
    ("previous(nprs)", [Entry(value(3, 3), 0, 1), 5, 8], value(5, 8)),
    ("first(nprs)", [3, Entry(value(8, 8), 0, 1)], value(3, 8)),
    ("worst(nprs)", [3, Entry(value(8, 8), 0, 1)], value(3, 8)),
    ("worst(nprs, if_none=1)", [Entry(value(8, 8), 0, 1)], value(1, 8)),
    ("mean(nprs, last='7d')", [4, Entry(value(8, 8), 0, 2)], value(4, "20/3")),
    ("mean(nprs, last='7d', if_none=0)", [Entry(value(8, 8), 0, 2)], value(0, 8)),
    # several entries in unknown order
    ("last(nprs)", [Entry(value(1, 2), 3, 3, mixed_with=1), 7], value(1, 7)),
    ("first(nprs)", [Entry(value(1, 2), 3, 3, mixed_with=1), 7, 9], value(9, 9)),
    ("previous(nprs)", [Entry(value(1, 2), 3, 3), 7], value(1, 2)),
]


@pytest.mark.parametrize(("text", "entries", "result"), ENTRIES)
def test_functions_of_entries(text: str, entries: list[int | Entry | None], result: Possible) -> None:
    assert evaluate(SCOPE.score(text), series("nprs", *entries)) == result


def test_worst_follows_the_direction_of_the_measure() -> None:
    assert evaluate(SCOPE.score("worst(minutes)"), series("minutes", 10, 30)) == value(10, 10)
    assert evaluate(SCOPE.score("best(minutes)"), series("minutes", 10, 30)) == value(30, 30)


def test_worst_and_best_of_ordered_choices() -> None:
    world = series("effusion", "trace", Possible(Choice(frozenset(["none", "one"]))))
    assert evaluate(SCOPE.score("worst(effusion)"), world) == Possible(Choice(frozenset(["trace", "one"])))
    assert evaluate(SCOPE.score("best(effusion)"), world) == Possible(Choice(frozenset(["none", "trace"])))


@pytest.mark.parametrize(
    ("answers", "worst", "best"),
    [
        ([True, False], T, F),
        ([False, None], U, F),
        ([True, None], T, U),
        ([True, True], T, T),
        ([False], F, F),
    ],
)
def test_worst_of_yes_or_no_is_that_it_ever_was_so(
    answers: list[bool | None], worst: Truth, best: Truth
) -> None:
    world = series("numb", *answers)
    assert truth(SCOPE.condition("worst(numb)"), world) is worst
    assert truth(SCOPE.condition("best(numb)"), world) is best


def test_a_declined_entry_is_left_out_of_the_mean_and_leaves_worst_open() -> None:
    world = series("asked", 2, DECLINED, 4)
    assert evaluate(SCOPE.score("mean(asked, last='7d')"), world) == value(3, 3)
    assert truth(SCOPE.condition("worst(asked) >= 4"), world) is Truth.ERROR


def test_sessions_done_and_adherence_are_what_the_record_counts() -> None:
    world = DictWorld(FACTS, done=(2, 3), percent=(Fraction(50), Fraction(75)))
    assert truth(SCOPE.condition("sessions_done() >= 2"), world) is T
    assert truth(SCOPE.condition("sessions_done() >= 3"), world) is U
    assert truth(SCOPE.condition("adherence(last='14d') < 80"), world) is T
    assert truth(SCOPE.condition("adherence(last='14d') < 50"), world) is F


class Listening(DictWorld):
    """Notes the windows that are asked for."""

    asked: list[Window]

    def entries(self, key: str, window: Window) -> list[Entry]:
        self.asked.append(window)
        return []


@pytest.mark.parametrize(
    ("options", "window"),
    [
        ("", Window()),
        (", last='48h'", Window(last=Duration(48, "h"))),
        (", last='7d', ending='1w'", Window(last=Duration(7, "d"), ending=Duration(1, "w"))),
        (", since=stage", Window(since="stage")),
        (", since=surgery", Window(since="surgery")),
        (", before=surgery", Window(before="surgery")),
        (", last='9mo', of='effusion'", Window(last=Duration(9, "mo"), of="effusion")),
    ],
)
def test_a_window_is_asked_for_as_written(options: str, window: Window) -> None:
    world = Listening(FACTS)
    world.asked = []
    evaluate(SCOPE.score(f"worst(nprs{options})"), world)
    assert world.asked == [window]


def test_last_seven_days_is_today_and_the_six_before() -> None:
    world = series("nprs", *[1] * 7, 9)
    assert truth(SCOPE.condition("worst(nprs, last='7d') <= 3"), world) is T
    assert truth(SCOPE.condition("worst(nprs, last='8d') <= 3"), world) is F


def test_the_week_before_is_compared_with_this_week() -> None:
    text = "mean(nprs, last='7d') > mean(nprs, last='7d', ending='7d', if_none=10)"
    assert truth(SCOPE.condition(text), series("nprs", *[5] * 7, *[4] * 7)) is T
    assert truth(SCOPE.condition(text), series("nprs", *[5] * 3)) is F


def test_before_an_event() -> None:
    world = series("nprs", 1, 2, 8, 9)
    world.events["surgery"] = Instant(TODAY - 1)
    assert evaluate(SCOPE.score("last(nprs, before=surgery)"), world) == value(8, 8)
