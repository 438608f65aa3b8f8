"""What may have been recorded otherwise: answers of today and of before, each with the values worth trying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

import attrs

from rehabflow.conditions.nodes import Call, Node, Series, walk_through
from rehabflow.conditions.possible import Number
from rehabflow.conditions.uses import uses
from rehabflow.conditions.world import Window
from rehabflow.engine.asking.atoms import BORN, CLEARANCE, UNREPORTED, Atoms, reads_known
from rehabflow.engine.facts import Facts
from rehabflow.engine.nearest.filling import filled, questionnaire_of
from rehabflow.engine.nearest.points import Point, decimal_of, points_of
from rehabflow.engine.series import span
from rehabflow.engine.sessions import unreported
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import DiaryLine, SessionLogged
from rehabflow.record.timeline import Dated, order_of
from rehabflow.record.values import Absent, Answer

SlotKind: TypeAlias = Literal[
    "answer", "questionnaire", "session", "done", "unreported", "line", "event", "detail", "clearance"
]
MOST_PAST: Final = 24
DONE: Final = "session.done"
EXPECTED: Final = "session.expected"
_SINCE_BASELINE: Final = frozenset(["improvement", "worsening", "percent_improvement"])


@frozen(eq=False)
class Slot:
    """One thing that may have been recorded otherwise.

    `at`: of when it is. `before`: what is on record, None for nothing. `coarse`: the points may miss a nearer value.
    `age`: days before today.
    """

    index: int
    kind: SlotKind
    key: str
    at: Instant
    before: Answer | None
    points: tuple[Point, ...]
    coarse: bool = False
    age: int = 0

    @property
    def least(self) -> Fraction:
        """Return the least cost of its points."""
        return min(point.cost for point in self.points)


@attrs.define(eq=False)
class Slots:
    """The slots of one record, made when a rule first reads them; `facts` are those of the record as it is."""

    facts: Facts
    atoms: Atoms
    all: list[Slot] = attrs.field(factory=list)
    _known: dict[tuple[SlotKind, str, Instant], Slot | None] = attrs.field(factory=dict)
    _of: dict[tuple[Node, bool], tuple[Slot, ...]] = attrs.field(factory=dict)

    def of(self, node: Node, *, looks_back: bool = False) -> tuple[Slot, ...]:
        """Return what a condition or a part of it rests on; `looks_back`: on each moment of the record."""
        found = self._of.get((node, looks_back))
        if found is None:
            past = looks_back or _looks_back(node)
            made = dict.fromkeys(
                slot for atom in self.atoms.of_node(node) for slot in self._slots(atom, node, past=past)
            )
            found = self._of[node, looks_back] = tuple(sorted(made, key=lambda slot: (slot.age, slot.index)))
        return found

    def _slots(self, atom: str, node: Node, *, past: bool) -> Iterator[Slot]:
        rulebook = self.facts.prepared.rulebook
        head, _, detail = atom.partition(".")
        if atom.startswith(CLEARANCE):
            yield from self._clearance(atom)
        elif atom == UNREPORTED:
            yield from self._sessions_done()
        elif atom in rulebook.diary:
            yield from self._session_answers(atom)
        elif head in rulebook.events:
            removes = reads_known(node)
            yield from self._detail(atom, head, detail) if detail else self._event(atom, removes=removes)
        elif (items := questionnaire_of(self.facts, self.atoms, atom)) is not None:
            yield from self._questionnaire(atom, items, past=past)
        else:
            yield from self._answers(atom, past=past)

    # -- answers to measures

    def _answers(self, atom: str, *, past: bool) -> Iterator[Slot]:
        now = self.facts.now
        series = self.facts.timeline.series.get(atom)
        entries = series.entries[: series.upto(now)] if series is not None else []
        newest = entries[-1] if entries else None
        if atom == BORN and newest is not None:
            return
        if newest is not None and order_of(newest.at) == order_of(now):
            yield from self._made("answer", atom, newest.at, _settled(newest), taken=True)
            entries = entries[:-1]
        else:
            yield from self._made("answer", atom, now, _settled(newest), taken=False)
        if past:
            kept = entries if len(entries) <= MOST_PAST else [entries[0], *entries[-MOST_PAST:]]
            for entry in reversed(kept):
                yield from self._made("answer", atom, entry.at, _settled(entry), taken=True)

    def _made(
        self,
        kind: SlotKind,
        key: str,
        at: Instant,
        before: Answer | None,
        points: Sequence[Point] | None = None,
        *,
        taken: bool,
        coarse: bool | None = None,
    ) -> Iterator[Slot]:
        """Yield the slot, unless nothing else could be recorded; `taken`: `before` is on record at `at` itself."""
        name = (kind, key, at)
        if name not in self._known:
            if points is None:
                points = points_of(self.atoms, key, self.facts.now.day, before, again=not taken)
            rough = self.atoms.is_coarse(key) if coarse is None else coarse
            age = self.facts.now.day - at.day
            made = Slot(len(self.all), kind, key, at, before if taken else None, tuple(points), rough, age)
            self._known[name] = made if points else None
            self.all.extend([made] if points else [])
        found = self._known[name]
        if found is not None:
            yield found

    def _questionnaire(self, atom: str, items: Sequence[str], *, past: bool) -> Iterator[Slot]:
        assessment = self.facts.prepared.rulebook.measures[atom].assessment
        now = self.facts.now
        series = self.facts.timeline.series.get(atom)
        dates = [entry.at for entry in series.entries[: series.upto(now)]] if series is not None else []
        before = [at for at in dates if order_of(at) != order_of(now)][-MOST_PAST:] if past else []
        for at in [now, *reversed(before)]:
            name: tuple[SlotKind, str, Instant] = ("questionnaire", assessment, at)
            if name in self._known:
                made = self._known[name]
                yield from [made] if made is not None else []
                continue
            points, coarse = filled(self.facts, self.atoms, assessment, items, at)
            yield from self._made(*name, None, points, taken=True, coarse=coarse)

    # -- sessions

    def _session_answers(self, item: str) -> Iterator[Slot]:
        name = item.removeprefix("session.")
        for session in self._sessions():
            before = session.answers.get(name)
            yield from self._made(
                "session", item, session.at, None if before is Absent.UNKNOWN else before, taken=True
            )
        for line in self._lines():
            yield from self._made("line", item, line.at, line.worst.get(name), taken=True)
        yield from self._report()

    def _sessions_done(self) -> Iterator[Slot]:
        """Yield whether sessions were done, and those that nobody reported."""
        one, none = Decimal(1), Decimal(0)
        for session in self._sessions():
            points = [Point({DONE: one - session.done}, Fraction(1))] if session.done in (none, one) else []
            yield from self._made("done", DONE, session.at, session.done, points, taken=True, coarse=False)
        for line in self._lines():
            counts = sorted(
                (n for n in range(line.of + 1) if n != line.done), key=lambda n: abs(n - line.done)
            )
            points = [
                Point({DONE: Decimal(n)}, Fraction(abs(n - line.done), max(1, line.of))) for n in counts
            ]
            yield from self._made("line", DONE, line.at, Decimal(line.done), points, taken=True, coarse=False)
        yield from self._report()

    def _report(self) -> Iterator[Slot]:
        """Yield what a diary line of today could say of the sessions that nobody reported; answers at their best."""
        lines = self._lines()
        begin = lines[0].at.day + 1 if lines else 0
        missing = [
            one.day for one in unreported(self.facts.timeline, span(self.facts, Window())) if one.day >= begin
        ]
        if not missing:
            return
        first = missing[-1]
        own = [one for one in self._sessions() if one.at.day >= first]
        done, best = sum(one.done > 0 for one in own), self._best_answers()
        of = len(missing) + len(own)
        points = [
            Point({DONE: Decimal(done + more), EXPECTED: Decimal(of), **best}, Fraction(more, of))
            for more in range(len(missing) + 1)
        ]
        yield from self._made("unreported", DONE, Instant(first), None, points, taken=True, coarse=False)

    def _best_answers(self) -> dict[str, Answer]:
        """Return for each diary item that rules read an answer of its best region, the one nearest to the others."""
        best: dict[str, Answer] = {}
        for item, rule in self.facts.prepared.rulebook.diary.items():
            points = points_of(self.atoms, item, self.facts.now.day, None, again=True)
            if not points or rule.definition.answered_after is not None:
                continue
            is_high = rule.definition.shape.better == "higher"
            point = points[-1 if is_high else 0]
            region = point.region.value if point.region is not None else None
            end = (region.low if is_high else region.high) if isinstance(region, Number) else None
            best[item] = point.answers[item] if end is None else decimal_of(end)
        return best

    def _sessions(self) -> list[SessionLogged]:
        now = order_of(self.facts.now)
        return [one for one in reversed(self.facts.timeline.sessions) if order_of(one.at) <= now][:MOST_PAST]

    def _lines(self) -> list[DiaryLine]:
        now = order_of(self.facts.now)
        return [one for one in reversed(self.facts.timeline.lines) if order_of(one.at) <= now][:MOST_PAST]

    # -- events, clearances

    def _event(self, event: str, *, removes: bool) -> Iterator[Slot]:
        happened = self.facts.timeline.event(event, self.facts.now)
        if happened is None:
            yield from self._made("event", event, self.facts.now, None, taken=False)
        elif removes:
            never: list[Point] = [Point({}, Fraction(1))]
            yield from self._made("event", event, happened.at, "happened", never, taken=True, coarse=False)

    def _detail(self, atom: str, event: str, detail: str) -> Iterator[Slot]:
        happened = self.facts.timeline.event(event, self.facts.now)
        if happened is not None:
            yield from self._made("detail", atom, happened.at, happened.details.get(detail), taken=True)

    def _clearance(self, atom: str) -> Iterator[Slot]:
        scope = atom.removeprefix(CLEARANCE)
        who = self.facts.prepared.rulebook.clearances[scope].by
        points = [Point({atom: who[0]}, Fraction(0))]
        yield from self._made("clearance", scope, self.facts.now, None, points, taken=True, coarse=False)


def _settled(entry: Dated | None) -> Answer | None:
    """Return what was recorded; None if it is nothing, withdrawn, or one of several."""
    if entry is None or len(entry.answers) > 1 or entry.answers[0] is Absent.UNKNOWN:
        return None
    return entry.answers[0]


def _looks_back(node: Node) -> bool:
    """Return whether older answers count: in a series, a baseline, or two sides of one visit."""
    for part in walk_through(node):
        if isinstance(part, Series) or (isinstance(part, Call) and part.function in _SINCE_BASELINE):
            return True
    return any(use.way in ("sides", "entries", "member") for use in uses(node))


def together(slots: Iterable[Iterable[Slot]]) -> tuple[Slot, ...]:
    """Return the slots of several conditions, each once."""
    return tuple(dict.fromkeys(slot for some in slots for slot in some))
