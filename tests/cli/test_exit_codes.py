"""What each ending exits with, as the command line page tells: a safety stop never shares a code with a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commands import Ended, rehabflow

HEAD = '[journey.x]\ntitle = "A case"\nprotocol = "low_back_pain"\nday_0 = 2026-03-02\n'
SCREEN = 'red_flags = { rest = "normal" }, health = { rest = "normal" }, patient = { born = 1980-01-01 }'
CALM = 'nprs = { average = 6 }, walking = { minutes = 4 }, symptoms = { peripheralising = false, irritability = "low" }'
START = 'clear = [{ scope = "start", by = "physiotherapist", name = "A" }]'


def visit(day: int, observed: str, more: str = "") -> str:
    return f"[[journey.x.visit]]\nday = {day}\nobserved = {{ {observed} }}\n{more}\n"


def play(tmp_path: Path, *visits: str) -> Ended:
    file = tmp_path / "journey.toml"
    file.write_text(HEAD + "".join(visits), encoding="utf-8")
    return rehabflow("run", "low_back_pain", file, "--no-input")


@pytest.mark.parametrize(
    ("visits", "code", "headline"),
    [
        pytest.param([visit(0, f"{SCREEN}, {CALM}", START)], 0, "START", id="start"),
        pytest.param([visit(0, SCREEN)], 3, "PAUSE", id="a triggered pause: nobody has agreed"),
        pytest.param(
            [visit(0, f"{SCREEN}, {CALM}", START), visit(3, "red_flags = { saddle_numbness = true }")],
            3,
            "EMERGENCY",
            id="emergency",
        ),
        pytest.param(
            [visit(0, 'red_flags = { both_legs_pain = true, rest = "normal" }', START)],
            3,
            "REFER",
            id="refer",
        ),
        pytest.param([visit(0, CALM)], 3, "PAUSE", id="a triggered pause, and answers are missing as well"),
        pytest.param([visit(0, CALM, START)], 4, "PAUSE", id="a pause only because the screen is missing"),
    ],
)
def test_run_ends_with_the_last_decision(tmp_path: Path, visits: list[str], code: int, headline: str) -> None:
    ended = play(tmp_path, *visits)
    assert ended.code == code, ended.data + ended.talk
    assert headline in ended.data


def test_a_stay_only_because_answers_are_missing_is_4(tmp_path: Path) -> None:
    # Every criterion of the next stage is met but the walking, which nobody asked.
    began = visit(0, f"{SCREEN}, {CALM}", START)
    quiet = 'nprs = { average = 3 }, symptoms = { peripheralising = false, irritability = "low" }'
    screened = f'red_flags = {{ rest = "normal" }}, {quiet}'
    diary = 'diary = { last = "7d", of = 7, done = 7, worst = { pain_before = 3, pain_next_day = 2, alarm = false } }'
    waiting = play(tmp_path, began, visit(7, screened, diary))
    assert (waiting.code, "STAY" in waiting.data) == (4, True), waiting.data
    walks = play(tmp_path, began, visit(7, f"{screened}, walking = {{ minutes = 5 }}", diary))
    assert (walks.code, "STAY" in walks.data) == (0, True), walks.data
    nobody_wrote = play(tmp_path, began, visit(7, f"{screened}, walking = {{ minutes = 12 }}"))
    assert (nobody_wrote.code, "STAY" in nobody_wrote.data) == (4, True), nobody_wrote.data


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["run"],
        ["run", "no_such_protocol"],
        ["run", "low_back_pain", "--no-such-option"],
        ["run", "low_back_pain", "no_such_file.toml"],
        ["run", "low_back_pain", "x.toml", "--demo"],
        ["run", "./no_such_folder"],
        ["exercise", "show", "no_such_exercise"],
        ["gate", "show", "no_such_gate"],
        ["assessment", "score", "odi", "no_such_file.toml"],
        ["explain", "no-such-code"],
        ["schema", "no-such-kind"],
        ["check", "no_such_folder"],
        ["test", "no_such_folder"],
        ["plugin", "list", "--plugins", "no_such_folder"],
    ],
    ids=" ".join,
)
def test_usage_is_2_and_says_why_on_stderr(words: list[str]) -> None:
    ended = rehabflow(*words)
    assert ended.code == 2
    assert ended.data == ""
    assert "rror" in ended.talk
    assert "Traceback" not in ended.talk


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["run", "low_back_pian"], "low_back_pain"),
        (["protcol"], "protocol"),
        (["exercise", "show", "adim_supne"], "adim_supine"),
        (["gate", "show", "cauda_equna"], "cauda_equina"),
        (["assessment", "show", "oid"], "odi"),
    ],
)
def test_a_slip_names_the_nearest(words: list[str], hint: str) -> None:
    assert f"did you mean `{hint}`" in rehabflow(*words).talk.replace("red_flags.", "")


def test_a_file_with_problems_is_1(tmp_path: Path) -> None:
    ended = play(tmp_path, visit(0, "nprs = { averge = 6 }"))
    assert ended.code == 1
    assert ended.data == ""
    assert "journey.toml:7:" in ended.talk
    assert "did you mean `average`?" in ended.talk
    assert "^^^^^^" in ended.talk


def test_a_protocol_that_needs_a_broken_plugin_is_5(tmp_path: Path) -> None:
    plugin = tmp_path / "broken"
    plugin.mkdir()
    (plugin / "plugin.toml").write_text(
        '[plugin]\nid = "broken"\nversion = "1.0.0"\napi = 1\ntitle = "t"\nuse = "u"\nmisuse = "m"\n',
        encoding="utf-8",
    )
    (plugin / "plugin.py").write_text("raise RuntimeError('no')\n", encoding="utf-8")
    protocol = tmp_path / "needs_it"
    protocol.mkdir()
    (protocol / "protocol.toml").write_text(
        '[protocol]\nid = "needs_it"\nversion = "1.0.0"\ntitle = "t"\nstatus = "draft"\nfor_whom = "f"\nnot_for = "n"\n'
        'default_basis = "clinic"\n[protocol.requires]\nbroken = ">=1"\n'
        '[track.main]\ntitle = "t"\nstages = ["only"]\n[stage.only]\ntitle = "t"\ndose = "settle"\nmax_demand = 2\n',
        encoding="utf-8",
    )
    options: list[str | Path] = ["--plugins", plugin, "--trust", plugin]
    ended = rehabflow("run", protocol, "--no-input", *options)
    assert ended.code == 5, ended.talk
    assert "broken" in ended.talk
    assert rehabflow("plugin", "doctor", *options).code == 5
    listed = rehabflow("plugin", "list", *options)
    assert listed.code == 0
    assert "quarantined" in listed.data


def test_a_bug_is_70_with_an_incident_and_no_patient_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("born 1980-01-01, saddle_numbness")

    monkeypatch.setattr("rehabflow.cli.run.play", broken)
    first, second = (play(tmp_path, visit(0, SCREEN)) for _ in range(2))
    assert first.code == 70
    assert first.data == ""
    assert "Incident" in first.talk
    assert "KeyError at cli/run.py:" in first.talk
    for private in ("1980", "saddle", "born", "Traceback", str(tmp_path)):
        assert private not in first.talk
    assert first.talk == second.talk


def test_interrupting_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rehabflow.cli.run.choose", interrupted)
    ended = rehabflow("run", "low_back_pain", "--demo")
    assert (ended.code, ended.data) == (130, "")
    assert "Traceback" not in ended.talk
