"""Random conditions over small domains, each with a world for the package and the same record for the oracle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import attrs

from conditions.random_texts import LEVELS, Texts
from conditions.worlds import TODAY, DictScope, DictWorld, choice, date, number, options, yes_no
from rehabflow.conditions.checked import Checked, check
from rehabflow.conditions.faults import ConditionProblems
from rehabflow.conditions.possible import (
    DECLINED,
    Boolean,
    Choice,
    Number,
    Options,
    Possible,
    unknown,
)
from rehabflow.conditions.scope import Fact, Named, Several
from rehabflow.conditions.types import BooleanType, ChoiceType, DateType, NumberType, SetType
from rehabflow.conditions.world import Entry, Member
from spec.condition_completions import Record, Session

MOST_COMPLETIONS = 240
Value = Any  # a raw value of any type of the language, None for declined


def make_scope() -> DictScope:
    """Return the names that random texts are made of."""
    scope = DictScope.of(
        yes_no("b1"),
        yes_no("b2"),
        yes_no("bd", declinable=True),
        number("n1", 0, 3),
        number("n2", 0, 3, better="higher"),
        number("nh", 0, 0.3, decimals=1),
        number("ns", -2, 2),
        number("nd", 0, 2, declinable=True),
        number("nq", 1, 3),
        choice("c1", *LEVELS, ordered=True, better="lower"),
        choice("c2", *LEVELS, ordered=True, better="lower"),
        choice("u1", "x", "y", "z"),
        choice("cd", "x", "y", declinable=True),
        options("s1", "x", "y", "z"),
        *(number(f"i{index}", 0, 1) for index in (1, 2, 3, 4)),
        *(number(f"d{index}", 0, 3, declinable=True) for index in (1, 2, 3)),
        number("m", 1, 3, sided=True),
        attrs.evolve(date("day"), type=DateType(TODAY - 40, TODAY)),
        number("session.p", 0, 2, varies=True),
        number("session.late", 0, 1, varies=True),
        yes_no("session.a", varies=True),
        choice("session.c", *LEVELS, ordered=True, better="lower", varies=True),
        clearances=["s1"],
    )
    scope.meanings["items"] = _several(scope, "i1", "i2", "i3", "i4")
    scope.meanings["answers"] = _several(scope, "d1", "d2", "d3")
    scope.derive(number("total", 0, 4), "sum(items)")
    scope.derive(number("part", 0, 2), "sum(i3, i4)")
    scope.derive(number("half", 0, 3), "mean(answers, at_least=2)")
    scope.derive(number("even", -1, 1), "ns / 2")
    scope.derive(
        choice("risk", *LEVELS, ordered=True),
        picks=[("hi", "part >= 2"), ("lo", "total <= 1"), ("mid", None)],
    )
    scope.band("n1", ("few", "n1 <= 1"), ("some", "n1 <= 2"), ("many", None))
    for key, text in TEXTS.items():
        scope.meanings[key] = Named(key, scope.condition(text))
    return scope


def _several(scope: DictScope, *keys: str) -> Several:
    return Several(tuple(fact for key in keys if isinstance(fact := scope.meanings[key], Fact)))


TEXTS = {"criterion.k": "n1 <= 1 or b1", "criterion.p": "session.p <= n1 and not session.a"}
DERIVED = {
    "total": "sum(items)",
    "part": "sum(i3, i4)",
    "half": "mean(answers, at_least=2)",
    "even": "ns / 2",
}


@attrs.frozen
class Case:
    """One text, with a world and the same as a record of the oracle."""

    text: str
    checked: Checked
    world: DictWorld
    record: Record


def make_case(
    random: Random, scope: DictScope, *, is_score: bool = False, series: bool = False
) -> Case | None:
    """Return a random case, or None when the text does not pass the check."""
    texts = Texts(random, is_score=is_score, series=series)
    text = texts.number(2) if is_score else texts.condition(2)
    return case_of(random, scope, text, is_score=is_score)


def case_of(random: Random, scope: DictScope, text: str, *, is_score: bool = False) -> Case | None:
    """Return a random record for a text, or None when the text does not pass the check."""
    try:
        checked = check(text, scope, expects="score" if is_score else "condition", polarity="free")
    except ConditionProblems:
        return None
    return Case(text, checked, *_record(random, scope, checked))


def domain(fact: Fact) -> list[Value]:
    """Return every value of a fact's declared domain."""
    match fact.type:
        case BooleanType():
            found: list[Value] = [False, True]
        case NumberType(low=Fraction() as low, high=Fraction() as high, decimals=int() as decimals):
            count = int((high - low) * 10**decimals)
            found = [low + Fraction(index, 10**decimals) for index in range(count + 1)]
        case ChoiceType(choices=choices):
            found = list(choices)
        case SetType(choices=choices):
            found = [
                frozenset(option for index, option in enumerate(choices) if bits >> index & 1)
                for bits in range(2 ** len(choices))
            ]
        case DateType(low=low_day, high=high_day):
            found = [Fraction(day) for day in range(low_day, high_day + 1)]
        case _:
            raise TypeError(fact.type)
    return [*found, None] if fact.declinable else found


