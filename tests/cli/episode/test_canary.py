"""A patient's words and numbers, put into every field: they are in no error, no log, no temporary file, no stored byte.

What a command shows as data, on stdout, may hold what was just recorded. Stderr may not, nor what was refused, nor the
disk.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cli.commands import Ended, program, rehabflow
from cli.episode.clinic import CLEARED, DAY_1, DAY_7, FINE, LEAD, Clinic

CANARY = "Zyxcanary"
NUMBER = "73913"
DAY = "1931-07-13"
MARKS = (CANARY, CANARY.lower(), NUMBER, DAY)
OPENED = "low_back_pain"
# Every option and argument that takes words, with a call that is otherwise right; {x} is where the canary goes.
FIELDS = [
    "open {x}",
    "open low_back_pain --patient {x}",
    "open low_back_pain --day-0 {x}",
    "open low_back_pain --involved {x}",
    "open low_back_pain --key {x}!",
    "open low_back_pain --expected {x}",
    "open low_back_pain {x}",
    "open low_back_pain --{x}",
    "open low_back_pain --no-input={x}",
    "open low_back_pain --as {x}",
    "open low_back_pain --as {x}:king",
    "open low_back_pain --as t7:clinician:{x}",
    "open low_back_pain --now {x}",
    "visit {x}",
    "visit E --set {x}",
    "visit E --set {x}=1",
    "visit E --set {x}.average=1",
    "visit E --set nprs.{x}=1",
    "visit E --set nprs.average={x}",
    "visit E --set patient.born={x}",
    "visit E --set patient.{x}=1",
    "visit E --set red_flags.saddle_numbness={x}",
    "visit E --set red_flags.rest={x}",
    "visit E --set odi.finished={x}",
    "visit E --set lifestyle.equipment={x}",
    "visit E --set nprs.average={x} --set nprs.average=3",
    "visit E --set {x}.y=-",
    "visit E --clear {x}",
    "visit E --from {x}",
    "visit E --store {x}",
    "visit E --keys /dev/null/{x}",
    "log E --done {x}",
    "log E --done all --set session.pain_during={x}",
    "log E --done all --set session.{x}=1",
    "log E --done all --did {x}=all",
    "log E --done all --did bird_dog_arm={x}",
    "log E --done all --did bird_dog_arm=all,effort={x}",
    "log E --done all --did bird_dog_arm=all,{x}=1",
    "log E --done all --at {x}",
    "log E --sessions {x} --last 7d",
    "log E --sessions 5/7 --last {x}",
    "log E --sessions 5/7 --last 7d --set session.pain_during={x}",
    "log E --sessions 5/7 --last 7d --set {x}=1",
    "accept E {x}",
    "accept {x} 3",
    "decline E {x} --reason x",
    "change E --place {x}",
    "change E --place {x}=acute --reason x",
    "change E --place main={x} --reason x",
    "change E --pin {x} --reason x",
    "change E --remove {x} --reason x",
    "change E --order {x}",
    "change E --order {x}=3",
    "change E --order pain_to_load={x}",
    "clear E {x}",
    "clear E {x} --withdraw --reason x",
    "override E {x} --code other --reason x --until 7d",
    "override E rule.{x} --code other --reason x --until 7d",
    "override E clearance.bed_rest.caution --code {x} --reason x --until 7d",
    "override E clearance.bed_rest.caution --code other --reason x --until {x}",
    "override E {x} --end --reason x",
    "correct E {x} --on 2026-03-02 --to 3 --reason x",
    "correct E {x} --withdraw --reason x",
    "correct E nprs.average --on {x} --to 3 --reason x",
    "correct E nprs.average --on 2026-03-02 --to {x} --reason x",
    "identify E --from {x}",
    "identify {x}",
    "close E --disposition {x}",
    "erase E --ground {x}",
    "erase {x} --ground other",
    "overrides {x}",
]
FILES = [
    "{x}",
    "{x} = 1",
    '"{x}" = "{x}"',
    "observed = {x}",
    "observed = {{ {x} = {{ {x} = 1 }} }}",
    'observed = {{ nprs = "{x}" }}',
    'observed = {{ nprs = {{ average = "{x}" }} }}',
    "observed = {{ nprs = {{ average = 73913 }} }}",
    "observed = {{ nprs = {{ {x} = 3 }} }}",
    "observed = {{ nprs = {{ average = 3, average = 4 }}, {x} = 1 }}",
    "observed = {{ patient = {{ born = 1931-07-13, {x} = 1 }} }}",
    'observed = {{ red_flags = {{ rest = "{x}" }} }}',
    "observed = {{ slr = {{ angle = {{ {x} = 3 }} }} }}",
    'decline = ["{x}"]',
    'given = ["{x}"]',
    'diary = {{ last = "{x}", of = 7, done = 5 }}',
    "diary = {{ last = '7d', of = 3, done = 73913 }}",
    'diary = {{ last = "7d", of = 7, done = 5, worst = {{ {x} = 3 }} }}',
    'happened = [{{ event = "{x}" }}]',
    'happened = [{{ event = "surgery", at = 2931-07-13, details = {{ {x} = "{x}" }} }}]',
    'clear = [{{ scope = "{x}" }}]',
    'clear = [{{ scope = "start", by = "{x}" }}]',
    'clear = [{{ scope = "start", {x} = 1 }}]',
    'withdraw = [{{ observed = "{x}", reason = "{x}" }}]',
    'override = [{{ gate = "{x}", reason = "{x}", until = 1931-07-13 }}]',
    'order = [{{ parameter = "{x}", value = 73913 }}]',
    'correct = [{{ observed = "nprs.average", on = 1931-07-13, to = 3, reason = "{x}" }}]',
    'place = [{{ track = "{x}", stage = "{x}", reason = "{x}" }}]',
    'pin = [{{ exercise = "{x}", reason = "{x}" }}]',
    'remove = [{{ exercise = "{x}", reason = "{x}", until = 1931-07-13 }}]',
    'expect = {{ action = "{x}" }}',
    "a = '{x}\n",
    "{x} = 1\n{x} = 2",
    "x = {x}-99-99",
]


def check_silent(clinic: Clinic, ended: Ended, *, data_too: bool = True) -> None:
    """Fail if a mark is in what was said, or on the disk."""
    for mark in MARKS:
        assert mark not in ended.talk
        assert not data_too or mark not in ended.data
    check_disk(clinic)


def check_disk(clinic: Clinic) -> None:
    held = b"".join(path.read_bytes() for path in clinic.store.parent.rglob("*") if path.is_file())
    for mark in MARKS:
        assert mark.encode() not in held


def started(clinic: Clinic) -> str:
    """Return an episode whose newest decision waits."""
    episode = clinic.started()
    clinic.done("visit", episode, "--from", clinic.file(FINE))
    return episode


@pytest.mark.parametrize("canary", [CANARY, NUMBER, DAY, f"{CANARY} {NUMBER}"])
def test_in_every_field_of_every_command(clinic: Clinic, canary: str) -> None:
    episode = started(clinic)
    refused = 0
    for field in FIELDS:
        words = [word.replace("{x}", canary) for word in field.split(" ")]
        words = [episode if word == "E" else word for word in words]
        ended = clinic.run(*words, "--no-input", now=DAY_1, by=LEAD)
        assert ended.code != 70, (field, ended.talk)
        refused += ended.code in (1, 2)
        check_silent(clinic, ended, data_too=ended.code in (1, 2))
    assert refused > len(FIELDS) * 0.8


def test_in_every_field_of_a_file(clinic: Clinic) -> None:
    episode = started(clinic)
    before = clinic.entries()
    for text in FILES:
        for command in ("visit", "log", "identify"):
            ended = clinic.run(
                command, episode, "--from", clinic.file(text.format(x=CANARY)), "--no-input", now=DAY_1
            )
            assert ended.code in (1, 2), (command, text, ended.talk)
            check_silent(clinic, ended)
    assert clinic.entries() == before


def test_what_is_recorded_is_in_no_byte_of_the_store_and_on_no_stderr(clinic: Clinic) -> None:
    episode = clinic.opened()

    def record(*words: str) -> None:
        ended = clinic.run(*words, "--no-input", now=DAY_7, by=LEAD)
        assert ended.code in (0, 3, 4), ended.talk
        check_silent(clinic, ended, data_too=False)

    file = clinic.file(CLEARED.replace("1984-05-01", DAY))
    record("visit", episode, "--from", str(file))
    record("clear", episode, "heavy_loading", "--reason", CANARY)
    record("clear", episode, "heavy_loading", "--withdraw", "--reason", CANARY)
    record("change", episode, "--remove", "bird_dog_arm", "--reason", CANARY)
    words = ["--code", "other", "--reason", CANARY, "--until", "7d"]
    record("override", episode, "clearance.bed_rest.caution", *words)
    record("override", episode, "clearance.bed_rest.caution", "--end", "--reason", CANARY)
    record("correct", episode, "nprs.average", "--on", "2026-03-09", "--to", "5", "--reason", CANARY)
    record("visit", episode, "--set", "nprs.average=4")
    record("decline", episode, str(clinic.entries()), "--reason", CANARY)
    record(
        "identify", episode, "--from", str(clinic.file(f"name = '{CANARY}'\nborn = {DAY}\nnumber = {NUMBER}"))
    )
    record("close", episode, "--disposition", "other", "--reason", CANARY)


def test_typed_at_a_question(clinic: Clinic) -> None:
    episode = clinic.opened()
    for answers in ([CANARY] * 60, [NUMBER] * 60, [DAY] * 60, ["normal", *[CANARY, ""] * 40]):
        text = "".join(f"{answer}\n" for answer in answers)
        check_silent(clinic, clinic.run("visit", episode, answers=text), data_too=False)
        check_silent(clinic, clinic.run("log", episode, answers=f"1\n{text}"), data_too=False)
        check_silent(clinic, clinic.run("identify", episode, answers=text))


def test_when_the_disk_fails(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = clinic.started()
    before = clinic.entries()

    def failing(*_: object) -> None:
        raise sqlite3.OperationalError(f"disk I/O error near {CANARY}")

    monkeypatch.setattr("rehabflow.store.sqlite_store.SqliteStore._insert", failing)
    ended = clinic.run("visit", episode, "--from", clinic.file(FINE.replace("1984-05-01", DAY)), now=DAY_7)
    assert (ended.code, ended.data, clinic.entries()) == (1, "", before)
    check_silent(clinic, ended)


def test_when_there_is_a_bug(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = clinic.started()

    def failing(*_: object, **__: object) -> None:
        raise ValueError(f"{CANARY} {NUMBER}")

    monkeypatch.setattr("rehabflow.store.episodes.derived_of", failing)
    ended = clinic.run("visit", episode, "--from", clinic.file(FINE.replace("1984-05-01", DAY)), now=DAY_7)
    assert (ended.code, "Incident" in ended.talk) == (70, True)
    check_silent(clinic, ended)


def test_no_temporary_file_is_made(clinic: Clinic, tmp_path: Path) -> None:
    episode = clinic.started()
    empty = tmp_path / "empty"
    empty.mkdir()
    told = {**clinic.environment(), "TMPDIR": str(empty), "HOME": str(empty), "SQLITE_TMPDIR": str(empty)}
    file = clinic.file(FINE)
    ended = program(
        "episode", "visit", episode, "--from", file, "--no-input", "--now", DAY_7, cwd=empty, **told
    )
    assert ended.code in (0, 3, 4), ended.talk
    assert list(empty.rglob("*")) == []
    assert {path.suffix for path in clinic.store.parent.iterdir() if path.is_file()} == {".sqlite"}


def test_a_canary_that_sings_is_heard(clinic: Clinic) -> None:
    ended = rehabflow("protocol", "show", CANARY)
    with pytest.raises(AssertionError):
        check_silent(clinic, ended)
