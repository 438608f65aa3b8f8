"""Section 6: compiled, traced and English readings of one tree; and the regions of section 7."""

from __future__ import annotations

from fractions import Fraction

import pytest

from conditions.names import shared_scope
from conditions.worlds import TODAY, DictWorld
from rehabflow.conditions import compile_group, english, regions, trace, truth
from rehabflow.conditions.possible import DECLINED, Choice, Number, Options, Possible, Raw, Truth
from rehabflow.conditions.traced import TraceNode

SCOPE = shared_scope()

TEXTS = [
    "nprs <= 5 and not red",
    "2 <= nprs <= 4",
    "temperature > 37.25 or temperature == 36.5",
    "nprs + ratio > 6",
    "2 * nprs - 3 > 4.5",
    "nprs / 4 < 1.5",
    "abs(nprs - 5) <= 2",
    "min(nprs, ratio) >= 3 or max(nprs, 3) < 7",
    "sum(i1, i2) > 5 and mean(i1, i2) > 3.5",
    "sum(items) > 5",
    "count(red, numb, nprs > 3) >= 2",
    "count(red, numb) == 1",
    "nprs in (1, 2, 5) or nprs not in (1, 7)",
    "effusion <= 'trace'",
    "effusion > left_effusion or effusion == left_effusion",
    "effusion in ('none', 'two')",
    "worst(effusion) == 'two'",
    "'mat' in equipment and 'ball' not in equipment",
    "direction in directions",
    "criterion.quiet or criterion.agreed",
    "asked < 3 or shy",
    "odi > 20 and band(odi) != 'severe'",
    "known(nprs) and cleared('start') and happened(surgery)",
    "weeks_since(surgery) >= 6",
    "worst(nprs) <= limit",
    "streak(session.pain <= 3) >= 2",
    "adherence() < 50",
    "symmetry(quad) >= 90",
    "percent_improvement(nprs) >= 30",
    "nprs <= 3 or nprs > 3",
]
WORLDS: list[dict[str, Raw | Possible]] = [
    {},
    {"nprs": 5, "red": False, "ratio": 2, "temperature": Fraction("36.5"), "i1": 4, "i2": 5, "numb": True},
    {
        "nprs": 2,
        "red": True,
        "effusion": "trace",
        "left_effusion": "two",
        "i3": DECLINED,
        "i1": 1,
        "asked": DECLINED,
    },
    {
        "effusion": Possible(Choice(frozenset(["trace", "one"]))),
        "left_effusion": "one",
        "i1": 3,
        "i2": 3,
        "i3": 3,
    },
    {"equipment": Possible(Options(frozenset(["mat"]), frozenset(["mat", "ball"]))), "direction": "flexion"},
    {"nprs": Possible(Number(Fraction(1), Fraction(2))), "ratio": 5, "shy": True},
]


@pytest.mark.parametrize("facts", WORLDS)
def test_a_group_says_what_the_reference_says(facts: dict[str, Raw | Possible]) -> None:
    world = DictWorld.of(SCOPE, **facts)
    group = compile_group({text: SCOPE.condition(text) for text in TEXTS})
    assert group.evaluate(world) == {text: truth(SCOPE.condition(text), world) for text in TEXTS}


def test_a_group_reads_each_fact_once_and_says_where() -> None:
    group = compile_group(
        {
            text: SCOPE.condition(text)
            for text in ("nprs < 3 and temperature > 37.25", "nprs > 5", "effusion == 'one'")
        }
    )
    assert [(slot.key, slot.kind, slot.offset, slot.decimals) for slot in group.keys] == [
        ("nprs", "number", 0, 0),
        ("temperature", "number", 2, 1),
        ("effusion", "choice", 4, 0),
    ]
    world = DictWorld.of(SCOPE, temperature=Fraction("37.3"), effusion="one")
    assert group.fill(world) == [0, 10, 373, 373, 0b0100]
    assert group.truths([2, 2, 373, 373, 0b0100]) == (Truth.TRUE, Truth.FALSE, Truth.TRUE)
    assert group.truths([2, 2, 372, 373, 0b0110]) == (Truth.UNKNOWN, Truth.FALSE, Truth.UNKNOWN)


def test_no_word_of_the_author_is_compiled() -> None:
    group = compile_group({"'); import os #": SCOPE.condition("nprs < 3 and sport == 'run'")})
    assert not {"nprs", "sport", "run", "os"} & set(
        group.truths.__code__.co_names + group.truths.__code__.co_varnames
    )


def test_an_empty_group() -> None:
    assert compile_group({}).evaluate(DictWorld.of(SCOPE)) == {}


