"""The rulebook: definitions beside their checked conditions, as the engine reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.scope import Fact, Scope
from rehabflow.conditions.types import Type
from rehabflow.definitions.common import (
    Advice,
    Ask,
    Caution,
    ClearanceKind,
    EventKind,
    Finding,
    Limit,
    Parameter,
    Profession,
    Rule,
    SelectionRule,
    Source,
)
from rehabflow.definitions.exercises import Exercise, Ladder
from rehabflow.definitions.gates import Effect, Gate, GateLevel
from rehabflow.definitions.measures import Assessment, DiaryItem, Measure
from rehabflow.definitions.protocols import (
    Protocol,
    Response,
    ResponseLevel,
    ResponseRule,
    ScoreTerm,
    Selector,
    Slot,
    Stage,
    Track,
)
from rehabflow.frozen import frozen
from rehabflow.instants import Duration


@frozen
class GateRule:
    """One level of a gate in force. `address` is `x.level`, a plugin's `plugin.x.level`; `gate` has no level.

    `override` are the professions that may set it aside, empty: nobody. `tracks` empty: all.
    """

    address: str
    gate: str
    owner: str
    definition: Gate
    level: GateLevel
    when: Checked
    until: Checked | None
    exclude: Checked | None
    override: tuple[Profession, ...]

    @property
    def effect(self) -> Effect:
        """Return what the level does."""
        return self.level.effect


@frozen
class CriterionRule:
    """A rule with its address (`stage.acute.enter.walking`, `criterion.quiet`) and checked condition."""

    address: str
    rule: Rule
    condition: Checked


@frozen
class SlotRule:
    """A slot and its conditions."""

    slot: Slot
    where: Checked
    open_when: Checked | None


@frozen
class StageRule:
    """A stage and its criteria; `leave` includes those of its track, `slots` are in the stage's order.

    `regress` pairs an earlier stage with its any-of criteria, earliest stage first. `next` is resolved.
    """

    stage: Stage
    track: str
    enter: tuple[CriterionRule, ...]
    leave: tuple[CriterionRule, ...]
    discharge: tuple[CriterionRule, ...] | None
    regress: tuple[tuple[str, tuple[CriterionRule, ...]], ...]
    next: tuple[str, ...]
    slots: tuple[SlotRule, ...]
    response: ResponseRules | None


@frozen
class TrackRule:
    """A track and its stages in order."""

    track: Track
    open_while: Checked | None
    stages: tuple[str, ...]


@frozen
class FindingRule:
    """A finding, one per side with `each_side`: `key` is `short_hamstrings` or `short_hamstrings.left`."""

    key: str
    side: str
    definition: Finding
    when: Checked
    severity: tuple[tuple[int, Checked | None], ...]


@frozen
class CautionRule:
    """A caution tag and when it holds for this patient."""

    definition: Caution
    when: Checked


@frozen
class ExerciseRule:
    """An exercise, its own conditions, and its ladder with the rung's index (-1: on none)."""

    definition: Exercise
    only_if: Checked | None
    never_if: Checked | None
    ladder: str
    rung: int


@frozen
class ParameterRule:
    """A parameter's cases as exact numbers; None: else."""

    definition: Parameter
    cases: tuple[tuple[Checked | None, Fraction], ...]


@frozen
class ResponseRules:
    """A response's levels that exist, with their conditions."""

    definition: Response
    levels: Mapping[ResponseLevel, tuple[ResponseRule, Checked]]


@frozen
class TermRule:
    """A score term; `value` None: built in, or the score `computed` by a Python plugin."""

    definition: ScoreTerm
    value: Checked | None
    computed: str = ""


@frozen
class SelectorRules:
    """The selector in use, with what `[select]` overwrites; None: no such limit."""

    definition: Selector
    minutes: Checked | None
    equipment: Checked | None
    days: Checked | None
    exercises: Checked | None
    new_at_most: int | None
    terms: tuple[TermRule, ...]


@frozen
class ChoiceRule:
    """A hard rule of selection (`before`, `together`, `at_most`) with its address `rule.x`."""

    address: str
    definition: SelectionRule
    first: Checked | None
    then: Checked | None
    of: Checked | None
    when: Checked | None


@frozen
class AdviceRule:
    """An advice and its condition."""

    definition: Advice
    when: Checked | None


@frozen
class MeasureRule:
    """A recordable or derived value: `key` without side, its type with word lists resolved, its assessment if any.

    Items of a questionnaire are measures too (`is_item`). `fact` is what conditions see (if sided: of a side).
    """

    key: str
    type: Type
    fact: Fact
    assessment: str
    valid_for: Duration | None
    sided: bool
    declinable: bool
    definition: Measure | None
    is_item: bool = False


@frozen
class DiaryRule:
    """A diary item: `key` is `session.y`."""

    key: str
    type: Type
    definition: DiaryItem


@frozen(eq=False)
class Rulebook:
    """A protocol and its required plugins, ready to decide by; see `assemble`.

    Mappings are in canonical order (tracks and stages as their track lists them, all else by id), so that the
    order of files never shows. `digests` maps `protocol` and each plugin id to a SHA-256 of its content.
    """

    protocol: Protocol
    owners: tuple[str, ...]
    versions: Mapping[str, str]
    digests: Mapping[str, str]
    gates: tuple[GateRule, ...]
    criteria: Mapping[str, CriterionRule]
    stages: Mapping[str, StageRule]
    tracks: Mapping[str, TrackRule]
    findings: tuple[FindingRule, ...]
    cautions: Mapping[str, CautionRule]
    exercises: Mapping[str, ExerciseRule]
    ladders: Mapping[str, Ladder]
    limits: Mapping[str, Limit]
    parameters: Mapping[str, ParameterRule]
    responses: Mapping[str, ResponseRules]
    selector: SelectorRules | None
    rules: tuple[ChoiceRule, ...]
    advice: tuple[AdviceRule, ...]
    asks: Mapping[str, Ask]
    clearances: Mapping[str, ClearanceKind]
    events: Mapping[str, EventKind]
    assessments: Mapping[str, Assessment]
    measures: Mapping[str, MeasureRule]
    diary: Mapping[str, DiaryRule]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Mapping[str, Source]]
    texts: Mapping[str, str] = attrs.field(repr=False)
    case_scope: Callable[[], Scope] = attrs.field(repr=False)
