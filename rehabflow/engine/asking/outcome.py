"""What the engine would do, given what each rule says: the outcome, exact once every rule is decided."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeAlias

from rehabflow.definitions.gates import Effect
from rehabflow.engine.asking.rules import NO, NONE, OPEN, STUCK, YES, RuleNow, TrackNow
from rehabflow.frozen import frozen

PAUSE: Final = int(Effect.PAUSE)
Act: TypeAlias = tuple[str, str]
"""(action, stage after it)."""
CLOSED: Final[Act] = ("closed", "")


class Compared(enum.Enum):
    """How the outcomes of two worlds stand to each other, whatever is still open."""

    DIFFERENT = "different"
    SAME = "same"
    UNDECIDED = "undecided"


@frozen(eq=False)
class Outcomes:
    """The outcome as a function of what the rules say; of rules that are open, every outcome still possible.

    The outcome has a part for each track: the strictest effect of its gates and, if that is below pause, the action
    and the stage after it.
    """

    rules: tuple[RuleNow, ...]
    tracks: tuple[TrackNow, ...]
    criteria: tuple[frozenset[int], ...]
    gates: tuple[dict[int, int], ...]

    @classmethod
    def of(cls, rules: Sequence[RuleNow], tracks: Sequence[TrackNow]) -> Outcomes:
        """Return the outcome of these rules on these tracks."""
        criteria = tuple(track.criteria() for track in tracks)
        gates = tuple({place: int(effect) for place, effect in track.gates} for track in tracks)
        return cls(tuple(rules), tuple(tracks), criteria, gates)

    def now(self) -> list[int]:
        """Return what every rule says now."""
        return [rule.says for rule in self.rules]

    def compare(self, one: Sequence[int], other: Sequence[int], changed: Collection[int]) -> Compared:
        """Compare two worlds that differ only in the rules at the places `changed`.

        DIFFERENT and SAME hold for every way in which what is open may be decided.
        """
        return self.verdict(self.reaches(one, other, changed), one, other, changed)

    def reaches(
        self, one: Sequence[int], other: Sequence[int], changed: Collection[int]
    ) -> tuple[Reach, ...]:
        """Return, for each track, what its gates can come to in two worlds."""
        return tuple(_reach(gates, one, other, changed) for gates in self.gates)

    def verdict(
        self,
        reaches: Sequence[Reach],
        one: Sequence[int],
        other: Sequence[int],
        changed: Collection[int],
    ) -> Compared:
        """Return how two worlds compare, their reaches given; see `compare`."""
        alive = False
        for track, criteria, reach in zip(self.tracks, self.criteria, reaches, strict=True):
            low_one, high_one = reach.one
            low_other, high_other = reach.other
            if track.open_while is not None:
                low_one, high_one = _while_open(reach.one, one[track.open_while])
                low_other, high_other = _while_open(reach.other, other[track.open_while])
            if high_one < low_other or high_other < low_one:
                return Compared.DIFFERENT
            if low_one < PAUSE and low_other < PAUSE and not criteria.isdisjoint(changed):
                acts_one, acts_other = acts(track, one), acts(track, other)
                if high_one < PAUSE and high_other < PAUSE and acts_one.isdisjoint(acts_other):
                    return Compared.DIFFERENT
                if len(acts_one) > 1 or acts_one != acts_other:
                    alive = alive or depends(track, one, changed)
            alive = alive or reach.may_differ
        return Compared.UNDECIDED if alive else Compared.SAME

    def floors(self, says: Sequence[int], changed: Collection[int] = ()) -> tuple[int, ...]:
        """Return, for each track, the least effect of its gates, those at the places `changed` aside."""
        return tuple(_reach(gates, says, says, changed).floor for gates in self.gates)

    def matters(self, place: int, floors: Sequence[int]) -> bool:
        """Return whether a rule, were it open, could still change the outcome above these floors."""
        for floor, criteria, gates in zip(floors, self.criteria, self.gates, strict=True):
            if place in criteria and floor < PAUSE:
                return True
            if gates.get(place, 0) > floor:
                return True
        return False


@frozen
class Reach:
    """What a track's gates can come to in two worlds, each from least to most.

    `floor` is the least without the changed gates; `may_differ`: those may still make a difference above it.
    """

    floor: int
    one: tuple[int, int]
    other: tuple[int, int]
    may_differ: bool


def _reach(
    gates: Mapping[int, int], one: Sequence[int], other: Sequence[int], changed: Collection[int]
) -> Reach:
    """Return what gates, strictest first, can come to."""
    floor = high = 0
    low_one = low_other = high_one = high_other = 0
    is_open = False
    for place, effect in gates.items():
        if effect <= floor:
            break
        answer = one[place]
        if place in changed:
            low_one, high_one = _raised(low_one, high_one, effect, answer)
            low_other, high_other = _raised(low_other, high_other, effect, other[place])
            is_open = is_open or answer == OPEN or other[place] == OPEN
        elif answer != NO:
            floor, high = _raised(floor, high, effect, answer)
    lowest_one, lowest_other = max(low_one, floor), max(low_other, floor)
    may_differ = lowest_one != lowest_other or (is_open and max(high_one, high_other) > floor)
    return Reach(floor, (lowest_one, max(high_one, high)), (lowest_other, max(high_other, high)), may_differ)


def _raised(low: int, high: int, effect: int, answer: int) -> tuple[int, int]:
    """Return the least and the most effect, raised by one gate."""
    if answer == NO:
        return low, high
    if answer == OPEN:
        return low, max(high, effect)
    acts_as = effect if answer == YES or effect < PAUSE else PAUSE
    return max(low, acts_as), max(high, acts_as)


def _while_open(reach: tuple[int, int], answer: int) -> tuple[int, int]:
    """Return the effects on a track that is open, may be (OPEN), or is closed."""
    if answer == YES:
        return reach
    return (0, reach[1]) if answer == OPEN else (0, 0)


def acts(track: TrackNow, says: Sequence[int]) -> frozenset[Act]:
    """Return every action, with the stage after it, that is possible below pause."""
    found: set[Act] = set()
    if track.open_while is not None:
        answer = says[track.open_while]
        if answer != YES:
            found.add(CLOSED)
        if answer in (NO, STUCK):
            return frozenset(found)
    if track.stage == NONE:
        _add_starts(track, says, found)
    elif not _add_regress(track, says, found):
        if track.visit:
            _add_onward(track, says, found)
        else:
            found.add(("stay", track.stage))
    return frozenset(found)


def depends(track: TrackNow, says: Sequence[int], changed: Collection[int]) -> bool:
    """Return whether the action can depend on the changed criteria, given what the others say."""

    def turns_on(rules: Sequence[int]) -> bool:
        return any(place in changed for place in rules) and not is_shut(rules)

    def is_shut(rules: Sequence[int]) -> bool:
        return any(says[place] == NO and place not in changed for place in rules)

    if track.open_while in changed or any(turns_on(rules) for _, rules in track.starts):
        return True
    regress = [place for _, rules in track.regress for place, _ in rules]
    if any(place in changed for place in regress):
        return True
    if not track.visit or any(says[place] in (YES, STUCK) for place in regress):
        return False
    if any(place in changed for place in track.brakes):
        return True
    if any(says[place] in (YES, STUCK) for place in track.brakes):
        return False
    if track.discharge is not None and turns_on(track.discharge):
        return True
    if is_shut(track.leave):
        return False
    return any(place in changed for place in track.leave) or any(turns_on(rules) for _, rules in track.nexts)


def _add_starts(track: TrackNow, says: Sequence[int], found: set[Act]) -> None:
    for stage, rules in track.starts:
        answer = _all(rules, says)
        if answer in (YES, OPEN):
            found.add(("start", stage))
        if answer == YES:
            return
    found.add(("stay", NONE))


def _add_regress(track: TrackNow, says: Sequence[int], found: set[Act]) -> bool:
    """Add the ways back; return whether one of them is sure."""
    for target, rules in track.regress:
        answers = [says[place] for place, is_new in rules if is_new]
        if YES in answers or OPEN in answers:
            found.add(("regress", target))
        if YES in answers:
            return True
    return False


def _add_onward(track: TrackNow, says: Sequence[int], found: set[Act]) -> None:
    """Add staying, discharge and advance."""
    stay = ("stay", track.stage)
    regress = [(says[place], is_new) for _, rules in track.regress for place, is_new in rules]
    brakes = [says[place] for place in track.brakes]
    if any(answer in (YES, STUCK) for answer, _ in regress) or YES in brakes or STUCK in brakes:
        found.add(stay)
        return
    if OPEN in brakes or any(answer == OPEN and not is_new for answer, is_new in regress):
        found.add(stay)
    if track.discharge is not None:
        answer = _all(track.discharge, says)
        if answer in (YES, OPEN):
            found.add(("discharge", track.stage))
        if answer == YES:
            return
    _add_advance(track, says, found, stay)


def _add_advance(track: TrackNow, says: Sequence[int], found: set[Act], stay: Act) -> None:
    leave = _all(track.leave, says)
    nexts = [(stage, _all(rules, says)) for stage, rules in track.nexts]
    ready = [stage for stage, answer in nexts if answer == YES]
    maybe = [stage for stage, answer in nexts if answer == OPEN]
    blocked = any(answer == STUCK for _, answer in nexts)
    if leave in (NO, STUCK) or blocked or len(ready) > 1 or not (ready or maybe):
        found.add(stay)
        return
    found.update(("advance", stage) for stage in ready or maybe)
    if leave == OPEN or maybe:
        found.add(stay)


def _all(rules: Sequence[int], says: Sequence[int]) -> int:
    """Return what a list of criteria says that have all to be met."""
    answers = [says[place] for place in rules]
    for answer in (NO, OPEN, STUCK):
        if answer in answers:
            return answer
    return YES
