"""What plugins' reviewers add to a decision: restrictions, beside the gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rehabflow.definitions.extensions import Restriction, Review
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import GateResult, Reason
from rehabflow.engine.reasons import plain


def review_results(reviews: Iterable[Review]) -> tuple[GateResult, ...]:
    """Return the restrictions as triggered gate levels, under the address `plugin.review`."""
    return tuple(
        GateResult(
            reason.address,
            reason.address,
            effect,
            "triggered",
            effect,
            reason,
            no_progress=restriction.no_progress,
        )
        for restriction, reason in _restrictions(reviews)
        for effect in [_effect(restriction)]
    )


def taken_out(reviews: Iterable[Review]) -> Mapping[str, Reason]:
    """Return the exercises that reviewers take out, with the first reason."""
    found: dict[str, Reason] = {}
    for restriction, reason in _restrictions(reviews):
        for name in restriction.exclude:
            found.setdefault(name, reason)
    return found


def _restrictions(reviews: Iterable[Review]) -> Iterator[tuple[Restriction, Reason]]:
    for review in reviews:
        for restriction in review.restrictions:
            yield restriction, plain(f"{review.plugin}.review", restriction.say, "triggered")


def _effect(restriction: Restriction) -> Effect:
    restricts = bool(restriction.exclude) or restriction.no_progress
    return max(restriction.effect, Effect.RESTRICT if restricts else Effect.CAUTION)
