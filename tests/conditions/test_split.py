"""Section 5: exact where it is cheap; and section 8: forgetting never decides."""

from __future__ import annotations

import pytest

from conditions.names import shared_scope
from conditions.worlds import DictScope, DictWorld, choice, number, options, yes_no
from rehabflow.conditions import Overlay, evaluate, split, truth
from rehabflow.conditions.possible import DECLINED, Possible, Raw, Truth, known
from rehabflow.conditions.scope import Fact, Several

SCOPE = shared_scope()
T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


@pytest.mark.parametrize(
    ("text", "facts", "answer"),
    [
        ("nprs <= 3 or nprs > 3", {}, T),
        ("nprs <= 3 and nprs > 3", {}, F),
        ("nprs + 1 > nprs", {}, T),
        ("red or not red", {}, T),
        ("red and not red", {}, F),
        ("effusion == 'one' or effusion != 'one'", {}, T),
        ("effusion < 'one' or effusion >= 'one'", {}, T),
        ("effusion == 'none' and effusion == 'one'", {}, F),
        ("'mat' in equipment or 'mat' not in equipment", {}, T),
        ("nprs in (1, 2) or nprs < 1 or nprs > 2", {}, T),
        ("criterion.quiet or nprs > 5 or red", {}, T),
        ("abs(nprs - 5) < 3 or nprs <= 2 or nprs >= 8", {}, T),
        ("asked <= 2 or asked > 2", {}, U),
        ("minutes <= 30 or minutes > 30", {}, T),
        ("(nprs <= 3 or nprs > 3) and ratio < 3", {}, U),
    ],
)
def test_two_uses_of_one_measure(text: str, facts: dict[str, Raw], answer: Truth) -> None:
    assert truth(SCOPE.condition(text), DictWorld.of(SCOPE, **facts)) is answer


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("nprs <= 3 and nprs < 8", []),
        ("nprs <= 3 or nprs > 3", ["nprs"]),
        ("effusion == 'one'", []),
        ("effusion == 'one' or effusion == 'two'", ["effusion"]),
        ("red and (numb or nprs < 3)", []),
        ("red or (not red and nprs < 3)", ["red"]),
        ("abs(nprs - 3) < 2", []),
        ("criterion.quiet or nprs > 8", ["nprs"]),
        ("times(session.pain > nprs) >= 1", []),
        ("times(abs(session.pain - nprs) > 1) >= 1", ["nprs"]),
    ],
)
def test_only_measures_used_in_both_directions_are_cut(text: str, keys: list[str]) -> None:
    assert [cut.fact.key for cut in SCOPE.condition(text).cuts] == keys


def questionnaire(count: int) -> DictScope:
    names = [f"i{index}" for index in range(1, count + 1)]
    scope = DictScope.of(*(number(name, 0, 1, unit=None) for name in names))
    facts = tuple(fact for name in names if isinstance(fact := scope.meanings[name], Fact))
    scope.meanings["items"] = Several(facts)
    scope.derive(number("total", 0, count), "sum(items)")
    scope.derive(number("part", 0, 5), "sum(i5, i6, i7, i8, i9)")
    scope.derive(
        choice("risk", "low", "medium", "high", ordered=True),
        picks=[("high", "part >= 4"), ("low", "total <= 3"), ("medium", None)],
    )
    return scope


def test_measures_derived_from_shared_items_are_exact() -> None:
    scope = questionnaire(9)
    world = DictWorld.of(scope, i1=0, i2=0, i3=0, i4=0, i5=1, i6=1, i7=1, i9=0)
    assert truth(scope.condition("risk != 'medium'"), world) is T
    assert truth(scope.condition("risk == 'high'"), world) is U
    assert truth(scope.condition("total <= 3 or part >= 4"), world) is T


def test_over_the_budget_the_result_without_split_stands() -> None:
    scope = DictScope.of(*(number(f"n{index}", 0, 9) for index in range(3)))
    text = " and ".join(f"(n{index} + 0 <= 3 or n{index} + 0 > 3)" for index in range(3))
    checked = scope.condition(text)
    assert truth(checked, DictWorld.of(scope)) is U
    assert truth(checked, DictWorld.of(scope, n2=1)) is T
    assert split.BUDGET == 256


