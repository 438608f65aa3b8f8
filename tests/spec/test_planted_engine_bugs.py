"""Plant a bug in the engine; the comparison with the oracle has to notice each of them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import attrs
import pytest

from rehabflow.engine.decide import decide
from spec.comparing import Case, Plans, chosen, compare, make_case
from spec.oracle import Must, Oracle
from spec.planting import Bug

SEED = 20_260_302
MOST_CASES = 200

BUGS = {
    # gates
    "an unknown emergency is clear": Bug(
        "engine.gates", "_acts", "return min(effect, Effect.PAUSE)", "return Effect.NONE"
    ),
    "an unknown emergency is an emergency": Bug(
        "engine.gates", "_acts", "return min(effect, Effect.PAUSE)", "return effect"
    ),
    "a trigger fades with what raised it": Bug(
        "engine.gates", "_state", "latch.trigger is not None", "latch.trigger is not None and answer is Truth.TRUE"
    ),
    "a trigger never ends": Bug("engine.gates", "_is_over", "since is None", "True"),
    "an unknown until ends a trigger": Bug("engine.gates", "_is_over", "is Truth.TRUE", "is not Truth.FALSE"),
    "the same entry triggers again": Bug(
        "engine.gates", "_is_newer", "order_of(entry) > order_of(than)", "order_of(entry) >= order_of(than)"
    ),
    "time alone triggers again and again": Bug(
        "engine.gates",
        "_step",
        "entry = None if answer is Truth.FALSE else",
        "entry = facts.now if answer is Truth.FALSE or not facts.prepared.series_of(rule.when) else",
    ),
    "a newer entry does not trigger again": Bug(
        "engine.gates", "_is_newer", "(entry is not None and order_of(entry) > order_of(than))", "False"
    ),
    "a blank answer was no": Bug("engine.gates", "_step", "(raises and facts.has_blank(rule.when))", "False"),
    "what may have triggered does not move on": Bug(
        "engine.gates", "_step", "possible = _later(possible, entry)", "possible = possible or entry"
    ),
    "what was settled may be again": Bug("engine.gates", "_step", "raises = _is_newer(entry, settled)", "raises = True"),
    "an override of an emergency works": Bug(
        "engine.gates", "_override", "may(override.by, rule.override)", "True"
    ),
    "an override never ends": Bug("engine.gates", "_override", "facts.now.day <= override.until.day", "True"),
    "overrides are ignored": Bug("engine.gates", "_override", "and is_live", "and False"),
    "two answers of one instant: no entry is open": Bug(
        "engine.facts", "Facts.has_blank", "or len(one.answers) > 1", ""
    ),
    # evidence
    "the same visit is later": Bug(
        "record.timeline", "is_later", "return entry.day > than.day", "return entry.day >= than.day"
    ),
    "the same time of day is later": Bug(
        "record.timeline", "is_later", "entry.earliest > than.latest", "entry.earliest >= than.latest"
    ),
    "sessions before the trigger end it": Bug("engine.series", "_sessions_wait", "return _waits(facts, found)", "return False"),
    "counted sessions are no evidence": Bug(
        "engine.prepared", "_counts_sessions", "return any(", "return False and any("
    ),
    # facts
    "old values stay valid": Bug("engine.values", "is_valid", "now.day <= valid_for.days_after(at.day)", "True"),
    "a value is valid a day too long": Bug(
        "engine.values", "is_valid", "now.day <= valid_for", "now.day - 1 <= valid_for"
    ),
    "a measure asked at every visit counts from before": Bug(
        "engine.facts", "Facts.valid", "only_at = self.now", "pass"
    ),
    "a late entry is not seen": Bug("record.timeline", "_add", "case Observed(at=at, key=key, answer=answer):", "case Observed(at=at, key=key, answer=answer) if at == event.recorded:"),
    "a correction is ignored": Bug("record.timeline", "fold", "if isinstance(correction, Corrected):", "if False:"),
    "a withdrawal is ignored": Bug("record.timeline", "fold", "if isinstance(event, Withdrawn) and", "if False and"),
    "a withdrawal reaches the oldest entry": Bug("record.timeline", "_as_correction", "max(", "min("),
    "the last of two answers wins": Bug(
        "engine.values", "possible_of_dated", "for answer in entry.answers]", "for answer in entry.answers[-1:]]"
    ),
    "a withdrawn clearance counts": Bug("engine.clearances", "_events", "[event for event in events if", "[event for event in events if isinstance(event, Cleared) and"),
    "hours between days are exact": Bug("instants", "hours_between", "end.latest - start.earliest", "low"),
    # sessions
    "a session not done is a member": Bug("engine.sessions", "reported", "session.done > 0 and", ""),
    "an expected session that nobody reported is none": Bug("engine.sessions", "unreported", "day not in entered", "False"),
    "answers not due count": Bug("engine.sessions", "answer_is_due", "if after is None:", "if True:"),
    "series reach over the stage's entry": Bug("engine.series", "_span", "since = entry.at if entry else None", "since = None"),
    "a window has a day more": Bug("engine.windows", "span_of", ".days_before(last_day) + 1", ".days_before(last_day)"),
    # stages
    "an unknown regress criterion lets go on": Bug(
        "engine.staging", "TrackJudge._go_on", 'result.state != "not_met"', 'result.state == "met"'
    ),
    "a regress criterion met on old evidence lets go on": Bug(
        "engine.staging", "TrackJudge._go_on", 'result.state != "not_met"', 'result.state == "unknown"'
    ),
    "old evidence regresses": Bug("engine.staging", "TrackJudge._is_new", "order_of(newest) > order_of(entry.at)", "True"),
    "only new entries regress, never time": Bug("engine.staging", "TrackJudge._is_new", "if not self._reads_time(rule):", "if True:"),
    "of several regresses the latest stage": Bug("engine.staging", "TrackJudge._regress", "if met and found is None:", "if met:"),
    "no_progress is ignored": Bug("engine.staging", "TrackJudge._go_on", "if self.no_progress:", "if False:"),
    "an unmet leave is ignored": Bug("engine.staging", "TrackJudge._advance", 'all(result.state == "met" for result in leave)', "True"),
    "an unknown leave is met": Bug("engine.staging", "TrackJudge._advance", 'all(result.state == "met" for result in leave)', 'all(result.state != "not_met" for result in leave)'),
    "of two next stages the first": Bug("engine.staging", "TrackJudge._advance", "len(ready) == 1", "ready"),
    "an undecided next stage does not count": Bug("engine.staging", "TrackJudge._advance", "and not undecided:", ":"),
    "an unknown enter is met": Bug("engine.staging", "TrackJudge._advance", 'all(r.state == "met" for r in results)', 'all(r.state != "not_met" for r in results)'),
    "an unknown discharge discharges": Bug("engine.staging", "TrackJudge._go_on", 'all(result.state == "met" for result in discharge)', 'all(result.state != "not_met" for result in discharge)'),
    "every stage may be started in": Bug("engine.staging", "TrackJudge._start", "stage.stage.start_here and", ""),
    "an unknown enter starts": Bug("engine.staging", "TrackJudge._start", 'all(result.state == "met" for result in first)', 'all(result.state != "not_met" for result in first)'),
    "starts between visits": Bug("engine.staging", "TrackJudge._start", 'self.kind != "visit" or', ""),
    "advances between visits": Bug("engine.staging", "TrackJudge._outcome", 'self.kind != "visit"', "False"),
    "an undecided track is open": Bug("engine.staging", "TrackJudge._is_open", "answer is Truth.TRUE", "answer is not Truth.FALSE"),
    # doses
    "progress while keep is unknown": Bug("engine.dosing", "mark", "is not Truth.FALSE]", "is Truth.TRUE]"),
    "progress on unknown": Bug("engine.dosing", "mark", 'answers.get("progress") is not Truth.TRUE', 'answers.get("progress") is Truth.FALSE'),
    "one session counts at every visit": Bug("engine.dosing", "mark", "is_new = newest is not None and order_of(newest) > order_of(item.since)", "is_new = newest is not None"),
    "progress between visits or while held": Bug("engine.dosing", "mark", "if not may_progress or not is_new:", "if not is_new:"),
    "a break eases nothing": Bug("engine.dosing", "_long_break", "after is None", "True"),
    "no easing while to stop is unknown": Bug("engine.dosing", "mark", "if is_new:", 'if is_new and "stop" not in unknown:'),
    "easing goes back to the first step": Bug("engine.dosing", "_down", "item.step - 1", "0"),
    "progress takes two steps": Bug("engine.dosing", "_up", "item.step + 1, item.loads", "len(table.steps) - 1, item.loads"),
    # exercises
    "an unknown exclusion excludes nothing": Bug("engine.candidates", "Judge.forbidden", "if self.answer(exclude, exercise.id) is not Truth.FALSE", "if self.answer(exclude, exercise.id) is Truth.TRUE and why.state == 'triggered'"),
    "an unknown contraindication is none": Bug("engine.candidates", "Judge.forbidden", "if answer is not Truth.FALSE and", "if answer is Truth.TRUE and"),
    "what an exercise asks for may be unknown": Bug("engine.candidates", "Judge._own_conditions", "if answer is not wanted:", "if answer not in (wanted, Truth.UNKNOWN):"),
    "the stage's demand is ignored": Bug("engine.candidates", "Judge._unsuitable", "exercise.demand > self.max_demand", "False"),
    "unknown equipment is there": Bug("engine.candidates", "Judge._unsuitable", "if not self.equipment & set(group):", "if self.equipment and not self.equipment & set(group):"),
    "a removed exercise comes back": Bug("engine.candidates", "Judge._removed", "today <= one.until.day", "False"),
    "a stopped exercise comes back at the visit": Bug("engine.decide", "_Decider._stopped", 'if decision.kind == "visit":', "if True:"),
    "a level of one track excludes from all": Bug("engine.decide", "_Decider._planner", "gates = on_track(gates, track, rules)", ""),
    "exercises are added while an answer is missing": Bug("engine.planning", "Planner._add_nothing", "if not undecided or", "if True or"),
    "between visits exclusions wait": Bug("engine.planning", "Planner.keep", "reasons = judge.exclusions(rule)", "reasons: tuple[Reason, ...] = ()"),
    # plans
    "a plan is given in spite of a pause": Bug("engine.decide", "_Decider._plans", "or result.action in _SET_ASIDE", ""),
    "what a visit set aside comes back between visits": Bug("engine.decide", "_Decider._last_plans", 'if self.kind == "visit":', "if True:"),
}  # fmt: skip


@attrs.frozen
class Played:
    """A case with what the oracle says of each decision, and the plans that were chosen in it."""

    case: Case
    must: list[Must]
    plans: list[Plans]


def without_asking(patch: pytest.MonkeyPatch) -> None:
    """Leave out what to ask next: it takes most of the time, and nothing here looks at it."""
    patch.setattr("rehabflow.engine.decide.needs_of", lambda *_: ())
    patch.setattr("rehabflow.engine.decide.settle_line", lambda *_: "")


@pytest.fixture(scope="module")
def corpus() -> Iterator[list[Played]]:
    with pytest.MonkeyPatch.context() as patch:
        without_asking(patch)
        yield [played(make_case(Random(SEED + number))) for number in range(MOST_CASES)]


def played(case: Case) -> Played:
    oracle, history = Oracle(case.protocol), case.journey.begin()
    found = Played(case, [], [])
    for entry, step in zip(case.entries, case.journey.steps, strict=True):
        history = history.plus(*step.events)
        decision = decide(case.catalog, "small", history, step.at, kind=step.kind)
        found.must.append(oracle.must(entry))
        found.plans.append(chosen(decision))
        assert not compare(case.protocol, found.must[-1], decision)
        oracle.accept(found.must[-1], found.plans[-1])
        history = history.plus(decision.recorded)
    return found


def is_noticed(one: Played) -> bool:
    """Return whether a decision is not as the oracle says; a plan chosen otherwise ends the comparison."""
    history = one.case.journey.begin()
    for step, must, plans in zip(one.case.journey.steps, one.must, one.plans, strict=True):
        history = history.plus(*step.events)
        decision = decide(one.case.catalog, "small", history, step.at, kind=step.kind)
        if compare(one.case.protocol, must, decision):
            return True
        if chosen(decision) != plans:
            return False
        history = history.plus(decision.recorded)
    return False


@pytest.mark.parametrize("bug", sorted(BUGS))
def test_the_comparison_notices_a_planted_bug(
    bug: str, corpus: list[Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_asking(monkeypatch)
    BUGS[bug].plant(monkeypatch)
    assert any(is_noticed(one) for one in corpus)
