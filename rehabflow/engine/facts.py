"""The facts at one moment: what every name of a condition can be, given what the record says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import attrs

from rehabflow.conditions import evaluate_derived, truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Choice, Number, Possible, Truth, known, unknown
from rehabflow.conditions.types import ChoiceType, NumberType, exact
from rehabflow.conditions.world import Entry, Member, Window
from rehabflow.engine import clearances, series
from rehabflow.engine.prepared import SIDES, Prepared, Side
from rehabflow.engine.values import either, is_settled, is_valid, possible_of_dated
from rehabflow.engine.windows import Span
from rehabflow.frozen import frozen
from rehabflow.instants import Instant, hours_between, whole_years
from rehabflow.record.timeline import Dated, StageEntry, Timeline, is_later, order_of
from rehabflow.record.values import Absent
from rehabflow.rulebook.model import MeasureRule, ParameterRule


@frozen
class Context:
    """Where a condition stands, as far as that changes what its names mean.

    `track`: whose stage `stage.*` is. `since_stage`: series begin with that stage. `exercise`: whose sessions a
    response reads. `trigger`: for `until`, only what is later than it counts. `only_at`: assessments' values count
    only if recorded at that instant. `stage`: a stage that is about to be entered.
    """

    track: str = "main"
    since_stage: bool = False
    exercise: str = ""
    trigger: Instant | None = None
    only_at: Instant | None = None
    stage: StageEntry | None = None

    @property
    def narrows(self) -> bool:
        """Whether fewer entries count than elsewhere."""
        return self.trigger is not None or self.only_at is not None


PLAIN = Context()


@attrs.define(eq=False)
class Facts:
    """A World: the facts of one timeline at one instant, for one context.

    `visit`: a decision at a visit, where a measure asked at every visit counts only if recorded there. `past`: an
    earlier moment, seen before what was decided then.
    """

    prepared: Prepared
    timeline: Timeline
    now: Instant
    visit: bool
    context: Context = PLAIN
    past: bool = False
    _pasts: dict[tuple[Instant, bool, Context], Facts] = attrs.field(factory=dict)
    _shared: dict[str, Possible] = attrs.field(factory=dict)
    _family: dict[Context, Facts] = attrs.field(factory=dict)
    _own: dict[str, Possible] = attrs.field(factory=dict)
    _members: dict[Window, Sequence[Member]] = attrs.field(factory=dict)
    _truths: dict[Checked, Truth] = attrs.field(factory=dict)
    spans: dict[tuple[Window, bool], Span] = attrs.field(factory=dict)

    def within(self, context: Context) -> Facts:
        """Return the same facts seen from another context; for each context they are one."""
        if context is self.context or context == self.context:
            return self
        found = self._family.get(context)
        if found is None:
            shared = {} if context.narrows or self.context.narrows else self._shared
            found = Facts(
                self.prepared,
                self.timeline,
                self.now,
                self.visit,
                context,
                self.past,
                self._pasts,
                shared,
                self._family,
            )
            self._family[context] = found
        return found

    def at(self, moment: Instant, *, visit: bool) -> Facts:
        """Return the facts of an earlier moment, as they are known now."""
        key = (moment, visit, self.context)
        found = self._pasts.get(key)
        if found is None:
            found = Facts(
                self.prepared, self.timeline, moment, visit, self.context, past=True, pasts=self._pasts
            )
            self._pasts[key] = found
        return found

    @property
    def today(self) -> int:
        """The day of the decision, as an ordinal."""
        return self.now.day

    def truth(self, condition: Checked) -> Truth:
        """Return whether a condition is met here; worked out once."""
        found = self._truths.get(condition)
        if found is None:
            found = self._truths[condition] = truth(condition, self)
        return found

    # -- World: single values

    def fact(self, key: str) -> Possible:
        """Return what the fact can be now."""
        cache = self._own if key.startswith(_CONTEXTUAL) else self._shared
        found = cache.get(key)
        if found is None:
            found = cache[key] = self._find(key)
        return found

    def is_known(self, key: str) -> bool:
        """Return whether the fact has a valid observation (a value or declined)."""
        return is_settled(self.fact(key))

    def is_cleared(self, scope: str) -> bool:
        """Return whether a clearance of this scope was given, not withdrawn and has not expired."""
        given = clearances.live(self, scope)
        if given is None:
            return False
        return self.context.trigger is None or is_later(given.at, self.context.trigger)

    def has_happened(self, event: str) -> bool:
        """Return whether such an event is on record."""
        return self.timeline.event(event, self.now) is not None

    def hours_since(self, key: str) -> tuple[Fraction, Fraction] | None:
        """Return the least and most hours since an event or the trigger."""
        start = self.instant_of(key)
        if start is None:
            return None
        low, high = hours_between(start, self.now)
        return Fraction(low, 3600), Fraction(high, 3600)

    def instant_of(self, key: str) -> Instant | None:
        """Return the instant that an event, `trigger` or `stage` stands for."""
        if key == "trigger":
            return self.context.trigger
        if key == "stage":
            entry = self.stage()
            return entry.at if entry else None
        happened = self.timeline.event(key, self.now)
        return happened.at if happened else None

    def stage(self, track: str = "") -> StageEntry | None:
        """Return the stage of a track (default: of the context) and when it was entered."""
        if self.context.stage is not None and track in ("", self.context.track):
            return self.context.stage
        return self.timeline.stage(track or self.context.track, self.now, before_deciding=self.past)

    # -- World: series

    def entries(self, key: str, window: Window) -> Sequence[Entry]:
        """Return the dated values of a measure or diary item, newest first."""
        return series.entries(self, key, window)

    def members(self, window: Window) -> Sequence[Member]:
        """Return the sessions (visits, with `of`) of the window, newest first."""
        found = self._members.get(window)
        if found is None:
            found = self._members[window] = series.members(self, window)
        return found

    def sessions_done(self, window: Window) -> tuple[int, int]:
        """Return the least and the most number of sessions done."""
        return series.sessions_done(self, window)

    def adherence(self, window: Window) -> tuple[Fraction, Fraction]:
        """Return the least and most percent of expected sessions done."""
        return series.adherence_of(self, window)

    def sides(self, key: str) -> tuple[Possible, Possible]:
        """Return (involved, uninvolved) if the newest valid entries of both sides are from one visit."""
        return series.sides(self, key)

    def baseline(self, key: str) -> Possible:
        """Return the value that improvement counts from."""
        return series.baseline(self, key)

    # -- how each kind of fact is found

    def _find(self, key: str) -> Possible:
        head, _, rest = key.partition(".")
        match head:
            case "session":
                return series.session_value(self, key)
            case "did":
                return series.did_value(self, rest)
            case "stage" | "episode":
                return self._elapsed(key)
            case "track":
                return self._track_stage(rest.partition(".")[0])
            case "trigger":
                trigger = self.context.trigger
                return known(self._type(key), trigger.day) if trigger else unknown(self._type(key))
        if key == "patient.age":
            return self._age()
        if head in self.prepared.rulebook.events:
            return self._event(head, rest)
        if key in self.prepared.rulebook.parameters:
            return self._parameter(self.prepared.rulebook.parameters[key])
        return self._measure(key)

    def _type(self, key: str) -> NumberType | ChoiceType:
        return self.prepared.fact(key).type  # type: ignore[return-value]  # callers know the kind

    def _elapsed(self, key: str) -> Possible:
        type_ = self._type(key)
        if key == "episode.days":
            return known(type_, max(0, self.now.day - self.timeline.day_0))
        entry = self.stage()
        if entry is None:
            return unknown(type_)
        if key == "stage.max_demand":
            return known(type_, self.prepared.rulebook.stages[entry.stage].stage.max_demand)
        if key == "stage.days":
            return known(type_, self.now.day - entry.at.day)
        low, high = hours_between(entry.at, self.now)
        return Possible(Number(Fraction(low, 3600), Fraction(high, 3600)))

    def _track_stage(self, track: str) -> Possible:
        entry = self.timeline.stage(track, self.now, before_deciding=self.past)
        return Possible(Choice(frozenset([entry.stage if entry else "none"])))

    def _age(self) -> Possible:
        entry = self.timeline.newest("patient.born", self.now)
        type_ = self._type("patient.age")
        if entry is None or Absent.UNKNOWN in entry.answers or Absent.DECLINED in entry.answers:
            return unknown(type_)
        ages = [whole_years(answer.toordinal(), self.now.day) for answer in entry.answers]  # type: ignore[union-attr]
        return either([known(type_, age) for age in ages])

    def _event(self, event: str, detail: str) -> Possible:
        happened = self.timeline.event(event, self.now)
        if happened is None:
            return unknown(self._type(f"{event}.{detail}" if detail else event))
        if not detail:
            return known(self._type(event), happened.at.day)
        choice = happened.details.get(detail)
        type_ = self._type(f"{event}.{detail}")
        return unknown(type_) if choice is None else known(type_, choice)

    def _parameter(self, rule: ParameterRule) -> Possible:
        possible: list[Fraction] = []
        as_it_is = self.within(attrs.evolve(self.context, trigger=None))
        for when, value in rule.cases:
            answer = Truth.TRUE if when is None else as_it_is.truth(when)
            if answer is not Truth.FALSE:
                possible.append(value)
            if answer is Truth.TRUE:
                break
        stricter = rule.definition.stricter
        if stricter == "none":
            return Possible(Number(min(possible), max(possible)))
        value = max(possible) if stricter == "higher" else min(possible)
        for order in self.timeline.orders:
            if order.parameter == rule.definition.id and order_of(order.at) <= order_of(self.now):
                ordered = Fraction(order.value)
                value = max(value, ordered) if stricter == "higher" else min(value, ordered)
        return Possible(Number(value, value))

    # -- measures

    def _measure(self, key: str) -> Possible:
        side = self.prepared.sides.get(key)
        fact = self.prepared.fact(key)
        if side is not None and fact.derived is None:
            return self._side(side)
        rule = self._rule(key)
        if fact.derived is not None:
            if not self._derived_is_valid(key, rule):
                return unknown(fact.type, declinable=fact.declinable)
            # One value, whoever asks: its series look at the whole episode, not at a stage or an exercise.
            elsewhere = attrs.evolve(self.context, since_stage=False, exercise="", stage=None)
            return evaluate_derived(fact, self.within(elsewhere))
        return possible_of_dated(fact.type, self.valid(rule, key), declinable=fact.declinable)

    def _rule(self, key: str) -> MeasureRule:
        side = self.prepared.sides.get(key)
        return side.measure if side else self.prepared.rulebook.measures[key]

    def _side(self, side: Side) -> Possible:
        rule = side.measure
        if side.side in SIDES:
            entry = self.valid(rule, f"{rule.key}.{side.side}")
            return possible_of_dated(rule.type, entry, declinable=rule.declinable)
        if side.side == "average":
            return self._average(rule)
        involved = self.timeline.involved
        if not involved:
            return unknown(rule.type, declinable=rule.declinable)
        other = SIDES[1 - SIDES.index(involved)]
        return self.fact(f"{rule.key}.{involved if side.side == 'involved' else other}")

    def _average(self, rule: MeasureRule) -> Possible:
        left, right = (self.fact(f"{rule.key}.{side}") for side in SIDES)
        if not isinstance(left.value, Number) or not isinstance(right.value, Number):
            return unknown(self._type(f"{rule.key}.average"))
        low = (
            None
            if left.value.low is None or right.value.low is None
            else exact(Fraction(left.value.low + right.value.low) / 2)
        )
        high = (
            None
            if left.value.high is None or right.value.high is None
            else exact(Fraction(left.value.high + right.value.high) / 2)
        )
        return Possible(Number(low, high), left.may_be_declined or right.may_be_declined)

    def newest(self, key: str) -> Dated | None:
        """Return the newest entry that counts in this context, however old it is."""
        entry = self.timeline.newest(key, self.now)
        if entry is None:
            return None
        trigger = self.context.trigger
        if trigger is not None and not is_later(entry.at, trigger):
            return None
        return entry

    def valid(self, rule: MeasureRule, key: str) -> Dated | None:
        """Return the newest entry if it is still valid.

        Valid while `today - date <= valid_for`; at a visit, a measure asked at every visit counts only if recorded
        there.
        """
        entry = self.newest(key)
        if entry is None:
            return None
        only_at = self.context.only_at
        if only_at is None and self.visit and rule.assessment in self.prepared.visit_assessments:
            only_at = self.now
        if only_at is not None and rule.assessment and entry.at != only_at:
            return None
        return entry if is_valid(entry.at, rule.valid_for, self.now) else None

    def _derived_is_valid(self, key: str, rule: MeasureRule) -> bool:
        newest = self.newest_of(self.prepared.series_keys(key))
        return newest is None or is_valid(newest, rule.valid_for, self.now)

    # -- when things were recorded

    def newest_of(self, keys: frozenset[str]) -> Instant | None:
        """Return the instant of the newest entry among series keys (see `Prepared.series_keys`)."""
        found: Instant | None = None
        for key in keys:
            at = self._newest_instant(key)
            if at is not None and (found is None or order_of(at) > order_of(found)):
                found = at
        return found

    def has_blank(self, condition: Checked) -> bool:
        """Return whether an entry that is read leaves its answer open: withdrawn, blank, or two that differ."""
        parts = {part for key in condition.reads for part in self.prepared.series_keys(key)}
        entries = [self.valid(self._rule(key), key) for key in parts if not key.startswith("@")]
        is_open = any(one and (Absent.UNKNOWN in one.answers or len(one.answers) > 1) for one in entries)
        return is_open or any(series.blank_sessions(self, key) for key in condition.reads)

    def _newest_instant(self, key: str) -> Instant | None:
        if not key.startswith("@"):
            entry = self.newest(key)
            return entry.at if entry else None
        kind, _, name = key[1:].partition(".")
        if kind == "session":
            return series.newest_session_entry(self)
        if kind == "event":
            happened = self.timeline.event(name, self.now)
            return happened.at if happened else None
        if kind == "clearance":
            return clearances.changed(self, name)
        orders = [order.at for order in self.timeline.orders if order_of(order.at) <= order_of(self.now)]
        return orders[-1] if orders else None


_CONTEXTUAL = ("session.", "did.", "stage.", "trigger")