def test_conditions_too_deep_for_rails_read_the_reference() -> None:
    text = "(" * 36 + "red" + ") and numb" * 36
    checked = SCOPE.condition(text.replace(") and numb", " and numb)"))
    for facts in ({}, {"red": True}, {"red": True, "numb": True}, {"numb": False}):
        world = DictWorld.of(SCOPE, **facts)
        group = compile_group({"it": checked})
        assert group.evaluate(world) == {"it": truth(checked, world)}
        ((_, true, false, _, _),) = group.traces(group.fill(world))
        assert (true, false) == (truth(checked, world) is Truth.TRUE, truth(checked, world) is Truth.FALSE)


@pytest.mark.parametrize("facts", WORLDS)
def test_traces_say_what_deciding_says(facts: dict[str, Raw | Possible]) -> None:
    world = DictWorld.of(SCOPE, **facts)
    group = compile_group({text: SCOPE.condition(text) for text in TEXTS})
    values = group.fill(world)
    for found, (_, true, false, _, _) in zip(group.truths(values), group.traces(values), strict=True):
        assert (true, false) == (found is Truth.TRUE, found is Truth.FALSE)


def test_a_generated_trace_points_at_its_nodes_and_shows_the_numbers() -> None:
    text = "nprs <= 5 and not criterion.quiet"
    group = compile_group({"it": SCOPE.condition(text)})
    (found,) = group.traces(group.fill(DictWorld.of(SCOPE, nprs=3)))
    index, _, _, _, (left, right) = found
    node, source = group.nodes[index]
    assert source[slice(*node.span)] == text
    assert left[1:4] == (True, False, (3, 3))
    node, source = group.nodes[right[4][0][4][0][0]]
    assert (source, source[slice(*node.span)]) == ("nprs <= 5 and not red", "nprs <= 5 and not red")


def lines(node: TraceNode, depth: int = 0) -> list[str]:
    found = [f"{'  ' * depth}{node.text}: {node.result.value if node.result else node.possible.value}"]
    return found + [line for child in node.children for line in lines(child, depth + 1)]


def test_a_trace_shows_every_part() -> None:
    found = trace(SCOPE.condition("not criterion.quiet or\n numb"), DictWorld.of(SCOPE, nprs=3))
    assert [line for line in lines(found) if "Number" not in line] == [
        "not criterion.quiet or numb: unknown",
        "  not criterion.quiet: unknown",
        "    criterion.quiet: unknown",
        "      nprs <= 5 and not red: unknown",
        "        nprs <= 5: met",
        "        not red: unknown",
        "          red: unknown",
        "  numb: unknown",
    ]


def test_a_trace_tells_the_error() -> None:
    assert trace(SCOPE.condition("asked < 3"), DictWorld.of(SCOPE, asked=DECLINED)).result is Truth.ERROR


def test_a_trace_of_a_score_has_a_value() -> None:
    found = trace(SCOPE.score("nprs + 2"), DictWorld.of(SCOPE, nprs=3))
    assert found.result is None
    assert found.possible == Possible(Number(Fraction(5), Fraction(5)))


ENGLISH = [
    ("nprs < 3", "nprs is less than 3"),
    ("nprs >= 3", "nprs is at least 3"),
    ("3 < nprs", "nprs is more than 3"),
    ("not nprs < 3", "nprs is at least 3"),
    ("minutes > 30", "minutes is more than 30 min"),
    ("nprs == 3", "nprs is 3"),
    ("not nprs == 3", "nprs is not 3"),
    ("not (nprs > 4 and red)", "nprs is at most 4 or not red"),
    ("not not red", "red"),
    ("red and (numb or nprs < 3)", "red and (numb or nprs is less than 3)"),
    ("not (red and (numb or nprs < 3))", "not red or (not numb and nprs is at least 3)"),
    ("count(red, numb, nprs < 3) >= 2", "at least 2 of (red; numb; nprs is less than 3)"),
    ("not count(red, numb, nprs < 3) >= 2", "less than 2 of (red; numb; nprs is less than 3)"),
    ("effusion == 'one'", "effusion is one"),
    ("effusion != 'one'", "effusion is not one"),
    ("effusion <= 'one'", "effusion is one or below"),
    ("not effusion <= 'one'", "effusion is above one"),
    ("effusion in ('none', 'one', 'two')", "effusion is none, one or two"),
    ("effusion not in ('none', 'one')", "effusion is none of none and one"),
    ("effusion > left_effusion", "effusion is above left_effusion"),
    ("nprs not in (1, 2)", "nprs is none of 1 and 2"),
    ("'mat' in equipment", "equipment includes mat"),
    ("not 'mat' in equipment", "equipment does not include mat"),
    ("known(nprs) and not cleared('start')", "nprs is known and clearance start is not given"),
    ("not happened(surgery)", "surgery has not happened"),
    ("weeks_since(surgery) >= 6", "the time since surgery is at least 6 weeks"),
    ("weeks_since(surgery) >= 1", "the time since surgery is at least 1 week"),
    ("streak(session.pain <= 3) >= 2", "in at least 2 sessions in a row: session.pain is at most 3"),
    ("times(session.alarm, last='7d') >= 1", "in at least one session in the last 7 days: session.alarm"),
    ("not times(session.alarm) >= 1", "in no session: session.alarm"),
    ("times(session.alarm) == 1", "in exactly 1 session: session.alarm"),
    ("streak(session.pain > 3) >= 1", "in the last session: session.pain is more than 3"),
    ("streak(session.pain > 3) < 1", "in the last session, if there was one: session.pain is at most 3"),
    (
        "streak(effusion == 'one', of='effusion') >= 1",
        "at the last visit at which effusion was recorded: effusion is one",
    ),
    ("sessions_done(since=stage) >= 3", "at least 3 sessions done since the stage was entered"),
    ("adherence(last='2w') < 50", "the share of sessions done in the last 2 weeks is less than 50 %"),
    (
        "worst(nprs, before=surgery, if_none=3) < 5",
        "the worst nprs before surgery (3 if there is none) is less than 5",
    ),
    (
        "mean(nprs, last='7d', ending='1w') < 5",
        "the mean nprs in the 7 days that ended 1 week ago is less than 5",
    ),
    ("percent_improvement(nprs) >= 30", "the improvement of nprs in percent is at least 30 %"),
    ("symmetry(quad) >= 90", "the symmetry of quad is at least 90 %"),
    ("band(odi) == 'minimal'", "the band of odi is minimal"),
    ("(nprs + 1) * 2 > 6", "(nprs plus 1) times 2 is more than 6"),
    ("mean(items, at_least=2) > 3", "the mean of i1, i2 and i3 (of at least 2) is more than 3"),
]


