"""Random selection problems, and the best plan by trying all of them: a second reading of the rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

from rehabflow.engine.selection.problem import (
    AtMost,
    Before,
    Candidate,
    DayType,
    Excluded,
    Exercise,
    Finding,
    Pin,
    SelectionProblem,
    Slot,
    Term,
    Together,
)

POSITIONS = ("supine", "prone", "all_fours", "standing")
Plan = tuple[tuple[str, str], ...]


def random_problem(
    seed: int, size: int = 10, slots: int = 3, findings: int = 4, *, plain: bool = False
) -> SelectionProblem:
    """A problem of `size` exercises; with `plain` only slots, findings, minutes and number."""
    rng = random.Random(seed)
    finding_ids = [f"f{number}" for number in range(findings)]
    exercises = tuple(
        Exercise(
            id=f"x{number:02d}",
            minutes=rng.choice((2, 3, 3, 4, 5, 8)),
            demand=rng.randint(1, 5),
            position=rng.choice(POSITIONS),
            findings=frozenset(rng.sample(finding_ids, rng.choice((0, 1, 1, 2, min(3, findings))))),
            ladders=frozenset({f"ladder{rng.randrange(max(1, size // 4))}"} if rng.random() < 0.4 else ()),
            is_current=rng.random() < 0.3,
        )
        for number in range(size)
    )
    slot_list = []
    for number in range(slots):
        lower = rng.choice((0, 1, 1, 2))
        slot_list.append(Slot(f"s{number}", lower, lower + rng.choice((0, 1, 1)) or 1, rng.random() < 0.15))
    candidates = []
    for exercise in exercises:
        for slot in rng.sample(slot_list, 2 if rng.random() < 0.2 and slots > 1 else 1):
            terms = (
                Term("keeps_current", 12 if exercise.is_current else 0),
                Term("liked", rng.choice((0, 0, 8))),
                Term("fits", rng.randint(-4, 4) * rng.choice((1, 4))),
            )
            candidates.append(Candidate(exercise.id, slot.id, terms))
    ids = [exercise.id for exercise in exercises]
    problem = SelectionProblem(
        slots=tuple(slot_list),
        exercises=exercises,
        candidates=tuple(candidates),
        minutes_limit=rng.choice((8, 12, 15, 20, 30)),
        exercises_limit=rng.choice((3, 4, 5, 6)),
        findings=tuple(Finding(one, rng.choice((1, 1, 2, 2, 3))) for one in finding_ids),
        finding_weight=rng.choice((0, 1, 3, 3, 10)),
    )
    return problem if plain else _with_rules(problem, rng, ids)


def _with_rules(problem: SelectionProblem, rng: random.Random, ids: list[str]) -> SelectionProblem:
    def some(most: int) -> frozenset[str]:
        return frozenset(rng.sample(ids, rng.randint(1, min(most, len(ids)))))

    slot_ids = [slot.id for slot in problem.slots]
    days: tuple[DayType, ...] = ()
    if rng.random() < 0.3:
        split = {one: rng.choice((("A",), ("B",), ("A", "B"))) for one in slot_ids}
        days = tuple(DayType(day, tuple(one for one in slot_ids if day in split[one])) for day in ("A", "B"))
    return SelectionProblem(
        slots=problem.slots,
        exercises=problem.exercises,
        candidates=problem.candidates,
        minutes_limit=problem.minutes_limit,
        exercises_limit=problem.exercises_limit,
        findings=problem.findings,
        finding_weight=problem.finding_weight,
        slot_order=tuple(rng.sample(slot_ids, rng.randint(0, len(slot_ids)))),
        day_types=days,
        together=tuple(Together(f"t{n}", some(4), some(3)) for n in range(rng.choice((0, 1, 1, 2)))),
        at_most=tuple(
            AtMost(f"m{n}", rng.choice((0, 1, 1, 2)), some(5)) for n in range(rng.choice((0, 1, 2)))
        ),
        before=tuple(Before(f"b{n}", some(3), some(3)) for n in range(rng.choice((0, 1)))),
        pins=tuple(Pin(one, made) for made, one in enumerate(rng.sample(ids, rng.choice((0, 0, 0, 1, 2))))),
        excluded=tuple(
            Excluded(f"gone{n}", current_slot=rng.choice(slot_ids)) for n in range(rng.choice((0, 0, 1)))
        ),
        new_at_most=rng.choice((None, 0, 1, 2)),
    )


def stage_problem(seed: int, size: int = 80) -> SelectionProblem:
    """A stage as clinics write them: five slots over `size` exercises, a few findings, ladders and rules."""
    rng = random.Random(seed)
    findings = [Finding(f"f{number}", rng.choice((1, 1, 2, 2, 3))) for number in range(rng.randint(2, 6))]
    ids = [finding.id for finding in findings]
    slots = (
        Slot("deep", 1, 2),
        Slot("trunk", 1, 2),
        Slot("length", 0, 1),
        Slot("strength", rng.choice((1, 2)), 3),
        Slot("aerobic", 1, 1, rng.random() < 0.5),
    )
    exercises, candidates = [], []
    members: dict[str, list[str]] = {slot.id: [] for slot in slots}
    for number in range(size):
        slot = rng.choices(slots, (3, 3, 2, 4, 1))[0].id
        exercise = Exercise(
            id=f"x{number:02d}",
            minutes=rng.choice((10, 15, 20) if slot == "aerobic" else (3, 4, 4, 5, 6, 8)),
            demand=rng.randint(1, 5),
            position=rng.choice(POSITIONS),
            findings=frozenset(rng.sample(ids, rng.choice((0, 1, 1, 1, 2)))),
            ladders=frozenset([f"{slot}{rng.randrange(6)}"] if rng.random() < 0.6 else ()),
            is_current=rng.random() < 0.06,
        )
        terms = (
            Term("keeps_current", 12 * exercise.is_current),
            Term("liked", 8 * (rng.random() < 0.15)),
            Term("short", -exercise.minutes),
            Term("fits_demand", -4 * rng.choice((0, 0, 1, 2))),
        )
        exercises.append(exercise)
        candidates.append(Candidate(exercise.id, slot, terms))
        members[slot].append(exercise.id)
    names = [exercise.id for exercise in exercises]
    return SelectionProblem(
        slots=slots,
        slot_order=tuple(slot.id for slot in slots),
        exercises=tuple(exercises),
        candidates=tuple(candidates),
        minutes_limit=rng.choice((15, 20, 30, 40)),
        exercises_limit=6,
        findings=tuple(findings),
        finding_weight=3,
        together=(Together("pair", frozenset(members["strength"][::3]), frozenset(members["length"][::2])),),
        at_most=(
            AtMost("bend", 1, frozenset(rng.sample(names, size // 8))),
            AtMost("heavy", 2, frozenset(rng.sample(names, size // 4))),
        ),
        new_at_most=rng.choice((None, 2)),
    )


def all_plans(problem: SelectionProblem) -> Iterator[Plan]:
    """Every allowed plan, pins not looked at, in canonical order within the plan."""
    by_slot = [
        sorted(one.exercise for one in problem.candidates if one.slot == slot.id)
        for slot in problem.ordered_slots()
    ]

    def extend(number: int, plan: Plan) -> Iterator[Plan]:
        if number == len(by_slot):
            if is_allowed(problem, plan):
                yield plan
            return
        slot = problem.ordered_slots()[number]
        for count in range(slot.upper + 1):
            for few in combinations(by_slot[number], count):
                yield from extend(number + 1, plan + tuple((slot.id, one) for one in few))

    return extend(0, ())


def is_allowed(problem: SelectionProblem, plan: Plan) -> bool:
    """Whether a plan holds C1 to C9, read off the specification rule by rule."""
    exercises = {one.id: one for one in problem.exercises}
    slots = {one.id: one for one in problem.slots}
    ids = [exercise for _, exercise in plan]
    if len(set(ids)) < len(ids):
        return False
    days = [set(day.slots) for day in problem.day_types] or [set(slots)]
    for day in days:
        session = [one for slot, one in plan if slot in day and not slots[slot].outside_session]
        if sum(exercises[one].minutes for one in session) > problem.minutes_limit:
            return False
        if len(session) > problem.exercises_limit:
            return False
    for ladder in {ladder for one in problem.exercises for ladder in one.ladders}:
        if sum(ladder in exercises[one].ladders for one in ids) > 1:
            return False
    if any(len(rule.of & set(ids)) > rule.count for rule in problem.at_most):
        return False
    return not _is_broken_together(problem, plan) and _new_counted(problem, plan) <= (
        len(ids) if problem.new_at_most is None else problem.new_at_most
    )


def _is_broken_together(problem: SelectionProblem, plan: Plan) -> bool:
    days = [set(day.slots) for day in problem.day_types] or [{slot.id for slot in problem.slots}]
    for rule in problem.together:
        for day in days:
            done = {one for slot, one in plan if slot in day}
            if done & rule.first and not done & rule.then:
                return True
    return False


def _new_counted(problem: SelectionProblem, plan: Plan) -> int:
    """New exercises that count: without musts of C7, less one per excluded exercise of the same slot."""
    current = {one.id for one in problem.exercises if one.is_current}
    new = [pair for pair in plan if pair[1] not in current]
    if problem.new_at_most is None or len(new) <= problem.new_at_most:
        return 0
    new = [
        pair
        for pair in new
        if not _is_broken_together(problem, tuple(other for other in plan if other != pair))
    ]
    counted = 0
    for slot in problem.slots:
        replaced = sum(gone.current_slot == slot.id for gone in problem.excluded)
        counted += max(0, sum(pair[0] == slot.id for pair in new) - replaced)
    return counted


def value(problem: SelectionProblem, plan: Plan) -> tuple[int, int, int, int]:
    """Serious findings, required places, quarter points, minus minutes: the larger the better."""
    exercises = {one.id: one for one in problem.exercises}
    slots = {one.id: one for one in problem.slots}
    points = {(one.slot, one.exercise): one.points for one in problem.candidates}
    serious = score = 0
    for finding in problem.findings:
        count = sum(finding.id in exercises[one].findings for _, one in plan)
        serious += finding.severity == 3 and count > 0
        score += problem.finding_weight * finding.severity * sum((4, 2, 1)[:count])
    score += sum(points[pair] for pair in plan)
    filled = sum(min(slot.lower, sum(pair[0] == slot.id for pair in plan)) for slot in problem.slots)
    minutes = 0
    for slot_id, one in plan:
        times = sum(slot_id in day.slots for day in problem.day_types) if problem.day_types else 1
        minutes += 0 if slots[slot_id].outside_session else exercises[one].minutes * times
    return serious, filled, score, -minutes


def best_by_trying(problem: SelectionProblem, forced: frozenset[str] = frozenset()) -> Plan | None:
    """The canonical best plan that has `forced`, among all plans; None if there is none."""
    order = {
        (slot.id, one): (number, one)
        for number, slot in enumerate(problem.ordered_slots())
        for one in [candidate.exercise for candidate in problem.candidates]
    }
    best: tuple[tuple[int, int, int, int], Plan] | None = None
    for plan in all_plans(problem):
        if not forced <= {one for _, one in plan}:
            continue
        worth = value(problem, plan)
        if best is None or worth > best[0]:
            best = worth, plan
        elif worth == best[0]:
            differ = min(set(plan) ^ set(best[1]), key=order.__getitem__)
            if differ in plan:
                best = worth, plan
    return None if best is None else best[1]
