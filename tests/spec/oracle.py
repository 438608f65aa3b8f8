"""The decision rule once more, naively: what must hold of every decision on a small protocol.

Standard library only, and nothing shared with the package. A protocol is what `tomllib` gives; a record is a list of
plain entries, the tables of a journey with their `kind`. Whatever is not known is enumerated: what nobody answered
can be each value it is declared for, and what holds is what holds in all of them.

`Oracle.must` says what the decision on a new entry has to be. `Oracle.accept` is told which exercises were chosen,
the one thing left open here. The parts: `oracle_record` (what is on record), `oracle_words` (what conditions mean).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from spec.oracle_record import Accepted, At, Item, Move, Plain, Plan, duration, filled, items_of, when
from spec.oracle_words import Here, Words

EFFECTS = ("none", "caution", "restrict", "pause", "refer", "emergency")
ACTIONS = ("emergency", "refer", "pause", "regress", "stay", "start", "advance", "discharge")
RESPONSES = ("stop", "ease", "keep", "progress")
TIME = re.compile(r"stage\.(days|hours)|episode\.days|(days|hours)_since")
YES, NO, OPEN = {True}, {False}, {True, False}


@dataclass
class Must:
    """What a decision has to be.

    `gates`: of each level its state and the effect it has. By track: its action and stage after (`tracks`, the open
    ones), what each exercise of the `last` plans asks for by its sessions (`marks`), the exercises that may not be
    given (`excluded`). `held`: the tracks to which nothing may be added.
    """

    visit: bool
    gates: dict[str, tuple[str, str]]
    last: dict[str, Plan]
    action: str = "stay"
    tracks: dict[str, tuple[str, str]] = field(default_factory=dict)
    has_plan: bool = False
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    excluded: dict[str, set[str]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)


class Oracle:
    """One episode of one protocol, decision by decision."""

    def __init__(self, protocol: Plain) -> None:
        self.protocol = protocol
        self.levels = {
            f"{gate}.{effect}": levels[effect]
            for gate, levels in protocol["gate"].items()
            for effect in EFFECTS
            if effect in levels
        }
        self.entries: list[Plain] = []
        self.accepted: list[Accepted] = []
        self.moves: list[Move] = []

    def must(self, entry: Plain) -> Must:
        """Return what the decision on the next entry has to be."""
        self.entries.append(entry)
        self.now, self.visit = when(entry), entry["kind"] == "visit"
        self.moves += [Move(self.now, one["track"], one["stage"]) for one in entry.get("place", [])]
        self.words = self.read(items_of(self.protocol, self.entries))
        must = Must(self.visit, {name: self.gate(name) for name in self.levels}, self.last_plans())
        for track, table in self.protocol["track"].items():
            if self.words.possible(table.get("open_while", "true"), self.here(track)) == YES:
                must.tracks[track] = self.judge(must, track)
        actions = [action for action, _ in must.tracks.values()]
        must.action = min(actions, key=ACTIONS.index, default="stay")
        for track, (action, stage) in must.tracks.items():
            if action not in ACTIONS[:3] and stage != "none" and (self.visit or track in must.last):
                self.plan(must, track, stage)
        return must

    def accept(self, must: Must, plans: dict[str, dict[str, tuple[str, int]]]) -> None:
        """Go on from the decision: its stages, and the exercises chosen, each with its level and step."""
        found = {}
        for track, (_, stage) in must.tracks.items():
            if stage != self.stage(track):
                self.moves.append(Move(self.now, track, stage, decided=True))
        for track, chosen in plans.items():
            old = must.last[track].doses if track in must.last else {}
            doses = {
                name: old[name] if name in old and old[name][:2] == dose else (*dose, self.now)
                for name, dose in chosen.items()
            }
            entry = self.words.entry(self.here(track)) or self.now
            found[track] = Plan(self.stage(track), entry.day + 1, doses)
        paused = [track for track, (action, _) in must.tracks.items() if action in ACTIONS[:3]]
        kept = {track: plan for track, plan in must.last.items() if track in paused}
        stopped = {name for marks in must.marks.values() for name in marks if marks[name] == "stop"}
        self.accepted.append(Accepted(self.now, self.visit, found, kept, stopped))

    def read(self, items: tuple[Item, ...]) -> Words:
        return Words(self.protocol, items, self.accepted, self.moves)

    def here(self, track: str = "main") -> Here:
        return Here(self.now, self.visit, track)

    # -- gates

    def gate(self, name: str) -> tuple[str, str]:
        """Return the state of a level, and the effect that it has."""
        level, effect = self.levels[name], name.rsplit(".", maxsplit=1)[1]
        answers = self.latch(level) if "until" in level else self.words.possible(level["when"], self.here())
        state = "unknown" if answers == OPEN else "triggered" if answers == YES else "clear"
        if state == "clear" or (effect not in ("refer", "emergency") and self.is_overridden(name)):
            return state, "none"
        return state, "pause" if state == "unknown" and effect in ("refer", "emergency") else effect

    def latch(self, level: Plain) -> set[bool]:
        """Return whether a level with `until` is triggered, in every way to answer the entries left open."""
        text, reads = level["when"], self.words.reads(level["when"])
        daring = {False, any(item.what in reads and len(item.values) > 1 for item in self.words.items)}
        worlds = [self.read(items) for items in filled(self.words.items, reads)]
        states = {self.fold(level, words, daring=one) for words in worlds for one in daring}
        return OPEN if states == NO and self.words.possible(text, self.here()) == OPEN else states

    def fold(self, level: Plain, words: Words, *, daring: bool) -> bool:
        """Go through every moment up to now: what is triggered stays so until a later moment meets `until`.

        The same entry triggers once. `daring`: an entry left open triggers also where more would have to be known.
        """
        trigger = used = None
        visits = {when(entry) for entry in self.entries if entry["kind"] == "visit"}
        for moment in sorted({item.at for item in words.items} | {when(entry) for entry in self.entries}):
            here = Here(moment, moment in visits, past=moment != self.now)
            waiting = replace(here, after=trigger)
            if trigger and moment > trigger and self.words.possible(level["until"], waiting) == YES:
                trigger = None
            answers = words.possible(level["when"], here)
            newest = max(words.evidence(level["when"], here), default=None)
            if daring and answers == OPEN and self.words.blanks(level["when"], here):
                answers = YES
            if answers == YES and (used is None or (newest and newest > used)):
                trigger = used = newest or moment
        return trigger is not None

    def is_overridden(self, name: str) -> bool:
        overrides = [one for entry in self.entries for one in entry.get("override", [])]
        return any(one["gate"] == name and self.now.day <= one["until"] for one in overrides)

    def acting(self, must: Must, track: str) -> list[str]:
        """Return the levels that have an effect on a track."""
        acting = [name for name, (_, effect) in must.gates.items() if effect != "none"]
        return [name for name in acting if track in self.levels[name].get("tracks", [track])]

    def holds_progress(self, must: Must, track: str) -> bool:
        return any(self.levels[name].get("no_progress") for name in self.acting(must, track))

    # -- stages

    def stage(self, track: str) -> str:
        """Return the stage of a track, by the moves so far."""
        return next((move.stage for move in reversed(self.moves) if move.track == track), "none")

    def judge(self, must: Must, track: str) -> tuple[str, str]:
        """Return the action on a track, and its stage after: the first that applies."""
        stage, stages = self.stage(track), self.protocol["track"][track]["stages"]
        effects = [must.gates[name][1] for name in self.acting(must, track)]
        effect = max(effects, key=EFFECTS.index, default="none")
        if effect in ("pause", "refer", "emergency"):
            return effect, stage
        if stage == "none":
            return self.start(track, stages) if self.visit else ("stay", stage)
        table, here = self.protocol["stage"][stage], self.in_stage(track)
        regress = [
            (goal, text) for goal in stages for text in table.get("regress_to", {}).get(goal, {}).values()
        ]
        answers = [self.words.possible(text, here) for _, text in regress]
        for (goal, text), answer in zip(regress, answers, strict=True):
            if answer == YES and self.is_new(text, here):
                return "regress", goal
        must.held |= {track} if OPEN in answers else set()
        if not self.visit or any(answer != NO for answer in answers) or self.holds_progress(must, track):
            return "stay", stage
        if "discharge" in table and self.met(table["discharge"], here) == YES:
            return "discharge", stage
        leave = [table.get("leave", {}), self.protocol["track"][track].get("leave", {})]
        following = table.get("next", stages[stages.index(stage) + 1 :][:1])
        may = {goal: self.met(self.protocol["stage"][goal].get("enter", {}), here) for goal in following}
        candidates = [goal for goal in following if may[goal] != NO]
        can_leave = all(self.met(one, here) == YES for one in leave)
        if can_leave and len(candidates) == 1 and may[candidates[0]] == YES:
            return "advance", candidates[0]
        return "stay", stage

    def start(self, track: str, stages: list[str]) -> tuple[str, str]:
        """Return the latest stage that may be started in and whose criteria are met; the first may always."""
        for stage in reversed(stages):
            table = self.protocol["stage"][stage]
            may = table.get("start_here", False) or stage == stages[0]
            if may and self.met(table.get("enter", {}), self.here(track)) == YES:
                return "start", stage
        return "stay", "none"

    def in_stage(self, track: str) -> Here:
        return replace(self.here(track), since=self.words.entry(self.here(track)))

    def met(self, criteria: Plain, here: Here) -> set[bool]:
        """Return whether every criterion is met; no, if one is known not to be; else open."""
        answers = [self.words.possible(text, here) for text in criteria.values()]
        return NO if NO in answers else OPEN if OPEN in answers else YES

    def is_new(self, text: str, here: Here) -> bool:
        """Return whether a regress criterion rests on evidence newer than the stage's entry; time passing is."""
        assert here.since is not None
        done = [item.at for item in self.words.items if item.what == "session" and item.done > 0]
        has_passed = self.now > max([here.since, *done])
        is_newer = any(at > here.since for at in self.words.evidence(text, here))
        return is_newer or (has_passed and TIME.search(text) is not None)

    # -- plans

    def last_plans(self) -> dict[str, Plan]:
        """Return the most there can be: at a visit also what was set aside; else what the last visit accepted."""
        if not self.accepted:
            return {}
        last = {**self.accepted[-1].kept, **self.accepted[-1].plans}
        accepted = [one.plans for one in self.accepted if one.visit][-1:]
        return {track: plan for track, plan in last.items() if self.visit or track in accepted[0]}

    def plan(self, must: Must, track: str, stage: str) -> None:
        must.has_plan = True
        doses = must.last[track].doses if track in must.last else {}
        must.marks[track] = {
            name: self.mark(must, track, stage, name, since) for name, (_, _, since) in doses.items()
        }
        exercises = self.protocol["exercise"]
        must.excluded[track] = {name for name in exercises if self.is_excluded(must, track, stage, name)}

    def mark(self, must: Must, track: str, stage: str, name: str, since: At) -> str:
        """Return what an exercise's sessions since its last change ask for.

        The strictest response that is met; a freer one needs every stricter one known not met. A long break eases.
        """
        table = self.protocol["stage"][stage]
        response = self.protocol["response"].get(table.get("response", ""), {})
        here = replace(self.in_stage(track), exercise=name)
        if stage != self.stage(track):
            here = replace(here, since=self.now)
        rules = {level: response.get(level, {"when": "false"})["when"] for level in RESPONSES}
        answers = [self.words.possible(text, here) for text in rules.values()]
        is_fresh = any(at > since for at in self.words.reported(here))
        mark = "keep"
        if is_fresh and YES in answers[:3]:
            mark = RESPONSES[answers.index(YES)]
        elif (
            is_fresh and answers == [NO, NO, NO, YES] and self.visit and not self.holds_progress(must, track)
        ):
            mark = "progress"
        if is_fresh and OPEN in answers[: min(2, RESPONSES.index(mark))]:
            must.held.add(track)
        last = max([since, *self.words.reported(replace(here, since=None))])
        if mark != "stop" and self.now.day - last.day > duration(
            response.get("break_after", "never_expires")
        ):
            return "ease"
        return mark

    def is_excluded(self, must: Must, track: str, stage: str, name: str) -> bool:
        """Return whether an exercise may not be given: anything that speaks against it and is not known not to."""
        exercise, table = self.protocol["exercise"][name], self.protocol["stage"][stage]
        here = replace(self.here(track), exercise=name)
        against = [self.levels[level].get("exclude", "false") for level in self.acting(must, track)]
        cautions = [self.protocol["caution"][tag] for tag in exercise["cautions"]]
        against += [caution["when"] for caution in cautions if caution["effect"] == "exclude"]
        against += [exercise.get("never_if", "false")]
        removals = [one for entry in self.entries for one in entry.get("remove", [])]
        return (
            any(self.words.possible(text, here) != NO for text in against)
            or self.words.possible(exercise.get("only_if", "true"), here) != YES
            or exercise["demand"] > table["max_demand"]
            or table["dose"] not in exercise["dose"]
            or not set(exercise["equipment"]) <= self.words.kit(here)
            or any(one["exercise"] == name and self.now.day <= one.get("until", 9999) for one in removals)
            or self.was_stopped(name)
        )

    def was_stopped(self, name: str) -> bool:
        """Return whether a response stopped it since the last visit: it waits for the visit after this one."""
        visits = [index for index, one in enumerate(self.accepted) if one.visit]
        return any(name in one.stopped for one in self.accepted[visits[-1] + 1 if visits else 0 :])
