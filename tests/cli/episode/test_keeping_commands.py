"""The commands that keep the record: replay, verify, note, export, import, migrate, backup, restore."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pyrage  # type: ignore[import-untyped]  # it carries no types
import pytest

from cli.episode.clinic import ASSISTANT, AUDITOR, DAY_7, DAY_8, LEAD, Clinic
from cli.test_golden_outputs import GOLDEN

VERSION = 'version = "0.1.0"'


def other(clinic: Clinic, name: str = "other") -> Clinic:
    """Return another clinic."""
    folder = clinic.folder / name
    folder.mkdir()
    return Clinic(folder, LEAD)


# -- replay


def test_replay_derives_every_decision_again(clinic: Clinic) -> None:
    first = clinic.started()
    clinic.started()
    found = clinic.done("replay")
    assert (found["episodes"], found["decisions"], found["other_engine"], found["unreadable"]) == (2, 2, 0, 0)
    assert clinic.done("replay", first)["decisions"] == 1


def test_replay_fails_loudly_at_the_first_difference(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = clinic.started()
    monkeypatch.setattr("rehabflow.engine.decide.settle_line", lambda *_: "something else")
    ended = clinic.run("replay", episode)
    assert (ended.code, ended.data) == (1, "")
    assert f"episode {episode}, entry 57: derived anew, the decision differs in" in ended.talk


def test_replay_counts_what_cannot_be_read(clinic: Clinic) -> None:
    gone = clinic.started()
    clinic.done("erase", gone, "--ground", "other", "--yes", by=LEAD)
    clinic.started()
    assert clinic.done("replay")["unreadable"] == 1
    assert clinic.run("replay", gone).code == 2


# -- verify, note


def noted(clinic: Clinic) -> tuple[Path, str]:
    """Return a note and the public key that it is signed by."""
    key, note = clinic.folder / "key", clinic.folder / "note"
    public: str = clinic.done("note", "--new-key", key, by=LEAD)["public_key"]
    assert key.stat().st_mode & 0o777 == 0o600
    ended = clinic.run("note", "--signing-key", key, "--to", note, by=LEAD, now=DAY_7)
    assert (ended.code, public in ended.talk) == (0, True)
    return note, public


def test_a_note_vouches_for_what_was_there(clinic: Clinic) -> None:
    episode = clinic.started()
    note, public = noted(clinic)
    clinic.done("close", episode, "--disposition", "other", now=DAY_8)
    found = clinic.done("verify", "--against", note, "--public-key", public, by=AUDITOR)
    assert (found["episodes"], found["noted"], found["entries"]) == (1, 1, clinic.entries())
    assert clinic.done("verify", by=LEAD)["noted"] is None


def test_entries_taken_away_are_seen_only_with_the_note(clinic: Clinic) -> None:
    episode = clinic.started()
    note, public = noted(clinic)
    connection = sqlite3.connect(clinic.store)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    entries = next(name for name in tables if "entr" in name)
    connection.execute(f"DELETE FROM {entries} WHERE number > 56")
    connection.commit()
    connection.close()
    ended = clinic.run("verify", "--against", note, "--public-key", public, by=LEAD)
    assert ended.code == 1
    assert f"episode {episode}" in ended.talk


@pytest.mark.parametrize("key", ["", "00", "zz" * 32])
def test_a_note_needs_the_right_key(clinic: Clinic, key: str) -> None:
    clinic.started()
    note, _ = noted(clinic)
    words: list[str | Path] = ["verify", "--against", note, *(["--public-key", key] if key else [])]
    assert clinic.run(*words, by=LEAD).code == 2
    assert clinic.run("verify", "--against", note, "--public-key", "00" * 32, by=LEAD).code == 1


def test_a_note_is_printed_or_refused(clinic: Clinic) -> None:
    clinic.started()
    key = clinic.folder / "key"
    clinic.done("note", "--new-key", key, by=LEAD)
    assert (
        json.loads(clinic.run("note", "--signing-key", key, by=LEAD).data)["note"]["schema"]
        == "rehabflow/heads/1"
    )
    assert clinic.run("note", "--new-key", key, by=LEAD).code == 1
    assert clinic.run("note", by=LEAD).code == 2
    assert clinic.run("note", "--signing-key", clinic.folder / "nothing", by=LEAD).code == 2


# -- export, import


def test_an_episode_goes_to_another_machine(clinic: Clinic) -> None:
    episode = clinic.started()
    file, there = clinic.folder / "episode.json", other(clinic)
    assert clinic.done("export", episode, "--to", file)["holds_key"]
    assert file.stat().st_mode & 0o777 == 0o600
    found = there.done("import", file)
    assert (found["episode"], found["version"]) == (episode, clinic.entries())
    assert there.done("replay")["decisions"] == 1
    assert there.done("plan", episode)["plan"] == clinic.done("plan", episode)["plan"]
    assert "[journey." in json.loads(file.read_text(encoding="utf-8"))["journey"]


def test_export_replaces_no_file_and_import_takes_no_damaged_one(clinic: Clinic) -> None:
    episode = clinic.started()
    file, there = clinic.folder / "episode.json", other(clinic)
    clinic.done("export", episode, "--to", file)
    assert clinic.run("export", episode, "--to", file).code == 1
    assert (
        there.run("import", clinic.file(file.read_text(encoding="utf-8").replace("rows", "cows"))).code == 1
    )
    assert there.run("import", clinic.folder / "nothing").code == 2
    assert clinic.run("import", file, by=LEAD).code == 1


# -- migrate


def moving(clinic: Clinic) -> tuple[str, list[str]]:
    """Return an episode of a protocol of the clinic's own, which has since changed, and the options to find that."""
    folder = clinic.folder / "content"
    shutil.copytree(GOLDEN / "clinic", folder)
    options = ["--plugins", str(folder)]
    episode = clinic.done("open", "shoulder", *options)["episode"]
    answers = ["--set", "screen.rest=normal", "--set", "pain.now=6"]
    clinic.run("visit", episode, *answers, *options, "--no-input")
    waits = clinic.done("status", episode, *options)["waits"]["number"]
    clinic.done("accept", episode, str(waits), *options)
    protocol = next(folder.rglob("protocol.toml"))
    text = protocol.read_text(encoding="utf-8")
    version = next(line for line in text.splitlines() if line.startswith("version"))
    protocol.write_text(text.replace(version, 'version = "9.9.9"', 1), encoding="utf-8")
    return episode, options


