"""A chosen plan written out: days, doses, what changed and why; and as it goes into the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from rehabflow.conditions.possible import Number
from rehabflow.conditions.types import Exact
from rehabflow.definitions.exercises import DoseTable
from rehabflow.engine import dosing
from rehabflow.engine.candidates import Judge
from rehabflow.engine.decision import Change, Dose, Dropped, Plan, PlannedExercise, Reason, Rejected, Unfilled
from rehabflow.engine.facts import Context
from rehabflow.engine.limits import clamped, position
from rehabflow.engine.planning import Chosen, Planner, TrackChoice
from rehabflow.engine.reasons import number_text, plain
from rehabflow.engine.sessions import spread, spread_over
from rehabflow.frozen import frozen
from rehabflow.record.events import Prescription, TrackPlan

DAYS_A_WEEK = 7


@frozen
class Written:
    """One track's part of the plan: what is shown, and what is recorded."""

    planned: tuple[PlannedExercise, ...]
    rejected: tuple[Rejected, ...]
    dropped: tuple[Dropped, ...]
    unfilled: tuple[Unfilled, ...]
    record: TrackPlan
    exact: bool
    bound: Fraction
    minutes: int
    notes: tuple[str, ...]


def write(planner: Planner, choice: TrackChoice, judge: Judge) -> Written:
    """Return a track's choice as a plan."""
    cycle = _cycle(planner, choice)
    prescriptions = tuple(_prescription(planner, one, cycle) for one in choice.chosen)
    planned = tuple(
        _planned(planner, judge, one, item) for one, item in zip(choice.chosen, prescriptions, strict=True)
    )
    record = TrackPlan(
        planner.track, planner.stage.stage.id, planner.entry.at.day + 1, cycle, prescriptions, choice.opened
    )
    return Written(
        planned,
        _rejected(choice),
        _dropped(planner, choice),
        _unfilled(choice),
        record,
        choice.selection.exact if choice.selection else True,
        Fraction(choice.selection.gap, 4) if choice.selection else Fraction(0),
        _session_minutes(planner, planned),
        (*choice.notes, *_selection_notes(planner, choice)),
    )


def together(parts: Sequence[Written], next_visit: int | None) -> Plan:
    """Return the plan of all tracks."""
    main = parts[0].record
    return Plan(
        exercises=tuple(one for part in parts for one in part.planned),
        rejected=tuple(one for part in parts for one in part.rejected),
        dropped=tuple(one for part in parts for one in part.dropped),
        exact=all(part.exact for part in parts),
        bound=sum((part.bound for part in parts), Fraction(0)),
        minutes=sum(part.minutes for part in parts),
        cycle_from=main.cycle_from,
        cycle=main.cycle,
        unfilled=tuple(one for part in parts for one in part.unfilled),
        next_visit=next_visit,
        notes=tuple(note for part in parts for note in part.notes),
    )


# -- days


def _table(one: Chosen) -> DoseTable:
    return one.rule.definition.doses[one.due.level]


def _cycle(planner: Planner, choice: TrackChoice) -> tuple[bool, ...]:
    """Return the session days, from the day after the stage's entry."""
    if not choice.chosen:
        return ()
    week = planner.stage.stage.week
    if week is not None:
        return tuple(letter != "-" for letter in week.pattern)
    return spread(DAYS_A_WEEK, max(_table(one).frequency.low for one in choice.chosen))


