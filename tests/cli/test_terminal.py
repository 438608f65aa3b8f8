"""A visit held at the terminal: what is asked, what an answer may be, and that what is not answered stays unknown."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
import tomllib
from pathlib import Path

import pytest

from cli.commands import PROGRAM, Ended, rehabflow
from cli.test_golden_outputs import GOLDEN

START = ["run", "shoulder", "--plugins", "clinic", "--day-0", "2026-03-02"]
LOW_BACK = ["run", "low_back_pain", "--day-0", "2026-03-02"]


@pytest.fixture(autouse=True)
def clinic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)


def asked(*answers: str, words: list[str] = START) -> Ended:
    return rehabflow(*words, answers="".join(f"{answer}\n" for answer in answers))


def saved(tmp_path: Path, *answers: str, words: list[str] = START) -> dict[str, object]:
    """Return the visit as it was saved."""
    file = tmp_path / "saved.toml"
    rehabflow(*words, "--save", file, answers="".join(f"{answer}\n" for answer in answers))
    visit: dict[str, object] = tomllib.loads(file.read_text(encoding="utf-8"))["journey"]["here"]["visit"][-1]
    return visit


def test_red_flags_are_asked_first_and_answers_decide() -> None:
    ended = asked("n", "3")
    assert "START in the stage" in ended.data
    assert ended.talk.index("Is the arm numb?") < ended.talk.index("Pain now")


def test_an_emergency_ends_the_questions() -> None:
    ended = asked("y", "3")
    assert ended.code == 3
    assert "EMERGENCY" in ended.data
    assert "Pain now" not in ended.talk
    assert "Clearance" not in ended.talk


@pytest.mark.parametrize("blank", ["", "unknown", "?"])
def test_a_blank_is_unknown_and_pauses(blank: str, tmp_path: Path) -> None:
    ended = asked(blank)
    assert (ended.code, "PAUSE" in ended.data) == (4, True)
    assert "screen" not in saved(tmp_path, blank).get("observed", {})  # type: ignore[operator]


def test_the_end_of_the_input_leaves_the_rest_unknown() -> None:
    ended = asked()
    assert (ended.code, "PAUSE" in ended.data) == (4, True)
    assert "stays unknown" in ended.talk


def test_what_is_no_answer_is_told_and_asked_again(tmp_path: Path) -> None:
    ended = asked("perhaps", "n", "eleven", "11", "4.5", "3")
    assert ended.talk.count("Is the arm numb?") == 2
    assert ended.talk.count("Pain now") == 4
    for hint in ("perhaps", "eleven", "11 is out of range", "4.5 has too many decimals"):
        assert hint in ended.talk
    assert saved(tmp_path, "perhaps", "n", "11", "3")["observed"] == {
        "screen": {"numb": False},
        "pain": {"now": 3},
    }


def test_no_question_is_asked_twice() -> None:
    ended = asked(*[""] * 40)
    assert ended.talk.count("Is the arm numb?") == 1
    assert ended.talk.count("Pain now") == 1


def test_normal_answers_the_rest_of_a_screen_and_tells_which(tmp_path: Path) -> None:
    ended = asked("normal")
    assert "Recorded as normal: numb" in ended.talk
    assert saved(tmp_path, "normal")["observed"] == {"screen": {"numb": False}}


def test_normal_is_no_answer_where_nothing_is_declared_normal() -> None:
    assert asked("n", "normal", "3").talk.count("Pain now") == 2


def test_a_clearance_is_given_by_one_who_may(tmp_path: Path) -> None:
    answers = ["normal", "1980-01-01", "normal", "psychologist", "physiotherapist", "A. Therapist"]
    ended = asked(*answers, words=LOW_BACK)
    assert "`psychologist` cannot give it" in ended.talk
    assert "START" in ended.data
    visit = saved(tmp_path, *answers, words=LOW_BACK)
    assert visit["clear"] == [{"scope": "start", "by": "physiotherapist", "name": "A. Therapist"}]


def test_a_clearance_not_given_pauses() -> None:
    ended = asked("normal", "1980-01-01", "normal", "", words=LOW_BACK)
    assert (ended.code, "PAUSE" in ended.data) == (3, True)


def test_a_date_of_birth_in_the_future_is_told() -> None:
    ended = asked("normal", "2030-01-01", "1980-01-01", words=LOW_BACK)
    assert "is in the future" in ended.talk
    assert ended.talk.count("Date of birth") == 2


def test_a_later_visit_goes_on_where_the_saved_journey_ends(tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    rehabflow(*START, "--save", first, answers="n\n6\n")
    words: list[str | Path] = [
        "run",
        "shoulder",
        first,
        "--plugins",
        "clinic",
        "--day",
        "7",
        "--save",
        second,
    ]
    ended = rehabflow(*words, answers="n\n3\n2\n2\n1\n-\n")
    assert "day 0: start" in ended.data
    assert "day 7: advance, stage load" in ended.data
    visits = tomllib.loads(second.read_text(encoding="utf-8"))["journey"]["here"]["visit"]
    assert [visit["day"] for visit in visits] == [0, 7]
    assert visits[1]["decline"] == ["sample_form.work"]


def test_questions_go_to_stderr_also_with_json() -> None:
    ended = rehabflow(*START, "--json", answers="n\n3\n")
    assert ended.data.startswith("{")
    assert "Is the arm numb?" in ended.talk


def at_a_terminal(*words: str, answers: list[tuple[str, str]], interrupt: bool = False) -> tuple[int, str]:
    """Return the exit code and everything on the screen of a real terminal; answers follow what they wait for."""
    pid, screen = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm", "COLUMNS": "90", "LC_ALL": "C.UTF-8"})
        os.environ.pop("NO_COLOR", None)
        os.execv(PROGRAM, [str(PROGRAM), *words])
    seen = ""
    waiting = list(answers)
    limit = time.monotonic() + 40
    while time.monotonic() < limit:
        ready, _, _ = select.select([screen], [], [], 1)
        try:
            chunk = os.read(screen, 4096).decode("utf-8", "replace") if ready else ""
        except OSError:
            break
        if ready and not chunk:
            break
        seen += chunk
        if waiting and waiting[0][0] in seen:
            os.write(screen, b"\x03" if interrupt and len(waiting) == 1 else f"{waiting[0][1]}\n".encode())
            seen_so_far, waiting = seen, waiting[1:]
            seen = (
                seen_so_far
                if not waiting
                else seen_so_far.replace(answers[len(answers) - len(waiting) - 1][0], "", 1)
            )
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(screen)
    return os.waitstatus_to_exitcode(status), seen


def test_a_visit_at_a_real_terminal_has_colour_and_a_drawn_table() -> None:
    code, seen = at_a_terminal(*START, answers=[("numb?", "n"), ("Pain now", "3")])
    assert code == 0, seen
    assert "\x1b[" in seen
    assert "\u2500" in seen
    assert "Wall slide" in seen


def test_ctrl_c_at_a_real_terminal_is_130_without_a_traceback() -> None:
    code, seen = at_a_terminal(*START, answers=[("numb?", "")], interrupt=True)
    assert code == 130, seen
    assert "Traceback" not in seen
    assert "START" not in seen