def test_migrate_first_shows_what_would_change(clinic: Clinic) -> None:
    episode, options = moving(clinic)
    before = clinic.entries()
    ended = clinic.run("migrate", episode, *options, "--no-input", now=DAY_7)
    assert (ended.code, clinic.entries()) == (0, before)
    assert "to 9.9.9" in ended.data
    assert "Nothing was recorded" in ended.talk
    assert clinic.done("migrate", episode, *options, now=DAY_7)["moved"] is False
    assert clinic.run("migrate", episode, *options, now=DAY_7, answers="no\n").code == 0
    assert clinic.entries() == before


def test_migrate_moves(clinic: Clinic) -> None:
    episode, options = moving(clinic)
    assert clinic.run("migrate", episode, *options, "--yes", "--no-input", now=DAY_7).code == 2
    found = clinic.done("migrate", episode, *options, "--yes", "--reason", "new version", now=DAY_7)
    assert (found["moved"], found["after"], found["schema"]) == (True, "9.9.9", "rehabflow/episode-move/1")
    assert clinic.done("status", episode, *options, now=DAY_7)["protocol"]["version"] == "9.9.9"
    assert clinic.done("replay", episode, *options)["decisions"] == 1
    assert clinic.run("migrate", episode, *options, "--yes", "--reason", "x", now=DAY_7).code == 2


def test_migrate_moves_when_it_is_typed(clinic: Clinic) -> None:
    episode, options = moving(clinic)
    ended = clinic.run("migrate", episode, *options, now=DAY_7, answers="move\nnew version\n")
    assert (ended.code, "goes on by shoulder 9.9.9" in ended.data) == (0, True)


# -- backup, restore


def test_a_backup_is_restored(clinic: Clinic) -> None:
    clinic.started()
    file, there = clinic.folder / "backup", other(clinic)
    assert clinic.done("backup", file, by=LEAD) == {
        "schema": "rehabflow/episode-backup/1",
        "episodes": 1,
        "encrypted": False,
    }
    assert there.done("restore", file)["episodes"] == 1
    assert there.done("verify")["entries"] == clinic.entries()
    assert there.run("restore", file).code == 1
    assert clinic.run("backup", file, by=LEAD).code == 1


def test_an_encrypted_backup(clinic: Clinic) -> None:
    clinic.started()
    identity = pyrage.x25519.Identity.generate()
    file, there = clinic.folder / "backup", other(clinic)
    clinic.done("backup", file, "--to", str(identity.to_public()), by=LEAD)
    assert b"SQLite" not in file.read_bytes()
    key = clinic.file(f"# created\n{identity}\n", "identity")
    assert there.run("restore", file).code == 1
    assert there.run("restore", file, "--identity", clinic.file("# nothing\n")).code == 2
    assert there.done("restore", file, "--identity", key)["episodes"] == 1


def test_a_recipient_that_is_none(clinic: Clinic) -> None:
    clinic.started()
    ended = clinic.run("backup", clinic.folder / "backup", "--to", "somebody", by=LEAD)
    assert ended.code in (1, 2), ended.talk
    assert not (clinic.folder / "backup").exists()


# -- who may


MAY = {
    "verify": {"lead", "auditor"},
    "note": {"lead", "auditor"},
    "export": {"clinician", "lead"},
    "import": {"lead"},
    "backup": {"lead"},
    "restore": {"lead"},
}


@pytest.mark.parametrize("command", MAY)
def test_who_may_keep(clinic: Clinic, command: str) -> None:
    episode = clinic.started()
    file, key = clinic.folder / "backup", clinic.folder / "key"
    clinic.done("backup", file, by=LEAD)
    clinic.done("export", episode, "--to", clinic.folder / "exported", by=LEAD)
    clinic.done("note", "--new-key", key, by=LEAD)
    actors = {"patient": f"{clinic.patient_of(episode)}:patient", "assistant": ASSISTANT, "clinician": "", "lead": LEAD,
              "auditor": AUDITOR}  # fmt: skip
    may = set()
    for role, by in actors.items():
        target = clinic.folder / f"by_{role}"
        calls: dict[str, list[str | Path]] = {
            "verify": ["verify"],
            "note": ["note", "--signing-key", key],
            "export": ["export", episode, "--to", target],
            "import": ["import", clinic.folder / "exported", "--store", target / "store" / "e.sqlite"],
            "backup": ["backup", target],
            "restore": ["restore", file, "--store", target / "store" / "e.sqlite"],
        }
        ended = clinic.run(*calls[command], by=by)
        assert ended.code in (0, 1), ended.talk
        may |= {role} if ended.code == 0 else set()
    assert may == MAY[command]