@pytest.mark.parametrize(("text", "words"), ENGLISH)
def test_english(text: str, words: str) -> None:
    assert english(SCOPE.condition(text)) == words


def test_english_of_scores_and_with_other_names() -> None:
    assert english(SCOPE.score("nprs * 2 if red else -nprs")) == "(nprs times 2) if red, otherwise minus nprs"
    assert english(SCOPE.condition("nprs < 3"), {"nprs": "pain"}.__getitem__) == "pain is less than 3"


def intervals(text: str, key: str, today: int | None = None) -> list[tuple[int, int]]:
    found = []
    for region in regions(SCOPE.condition(text), key, today):
        assert isinstance(region.value, Number)
        assert region.value.low is not None
        assert region.value.high is not None
        found.append((int(region.value.low), int(region.value.high)))
    return found


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("nprs < 5", [(0, 4), (5, 10)]),
        ("nprs <= 5", [(0, 5), (6, 10)]),
        ("nprs <= 5.5", [(0, 5), (6, 10)]),
        ("nprs < 5.5", [(0, 5), (6, 10)]),
        ("5 < nprs", [(0, 5), (6, 10)]),
        ("nprs == 5", [(0, 4), (5, 5), (6, 10)]),
        ("nprs in (0, 10)", [(0, 0), (1, 9), (10, 10)]),
        ("nprs < 5 and nprs > 7", [(0, 4), (5, 7), (8, 10)]),
        ("nprs <= limit", [(0, 5), (6, 10)]),
        ("criterion.quiet and nprs > 8", [(0, 5), (6, 8), (9, 10)]),
        ("worst(nprs) <= 3", [(0, 3), (4, 10)]),
        ("nprs + ratio > 12", [(value, value) for value in range(11)]),
    ],
)
def test_a_domain_is_cut_where_something_changes(text: str, cut: list[tuple[int, int]]) -> None:
    assert intervals(text, "nprs") == cut


def test_regions_of_choices_sets_and_what_may_be_declined() -> None:
    assert len(regions(SCOPE.condition("effusion == 'one'"), "effusion")) == 4
    assert len(regions(SCOPE.condition("'mat' in equipment"), "equipment")) == 2
    assert regions(SCOPE.condition("asked < 3"), "asked")[-1] == DECLINED
    assert regions(SCOPE.condition("nprs < 3"), "ratio") == ()


def test_regions_of_what_a_derived_measure_follows_from() -> None:
    assert len(regions(SCOPE.condition("odi > 20"), "i1")) == 6


def test_regions_of_a_side_are_even_pieces() -> None:
    found = intervals("symmetry(quad) >= 90", "quad.involved")
    assert (found[0][0], found[-1][1], len(found)) == (1, 400, 16)


def test_dates_are_cut_when_today_is_known() -> None:
    text = "weeks_since(surgery) >= 6"
    assert len(intervals(text, "surgery")) == 1
    cut = intervals(text, "surgery", TODAY)
    assert (max(end for start, end in cut if end <= TODAY - 42), cut[-1][1]) == (TODAY - 42, TODAY)
    cut = intervals("months_since(surgery) >= 9", "surgery", TODAY)
    inside = [
        truth(SCOPE.condition("months_since(surgery) >= 9"), DictWorld.of(SCOPE, surgery=day))
        for pair in cut
        for day in pair
    ]
    assert inside[::2] == inside[1::2]
