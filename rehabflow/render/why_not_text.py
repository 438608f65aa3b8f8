"""Why an allowed exercise was not chosen, by exact solves: what stood against it, or by how much it lost."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final  # values of a JSON document

from rehabflow.engine.selection import (
    Difference,
    Obstacle,
    WhyCannotBePlaced,
    WhyExcluded,
    WhyNoRoom,
    WhyNot,
    WhyNoTime,
    WhyOutscored,
    WhyWouldLeaveGap,
)
from rehabflow.frozen import frozen
from rehabflow.render.words import counted, listed, plain_id
from rehabflow.rulebook.model import Rulebook

QUARTERS: Final = 4
_OBSTACLES: Final = {
    "minutes": "the minutes of a session",
    "exercises": "the number of exercises",
    "new_at_most": "the number of new exercises",
}


@frozen
class Names:
    """The titles by which exercises and slots are called."""

    exercises: Mapping[str, str]
    slots: Mapping[str, str]

    def exercise(self, id_: str) -> str:
        """Return an exercise's title."""
        return self.exercises.get(id_, plain_id(id_))

    def slot(self, id_: str) -> str:
        """Return a slot's title in quotes."""
        return f'"{self.slots.get(id_, plain_id(id_))}"'


def names_of(rulebook: Rulebook) -> Names:
    """Return the titles of a rulebook's exercises and slots."""
    slots = {slot.slot.id: slot.slot.title for stage in rulebook.stages.values() for slot in stage.slots}
    return Names({id_: rule.definition.title for id_, rule in rulebook.exercises.items()}, slots)


def why_not_text(why: WhyNot, names: Names) -> str:
    """Return why an exercise is not in the plan, one sentence."""
    match why:
        case WhyExcluded(unpartnered_by=rule) if rule is not None:
            return f"no partner that the rule {rule} asks for is left"
        case WhyCannotBePlaced(lifting=lifting):
            return _cannot_be_placed(lifting, names)
        case WhyWouldLeaveGap():
            return _gap(why, names)
        case WhyNoTime(minutes=minutes):
            return f"with {counted(minutes, 'more minute', 'more minutes')} it would be chosen"
        case WhyNoRoom():
            return "with one more exercise in the session it would be chosen"
        case WhyOutscored(margin=margin, with_it=difference):
            return _outscored(margin, difference, names)
    return "no open place of this stage takes it"


def why_not_document(why: WhyNot, names: Names) -> dict[str, Any]:
    """Return the JSON form: the kind, the text, and the margin in points, least and most, where there is one."""
    margin = why.margin if isinstance(why, WhyNoTime | WhyNoRoom | WhyOutscored) else None
    return {
        "kind": why.kind,
        "text": why_not_text(why, names),
        "margin": None if margin is None else [float(Fraction(quarters, QUARTERS)) for quarters in margin],
    }


def points(quarters: int) -> str:
    """Return quarter points as points: `1 point`, `2.25 points`."""
    number = f"{quarters / QUARTERS:g}"
    return f"{number} {'point' if number == '1' else 'points'}"


def _cannot_be_placed(lifting: tuple[Obstacle, ...], names: Names) -> str:
    if not lifting:
        return "no plan holds it: more than one thing stands against it"
    return f"no plan holds it, unless {listed([_obstacle(one, names) for one in lifting], 'or')} gave way"


def _obstacle(obstacle: Obstacle, names: Names) -> str:
    match obstacle.kind:
        case "ladder":
            return f"the ladder {plain_id(obstacle.id)} (one rung at a time)"
        case "slot":
            return f"the number of {names.slot(obstacle.id)}"
        case "pin":
            return f"the clinician's {names.exercise(obstacle.id)}"
        case "at_most" | "together":
            return f"the rule {obstacle.id}"
        case kind:
            return _OBSTACLES[kind]


def _gap(why: WhyWouldLeaveGap, names: Names) -> str:
    if why.with_it is None:
        return "no plan with it was found"
    left = [f"the finding {plain_id(finding)} would have no exercise" for finding in why.findings]
    left += [f"{names.slot(slot)} would have an empty place" for slot in why.places]
    text = listed(left) or "a serious finding or a required place would be left open"
    return text if why.is_proven else f"{text}, as far as was searched"


def _outscored(margin: tuple[int, int], difference: Difference, names: Names) -> str:
    least, most = margin
    if least != most:
        text = f"it lost by {points(least)} to {points(most)}"
    elif least:
        text = f"it lost by {points(least)}"
    else:
        text = "a plan with it is worth as much, and lost by minutes or order"
    gone = [names.exercise(one.exercise) for one in difference.leaves]
    terms = [
        f"{plain_id(term.name)} {term.chosen / QUARTERS:g} against {term.other / QUARTERS:g}"
        for term in difference.terms
    ]
    instead = f"; it would take the place of {listed(gone)}" if gone else ""
    return f"{text}{instead}" + (f" ({', '.join(terms)})" if terms else "")
