"""A visit held at the terminal: what can still change the decision is asked, then it is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rehabflow.catalog import Catalog
from rehabflow.cli.blocking import needs_to_ask
from rehabflow.cli.printing import talk
from rehabflow.cli.questions import Questions
from rehabflow.cli.terminal_input import EndOfInput
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision, Kind
from rehabflow.engine.play import Played
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.problems import Place
from rehabflow.record.events import Event, History, Visited
from rehabflow.record.journeys import Journey, JourneyStep
from rehabflow.rulebook.model import Rulebook

HINT = "An empty answer means unknown. Ctrl-D: no more answers, decide now. Ctrl-C: stop."


@frozen
class Visit:
    """One more entry of a journey, on day `day`. Without `ask` nothing new is recorded: time has passed.

    The first entry of a journey is a visit in any case, as nothing can start between visits.
    """

    catalog: Catalog
    rulebook: Rulebook
    journey: Journey
    day: int
    ask: bool

    def hold(self, before: Sequence[Played]) -> Played:
        """Return the step with all answers given, and its decision."""
        at = Instant(self.journey.day_0 + self.day)
        history = before[-1].history.plus(before[-1].decision.recorded) if before else self.journey.begin()
        kind: Kind = "visit" if self.ask or not before else "between"
        events: list[Event] = [Visited(at, at)] if kind == "visit" else []
        decision = self._decide(history, events, at, kind)
        if self.ask:
            since = before[-1].step.at if before else at
            questions = Questions.of(self.rulebook, at, since)
            decision = ask_all(
                questions, events, decision, lambda found: self._decide(history, found, at, "visit")
            )
        step = JourneyStep(kind, at, tuple(events), Place(""))
        return Played(step, decision, history.plus(*events))

    def _decide(self, history: History, events: Sequence[Event], at: Instant, kind: Kind) -> Decision:
        return decide(self.catalog, self.journey.protocol, history.plus(*events), at, kind=kind)


def ask_all(
    questions: Questions,
    events: list[Event],
    decision: Decision,
    decide_with: Callable[[Sequence[Event]], Decision],
) -> Decision:
    """Ask and decide in turns until nothing is left to ask; an emergency ends the questions at once.

    The answers are added to `events`.
    """
    talk(HINT)
    while decision.action != "emergency":
        try:
            answers = questions.ask(needs_to_ask(decision, questions.rulebook))
        except EndOfInput:
            talk("No more answers: what was not asked stays unknown.")
            break
        if answers is None:
            break
        events.extend(answers)
        decision = decide_with(events)
    return decision
