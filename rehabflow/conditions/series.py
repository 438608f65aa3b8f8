"""The reference reading of functions over dated entries."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from rehabflow.conditions import intervals
from rehabflow.conditions.joins import as_boolean, as_choice, as_number, is_definite, join
from rehabflow.conditions.nodes import FactNode, Series
from rehabflow.conditions.possible import OPEN, Boolean, Choice, Number, Possible, boolean_of, unknown
from rehabflow.conditions.reference import Here, possible
from rehabflow.conditions.scope import Fact
from rehabflow.conditions.split import settle
from rehabflow.conditions.types import BooleanType, ChoiceType, Exact
from rehabflow.conditions.world import Entry, Member


def evaluate_series(node: Series, here: Here) -> Possible:
    """Return what a function over dated entries can give."""
    match node.function:
        case "streak":
            return Possible(streak(judged(node, here)))
        case "times":
            return Possible(times(judged(node, here)))
        case "sessions_done":
            low, high = here.world.sessions_done(node.window)
            return Possible(Number(low, high))
        case "adherence":
            return Possible(Number(*here.world.adherence(node.window)))
        case _:
            return _of_entries(node, here)


@attrs.define(eq=False)
class Judged:
    """A member with what the condition says of it; between `at_least` and `at_most` such sessions are members."""

    answer: Boolean
    is_entry: bool
    at_least: int
    at_most: int
    mixed_with: int
    unordered: bool


def judged(node: Series, here: Here) -> list[Judged]:
    """Return every member, newest first, with the condition evaluated in it."""
    found = []
    for member in here.world.members(node.window):
        answer = _answer(node, member, here) if member.is_entry else OPEN
        if member.is_told and not (answer.surely and _counts_what_is_told(node)):
            continue
        at_least, at_most = member.at_least, member.at_most
        if member.not_due and answer == OPEN and member.is_entry:
            facts = node.facts
            if any(fact.varies and fact.key in member.not_due for fact in facts):
                at_least = 0
                if all(_is_answered(fact, member, here) for fact in facts if fact.key not in member.not_due):
                    at_most = 0
        found.append(Judged(answer, member.is_entry, at_least, at_most, member.mixed_with, member.anonymous))
    return found


def _counts_what_is_told(node: Series) -> bool:
    """Return whether a series asks how often something bad was answered yes."""
    varying = [fact for fact in node.facts if fact.varies]
    return node.function == "times" and all(isinstance(fact.type, BooleanType) for fact in varying)


def _answer(node: Series, member: Member, here: Here) -> Boolean:
    """Return what the condition says of a member; remembered there, if it reads nothing else."""
    if not node.reads_member_only:
        return _judge(node, member, here)
    found = member.answers.get(node)
    if found is None:
        found = member.answers[node] = _judge(node, member, here)
    return found


def _judge(node: Series, member: Member, here: Here) -> Boolean:
    condition = node.arguments[0]
    of_visit = node.window.of is not None
    found = settle(
        lambda world: possible(condition, Here(here.world, world, of_visit)), node.cuts, member.world
    )
    return as_boolean(found)


def _is_answered(fact: Fact, member: Member, here: Here) -> bool:
    value = Here(here.world, member.world).value(fact)
    return value.value is not None and is_definite(value)


def times(members: Sequence[Judged]) -> Number:
    """Return in how many recorded members the condition is met: [surely, possibly]."""
    entries = [member for member in members if member.is_entry]
    low = sum(member.at_least for member in entries if member.answer.surely)
    high = sum(member.at_most for member in entries if member.answer.possibly)
    return Number(low, high)


def streak(members: Sequence[Judged]) -> Number:
    """Return how many members in a row, from the newest, meet the condition: [surely, possibly]."""
    low, high = 0, 0
    low_goes_on, high_goes_on = True, True
    for group in _groups(members):
        if low_goes_on:
            more, low_goes_on = _least_of(group)
            low += more
        if high_goes_on:
            more, high_goes_on = _most_of(group)
            high += more
    return Number(low, high)


def _groups(members: Sequence[Judged]) -> list[Sequence[Judged]]:
    """Split members into runs whose order among each other is not known; most runs are of one."""
    found = []
    start = 0
    while start < len(members):
        end = start
        index = start
        while index <= end:
            end = min(max(end, index + members[index].mixed_with), len(members) - 1)
            index += 1
        found.append(members[start : end + 1])
        start = end + 1
    return found


def _least_of(group: Sequence[Judged]) -> tuple[int, bool]:
    """Return the fewest in a row at the start of a group, and whether the row goes on after it."""
    if all(member.answer.surely or member.at_most == 0 for member in group):
        return sum(member.at_least for member in group), True
    if any(member.unordered and not member.answer.surely and member.at_most > 0 for member in group):
        return 0, False
    count = 0
    for member in group:
        if member.unordered or member.at_most == 0:
            continue
        if not member.answer.surely:
            break
        count += member.at_least
    return count, False


def _most_of(group: Sequence[Judged]) -> tuple[int, bool]:
    """Return the most in a row at the start of a group, and whether the row may go on after it."""
    count = sum(member.at_most for member in group if member.unordered and member.answer.possibly)
    goes_on = not any(
        member.unordered and not member.answer.possibly and member.at_least > 0 for member in group
    )
    for member in group:
        if member.unordered:
            continue
        if member.answer.possibly:
            count += member.at_most
        elif member.at_least > 0:
            return count, False
    return count, goes_on


def _of_entries(node: Series, here: Here) -> Possible:
    argument = node.arguments[0]
    assert isinstance(argument, FactNode)  # the check takes names only
    fact = argument.fact
    entries = [entry for entry in here.world.entries(fact.key, node.window) if entry.at_most > 0]
    none = unknown(fact.type) if node.if_none is None else possible(node.if_none, here)
    if not entries:
        return none
    if node.function == "mean":
        return _mean(entries, none)
    if node.function in ("worst", "best"):
        found = _extreme(fact, entries, highest=(node.function == "best") == (fact.better == "higher"))
        return found if any(entry.at_least > 0 for entry in entries) else join(found, none)
    index = 1 if node.function == "previous" else 0
    return _at(index, entries, none, backward=node.function == "first")


def _at(index: int, entries: Sequence[Entry], none: Possible, *, backward: bool) -> Possible:
    """Return the entry at a position from the newest (or the oldest), which may be one of several."""
    found: Possible | None = None
    for position, entry in enumerate(entries):
        surely, possibly = _others_before(position, entries, backward=backward)
        if surely <= index < possibly + entry.at_most:
            found = entry.value if found is None else join(found, entry.value)
    if found is None:
        return none
    return found if sum(entry.at_least for entry in entries) > index else join(found, none)


def _others_before(position: int, entries: Sequence[Entry], *, backward: bool) -> tuple[int, int]:
    """Return how many other entries surely, and possibly, come before one of them."""
    surely, possibly = 0, 0
    for other, entry in enumerate(entries):
        if other == position:
            continue
        newer, older = min(other, position), max(other, position)
        if newer + entries[newer].mixed_with >= older:
            possibly += entry.at_most
        elif (other > position) == backward:
            surely += entry.at_least
            possibly += entry.at_most
    return surely, possibly


def _mean(entries: Sequence[Entry], none: Possible) -> Possible:
    answers: list[intervals.Answered] = []
    for entry in entries:
        if entry.value.value is None:
            continue
        number = as_number(Possible(entry.value.value))
        sure = 0 if entry.value.may_be_declined else entry.at_least
        answers += [(number, True, True)] * sure + [(number, False, True)] * (entry.at_most - sure)
    found = intervals.mean(answers, 1)
    if not found.undefined:
        return Possible(found)
    if any(entry.value.may_be_declined for entry in entries):
        return Possible(found)
    return join(Possible(Number(found.low, found.high)), none)


def _extreme(fact: Fact, entries: Sequence[Entry], *, highest: bool) -> Possible:
    values = [(entry.value, entry.at_least > 0) for entry in entries]
    if isinstance(fact.type, BooleanType):
        return Possible(_extreme_boolean(values, any_of=highest))
    if isinstance(fact.type, ChoiceType):
        return Possible(_extreme_choice(fact.type, values, highest=highest))
    numbers = [(as_number(value), sure) for value, sure in values]
    if any(number.undefined for number, _ in numbers):
        return Possible(intervals.ANYTHING)
    if not highest:
        numbers = [(intervals.negate(number), sure) for number, sure in numbers]
    certain = [number for number, sure in numbers if sure]
    high = intervals.greatest([number for number, _ in numbers]).high
    low = intervals.greatest(certain).low if certain else _least_low([number for number, _ in numbers])
    return Possible(Number(low, high) if highest else intervals.negate(Number(low, high)))


def _least_low(numbers: Sequence[Number]) -> Exact | None:
    lows = [number.low for number in numbers if number.low is not None]
    return min(lows) if len(lows) == len(numbers) else None


def _extreme_boolean(values: Sequence[tuple[Possible, bool]], *, any_of: bool) -> Boolean:
    """Return whether it was so in any of the entries, or in all of them."""
    answers = [(as_boolean(value), sure) for value, sure in values]
    if any_of:
        return boolean_of(any(a.surely and sure for a, sure in answers), any(a.possibly for a, _ in answers))
    return boolean_of(all(a.surely for a, _ in answers), all(a.possibly or not sure for a, sure in answers))


def _extreme_choice(type_: ChoiceType, values: Sequence[tuple[Possible, bool]], *, highest: bool) -> Choice:
    order = type_.choices if highest else type_.choices[::-1]
    everything = frozenset(type_.choices)
    options = [(as_choice(value) or everything, sure) for value, sure in values]
    floor = max((min(map(order.index, each)) for each, sure in options if sure), default=0)
    reached = frozenset().union(*(each for each, _ in options))
    return Choice(frozenset(option for option in reached if order.index(option) >= floor))
