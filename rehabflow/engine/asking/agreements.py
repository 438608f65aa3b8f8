"""Which clearances would change the outcome, and who may give them."""

from __future__ import annotations

from collections.abc import Iterator

from rehabflow.engine.asking.outcome import PAUSE, Compared, Outcomes
from rehabflow.engine.asking.rules import NO, OPEN, STUCK, YES
from rehabflow.engine.asking.search import Relevance, Search


def wanted_clearances(outcomes: Outcomes, search: Search) -> Iterator[tuple[str, tuple[int, ...], Relevance]]:
    """Yield each scope whose clearance would change the outcome, with the places of the rules it changes.

    Only rules that are decided now count: where it is not even known whether a rule applies, that is asked first. And
    while gates of `pause` or above hold, only clearances that lift one of these.
    """
    builder = search.builder
    readers: dict[str, list[int]] = {}
    for place, rule in enumerate(outcomes.rules):
        condition = rule.until if rule.trigger is not None and rule.until is not None else rule.condition
        for scope in condition.uses_cleared:
            readers.setdefault(scope, []).append(place)
    now = outcomes.now()
    acting = [STUCK if says == OPEN else says for says in now]
    holding = max(outcomes.floors(acting), default=0) >= PAUSE
    for scope in sorted(readers):
        places = [place for place in readers[scope] if now[place] in (NO, YES, STUCK)]
        if not places or outcomes.compare(now, _loosened(now, places), places) is Compared.SAME:
            continue
        search.attach(places, alone=True)
        variable = builder.variables.clearance(scope)
        given = search.given(variable)
        changed = tuple(place for place in places if given[place] != search.base[place])
        if not changed:
            continue
        if holding and not any(outcomes.rules[place].effect >= PAUSE for place in changed):
            continue
        found = outcomes.compare(search.base, given, changed)
        if found is Compared.UNDECIDED:
            search.attach(places)
            relevance = search.relevance(variable)
        else:
            relevance = Relevance.PROVED if found is Compared.DIFFERENT else Relevance.NONE
        if relevance is not Relevance.NONE:
            yield scope, changed, relevance


def _loosened(now: list[int], places: list[int]) -> list[int]:
    says = list(now)
    for place in places:
        says[place] = NO if now[place] == YES else YES
    return says