def possible_of(fact: Fact, values: Sequence[Value]) -> Possible:
    """Return the least possible value that covers these."""
    answered = [value for value in values if value is not None]
    declined = len(answered) < len(values)
    if not answered:
        return DECLINED
    match fact.type:
        case BooleanType():
            return Possible(Boolean(all(answered), any(answered)), declined)
        case ChoiceType():
            return Possible(Choice(frozenset(answered)), declined)
        case SetType():
            inside = frozenset.intersection(*answered)
            return Possible(Options(inside, frozenset().union(*answered)), declined)
        case _:
            return Possible(Number(Fraction(min(answered)), Fraction(max(answered))), declined)


def _some(random: Random, fact: Fact, sure: float) -> list[Value]:
    """Return what a fact can be: mostly one value or all of them, now and then some neighbours."""
    everything = domain(fact)
    draw = random.random()
    if draw < sure:
        return [random.choice(everything)]
    if draw < sure + 0.15 and isinstance(fact.type, NumberType):
        answered = [value for value in everything if value is not None]
        start = random.randrange(len(answered) - 1)
        return [*answered[start : start + 2], *([None] if fact.declinable else [])]
    return everything


def _record(random: Random, scope: DictScope, checked: Checked) -> tuple[DictWorld, Record]:
    facts = scope.facts()
    world = DictWorld(facts, cleared=["s1"] if random.random() < 0.5 else [])
    record = Record({}, TODAY, texts={**TEXTS, **DERIVED}, decimals=dict.fromkeys(DERIVED, 0))
    record.picks["risk"] = [("hi", "part >= 2"), ("lo", "total <= 1"), ("mid", None)]
    record.bands["n1"] = [("few", "n1 <= 1"), ("some", "n1 <= 2"), ("many", None)]
    record.several = {"items": ["i1", "i2", "i3", "i4"], "answers": ["d1", "d2", "d3"]}
    names = (*LEVELS, "few", "some", "many")
    record.ranks = {name: index % 3 for index, name in enumerate(names)}
    record.better = {key: fact.better for key, fact in facts.items()}
    record.cleared = set(world.cleared)
    record.domains = {key: tuple(domain(fact)) for key, fact in facts.items() if fact.varies}
    _draw_facts(random, facts, checked, world, record)
    if checked.series:
        _draw_sessions(random, facts, checked, world, record)
    return world, record


def _draw_facts(
    random: Random, facts: dict[str, Fact], checked: Checked, world: DictWorld, record: Record
) -> None:
    sure = random.choice([0.3, 0.6, 0.8])
    for key in sorted(checked.reads):
        fact = facts.get(key)
        if fact is None or fact.derived is not None or fact.varies:
            continue
        values = _some(random, fact, sure)
        if math.prod(map(len, record.values.values())) * len(values) > MOST_COMPLETIONS:
            values = [random.choice(values)]
        if isinstance(fact.type, DateType) and len(values) > 1:
            values = values[-9:]
        record.values[key] = tuple(values)
        world.values[key] = possible_of(fact, values)
        if len(values) == 1 and random.random() < 0.8:
            world.recorded.add(key)
            record.known.add(key)
    if "m.involved" in checked.reads:
        _draw_sides(random, facts["m"], world, record)
    for key in ("n1", "n2", "nq"):
        if (
            f"({key})" in checked.text and "improvement" in checked.text
        ) or f"worsening({key})" in checked.text:
            values = _some(random, facts[key], 0.6)
            record.values[f"@baseline.{key}"] = tuple(values)
            world.baselines[key] = possible_of(facts[key], values)


def _draw_sides(random: Random, fact: Fact, world: DictWorld, record: Record) -> None:
    sides = [_some(random, fact, 0.6) for _ in range(2)]
    record.values |= {"@involved.m": tuple(sides[0]), "@uninvolved.m": tuple(sides[1])}
    world.both_sides["m"] = (possible_of(fact, sides[0]), possible_of(fact, sides[1]))


