"""What the engine would do, given what each rule says: the outcome, exact once every rule is decided."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

import attrs

from rehabflow.definitions.gates import Effect
from rehabflow.engine.asking.rules import NO, NONE, OPEN, STUCK, YES, RuleNow, TrackNow

PAUSE: Final = Effect.PAUSE
Act: TypeAlias = tuple[str, str]
"""(action, stage after it)."""
CLOSED: Final[Act] = ("closed", "")


class Compared(enum.Enum):
    """How the outcomes of two worlds stand to each other, whatever is still open."""

    DIFFERENT = "different"
    SAME = "same"
    UNDECIDED = "undecided"


@attrs.frozen(eq=False)
class Outcomes:
    """The outcome as a function of what the rules say; of rules that are open, every outcome still possible.

    The outcome has a part for each track: the strictest effect of its gates and, if that is below pause, the action
    and the stage after it.
    """

    rules: tuple[RuleNow, ...]
    tracks: tuple[TrackNow, ...]
    criteria: tuple[frozenset[int], ...]
    gates: tuple[frozenset[int], ...]

    @classmethod
    def of(cls, rules: Sequence[RuleNow], tracks: Sequence[TrackNow]) -> Outcomes:
        """Return the outcome of these rules on these tracks."""
        criteria = tuple(track.criteria() for track in tracks)
        gates = tuple(frozenset(place for place, _ in track.gates) for track in tracks)
        return cls(tuple(rules), tuple(tracks), criteria, gates)

    def now(self) -> list[int]:
        """Return what every rule says now."""
        return [rule.says for rule in self.rules]

    def effects(self, track: TrackNow, says: Sequence[int]) -> tuple[int, int]:
        """Return the least and the most that a track's gates can come to."""
        if track.open_while is not None and says[track.open_while] in (NO, STUCK):
            return 0, 0
        low = high = 0
        for place, effect in track.gates:
            if effect <= low:
                break
            answer = says[place]
            if answer == NO:
                continue
            acts = min(effect, PAUSE) if answer == STUCK else effect
            high = max(high, acts)
            if answer != OPEN:
                low = max(low, acts)
        if track.open_while is not None and says[track.open_while] == OPEN:
            low = 0
        return low, high

    def compare(self, one: Sequence[int], other: Sequence[int], changed: Collection[int]) -> Compared:
        """Compare two worlds that differ only in the rules at the places `changed`.

        DIFFERENT and SAME hold for every way in which what is open may be decided.
        """
        alive = False
        for track, criteria in zip(self.tracks, self.criteria, strict=True):
            low_one, high_one = self.effects(track, one)
            low_other, high_other = self.effects(track, other)
            if high_one < low_other or high_other < low_one:
                return Compared.DIFFERENT
            acts_count = low_one < PAUSE and low_other < PAUSE and not criteria.isdisjoint(changed)
            if acts_count:
                acts_one, acts_other = acts(track, one), acts(track, other)
                if high_one < PAUSE and high_other < PAUSE and acts_one.isdisjoint(acts_other):
                    return Compared.DIFFERENT
                alive = alive or len(acts_one) > 1 or acts_one != acts_other
            alive = alive or self._gates_matter(track, one, other, changed)
        return Compared.UNDECIDED if alive else Compared.SAME

    def _gates_matter(
        self, track: TrackNow, one: Sequence[int], other: Sequence[int], changed: Collection[int]
    ) -> bool:
        """Return whether the changed gates can still make the track's effect differ."""
        floor = self.floor(track, one, changed)
        worst_one = worst_other = floor
        for place, effect in track.gates:
            if effect <= floor:
                break
            if place not in changed:
                continue
            if one[place] == OPEN or other[place] == OPEN:
                return True
            worst_one = max(worst_one, _acts(effect, one[place]))
            worst_other = max(worst_other, _acts(effect, other[place]))
        return worst_one != worst_other

    def floor(self, track: TrackNow, says: Sequence[int], changed: Collection[int] = ()) -> int:
        """Return the least effect of a track's gates, those at the places `changed` aside."""
        low = 0
        for place, effect in track.gates:
            if effect <= low:
                break
            if place not in changed and says[place] in (YES, STUCK):
                low = max(low, _acts(effect, says[place]))
        return low

    def floors(self, says: Sequence[int], changed: Collection[int] = ()) -> tuple[int, ...]:
        """Return, for each track, the least effect of its gates; see `floor`."""
        return tuple(self.floor(track, says, changed) for track in self.tracks)

    def matters(self, place: int, floors: Sequence[int]) -> bool:
        """Return whether a rule, were it open, could still change the outcome above these floors."""
        effect = self.rules[place].effect
        for floor, criteria, gates in zip(floors, self.criteria, self.gates, strict=True):
            if place in criteria and floor < PAUSE:
                return True
            if effect > floor and place in gates:
                return True
        return False


def _acts(effect: Effect, answer: int) -> int:
    if answer == NO:
        return 0
    return min(effect, PAUSE) if answer == STUCK else effect


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
