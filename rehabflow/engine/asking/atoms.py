"""What each name rests on: the single answers (atoms) that a person can give, and where their domains are cut."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.cutting import MOST_GRID_VALUES, MOST_SUBSET_MEMBERS, Marks, domain, marks_of
from rehabflow.conditions.nodes import Call, Compare, FactNode, NamedNode, Node, Series, walk
from rehabflow.conditions.possible import Boolean, Choice, Number, Options, Possible
from rehabflow.conditions.types import DateType, Exact, NumberType, SetType
from rehabflow.conditions.uses import uses
from rehabflow.conditions.world import Window
from rehabflow.engine.prepared import SIDE_VIEWS, SIDES, Prepared
from rehabflow.instants import whole_years
from rehabflow.record.values import Absent, Answer

BORN: Final = "patient.born"
AGE: Final = "patient.age"
UNREPORTED: Final = "@unreported"
CLEARANCE: Final = "clearance."
OLDEST: Final = 130


@attrs.define(eq=False)
class Atoms:
    """Tables of one rulebook, filled as they are needed; see `atoms_of`.

    An atom is a key of the record (`nprs.average`, `slr.angle.left`, `patient.born`), a diary item (`session.y`), an
    event or its detail, `clearance.x`, or `@unreported` for the sessions that nobody reported.

    `order` is the order of the files; `written` are the facts that rules name (not what those follow from).
    `questionnaires` remembers what `variables.ramps` found, `compared` the parts of a comparison with several.
    """

    prepared: Prepared
    order: Mapping[str, int]
    marks: Mapping[str, Marks]
    written: frozenset[str]
    questionnaires: dict[str, tuple[tuple[Mapping[str, Answer], ...], bool]] = attrs.field(factory=dict)
    compared: dict[tuple[Node, Node], Compare] = attrs.field(factory=dict)
    _asked_if_known: frozenset[str] | None = None
    _counted: dict[Node, tuple[str, ...]] = attrs.field(factory=dict)
    _of_key: dict[str, frozenset[str]] = attrs.field(factory=dict)
    _of_node: dict[Node, tuple[str, ...]] = attrs.field(factory=dict)
    _points: dict[str, tuple[Answer, ...]] = attrs.field(factory=dict)

    def of_node(self, node: Node) -> tuple[str, ...]:
        """Return the atoms that a part of a condition rests on, in the order of the files."""
        found = self._of_node.get(node)
        if found is None:
            last = len(self.order)
            atoms = self._find_of_node(node)
            found = tuple(sorted(atoms, key=lambda atom: (self.order.get(atom, last), atom)))
            self._of_node[node] = found
        return found

    def counted(self, node: Node) -> tuple[str, ...]:
        """Return the atoms of which a part counts the visits at which they were recorded: `times(known(x), of=a)`."""
        found = self._counted.get(node)
        if found is None:
            keys = {
                part.arguments[0].fact.key
                for series in _through(node)
                if isinstance(series, Series) and series.window.of is not None
                for part in _through(series)
                if isinstance(part, Call)
                and part.function == "known"
                and isinstance(part.arguments[0], FactNode)
            }
            found = self._counted[node] = tuple(sorted(atom for key in keys for atom in self.of_key(key)))
        return found

    @property
    def asked_if_known(self) -> frozenset[str]:
        """The atoms of which some rule asks whether they were recorded."""
        if self._asked_if_known is None:
            keys = {key for condition in _conditions(self.prepared) for key in condition.uses_known}
            self._asked_if_known = frozenset().union(*(self.of_key(key) for key in keys))
        return self._asked_if_known

    def _find_of_node(self, node: Node) -> set[str]:
        found: set[str] = set()
        for use in uses(node):
            if use.way == "cleared":
                found.add(CLEARANCE + use.key)
            elif use.fact is None or use.fact.derived is None:
                found |= self.of_key(use.key)
        if any(isinstance(part, Series) and _is_of_sessions(part) for part in _through(node)):
            found.add(UNREPORTED)
        return found

    def of_key(self, key: str) -> frozenset[str]:
        """Return the atoms that a fact rests on; none for what the record always knows."""
        found = self._of_key.get(key)
        if found is None:
            found = self._of_key[key] = frozenset(self._find_of_key(key))
        return found

    def _find_of_key(self, key: str) -> Iterator[str]:
        rulebook = self.prepared.rulebook
        head = key.partition(".")[0]
        if key == AGE:
            yield BORN
        elif key in rulebook.diary or head in rulebook.events:
            yield key
        elif key in rulebook.parameters:
            for when, _ in rulebook.parameters[key].cases:
                if when is not None:
                    yield from self.of_node(when.tree)
        elif key in self.prepared.sides or key in rulebook.measures:
            yield from self._of_measure(key)

    def _of_measure(self, key: str) -> Iterator[str]:
        side = self.prepared.sides.get(key)
        rule = side.measure if side is not None else self.prepared.rulebook.measures[key]
        derived = self.prepared.fact(key).derived
        if derived is not None:
            for condition in (derived.value, *(when for _, when in derived.picks)):
                if condition is not None:
                    yield from self.of_node(condition.tree)
        elif side is not None and side.side in SIDES:
            yield key
        elif rule.sided:
            yield from (f"{rule.key}.{taken}" for taken in SIDES)
        else:
            yield key

    # -- points

    def points(self, atom: str, today: int) -> tuple[Answer, ...]:
        """Return one answer of each region into which all rules together cut an atom's domain."""
        found = self._points.get(atom)
        if found is not None:
            return found
        marks = self.marks_of(atom)
        if marks is None:
            return ()
        if atom == BORN:
            return _births(marks, today)
        answers = tuple(answer_in(region, marks) for region in self.regions(atom, today))
        if isinstance(marks.fact.type, SetType) and len(answers) == 1:
            answers = (frozenset(), frozenset(marks.fact.type.choices))
        if not isinstance(marks.fact.type, DateType):
            self._points[atom] = answers
        return answers

    def regions(self, atom: str, today: int) -> tuple[Possible, ...]:
        """Return the regions into which all rules together cut an atom's domain; () if none reads it."""
        marks = self.marks_of(atom)
        return () if marks is None else _regions(atom, marks, today)

    def is_coarse(self, atom: str) -> bool:
        """Return whether the points of an atom may miss an answer that matters: it was not cut everywhere."""
        marks = self.marks_of(atom)
        if marks is None:
            return False
        type_ = marks.fact.type
        if isinstance(type_, SetType):
            asked = len(type_.choices) if marks.mixed else len(marks.options)
            return asked > MOST_SUBSET_MEMBERS
        if isinstance(type_, DateType):
            return marks.mixed
        if not isinstance(type_, NumberType) or not marks.mixed:
            return False
        if type_.low is None or type_.high is None or type_.decimals is None or atom.startswith("session."):
            return True
        values = (type_.high - type_.low) * int(10**type_.decimals) + 1
        return values > MOST_GRID_VALUES

    def marks_of(self, atom: str) -> Marks | None:
        """Return what an atom is compared with, directly or through its sides or the age; None if no rule reads it."""
        if atom == BORN:
            return self.marks.get(AGE)
        side = self.prepared.sides.get(atom)
        if side is None:
            return self.marks.get(atom)
        base = side.measure.key
        joined = Marks(self.prepared.fact(atom))
        for name in (base, *(f"{base}.{view}" for view in SIDE_VIEWS)):
            found = self.marks.get(name)
            if found is not None:
                joined.thresholds |= found.thresholds
                joined.options |= found.options
                joined.mixed |= found.mixed or name in (base, f"{base}.average")
        return (
            joined if joined.mixed or joined.thresholds or joined.options or self._reads_side(base) else None
        )

    def _reads_side(self, base: str) -> bool:
        return any(f"{base}.{view}" in self.marks for view in SIDE_VIEWS)


