"""Ten and more ways to tamper with a store: which the chain sees by itself, and that a head note sees them all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random

import attrs
import pytest

from rehabflow.instants import Instant
from rehabflow.store.canonical import encode
from rehabflow.store.chain import Row, extended, link_of, no_head, payload_in
from rehabflow.store.errors import Damaged
from rehabflow.store.notes import Verified, head_note, new_signing_key, public_key_of, read_note, verify
from rehabflow.store.sqlite_store import COLUMNS, open_sqlite

TRIES = 100
EPISODES = [f"{number:032x}" for number in range(4)]
LONG = 12
AT = Instant(739_000, 36_000)
Chains = dict[str, list[Row]]
Tamper = Callable[[Chains, Random], None]


def rewritten(rows: list[Row], start: int, payloads: list[str]) -> list[Row]:
    """Return rows that continue `rows[:start]` with other payloads, every link right."""
    found = rows[:start]
    link = rows[start - 1].link if start else no_head("", "").link
    for number, payload in enumerate(payloads, start):
        like = rows[min(number, len(rows) - 1)]
        (row,) = extended(
            attrs.evolve(no_head(like.episode, like.patient), number=number, link=link), "k", [b"0"]
        )
        body = row.body.replace('"key":"k"', f'"key":"x{number}"')[: -len("0}")] + payload + "}"
        link = link_of(link, body)
        found.append(attrs.evolve(row, key=f"x{number}", body=body, link=link))
    return found


def payloads(rows: list[Row]) -> list[str]:
    return [payload_in(row) for row in rows]


def some(chains: Chains, random: Random) -> tuple[str, list[Row], int]:
    episode = random.choice(EPISODES)
    return episode, chains[episode], random.randrange(LONG)


def a_byte_of_an_entry(chains: Chains, random: Random) -> None:
    _, rows, index = some(chains, random)
    body = rows[index].body
    place = random.randrange(len(body))
    other = random.choice([c for c in "abc019{}" if c != body[place]])
    rows[index] = attrs.evolve(rows[index], body=body[:place] + other + body[place + 1 :])


def a_link(chains: Chains, random: Random) -> None:
    _, rows, index = some(chains, random)
    rows[index] = attrs.evolve(rows[index], link=f"{random.getrandbits(256):064x}")


def a_column_beside_the_entry(chains: Chains, random: Random) -> None:
    _, rows, index = some(chains, random)
    change = random.choice([{"patient": "b" * 32}, {"key": "other"}, {"part": 7}])
    rows[index] = attrs.evolve(rows[index], **change)  # type: ignore[arg-type]  # of the right type each


def an_entry_taken_out(chains: Chains, random: Random) -> None:
    _, rows, index = some(chains, random)
    del rows[min(index, LONG - 2)]


def two_entries_exchanged(chains: Chains, random: Random) -> None:
    _, rows, index = some(chains, random)
    index = min(index, LONG - 2)
    one, other = rows[index], rows[index + 1]
    rows[index] = attrs.evolve(other, number=one.number)
    rows[index + 1] = attrs.evolve(one, number=other.number)


def an_entry_put_in(chains: Chains, random: Random) -> None:
    _, rows, index = some(chains, random)
    later = [attrs.evolve(row, number=row.number + 1) for row in rows[index:]]
    rows[index:] = [attrs.evolve(rows[index], key="x", part=0), *later]


def an_entry_of_another_episode(chains: Chains, random: Random) -> None:
    episode, rows, index = some(chains, random)
    other = random.choice([name for name in EPISODES if name != episode])
    rows[index] = attrs.evolve(chains[other][index], episode=episode, key=f"x{index}")


def an_entry_rewritten_with_all_links_after_it(chains: Chains, random: Random) -> None:
    episode, rows, index = some(chains, random)
    changed = payloads(rows)
    changed[index] = encode({"pain": str(random.randrange(1000, 2000))}).decode()
    chains[episode] = rewritten(rows, index, changed[index:])


def an_entry_taken_out_and_all_links_renewed(chains: Chains, random: Random) -> None:
    episode, rows, index = some(chains, random)
    kept = payloads(rows)
    del kept[index]
    chains[episode] = rewritten(rows, index, kept[index:])


def an_entry_put_in_and_all_links_renewed(chains: Chains, random: Random) -> None:
    episode, rows, index = some(chains, random)
    more = payloads(rows)
    more.insert(index, encode({"pain": "forged"}).decode())
    chains[episode] = rewritten(rows, index, more[index:])


def the_newest_entries_taken_away(chains: Chains, random: Random) -> None:
    _, rows, _ = some(chains, random)
    del rows[random.randrange(1, LONG) :]


def a_whole_episode_taken_away(chains: Chains, random: Random) -> None:
    del chains[random.choice(EPISODES)]


def an_older_copy_put_back(chains: Chains, random: Random) -> None:
    for rows in chains.values():
        del rows[random.randrange(LONG // 2, LONG) :]


SEEN_ALONE: tuple[Tamper, ...] = (
    a_byte_of_an_entry,
    a_link,
    a_column_beside_the_entry,
    an_entry_taken_out,
    two_entries_exchanged,
    an_entry_put_in,
    an_entry_of_another_episode,
)
SEEN_WITH_A_NOTE: tuple[Tamper, ...] = (
    an_entry_rewritten_with_all_links_after_it,
    an_entry_taken_out_and_all_links_renewed,
    an_entry_put_in_and_all_links_renewed,
    the_newest_entries_taken_away,
    a_whole_episode_taken_away,
    an_older_copy_put_back,
)
KEY = new_signing_key()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "store" / "e.sqlite"
    store = open_sqlite(path, create=True)
    for episode in EPISODES:
        for number in range(0, LONG, 2):
            store.append(
                episode,
                "a" * 32,
                key=f"{episode[-1]}.{number}",
                expected=number,
                payloads=[encode({"pain": f"{episode[-1]} {part}"}) for part in (number, number + 1)],
            )
    store.close()
    raw = sqlite3.connect(path)
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.commit()
    raw.close()
    return path


@pytest.fixture(scope="module")
def note(sound: Path) -> bytes:
    return head_note(open_sqlite(sound), AT, KEY)


def tampered(sound: Path, folder: Path, tamper: Tamper, seed: int) -> Path:
    """Return a copy of the store with its file changed as one who can write it would."""
    path = folder / "e.sqlite"
    shutil.copy(sound, path)
    folder.chmod(0o700)
    path.chmod(0o600)
    raw = sqlite3.connect(path, isolation_level=None)
    chains: Chains = {name: [] for name in EPISODES}
    for values in raw.execute(f"SELECT {COLUMNS} FROM entry ORDER BY episode, number"):
        chains[values[0]].append(Row(*values))
    before = {name: list(rows) for name, rows in chains.items()}
    tamper(chains, Random(seed))
    assert chains != before
    raw.execute("BEGIN")
    raw.execute("DROP INDEX entry_of_key")
    raw.execute("DELETE FROM entry")
    for rows in chains.values():
        raw.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", [attrs.astuple(row) for row in rows]
        )
    raw.execute("COMMIT")
    raw.close()
    return path


@pytest.mark.parametrize("tamper", [*SEEN_ALONE, *SEEN_WITH_A_NOTE], ids=lambda tamper: tamper.__name__)
def test_tampering_is_seen_with_the_head_note(
    sound: Path, note: bytes, tmp_path: Path, tamper: Tamper
) -> None:
    for seed in range(TRIES):
        store = open_sqlite(tampered(sound, tmp_path, tamper, seed))
        with pytest.raises(Damaged):
            verify(store, note, public_key_of(KEY))
        store.close()


@pytest.mark.parametrize("tamper", SEEN_ALONE, ids=lambda tamper: tamper.__name__)
def test_what_the_chain_sees_by_itself(sound: Path, tmp_path: Path, tamper: Tamper) -> None:
    for seed in range(TRIES):
        store = open_sqlite(tampered(sound, tmp_path, tamper, seed))
        with pytest.raises(Damaged):
            verify(store)
        store.close()


@pytest.mark.parametrize("tamper", SEEN_WITH_A_NOTE, ids=lambda tamper: tamper.__name__)
def test_what_the_chain_cannot_see_by_itself(sound: Path, tmp_path: Path, tamper: Tamper) -> None:
    """The documentation says so; should the chain ever see it, the page is wrong."""
    store = open_sqlite(tampered(sound, tmp_path, tamper, 0))
    verify(store)


def test_a_sound_store_verifies(sound: Path, note: bytes) -> None:
    store = open_sqlite(sound)
    assert verify(store) == Verified(len(EPISODES), len(EPISODES) * LONG)
    assert verify(store, note, public_key_of(KEY)) == Verified(
        len(EPISODES), len(EPISODES) * LONG, len(EPISODES)
    )


def test_a_store_that_went_on_verifies_against_an_older_note(
    sound: Path, note: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "e.sqlite"
    shutil.copy(sound, path)
    tmp_path.chmod(0o700)
    path.chmod(0o600)
    store = open_sqlite(path)
    store.append(EPISODES[0], "a" * 32, key="later", expected=LONG, payloads=[b"{}"])
    store.append("f" * 32, "a" * 32, key="new", expected=0, payloads=[b"{}"])
    assert verify(store, note, public_key_of(KEY)).noted == len(EPISODES)


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace(b"[12", b"[11"),
        lambda note: note.replace(b'"at":"2', b'"at":"1'),
        lambda note: b"{}",
        lambda note: b"canary",
        lambda note: note[:-20],
    ],
)
def test_a_changed_note_is_refused(note: bytes, change: Callable[[bytes], bytes]) -> None:
    changed = change(note)
    assert changed != note
    with pytest.raises(Damaged):
        read_note(changed, public_key_of(KEY))


def test_a_note_signed_by_another_key_is_refused(sound: Path) -> None:
    forged = head_note(open_sqlite(sound), AT, new_signing_key())
    with pytest.raises(Damaged, match="signed"):
        verify(open_sqlite(sound), forged, public_key_of(KEY))


def test_a_broken_chain_is_not_signed(sound: Path, tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        head_note(open_sqlite(tampered(sound, tmp_path, a_link, 1)), AT, KEY)
