"""How output looks where it goes: colour, width, encoding, pipes; and what must never reach a screen."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from cli.commands import PROGRAM, program, rehabflow
from cli.test_golden_outputs import GOLDEN
from rehabflow.cli.screens import has_colour

RUN = ["run", "shoulder", "clinic/journey.toml", "--journey", "course", "--plugins", "clinic"]
ESCAPE = "\x1b["


@pytest.fixture(autouse=True)
def clinic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)


@pytest.mark.parametrize(
    ("environment", "is_terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(
    environment: dict[str, str], is_terminal: bool, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_colour(is_terminal) is coloured


def test_colour_is_never_the_only_sign() -> None:
    coloured = program(*RUN, cwd=GOLDEN, FORCE_COLOR="1").data
    plain = program(*RUN, cwd=GOLDEN, NO_COLOR="1").data
    assert ESCAPE in coloured
    assert ESCAPE not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("width", [40, 60, 80, 130])
@pytest.mark.parametrize(
    "words", [RUN, ["gate", "list"], ["protocol", "show", "shoulder", "--plugins", "clinic"]]
)
def test_no_line_is_wider_than_the_terminal(words: list[str], width: int) -> None:
    ended = rehabflow(*words, COLUMNS=str(width))
    assert max(map(len, ended.data.splitlines())) <= width


def test_a_narrow_terminal_loses_nothing_of_the_plan() -> None:
    narrow = rehabflow(*RUN, COLUMNS="60").data
    for part in (
        "Wall slide",
        "(sample_slide)",
        "2 sets of 8; step 1 of 2",
        "3 to 5 days a week",
        "Change: new",
        "Why: Move",
    ):
        assert part in narrow


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_any_locale(locale: str) -> None:
    ended = program(*RUN, cwd=GOLDEN, LC_ALL=locale)
    assert ended.code == 3
    assert "Wall slide" in ended.data


def test_an_encoding_that_lacks_a_character_shows_its_number(tmp_path: Path) -> None:
    journey = (GOLDEN / "clinic" / "journey.toml").read_text(encoding="utf-8").replace("Eases", "Ω")
    file = tmp_path / "journey.toml"
    file.write_text(journey, encoding="utf-8")
    words: list[str | Path] = ["run", "shoulder", file, "--journey", "course", "--plugins", "clinic"]
    ended = program(*words, cwd=GOLDEN, PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert ended.code == 3, ended.talk
    assert "Journey: \\u03a9" in ended.data


def test_data_goes_to_stdout_and_talk_to_stderr() -> None:
    ended = program(*RUN, "--save", os.devnull, cwd=GOLDEN)
    assert "journey written to" in ended.talk
    assert "journey written to" not in ended.data
    assert ended.data.startswith("Stiff shoulder")


def test_a_closed_pipe_ends_silently() -> None:
    for words in (RUN, [*RUN, "--json"], ["exercise", "list"]):
        process = subprocess.Popen(
            [PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=GOLDEN, text=True
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        talk = process.stderr.read()
        process.stderr.close()
        assert process.wait(timeout=60) == 141, talk
        assert talk == ""


def test_text_that_would_hide_on_a_screen_is_shown_or_refused(tmp_path: Path) -> None:
    source = (GOLDEN / "clinic" / "journey.toml").read_text(encoding="utf-8")
    for number, hidden in enumerate(("\\u202e", "\\u200b", "\\u001b[2J", "\\u2066", "\\u00ad")):
        file = tmp_path / f"journey_{number}.toml"
        file.write_text(source.replace("Eases,", f"Eases{hidden},"), encoding="utf-8")
        ended = rehabflow("run", "shoulder", file, "--journey", "course", "--plugins", "clinic")
        seen = ended.data + ended.talk
        assert not re.search("[\u202e\u200b\u001b\u2066\u00ad]", seen)
        code = hidden[2:6].upper()
        assert ended.code == 1 or f"<U+{code}>" in ended.data, seen[:300]


def test_json_escapes_what_could_hide() -> None:
    assert rehabflow(*RUN, "--json").data.isascii()
