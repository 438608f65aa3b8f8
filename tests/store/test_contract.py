"""What every store does, whatever it is built on: one suite, run on each."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable

import pytest

from rehabflow.store.canonical import encode
from rehabflow.store.chain import START, Head, Row, check_chain, extended, no_head, payload_in
from rehabflow.store.errors import Conflict, Damaged, RepeatedKey, StoreError
from rehabflow.store.port import Appended, Store

EPISODE, OTHER, PATIENT = "e" * 32, "f" * 32, "a" * 32
CANARY = "canary-7f3a"


def payloads(*words: str) -> list[bytes]:
    return [encode({"word": word}) for word in words]


def add(store: Store, key: str, expected: int, *words: str, episode: str = EPISODE) -> Appended:
    return store.append(episode, PATIENT, key=key, expected=expected, payloads=payloads(*words))


def words(store: Store, episode: str = EPISODE) -> list[str]:
    return [payload_in(row) for row in store.read(episode)]


def test_what_is_appended_is_read_in_order(store: Store) -> None:
    added = add(store, "one", 0, "a", "b")
    assert not added.repeated
    add(store, "two", 2, "c")
    assert words(store) == ['{"word":"a"}', '{"word":"b"}', '{"word":"c"}']
    assert store.read(EPISODE)[:2] == added.rows
    assert [row.number for row in store.read(EPISODE, 1)] == [2, 3]
    assert store.first(EPISODE) == added.rows[0]


def test_an_episode_that_does_not_exist_is_empty(store: Store) -> None:
    assert store.read(EPISODE) == ()
    assert store.first(EPISODE) is None
    assert store.heads() == ()
    assert list(store.rows()) == []


def test_heads_and_rows_are_in_order_of_ids(store: Store) -> None:
    add(store, "one", 0, "a", episode=OTHER)
    add(store, "two", 0, "a", "b")
    add(store, "three", 1, "c", episode=OTHER)
    assert [(head.episode, head.number) for head in store.heads()] == [(EPISODE, 2), (OTHER, 2)]
    assert [(row.episode, row.number) for row in store.rows()] == [
        (EPISODE, 1), (EPISODE, 2), (OTHER, 1), (OTHER, 2),
    ]  # fmt: skip
    assert {head.link for head in store.heads()} == {
        links[-1] for links in check_chain(store.rows()).values()
    }


def test_another_connection_sees_it(open_store: Callable[[], Store]) -> None:
    one, other = open_store(), open_store()
    add(one, "one", 0, "a")
    assert words(other) == words(one)


def test_of_two_who_saw_the_same_the_second_is_told(store: Store) -> None:
    add(store, "one", 0, "a")
    with pytest.raises(Conflict) as told:
        add(store, "two", 0, "b")
    assert (told.value.expected, told.value.version) == (0, 1)
    assert words(store) == ['{"word":"a"}']
    with pytest.raises(Conflict):
        add(store, "three", 2, "b")
    add(store, "four", 1, "b")


def test_a_repeated_request_records_nothing_and_says_what_it_recorded(store: Store) -> None:
    first = add(store, "one", 0, "a", "b")
    add(store, "two", 2, "c")
    again = add(store, "one", 0, "x", "y")
    assert again.repeated
    assert again.rows == first.rows == store.request("one")
    assert len(store.read(EPISODE)) == 3
    assert store.request("three") == ()


def test_a_key_is_for_one_request(store: Store) -> None:
    add(store, "one", 0, "a")
    with pytest.raises(RepeatedKey):
        add(store, "one", 0, "a", episode=OTHER)
    with pytest.raises(RepeatedKey):
        add(store, "one", 1, "a", "b")
    assert store.read(OTHER) == ()


def test_an_episode_stays_with_its_patient(store: Store) -> None:
    add(store, "one", 0, "a")
    with pytest.raises(Damaged):
        store.append(EPISODE, "b" * 32, key="two", expected=1, payloads=payloads("b"))


@pytest.mark.parametrize("key", ["", "Mrs Jones", "a" * 81, "ä", "-", "a\n"])
def test_a_key_that_could_name_a_patient_is_refused(store: Store, key: str) -> None:
    with pytest.raises(StoreError):
        add(store, key, 0, "a")


def test_texts_of_any_script_come_back(store: Store) -> None:
    text = "\u0000\u001f\x7f\u2028\U0001f600é"
    add(store, "one", 0, text)
    assert payload_in(store.read(EPISODE)[0]).encode() == payloads(text)[0]
    check_chain(store.rows())


def test_kept_texts_stay(store: Store) -> None:
    store.keep("ab", "text")
    store.keep("ab", "another")
    assert store.kept("ab") == "text"
    assert store.kept("cd") is None


def test_the_newest_identity_counts(store: Store) -> None:
    assert store.identity(PATIENT) is None
    store.put_identity(PATIENT, "one")
    store.put_identity("b" * 32, "other")
    store.put_identity(PATIENT, "two")
    assert store.identity(PATIENT) == "two"


def test_a_whole_episode_is_adopted_as_it_is(store: Store) -> None:
    add(store, "one", 0, "a", "b")
    rows = _copy_under(store, OTHER)
    store.adopt(rows)
    assert store.read(OTHER) == tuple(rows)
    with pytest.raises(Conflict):
        store.adopt(rows)


def test_an_episode_is_not_adopted_twice_under_another_id_or_with_a_broken_chain(store: Store) -> None:
    add(store, "one", 0, "a", "b")
    rows = _copy_under(store, OTHER)
    with pytest.raises(Damaged):
        store.adopt(rows[::-1])
    with pytest.raises(Damaged):
        store.adopt(rows[1:])
    add(store, "copied", 2, "c")
    with pytest.raises(RepeatedKey):
        store.adopt(rows)
    assert store.read(OTHER) == ()


def _copy_under(store: Store, episode: str) -> list[Row]:
    wanted = [payload_in(row).encode() for row in store.read(EPISODE)]
    return extended(no_head(episode, PATIENT), "copied", wanted)


def test_a_chain_that_goes_over_to_another_patient_is_broken(store: Store) -> None:
    (row,) = add(store, "one", 0, "a").rows
    head = Head(EPISODE, "b" * 32, 1, row.link)
    with pytest.raises(Damaged):
        check_chain([row, *extended(head, "two", payloads("b"))])


def test_an_empty_store_begins_its_chains_at_the_start(store: Store) -> None:
    add(store, "one", 0, "a")
    assert check_chain(store.rows())[EPISODE][0] != START


@pytest.mark.parametrize("writers", [2, 6])
def test_of_writers_who_race_exactly_one_wins_each_round(
    open_store: Callable[[], Store], writers: int
) -> None:
    rounds = int(os.environ.get("REHABFLOW_ROUNDS", "60"))
    won: list[list[str]] = [[] for _ in range(rounds)]
    others: list[BaseException] = []
    versions: set[int] = set()
    start = threading.Barrier(writers)

    def write(name: str) -> None:
        try:
            store = open_store()
            for number in range(rounds):
                start.wait(30)
                try:
                    added = add(store, f"{name}.{number}", number, name)
                except Conflict as told:
                    versions.add(told.version - number)
                else:
                    won[number].append("repeated" if added.repeated else name)
        except BaseException as error:  # noqa: BLE001 - told to the test below
            others.append(error)
            start.abort()
        else:
            store.close()  # a connection of sqlite3 belongs to the thread that made it

    threads = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert others == []
    assert [len(names) for names in won] == [1] * rounds
    assert versions == {1}
    final = open_store()
    assert words(final) == [f'{{"word":"{names[0]}"}}' for names in won]
    check_chain(final.rows())


def test_opening_while_others_write_disturbs_nobody(open_store: Callable[[], Store]) -> None:
    others: list[BaseException] = []
    start = threading.Barrier(4)

    def write(number: int) -> None:
        try:
            start.wait(30)
            for turn in range(25):
                store = open_store()
                added = store.append(
                    f"{number:032x}",
                    PATIENT,
                    key=f"{number}.{turn}",
                    expected=turn * 3,
                    payloads=payloads(*"abc"),
                )
                assert not added.repeated
                store.close()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            others.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert others == []
    assert {len(links) for links in check_chain(open_store().rows()).values()} == {75}


def test_one_key_sent_by_several_at_once_is_recorded_once(open_store: Callable[[], Store]) -> None:
    found: list[tuple[str, bool]] = []
    start = threading.Barrier(4)

    def write(episode: str) -> None:
        store = open_store()
        start.wait(30)
        try:
            added = add(store, "same", 0, "a", episode=episode)
            found.append((added.rows[0].episode, added.repeated))
        except RepeatedKey:
            found.append(("", True))
        finally:
            store.close()

    threads = [
        threading.Thread(target=write, args=(secrets.token_hex(16) if number % 2 else EPISODE,))
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert sum(not repeated for _, repeated in found) == 1
    assert len(list(open_store().rows())) == 1


def test_no_error_says_what_was_to_be_recorded(store: Store) -> None:
    add(store, "one", 0, CANARY)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: add(store, "two", 0, CANARY),
        lambda: add(store, "one", 0, CANARY, episode=OTHER),
        lambda: add(store, f"{CANARY} ", 0, CANARY),
    )
    for attempt in attempts:
        with pytest.raises(StoreError) as told:
            attempt()
        error: BaseException | None = told.value
        while error is not None:
            assert CANARY not in f"{error} {error!r}"
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