def _draw_sessions(
    random: Random, facts: dict[str, Fact], checked: Checked, world: DictWorld, record: Record
) -> None:
    keys = [key for key in ("session.p", "session.late", "session.a", "session.c") if key in checked.reads]
    room = MOST_COMPLETIONS // math.prod(map(len, record.values.values()))
    for index in range(random.choice([0, 1, 2, 2, 3, 3])):
        session, cost = _draw_session(random, facts, keys, room, is_newest=index == 0)
        room //= cost
        record.sessions.append(session)
    _limit_mixing(record.sessions)
    for session in record.sessions:
        possible = {key: possible_of(facts[key], list(values)) for key, values in session.values.items()}
        low, high = session.count
        member = Member(
            DictWorld(facts, possible),
            is_entry=not session.missing,
            anonymous=session.line,
            at_least=low if not session.missing else 1,
            at_most=high,
            mixed_with=session.mixed_with,
            not_due=session.not_due,
        )
        world.sessions.append((TODAY, member))
        for key, value in possible.items():
            if key not in session.not_due:
                entry = Entry(value, low, high, session.mixed_with)
                world.series.setdefault(key, []).append((TODAY, entry))


def _draw_session(
    random: Random, facts: dict[str, Fact], keys: Sequence[str], room: int, *, is_newest: bool
) -> tuple[Session, int]:
    kind = random.choice(["entry"] * 4 + ["missing", "line", "line", "edge"]) if room > 6 else "entry"
    sure = 0.0 if kind == "missing" else 0.6
    values = {key: tuple(_some(random, facts[key], sure)) for key in keys}
    while math.prod(map(len, values.values())) > max(room, 1):
        if kind == "missing":
            kind = "entry"
        key = max(values, key=lambda each: len(values[each]))
        values[key] = (random.choice(values[key]),)
    cost = math.prod(map(len, values.values()))
    not_due = frozenset[str]()
    if kind == "entry" and is_newest and "session.late" in values and random.random() < 0.8:
        not_due = frozenset(["session.late"])
        values["session.late"] = tuple(domain(facts["session.late"]))
    if kind == "line":
        low = random.randint(0, 1)
        count = (low, low + random.randint(0, 1))
        return Session(values, count, line=True, mixed_with=random.randint(0, 2)), max(cost * cost, 1) * 3
    if kind in ("missing", "edge"):
        return Session(values, (0, 1), missing=kind == "missing"), cost + 1
    return Session(values, not_due=not_due), cost


def _limit_mixing(sessions: list[Session]) -> None:
    """Let a diary line mix only with sessions that follow it."""
    for index, session in enumerate(sessions):
        most = len(sessions) - 1 - index
        if session.mixed_with > most:
            sessions[index] = Session(session.values, session.count, line=True, mixed_with=most)


def forget(random: Random, case: Case) -> Case | None:
    """Return the case with one thing that was known to be one value now unknown; None if nothing was."""
    facts = case.world.facts
    if case.world.sessions and random.random() < 0.5:
        return _forget_in_a_session(random, case)
    found = [key for key in sorted(case.world.values) if key in facts]
    if not found:
        return None
    key = random.choice(found)
    world = attrs.evolve(case.world, values={**case.world.values, key: _everything(facts[key])})
    return attrs.evolve(case, world=world)


def _forget_in_a_session(random: Random, case: Case) -> Case | None:
    """Return the case with one answer of one session withdrawn; the entry keeps its place."""
    index = random.randrange(len(case.world.sessions))
    day, member = case.world.sessions[index]
    inner = member.world
    assert isinstance(inner, DictWorld)
    found = [key for key in sorted(inner.values) if key not in member.not_due]
    if not found:
        return None
    key = random.choice(found)
    everything = _everything(case.world.facts[key])
    blank = attrs.evolve(member, world=attrs.evolve(inner, values={**inner.values, key: everything}))
    sessions = [*case.world.sessions[:index], (day, blank), *case.world.sessions[index + 1 :]]
    before = sum(key not in each.not_due for _, each in case.world.sessions[:index])
    entries = list(case.world.series[key])
    entries[before] = (day, attrs.evolve(entries[before][1], value=everything))
    series = {**case.world.series, key: entries}
    return attrs.evolve(case, world=attrs.evolve(case.world, sessions=sessions, series=series))


def _everything(fact: Fact) -> Possible:
    return unknown(fact.type, declinable=fact.declinable)
