"""A clinic at the command line: one store, people of every role, and a clock that tests set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any  # a JSON document

import attrs

from cli.commands import Ended, rehabflow
from cli.test_json_documents import DECISION
from rehabflow.store.events import AnyEvent
from rehabflow.store.sealing import KeyRing
from rehabflow.store.sqlite_store import open_sqlite
from rehabflow.store.vault import Vault

PATIENTS_THERAPIST = "t7:clinician:physiotherapist"
PHYSICIAN = "p2:clinician:physician"
ASSISTANT = "a1:assistant"
LEAD = "l1:lead:physician"
AUDITOR = "u1:auditor"
DAY_0 = "2026-03-02T09:00"
RECORDED = {
    "schema": {"rehabflow/episode-recorded/1"},
    "episode": str,
    "recorded": str,
    "version": int,
    "waits": (int, None),
    "in_force": (int, None),
    "closed": bool,
}
DECIDED = {
    **RECORDED,
    "decided": {
        "number": int,
        "repeated": bool,
        "day": int,
        "at": str,
        "kind": {"visit", "between"},
        "decision": DECISION,
    },
}
DAY_1, DAY_7, DAY_8 = "2026-03-03T18:00", "2026-03-09T09:00", "2026-03-10T09:00"
FINE = """
observed = { patient = { born = 1984-05-01 }, red_flags = { rest = "normal" }, health = { rest = "normal" }, \
nprs = { average = 6 }, walking = { minutes = 8 }, lifestyle = { minutes_per_day = 20, equipment = ["mat"] } }
"""
CLEARED = f'{FINE}\nclear = [{{ scope = "start" }}]\n'


@attrs.frozen
class Clinic:
    """The folder of a clinic's store; `by` acts where nobody else is named."""

    folder: Path
    by: str = PATIENTS_THERAPIST

    @property
    def store(self) -> Path:
        """Return the file of the store."""
        return self.folder / "store" / "episodes.sqlite"

    def environment(self, by: str = "") -> dict[str, str]:
        """Return what the commands read of the environment."""
        return {"REHABFLOW_STORE": str(self.store), "REHABFLOW_ACTOR": by or self.by}

    def run(self, *words: str | Path, now: str = DAY_0, by: str = "", answers: str = "") -> Ended:
        """Return how `rehabflow episode WORDS` ends."""
        return rehabflow("episode", *words, "--now", now, answers=answers, **self.environment(by))

    def done(self, *words: str | Path, now: str = DAY_0, by: str = "", code: int = 0) -> dict[str, Any]:
        """Return the document of a command that ends as it should."""
        ended = self.run(*words, "--json", "--no-input", now=now, by=by)
        assert ended.code == code, ended.talk
        found: dict[str, Any] = json.loads(ended.data)
        return found

    def file(self, text: str, name: str = "given.toml") -> Path:
        """Return a file of that text."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def opened(self, protocol: str = "low_back_pain", **options: str) -> str:
        """Return the id of a new episode."""
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
        episode: str = self.done("open", protocol, *words)["episode"]
        return episode

    def started(self) -> str:
        """Return the id of an episode whose first plan is accepted."""
        episode = self.opened()
        shown = self.done("visit", episode, "--from", self.file(CLEARED))
        assert shown["decided"]["decision"]["action"] == "start"
        self.done("accept", episode, str(shown["waits"]))
        return episode

    def entries(self) -> int:
        """Return how many entries the store has."""
        store = open_sqlite(self.store)
        try:
            return sum(1 for _ in store.rows())
        finally:
            store.close()

    def events(self, episode: str) -> list[AnyEvent]:
        """Return the events on record, in their order."""
        store = open_sqlite(self.store)
        try:
            _, entries = Vault(store, KeyRing.at(self.store.parent / "keys")).read(episode)
        finally:
            store.close()
        return [one.entry.event for one in entries]

    def patient_of(self, episode: str) -> str:
        """Return the id of the patient of an episode."""
        store = open_sqlite(self.store)
        try:
            first = store.first(episode)
        finally:
            store.close()
        assert first is not None
        return first.patient
