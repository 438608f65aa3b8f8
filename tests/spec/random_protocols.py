"""Random small protocols, as TOML: gates, criteria, responses and tracks vary, a little of everything is there."""

from __future__ import annotations

import textwrap
from random import Random

HEAD = """
[protocol]
id = "small"
version = "1.0.0"
title = "A random small protocol"
status = "draft"
for_whom = "Tests"
not_for = "Patients"
requires = {}
default_basis = "consensus"
[vocabulary]
pattern = ["plain"]
position = ["supine"]
body_part = ["trunk"]
joint = ["lumbar"]
equipment = ["mat", "band"]
[event.fall]
title = "A fall"
[clearance.start]
title = "Start"
by = ["physiotherapist", "physician"]
valid_for = "3w"
[clearance.excluded]
title = "Excluded"
by = ["physician"]
valid_for = "never_expires"
[assessment.lifestyle]
title = "Lifestyle"
minutes = 1
[assessment.lifestyle.measure.equipment]
type = "set"
choices_from = "equipment"
valid_for = "26w"
[select]
use = "plain"
[selector.plain]
minutes = "60"
equipment = "lifestyle.equipment"
days = "7"
exercises = 6
new_at_most = 2
[selector.plain.score]
keeps_current = { weight = 3 }
easy = { weight = 1, value = "-exercise.demand" }
"""

EXERCISE = """
[exercise.{id}]
title = "{id}"
role = "{role}"
quality = "control"
trains = ["control:trunk"]
pattern = "plain"
position = "supine"
direction = "neutral"
joints = ["lumbar"]
effort_kind = "active"
contact_risk = false
demand = {demand}
cautions = {cautions}
equipment = {equipment}
minutes = 4
how = ["Move."]
{extra}
[exercise.{id}.dose.settle]
steps = ["1 x 5", "1 x 10", "2 x 10"]
per_day = 1
[exercise.{id}.dose.control]
steps = ["2 x 5", "2 x 10"]
per_week = {per_week}
"""

MEASURES = {"screen": ("alarm", "worry"), "pain": ("now",), "walk": ("time",), "health": ("fragile",)}
YES_NO = ("screen.alarm", "screen.worry", "health.fragile")
NUMBERS = ("pain.now", "walk.time")
STAGES = ("acute", "middle", "late")
SIDE = ("easy", "hard")

SELDOM = {
    "gate": (
        "screen.alarm",
        "screen.worry and pain.now >= 3",
        "health.fragile",
        "times(session.numb, last='7d') >= 1",
        "streak(session.ache >= 3) >= 2",
        "worst(session.ache, last='3d') >= 3",
        "episode.days > 4",
        "streak(session.ache >= 3) >= 1 and walk.time >= 1",
        "times(session.numb) >= 1 and pain.now >= 1",
    ),
    "regress": (
        "streak(session.ache >= 2) >= 2",
        "times(session.ache >= 3, last='7d') >= 1",
        "session.ache >= 3",
        "pain.now >= 3",
        "screen.worry",
        "stage.days > 10",
    ),
    "response": (
        "session.numb",
        "session.ache >= 3",
        "session.morning >= 2",
        "streak(session.ache >= 2) >= 2",
    ),
}
"""What is met in some journeys and not in most, so that they come further."""
OFTEN = (
    "pain.now <= 2",
    "walk.time >= 1",
    "not screen.worry",
    "stage.days >= 2",
    "sessions_done() >= 1",
    "streak(session.ache <= 2) >= 1",
    "times(session.morning <= 2, last='7d') >= 1",
)
"""What is met in most journeys."""


