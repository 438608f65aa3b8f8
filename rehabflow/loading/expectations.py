"""What a case asserts, checked against what the protocol has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from rehabflow.loading.expect_shapes import Entry
from rehabflow.loading.known import Known
from rehabflow.loading.observed import all_keys
from rehabflow.loading.reader import Reader, listed, nearest
from rehabflow.problems import Place
from rehabflow.record.journeys import Expectation, PlanExpectation

REMEMBERED: Final = 16
"""Of how many protocols the names are kept: every step of a case looks them up."""
OPEN_OR_CLOSED = ("open", "closed")


def read_expectation(reader: Reader, known: Known, entry: Entry) -> Expectation:
    """Return what a step expects; names that the protocol does not have are reported."""
    row, place = entry.row, entry.place
    _names(reader, place.child("gates"), "gate level", row.get("gates", {}), _gates(known))
    _names(reader, place.child("criteria"), "criterion", row.get("criteria", {}), known.criteria)
    for key in ("findings", "findings_not"):
        _listed(reader, place.child(key), "finding", row.get(key, ()), known.findings)
    for key in ("advice", "advice_not"):
        _listed(reader, place.child(key), "advice", row.get(key, ()), known.advice)
    askable = _askable(known)
    for key in ("needs", "needs_not"):
        _listed(reader, place.child(key), "measure, clearance or event", row.get(key, ()), askable)
    # what has a bracket is a condition, which the case's runner checks
    plain = [name for name in row.get("measures", {}) if "(" not in name]
    _names(reader, place.child("measures"), "measure", plain, _readable(known))
    _stages(reader, place, row.get("stage"), row.get("tracks", {}), known)
    return Expectation(
        place=place,
        action=row.get("action"),
        action_not=row.get("action_not", ()),
        stage=row.get("stage"),
        tracks=row.get("tracks", {}),
        gates=row.get("gates", {}),
        criteria=row.get("criteria", {}),
        measures=row.get("measures", {}),
        findings=row.get("findings", ()),
        findings_not=row.get("findings_not", ()),
        needs=row.get("needs", ()),
        needs_not=row.get("needs_not", ()),
        advice=row.get("advice", ()),
        advice_not=row.get("advice_not", ()),
        plan_kept=row.get("plan_kept"),
        progressed_at_most=row.get("progressed_at_most"),
        plan=tuple(_plan(plan) for plan in row.get("plan", ())),
    )


def _plan(entry: Entry) -> PlanExpectation:
    row = entry.row
    where = row.get("where")
    return PlanExpectation(
        where=where.text if where else "",
        place=entry.place,
        change=row.get("change"),
        at_least=row.get("at_least"),
        at_most=row.get("at_most"),
        none=row.get("none", False),
        every=row.get("every", False),
    )


@lru_cache(maxsize=REMEMBERED)
def _gates(known: Known) -> frozenset[str]:
    """Return the gate levels by their addresses, and a plugin's without the plugin: `clearance.pause`."""
    short = {address.partition(".")[2] for address in known.gates if address.count(".") == 2}
    return frozenset({*known.gates, *short})


@lru_cache(maxsize=REMEMBERED)
def _readable(known: Known) -> frozenset[str]:
    """Return what has a value: keys of the record, sides and main measures, diary items, parameters."""
    found = {*all_keys(known), "patient.age", *known.parameters, *(f"session.{item}" for item in known.diary)}
    for assessment in known.assessments.values():
        words = [f".{measure.id}" for measure in assessment.measures]
        if any(measure.main for measure in assessment.measures):
            found.add(assessment.id)
            words.append("")
        if assessment.sided:
            sides = ("left", "right", "involved", "uninvolved", "average")
            found.update(f"{assessment.id}{word}.{side}" for word in words for side in sides)
    return frozenset(found)


@lru_cache(maxsize=REMEMBERED)
def _askable(known: Known) -> frozenset[str]:
    """Return what a decision may ask for."""
    named = {f"clearance.{name}" for name in known.clearances} | {f"event.{name}" for name in known.events}
    reviews = {f"review.{stage}" for stages in known.tracks.values() for stage in stages}
    return _readable(known) | named | reviews | frozenset(known.events) | frozenset(known.assessments)


def _stages(reader: Reader, place: Place, stage: str | None, tracks: Mapping[str, str], known: Known) -> None:
    main = (*known.tracks.get("main", ()), "none")
    if stage is not None and stage not in main:
        _unknown(reader, place.child("stage"), "stage in `main`", stage, main)
    for track, expected in tracks.items():
        here = place.child("tracks", track)
        if track not in known.tracks:
            _unknown(reader, here, "track", track, known.tracks, on_key=True)
        elif expected not in (*known.tracks[track], *OPEN_OR_CLOSED, "none"):
            _unknown(reader, here, f"stage in `{track}`", expected, (*known.tracks[track], *OPEN_OR_CLOSED))


def _names(reader: Reader, place: Place, what: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            _unknown(reader, place.child(name), what, name, known, on_key=True)


def _listed(reader: Reader, place: Place, what: str, names: Collection[str], known: Collection[str]) -> None:
    for number, name in enumerate(names):
        if name not in known:
            _unknown(reader, place.child(number), what, name, known)


def _unknown(
    reader: Reader, place: Place, what: str, word: str, known: Collection[str], *, on_key: bool = False
) -> None:
    names = sorted(known)
    reader.report(
        "unknown-name",
        place,
        f"there is no {what}: `{word[:80]}`" if " " in what else f"there is no {what} `{word[:80]}`",
        expected=listed(names),
        advice=nearest(word, names),
        on_key=on_key,
    )
