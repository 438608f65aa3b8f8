"""Random journeys on the small protocols, as plain entries and as TOML."""

from __future__ import annotations

import datetime
from random import Random
from typing import Any

from spec.oracle_record import Plain, when
from spec.random_protocols import MEASURES, NUMBERS, SIDE, STAGES

DAY_0 = datetime.date(2026, 3, 2)
WHO = {"by": "physician", "name": "B. Doctor"}


class Journey:
    """Makes one journey; `chance` decides everything."""

    def __init__(self, chance: Random, protocol: Plain) -> None:
        self.chance = chance
        self.protocol = protocol
        self.entries: list[Plain] = []
        self.timed = chance.random() < 0.6
        self.calm = chance.random() < 0.75
        self.steady = self.calm and chance.random() < 0.4
        self.blank = chance.choice((0.02, 0.05, 0.25))

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def make(self, length: int) -> list[Plain]:
        day = 0
        for number in range(length):
            is_visit = number % 2 == 0 if self.steady else number == 0 or self.often(0.45)
            entry: Plain = {"kind": "visit" if is_visit else "session", "day": day}
            if not is_visit or self.timed:
                entry["time"] = datetime.time(18 if not is_visit else 9)
            (self.visit if is_visit else self.session)(entry, first=number == 0)
            self.entries.append(entry)
            same = is_visit and not self.steady and self.often(0.2)
            gaps: tuple[int, ...] = (1, 1, 1, 1, 2, 2, 3, 7) if self.calm else (1, 1, 1, 2, 2, 3, 4, 7, 12)
            gaps = (1,) if self.steady else gaps
            day += 0 if same else self.chance.choice(gaps)
        return self.entries

    # -- visits

    def visit(self, entry: Plain, *, first: bool) -> None:
        whole = first or self.calm or self.often(0.6)
        observed = {name: self.answers(name) for name in MEASURES if self.often(0.9 if whole else 0.35)}
        entry["observed"] = {name: answers for name, answers in observed.items() if answers}
        if first or self.often(0.15):
            kit = self.chance.choice(([], ["mat"], ["mat", "band"]))
            entry["observed"]["lifestyle"] = {"equipment": kit}
        for scope, share in (("start", 0.95 if first else 0.5), ("excluded", 0.25)):
            if self.often(share):
                entry.setdefault("clear", []).append({"scope": scope, **WHO})
        if self.often(0.15):
            fell = {"event": "fall"} | ({"at": max(0, entry["day"] - 2)} if self.often(0.4) else {})
            entry["happened"] = [fell]
        if not first:
            self.later(entry)
        if self.often(0.1):
            self.place(entry)

    def answers(self, name: str) -> Plain:
        found: Plain = {}
        for key in MEASURES[name]:
            if self.often(0.97 if self.calm else 0.9):
                found[key] = self.value(f"{name}.{key}")
        return found

    def value(self, what: str) -> Any:  # noqa: ANN401 - of whatever type
        if what in NUMBERS:
            return self.chance.choice((0, 1, 1, 2, 2, 3) if self.calm else (0, 1, 2, 3, 3))
        return self.often(0.06 if self.calm else 0.3)

    def later(self, entry: Plain) -> None:
        """Add what looks back: late entries, corrections, withdrawals, overrides, an exercise taken out."""
        recorded = [
            (f"{name}.{key}", one["day"] if "on" not in keys else keys["on"])
            for one in self.entries
            for name, keys in one.get("observed", {}).items()
            for key in keys
            if key != "on" and name != "lifestyle"
        ]
        name = self.chance.choice(list(MEASURES))
        if self.often(0.25) and (answers := self.answers(name)):
            entry["observed"][name] = {**answers, "on": self.chance.randint(0, entry["day"])}
        if recorded and self.often(0.2):
            what, on = self.chance.choice(recorded)
            to = self.value(what) if what.split(".")[0] != "session" else self.answer(what.split(".")[1])
            entry["correct"] = [{"observed": what, "on": on, "to": to, "by": "physician", "reason": "R"}]
        measures = [what for what, _ in recorded if not what.startswith("session")]
        gave = [c["scope"] for one in self.entries for c in one.get("clear", [])]
        withdrawn = [{"observed": self.chance.choice(measures)}] if measures and self.often(0.12) else []
        withdrawn += [{"clearance": self.chance.choice(gave)}] if gave and self.often(0.1) else []
        if withdrawn:
            entry["withdraw"] = [{**one, "by": "physician", "reason": "R"} for one in withdrawn]
        self.gates(entry)
        if self.often(0.12):
            removed = {
                "exercise": self.chance.choice(list(self.protocol["exercise"])),
                "by": "physician",
                "reason": "R",
            }
            entry["remove"] = [removed | ({"until": entry["day"] + 3} if self.often(0.5) else {})]

    def gates(self, entry: Plain) -> None:
        levels = [
            f"{gate}.{level}"
            for gate, table in self.protocol["gate"].items()
            for level in table
            if level != "title"
        ]
        if levels and self.often(0.25):
            one = {"gate": self.chance.choice(levels), **WHO, "reason": "R"}
            entry["override"] = [one | {"until": entry["day"] + self.chance.choice((0, 2, 5))}]

    def place(self, entry: Plain) -> None:
        track, stages = self.chance.choice((("main", STAGES), ("main", STAGES), ("side", SIDE)))
        entry["place"] = [{"track": track, "stage": self.chance.choice(stages), **WHO, "reason": "R"}]

    # -- sessions

    def session(self, entry: Plain, *, first: bool) -> None:
        entry["done"] = self.chance.choice((1, 1, 1, 1, 1, 0.5, 0))
        answers = {
            name: self.answer(name) for name in ("ache", "morning", "numb") if not self.often(self.blank)
        }
        entry["observed"] = {"session": answers} if answers else {}
        if self.often(0.1):
            entry["observed"]["pain"] = self.answers("pain")
        did = {name: {"all_steps": self.often(0.85)} for name in self.protocol["exercise"] if self.often(0.9)}
        entry["did"] = did

    def answer(self, name: str) -> Any:  # noqa: ANN401 - of whatever type
        if name == "numb":
            return self.often(0.05 if self.calm else 0.15)
        if self.steady:
            return 0 if len(self.entries) < 7 else self.chance.choice((0, 2, 3))
        return self.chance.choice((0, 0, 0, 1, 1, 2, 3) if self.calm else (0, 1, 2, 3))


def random_journey(chance: Random, protocol: Plain) -> list[Plain]:
    """Return a journey: its entries, in order of time."""
    entries = Journey(chance, protocol).make(chance.choice((2, 6, 10, 12, 14)))
    return sorted(entries, key=lambda entry: (when(entry), entry["kind"] != "visit"))


def as_toml(entries: list[Plain]) -> str:
    """Return a journey as the file that the package reads."""
    lines = ["[journey.j]", 'title = "J"', 'protocol = "small"', f"day_0 = {DAY_0}"]
    for entry in entries:
        lines.append(f"[[journey.j.{entry['kind']}]]")
        kept = entry | {"override": [one for one in entry.get("override", []) if not is_refused(one)]}
        lines += [f"{key} = {_toml(value)}" for key, value in kept.items() if key in entry and key != "kind"]
    return "\n".join(lines) + "\n"


def is_refused(override: Plain) -> bool:
    """Return whether loading refuses an override: nobody may set an emergency or referral aside."""
    return str(override["gate"]).endswith((".refer", ".emergency"))


def _toml(value: Any) -> str:  # noqa: ANN401 - of whatever type
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
