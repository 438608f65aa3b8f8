"""Which clearances would change the outcome, and who may give them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from rehabflow.engine.asking.outcome import PAUSE, Compared, Outcomes
from rehabflow.engine.asking.rules import NO, OPEN, STUCK, YES
from rehabflow.engine.asking.search import Relevance, Search
from rehabflow.engine.asking.variables import Variable


@attrs.frozen(eq=False)
class Candidate:
    """A clearance that is not live, and the places of the rules that would say something else with it."""

    scope: str
    variable: Variable
    places: tuple[int, ...]


def wanted_clearances(outcomes: Outcomes, search: Search) -> Iterator[tuple[Candidate, Relevance]]:
    """Yield each clearance that would change the outcome, alone or together with the others that are missing.

    An agreement can only clear a gate or a way back, or meet another criterion. Only rules that are decided now count:
    where it is not even known whether a rule applies, that is asked first. And while gates of `pause` or above hold,
    only clearances that lift one of the strictest.
    """
    candidates = list(_candidates(outcomes, search))
    indices = {candidate.variable.index for candidate in candidates}
    for candidate in candidates:
        found = _relevance(outcomes, search, candidate)
        others = indices - {candidate.variable.index}
        if found is Relevance.NONE and others:
            search.grant(frozenset(others))
            found = _relevance(outcomes, search, candidate)
            search.grant(frozenset())
        if found is not Relevance.NONE:
            yield candidate, found


def _candidates(outcomes: Outcomes, search: Search) -> Iterator[Candidate]:
    now = outcomes.now()
    acting = max(outcomes.floors([STUCK if says == OPEN else says for says in now]), default=0)
    least = acting if acting >= PAUSE else 0
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


def _relevance(outcomes: Outcomes, search: Search, candidate: Candidate) -> Relevance:
    found = outcomes.compare(search.base, search.given(candidate.variable), candidate.places)
    if found is not Compared.UNDECIDED:
        return Relevance.PROVED if found is Compared.DIFFERENT else Relevance.NONE
    search.attach(candidate.places)
    return search.relevance(candidate.variable)
