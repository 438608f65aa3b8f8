"""A protocol in plain words: for whom, its stages with their criteria, its gates, and what its numbers rest on."""

from __future__ import annotations

from collections.abc import Iterable

from rehabflow.definitions.common import Parameter
from rehabflow.definitions.protocols import Stage
from rehabflow.frozen import frozen
from rehabflow.render.page import Block, Gap, Heading, Line, bullets, fields
from rehabflow.render.references import References
from rehabflow.render.sayings import Sayings
from rehabflow.render.tables import Table
from rehabflow.render.words import NOT_A_DEVICE, duration_text, listed, number_text, plain_id, unit_text
from rehabflow.rulebook.model import CriterionRule, Rulebook, StageRule


@frozen
class ProtocolPage:
    """Writes the page of a protocol."""

    rulebook: Rulebook
    sayings: Sayings
    references: References

    def blocks(self) -> list[Block]:
        """Return the page."""
        stages = [
            self.rulebook.stages[name] for track in self.rulebook.tracks.values() for name in track.stages
        ]
        return [
            *self._head(),
            *self._tracks(),
            *(block for stage in stages for block in self._stage(stage)),
            *self._named(),
            *self._gates(),
            *self._rules(),
            *self._parameters(),
            *self._sources(),
        ]

    def _head(self) -> list[Block]:
        protocol = self.rulebook.protocol
        requires = [f"{plugin} {wanted}" for plugin, wanted in protocol.requires.items()]
        return [
            Heading(f"{protocol.title} ({protocol.id} {protocol.version}, {protocol.status})", 1),
            *fields((
                ("For", protocol.for_whom),
                ("Not for", protocol.not_for),
                ("Needs the plugins", listed(requires)),
                ("Stands in", self.references.where(protocol.place)),
            ), 0),
            Line(NOT_A_DEVICE, tone="faint"),
        ]  # fmt: skip

    def _tracks(self) -> list[Block]:
        lines = []
        for rule in self.rulebook.tracks.values():
            titles = [self.rulebook.stages[name].stage.title for name in rule.stages]
            only = f"; open while {self.sayings.of(rule.track.open_while)}" if rule.track.open_while else ""
            lines.append(f"{rule.track.title} ({rule.track.id}): {'; then '.join(titles)}{only}")
        return [Gap(), Heading("Tracks"), *bullets(lines)]

    # -- stages

    def _stage(self, rule: StageRule) -> list[Block]:
        stage = rule.stage
        blocks: list[Block] = [
            Gap(),
            Heading(f"Stage {stage.title} ({stage.id})", 1),
            *fields(self._stage_facts(rule), 2),
            *self._criteria("Enter when all of", rule.enter, "nothing is needed to enter"),
            *self._criteria("Leave when all of", rule.leave, "nothing more is needed to leave"),
        ]
        for target, rules in rule.regress:
            blocks.extend(self._criteria(f"Back to {plain_id(target)} when any of", rules, ""))
        if rule.discharge is not None:
            blocks.extend(self._criteria("Discharge when all of", rule.discharge, ""))
        return [*blocks, *self._slots(rule)]

    def _stage_facts(self, rule: StageRule) -> tuple[tuple[str, str], ...]:
        stage = rule.stage
        return (
            ("Aim", stage.aim),
            ("Patient", stage.tell),
            ("Dose level", stage.dose),
            ("Demand", f"at most {stage.max_demand} of 5"),
            ("Doses answer by", stage.response),
            ("Next visit", f"after {duration_text(stage.next_visit)}" if stage.next_visit else ""),
            ("Next stage", listed([plain_id(name) for name in rule.next], "or")),
            ("May be the first", "yes" if stage.start_here else ""),
            ("Review", _review(stage)),
            ("Week", f"{' '.join(stage.week.pattern)}" if stage.week else ""),
            ("Stands in", self.references.where(stage.place)),
        )

    def _criteria(self, title: str, rules: Iterable[CriterionRule], none: str) -> list[Block]:
        lines = [self._criterion(rule) for rule in rules]
        if not lines:
            return [Line(f"{title}: {none}", 2)] if none else []
        return [Line(f"{title}:", 2, tone="strong"), *lines]

    def _criterion(self, rule: CriterionRule) -> Line:
        named = self.rulebook.criteria.get(rule.rule.when.text.strip().removeprefix("criterion."))
        said = self.sayings.of(rule.rule.when)
        say = rule.rule.say or (named.rule.say if named else "")
        text = f"{say}: {said}" if say else said
        basis = self.references.basis(rule.rule.evidence, rule.rule.place, full=False)
        return Line(f"{text} [{rule.rule.id}; {self.references.where(rule.rule.place)}; {basis}]", 4, "-")

    def _slots(self, rule: StageRule) -> list[Block]:
        lines: list[Block] = [Line("Exercises:", 2, tone="strong")] if rule.slots else []
        for slot_rule in rule.slots:
            slot = slot_rule.slot
            count = str(slot.lower) if slot.lower == slot.upper else f"{slot.lower} to {slot.upper}"
            opened = f"; open when {self.sayings.of(slot.open_when)}" if slot.open_when else ""
            outside = "; outside the session" if slot.outside_session else ""
            where = self.sayings.of(slot.where)
            lines.append(Line(f"{slot.title} ({slot.id}): {count} where {where}{opened}{outside}", 4, "-"))
        return lines

    # -- what holds for all stages

    def _named(self) -> list[Block]:
        lines = [self._criterion(rule) for rule in self.rulebook.criteria.values()]
        return [Gap(), Heading("Criteria used by name"), *lines] if lines else []

    def _gates(self) -> list[Block]:
        gates: dict[str, tuple[str, list[str]]] = {}
        for rule in self.rulebook.gates:
            gates.setdefault(rule.gate, (rule.definition.title, []))[1].append(rule.effect.word)
        rows = tuple((gate, title, ", ".join(levels)) for gate, (title, levels) in gates.items())
        must = listed(self.rulebook.protocol.must_have)
        blocks: list[Block] = [Gap(), Heading("Safety gates in force (rehabflow gate show ID)")]
        blocks.append(Table(("Gate", "Title", "Levels"), rows))
        return [*blocks, Line(f"Without these it does not start: {must}", 2)] if must else blocks

    def _rules(self) -> list[Block]:
        lines = []
        for rule in self.rulebook.rules:
            definition = rule.definition
            text = definition.say or definition.kind.replace("_", " ")
            basis = self.references.basis(definition.evidence, definition.place)
            who = (
                f"; a {listed(definition.override, 'or')} may set it aside with a reason"
                if definition.override
                else ""
            )
            lines.append(f"{text} ({definition.id}; {basis}){who}")
        return [Gap(), Heading("Rules of choosing exercises"), *bullets(lines)] if lines else []

    def _parameters(self) -> list[Block]:
        rows = []
        for rule in self.rulebook.parameters.values():
            parameter = rule.definition
            basis = self.references.basis(parameter.evidence, parameter.place)
            rows.append((parameter.id, self._value(parameter), basis))
        return (
            [Gap(), Heading("Numbers"), Table(("Parameter", "Value", "Rests on"), tuple(rows))]
            if rows
            else []
        )

    def _value(self, parameter: Parameter) -> str:
        unit = f" {unit_text(parameter.unit)}".rstrip()
        parts = []
        for case in parameter.cases:
            when = (
                f" if {self.sayings.of(case.when)}"
                if case.when
                else " else"
                if len(parameter.cases) > 1
                else ""
            )
            parts.append(f"{number_text(case.value)}{unit}{when}")
        return "; ".join(parts)

    def _sources(self) -> list[Block]:
        lines = []
        for source in self.rulebook.sources.get(self.rulebook.protocol.id, {}).values():
            seen = "recalled, unchecked" if source.seen == "recalled" else f"{source.seen} read"
            lines.append(f"{source.cite} ({seen}){f', {source.url}' if source.url else ''}")
        return [Gap(), Heading("Sources"), *bullets(lines)] if lines else []


def _review(stage: Stage) -> str:
    if stage.review is None:
        return ""
    return f"after {duration_text(stage.review.after)}" + (
        f": {stage.review.say}" if stage.review.say else ""
    )
