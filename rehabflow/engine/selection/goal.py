"""What a phase of the search makes as large as possible: first the tier alone, then score and minutes."""

from __future__ import annotations

from rehabflow.engine.selection.model import FORCED, Model, bits, finding_quarters
from rehabflow.frozen import frozen

FINE = 1 << 12
"""What one step of the tier counts in the first phase, so that prices can be fractions of it."""

Curve = tuple[int, int, int, int]
"""The worth of a finding addressed by none, one, two, three or more."""


@frozen(eq=False)
class Goal:
    """A separable concave objective, and the tier that a plan must have to count."""

    worth: list[int]
    """Own worth of each candidate."""
    reward: list[int]
    """The same for bounding: larger by `FORCED` for what must be chosen."""
    curves: list[Curve]
    bound_curves: list[Curve]
    """The same for bounding: the first exercise for a serious finding has a bonus."""
    required: list[bool]
    """Findings that every plan that counts addresses."""
    place: int
    """Worth of a required place filled."""
    place_bonus: int
    """The same for bounding."""
    fills_all: bool
    """Every plan that counts fills every required place."""
    offset: int
    """What rewards, bonuses and `FORCED` add too much to every plan that counts."""
    tier: tuple[int, int] | None
    """(serious findings, required places) that a plan must have, or None: any plan counts."""
    grain: int
    """Worths of plans differ by multiples of this."""

    def value(self, model: Model, chosen: int) -> int:
        """The exact worth of a plan."""
        total = sum(self.worth[place] for place in bits(chosen))
        for curve, count in zip(self.curves, model.counts(chosen), strict=True):
            total += curve[min(count, 3)]
        if self.place:
            total += self.place * model.tier(chosen)[1]
        return total


def tier_limit(model: Model) -> tuple[int, int]:
    """The simple bound: no plan addresses more serious findings or fills more required places."""
    reachable = 0
    for place in bits(model.alive):
        reachable |= model.signature[place]
    serious = sum(is_one and reachable >> number & 1 for number, is_one in enumerate(model.serious))
    wanted = [
        min(slot.lower, (mask & model.alive).bit_count())
        for slot, mask in zip(model.slots, model.slot_mask, strict=True)
    ]
    filled = sum(wanted)
    for row in model.rows:
        if row.kind in ("minutes", "exercises"):
            filled = min(filled, _fillable(model, wanted, row.uses, row.cap))
    return serious, filled


def _fillable(model: Model, wanted: list[int], uses: dict[int, int], cap: int) -> int:
    """How many required places this one row lets be filled, each with the least it can use."""
    least: list[int] = []
    for want, mask in zip(wanted, model.slot_mask, strict=True):
        least += sorted(uses.get(place, 0) for place in bits(mask & model.alive))[:want]
    filled = 0
    for use in sorted(least):
        cap -= use
        if cap < 0:
            break
        filled += 1
    return filled


def tier_goal(model: Model, places: int) -> Goal:
    """Serious findings first, then required places; nothing else. `places`: required places in all."""
    step = FINE * (places + 1)
    none: Curve = (0, 0, 0, 0)
    curves = [(0, step, step, step) if is_serious else none for is_serious in model.serious]
    worth = [0] * model.size
    reward, offset = _rewards(model, worth)
    return Goal(
        worth=worth,
        reward=reward,
        curves=curves,
        bound_curves=curves,
        required=[False] * len(curves),
        place=FINE,
        place_bonus=FINE,
        fills_all=False,
        offset=offset,
        tier=None,
        grain=FINE,
    )


def score_goal(model: Model, tier: tuple[int, int]) -> Goal:
    """Score, then fewer minutes, among the plans of this tier."""
    curves = [_curve(unit * model.scale) for unit in model.units]
    reachable = 0
    for place in bits(model.alive):
        reachable |= model.signature[place]
    serious = [is_one and bool(reachable >> number & 1) for number, is_one in enumerate(model.serious)]
    fills_all = tier[1] == sum(slot.lower for slot in model.slots)
    addresses_all = tier[0] == sum(serious)
    bonus = max((curve[3] for curve in curves), default=0)
    bound_curves = curves
    reward, offset = _rewards(model, model.worth)
    if not addresses_all:
        bound_curves = [
            (0, curve[1] + bonus, curve[2] + bonus, curve[3] + bonus) if is_one else curve
            for curve, is_one in zip(curves, serious, strict=True)
        ]
        offset += bonus * tier[0]
    if not fills_all:
        offset += bonus * tier[1]
    return Goal(
        worth=model.worth,
        reward=reward,
        curves=curves,
        bound_curves=bound_curves,
        required=[is_one and addresses_all for is_one in serious],
        place=0,
        place_bonus=0 if fills_all else bonus,
        fills_all=fills_all,
        offset=offset,
        tier=tier,
        grain=1,
    )


def _curve(unit: int) -> Curve:
    return (0, unit * finding_quarters(1), unit * finding_quarters(2), unit * finding_quarters(3))


def _rewards(model: Model, worth: list[int]) -> tuple[list[int], int]:
    reward = list(worth)
    offset = 0
    for mask in model.must:
        if (mask & model.alive).bit_count() == 1:
            reward[(mask & model.alive).bit_length() - 1] += FORCED
            offset += FORCED
    return reward, offset