class Maker:
    """Makes one protocol; `chance` decides everything."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.about = chance.choice(("gates", "stages", "doses"))

    def maybe(self, text: str, often: float = 0.5) -> str:
        return text if self.chance.random() < often else ""

    # -- conditions

    def number(self, name: str) -> str:
        sign = self.chance.choice((">", ">=", "<", "<=", "=="))
        low, high = {">": (0, 2), ">=": (1, 3), "<": (1, 3), "<=": (0, 2), "==": (0, 3)}[sign]
        return f"{name} {sign} {self.chance.randint(low, high)}"

    def observed(self) -> str:
        if self.chance.random() < 0.4:
            return self.maybe("not ", 0.4) + self.chance.choice(YES_NO)
        return self.number(self.chance.choice(NUMBERS))

    def answered(self) -> str:
        """Return a condition on one session."""
        item = self.chance.choice(("ache", "ache", "morning", "numb"))
        return "session.numb" if item == "numb" else self.number(f"session.{item}")

    def series(self) -> str:
        window = self.chance.choice(("", "", ", last='7d'", ", last='3d'"))
        which = self.chance.random()
        if which < 0.35:
            return f"times({self.answered()}{window}) >= {self.chance.randint(1, 2)}"
        if which < 0.75:
            return f"streak({self.answered()}{window}) >= {self.chance.randint(1, 3)}"
        if which < 0.9:
            return self.number(f"{self.chance.choice(('worst', 'best'))}(session.ache{window})")
        return f"sessions_done({window.removeprefix(', ')}) >= {self.chance.randint(1, 3)}"

    def dated(self) -> str:
        return self.chance.choice(
            (
                "happened(fall)",
                "days_since(fall) < 9",
                "happened(fall) and days_since(fall) < 9",
                "hours_since(fall) >= 48",
                "episode.days > 12",
            )
        )

    def term(self, place: str) -> str:
        which = self.chance.random()
        if place == "gate":
            if which < 0.15:
                return f"not cleared('{self.chance.choice(('start', 'excluded'))}')"
            return self.observed() if which < 0.6 else self.series() if which < 0.85 else self.dated()
        if place == "stage" and which < 0.15:
            return self.chance.choice(("stage.days >= 4", "stage.days > 10", "stage.hours >= 48"))
        if place == "response" and which < 0.5:
            return self.answered()
        if place in ("stage", "response") and which < 0.2:
            return self.answered()
        return self.observed() if which < 0.65 else self.series() if which < 0.9 else self.dated()

    def seldom(self, place: str) -> str:
        """Return a condition that restricts, seldom enough that episodes go on."""
        if self.chance.random() < 0.5:
            return self.chance.choice(SELDOM[place])
        return self.condition("stage" if place == "regress" else place)

    def often(self) -> str:
        """Return a condition that permits, often enough that episodes go on."""
        return self.chance.choice(OFTEN) if self.chance.random() < 0.6 else self.condition("stage")

    def condition(self, place: str) -> str:
        which = self.chance.random()
        first = self.term(place)
        if which < 0.55:
            return first
        others = [self.term(place) for _ in range(2)]
        if (
            sum(
                any(f in t for f in ("times(", "streak(", "done(", "worst(", "best("))
                for t in [first, *others]
            )
            > 1
        ):
            return first
        if which < 0.7:
            return f"({first}) and ({others[0]})"
        if which < 0.85:
            return f"({first}) or ({others[0]})"
        return f"count({first}, {others[0]}, {others[1]}) >= 2"

    def until(self) -> str:
        return self.chance.choice(
            (
                "cleared('excluded')",
                "cleared('excluded')",
                "cleared('start') and not screen.alarm",
                "not screen.alarm",
                self.number("pain.now"),
                "days_since(trigger) >= 6",
                "hours_since(trigger) >= 48",
                "times(session.ache <= 1, since=trigger) >= 1",
                "streak(session.ache <= 1) >= 2",
                "streak(session.ache <= 2) >= 1",
                "best(session.ache) <= 1",
                "sessions_done() >= 2",
                "sessions_done(since=trigger) >= 1",
                "days_since(trigger) >= 2",
                "cleared('excluded') or days_since(trigger) >= 9",
            )
        )

    # -- tables

    def text(self) -> str:
        parts = [HEAD, self.measures(), self.gates(), self.cautions(), self.responses(), self.tracks()]
        parts += [self.exercises()]
        return "\n".join(parts)

    def measures(self) -> str:
        found = []
        for name, keys in MEASURES.items():
            found.append(f'[assessment.{name}]\ntitle = "{name}"\nminutes = 1\n')
            for key in keys:
                shape = 'type = "yes_no"'
                if f"{name}.{key}" in NUMBERS:
                    shape = (
                        'type = "number"\nunit = "{score}"\nrange = [0, 3]\ndecimals = 0\nbetter = "lower"'
                    )
                valid = self.chance.choice(("1w", "3w", "3w", "never_expires"))
                found.append(f'[assessment.{name}.measure.{key}]\n{shape}\nvalid_for = "{valid}"\n')
        for name in ("ache", "morning"):
            late = 'answered_after = "12h"\n' if name == "morning" else ""
            shape = 'type = "number"\nunit = "{score}"\nrange = [0, 3]\ndecimals = 0\nbetter = "lower"'
            found.append(f"[diary.{name}]\n{shape}\n{late}")
        found.append('[diary.numb]\ntype = "yes_no"\n')
        asked = [name for name in MEASURES if self.chance.random() < 0.25]
        if asked:
            found.append(f'[ask.visit]\nwhat = {asked}\nevery = "visit"\n'.replace("'", '"'))
        return "".join(found)

    def gates(self) -> str:
        found = ['[gate.start]\ntitle = "Start"\n[gate.start.pause]\nwhen = "not cleared(\'start\')"\n']
        found += ['say = "S"\ntell = "S"\n']
        for number in range(self.chance.choice((2, 3, 4) if self.about == "gates" else (0, 0, 1))):
            name = f"gate_{number}"
            found.append(f'[gate.{name}]\ntitle = "{name}"\n')
            mild, grave = ("caution", "restrict"), ("pause", "refer", "emergency")
            levels = {self.chance.choice(mild if self.chance.random() < 0.6 else grave) for _ in range(2)}
            found += [self.level(name, level) for level in sorted(levels)]
        return "".join(found)

    def level(self, gate: str, level: str) -> str:
        serious = level in ("refer", "emergency")
        text = self.seldom("gate") if serious or level == "pause" else self.condition("gate")
        lines = [f"[gate.{gate}.{level}]", f'when = "{text}"', 'say = "S"', 'tell = "T"']
        if serious or self.chance.random() < 0.5:
            lines.append(f'until = "{self.until()}"')
        if level in ("restrict", "pause"):
            lines.append(self.maybe("no_progress = true"))
            lines.append(self.maybe(f'exclude = "exercise.demand >= {self.chance.randint(2, 3)}"', 0.6))
            lines.append(self.maybe('override = ["physician"]', 0.3))
        lines.append(self.maybe(f'tracks = ["{self.chance.choice(("main", "side"))}"]', 0.15))
        return "\n".join(line for line in lines if line) + "\n"

    def cautions(self) -> str:
        found = []
        for tag, effect in (("bend", "exclude"), ("warm", "warn")):
            found.append(
                f'[caution.{tag}]\ntitle = "T"\nwhen = "{self.observed()}"\neffect = "{effect}"\nsay = "S"\n'
            )
        return "".join(found)

    def responses(self) -> str:
        found = ["[response.by_ache]\n" + self.maybe('break_after = "6d"\n')]
        for level in ("stop", "ease", "keep"):
            if self.chance.random() < (0.8 if self.about == "doses" else 0.4):
                found.append(f'[response.by_ache.{level}]\nwhen = "{self.seldom("response")}"\n')
        better = self.chance.choice(
            ("did.all_steps", "did.all_steps", "session.ache <= 1", "streak(did.all_steps) >= 2")
        )
        found.append(f'[response.by_ache.progress]\nwhen = "{better}"\n')
        return "".join(found)

    def tracks(self) -> str:
        found = ['[track.main]\ntitle = "Main"\nstages = ["acute", "middle", "late"]\n']
        found.append(self.maybe(f'[track.main.leave]\nfine = "{self.often()}"\n', 0.2))
        found += [self.stage(name, STAGES) for name in STAGES]
        found.append(
            f'[track.side]\ntitle = "Side"\nstages = ["easy", "hard"]\nopen_while = "{self.observed()}"\n'
        )
        found += [self.stage(name, SIDE) for name in SIDE]
        return "".join(found)

    def stage(self, name: str, stages: tuple[str, ...]) -> str:
        index = stages.index(name)
        dose = self.chance.choice(("settle", "control"))
        lines = [
            f"[stage.{name}]",
            'title = "S"',
            f'dose = "{dose}"',
            f"max_demand = {self.chance.choice((1, 2, 2, 3, 3))}",
        ]
        lines += [self.maybe('response = "by_ache"', 0.9), 'next_visit = "7d"']
        lines += [self.maybe("start_here = true", 0.4)]
        if index == 0 and len(stages) > 2:
            lines.append(self.maybe('next = ["middle", "late"]', 0.5))
        criteria = []
        for table, often in (("enter", 0.15 if index == 0 else 0.7), ("leave", 0.35), ("discharge", 0.25)):
            if self.chance.random() < (often if self.about == "stages" else often / 2):
                criteria.append(f"[stage.{name}.{table}]")
                criteria += [f'c{n} = "{self.condition("stage")}"' for n in range(self.chance.randint(1, 2))]
        for goal in stages[:index]:
            if self.chance.random() < (0.8 if self.about == "stages" else 0.3):
                criteria.append(f"[stage.{name}.regress_to.{goal}]")
                criteria += [f'r{n} = "{self.condition("stage")}"' for n in range(self.chance.randint(1, 2))]
        place, role = (
            ("main_place", "local_stabiliser") if stages is STAGES else ("side_place", "global_stabiliser")
        )
        slot = f"""
            [stage.{name}.slot.{place}]
            title = "A place"
            choose = [{self.chance.choice((0, 1, 1, 1, 1))}, {self.chance.choice((1, 2, 2))}]
            where = "exercise.role == '{role}'"
            """
        return "\n".join(line for line in [*lines, *criteria] if line) + textwrap.dedent(slot)

    def exercises(self) -> str:
        per_week = self.chance.choice(('"3 to 5"', "7"))
        names = {
            "breathe": ("local_stabiliser", 1, "[]", "[]"),
            "brace": ("local_stabiliser", 2, '["warm"]', "[]"),
            "curl": ("local_stabiliser", 2, '["bend"]', "[]"),
            "plank": ("local_stabiliser", 3, "[]", '["mat"]'),
            "step": ("global_stabiliser", 1, "[]", "[]"),
            "lift": ("global_stabiliser", 2, '["bend"]', '["band"]'),
        }
        found = []
        for name, (role, demand, cautions, equipment) in names.items():
            extra = self.maybe(f'only_if = "{self.observed()}"', 0.15) or self.maybe(
                f'never_if = "{self.observed()}"', 0.15
            )
            found.append(
                EXERCISE.format(
                    id=name,
                    role=role,
                    demand=demand,
                    cautions=cautions,
                    equipment=equipment,
                    extra=extra,
                    per_week=per_week,
                )
            )
        return "".join(found)


def random_protocol(chance: Random) -> str:
    """Return a protocol as TOML."""
    return Maker(chance).text()
