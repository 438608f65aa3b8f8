"""Canonical JSON: the bytes of RFC 8785, and nothing else read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from rehabflow.store.canonical import LARGEST, Json, NotCanonical, decode, encode

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
# Beyond the 16 bits, and just below that: RFC 8785 orders keys by UTF-16, not by code point.
KEYS = TEXTS | st.sampled_from(["\U0001f600", "\ufb33", "\u20ac", "\r", "1", "\u0080", "\u00f6"])
SCALARS = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=30,
)


@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785(value: Json) -> None:
    assert encode(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_is_written_is_read_back(value: Json) -> None:
    assert decode(encode(value)) == value


def test_keys_stand_in_the_order_of_utf_16() -> None:
    assert encode({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    "value", [0.5, float("nan"), 2**53, -(2**53), {1: "a"}, "\ud800", {"\udfff": 1}, {"a": {1, 2}}, b"x"]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        encode(value)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'"\\u0041"',
        b'"\\/"',
        b"{",
        b"",
        b"\xff",
        b'{"a":9007199254740992}',
        b"[" * 5000 + b"]" * 5000,
        b"[" * 250 + b"]" * 250,
    ],
)
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(content)


@given(st.binary(max_size=40))
def test_bytes_that_are_read_are_the_only_ones_for_their_value(content: bytes) -> None:
    try:
        value = decode(content)
    except NotCanonical:
        return
    assert encode(value) == content


def test_errors_never_repeat_what_they_refuse() -> None:
    for value in ({"canary-7f3a": 0.5}, ["canary-7f3a\ud800"]):
        with pytest.raises(NotCanonical) as refused:
            encode(value)  # type: ignore[arg-type]  # that is the point
        assert "canary" not in repr(refused.value)


def test_lists_and_tables_of_any_kind_count() -> None:
    sequence: Sequence[Json] = (1, "a")
    table: Mapping[str, Json] = {"x": sequence}
    assert encode(table) == b'{"x":[1,"a"]}'
