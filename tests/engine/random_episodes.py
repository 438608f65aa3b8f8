"""Random records of the small protocol, and what a decision permits: for the properties of every decision."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from engine.tiny import Episode, answer, cached_catalog, instant
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.record.events import Cleared, Did, Event, History, Observed, SessionLogged, Visited
from rehabflow.record.values import Absent

STAGES = ("none", "acute", "middle", "late")
LEVELS = ("settle", "control")

maybe = st.sampled_from([True, *[False] * 12, None])
pain = st.sampled_from([0, 1, 2, 3, 3, 4, 5, 6, 8, 9, None])
walk = st.sampled_from([0, 9, 10, 15, 20, 30, None])
ache = st.sampled_from([0, 1, 1, 2, 3, 6, 7, 8, None])
kit = st.sampled_from([frozenset(), frozenset(["mat"]), frozenset(["mat", "band"]), None])

screens = st.fixed_dictionaries(
    {"screen.alarm": maybe, "screen.worry": maybe},
    optional={"pain.now": pain, "walk.time": walk, "health.fragile": maybe, "lifestyle.equipment": kit},
)


@st.composite
def visits(draw: st.DrawFn) -> tuple[str, Any]:
    """Draw a visit: what is observed, and what is cleared."""
    clear = draw(st.sampled_from(["start", "start", "", "excluded"]))
    return "visit", (draw(screens), clear)


@st.composite
def sessions(draw: st.DrawFn) -> tuple[str, Any]:
    """Draw a session's entry."""
    answers = draw(
        st.fixed_dictionaries({"numb": maybe}, optional={"ache": ache, "morning": ache}),
    )
    done = draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(0)]))
    steps = {
        name: draw(st.sampled_from([Did(True), Did(False), Did()])) for name in ("breathe", "brace", "plank")
    }
    return "session", (answers, done, steps)


steps = st.lists(
    st.tuples(st.integers(1, 9), st.one_of(visits(), visits(), sessions())), min_size=1, max_size=6
)


def events_of(day: int, kind: str, content: Any) -> list[Event]:  # noqa: ANN401 - two shapes
    """Return the events of one drawn step."""
    if kind == "visit":
        values, clear = content
        at = instant(day)
        found: list[Event] = [Visited(at, at)]
        found += [Cleared(at, at, clear, "physician", "B. Doctor")] if clear else []
        return found + [Observed(at, at, key, answer(value)) for key, value in values.items()]
    answers, done, did = content
    at = instant(day, "18:00")
    return [SessionLogged(at, at, done, {key: answer(value) for key, value in answers.items()}, did)]


@attrs.frozen
class Drawn:
    """A played record: its history up to the last decision, that decision, and the one before."""

    history: History
    now: Any
    kind: Any
    last: Decision
    before: Decision | None


CALM_SCREEN = {"screen.alarm": False, "screen.worry": False}
begun = st.sampled_from(
    [
        [],
        [("visit", ({**CALM_SCREEN, "pain.now": 5, "walk.time": 5, "health.fragile": False}, "start"))],
        [("visit", ({**CALM_SCREEN, "pain.now": 3, "walk.time": 20, "health.fragile": False}, "start"))],
        [
            ("visit", ({**CALM_SCREEN, "pain.now": 3, "walk.time": 20, "health.fragile": False}, "start")),
            ("session", ({"numb": False, "ache": 1, "morning": 1}, Decimal(1), {"breathe": Did(True)})),
        ],
    ]
)
"""How an episode begins: not at all, in the acute stage, or in the middle one."""


def play(drawn: list[tuple[int, tuple[str, Any]]], beginning: list[tuple[str, Any]] | None = None) -> Drawn:
    """Play drawn steps after a beginning; every decision but the last is recorded."""
    episode = Episode()
    day = 0
    last: Decision | None = None
    drawn = [*((1, step) for step in beginning or []), *drawn]
    for index, (gap, (kind, content)) in enumerate(drawn):
        day += gap if index else 0
        episode.add(*events_of(day, kind, content))
        now = instant(day) if kind == "visit" else instant(day, "18:00")
        before = last
        how: Any = "visit" if kind == "visit" else "between"
        last = decide(episode.catalog, "tiny", episode.history, now, kind=how)
        if index == len(drawn) - 1:
            return Drawn(episode.history, now, how, last, before)
        episode.add(last.recorded)
    raise AssertionError("at least one step is drawn")


def forgettable(history: History) -> list[tuple[int, str]]:
    """Return every answer that could be forgotten, as (index of its event, diary item or "")."""
    found = []
    for index, event in enumerate(history.events):
        if isinstance(event, Observed) and not isinstance(event.answer, Absent):
            found.append((index, ""))
        if isinstance(event, SessionLogged):
            found += [(index, item) for item, value in event.answers.items() if not isinstance(value, Absent)]
            found += [(index, f"did.{name}") for name, did in event.did.items() if did.all_steps is not None]
    return found


def forget(history: History, index: int, item: str) -> History:
    """Return the history with one answer forgotten: it keeps its place and date, its value becomes unknown."""
    event = history.events[index]
    if isinstance(event, Observed):
        changed: Event = attrs.evolve(event, answer=Absent.UNKNOWN)
    else:
        assert isinstance(event, SessionLogged)
        if item.startswith("did."):
            changed = attrs.evolve(event, did={**event.did, item.removeprefix("did."): Did()})
        else:
            changed = attrs.evolve(event, answers={**event.answers, item: Absent.UNKNOWN})
    return attrs.evolve(history, events=(*history.events[:index], changed, *history.events[index + 1 :]))


@attrs.frozen
class Permitted:
    """What a decision allows: a loading plan or none, the stage, the exercises not excluded, the dose ceilings."""

    has_plan: bool
    stage: int
    exercises: frozenset[str]
    doses: dict[str, tuple[int, int]]


NOTHING = Permitted(False, 0, frozenset(), {})


def permitted(decision: Decision | None) -> Permitted:
    """Return what a decision permits."""
    if decision is None:
        return NOTHING
    stage = STAGES.index(decision.stage)
    if decision.plan is None:
        return Permitted(False, stage, frozenset(), {})
    rulebook = cached_catalog().rulebook("tiny")
    excluded = {one.exercise for one in decision.plan.rejected if one.kind == "excluded"}
    everything = frozenset(rulebook.exercises)
    allowed = everything - excluded if decision.kind == "visit" else frozenset()
    chosen = {one.exercise: (LEVELS.index(one.dose.level), one.dose.index) for one in decision.plan.exercises}
    return Permitted(True, stage, allowed | frozenset(chosen), chosen)


def beyond(less: Permitted, full: Permitted, previous: Permitted) -> list[str]:
    """Return in what `less` permits more than the larger of the two others."""
    found = []
    if less.has_plan and not (full.has_plan or previous.has_plan):
        found.append("a plan")
    if less.stage > max(full.stage, previous.stage):
        found.append(f"stage {STAGES[less.stage]}")
    extra = less.exercises - full.exercises - previous.exercises
    if less.has_plan and extra:
        found.append(f"exercises {sorted(extra)}")
    for name, dose in less.doses.items():
        ceiling = max(full.doses.get(name, (0, 0)), previous.doses.get(name, (0, 0)), (dose[0], 0))
        if dose > ceiling:
            found.append(f"dose of {name}")
    return found
