"""What Python plugins add: reviewers that can only restrict, and computed scores."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.tiny import CALM, EXERCISES, TINY, Episode, cached_catalog, instant, planned
from rehabflow.conditions.world import World
from rehabflow.definitions.exercises import Exercise
from rehabflow.definitions.extensions import Restriction, Review, Reviewer, ScoreFunction
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decide import decide_by
from rehabflow.engine.decision import Decision
from rehabflow.record.events import Did

READY = {**CALM, "walk__time": 5}


def reviewed(restriction: Restriction, **changes: object) -> Decision:
    """Return the second visit's decision, with a reviewer that says this."""
    episode = Episode()
    episode.visit(0, clear=True, **READY)
    episode.session(1, did={"breathe": Did(True)}, ache=1, morning=1, numb=False)
    episode.visit(2, **{**READY, **changes})
    history = type(episode.history)(episode.history.day_0, episode.history.events[:-1])
    reviewer = Reviewer[Decision]("careful", lambda _: Review("careful", (restriction,)))
    rulebook = episode.catalog.rulebook("tiny")
    return decide_by(rulebook, history, instant(2), kind="visit", reviewers=[reviewer])


@pytest.mark.parametrize("effect", [Effect.PAUSE, Effect.REFER, Effect.EMERGENCY])
def test_a_reviewer_can_set_the_plan_aside(effect: Effect) -> None:
    decision = reviewed(Restriction("Looks unwell", effect))
    assert (decision.action, decision.plan) == (effect.word, None)
    assert ("careful.review", "Looks unwell") in [(why.address, why.say) for why in decision.reasons]


def test_a_reviewer_can_take_exercises_out() -> None:
    decision = reviewed(Restriction("Not this one", exclude=("breathe",)))
    assert "breathe" not in planned(decision)
    assert decision.plan is not None
    assert [why.say for one in decision.plan.dropped for why in one.why] == ["Not this one"]


def test_a_reviewer_can_hold_doses_and_stage() -> None:
    walks = {"walk__time": 12}
    assert reviewed(Restriction("Wait", Effect.NONE), **walks).action == "advance"
    decision = reviewed(Restriction("Wait", no_progress=True), **walks)
    assert decision.action == "stay"
    assert decision.plan is not None
    assert [one.change for one in decision.plan.exercises] == ["kept"]


def test_a_reviewer_cannot_lift_what_a_gate_does() -> None:
    decision = reviewed(Restriction("All is well", Effect.NONE), screen__alarm=True)
    assert decision.action == "emergency"


SCORED = TINY.replace('value = "-exercise.demand"', 'value = "python.own"')


@pytest.mark.parametrize(
    ("scores", "chosen"),
    [
        ({"breathe": 5, "brace": -5}, "breathe"),
        ({"breathe": -5, "brace": 5}, "brace"),
        ({"brace": -9}, "brace"),
    ],
    ids=["higher wins", "the other way round", "unknown is the lowest"],
)
def test_a_computed_score_chooses(scores: dict[str, int], chosen: str) -> None:
    def compute(world: World, exercise: Exercise) -> Fraction | None:
        assert world.today == instant(0).day
        number = scores.get(exercise.id)
        return None if number is None else Fraction(number)

    catalog = cached_catalog(SCORED.replace("choose = [1, 2]", "choose = 1") + EXERCISES)
    rulebook = catalog.rulebook("tiny")
    starter = Episode()
    starter.visit(0, clear=True, **READY)
    history = type(starter.history)(starter.history.day_0, starter.history.events[:-1])
    own = ScoreFunction("own", "sociable", "Own", (), compute)
    assert planned(decide_by(rulebook, history, instant(0), kind="visit", scores={"own": own})) == [chosen]
