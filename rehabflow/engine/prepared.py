"""What the engine works out once per rulebook: compiled condition groups, and which record entries a fact rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.compiled import Group, compile_group
from rehabflow.conditions.nodes import Node, Series, walk_through
from rehabflow.conditions.possible import Possible, Truth
from rehabflow.conditions.scope import Fact
from rehabflow.frozen import frozen
from rehabflow.rulebook.model import GateRule, MeasureRule, Rulebook

SIDES = ("left", "right")
SIDE_VIEWS = ("left", "right", "involved", "uninvolved", "average")


@frozen
class Side:
    """A sided measure seen from one side: `left right involved uninvolved average`."""

    measure: MeasureRule
    side: str


@frozen(eq=False)
class Prepared:
    """Tables derived from a rulebook; see `prepare`."""

    rulebook: Rulebook
    sides: Mapping[str, Side]
    visit_assessments: frozenset[str]
    keys_of_assessment: Mapping[str, tuple[str, ...]]
    latched: tuple[GateRule, ...]
    plain: tuple[GateRule, ...]
    latched_whens: Group
    plain_whens: Group
    _bases: dict[str, frozenset[str]] = attrs.field(factory=dict)
    _series: dict[int, frozenset[str]] = attrs.field(factory=dict)
    _of_exercise: dict[Checked, bool] = attrs.field(factory=dict)
    static_truths: dict[tuple[int, str], Truth] = attrs.field(factory=dict)
    static_scores: dict[tuple[int, str], Possible] = attrs.field(factory=dict)
    exercise_attributes: dict[str, Mapping[str, Possible]] = attrs.field(factory=dict)

    def fact(self, key: str) -> Fact:
        """Return the static fact of a key."""
        return self.rulebook.facts[key]

    def series_keys(self, key: str) -> frozenset[str]:
        """Return the record's series that a fact's value rests on.

        Special keys: `@session` (any session's entry), `@event.x`, `@orders`, `@clearance.x`.
        """
        found = self._bases.get(key)
        if found is None:
            found = self._bases[key] = self._find_series(key)
        return found

    def series_of(self, condition: Checked) -> frozenset[str]:
        """Return every series that a condition of the rulebook rests on, clearances and counted sessions included."""
        present = self._series.get(id(condition))
        if present is not None:
            return present
        found: set[str] = {f"@clearance.{scope}" for scope in condition.uses_cleared}
        found |= {"@session"} if _counts_sessions(condition.tree) else set()
        for key in condition.reads:
            found |= self.series_keys(key)
        self._series[id(condition)] = frozenset(found)
        return self._series[id(condition)]

    def reads_exercise_only(self, condition: Checked) -> bool:
        """Return whether a condition of the rulebook reads nothing but attributes of an exercise."""
        found = self._of_exercise.get(condition)
        if found is None:
            found = not condition.series and all(key.startswith("exercise.") for key in condition.reads)
            self._of_exercise[condition] = found
        return found

    def _find_series(self, key: str) -> frozenset[str]:
        if key == "patient.age":
            return frozenset(["patient.born"])
        if key.startswith(("session.", "did.")):
            return frozenset(["@session"])
        if key in self.sides:
            base = self.sides[key].measure.key
            return frozenset(f"{base}.{side}" for side in SIDES)
        head = key.split(".", maxsplit=1)[0]
        if head in self.rulebook.events:
            return frozenset([f"@event.{head}"])
        if key in self.rulebook.parameters:
            return self._parameter_series(key)
        return self._measure_series(key)

    def _parameter_series(self, key: str) -> frozenset[str]:
        found: set[str] = {"@orders"} if self.rulebook.parameters[key].definition.set_by else set()
        for when, _ in self.rulebook.parameters[key].cases:
            if when is not None:
                found |= self.series_of(when)
        return frozenset(found)

    def _measure_series(self, key: str) -> frozenset[str]:
        measure = self.rulebook.measures.get(key)
        if measure is None:
            return frozenset()
        derived = measure.fact.derived
        if derived is None:
            return frozenset([key] if not measure.sided else [f"{key}.{side}" for side in SIDES])
        found: set[str] = set()
        conditions = [derived.value, *(when for _, when in derived.picks)]
        for condition in conditions:
            if condition is not None:
                found |= self.series_of(condition)
        return frozenset(found)


def _counts_sessions(tree: Node) -> bool:
    """Return whether a text counts sessions, whatever was answered in them."""
    counted = ("sessions_done", "adherence")
    return any(isinstance(node, Series) and node.function in counted for node in walk_through(tree))


@lru_cache(maxsize=32)
def prepare(rulebook: Rulebook) -> Prepared:
    """Return the tables of a rulebook; computed once, the same for every patient."""
    sides = {
        f"{measure.key}.{side}": Side(measure, side)
        for measure in rulebook.measures.values()
        if measure.sided
        for side in SIDE_VIEWS
    }
    visit = frozenset(name for ask in rulebook.asks.values() if ask.every == "visit" for name in ask.what)
    latched = tuple(rule for rule in rulebook.gates if rule.until is not None)
    plain = tuple(rule for rule in rulebook.gates if rule.until is None)
    return Prepared(
        rulebook,
        sides,
        visit,
        _keys_of_assessments(rulebook),
        latched,
        plain,
        _group(latched),
        _group(plain),
    )


def _group(rules: Iterable[GateRule]) -> Group:
    return compile_group({rule.address: rule.when for rule in rules})


def _keys_of_assessments(rulebook: Rulebook) -> dict[str, tuple[str, ...]]:
    keys: dict[str, list[str]] = {}
    for measure in rulebook.measures.values():
        if measure.fact.derived is not None or not measure.assessment:
            continue
        names = [f"{measure.key}.{side}" for side in SIDES] if measure.sided else [measure.key]
        keys.setdefault(measure.assessment, []).extend(names)
    return {assessment: tuple(names) for assessment, names in keys.items()}
