"""What holds of every decision: gates only restrict, and no order, however it came about, changes anything."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.random_episodes import begun, beyond, permitted, play, steps
from engine.tiny import EXERCISES, TINY, cached_catalog, catalog_of
from rehabflow.engine.decide import decide
from rehabflow.engine.gates import Memory
from rehabflow.record.events import Cleared, Event, History, Observed, Visited

quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

LEVELS = ("caution", "restrict", "pause", "refer", "emergency")
WHENS = ("pain > 3", "walk < 12", "health.fragile", "times(session.ache > 2) >= 1", "not cleared('excluded')")


@st.composite
def gates(draw: st.DrawFn) -> str:
    """Draw the TOML of one more gate."""
    level = draw(st.sampled_from(LEVELS))
    lines = [
        f"[gate.more.{level}]",
        f'when = "{draw(st.sampled_from(WHENS))}"',
        'say = "More"',
        'tell = "More"',
    ]
    if level in ("refer", "emergency"):
        lines.append("until = \"cleared('excluded')\"")
    if level == "restrict":
        lines.append(draw(st.sampled_from(['exclude = "exercise.demand >= 2"', "no_progress = true"])))
    return '\n[gate.more]\ntitle = "More"\n' + "\n".join(lines) + "\n"


@quick
@given(beginning=begun, drawn=steps, gate=gates())
def test_adding_a_gate_never_permits_more(beginning: list[Any], drawn: list[Any], gate: str) -> None:
    played = play(drawn, beginning)
    with_gate = cached_catalog(TINY + EXERCISES + gate)
    stricter = decide(with_gate, "tiny", played.history, played.now, kind=played.kind)
    found = beyond(permitted(stricter), permitted(played.last), permitted(played.before))
    assert not found, (found, gate)


@quick
@given(beginning=begun, drawn=steps, data=st.data())
def test_the_order_of_what_was_recorded_at_one_instant_does_not_matter(
    beginning: list[Any], drawn: list[Any], data: st.DataObject
) -> None:
    played = play(drawn, beginning)
    turned = _shuffled(played.history, data)
    again = decide(cached_catalog(), "tiny", turned, played.now, kind=played.kind)
    assert again.recorded == played.last.recorded
    assert again.reasons == played.last.reasons
    assert again.gates == played.last.gates


def _shuffled(history: History, data: st.DataObject) -> History:
    """Return the history with the answers and clearances of each instant in another order."""
    events: list[Event] = []
    group: list[Event] = []
    for event in [*history.events, None]:
        movable = isinstance(event, Observed | Cleared | Visited)
        if group and (not movable or event is None or event.at != group[0].at):
            events += data.draw(st.permutations(group))
            group = []
        if event is not None:
            (group if movable else events).append(event)
    return attrs.evolve(history, events=tuple(events))


@quick
@given(beginning=begun, drawn=steps)
def test_remembering_earlier_moments_changes_no_answer(beginning: list[Any], drawn: list[Any]) -> None:
    played = play(drawn, beginning)
    memory = Memory()
    history = History(played.history.day_0)
    for event in played.history.events:
        history = history.plus(event)
        decide(cached_catalog(), "tiny", history, event.at, memory=memory)
    remembered = decide(cached_catalog(), "tiny", played.history, played.now, kind=played.kind, memory=memory)
    assert remembered == played.last


@quick
@given(beginning=begun, drawn=steps)
def test_the_same_record_gives_the_same_decision(beginning: list[Any], drawn: list[Any]) -> None:
    played = play(drawn, beginning)
    fresh = catalog_of()
    assert (
        decide(fresh, "tiny", played.history, played.now, kind=played.kind).recorded == played.last.recorded
    )


def test_the_order_of_tables_in_a_file_does_not_matter() -> None:
    text = TINY + EXERCISES
    start = text.index("[track.main]")
    tables = ["[" + part for part in text[start:].split("\n[")]
    tables[0] = tables[0].removeprefix("[")
    turned = text[:start] + "\n".join(reversed(tables)) + "\n"
    one, other = catalog_of(text).rulebook("tiny"), catalog_of(turned).rulebook("tiny")
    assert one.digests == other.digests
    assert [rule.address for rule in one.gates] == [rule.address for rule in other.gates]
    assert list(one.exercises) == list(other.exercises)
    assert [finding.key for finding in one.findings] == [finding.key for finding in other.findings]
