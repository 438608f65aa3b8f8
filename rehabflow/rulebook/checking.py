"""Checking the texts of a rulebook, each in its place; a faulty one is reported and stands as `BROKEN`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Literal

import attrs

from rehabflow.conditions.checked import Checked, check
from rehabflow.conditions.faults import ConditionProblems
from rehabflow.conditions.scope import Fact, Meaning
from rehabflow.conditions.types import BooleanType, Type
from rehabflow.definitions.common import Expression
from rehabflow.frozen import frozen
from rehabflow.problems import Problem
from rehabflow.rulebook.reports import Report
from rehabflow.rulebook.scope import PlaceScope

Direction = Literal["permits", "restricts", "free"]
Polarity = Direction | Literal["neither"]
"""What unknown means for a text. `neither`: texts of both kinds read it, so it may not ask what is known."""


class _OneName:
    def find(self, name: str) -> Meaning | None:
        return Fact(name, BooleanType())

    def names(self) -> Collection[str]:
        return ()

    def clearances(self) -> Collection[str]:
        return ()

    def assessments(self) -> Collection[str]:
        return ()


BROKEN: Final[Checked] = check("broken", _OneName(), expects="condition", polarity="free")
"""Stands for a text that could not be checked; no rulebook with one is ever given out."""


@frozen
class Checker:
    """Checks texts and collects what is wrong with them; `checked` are the sound ones beside their texts."""

    report: Report
    checked: list[tuple[Expression, Checked]] = attrs.field(factory=list)
    _circles: list[str] = attrs.field(factory=list)

    def condition(self, expression: Expression, scope: PlaceScope, polarity: Polarity) -> Checked:
        """Return the checked condition; problems are reported, and then it is `BROKEN`."""
        return self._check(expression, scope, "condition", polarity)

    def optional(
        self, expression: Expression | None, scope: PlaceScope, polarity: Polarity
    ) -> Checked | None:
        """Return the checked condition, None for none."""
        return None if expression is None else self.condition(expression, scope, polarity)

    def value(self, expression: Expression, scope: PlaceScope, expects: Type, polarity: Polarity) -> Checked:
        """Return the checked text of a value; problems are reported, and then it is `BROKEN`."""
        return self._check(expression, scope, expects, polarity)

    def circle(self, names: Sequence[str]) -> str:
        """Return the reason why a name may not be read in a circle of names."""
        reason = f"it is part of a circle, {' -> '.join(names)}"
        self._circles.append(reason)
        return reason

    def _check(
        self,
        expression: Expression,
        scope: PlaceScope,
        expects: Literal["condition"] | Type,
        polarity: Polarity,
    ) -> Checked:
        try:
            checked = self._checked(expression, scope, expects, "free" if polarity == "neither" else polarity)
            if polarity == "neither" and (checked.uses_known or checked.uses_cleared):
                self._checked(expression, scope, expects, "permits")
                self._checked(expression, scope, expects, "restricts")
        except ConditionProblems as found:
            self._note(expression, found)
            return BROKEN
        self.checked.append((expression, checked))
        return checked

    def _checked(
        self,
        expression: Expression,
        scope: PlaceScope,
        expects: Literal["condition"] | Type,
        polarity: Direction,
    ) -> Checked:
        plain = scope.setting.plain_sessions
        return check(expression.text, scope, expects=expects, polarity=polarity, plain_session=plain)

    def _note(self, expression: Expression, found: ConditionProblems) -> None:
        for problem in found.problems:
            in_circle = any(reason in problem.message for reason in self._circles)
            self.report.problems.append(
                Problem(
                    "circle" if in_circle else problem.code,
                    problem.message,
                    expression.place,
                    problem.expected,
                    problem.help,
                    span=problem.span,
                )
            )
