"""Does everything that a table names exist: words, tags, limits, exercises, assessments, sources."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rehabflow.definitions.common import Limit
from rehabflow.definitions.exercises import QUALITIES, Exercise, Need
from rehabflow.definitions.gates import Cap, GateLevel
from rehabflow.definitions.protocols import Protocol
from rehabflow.frozen import frozen
from rehabflow.problems import Place
from rehabflow.rulebook.reports import Report
from rehabflow.rulebook.tables import Tables
from rehabflow.rulebook.words import Words


@frozen
class References:
    """Checks of what the united tables name; `protocol` None: a plugin alone."""

    tables: Tables
    words: Words
    protocol: Protocol | None
    report: Report

    def check(self) -> None:
        """Check everything."""
        for exercise in self.tables.united.exercises.values():
            self._check_exercise(exercise)
        self._check_ladders()
        for gate in self.tables.united.gates.values():
            for level in gate.levels.values():
                self._check_level(level)
        for finding in self.tables.united.findings.values():
            self._check_pairs(finding.targets, finding.place.child("targets"))
        for limit in self.tables.united.limits.values():
            self._check_words("joint", [limit.joint], limit.place.child("joint"), alone=True)
        self._check_asks()
        for parameter in self.tables.united.parameters.values():
            if parameter.set_by and parameter.stricter == "none":
                self.report.error(
                    "order-without-direction",
                    "an order for a patient can only be stricter, and this has no stricter direction",
                    parameter.place.child("set_by"),
                    expected='stricter = "higher" or "lower"',
                    help="say which direction is stricter, or delete set_by",
                )

    def _check_exercise(self, exercise: Exercise) -> None:
        place = exercise.place
        self._check_words("pattern", [exercise.pattern], place.child("pattern"), alone=True)
        self._check_words("position", [exercise.position], place.child("position"), alone=True)
        self._check_words("joint", exercise.joints, place.child("joints"))
        self._check_pairs(exercise.trains, place.child("trains"))
        known = self.words.lists["equipment"]
        for index, any_of in enumerate(exercise.equipment):
            for word in any_of:
                if word not in known:
                    self._unknown(
                        "undeclared-word", "equipment", word, known, place.child("equipment", index)
                    )
        for index, tag in enumerate(exercise.cautions):
            if tag not in self.tables.united.cautions:
                where = place.child("cautions", index)
                self._unknown("unknown-caution", "caution", tag, self.tables.united.cautions, where)
        for limit, need in sorted(exercise.needs.items()):
            self._check_need(exercise, limit, need)

    def _check_need(self, exercise: Exercise, name: str, need: Need) -> None:
        place = exercise.place.child("needs", name)
        limit = self.tables.united.limits.get(name)
        if limit is None:
            self._unknown("unknown-limit", "limit", name, self.tables.united.limits, place)
            return
        ends = [
            self._position_in(limit, end, place.child(index))
            for index, end in enumerate((need.least, need.most))
        ]
        least, most = ends
        if least is not None and most is not None and least > most:
            self.report.error(
                "need-backwards", "the least is more than the most", place, expected="[least, most]"
            )
        if limit.joint in self.words.lists["joint"] and limit.joint not in exercise.joints:
            self.report.error(
                "need-without-joint",
                f"needs `{name}`, a limit of the {limit.joint}, which is not among its joints",
                place,
                help=f'add "{limit.joint}" to joints',
            )

    def _position_in(self, limit: Limit, end: Decimal | str, place: Place) -> Decimal | None:
        """Return how far along a limit an end is; report one of the wrong kind."""
        if limit.choices:
            if end in limit.choices:
                return Decimal(limit.choices.index(str(end)))
            self._unknown(
                "unknown-choice", "choice", str(end), limit.choices, place, of=f"the limit `{limit.id}`"
            )
            return None
        if isinstance(end, Decimal):
            return end
        message = f"the limit `{limit.id}` is a number in {limit.unit}, not a word"
        self.report.error("need-kind", message, place, expected="a number")
        return None

    def _check_ladders(self) -> None:
        on: dict[str, str] = {}
        for ladder in self.tables.united.ladders.values():
            for index, exercise in enumerate(ladder.rungs):
                place = ladder.place.child("rungs", index)
                if exercise not in self.tables.united.exercises:
                    self._unknown(
                        "unknown-exercise", "exercise", exercise, self.tables.united.exercises, place
                    )
                elif exercise in on:
                    where = (
                        "twice on this ladder"
                        if on[exercise] == ladder.id
                        else f"on the ladder `{on[exercise]}` too"
                    )
                    message = f"the exercise `{exercise}` is {where}"
                    self.report.error(
                        "rung-twice", message, place, expected="an exercise on one ladder, once"
                    )
                on.setdefault(exercise, ladder.id)

    def _check_level(self, level: GateLevel) -> None:
        for cap in level.caps:
            self._check_cap(cap, level.place.child("cap", cap.limit))
        tracks = self.protocol.tracks if self.protocol else {}
        for index, track in enumerate(level.tracks):
            if self.protocol is not None and track not in tracks:
                self._unknown("unknown-track", "track", track, tracks, level.place.child("tracks", index))

    def _check_cap(self, cap: Cap, place: Place) -> None:
        limit = self.tables.united.limits.get(cap.limit)
        if limit is None:
            self._unknown("unknown-limit", "limit", cap.limit, self.tables.united.limits, place)
            return
        if limit.choices:
            if cap.word not in limit.choices:
                word = cap.word or f"{cap.value} {cap.unit}"
                self._unknown(
                    "unknown-choice", "choice", word, limit.choices, place, of=f"the limit `{limit.id}`"
                )
            return
        unit = cap.unit
        if cap.word:
            parameter = self.tables.united.parameters.get(cap.word)
            if parameter is None:
                self._unknown(
                    "unknown-parameter", "parameter", cap.word, self.tables.united.parameters, place
                )
                return
            unit = parameter.unit
        if unit != limit.unit:
            self.report.error(
                "cap-unit",
                f"the cap is in {unit}, the limit `{limit.id}` in {limit.unit}",
                place,
                expected=f"a number with its unit, as `90 {limit.unit}`, or a parameter in {limit.unit}",
            )

    def _check_asks(self) -> None:
        stages = self.protocol.stages if self.protocol else {}
        for ask in self.tables.united.asks.values():
            for index, assessment in enumerate(ask.what):
                if assessment not in self.tables.united.assessments:
                    place = ask.place.child("what", index)
                    known = self.tables.united.assessments
                    self._unknown("unknown-assessment", "assessment", assessment, known, place)
            if self.protocol is not None and ask.from_stage and ask.from_stage not in stages:
                self._unknown("unknown-stage", "stage", ask.from_stage, stages, ask.place.child("from_stage"))

    def _check_words(self, name: str, used: Iterable[str], place: Place, *, alone: bool = False) -> None:
        known = self.words.lists[name]
        for index, word in enumerate(used):
            if word not in known:
                where = place if alone else place.child(index)
                self._unknown("undeclared-word", name, word, known, where)

    def _check_pairs(self, pairs: Iterable[str], place: Place) -> None:
        for index, pair in enumerate(pairs):
            quality, _, part = pair.partition(":")
            if quality not in QUALITIES:
                self._unknown("undeclared-word", "quality", quality, QUALITIES, place.child(index))
            elif part not in self.words.lists["body_part"]:
                known = self.words.lists["body_part"]
                self._unknown("undeclared-word", "body part", part, known, place.child(index))

    def _unknown(
        self, code: str, what: str, word: str, known: Iterable[str], place: Place, *, of: str = ""
    ) -> None:
        self.report.unknown(code, what, word, known, place, of=of)
