"""The scores and reviewers of Python plugins, contained, as the engine calls them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rehabflow.conditions.faults import nearest
from rehabflow.conditions.world import World
from rehabflow.definitions.exercises import Exercise
from rehabflow.definitions.extensions import (
    SCORE_BOUND,
    FactsView,
    Restriction,
    Review,
    Reviewer,
    ScoreFunction,
    ScoreProvider,
)
from rehabflow.definitions.gates import Effect
from rehabflow.registry.contain import Failure, Refused, bounded
from rehabflow.registry.contributing import a
from rehabflow.registry.door import Door, items
from rehabflow.registry.freezing import frozen_copy
from rehabflow.registry.reports import Ledger

if TYPE_CHECKING:
    from rehabflow.engine.decision import Decision


def providers(results: list[Any]) -> tuple[ScoreProvider, ...]:
    """Return the providers that a plugin offers, each with an id of its own.

    Raises:
        Refused: something else was offered, or a field does not hold what it should.
    """
    found = items(results, ScoreProvider, "rehabflow_score_terms")
    for provider in found:
        _refuse_odd_provider(provider)
    ids = [provider.id for provider in found]
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    if twice:
        raise Refused("same-score", f"the score `{twice[0]}` is offered twice")
    return found


def alike(first: tuple[ScoreProvider, ...], second: tuple[ScoreProvider, ...]) -> bool:
    """Return whether two answers offer the same scores; their functions may be made anew."""
    return [(one.id, one.title, one.reads) for one in first] == [
        (one.id, one.title, one.reads) for one in second
    ]


def score_function(provider: ScoreProvider, door: Door, ledger: Ledger) -> ScoreFunction:
    """Return a provider's score as the engine calls it."""
    copies: dict[str, tuple[Exercise, Exercise]] = {}

    def frozen(exercise: Exercise) -> Exercise:
        if exercise.id not in copies or copies[exercise.id][0] is not exercise:
            copies[exercise.id] = exercise, frozen_copy(exercise)
        return copies[exercise.id][1]

    def compute(world: World, exercise: Exercise) -> Fraction | None:
        possible = MappingProxyType({key: world.fact(key) for key in provider.reads})
        view, copy = FactsView(world.today, possible), frozen(exercise)
        answers = [door.contained(lambda: _score(provider, view, copy)) for _ in range(2)]
        failure = _failure(answers, f"the score `{provider.id}`")
        if failure is not None:
            ledger.note(door.plugin, failure)
            return None
        return answers[0]  # type: ignore[return-value]  # no failure is left

    return ScoreFunction(provider.id, door.plugin, provider.title, provider.reads, compute)


def reviewer(door: Door, ledger: Ledger, exercises: Collection[str]) -> Reviewer[Decision]:
    """Return a plugin's reviewer as the engine calls it; `exercises` are those that it may exclude."""

    def ask(decision: Decision) -> tuple[Restriction, ...] | Failure:
        def call() -> tuple[Restriction, ...]:
            results = door.manager.hook.rehabflow_review(decision=frozen_copy(decision))
            given = items(bounded(results), Restriction, "rehabflow_review")
            return tuple(sorted({_checked(one, exercises) for one in given}, key=_order))

        return door.contained(call)

    def review(decision: Decision) -> Review:
        answers = [ask(decision) for _ in range(2)]
        failure = _failure(answers, "rehabflow_review")
        if failure is None:
            return Review(door.plugin, answers[0])  # type: ignore[arg-type]  # no failure is left
        ledger.note(door.plugin, failure)
        say = f"The plugin {door.plugin} could not review this decision: {failure}"
        return Review(door.plugin, (Restriction(say, Effect.PAUSE, no_progress=True),), str(failure))

    return Reviewer(door.plugin, review)


def _failure(answers: list[Any], what: str) -> Failure | None:
    for answer in answers:
        if isinstance(answer, Failure):
            return answer
    first, second = answers
    return None if first == second else Failure("unstable", f"{what} gave two answers to one question")


def _score(provider: ScoreProvider, view: FactsView, exercise: Exercise) -> Fraction | None:
    answer = provider.compute(view, exercise)
    if answer is None:
        return None
    if isinstance(answer, bool) or not isinstance(answer, (int, Fraction, Decimal)):
        raise Refused(
            "wrong-type",
            f"the score `{provider.id}` of {exercise.id} is {a(answer)}, not an int, Fraction, Decimal or None",
        )
    if isinstance(answer, Decimal) and not answer.is_finite():
        raise Refused("out-of-range", f"the score `{provider.id}` of {exercise.id} is {answer}")
    number = Fraction(answer)
    if not -SCORE_BOUND <= number <= SCORE_BOUND:
        raise Refused(
            "out-of-range",
            f"the score `{provider.id}` of {exercise.id} is {answer}; it has to lie from -{SCORE_BOUND} to "
            f"{SCORE_BOUND}",
        )
    return number


def _checked(given: Restriction, exercises: Collection[str]) -> Restriction:
    """Return a restriction whose fields hold what they should; what could be changed later is copied."""
    if type(given.say) is not str or not given.say.strip():
        raise Refused("no-reason", "a Restriction does not say why")
    if type(given.effect) is not Effect:
        raise Refused("wrong-type", f"the effect of a Restriction is {a(given.effect)}, not an Effect")
    if type(given.no_progress) is not bool:
        raise Refused("wrong-type", f"no_progress of a Restriction is {a(given.no_progress)}, not a bool")
    if type(given.exclude) not in (tuple, list, set, frozenset):
        raise Refused(
            "wrong-type", f"exclude of a Restriction is {a(given.exclude)}, not a tuple of exercises"
        )
    for exercise in given.exclude:
        if type(exercise) is not str or exercise not in exercises:
            hint = nearest(str(exercise)[:100], exercises)
            raise Refused(
                "unknown-exercise", f"a Restriction excludes `{exercise}`, which is no exercise; {hint}"
            )
    return Restriction(given.say.strip(), given.effect, tuple(sorted(set(given.exclude))), given.no_progress)


def _order(restriction: Restriction) -> tuple[int, bool, tuple[str, ...], str]:
    return -restriction.effect, restriction.no_progress, restriction.exclude, restriction.say


def _refuse_odd_provider(provider: ScoreProvider) -> None:
    if type(provider.id) is not str or not provider.id.isidentifier() or not provider.id.isascii():
        raise Refused("wrong-type", f"the id of a ScoreProvider is {provider.id!r:.60}; it has to be a name")
    if type(provider.title) is not str or not provider.title.strip():
        raise Refused("wrong-type", f"the score `{provider.id}` has no title")
    if type(provider.reads) is not tuple or not all(type(key) is str for key in provider.reads):
        raise Refused("wrong-type", f"`reads` of the score `{provider.id}` is not a tuple of facts' names")
    if not callable(provider.compute):
        raise Refused("wrong-type", f"`compute` of the score `{provider.id}` cannot be called")


__all__ = ["alike", "providers", "reviewer", "score_function"]
