"""Random texts over the names of `random_cases`; most of them pass the check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

LEVELS = ("lo", "mid", "hi")


class Texts:
    """Writes random texts; most of them pass the check."""

    def __init__(self, random: Random, *, is_score: bool, series: bool) -> None:
        self.random = random
        self.is_score = is_score
        self.has_series = series

    def condition(self, depth: int) -> str:
        kinds: list[tuple[int, Callable[[int], str]]] = [(5, self.comparison), (4, self.leaf)]
        if depth > 0:
            kinds += [(4, self.logic), (2, self.negation), (2, self.counting)]
        if self.has_series:
            kinds += [(5, self.series_condition)]
        return self.pick(kinds)(depth)

    def pick(self, kinds: Sequence[tuple[int, Callable[[int], str]]]) -> Callable[[int], str]:
        return self.random.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])[0]

    def one(self, *options: str) -> str:
        return self.random.choice(options)

    def leaf(self, depth: int) -> str:
        level, sign = self.random.choice(LEVELS), self.one("<", "<=", ">", ">=", "==", "!=")
        return self.one(
            "b1", "b2", "bd", "criterion.k", "known(n1)", "cleared('s1')",
            f"c1 {sign} '{level}'", f"risk {sign} '{level}'",
            f"c2 in ('{level}', 'hi')",
            f"c1 not in ('{level}',)", f"c1 {sign} c2", "u1 in s1", "'x' in s1", "'y' not in s1",
            f"u1 {self.one('==', '!=')} 'x'", f"band(n1) {sign} 'some'", f"n1 in ({self.one('0', '1')}, 2)",
            f"n1 {self.one('==', '!=')} 2", f"total {self.one('==', '!=')} 1", f"half in ({self.one('1', '2')}, 3)",
            "nh not in (0.1, 0.2)",
        )  # fmt: skip

    def comparison(self, depth: int) -> str:
        sign = self.one("<", "<=", ">", ">=")
        right = self.literal() if self.random.random() < 0.75 else self.number(0)
        return f"{self.number(min(depth, 2))} {sign} {right}"

    def logic(self, depth: int) -> str:
        sign = self.one(" and ", " or ")
        parts = [self.condition(depth - 1) for _ in range(self.random.randint(2, 3))]
        return sign.join(f"({part})" for part in parts)

    def negation(self, depth: int) -> str:
        return f"not ({self.condition(depth - 1)})"

    def counting(self, depth: int) -> str:
        parts = [self.condition(depth - 1) for _ in range(self.random.randint(2, 3))]
        return f"count({', '.join(parts)}) {self.one('>=', '<', '==')} {self.random.randint(1, 2)}"

    def literal(self) -> str:
        return self.one("0", "1", "2", "3", "1.5", "0.2", "-1", "0.15", "50", "100")

    def number(self, depth: int) -> str:
        kinds: list[tuple[int, Callable[[int], str]]] = [(6, self.measure)]
        if depth > 0:
            kinds += [(4, self.arithmetic), (4, self.function)]
            if self.is_score:
                kinds += [(4, self.branches), (2, self.wild)]
        if self.has_series:
            kinds += [(4, self.series_number)]
        return self.pick(kinds)(depth)

    def measure(self, depth: int) -> str:
        return self.one(
            "n1", "n1", "n2", "nh", "ns", "ns", "nd", "nq", "i1", "total", "part", "half", "even", "improvement(n1)",
            "worsening(n2)", "percent_improvement(nq)", "percent_improvement(n1)", "symmetry(m)", "weeks_since(day)",
            "days_since(day)", "months_since(day)",
        )  # fmt: skip

    def arithmetic(self, depth: int) -> str:
        left, right = self.number(depth - 1), self.number(depth - 1)
        return self.one(
            f"({left} + {right})", f"({left} - {right})", f"(-{left})", f"({left} * 2)", f"(-0.5 * {left})",
            f"({left} / 3)", f"({left} / nq)",
        )  # fmt: skip

    def function(self, depth: int) -> str:
        left, right = self.number(depth - 1), self.number(depth - 1)
        return self.one(
            f"min({left}, {right})", f"max({left}, {right})", f"abs({left})", f"abs({left} - {right})",
            f"round({left} / 2)",
            f"round({left} / 4, 1)", f"sum({left}, {right})", "sum(answers)", f"sum(nd, {right})", "mean(answers)",
            "mean(answers, at_least=2)", f"mean({left}, {right})", "answered(answers)", "sum(items)",
            "mean(nd, n1, d1, at_least=2)", f"count({self.condition(depth - 1)}, b1)",
        )  # fmt: skip

    def branches(self, depth: int) -> str:
        return f"({self.number(depth - 1)} if {self.condition(depth - 1)} else {self.number(depth - 1)})"

    def wild(self, depth: int) -> str:
        left, right = self.number(depth - 1), self.number(depth - 1)
        return self.one(f"({left} * {right})", f"({left} / {right})", f"(1 / {left})")

    def series_condition(self, depth: int) -> str:
        inner = self.one(
            "session.p <= 1", "session.p > n1", "session.a", "not session.a", "session.c >= 'mid'", "criterion.p",
            "session.p <= 1 and not session.a", "session.a or session.late > 0", "session.late <= session.p",
            "session.p <= 0 or session.p > 1", "session.a or b1",
            "session.late > 0 and not session.a", "session.p != 1 and session.late == 0",
        )  # fmt: skip
        sign = self.one(">=", "<", "==", "!=")
        return self.one(
            f"streak({inner}) {sign} {self.random.randint(1, 2)}",
            f"streak({inner}) {sign} {self.random.randint(1, 3)}",
            f"times({inner}) {sign} {self.random.randint(1, 2)}",
            f"{self.one('worst', 'best', 'last', 'previous', 'first')}(session.c) {self.one('==', '!=')} 'mid'",
            f"{self.one('worst', 'best', 'last', 'previous', 'first')}(session.a)",
            f"last(session.c) {self.one('<', '>=', '==')} worst(session.c)",
        )

    def series_number(self, depth: int) -> str:
        none = self.one("", "", ", if_none=1")
        name = self.one("session.p", "session.p", "session.late")
        return self.one(
            f"worst({name}{none})", f"best({name}{none})", f"last({name}{none})", f"previous({name}{none})",
            f"first({name}{none})", f"mean({name}, last='9w'{none})", "streak(session.p <= 1)", "times(session.a)",
        )  # fmt: skip
