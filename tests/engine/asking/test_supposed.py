"""Worlds in which what is missing was answered: as the engine would see it if it had been recorded today."""

from __future__ import annotations

from fractions import Fraction

from engine.tiny import Episode, answer, instant
from rehabflow.conditions.possible import Number
from rehabflow.conditions.world import Window, World
from rehabflow.engine.asking.atoms import UNREPORTED
from rehabflow.engine.asking.supposed import Answers, suppose
from rehabflow.engine.facts import PLAIN, Facts
from rehabflow.engine.prepared import prepare
from rehabflow.record.timeline import fold


def supposed(episode: Episode, day: int, answers: Answers, time: str = "") -> World:
    now = instant(day, time)
    facts = Facts(prepare(episode.catalog.rulebook("tiny")), fold(episode.history, now), now, visit=True)
    return suppose(facts, PLAIN, answers)


def number(world: World, key: str) -> tuple[object, object]:
    value = world.fact(key).value
    assert isinstance(value, Number)
    return value.low, value.high


def test_a_measure_counts_as_recorded_today() -> None:
    episode = Episode()
    episode.observe(0, pain__now=3)
    assert number(supposed(episode, 40, {}), "pain.now") == (0, 10)
    assert number(supposed(episode, 40, {"pain.now": answer(7)}), "pain.now") == (7, 7)
    assert supposed(episode, 40, {"pain.now": answer(7)}).is_known("pain.now")
    told = supposed(episode, 40, {"pain.now": answer(7)}).entries("pain.now", Window())
    assert [entry.value.value for entry in told] == [
        Number(Fraction(7), Fraction(7)),
        Number(Fraction(3), Fraction(3)),
    ]


def test_a_withdrawn_answer_of_today_is_replaced() -> None:
    episode = Episode()
    episode.observe(5, pain__now=3)
    episode.withdraw(5, "pain.now")
    assert number(supposed(episode, 5, {}), "pain.now") == (0, 10)
    assert number(supposed(episode, 5, {"pain.now": answer(2)}), "pain.now") == (2, 2)


def planned() -> Episode:
    episode = Episode()
    episode.visit(0, clear=True, screen__alarm=False, screen__worry=False, pain__now=3, walk__time=5)
    episode.session(1, ache=None, numb=False)
    episode.session(2, ache=4, numb=False)
    return episode


def test_blank_answers_of_sessions_are_filled_and_given_ones_kept() -> None:
    world = supposed(planned(), 3, {"session.ache": answer(9)})
    aches = [number(member.world, "session.ache") for member in world.members(Window())]
    assert aches == [(4, 4), (9, 9)]


def test_an_answer_that_is_not_due_is_not_filled() -> None:
    world = supposed(planned(), 2, {"session.morning": answer(9)}, "20:00")
    mornings = [number(member.world, "session.morning") for member in world.members(Window())]
    assert mornings == [(0, 10), (9, 9)]


def test_sessions_that_nobody_reported_were_done_or_not() -> None:
    episode = planned()
    now = supposed(episode, 6, {})
    assert sum(not member.is_entry for member in now.members(Window())) == 3
    assert now.sessions_done(Window()) == (2, 5)
    done = supposed(episode, 6, {UNREPORTED: True})
    assert [member.is_entry for member in done.members(Window())] == [True] * 5
    assert done.sessions_done(Window()) == (5, 5)
    missed = supposed(episode, 6, {UNREPORTED: False})
    assert len(missed.members(Window())) == 2
    assert missed.sessions_done(Window()) == (2, 2)
    assert missed.adherence(Window()) == (now.adherence(Window())[0],) * 2
