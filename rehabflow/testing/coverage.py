"""What the cases try: in which of its states each rule of a protocol has been, and which moves were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from rehabflow.catalog import Catalog
from rehabflow.conditions import truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.possible import Truth
from rehabflow.engine.candidates import ExerciseWorld, own_attributes
from rehabflow.engine.decision import Decision
from rehabflow.engine.facts import Facts
from rehabflow.engine.play import Played
from rehabflow.frozen import frozen
from rehabflow.problems import Place, RehabflowError
from rehabflow.rulebook.model import CriterionRule, Rulebook, StageRule
from rehabflow.testing.always_known import AlwaysKnown
from rehabflow.testing.cases import CaseResult, facts_of, missing_owners

State: TypeAlias = Literal["met", "not_met", "unknown", "made"]
Kind: TypeAlias = Literal["criterion", "gate", "caution", "exclusion", "transition"]

STATES: Final[tuple[State, ...]] = ("met", "not_met", "unknown")
_WORDS: Final[Mapping[str, State]] = {
    "triggered": "met",
    "clear": "not_met",
    "unknown": "unknown",
    "error": "unknown",
    "met": "met",
    "not_met": "not_met",
}
_KNOWN: Final[Mapping[State, str]] = {"unknown": "it reads only what is always known"}


@frozen
class Item:
    """One rule, gate level, caution, exclusion or move, and how often the cases put it in each state.

    `cannot` says why a state cannot occur, for those that need not be tried.
    """

    kind: Kind
    address: str
    place: Place | None
    seen: Mapping[State, int]
    cannot: Mapping[State, str] = attrs.field(factory=dict)

    @property
    def wanted(self) -> tuple[State, ...]:
        """Return the states that can occur: a move is only made, all else is met, not met and unknown."""
        states: tuple[State, ...] = ("made",) if self.kind == "transition" else STATES
        return tuple(state for state in states if state not in self.cannot)

    @property
    def missing(self) -> tuple[State, ...]:
        """Return the states that can occur and that no case tries."""
        return tuple(state for state in self.wanted if not self.seen.get(state))


@frozen
class ProtocolCoverage:
    """Everything that can be tried of one protocol."""

    protocol: str
    version: str
    cases: int
    items: tuple[Item, ...]

    @property
    def wanted(self) -> int:
        """Return the number of states that can occur."""
        return sum(len(item.wanted) for item in self.items)

    @property
    def tried(self) -> int:
        """Return how many of them some case tries."""
        return self.wanted - sum(len(item.missing) for item in self.items)


@attrs.define(eq=False)
class Counter:
    """Counts the states that the decisions of one protocol's cases put each item in."""

    rulebook: Rulebook
    cases: int = 0
    seen: dict[tuple[Kind, str], dict[State, int]] = attrs.field(factory=dict)

    def add(self, played: Iterable[Played]) -> None:
        """Count the decisions of one case."""
        self.cases += 1
        for one in played:
            self._decision(one.decision)
            self._facts(facts_of(self.rulebook, one))

    def _count(self, kind: Kind, address: str, state: State) -> None:
        states = self.seen.setdefault((kind, address), {})
        states[state] = states.get(state, 0) + 1

    def _decision(self, decision: Decision) -> None:
        for gate in decision.gates:
            self._count("gate", gate.address, _WORDS[gate.state])
        for criterion in decision.criteria:
            self._count("criterion", criterion.address, _WORDS[criterion.state])
        for track in decision.tracks.values():
            if track.action in ("start", "advance", "regress", "discharge"):
                self._count("transition", move(track.action, track.before, track.after), "made")

    def _facts(self, facts: Facts) -> None:
        for tag, caution in self.rulebook.cautions.items():
            self._count("caution", f"caution.{tag}", _state(truth(caution.when, facts)))
        for address, exercise, condition in _exclusions(self.rulebook):
            world = ExerciseWorld(facts, own_attributes(facts.prepared, exercise))
            self._count("exclusion", address, _state(truth(condition, world)))

    def result(self) -> ProtocolCoverage:
        """Return the coverage, items in order of kind and address."""
        items = tuple(
            Item(kind, address, place, self.seen.get((kind, address), {}), cannot)
            for kind, address, place, cannot in _everything(self.rulebook)
        )
        protocol = self.rulebook.protocol
        return ProtocolCoverage(protocol.id, protocol.version, self.cases, items)


