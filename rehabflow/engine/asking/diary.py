"""Session answers left blank that a response waits for: they could change the dose of an exercise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from rehabflow.conditions import truth
from rehabflow.conditions.possible import Truth
from rehabflow.definitions.protocols import ResponseLevel
from rehabflow.engine.asking.atoms import Atoms
from rehabflow.engine.asking.supposed import suppose
from rehabflow.engine.decision import Kind
from rehabflow.engine.dosing import RANKED
from rehabflow.engine.facts import Context, Facts
from rehabflow.engine.series import blank_sessions
from rehabflow.record.events import Prescription, TrackPlan
from rehabflow.record.timeline import order_of
from rehabflow.rulebook.model import ResponseRules


@attrs.define(eq=False)
class DiaryAsker:
    """Looks at each exercise of the plans in force; `slow` are tracks on which nothing may progress now."""

    facts: Facts
    atoms: Atoms
    kind: Kind
    slow: frozenset[str]

    def wanted(self, skip: Iterable[str]) -> dict[str, tuple[list[str], bool]]:
        """Return each blank item that could change a dose, with the rules that read it, and whether it surely can."""
        found: dict[str, tuple[list[str], bool]] = {}
        blank = [key for key in self.facts.prepared.rulebook.diary if key not in set(skip)]
        blank = [key for key in blank if blank_sessions(self.facts, key)]
        blank += self._blank_deeds()
        for plan, item, response in self._prescribed() if blank else ():
            facts = self.facts.within(Context(plan.track, since_stage=True, exercise=item.exercise))
            answers = {level: facts.truth(rule) for level, (_, rule) in response.levels.items()}
            undecided = [level for level, answer in answers.items() if answer in (Truth.UNKNOWN, Truth.ERROR)]
            for key in blank:
                levels = [level for level in undecided if key in response.levels[level][1].reads]
                verdict = self._can_change(facts, plan.track, response, answers, key) if levels else None
                if verdict is not None:
                    rules, proved = found.get(key, ([], False))
                    addresses = [f"response.{response.definition.id}.{level}" for level in levels]
                    found[key] = list(dict.fromkeys([*rules, *addresses])), proved or verdict
        return found

    def _prescribed(self) -> Iterator[tuple[TrackPlan, Prescription, ResponseRules]]:
        decisions = self.facts.timeline.decisions
        for plan in (decisions[-1].plans or decisions[-1].kept) if decisions else ():
            stage = self.facts.prepared.rulebook.stages.get(plan.stage)
            if stage is None or stage.response is None:
                continue
            for item in plan.prescriptions:
                if item.exercise in self.facts.prepared.rulebook.exercises:
                    yield plan, item, stage.response

    def _blank_deeds(self) -> list[str]:
        """Return the parts of `did` that were left blank in a session that names the exercise."""
        limit = order_of(self.facts.now)
        done = [
            did
            for session in self.facts.timeline.sessions
            if order_of(session.at) <= limit and session.done > 0
            for did in session.did.values()
        ]
        names = ("all_steps", "effort", "load")
        return [f"did.{name}" for name in names if any(getattr(did, name) is None for did in done)]

    def _can_change(
        self,
        facts: Facts,
        track: str,
        response: ResponseRules,
        answers: Mapping[ResponseLevel, Truth],
        key: str,
    ) -> bool | None:
        """Return whether two answers surely (True) or possibly (False) lead to different doses; None: they cannot."""
        marks = []
        for answer in self.atoms.points(key, facts.now.day):
            world = suppose(facts, facts.context, {key: answer})
            known = {
                level: truth(rule, world) if key in rule.reads else answers[level]
                for level, (_, rule) in response.levels.items()
            }
            marks.append(self._marks(known, track))
        if len(set(marks)) < 2:
            return None
        return any(one.isdisjoint(other) for one in marks for other in marks)

    def _marks(self, answers: Mapping[ResponseLevel, Truth], track: str) -> frozenset[str]:
        """Return what the exercise's sessions may ask for, by ranked outcomes."""
        found = set()
        for level in RANKED:
            answer = answers.get(level, Truth.FALSE)
            slow = level == "progress" and (self.kind != "visit" or track in self.slow)
            if answer is not Truth.FALSE:
                found.add("keep" if slow else level)
            if answer is Truth.TRUE:
                return frozenset(found)
        return frozenset([*found, "keep"])
