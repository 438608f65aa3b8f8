"""Which clearances would change the outcome, and who may give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rehabflow.engine.asking.outcome import PAUSE, Compared, Outcomes
from rehabflow.engine.asking.rules import NO, OPEN, STUCK, YES
from rehabflow.engine.asking.search import Relevance, Search
from rehabflow.engine.asking.variables import Variable
from rehabflow.frozen import frozen


@frozen(eq=False)
class Candidate:
    """A clearance that is not live, and the places of the rules that would say something else with it."""

    scope: str
    variable: Variable
    places: tuple[int, ...]


def wanted_clearances(
    search: Search, candidates: Sequence[Candidate]
) -> Iterator[tuple[Candidate, Relevance]]:
    """Yield each clearance that would change the outcome, alone or together with the others that are missing."""
    indices = {candidate.variable.index for candidate in candidates}
    for candidate in candidates:
        found = _relevance(search, candidate)
        others = indices - {candidate.variable.index}
        if found is Relevance.NONE and others:
            search.grant(frozenset(others))
            found = _relevance(search, candidate)
            search.grant(frozenset())
        if found is not Relevance.NONE:
            yield candidate, found


def held_beside(search: Search, candidates: Sequence[Candidate]) -> Iterator[tuple[Variable, Relevance]]:
    """Yield what is not on record and holds the patient as strictly as a missing clearance does.

    Neither alone would change the outcome; so it is judged as if the clearances were given.
    """
    rules = search.outcomes.rules
    least = max(least_effect(search.outcomes), PAUSE)
    holding = [place for place in search.loose() if rules[place].says == YES and rules[place].effect >= least]
    if not candidates or not holding:
        return
    search.grant(frozenset(candidate.variable.index for candidate in candidates))
    search.attach([place for candidate in candidates for place in candidate.places])
    expressions = [search.expressions[place] for place in holding if place in search.expressions]
    read = {variable for expression in expressions for variable in expression.variables}
    for variable in sorted(read, key=lambda variable: variable.index):
        if variable.asked and variable.kind in ("event", "measure"):
            found = search.relevance(variable)
            if found is not Relevance.NONE:
                yield variable, found
    search.grant(frozenset())


def least_effect(outcomes: Outcomes) -> int:
    """Return the effect that holds now, unknown gates acting, if it is pause or above; else 0."""
    acting = [STUCK if says == OPEN else says for says in outcomes.now()]
    holds = max(outcomes.floors(acting), default=0)
    return holds if holds >= PAUSE else 0


def clearances_missing(search: Search) -> Iterator[Candidate]:
    """Yield the clearances that would make a rule say something else.

    An agreement can only clear a gate or a way back, or meet another criterion. Only rules that are decided now count:
    where it is not even known whether a rule applies, that is asked first. And while gates of `pause` or above hold,
    only clearances that lift one of the strictest.
    """
    outcomes = search.outcomes
    now = outcomes.now()
    least = least_effect(outcomes)
    readers: dict[str, list[int]] = {}
    for place, rule in enumerate(outcomes.rules):
        condition = rule.until if rule.trigger is not None and rule.until is not None else rule.condition
        helped = (YES, STUCK) if rule.is_gate or rule.sends_back else (NO, STUCK)
        if now[place] not in helped or condition is None or rule.effect < least:
            continue
        for scope in condition.uses_cleared:
            readers.setdefault(scope, []).append(place)
    search.attach([place for places in readers.values() for place in places], alone=True)
    for scope in sorted(readers):
        variable = search.builder.variables.clearance(scope)
        given = search.given(variable)
        places = tuple(place for place in readers[scope] if given[place] != search.base[place])
        if places:
            yield Candidate(scope, variable, places)


def _relevance(search: Search, candidate: Candidate) -> Relevance:
    given = search.given(candidate.variable)
    if search.outcomes.compare(search.base, given, candidate.places) is Compared.DIFFERENT:
        return Relevance.PROVED
    search.attach(candidate.places)
    return search.relevance(candidate.variable)
