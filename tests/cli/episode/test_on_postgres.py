"""The commands on a PostgreSQL store: the same, by its URL."""

from __future__ import annotations

from pathlib import Path

from cli.commands import rehabflow
from cli.episode.clinic import CLEARED, DAY_0, PATIENTS_THERAPIST
from store.conftest import postgres
from store.servers import ROLE, Server

__all__ = ["postgres"]


def test_a_course_on_postgresql(postgres: Server, tmp_path: Path) -> None:
    file = tmp_path / "first.toml"
    file.write_text(CLEARED, encoding="utf-8")
    told = {
        "REHABFLOW_STORE": postgres.url(postgres.emptied(), ROLE),
        "REHABFLOW_KEYS": str(tmp_path / "keys"),
        "REHABFLOW_ACTOR": PATIENTS_THERAPIST,
    }

    def run(*words: str) -> str:
        ended = rehabflow("episode", *words, "--no-input", "--now", DAY_0, **told)
        assert ended.code == 0, ended.talk
        return ended.data

    episode = run("open", "low_back_pain").split()[1]
    number = run("visit", episode[:8], "--from", str(file)).split()[1]
    assert "is in force" in run("accept", episode, number)


def test_on_postgresql_it_has_to_be_said_where_the_keys_are(postgres: Server) -> None:
    url = postgres.url(postgres.emptied(), ROLE)
    ended = rehabflow("episode", "open", "low_back_pain", "--store", url, "--as", PATIENTS_THERAPIST)
    assert (ended.code, "--keys none" in ended.talk) == (2, True)


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    url = "postgresql://clerk:Zyxcanary@127.0.0.1:1/none"
    ended = rehabflow("episode", "visit", "abcd", "--store", url, "--as", PATIENTS_THERAPIST)
    assert ended.code == 1
    assert "Zyxcanary" not in ended.talk
