"""What names mean in each place where a condition may stand, and why one may not be used there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final, Literal, Protocol

from rehabflow.conditions.scope import Forbidden, Meaning
from rehabflow.frozen import frozen

Group = Literal["record", "stage", "session", "judged", "exercise", "did", "prescribed", "trigger"]
"""record: patient, episode, parameters, events, assessments; judged: criteria and findings."""

_GROUP_REASONS: Final[Mapping[str, str]] = MappingProxyType({
    "exercise": "an exercise's attributes are read only where exercises are judged: where, exclude, only_if, "
    "never_if, the rules of selection and score terms",
    "did": "what was done of one exercise is read only by responses",
    "prescribed": "what is prescribed is read only by the where of a case's plan",
    "trigger": "the time of a gate's trigger is read only by its until",
})  # fmt: skip
SIDE_NAMES: Final = ("left", "right", "involved", "uninvolved", "average")
OWN_SIDE: Final = "this_side"


@frozen
class Setting:
    """A place where texts stand: which groups of names may be read there.

    `only` says what the place is for, and is the reason shown for a name of a group that it lacks. In a place
    without `plain_sessions` a session's answer may be read only through a series (`times`, `worst`).
    """

    groups: frozenset[Group]
    only: str = ""
    plain_sessions: bool = True


def _setting(*groups: Group, only: str = "", plain_sessions: bool = True) -> Setting:
    return Setting(frozenset(groups), only, plain_sessions)


ORDINARY: Final = _setting("record", "stage", "session", "judged")
"""Criteria, findings, cautions, advice, `open_when`, `open_while`, a rule's `when`, selector limits."""
GATE: Final = _setting("record", "stage", "session", "judged", plain_sessions=False)
UNTIL: Final = _setting("record", "stage", "session", "judged", "trigger", plain_sessions=False)
EXCLUDE: Final = _setting("record", "stage", "session", "judged", "exercise", plain_sessions=False)
RESPONSE: Final = _setting("record", "stage", "session", "judged", "did")
CHOOSING: Final = _setting("record", "stage", "session", "judged", "exercise")
"""Slots' `where`, exercises' `only_if` and `never_if`, score terms."""
RULE: Final = _setting("exercise", only="a rule's first, then and of read attributes of exercises only")
CASE: Final = _setting(
    "exercise", "prescribed", only="the where of a case's plan reads exercises and what is prescribed only"
)
DERIVED: Final = _setting(
    "record", only="a derived measure follows from the patient, events, parameters and assessments only"
)
PARAMETER: Final = _setting(
    "record",
    only="a parameter's cases are told apart by the patient, events, parameters and assessments only",
)
BAND: Final = _setting(only="a band reads nothing but its own measure")


class Names(Protocol):
    """All names of a rulebook, whatever the place."""

    def look_up(self, name: str) -> tuple[Group, Meaning] | None:
        """Return what a name means, and its group; None if nothing is called so."""

    def of_groups(self, groups: Collection[Group]) -> Collection[str]:
        """Return the names of these groups, for suggestions."""

    def clearances(self) -> Collection[str]:
        """Return the declared clearance scopes."""

    def assessments(self) -> Collection[str]:
        """Return the assessments."""


@frozen(eq=False)
class PlaceScope:
    """The names of one place; implements `conditions.scope.Scope`.

    `own` are names that hold only here: the items and measures of a derived measure's own assessment. `side`
    is what `this_side` stands for in a finding of one side.
    """

    all: Names
    setting: Setting
    own: Mapping[str, Meaning] = MappingProxyType({})
    side: str = ""

    def find(self, name: str) -> Meaning | None:
        """Return what a dotted name means here, or None."""
        if name in self.own:
            return self.own[name]
        head, _, last = name.rpartition(".")
        if last == OWN_SIDE:
            if not self.side:
                return Forbidden("this_side has a meaning only in a finding with each_side = true")
            name = f"{head}.{self.side}"
        found = self.all.look_up(name)
        if found is None:
            return None
        group, meaning = found
        if group not in self.setting.groups:
            return Forbidden(self.setting.only or _GROUP_REASONS[group])
        return meaning

    def names(self) -> Collection[str]:
        """Return every name that may be used here, for suggestions."""
        return [*self.own, *self.all.of_groups(self.setting.groups)]

    def clearances(self) -> Collection[str]:
        """Return the declared clearance scopes."""
        return self.all.clearances()

    def assessments(self) -> Collection[str]:
        """Return the assessments, for `of=`."""
        return self.all.assessments()