@attrs.define(eq=False)
class Counters:
    """Counts the cases of all protocols of a catalog."""

    catalog: Catalog
    counters: dict[str, Counter] = attrs.field(factory=dict)

    def begin(self, protocol: str) -> None:
        """Count a protocol even if it has no case; one that cannot be used here is left out."""
        if protocol not in self.counters and not missing_owners(self.catalog, protocol):
            try:
                self.counters[protocol] = Counter(self.catalog.rulebook(protocol))
            except RehabflowError:
                return  # `check` tells what is wrong with it

    def add(self, result: CaseResult) -> None:
        """Count a case, if it was played."""
        if result.played:
            self.begin(result.journey.protocol)
            self.counters[result.journey.protocol].add(result.played)

    def results(self) -> tuple[ProtocolCoverage, ...]:
        """Return the coverage of each protocol, by id."""
        return tuple(self.counters[protocol].result() for protocol in sorted(self.counters))


def move(action: str, before: str, after: str) -> str:
    """Return the name of a stage move: `advance acute to stabilization`, `start acute`."""
    return f"{action} {before} to {after}" if action in ("advance", "regress") else f"{action} {after}"


def _state(answer: Truth) -> State:
    return "unknown" if answer is Truth.ERROR else _WORDS[answer.value]


def _exclusions(rulebook: Rulebook) -> Iterator[tuple[str, str, Checked]]:
    for name, rule in rulebook.exercises.items():
        for key, condition in (("only_if", rule.only_if), ("never_if", rule.never_if)):
            if condition is not None:
                yield f"exercise.{name}.{key}", name, condition


_Row: TypeAlias = tuple[Kind, str, Place | None, Mapping[State, str]]


def _everything(rulebook: Rulebook) -> Iterator[_Row]:
    always = AlwaysKnown(rulebook.parameters)

    def cannot(condition: Checked, *, in_stage: bool = False) -> Mapping[State, str]:
        return _KNOWN if always.is_known(condition, in_stage=in_stage) else {}

    criteria = dict(_criteria(rulebook))
    for address in sorted(criteria):
        place, condition = criteria[address]
        yield "criterion", address, place, cannot(condition, in_stage=_is_of_stage(address))
    for gate in sorted(rulebook.gates, key=lambda gate: gate.address):
        yield "gate", gate.address, gate.level.place, cannot(gate.when)
    for tag, caution in sorted(rulebook.cautions.items()):
        yield "caution", f"caution.{tag}", caution.definition.place, cannot(caution.when)
    for address, exercise, condition in sorted(_exclusions(rulebook), key=lambda row: row[0]):
        yield "exclusion", address, rulebook.exercises[exercise].definition.place, cannot(condition)
    for name in sorted(set(_moves(rulebook))):
        yield "transition", name, None, {}


def _is_of_stage(address: str) -> bool:
    """Return whether a criterion is only asked in its stage: one to enter is asked before."""
    return not address.startswith("criterion.") and ".enter." not in address


def _criteria(rulebook: Rulebook) -> Iterator[tuple[str, tuple[Place, Checked]]]:
    for named in rulebook.criteria.values():
        yield named.address, (named.rule.place, named.condition)
    for stage in rulebook.stages.values():
        for rule in _rules(stage):
            yield rule.address, (rule.rule.place, rule.condition)


def _rules(stage: StageRule) -> Iterator[CriterionRule]:
    yield from stage.enter
    yield from stage.leave
    yield from stage.discharge or ()
    for _, rules in stage.regress:
        yield from rules


def _moves(rulebook: Rulebook) -> Iterator[str]:
    for track in rulebook.tracks.values():
        for index, name in enumerate(track.stages):
            stage = rulebook.stages[name]
            if index == 0 or stage.stage.start_here:
                yield move("start", "none", name)
            for after in stage.next:
                yield move("advance", name, after)
            for target, _ in stage.regress:
                yield move("regress", name, target)
            if stage.discharge is not None:
                yield move("discharge", name, name)
