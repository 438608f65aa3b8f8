"""What Python plugins add beyond tables: computed score terms, and restrictions of a decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, Generic, TypeAlias, TypeVar

from rehabflow.conditions.possible import Boolean, Choice, Number, Options, Possible
from rehabflow.conditions.types import fraction
from rehabflow.conditions.world import World
from rehabflow.definitions.exercises import Exercise
from rehabflow.definitions.gates import Effect
from rehabflow.frozen import frozen

DecisionT = TypeVar("DecisionT")
KnownValue: TypeAlias = bool | Fraction | str | frozenset[str]

COMPUTED: Final = "python."
"""A score term whose `value` is `python.x` takes the number that a plugin's `ScoreProvider` x computes."""
SCORE_BOUND: Final = 10
"""A score lies from -10 to 10."""


def computed_name(text: str) -> str:
    """Return which computed score a term's `value` names; "" if it is a condition.

    >>> computed_name("python.sociable"), computed_name("-exercise.demand")
    ('sociable', '')
    """
    name = text.strip().removeprefix(COMPUTED)
    return name if text.strip().startswith(COMPUTED) and name.isidentifier() else ""


@frozen
class FactsView:
    """The facts that a computed score asked for, as they can be now; nothing in it can be changed.

    `today` is the day of the decision as an ordinal; dates among the values are ordinals too.
    """

    today: int
    possible: Mapping[str, Possible]

    def value(self, key: str) -> KnownValue | None:
        """Return a fact's exact value: yes or no, a number, a choice, a set; None if unknown or declined.

        Raises:
            KeyError: the provider's `reads` does not name it.
        """
        possible = self._of(key)
        if possible.may_be_declined:
            return None
        match possible.value:
            case Boolean(surely=surely, possibly=possibly):
                return surely if surely == possibly else None
            case Number(low=low, high=high, undefined=undefined):
                return fraction(low) if low == high and not undefined else None
            case Choice(options=options):
                return next(iter(options)) if len(options) == 1 else None
            case Options(surely=surely_in, possibly=possibly_in):
                return surely_in if surely_in == possibly_in else None
        return None

    def bounds(self, key: str) -> tuple[Fraction | None, Fraction | None]:
        """Return the least and the most that a number can be; None: no bound is known.

        Raises:
            KeyError: the provider's `reads` does not name it.
        """
        value = self._of(key).value
        if not isinstance(value, Number) or value.undefined:
            return None, None
        return fraction(value.low), fraction(value.high)

    def _of(self, key: str) -> Possible:
        if key not in self.possible:
            listed = ", ".join(sorted(self.possible)) or "nothing"
            raise KeyError(f"`{key}` is not among `reads`, which names {listed}")
        return self.possible[key]


@frozen(eq=False)
class ScoreProvider:
    """A score that a plugin computes; a score term takes it with `value = "python.<id>"`.

    `reads` are the facts it may look at, by their full names (`nprs.worst_24h`). `compute` gets those and an
    exercise, and returns a whole or exact number (int, Fraction, Decimal) from -10 to 10, or None for unknown.
    """

    id: str
    title: str
    reads: tuple[str, ...]
    compute: Callable[[FactsView, Exercise], object]


@frozen
class Restriction:
    """What a reviewer adds to a decision; it cannot say anything that would permit more.

    `say` is the reason shown to the clinician. `effect` acts beside the gates, the strictest wins (NONE: none of its
    own). `exclude` are exercises that may not be given. `no_progress` keeps stage and doses where they are.
    """

    say: str
    effect: Effect = Effect.NONE
    exclude: tuple[str, ...] = ()
    no_progress: bool = False


@frozen
class Review:
    """What one plugin's reviewer answered; `failure` says why it could not, and then the restrictions pause."""

    plugin: str
    restrictions: tuple[Restriction, ...] = ()
    failure: str = ""


@frozen(eq=False)
class ScoreFunction:
    """A contained score: never raises, is asked twice, and answers None (unknown) where the plugin fails."""

    name: str
    plugin: str
    title: str
    reads: tuple[str, ...]
    compute: Callable[[World, Exercise], Fraction | None]

    def __call__(self, world: World, exercise: Exercise) -> Fraction | None:
        """Return the exact number, -10 to 10, or None for unknown."""
        return self.compute(world, exercise)


@frozen(eq=False)
class Reviewer(Generic[DecisionT]):
    """A contained reviewer: never raises, is asked twice, and pauses where the plugin fails."""

    plugin: str
    review: Callable[[DecisionT], Review]

    def __call__(self, decision: DecisionT) -> Review:
        """Return the restrictions on a decision."""
        return self.review(decision)