def _days(planner: Planner, one: Chosen, cycle: tuple[bool, ...]) -> tuple[bool, ...]:
    """Return the days of the cycle on which one exercise is due."""
    week = planner.stage.stage.week
    a_week = _table(one).frequency.low
    if week is None:
        return spread_over(cycle, a_week)
    on = tuple(letter != "-" and one.slot in week.days.get(letter, ()) for letter in week.pattern)
    return spread_over(on, -(-a_week * len(on) // DAYS_A_WEEK))


def _prescription(planner: Planner, one: Chosen, cycle: tuple[bool, ...]) -> Prescription:
    due = one.due
    present = _present(planner, one)
    unchanged = (
        present is not None
        and (present.exercise, present.level, present.step, present.loads)
        == (due.exercise, due.level, due.step, due.loads)
        and present.slot == one.slot
    )
    since = present.since if unchanged and present is not None else planner.facts.now
    rest = (
        due.rest_until
        if due.rest_until is not None
        else present.rest_until
        if unchanged and present
        else None
    )
    return Prescription(
        due.exercise,
        one.slot,
        due.level,
        due.step,
        _days(planner, one, cycle),
        since,
        due.loads,
        rest if rest is not None and rest >= planner.facts.now.day else None,
    )


def _present(planner: Planner, one: Chosen) -> Prescription | None:
    items = planner.previous.prescriptions if planner.previous else ()
    return next((item for item in items if item.exercise == one.due.exercise), None)


# -- what is shown


def _planned(planner: Planner, judge: Judge, one: Chosen, item: Prescription) -> PlannedExercise:
    exercise = one.rule.definition
    return PlannedExercise(
        exercise.id,
        exercise.title,
        one.slot,
        planner.track,
        "new" if one.is_new else one.due.change,
        _dose(planner, judge, one),
        item.cycle,
        (*_why_chosen(planner, one), *one.why),
        judge.warnings(exercise) + ((exercise.tell,) if exercise.tell else ()),
        exercise.position,
        exercise.how,
        dosing.minutes_a_day(exercise, one.due.level, one.due.step),
        _tells(one.why, one.due.change),
    )


def _tells(why: Sequence[Reason], change: Change) -> tuple[str, ...]:
    """Return what the patient is told of a dose: nothing of doing more, or the same, unless it comes to that."""
    words: dict[str, Change] = {"progress": "progressed", "keep": "kept"}
    found = [
        one.tell for one in why if one.tell and words.get(one.address.rpartition(".")[2], change) == change
    ]
    return tuple(dict.fromkeys(found))


def _why_chosen(planner: Planner, one: Chosen) -> tuple[Reason, ...]:
    """Return what the exercise is there for: its slot, and the findings it addresses."""
    slots = [
        rule.slot for rule in planner.stage.slots if rule.slot.id == one.slot
    ]  # none: kept after a regress
    found = [
        plain(f"stage.{planner.stage.stage.id}.slot.{slot.id}", slot.title, place=slot.place)
        for slot in slots
    ]
    for finding in planner.findings:
        if finding.state == "met" and set(finding.targets) & set(one.rule.definition.trains):
            found.append(plain(f"finding.{finding.key}", finding.say or finding.key.replace("_", " ")))
    return tuple(found)


def _dose(planner: Planner, judge: Judge, one: Chosen) -> Dose:
    table = _table(one)
    exercise = one.rule.definition
    caps = {
        name: f"{number_text(clamped(exercise.needs[name], cap))} {cap.limit.unit}".strip()
        if not cap.limit.choices
        else cap.limit.choices[int(clamped(exercise.needs[name], cap))]
        for name, cap in judge.caps.items()
        if name in exercise.needs and cap.most < position(cap.limit, exercise.needs[name].most)
    }
    return Dose(
        one.due.level,
        one.due.step,
        table.steps[one.due.step],
        table,
        _load(planner, one, table),
        exercise.each_side,
        caps,
    )


def _load(planner: Planner, one: Chosen, table: DoseTable) -> str:
    """Return the load in kilograms where one is known, else in words of effort."""
    effort = f"effort {table.effort} of 10" if table.effort else ""
    if table.then_load is None or one.is_new or "did.load" not in planner.facts.prepared.rulebook.facts:
        return effort
    seen = planner.facts.within(Context(planner.track, since_stage=True, exercise=one.due.exercise))
    value = seen.fact("did.load").value
    if not isinstance(value, Number) or value.low is None or value.low != value.high:
        return effort
    kilograms = value.low
    if one.due.change == "progressed" and one.due.step == 0:
        kilograms = raised(kilograms, table.then_load)
    return f"{number_text(kilograms)} kg"


def raised(kilograms: Exact, percent: Decimal) -> Fraction:
    """Return a load raised by a percentage, rounded down to 0.5 kg, and by 0.5 kg at least."""
    more = kilograms * (100 + Fraction(percent)) / 100
    return max(Fraction(more * 2 // 1, 2), kilograms + Fraction(1, 2))


def _session_minutes(planner: Planner, planned: Sequence[PlannedExercise]) -> int:
    """Return the minutes of the longest session, over the day types of the week."""
    week = planner.stage.stage.week
    days = [set(slots) for slots in week.days.values()] if week else [{one.slot for one in planned}]
    inside = [one for one in planned if not _is_outside(planner, one.slot)]
    return max((sum(one.minutes for one in inside if one.slot in day) for day in days), default=0)


def _is_outside(planner: Planner, slot: str) -> bool:
    return any(rule.slot.outside_session for rule in planner.stage.slots if rule.slot.id == slot)


# -- what was not chosen


def _rejected(choice: TrackChoice) -> tuple[Rejected, ...]:
    chosen = {one.due.exercise for one in choice.chosen}
    found = []
    for name, slots in choice.slots_of.items():
        if name in chosen:
            continue
        why = choice.excluded.get(name, ())
        slot = slots[0] if slots else ""
        if why:
            found.append(Rejected(name, slot, "excluded", why))
        elif slots:
            found.append(Rejected(name, slot, "not_best", ()))
        else:
            nowhere = plain(f"exercise.{name}", "No open place of this stage takes it")
            found.append(Rejected(name, "", "excluded", (nowhere,)))
    return tuple(found)


def _dropped(planner: Planner, choice: TrackChoice) -> tuple[Dropped, ...]:
    """Return the exercises of the last plan that are gone, with the reason; a rung moved on is not dropped."""
    chosen = {one.due.exercise for one in choice.chosen}
    ladders = {one.rule.ladder for one in choice.chosen if one.rule.ladder and not one.is_new}
    found = []
    rulebook = planner.facts.prepared.rulebook
    for item in planner.previous.prescriptions if planner.previous else ():
        rule = rulebook.exercises.get(item.exercise)
        if item.exercise in chosen or (rule is not None and rule.ladder in ladders):
            continue
        why = choice.excluded.get(item.exercise, ())
        if not why:
            same = planner.previous is not None and planner.previous.stage == planner.stage.stage.id
            say = (
                "Others are worth more now"
                if same
                else f"The stage it was for is over: {planner.stage.stage.title}"
            )
            why = (plain(f"exercise.{item.exercise}", say),)
        tells = [reason.tell for reason in why if reason.tell and reason.address.endswith(".stop")]
        found.append(Dropped(item.exercise, why, tuple(tells)))
    return tuple(found)


def _unfilled(choice: TrackChoice) -> tuple[Unfilled, ...]:
    words = {
        "no_candidate": "no exercise is allowed there",
        "crowded_out": "others need the time or the room",
    }
    places = choice.selection.unfilled if choice.selection else ()
    return tuple(Unfilled(place.slot, place.missing, words[place.kind]) for place in places)


def _selection_notes(planner: Planner, choice: TrackChoice) -> tuple[str, ...]:
    if choice.selection is None:
        return ()
    titles = {name: rule.definition.title for name, rule in planner.facts.prepared.rulebook.exercises.items()}
    notes = [
        _pin_note(titles, pin.exercise, pin.kind, choice.excluded) for pin in choice.selection.dropped_pins
    ]
    for finding in choice.selection.unaddressed:
        if finding.severity == 3:
            notes.append(f"No exercise for a serious finding: {finding.finding.replace('_', ' ')}")
    for exception in choice.selection.new_exceptions:
        notes.append(
            f"{titles[exception.exercise]} is new beyond the usual number: {' and '.join(exception.because)}"
        )
    return tuple(notes)


def _pin_note(
    titles: Mapping[str, str], exercise: str, kind: str, excluded: Mapping[str, tuple[Reason, ...]]
) -> str:
    why = "; ".join(reason.say for reason in excluded.get(exercise, ())) or kind.replace("_", " ")
    return f"{titles.get(exercise, exercise)} was asked for, but is not in the plan: {why}"
