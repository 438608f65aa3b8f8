"""Do the parts of a protocol fit: tracks, stages, slots, weeks, and what they name."""

from __future__ import annotations

from rehabflow.definitions.protocols import Protocol, Stage, Track
from rehabflow.frozen import frozen
from rehabflow.rulebook.gating import gate_address
from rehabflow.rulebook.reports import Report
from rehabflow.rulebook.stages import next_stages, ordered_tracks
from rehabflow.rulebook.tables import Tables

MAIN = "main"
BEFORE = "before:"


@frozen
class Structure:
    """Checks of one protocol's own frame; problems go to the report."""

    protocol: Protocol
    tables: Tables
    report: Report

    def check(self) -> None:
        """Check everything."""
        for id_, track in self._check_tracks().items():
            if id_ in self.protocol.stages:
                self._check_stage(self.protocol.stages[id_], track)
        self._check_head()

    def _check_tracks(self) -> dict[str, Track]:
        """Check the tracks, and return the track of each stage that one of them lists."""
        if MAIN not in self.protocol.tracks:
            self.report.error(
                "no-main-track",
                "there is no [track.main]",
                self.protocol.place,
                expected="[track.main] with its stages in order",
                help="add it; other tracks run beside it",
            )
        seen: dict[str, Track] = {}
        for track in ordered_tracks(self.protocol):
            self._check_track(track, seen)
        for id_, stage in sorted(self.protocol.stages.items()):
            if id_ not in seen:
                self.report.error(
                    "stage-without-track",
                    f"the stage `{id_}` is in no track, so nobody can ever be in it",
                    stage.place,
                    help="list it in the stages of a track, or delete it",
                )
        return seen

    def _check_track(self, track: Track, seen: dict[str, Track]) -> None:
        place = track.place.child("stages")
        for index, id_ in enumerate(track.stages):
            if id_ not in self.protocol.stages:
                self.report.unknown("unknown-stage", "stage", id_, self.protocol.stages, place.child(index))
            elif id_ in seen:
                where = "twice in this track" if seen[id_] is track else f"in the track `{seen[id_].id}` too"
                self.report.error("stage-twice", f"the stage `{id_}` is {where}", place.child(index))
            seen.setdefault(id_, track)
        if track.id == MAIN and track.open_while is not None:
            self.report.error(
                "main-is-open", "the track main is always open", track.place.child("open_while")
            )

    def _check_stage(self, stage: Stage, track: Track) -> None:
        self._check_moves(stage, track)
        self._check_slots(stage)
        if stage.response and stage.response not in self.tables.united.responses:
            known = self.tables.united.responses
            self.report.unknown(
                "unknown-response", "response", stage.response, known, stage.place.child("response")
            )

    def _check_moves(self, stage: Stage, track: Track) -> None:
        here = track.stages.index(stage.id)
        for id_ in stage.next:
            place = stage.place.child("next")
            if id_ not in track.stages:
                self.report.unknown(
                    "unknown-stage", "stage", id_, track.stages, place, of=f"the track `{track.id}`"
                )
            elif id_ == stage.id:
                self.report.error("next-is-itself", "a stage cannot be followed by itself", place)
        for id_ in stage.regress_to:
            place = stage.place.child("regress_to", id_)
            if id_ not in track.stages:
                self.report.unknown(
                    "unknown-stage", "stage", id_, track.stages, place, of=f"the track `{track.id}`"
                )
            elif track.stages.index(id_) >= here:
                self.report.error(
                    "regress-forward",
                    f"`{id_}` is not earlier than `{stage.id}` in the track",
                    place,
                    expected=f"one of {', '.join(track.stages[:here])}"
                    if here
                    else "nothing: this is the first stage",
                )
        for id_ in next_stages(stage, track):
            self._warn_of_free_step(stage, track, id_)

    def _warn_of_free_step(self, stage: Stage, track: Track, following: str) -> None:
        after = self.protocol.stages.get(following)
        if after is None or after.enter or stage.leave or track.leave:
            return
        self.report.warn(
            "free-step",
            f"nothing holds a patient between `{stage.id}` and `{following}`: no leave, no enter",
            stage.place,
            help=f"add [stage.{stage.id}.leave] or [stage.{following}.enter]",
        )

    def _check_slots(self, stage: Stage) -> None:
        if stage.order and (missing := sorted(set(stage.slots) - set(stage.order))):
            place = stage.place.child("order")
            self.report.error("order-incomplete", f"the order leaves out {', '.join(missing)}", place)
        if stage.week is None:
            return
        used = {id_ for slots in stage.week.days.values() for id_ in slots}
        for id_ in sorted(set(stage.slots) - used):
            message = f"the slot `{id_}` is on no day of the week, so it is never filled"
            self.report.warn(
                "slot-unused", message, stage.slots[id_].place, help="name it in a day of the week"
            )

    def _check_head(self) -> None:
        place = self.protocol.place
        gates = {
            gate_address(self.tables.owner("gate", id_), gate)
            for id_, gate in self.tables.united.gates.items()
        }
        for index, address in enumerate(self.protocol.must_have):
            if address not in gates:
                where = place.child("must_have", index)
                self.report.unknown("missing-gate", "gate", address, gates, where)
        for index, id_ in enumerate(self.protocol.advice):
            if id_ not in self.tables.united.advice:
                known = self.tables.united.advice
                self.report.unknown("unknown-advice", "advice", id_, known, place.child("advice", index))
        baseline = self.protocol.baseline
        if baseline.startswith(BEFORE) and baseline.removeprefix(BEFORE) not in self.tables.united.events:
            word = baseline.removeprefix(BEFORE)
            self.report.unknown(
                "unknown-event", "event", word, self.tables.united.events, place.child("baseline")
            )
