"""What a command on episodes works with: an open store, the definitions, who acts, and the clock."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast, get_args

from rehabflow.catalog import Catalog
from rehabflow.cli.episode.options import STORE, Setting
from rehabflow.cli.loading import open_catalog
from rehabflow.cli.printing import talk
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.loading.reader import PROFESSIONS
from rehabflow.problems import UsageError
from rehabflow.registry import OpenCatalog
from rehabflow.rulebook.model import Rulebook
from rehabflow.store.entries import Actor, Role
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import Conflict, MissingExtra
from rehabflow.store.port import Store
from rehabflow.store.postgres_store import open_postgres
from rehabflow.store.requests import Request
from rehabflow.store.roles import TABLE, Action, require
from rehabflow.store.sealing import KeyRing
from rehabflow.store.sqlite_store import open_sqlite
from rehabflow.store.state import EpisodeState, state_of
from rehabflow.store.vault import Vault, new_key

NONE: Final = "none"
FEWEST: Final = 4
_ACTOR: Final = re.compile(r"([A-Za-z0-9._@-]{1,64}):([a-z]+)(?::([a-z_]+))?", re.ASCII)
_EPISODE: Final = re.compile(r"[0-9a-f]{1,32}", re.ASCII)


@frozen(eq=False)
class Desk:
    """An open store with the episodes in it; `now` is what the clock says here."""

    setting: Setting
    catalog: OpenCatalog
    episodes: Episodes
    actor: Actor
    now: Instant

    @property
    def store(self) -> Store:
        """Return the store."""
        return self.episodes.vault.store

    @property
    def is_sealed(self) -> bool:
        """Return whether new episodes are encrypted."""
        return self.episodes.vault.keys is not None

    def request(self, expected: int | None = None) -> Request:
        """Return a request of who acts here and now; `--expected` counts before what this program saw."""
        setting = self.setting
        seen = expected if setting.expected is None else setting.expected
        return Request(self.actor, self.now, setting.key or new_key(), seen)

    def follow(self, version: int) -> Request:
        """Return one more request of the same command, about what it just showed: the clock is read again."""
        return Request(self.actor, now_of(self.setting.now), new_key(), version)

    def may(self, action: Action) -> bool:
        """Return whether who acts may do something, by their role."""
        return action in TABLE[self.actor.role]

    def find(self, word: str) -> str:
        """Return the id of an episode, given it or a beginning that only one has.

        Raises:
            UsageError: none begins so, or several do; what was typed is not repeated.
        """
        return id_of(self.store, word)

    def begin(self, word: str, action: Action) -> EpisodeState:
        """Return the state of an episode to which something is to be added.

        Raises:
            NotAllowed: the role of who acts may not do it.
            NotNow, Conflict: nothing can be added now; a request that came before goes on, to be told so.
        """
        require(self.actor, action)
        state = self.state(word)
        request = self.request()
        if not self.store.request(request.key):
            self.episodes.ready(request, state.episode)
        return state

    def state(self, word: str) -> EpisodeState:
        """Return what who acts here may see of an episode; see `find`."""
        return self.episodes.state(self.actor, self.find(word))

    def catalog_of(self, state: EpisodeState) -> Catalog:
        """Return the definitions that an episode goes on by."""
        return self.episodes.definitions.pinned(state.protocol, state.digests, state.pin.content)

    def rulebook(self, state: EpisodeState) -> Rulebook:
        """Return the rules that an episode goes on by."""
        return self.catalog_of(state).rulebook(state.protocol)


def id_of(store: Store, word: str) -> str:
    """Return the id of an episode, given it or a beginning that only one has; see `Desk.find`."""
    if _EPISODE.fullmatch(word) is None or len(word) < FEWEST:
        raise UsageError(
            f"EPISODE is the id of an episode, 32 digits and letters a to f, or its first {FEWEST} or more"
        )
    if len(word) == len(new_key()):
        return word
    found = [head.episode for head in store.heads() if head.episode.startswith(word)]
    if len(found) != 1:
        raise UsageError(
            "several episodes begin so; type more of the id" if found else "no episode begins so"
        )
    return found[0]


@contextmanager
def open_desk(
    setting: Setting, episode: str = "", *, protocol: str = "", create: bool = False
) -> Iterator[Desk]:
    """Open what the options name.

    Args:
        setting: the options.
        episode: the only one it is about, by its id or a beginning of it: of the bundled content only what its
            protocol needs is read, which takes less time.
        protocol: the only one it is about.
        create: make store and keys if they are not there.

    Raises:
        UsageError: nobody was said to act, or there is no store.
        StoreError: store or keys cannot be used; see `rehabflow.store.errors`.
    """
    actor, now = actor_of(setting.actor), now_of(setting.now)
    store = _store(setting, create=create)
    try:
        vault = Vault(store, _keys(setting, create=create))
        needed = [protocol] if protocol else _needed(vault, episode)
        catalog = open_catalog(setting.sources, needed_by=needed)
        desk = Desk(setting, catalog, Episodes.of(vault, catalog), actor, now)
        try:
            yield desk
        except Conflict as conflict:
            from rehabflow.cli.episode.news import tell_news

            tell_news(desk, conflict.episode, conflict.expected)
            raise
    finally:
        store.close()


def _needed(vault: Vault, episode: str) -> list[str]:
    """Return the protocol of an episode; none if every protocol may be needed."""
    if not episode:
        return []
    id_ = id_of(vault.store, episode)
    return [state_of(id_, *vault.read(id_)).protocol]


def actor_of(text: str) -> Actor:
    """Return who acts.

    Raises:
        UsageError: nobody is named, or not as ID:ROLE or ID:ROLE:PROFESSION.
    """
    if not text:
        raise UsageError(
            "say who acts: --as ID:ROLE[:PROFESSION], such as --as t7:clinician:physiotherapist, or set REHABFLOW_ACTOR"
        )
    match = _ACTOR.fullmatch(text)
    id_, role, profession = match.groups() if match else ("", "", None)
    if role not in get_args(Role) or (profession or PROFESSIONS[0]) not in PROFESSIONS:
        raise UsageError(
            "who acts is written ID:ROLE[:PROFESSION]: an id of letters, digits and . _ @ - (no patient's name), "
            f"a role of {', '.join(get_args(Role))}, and a profession of {', '.join(PROFESSIONS)}"
        )
    return Actor(id_, cast("Role", role), profession or "")


def now_of(text: str) -> Instant:
    """Return what the clock says here, to the second; `text` instead, if given.

    Raises:
        UsageError: the text is no date and time.
    """
    if not text:
        return Instant.of(datetime.datetime.now().astimezone())
    try:
        return Instant.of(datetime.datetime.fromisoformat(text))
    except ValueError:
        raise UsageError("--now is a date and time, such as 2026-03-02T17:30") from None


def is_url(store: str) -> bool:
    """Return whether a store is a server's."""
    return store.startswith(("postgresql://", "postgres://"))


def _store(setting: Setting, *, create: bool) -> Store:
    if is_url(setting.store):
        return open_postgres(setting.store)
    path = Path(setting.store or STORE)
    is_there = path.exists()
    if not is_there and not create:
        raise UsageError(
            f"there is no store of episodes there; --store says where it is (else {STORE}, in the folder you are in), "
            "and `rehabflow episode open` makes one"
        )
    store = open_sqlite(path, create=create)
    if not is_there:
        talk("A new store was made; only you can enter its folder.")
    return store


def _keys(setting: Setting, *, create: bool) -> KeyRing | None:
    """Return the keys; where none are named, those beside the store."""
    if setting.keys == NONE:
        return None
    if setting.keys:
        return KeyRing.at(Path(setting.keys))
    if is_url(setting.store):
        if create:
            raise UsageError(
                "say where the patients' keys are: --keys FOLDER, or --keys none (then nothing is encrypted)"
            )
        return None
    folder = Path(setting.store or STORE).parent / "keys"
    if not create and not folder.is_dir():
        return None
    try:
        return KeyRing.at(folder)
    except MissingExtra as missing:
        if not create:
            raise
        raise UsageError(
            f"{missing}; or open it without encryption, never to be erased: --keys none"
        ) from None
