"""Where an episode stands, on one screen: its stage, what the next step waits for, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import GateResult, Need
from rehabflow.engine.standing import Course, Standing, Step, TrackStanding, Waiting
from rehabflow.frozen import frozen
from rehabflow.render.needs_text import grouped
from rehabflow.render.page import Block, Gap, Heading, Line, Screen, page_text
from rehabflow.render.reason_lines import UNKNOWN, Grounds, says
from rehabflow.render.tables import Table
from rehabflow.render.words import counted, date_of, duration_text, plain_id
from rehabflow.rulebook.model import Rulebook

BARS: Final = "▁▂▃▄▅▆▇█"
NUMBERS: Final = 4
LINES: Final = 20
"""What a terminal of 24 lines holds, with the next step below."""
_WORDS: Final = {"met": "yes", "not_met": "no", "unknown": "?", "error": "error"}


@frozen
class Most:
    """How many criteria, gate levels and things due are shown."""

    criteria: int
    gates: int
    due: int


_EVERYTHING: Final = Most(1_000, 1_000, 1_000)
_LESS: Final = (Most(12, 4, 6), Most(8, 3, 5), Most(6, 2, 4), Most(5, 1, 3), Most(4, 1, 2), Most(2, 1, 1))


@frozen
class Standings:
    """What the screen is made of: `lines` are said first; `needs` are what is due; `draws`: bars can be drawn.

    `full`: everything is shown, whether it fits one screen or not.
    """

    lines: tuple[str, ...]
    standing: Standing
    needs: tuple[Need, ...]
    grounds: Grounds
    day_0: int
    next_visit: int | None = None
    draws: bool = False
    full: bool = False

    @property
    def rulebook(self) -> Rulebook:
        """Return the rules of the episode."""
        return self.grounds.rulebook


def standing_blocks(standings: Standings, screen: Screen) -> list[Block]:
    """Return the page; unless it is to be full, so much of everything that it fits one screen."""
    if standings.full:
        return _blocks(standings, _EVERYTHING)
    fitting = (_blocks(standings, most) for most in _LESS)
    return next(
        (blocks for blocks in fitting if page_text(blocks, screen).count("\n") <= LINES),
        _blocks(standings, _LESS[-1]),
    )


def _blocks(standings: Standings, most: Most) -> list[Block]:
    tracks = [track for track in standings.standing.tracks if track.is_open]
    blocks: list[Block] = [*(Line(text) for text in standings.lines)]
    for track in tracks:
        blocks.append(Line(_stage_line(track, standings, single=len(tracks) == 1)))
    for track in tracks:
        blocks += _criteria(track, standings, most.criteria)
    blocks += _gates(standings.standing.gates, most.gates)
    blocks += _due(standings, most.due)
    return blocks


def _stage_line(track: TrackStanding, standings: Standings, *, single: bool) -> str:
    rulebook, now = standings.rulebook, standings.standing.now
    name = "" if single else f"{rulebook.tracks[track.track].track.title}: "
    today = f"Day {now.day - standings.day_0}"
    if track.since is None:
        return f"{name}{today}, no stage yet."
    stage = rulebook.stages[track.stage].stage
    days = counted(now.day - track.since.day, "day")
    review = f"; review after {duration_text(stage.review.after)}" if stage.review is not None else ""
    return f'{name}{today}, stage "{stage.title}" since {date_of(track.since.day)}, {days}{review}.'


# -- criteria


def _criteria(track: TrackStanding, standings: Standings, left: int) -> list[Block]:
    blocks: list[Block] = []
    for step in track.steps:
        if not step.waits:
            continue
        ordered = sorted(step.waits, key=lambda one: one.result.state == "met")
        shown = ordered[:left]
        left -= len(shown)
        title = step_title(step, standings.rulebook)
        met = sum(one.result.state == "met" for one in step.waits)
        blocks += [Gap(), Heading(f"{title}: {met} of {len(step.waits)}")]
        if shown:
            rows = tuple(_row(one, standings) for one in shown)
            blocks.append(Table(("", "Criterion", "Now", "Course"), rows, 0))
        if len(shown) < len(ordered):
            blocks.append(Line(f"and {len(ordered) - len(shown)} more (--full)", 2))
    return blocks


def step_title(step: Step, rulebook: Rulebook) -> str:
    """Return what a step is, in words."""
    title = rulebook.stages[step.stage].stage.title
    return {"leave": f"To leave {title}", "enter": f"To enter {title}", "discharge": "For discharge"}.get(
        step.kind, f"To start {title}"
    )


def _row(one: Waiting, standings: Standings) -> tuple[str, ...]:
    result = one.result
    values = standings.grounds.worth_showing(result.reason.values)
    first = sorted(values, key=lambda value: one.course is None or value.name != one.course.key)[:1]
    now = "; ".join(f"{value.text}" for value in first)
    at = first[0].at if first and first[0].text != UNKNOWN else None
    dated = f"{now} ({str(at)[5:10]})" if at is not None else now
    text = says(result.reason)
    for meaning in standings.grounds.meanings(text):
        name, _, meant = meaning.partition(" is: ")
        text = text.replace(name, meant)
    return _WORDS[result.state], text, dated, course_text(one.course, draws=standings.draws)


def course_text(course: Course | None, *, draws: bool) -> str:
    """Return a course of numbers as bars, or (where none can be drawn) its last numbers."""
    numbers = [value for _, value in course.values] if course is not None else []
    if len(numbers) < 2:
        return ""
    if not draws:
        return " ".join(_short(number) for number in numbers[-NUMBERS:])
    return sparkline(numbers)


def sparkline(numbers: Sequence[Fraction]) -> str:
    """Return one bar a number, from the least of them to the greatest."""
    low, high = min(numbers), max(numbers)
    if low == high:
        return BARS[len(BARS) // 2] * len(numbers)
    top = len(BARS) - 1
    return "".join(BARS[round((number - low) * top / (high - low))] for number in numbers)


def _short(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.3g}"


# -- gates, what is due


def _gates(gates: Sequence[GateResult], most: int) -> list[Block]:
    """Return the levels that were triggered, strictest first, what stops while it is not known, what is set aside."""
    if not gates:
        return []
    acting = [gate for gate in gates if gate.acts is not Effect.NONE]
    shown = [gate for gate in acting if gate.state != "unknown" or gate.acts >= Effect.PAUSE]
    ordered = sorted(shown, key=lambda gate: (-gate.acts, gate.state == "unknown"))
    lines: list[Block] = [Line(gate_text(gate), 2, "!", tone="care") for gate in ordered[:most]]
    if len(ordered) > most:
        lines.append(Line(f"and {len(ordered) - most} more (--full)", 2))
    if len(acting) > len(shown):
        lines.append(
            Line(f"and {len(acting) - len(shown)} that restrict or caution while it is not known whether", 2)
        )
    lines += [Line(gate_text(gate), 2, "-") for gate in gates if gate.acts is Effect.NONE]
    return [Gap(), Heading("Safety gates"), *lines]


def gate_text(gate: GateResult) -> str:
    """Return a gate level that acts, or was set aside, on one line."""
    if gate.acts is Effect.NONE:
        return f"{gate.address} ({gate.effect.word}) set aside by {gate.overridden_by}"
    since = f", since {gate.since}" if gate.since is not None else ""
    doubt = "not known whether: " if gate.state == "unknown" else ""
    return f"{gate.acts.word.upper()}: {doubt}{says(gate.reason)} ({gate.address}{since})"


def _due(standings: Standings, most: int) -> list[Block]:
    texts = due_texts(standings.needs, standings.rulebook)
    visit, today = standings.next_visit, standings.standing.now.day
    if visit is not None:
        word = f"{counted(today - visit, 'day')} overdue" if visit < today else f"{date_of(visit)}"
        texts = [f"next visit: {word}", *texts]
    if not texts:
        return []
    shown = texts[:most]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return [Gap(), Line(f"Due: {'; '.join(shown)}{more}.")]


def due_texts(needs: Sequence[Need], rulebook: Rulebook) -> list[str]:
    """Return what is due, and what a clinician may agree to, in a few words each."""
    texts = []
    for group in grouped(needs):
        first = group[0]
        if first.kind == "clearance":
            texts.append(f"agreement {first.id.removeprefix('clearance.')} by a {' or '.join(first.who)}")
        elif first.kind == "review":
            texts.append("review of the stage")
        elif any(need.due for need in group):
            late = " (late)" if any(need.due == "late" for need in group) else ""
            assessment = rulebook.assessments.get(first.assessment)
            texts.append(f"{assessment.title if assessment else plain_id(first.id)}{late}")
    return texts
