"""The job as a good programmer writes it by hand: two-valued, everything that does not change worked out before."""

from __future__ import annotations

from bench.job import MOST_DEMAND, PAUSE, PLACES, QUALITIES, STAGES, Answer, Patient, base_worth, exercises

Row = tuple[int, int, str, str]
ROWS: dict[str, list[Row]] = {
    stage: [
        (base_worth(one, stage) * 100 - index, QUALITIES.index(one.quality), one.caution, one.id)
        for index, one in enumerate(exercises())
        if one.demand <= MOST_DEMAND[stage]
    ]
    for stage in STAGES
}
BONUS = 400


def pick(stage: str, bonus: tuple[int, int, int, int], patient: Patient) -> tuple[str, ...]:
    """Return the six exercises worth most; used beside rehabflow's rules too: only these differ."""
    scored = [
        (base + bonus[quality], name) for base, quality, caution, name in ROWS[stage] if not patient[caution]
    ]
    scored.sort(reverse=True)
    return tuple([name for _, name in scored[:PLACES]])


def effect_of(p: Patient) -> int:
    """Return the strictest effect of the twelve gates."""
    if p["b4"] or (p["b7"] and p["n4"] >= 5) or (p["b9"] and p["n9"] > 6):
        return 5
    if (p["b3"] and p["n3"] > 6) or (p["b8"] and not p["b11"]):
        return 4
    if (p["b2"] and not p["b5"]) or p["b7"] or (p["b10"] and p["n7"] >= 5):
        return 3
    if p["b1"] or (p["b6"] and p["n6"] > 6) or (p["b11"] and not p["b14"]):
        return 2
    if (p["b0"] and p["n0"] > 6) or (p["b5"] and not p["b8"]) or p["b10"] or (p["b13"] and p["n0"] >= 5):
        return 1
    return 0


def stage_of(p: Patient) -> str:
    """Return the last stage whose criteria are all met."""
    if (
        p["n0"] <= 3
        and p["n3"] + p["n4"] <= 8
        and p["n7"] <= 4
        and p["n8"] <= 5
        and p["b2"] + p["b3"] + p["b4"] < 2
    ):
        return "three"
    if p["n0"] <= 5 and p["n3"] + p["n4"] <= 12 and (not p["b1"] or p["n5"] < 4) and p["n6"] <= 7:
        return "two"
    if p["n0"] <= 9 and p["n1"] <= 9 and not p["b0"] and p["n2"] <= 8:
        return "one"
    return ""


def decide(p: Patient) -> Answer:
    """Return the answer for a patient of whom everything is known."""
    effect, stage = effect_of(p), stage_of(p)
    if effect >= PAUSE or not stage:
        return effect, stage, ()
    bonus = (
        BONUS if p["n9"] >= 3 else 0,
        BONUS if p["n5"] >= 4 or p["n6"] >= 5 else 0,
        BONUS if p["n7"] + p["n8"] >= 6 else 0,
        BONUS if p["n2"] > 3 else 0,
    )
    return effect, stage, pick(stage, bonus, p)
