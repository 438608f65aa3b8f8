"""The engine held against the oracle, decision by decision, on one random protocol and journey."""

from __future__ import annotations

import tomllib
from random import Random
from typing import Any

import attrs

from rehabflow.catalog import Catalog
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.loading import CatalogLookup, load_journeys, load_protocol
from rehabflow.record.journeys import Journey
from spec.oracle import Must, Oracle
from spec.oracle_record import Plain
from spec.random_journeys import as_toml, random_journey
from spec.random_protocols import random_protocol


@attrs.frozen
class Case:
    """A protocol and a journey, as plain tables and as the package has them."""

    text: str
    protocol: Plain
    entries: list[Plain]
    catalog: Catalog
    journey: Journey


def make_case(chance: Random) -> Case:
    text = random_protocol(chance)
    protocol = tomllib.loads(text)
    entries = random_journey(chance, protocol)
    package, problems = load_protocol("small", {"small.toml": text})
    assert package is not None, problems
    catalog = Catalog.of([], [package])
    catalog.rulebook("small")
    journeys, problems = load_journeys(as_toml(entries), "journey.toml", CatalogLookup(catalog))
    assert journeys, (problems, as_toml(entries))
    return Case(text, protocol, entries, catalog, journeys[0])


def disagreements(case: Case) -> list[str]:
    """Return what the first decision on which the two disagree says, and what it has to say; none: they agree."""
    oracle = Oracle(case.protocol)
    history = case.journey.begin()
    for number, (entry, step) in enumerate(zip(case.entries, case.journey.steps, strict=True)):
        history = history.plus(*step.events)
        decision = decide(case.catalog, "small", history, step.at, kind=step.kind)
        must = oracle.must(entry)
        found = compare(must, decision, oracle)
        if found:
            return [f"entry {number}, a {entry['kind']} on day {entry['day']}", *found]
        history = history.plus(decision.recorded)
        oracle.accept(must, chosen(decision))
    return []


def chosen(decision: Decision) -> dict[str, dict[str, tuple[str, int]]]:
    return {
        plan.track: {one.exercise: (one.level, one.step) for one in plan.prescriptions}
        for plan in decision.plans
    }


def compare(must: Must, decision: Decision, oracle: Oracle) -> list[str]:
    found = []

    def check(what: str, is_: Any, has_to_be: Any) -> None:  # noqa: ANN401 - whatever is compared
        if is_ != has_to_be:
            found.append(f"{what}: is {is_}, has to be {has_to_be}")

    for one in decision.gates:
        state = "unknown" if one.state == "error" else one.state
        check(f"gate {one.address}", (state, one.acts.word), must.gates[one.address])
    check("gates", sorted(one.address for one in decision.gates), sorted(must.gates))
    for name, result in decision.tracks.items():
        check(f"track {name} open", result.is_open, name in must.tracks)
        if result.is_open and name in must.tracks:
            check(f"track {name}", (result.action, result.after), must.tracks[name])
    check("action", decision.action, must.action)
    check("has a plan", decision.plan is not None, must.has_plan)
    if not found and decision.plan is not None:
        for track in decision.plans:
            found += compare_plan(must, decision, track.track, oracle)
    return found


def compare_plan(must: Must, decision: Decision, track: str, oracle: Oracle) -> list[str]:
    found = []
    plan = chosen(decision)[track]
    last = oracle.last_plans().get(track)
    old = last.doses if last else {}
    excluded = must.excluded[track]
    stage = oracle.protocol["stage"][must.tracks[track][1]]
    marks = must.marks[track]
    stopped = {name for name, mark in marks.items() if mark == "stop"}
    out = excluded | stopped
    if bad := set(plan) & out:
        found.append(f"{track}: {sorted(bad)} may not be given")
    new = set(plan) - set(old)
    is_held = track in must.held and bool(old) and last is not None and last.stage == must.tracks[track][1]
    if is_held:
        out |= set(oracle.protocol["exercise"]) - set(old)
    if new and (is_held or not oracle.visit):
        found.append(f"{track}: {sorted(new)} were added")
    if not oracle.visit and (gone := set(old) - out - set(plan)):
        found.append(f"{track}: {sorted(gone)} were dropped")
    for name, dose in plan.items():
        level, step = stage["dose"], 0
        if name in old and old[name][0] == level:
            last_step = len(oracle.protocol["exercise"][name]["dose"][level]["steps"]) - 1
            move = {"ease": -1, "progress": 1}.get(marks[name], 0)
            step = min(last_step, max(0, old[name][1] + move))
        if dose != (level, step):
            found.append(f"{track}: {name} has dose {dose}, has to be {(level, step)} ({marks.get(name)})")
    if oracle.visit and decision.plan is not None:
        said = {
            one.exercise
            for one in decision.plan.rejected
            if (one.kind, one.slot) == ("excluded", f"{track}_place")
        }
        role = "local_stabiliser" if track == "main" else "global_stabiliser"
        mine = {name for name, one in oracle.protocol["exercise"].items() if one["role"] == role}
        if said & mine != out & mine:
            found.append(f"{track}: excluded are {sorted(said & mine)}, have to be {sorted(out & mine)}")
    return found
