"""The end of the input, Ctrl-D: whatever was typed before it counts."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cli.commands import rehabflow
from cli.episode.clinic import Clinic
from rehabflow import load_catalog
from rehabflow.cli.blocking import needs_to_ask
from rehabflow.cli.other_questions import diary, event
from rehabflow.cli.questions import Questions
from rehabflow.cli.terminal_input import EndOfInput
from rehabflow.engine.decide import decide
from rehabflow.instants import Instant
from rehabflow.problems import Place
from rehabflow.record.events import DiaryLine, Happened, Observed, Visited
from rehabflow.record.journeys import Journey
from rehabflow.registry import OpenCatalog

AT, BEFORE = Instant(739677), Instant(739670)


@pytest.fixture(scope="module")
def catalog() -> OpenCatalog:
    return load_catalog()


def typed(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))


def test_two_alarms_and_the_end_are_an_emergency() -> None:
    ended = rehabflow("run", "low_back_pain", "--day-0", "2026-03-02", answers="\nyes\nyes\n")
    assert (ended.code, "EMERGENCY: act now" in ended.data) == (3, True)


def test_in_an_episode_too(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path)
    ended = clinic.run("visit", clinic.opened(), answers="\nyes\nyes\n")
    assert "EMERGENCY: act now" in ended.data
    assert "on record" in ended.talk or "proposed" in ended.data


def test_an_alarm_counts_wherever_the_input_ends(
    catalog: OpenCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    rulebook = catalog.rulebook("low_back_pain")
    start = Journey("x", "", "low_back_pain", AT.day, (), Place("")).begin().plus(Visited(AT, AT))
    needs = needs_to_ask(decide(catalog, "low_back_pain", start, AT, kind="visit"), rulebook)
    kept = 0
    for before in range(100):
        questions = Questions.of(rulebook, AT, AT)
        typed(monkeypatch, *[""] * before, "y")
        found = questions.ask(needs)
        if not questions.is_over:
            break
        assert found is not None
        answers = [one.answer for one in found if isinstance(one, Observed)]
        assert answers in ([True], []), "a question that takes no yes leaves nothing"
        with pytest.raises(EndOfInput):
            questions.ask(needs)
        kept += len(answers)
    assert kept > 15


def test_the_worst_of_some_sessions_counts(catalog: OpenCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    rulebook = catalog.rulebook("low_back_pain")
    typed(monkeypatch, "5", "5", "y")
    answered = diary(rulebook, BEFORE, AT)
    (line,) = answered.events
    assert isinstance(line, DiaryLine)
    assert (answered.is_over, line.done, len(line.worst)) == (True, 5, 1)


def test_an_event_counts_without_all_its_details(
    catalog: OpenCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    rulebook = catalog.rulebook("acl_reconstruction")
    typed(monkeypatch, "2026-02-01")
    answered = event(rulebook, "event.surgery", AT)
    (surgery,) = answered.events
    assert isinstance(surgery, Happened)
    assert (answered.is_over, surgery.details) == (True, {})


def test_of_sessions_not_done_the_alarms_are_asked(
    catalog: OpenCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "5", "0", "y", "", "")
    answered = diary(catalog.rulebook("low_back_pain"), BEFORE, AT)
    (line,) = answered.events
    assert isinstance(line, DiaryLine)
    assert (answered.is_over, line.done, dict(line.worst)) == (False, 0, {"alarm": True})
