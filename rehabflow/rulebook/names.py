"""Every name of a rulebook and what it means; what stands for a text is checked when first read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.scope import Derived, Fact, Forbidden, Meaning, Named, Several
from rehabflow.conditions.types import BooleanType, ChoiceType
from rehabflow.definitions.common import Expression
from rehabflow.definitions.measures import Measure
from rehabflow.definitions.protocols import Protocol
from rehabflow.frozen import frozen
from rehabflow.rulebook.builtins import BORN, builtin_facts, event_facts, parameter_fact
from rehabflow.rulebook.checking import BROKEN, Checker
from rehabflow.rulebook.model import FindingRule, ParameterRule
from rehabflow.rulebook.scope import BAND, DERIVED, ORDINARY, PARAMETER, Group, PlaceScope, Setting
from rehabflow.rulebook.tables import Tables
from rehabflow.rulebook.values import TAKEN_SIDES, Recorded, Values
from rehabflow.rulebook.words import Words

NO_STAGE = "none"


@frozen(eq=False)
class AllNames:
    """Implements `scope.Names`. What is checked here is kept, so that each text is checked once."""

    tables: Tables
    words: Words
    values: Values
    checker: Checker
    static: Mapping[str, tuple[Group, Fact]]
    has_tracks: bool
    _done: dict[str, Meaning] = attrs.field(factory=dict)
    _open: list[str] = attrs.field(factory=list)
    finding_rules: dict[str, tuple[FindingRule, ...]] = attrs.field(factory=dict)
    parameter_rules: dict[str, ParameterRule] = attrs.field(factory=dict)

    @classmethod
    def of(cls, tables: Tables, words: Words, protocol: Protocol | None, checker: Checker) -> AllNames:
        """Return the names of united tables, with the tracks of a protocol (None: a plugin alone)."""
        static = {fact.key: (group, fact) for group, fact in builtin_facts(tables, words)}
        static.update({fact.key: ("record", fact) for fact in event_facts(tables)})
        for id_, track in (protocol.tracks if protocol else {}).items():
            key = f"track.{id_}.stage"
            stages = ChoiceType((NO_STAGE, *track.stages), ordered=True)
            static[key] = ("stage", Fact(key, stages, choice_list=key))
        return cls(
            tables, words, Values.of(tables.united.assessments, words), checker, static, protocol is not None
        )

    def scope(
        self, setting: Setting, *, side: str = "", own: Mapping[str, Meaning] | None = None
    ) -> PlaceScope:
        """Return the names of one place."""
        return PlaceScope(self, setting, own or {}, side)

    def look_up(self, name: str) -> tuple[Group, Meaning] | None:
        """Return what a name means, and its group; None if nothing is called so."""
        if name in self.static:
            return self.static[name][0], self.built_in(name)
        if name in self.values.by_name:
            return "record", self.fact(*self.values.by_name[name])
        head, _, rest = name.partition(".")
        if head == "criterion" and rest in self.tables.united.criteria:
            return "judged", self.criterion(rest)
        if head == "finding":
            return self._finding(rest)
        if name in self.tables.united.parameters:
            return "record", self.parameter(name)
        if name in self.tables.united.assessments:
            return "record", Forbidden(self._no_main_measure(name))
        if head == "track" and not self.has_tracks:
            return "stage", Forbidden("tracks and stages belong to protocols, a plugin cannot know them")
        if name == BORN:
            return "record", Forbidden("read patient.age, the whole years since")
        return None

    def of_groups(self, groups: Collection[Group]) -> Collection[str]:
        """Return the names of these groups, for suggestions."""
        names = [name for name, (group, _) in self.static.items() if group in groups]
        if "record" in groups:
            names += [*self.values.by_name, *self.tables.united.parameters]
        if "judged" in groups:
            names += [f"criterion.{id_}" for id_ in self.tables.united.criteria]
            names += [f"finding.{id_}" for id_ in self.tables.united.findings]
        return names

    def check_all(self) -> None:
        """Check everything that stands for a text, in one order, so that a circle is always told in the same place."""
        for id_ in self.tables.united.parameters:
            self.parameter(id_)
        for key in self.static:
            self.built_in(key)
        for key, recorded in self.values.recorded.items():
            for side in ("", *recorded.sides()):
                self.fact(key, side)
        for id_ in self.tables.united.criteria:
            self.criterion(id_)
        for id_ in self.tables.united.findings:
            self.finding(id_)

    def clearances(self) -> Collection[str]:
        """Return the declared clearance scopes."""
        return self.tables.united.clearances.keys()

    def assessments(self) -> Collection[str]:
        """Return the assessments."""
        return self.tables.united.assessments.keys()

    def fact(self, key: str, side: str = "") -> Meaning:
        """Return a measure or item, seen from a side ("": the whole), with what it is derived from."""
        recorded = self.values.recorded[key]
        fact = recorded.fact(side)
        definition = recorded.definition
        if definition is None or fact.sided or not (definition.is_derived or definition.bands):
            return fact
        return self._once(fact.key, lambda: self._complete(recorded, definition, fact, side))

    def built_in(self, key: str) -> Meaning:
        """Return a built-in fact; that of a diary item with its bands."""
        fact = self.static[key][1]
        item = self.tables.united.diary.get(key.removeprefix("session."))
        if item is None or not item.bands or not key.startswith("session."):
            return fact
        return self._once(key, lambda: attrs.evolve(fact, bands=self._bands(item.id, item.bands, fact)))

    def criterion(self, id_: str) -> Meaning:
        """Return the criterion as a condition to be used by its name."""
        rule = self.tables.united.criteria[id_]
        return self._condition_once(
            f"criterion.{id_}", lambda: self._condition(rule.when, self.scope(ORDINARY))
        )

    def finding(self, key: str) -> Meaning:
        """Return a finding: `short_hamstrings` (either side), `short_hamstrings.left`."""
        id_, _, side = key.partition(".")
        definition = self.tables.united.findings[id_]
        if definition.each_side and not side:
            either = Expression(f"finding.{id_}.left or finding.{id_}.right", definition.when.place)
            return self._condition_once(
                f"finding.{id_}", lambda: self._condition(either, self.scope(ORDINARY))
            )
        scope = self.scope(ORDINARY, side=side)
        return self._condition_once(f"finding.{key}", lambda: self._condition(definition.when, scope))

    def parameter(self, id_: str) -> Meaning:
        """Return a parameter's fact; its cases are checked when it is first read."""
        fact = parameter_fact(self.tables, id_)
        return self._once(id_, lambda: self._check_parameter(id_, fact))

    def _check_parameter(self, id_: str, fact: Fact) -> Fact:
        definition = self.tables.united.parameters[id_]
        scope = self.scope(PARAMETER)
        cases = tuple(
            (
                None if case.when is None else self.checker.condition(case.when, scope, "neither"),
                Fraction(case.value),
            )
            for case in definition.cases
        )
        self.parameter_rules[id_] = ParameterRule(definition, cases)
        return fact

    def _finding(self, rest: str) -> tuple[Group, Meaning] | None:
        id_, _, side = rest.partition(".")
        definition = self.tables.united.findings.get(id_)
        if definition is None or (side and not (definition.each_side and side in TAKEN_SIDES)):
            return None
        return "judged", self.finding(rest)

    def _condition(self, expression: Expression, scope: PlaceScope) -> Checked:
        return self.checker.condition(expression, scope, "free")

    def _condition_once(self, key: str, build: Callable[[], Checked]) -> Meaning:
        """Return a name for a condition; a faulty one is a plain yes or no, so that it is reported once."""
        stand_in = Fact(key, BooleanType())

        def named() -> Meaning:
            condition = build()
            return stand_in if condition is BROKEN else Named(key, condition)

        return self._once(key, named)

    def _once(self, key: str, build: Callable[[], Meaning]) -> Meaning:
        """Return what `build` makes, made once; a name that is just being made closes a circle."""
        if key in self._done:
            return self._done[key]
        if key in self._open:
            circle = [*self._open[self._open.index(key) :], key]
            return Forbidden(self.checker.circle(circle))
        self._open.append(key)
        try:
            self._done[key] = meaning = build()
        finally:
            self._open.pop()
        return meaning

    def _complete(self, recorded: Recorded, definition: Measure, fact: Fact, side: str) -> Fact:
        derived = None
        if definition.is_derived and side in ("", *TAKEN_SIDES):
            derived = self._derived(recorded, definition, side)
        bands = self._bands(definition.id, definition.bands, fact)
        return attrs.evolve(fact, derived=derived, bands=bands)

    def _bands(
        self, bare_name: str, bands: Iterable[tuple[str, Expression | None]], fact: Fact
    ) -> tuple[tuple[str, Checked | None], ...]:
        scope = self.scope(BAND, own={bare_name: fact})
        return tuple((name, self.checker.optional(when, scope, "free")) for name, when in bands)

    def _derived(self, recorded: Recorded, definition: Measure, side: str) -> Derived:
        scope = self.scope(DERIVED, own=_OwnValues(self, recorded.assessment, side))
        if definition.value is not None:
            return Derived(value=self.checker.value(definition.value, scope, recorded.type, "neither"))
        picks = tuple(
            (option, None if when is None else self.checker.condition(when, scope, "neither"))
            for option, when in definition.picks
        )
        return Derived(picks=picks)

    def _no_main_measure(self, assessment: str) -> str:
        measures = sorted(measure.key for measure in self.tables.united.assessments[assessment].measures)
        return f"the assessment has no main measure; name one: {', '.join(measures)}"


@frozen(eq=False)
class _OwnValues(Mapping[str, Meaning]):
    """The bare names inside an assessment: items and measures (of one side, if it is sided), and `items`."""

    names: AllNames
    assessment: str
    side: str

    def __getitem__(self, name: str) -> Meaning:
        if name == "items" and name in tuple(self):
            items = [value for value in self._values() if value.is_item]
            return Several(tuple(value.fact(self.side) for value in items))
        for value in self._values():
            if value.name == name:
                return self.names.fact(value.key, self.side)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        names = [value.name for value in self._values()]
        return iter([*names, "items"] if any(value.is_item for value in self._values()) else names)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _values(self) -> tuple[Recorded, ...]:
        return self.names.values.by_assessment[self.assessment]
