"""The engine held against the oracle, decision by decision, on one random protocol and journey."""

from __future__ import annotations

import tomllib
from random import Random

import attrs

from rehabflow.catalog import Catalog
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.instants import Instant
from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup
from rehabflow.loading.packages import load_protocol
from rehabflow.record.events import Overridden
from rehabflow.record.journeys import Journey, JourneyStep
from spec.oracle import Must, Oracle
from spec.oracle_record import Plain
from spec.random_journeys import as_toml, is_refused, random_journey
from spec.random_protocols import random_protocol

Plans = dict[str, dict[str, tuple[str, int]]]
"""Of each track, the exercises of its plan, each with its dose level and step."""


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
    steps = zip(entries, journeys[0].steps, strict=True)
    journey = attrs.evolve(journeys[0], steps=tuple(_with_refused(entry, step) for entry, step in steps))
    return Case(text, protocol, entries, catalog, journey)


def _with_refused(entry: Plain, step: JourneyStep) -> JourneyStep:
    """Return the step with the overrides that loading refuses: a record may have come another way."""
    events = [
        Overridden(
            step.at, step.at, one["gate"], one["by"], one["name"], one["reason"], Instant(step.at.day + 30)
        )
        for one in entry.get("override", [])
        if is_refused(one)
    ]
    return attrs.evolve(step, events=(*step.events, *events))


def disagreements(case: Case) -> list[str]:
    """Return what is wrong with the first decision that is not as the oracle says; nothing: they agree."""
    oracle = Oracle(case.protocol)
    history = case.journey.begin()
    for number, (entry, step) in enumerate(zip(case.entries, case.journey.steps, strict=True)):
        history = history.plus(*step.events)
        decision = decide(case.catalog, "small", history, step.at, kind=step.kind)
        must = oracle.must(entry)
        found = compare(case.protocol, must, decision)
        if found:
            return [f"entry {number}, a {entry['kind']} on day {entry['day']}", *found]
        history = history.plus(decision.recorded)
        oracle.accept(must, chosen(decision))
    return []


def chosen(decision: Decision) -> Plans:
    return {
        plan.track: {one.exercise: (one.level, one.step) for one in plan.prescriptions}
        for plan in decision.plans
    }


def compare(protocol: Plain, must: Must, decision: Decision) -> list[str]:
    """Return in what a decision is not as it has to be."""
    found = []

    def check(what: str, is_: object, has_to_be: object) -> None:
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
    check("plans", sorted(plan.track for plan in decision.plans), sorted(must.marks))
    if not found:
        for track in must.marks:
            found += _compare_plan(protocol, must, decision, track)
    return found


def _compare_plan(protocol: Plain, must: Must, decision: Decision, track: str) -> list[str]:
    plan, stage = chosen(decision)[track], must.tracks[track][1]
    last = must.last.get(track)
    old = last.doses if last else {}
    out = must.excluded[track] | {name for name, mark in must.marks[track].items() if mark == "stop"}
    is_held = track in must.held and bool(old) and last is not None and last.stage == stage
    if is_held:
        out |= set(protocol["exercise"]) - set(old)
    found = [f"{track}: {name} may not be given" for name in sorted(set(plan) & out)]
    if not must.visit:
        found += [f"{track}: {name} was added" for name in sorted(set(plan) - set(old))]
        found += [f"{track}: {name} was dropped" for name in sorted(set(old) - out - set(plan))]
    for name, dose in plan.items():
        due = _due(protocol, must, track, name)
        if dose != due:
            found.append(f"{track}: {name} has dose {dose}, has to be {due}")
    if must.visit and decision.plan is not None:
        said = {
            one.exercise
            for one in decision.plan.rejected
            if (one.kind, one.slot) == ("excluded", f"{track}_place")
        }
        role = "local_stabiliser" if track == "main" else "global_stabiliser"
        mine = {name for name, one in protocol["exercise"].items() if one["role"] == role}
        if said & mine != out & mine:
            found.append(f"{track}: excluded are {sorted(said & mine)}, have to be {sorted(out & mine)}")
    return found


def _due(protocol: Plain, must: Must, track: str, name: str) -> tuple[str, int]:
    """Return the dose of an exercise: the first step if it is new or its level is, else a step up, down, or none."""
    level = protocol["stage"][must.tracks[track][1]]["dose"]
    old = must.last[track].doses.get(name) if track in must.last else None
    if old is None or old[0] != level:
        return level, 0
    steps = len(protocol["exercise"][name]["dose"][level]["steps"])
    move = {"ease": -1, "progress": 1}.get(must.marks[track].get(name, ""), 0)
    return level, min(steps - 1, max(0, old[1] + move))
