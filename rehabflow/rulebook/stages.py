"""Tracks, stages and their slots with checked conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rehabflow.definitions.common import Rule
from rehabflow.definitions.protocols import Protocol, Response, Slot, Stage, Track
from rehabflow.frozen import frozen
from rehabflow.rulebook.checking import Checker, Polarity
from rehabflow.rulebook.model import CriterionRule, ResponseRules, SlotRule, StageRule, TrackRule
from rehabflow.rulebook.names import AllNames
from rehabflow.rulebook.scope import CHOOSING, ORDINARY, RESPONSE

PERMITTING_RESPONSES = ("progress",)


@frozen
class StageBuilder:
    """Builds the rules of a protocol's tracks and stages; problems go to the checker's report."""

    names: AllNames
    checker: Checker
    protocol: Protocol
    responses: Mapping[str, ResponseRules]

    def tracks(self) -> dict[str, TrackRule]:
        """Return the tracks, main first, the others by id."""
        scope = self.names.scope(ORDINARY)
        return {
            track.id: TrackRule(
                track,
                None
                if track.open_while is None
                else self.checker.condition(track.open_while, scope, "permits"),
                track.stages,
            )
            for track in ordered_tracks(self.protocol)
        }

    def stages(self) -> dict[str, StageRule]:
        """Return the stages of all tracks, in their order."""
        found: dict[str, StageRule] = {}
        for track in ordered_tracks(self.protocol):
            track_leave = self._rules(f"track.{track.id}.leave", track.leave, "permits")
            for id_ in track.stages:
                stage = self.protocol.stages.get(id_)
                if stage is not None and id_ not in found:
                    found[id_] = self._stage(stage, track, track_leave)
        return found

    def _stage(self, stage: Stage, track: Track, track_leave: tuple[CriterionRule, ...]) -> StageRule:
        address = f"stage.{stage.id}"
        discharge = None
        if stage.discharge is not None:
            discharge = self._rules(f"{address}.discharge", stage.discharge, "permits")
        return StageRule(
            stage=stage,
            track=track.id,
            enter=self._rules(f"{address}.enter", stage.enter, "permits"),
            leave=track_leave + self._rules(f"{address}.leave", stage.leave, "permits"),
            discharge=discharge,
            regress=tuple(
                (
                    earlier,
                    self._rules(f"{address}.regress_to.{earlier}", stage.regress_to[earlier], "restricts"),
                )
                for earlier in sorted(stage.regress_to, key=lambda id_: _position(track, id_))
            ),
            next=next_stages(stage, track),
            slots=tuple(self._slot(slot) for slot in ordered_slots(stage)),
            response=self.responses.get(stage.response),
        )

    def _rules(self, address: str, rules: Iterable[Rule], polarity: Polarity) -> tuple[CriterionRule, ...]:
        scope = self.names.scope(ORDINARY)
        return tuple(
            CriterionRule(f"{address}.{rule.id}", rule, self.checker.condition(rule.when, scope, polarity))
            for rule in sorted(rules, key=lambda rule: rule.id)
        )

    def _slot(self, slot: Slot) -> SlotRule:
        where = self.checker.condition(slot.where, self.names.scope(CHOOSING), "permits")
        if slot.open_when is None:
            return SlotRule(slot, where, None)
        return SlotRule(
            slot, where, self.checker.condition(slot.open_when, self.names.scope(ORDINARY), "permits")
        )


def response_rules(names: AllNames, checker: Checker, response: Response) -> ResponseRules:
    """Return a response's levels with their conditions."""
    scope = names.scope(RESPONSE)
    return ResponseRules(
        response,
        {
            level: (
                rule,
                checker.condition(
                    rule.when, scope, "permits" if level in PERMITTING_RESPONSES else "restricts"
                ),
            )
            for level, rule in sorted(response.rules.items())
        },
    )


def ordered_tracks(protocol: Protocol) -> tuple[Track, ...]:
    """Return the tracks, main first, the others by id."""
    return tuple(sorted(protocol.tracks.values(), key=lambda track: (track.id != "main", track.id)))


def ordered_slots(stage: Stage) -> tuple[Slot, ...]:
    """Return the slots as the stage's `order` lists them, those it leaves out by id."""
    rank = {id_: index for index, id_ in enumerate(stage.order)}
    return tuple(sorted(stage.slots.values(), key=lambda slot: (rank.get(slot.id, len(rank)), slot.id)))


def next_stages(stage: Stage, track: Track) -> tuple[str, ...]:
    """Return the stages that may follow: those named, else the following one of the track."""
    if stage.next:
        return stage.next
    after = track.stages.index(stage.id) + 1
    return track.stages[after : after + 1]


def _position(track: Track, stage: str) -> tuple[int, str]:
    return (track.stages.index(stage) if stage in track.stages else len(track.stages), stage)