def test_the_join_stops_as_soon_as_nothing_is_gained(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Overlay] = []

    class Counting(Overlay):
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(split, "Overlay", Counting)
    checked = SCOPE.condition("(abs(nprs - 3) < 2 and ratio < 3) or (nprs > 9 and ratio > 1)")
    assert truth(checked, DictWorld.of(SCOPE)) is U
    assert len(made) < len(checked.cuts[0].regions) * len(checked.cuts[1].regions) / 4


def test_sets_of_many_are_cut_by_what_is_asked() -> None:
    scope = DictScope.of(options("tools", *(f"t{index}" for index in range(30))), yes_no("red"))
    checked = scope.condition("('t1' in tools and red) or ('t1' not in tools and red) or not red")
    assert truth(checked, DictWorld.of(scope)) is T


# what the error of section 3 is


@pytest.mark.parametrize(
    ("text", "facts", "answer"),
    [
        ("asked < 3", {"asked": DECLINED}, Truth.ERROR),
        ("asked < 3", {}, U),
        ("asked < 3 or nprs < 3", {"asked": DECLINED}, U),
        ("asked < 3 or nprs < 3", {"asked": DECLINED, "nprs": 5}, Truth.ERROR),
        ("(asked < 3 or nprs < 3) and (asked < 2 or nprs > 2)", {"asked": DECLINED}, Truth.ERROR),
        ("asked < 3 and (nprs < 3 or nprs >= 3)", {"asked": DECLINED}, Truth.ERROR),
        ("mean(i3, asked, at_least=2) > 1", {"i3": DECLINED, "asked": DECLINED}, Truth.ERROR),
        ("mean(i3, i1, at_least=2) > 1", {"i3": DECLINED}, Truth.ERROR),
        ("odi > 20", {"i3": DECLINED}, U),
        ("percent_improvement(nprs) > 30", {"nprs": 3}, U),
    ],
)
def test_what_no_answer_can_settle_is_an_error(
    text: str, facts: dict[str, Raw | Possible], answer: Truth
) -> None:
    assert truth(SCOPE.condition(text), DictWorld.of(SCOPE, **facts)) is answer


# overlays


def test_an_overlay_replaces_facts_and_works_derived_ones_out_anew() -> None:
    world = DictWorld.of(SCOPE, i1=1, i2=1, i3=1)
    type_ = SCOPE.facts()["i1"].type
    overlay = Overlay(world, {"i1": known(type_, 4), "i2": known(type_, 4)})
    assert evaluate(SCOPE.score("odi"), overlay) == known(SCOPE.facts()["odi"].type, 60)
    assert evaluate(SCOPE.score("odi"), Overlay(overlay, {"i3": known(type_, 1)})) == evaluate(
        SCOPE.score("odi"), overlay
    )
    assert evaluate(SCOPE.score("i3"), overlay) == known(type_, 1)


def test_an_overlay_knows_only_what_it_is_told_is_known() -> None:
    world = DictWorld.of(SCOPE)
    value = known(SCOPE.facts()["nprs"].type, 3)
    checked = SCOPE.condition("known(nprs) and nprs < 5")
    assert truth(checked, Overlay(world, {"nprs": value})) is F
    assert truth(checked, Overlay(world, {"nprs": value}, {"nprs": True})) is T


def test_an_overlay_replaces_sides() -> None:
    world = DictWorld.of(SCOPE)
    type_ = SCOPE.facts()["quad"].type
    sides = {"quad.involved": known(type_, 95), "quad.uninvolved": known(type_, 100)}
    assert truth(SCOPE.condition("symmetry(quad) >= 90"), Overlay(world, sides)) is T


def test_an_overlay_leaves_sessions_as_they_were_but_for_what_all_share() -> None:
    from conditions.test_series import member, world_of

    world = world_of(member(3), member(5))
    type_ = SCOPE.facts()["nprs"].type
    overlay = Overlay(world, {"nprs": known(type_, 3), "session.pain": known(type_, 9)})
    assert evaluate(SCOPE.score("times(session.pain <= nprs)"), overlay) == known(type_, 1)
