"""Gates: evaluated over the whole record, so that what was triggered stays so until its `until` is met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from rehabflow.conditions import english
from rehabflow.conditions.possible import Truth
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import GateResult, Reason
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.reasons import reason
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.elsewhere import Elsewhere
from rehabflow.record.events import Corrected, Event, Overridden, Withdrawn
from rehabflow.record.timeline import order_of
from rehabflow.rulebook.model import GateRule

STATE_WORDS = {
    Truth.TRUE: "triggered",
    Truth.FALSE: "clear",
    Truth.UNKNOWN: "unknown",
    Truth.ERROR: "error",
}


@frozen
class Latch:
    """Where a level with `until` stands: its live trigger, and the entry that last triggered it.

    `possible`: an entry whose answer is missing, and that may have triggered it. It keeps the level unknown until the
    answer is given (by a correction) or `until` is met: a later "no" does not tell what was so then. `settled`: the
    entry of which that has come to its end.
    """

    trigger: Instant | None = None
    used: Instant | None = None
    possible: Instant | None = None
    settled: Instant | None = None


@attrs.define(eq=False)
class Memory:
    """What the fold over earlier moments gave, so that the next decision of an episode need not repeat it.

    Only ever a shortcut: without it, or when the record was corrected or entered late, the fold starts anew.
    """

    events: tuple[Event, ...] = ()
    upto: Instant | None = None
    latches: Mapping[str, Latch] = attrs.field(factory=dict)

    def usable(self, events: tuple[Event, ...]) -> bool:
        """Return whether these events only add, later than `upto`, to those folded."""
        known = len(self.events)
        if self.upto is None or len(events) < known:
            return False
        if any(a is not b for a, b in zip(self.events, events, strict=False)):
            return False
        limit = order_of(self.upto)
        return not any(
            isinstance(event, Corrected | Withdrawn | Elsewhere) or order_of(event.at) <= limit
            for event in events[known:]
        )


def evaluate_gates(facts: Facts, events: tuple[Event, ...], memory: Memory | None) -> tuple[GateResult, ...]:
    """Return the result of every gate level in force, in the rulebook's order."""
    latches = _fold(facts, events, memory)
    truths = dict(facts.prepared.plain_whens.evaluate(facts))
    now_truths = facts.prepared.latched_whens.evaluate(facts)
    results = []
    for rule in facts.prepared.rulebook.gates:
        if rule.until is None:
            results.append(_result(facts, rule, truths[rule.address], Latch()))
            continue
        latch = _step(facts, rule, latches.get(rule.address, Latch()), now_truths[rule.address])
        state = _state(latch, now_truths[rule.address])
        results.append(_result(facts, rule, state, latch))
    return tuple(results)


def evaluate_level(facts: Facts, rule: GateRule) -> GateResult:
    """Return the result of one gate level by itself, as `evaluate_gates` has it."""
    if rule.until is None:
        return _result(facts, rule, facts.truth(rule.when), Latch())
    visits = {order_of(at) for at in facts.timeline.visits}
    latch = Latch()
    for moment in facts.timeline.moments:
        if order_of(moment) < order_of(facts.now):
            then = facts.at(moment, visit=order_of(moment) in visits)
            latch = _step(then, rule, latch, then.truth(rule.when))
    answer = facts.truth(rule.when)
    latch = _step(facts, rule, latch, answer)
    return _result(facts, rule, _state(latch, answer), latch)


def _fold(facts: Facts, events: tuple[Event, ...], memory: Memory | None) -> Mapping[str, Latch]:
    """Return where each level with `until` stood just before this moment."""
    latches: dict[str, Latch] = {}
    after: Instant | None = None
    if memory is not None and memory.usable(events):
        latches = dict(memory.latches)
        after = memory.upto
    visits = {order_of(at) for at in facts.timeline.visits}
    upto: Instant | None = after
    for moment in facts.timeline.moments:
        if order_of(moment) >= order_of(facts.now):
            break
        if after is not None and order_of(moment) <= order_of(after):
            continue
        then = facts.at(moment, visit=order_of(moment) in visits)
        answers = facts.prepared.latched_whens.evaluate(then)
        for rule in facts.prepared.latched:
            latches[rule.address] = _step(
                then, rule, latches.get(rule.address, Latch()), answers[rule.address]
            )
        upto = moment
    if memory is not None:
        memory.events, memory.upto, memory.latches = events, upto, dict(latches)
    return latches


def _state(latch: Latch, answer: Truth) -> Truth:
    """Return a latched level's state: a `when` that is met only by the entry that was settled is clear."""
    if latch.trigger is not None:
        return Truth.TRUE
    if latch.possible is not None:
        return Truth.UNKNOWN
    return Truth.FALSE if answer is Truth.TRUE else answer