@lru_cache(maxsize=32)
def atoms_of(prepared: Prepared) -> Atoms:
    """Return the tables of a rulebook; the same for every patient."""
    rulebook = prepared.rulebook
    conditions = list(_conditions(prepared))
    trees = [condition.tree for condition in conditions]
    for parameter in rulebook.parameters.values():
        trees += [when.tree for when, _ in parameter.cases if when is not None]
    order = {atom: place for place, atom in enumerate(_in_order(prepared))}
    written = frozenset(
        part.fact.key for tree in trees for part in _through(tree) if isinstance(part, FactNode)
    )
    return Atoms(prepared, order, marks_of(trees), written)


def _in_order(prepared: Prepared) -> Iterator[str]:
    """Yield every atom of the record, those of an assessment in the order of its file."""
    rulebook = prepared.rulebook
    yield BORN
    for assessment in rulebook.assessments.values():
        names = [measure.id for measure in assessment.measures if not measure.is_derived]
        names += assessment.items.ids if assessment.items is not None else ()
        for name in names:
            key = f"{assessment.id}.{name}"
            yield from (f"{key}.{side}" for side in SIDES) if assessment.sided else (key,)
    yield from rulebook.diary
    for event, kind in rulebook.events.items():
        yield event
        yield from (f"{event}.{detail}" for detail in sorted(kind.details))


