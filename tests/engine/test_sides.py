"""Comparing sides: both from one visit, both still valid, and no older pair behind the back of a newer answer."""

from __future__ import annotations

import attrs
import pytest

from engine.tiny import CALM, DAY_0, EXERCISES, TINY, Episode, cached_catalog, criterion
from rehabflow.record.events import History

GRIP = """
[criterion.even]
when = "symmetry(grip) >= 80"
[criterion.twice_uneven]
when = "streak(symmetry(grip) < 80, of='grip') >= 2"
[assessment.grip]
title = "Grip"
minutes = 1
sided = true
[assessment.grip.measure.force]
type = "number"
unit = "kg"
range = [0.1, 60]
decimals = 1
better = "higher"
valid_for = "5w"
main = true
"""


@pytest.fixture
def episode() -> Episode:
    """Return an episode in which the left side is the involved one, begun on day 0."""
    begun = Episode(cached_catalog(TINY + GRIP + EXERCISES), attrs.evolve(History(DAY_0), involved="left"))
    begun.visit(0, clear=True, **CALM)
    return begun


def even(episode: Episode, day: int) -> str:
    return criterion(episode.look(day, kind="between"), "criterion.even")


@pytest.mark.parametrize(("left", "state"), [(8.0, "met"), (7.9, "not_met")])
def test_both_sides_of_one_visit_are_compared(episode: Episode, left: float, state: str) -> None:
    episode.observe(2, grip__force__left=left, grip__force__right=10)
    assert even(episode, 3) == state


def test_sides_of_two_visits_are_not_compared(episode: Episode) -> None:
    episode.observe(2, grip__force__left=9)
    episode.observe(4, grip__force__right=10)
    assert even(episode, 5) == "unknown"


def test_a_newer_answer_of_one_side_is_not_passed_over_for_an_older_pair(episode: Episode) -> None:
    episode.observe(2, grip__force__left=9, grip__force__right=10)
    episode.observe(9, grip__force__left=5)
    assert even(episode, 8) == "met"
    assert even(episode, 10) == "unknown"


def test_a_pair_goes_stale(episode: Episode) -> None:
    episode.observe(2, grip__force__left=9, grip__force__right=10)
    assert even(episode, 37) == "met"
    assert even(episode, 38) == "unknown"


def test_a_stale_pair_is_not_kept_alive_by_a_newer_answer_of_one_side(episode: Episode) -> None:
    episode.observe(2, grip__force__left=9, grip__force__right=10)
    episode.observe(60, grip__force__right=10)
    assert even(episode, 61) == "unknown"


def test_a_withdrawn_side_is_unknown(episode: Episode) -> None:
    episode.observe(2, grip__force__left=9, grip__force__right=10)
    episode.observe(4, grip__force__left=None, grip__force__right=10)
    assert even(episode, 5) == "unknown"


def test_in_a_series_each_visit_has_its_own_pair(episode: Episode) -> None:
    for day in (2, 4, 6):
        episode.observe(day, grip__force__left=9 if day == 2 else 7, grip__force__right=10)
    assert criterion(episode.look(7, kind="between"), "criterion.twice_uneven") == "met"


def test_in_a_series_a_visit_with_one_side_is_unknown(episode: Episode) -> None:
    episode.observe(2, grip__force__left=9, grip__force__right=10)
    episode.observe(4, grip__force__left=7)
    episode.observe(6, grip__force__left=7)
    assert criterion(episode.look(7, kind="between"), "criterion.twice_uneven") == "unknown"
