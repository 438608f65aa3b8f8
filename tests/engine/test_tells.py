"""Every `tell` reaches the patient when what it stands in is so, and not otherwise."""

from __future__ import annotations

from engine.test_doses import ALL, GOOD, one
from engine.tiny import CALM, EXERCISES, TINY, Episode, catalog_of
from rehabflow.engine.decision import Decision
from rehabflow.render.telling import told

LEVELS = {
    "stop": 'when = "session.numb"',
    "ease": 'when = "session.ache > 5"',
    "keep": 'when = "session.ache > 2"',
    "progress": 'when = "did.all_steps"',
}
STAGES = {"acute": 'title = "Acute"', "middle": 'title = "Middle"'}


def telling() -> str:
    text = TINY.replace('when = "session.numb"\n[response', 'when = "session.ache > 8"\n[response')
    for level, when in {**LEVELS, "stop": 'when = "session.ache > 8"'}.items():
        assert f"[response.by_ache.{level}]\n{when}" in text
        text = text.replace(
            f"[response.by_ache.{level}]\n{when}",
            f'[response.by_ache.{level}]\n{when}\ntell = "Told: {level}."',
        )
    for stage, title in STAGES.items():
        text = text.replace(title, f'{title}\ntell = "Told: {stage}."')
    text = text.replace('alarm = "pain >= 9"', 'alarm = { when = "pain >= 9", tell = "Told: back." }')
    text = text.replace('walks = "walk >= 10"', 'walks = "criterion.walks_well"')
    text += '[criterion.walks_well]\nwhen = "walk >= 10"\ntell = "Told: on."\n'
    return text + EXERCISES


def begun() -> tuple[Episode, Decision]:
    episode = Episode(catalog_of(telling()))
    return episode, episode.visit(0, clear=True, **CALM)


def test_a_stage_speaks_while_its_exercises_may_be_done() -> None:
    episode, decision = begun()
    assert told(decision) == ("Told: acute.", "Keep moving.")
    paused = episode.visit(2, **{**CALM, "screen__alarm": True})
    assert (paused.action, told(paused)) == ("emergency", ("Go now.",))


def test_what_moves_the_patient_speaks_once() -> None:
    episode, _ = begun()
    on = episode.visit(2, **{**CALM, "walk__time": 12})
    assert (on.action, told(on)) == ("advance", ("Told: on.", "Told: middle.", "Keep moving."))
    stays = episode.visit(3, **{**CALM, "walk__time": 12})
    assert (stays.action, told(stays)) == ("stay", ("Told: middle.", "Keep moving."))
    back = episode.visit(4, **{**CALM, "pain__now": 9, "walk__time": 12})
    assert (back.action, told(back)[-3:]) == ("regress", ("Told: back.", "Told: acute.", "Keep moving."))


def test_each_level_of_a_response_speaks_beside_its_exercise() -> None:
    episode, decision = begun()
    assert one(decision).tell == ()
    episode.session(1, did=ALL, **GOOD)
    assert one(episode.visit(2, **CALM)).tell == ("Told: progress.",)
    eased = episode.session(3, **{**GOOD, "ache": 6})
    assert (one(eased).change, one(eased).tell) == ("eased", ("Told: ease.",))
    episode, _ = begun()
    episode.session(1, did=ALL, **{**GOOD, "ache": 3})
    assert one(episode.visit(2, **CALM)).tell == ("Told: keep.",)


def test_an_answer_that_is_missing_tells_nothing() -> None:
    episode, _ = begun()
    episode.session(1, did=ALL, morning=1, numb=False)
    decision = one(episode.visit(2, **CALM))
    assert (decision.change, decision.tell) == ("kept", ())


def test_nothing_of_doing_more_where_no_step_is_left() -> None:
    episode, decision = begun()
    for day in range(1, 16, 2):
        episode.session(day, did=ALL, **GOOD)
        decision = episode.visit(day + 1, **CALM)
    last = one(decision, "brace")
    assert (last.change, last.tell) == ("kept", ())
    assert [reason.tell for reason in last.why if reason.tell] == ["Told: progress."]


def test_an_exercise_that_its_sessions_stop_says_so_as_it_goes() -> None:
    episode, _ = begun()
    decision = episode.session(1, **{**GOOD, "ache": 9})
    assert decision.plan is not None
    assert [(gone.exercise, gone.tell) for gone in decision.plan.dropped] == [("breathe", ("Told: stop.",))]


def test_a_stage_without_exercises_says_nothing() -> None:
    episode, _ = begun()
    episode.visit(1, **{**CALM, "screen__alarm": True})
    episode.clear(2, "excluded")
    between = episode.look(3, "10:00", "between")
    assert (between.action, between.plan) == ("stay", None)
    assert "Told: acute." not in told(between)