def _step(facts: Facts, rule: GateRule, latch: Latch, answer: Truth) -> Latch:
    """Return where a level stands after one moment: released by `until`, then raised by a newer entry."""
    trigger = None if _is_over(facts, rule, latch.trigger) else latch.trigger
    possible = None if _is_over(facts, rule, latch.possible) else latch.possible
    used, settled = latch.used, latch.settled
    if latch.possible is not None and possible is None:
        settled = _later(settled, latch.possible)
    entry = None if answer is Truth.FALSE else facts.newest_of(facts.prepared.series_of(rule.when))
    if answer is Truth.FALSE or not _is_newer(entry, used):
        return Latch(trigger, used, possible, settled)
    raises = _is_newer(entry, settled)
    entry = entry or facts.now
    if answer is Truth.TRUE and raises:
        return Latch(entry, entry, possible, settled)
    if answer is Truth.TRUE or (raises and facts.has_blank(rule.when)):
        possible = _later(possible, entry)
    return Latch(trigger, used, possible, settled)


def _is_newer(entry: Instant | None, than: Instant | None) -> bool:
    """Return whether an entry is newer than another; time alone (no entry) raises a level once."""
    return than is None or (entry is not None and order_of(entry) > order_of(than))


def _is_over(facts: Facts, rule: GateRule, since: Instant | None) -> bool:
    if since is None or rule.until is None:
        return False
    return facts.within(Context(trigger=since)).truth(rule.until) is Truth.TRUE


def _later(one: Instant | None, other: Instant) -> Instant:
    return other if one is None or order_of(other) > order_of(one) else one


def _result(facts: Facts, rule: GateRule, answer: Truth, latch: Latch) -> GateResult:
    state = STATE_WORDS[answer]
    override = _override(facts, rule) if answer is not Truth.FALSE else None
    acts = Effect.NONE if override else _acts(rule.effect, answer)
    level = rule.level
    return GateResult(
        rule.address,
        rule.gate,
        rule.effect,
        state,  # type: ignore[arg-type]  # one of the four words
        acts,
        _reason(_as_triggered(facts, rule, latch), rule, state),
        since=latch.trigger,
        unanswered=latch.possible if latch.trigger is None else None,
        overridden=override is not None,
        overridden_by=f"{override.name} ({override.by}): {override.reason}" if override else "",
        no_progress=level.no_progress and acts is not Effect.NONE,
        refer_to=level.refer_to if acts is rule.effect and answer is Truth.TRUE else None,
        tell=level.tell if answer is Truth.TRUE else "",
        until=english(rule.until) if rule.until is not None and (latch.trigger or latch.possible) else "",
    )


def _as_triggered(facts: Facts, rule: GateRule, latch: Latch) -> Facts:
    """Return what was known when a level was triggered: what it reads now may have changed, and is not why it acts."""
    if latch.trigger is None or order_of(latch.trigger) >= order_of(facts.now):
        return facts
    visits = {order_of(at) for at in facts.timeline.visits}
    then = facts.at(latch.trigger, visit=order_of(latch.trigger) in visits)
    return then if then.truth(rule.when) is Truth.TRUE else facts


def _reason(facts: Facts, rule: GateRule, state: str) -> Reason:
    """Return what a level says; a level that is clear decided nothing, so what it read is left out."""
    level = rule.level
    if state == "clear":
        return Reason(rule.address, state, level.say, level.place, level.evidence)
    return reason(
        facts,
        rule.when,
        address=rule.address,
        state=state,
        say=level.say,
        place=level.place,
        evidence=level.evidence,
    )


def _acts(effect: Effect, answer: Truth) -> Effect:
    """Return the effect of a level: unknown and error act, emergency and refer then as pause."""
    if answer is Truth.FALSE:
        return Effect.NONE
    if answer is Truth.TRUE:
        return effect
    return min(effect, Effect.PAUSE)


def _override(facts: Facts, rule: GateRule) -> Overridden | None:
    """Return the live override of a level by someone who may set it aside."""
    for override in facts.timeline.overrides:
        is_live = order_of(override.at) <= order_of(facts.now) and facts.now.day <= override.until.day
        if override.rule == rule.address and is_live and may(override.by, rule.override):
            return override
    return None


def may(profession: str, allowed: Iterable[str]) -> bool:
    """Return whether a profession is among the allowed ones; `clinician` is any, a surgeon counts as physician."""
    names = set(allowed)
    return profession in names or "clinician" in names or (profession == "surgeon" and "physician" in names)


def on_track(results: Iterable[GateResult], track: str, rules: Mapping[str, GateRule]) -> list[GateResult]:
    """Return the results that hold for a track: those of levels that name it or name none, and of reviewers."""
    names = {rule.address for rule in on_track_levels(rules.values(), track)}
    return [result for result in results if result.address in names or result.address not in rules]


def on_track_levels(rules: Iterable[GateRule], track: str) -> list[GateRule]:
    """Return the levels that hold for a track: those that name it or name none."""
    return [rule for rule in rules if not rule.level.tracks or track in rule.level.tracks]