def _conditions(prepared: Prepared) -> Iterator[Checked]:
    """Yield every condition that an outcome may follow from."""
    rulebook = prepared.rulebook
    yield from (gate.when for gate in rulebook.gates)
    yield from (track.open_while for track in rulebook.tracks.values() if track.open_while is not None)
    for stage in rulebook.stages.values():
        for rule in (*stage.enter, *stage.leave, *(stage.discharge or ())):
            yield rule.condition
        for _, rules in stage.regress:
            yield from (rule.condition for rule in rules)
        if stage.response is not None:
            yield from (condition for _, condition in stage.response.levels.values())


def _through(node: Node) -> Iterator[Node]:
    """Yield every part of a condition, through names but not into derived measures."""
    for part in walk(node):
        yield part
        if isinstance(part, NamedNode):
            yield from _through(part.named.condition.tree)


def windows_of(node: Node) -> Iterator[tuple[Window, bool]]:
    """Yield the windows over sessions that a part reads, and whether it reads only their number.

    A plain `session.x` reads the default window.
    """
    is_plain = False
    inside: set[Node] = set()
    for part in _through(node):
        if isinstance(part, Series):
            inside.update(_through(part))
            if _is_of_sessions(part):
                yield part.window, part.function in ("sessions_done", "adherence")
        elif isinstance(part, FactNode) and part.fact.varies and part not in inside:
            is_plain = True
    if is_plain:
        yield Window(), False


def _is_of_sessions(series: Series) -> bool:
    if series.function in ("sessions_done", "adherence"):
        return True
    if series.window.of is not None:
        return False
    if series.function in ("streak", "times"):
        return True
    argument = series.arguments[0] if series.arguments else None
    return isinstance(argument, FactNode) and argument.fact.key.startswith("session.")


def reads_known(node: Node) -> bool:
    """Return whether a part asks whether something was recorded or has happened."""
    return any(isinstance(part, Call) and part.function in ("known", "happened") for part in _through(node))


def _regions(atom: str, marks: Marks, today: int) -> tuple[Possible, ...]:
    """Return the regions of an atom; of diary items that are compared with each other, only few."""
    type_ = marks.fact.type
    if not atom.startswith("session.") or not marks.mixed or not isinstance(type_, NumberType):
        return domain(marks, today)
    cut = domain(attrs.evolve(marks, mixed=False), today)
    found = {region.value.low: region for region in cut if isinstance(region.value, Number)}
    found.update({end: Possible(Number(end, end)) for end in (type_.low, type_.high)})
    return tuple(found[low] for low in sorted(low for low in found if low is not None))


def answer_in(region: Possible, marks: Marks) -> Answer:
    """Return an answer of a region, as it would be recorded."""
    match region.value:
        case None:
            return Absent.DECLINED
        case Boolean(surely=surely):
            return surely
        case Choice(options=options):
            return min(options)
        case Options(surely=inside):
            return inside
        case Number(low=low, high=high):
            if isinstance(marks.fact.type, DateType):
                return datetime.date.fromordinal(int(high if high is not None else low or 1))
            return _decimal(low if low is not None else high if high is not None else 0)


def _decimal(value: Exact) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _births(marks: Marks, today: int) -> tuple[Answer, ...]:
    """Return a date of birth for each region of the age, the youngest age of each."""
    ages = {int(region.value.low or 0) for region in domain(marks) if isinstance(region.value, Number)}
    return tuple(datetime.date.fromordinal(_born(age, today)) for age in sorted(ages) if age <= OLDEST)


def _born(age: int, today: int) -> int:
    """Return the latest day on which someone of this age today can have been born."""
    low, high = 1, today
    while low < high:
        middle = (low + high + 1) // 2
        if whole_years(middle, today) >= age:
            low = middle
        else:
            high = middle - 1
    return low
