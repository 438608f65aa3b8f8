"""What corrections made of past decisions: those are never decided again, so a note asks for a second look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from rehabflow.engine import elsewhere
from rehabflow.engine.decision import ACTIONS, Action
from rehabflow.engine.facts import Facts
from rehabflow.engine.gates import evaluate_gates
from rehabflow.engine.prepared import prepare
from rehabflow.engine.staging import judge_of
from rehabflow.frozen import frozen
from rehabflow.record.events import Corrected, Decided, History, Move, Withdrawn
from rehabflow.record.timeline import fold, order_of
from rehabflow.rulebook.model import Rulebook

GRAVE: tuple[Action, ...] = ("emergency", "refer")


@frozen
class Outcome:
    """What a past decision comes to."""

    action: Action
    moves: tuple[Move, ...]


def changed_notes(rulebook: Rulebook, history: History, facts: Facts) -> list[str]:
    """Return a note for each past move, emergency or referral that the record, as corrected since, would not have made.

    Moves are never recomputed; a review is due instead. An emergency or referral that a correction takes away was an
    entry error, or is lost: somebody has to say which.
    """
    notes: list[str] = []
    for index, decided in enumerate(history.events):
        if isinstance(decided, Decided) and (decided.moves or decided.action in GRAVE):
            later = [c for c in facts.timeline.corrections if order_of(c.recorded) > order_of(decided.at)]
            if later:
                notes += _notes(rulebook, history, index, decided, later)
    return notes


def _notes(
    rulebook: Rulebook,
    history: History,
    index: int,
    decided: Decided,
    later: Sequence[Corrected | Withdrawn],
) -> Iterator[str]:
    now = _outcome(rulebook, history, index, decided, later)
    if decided.moves and now.moves != decided.moves:
        text = ", ".join(f"{move.track}: {move.before} to {move.after}" for move in decided.moves)
        yield f"A correction made since would have changed the move of {decided.at} ({text}): review the stage"
    # Only if it was the answers: a reviewer's word, or that of a gate since gone, no correction takes away.
    is_taken_away = decided.action in GRAVE and ACTIONS.index(now.action) > ACTIONS.index(decided.action)
    if is_taken_away and _outcome(rulebook, history, index, decided, ()).action == decided.action:
        word = "emergency" if decided.action == "emergency" else "referral"
        text = f"A correction made since takes away the {word} of {decided.at}"
        yield f"{text}: make sure that it was an entry error"


def _outcome(
    rulebook: Rulebook,
    history: History,
    index: int,
    decided: Decided,
    later: Sequence[Corrected | Withdrawn],
) -> Outcome:
    """Return what a past decision would come to, the corrections made since known to it."""
    known = [event for event in history.events[:index] if order_of(event.recorded) <= order_of(decided.at)]
    corrections = [attrs.evolve(event, at=decided.at, recorded=decided.at) for event in later]
    then = History(history.day_0, (*known, *corrections), history.involved)
    timeline = fold(then, decided.at)
    facts = Facts(prepare(rulebook), timeline, decided.at, decided.kind == "visit")
    gates = (*evaluate_gates(facts, then.events, None), *elsewhere.results(timeline.elsewhere))
    results = [judge_of(facts, name, gates, decided.kind).judge() for name in rulebook.tracks]
    actions: list[Action] = [t.action for t in results if t.is_open]
    action: Action = min(actions, key=ACTIONS.index, default="stay")
    moves = tuple(Move(t.track, t.before, t.after) for t in results if t.before != t.after)
    return Outcome(action, moves)
