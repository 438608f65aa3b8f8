"""Our frozen classes mean what those of attrs mean, which compiles the same methods for each class."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehabflow.frozen import frozen


def make(decorate: Callable[[type], type]) -> tuple[type, type, type]:
    """Return a class of several fields, one of one field, and one of none."""

    class Several:
        number: int
        text: str = "a"
        hidden: int = attrs.field(default=0, repr=False)
        aside: int = attrs.field(default=0, eq=False)

    class One:
        number: int

    class Nothing:
        pass

    return decorate(Several), decorate(One), decorate(Nothing)


OURS, THEIRS = make(frozen), make(attrs.frozen)
VALUES = st.tuples(
    st.integers(0, 2), st.sampled_from(["a", "it's", "\n"]), st.integers(0, 1), st.integers(0, 1)
)


@given(VALUES, VALUES)
def test_equality_hash_and_text_are_those_of_attrs(
    one: tuple[int, str, int, int], other: tuple[int, str, int, int]
) -> None:
    ours, theirs = [OURS[0](*one), OURS[0](*other)], [THEIRS[0](*one), THEIRS[0](*other)]
    assert (ours[0] == ours[1]) is (theirs[0] == theirs[1])
    assert (ours[0] != ours[1]) is (theirs[0] != theirs[1])
    assert list(map(repr, ours)) == list(map(repr, theirs))
    if ours[0] == ours[1]:
        assert hash(ours[0]) == hash(ours[1])


def test_classes_of_one_field_and_of_none() -> None:
    assert OURS[1](1) == OURS[1](1) != OURS[1](2)
    assert len({OURS[1](1), OURS[1](1), OURS[1](2)}) == 2
    assert OURS[2]() == OURS[2]()
    assert [repr(OURS[1](1)), repr(OURS[2]())] == [repr(THEIRS[1](1)), repr(THEIRS[2]())]


def test_values_of_different_classes_are_never_equal() -> None:
    assert OURS[1](1) != THEIRS[1](1)
    assert OURS[1](1) != 1
    assert OURS[0](1).__eq__(1) is NotImplemented


def test_nothing_can_be_assigned() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        OURS[1](1).number = 2
    assert not hasattr(OURS[1](1), "__dict__")


def test_without_eq_each_is_only_itself() -> None:
    @frozen(eq=False)
    class Alone:
        number: int

    first, second = Alone(1), Alone(1)
    assert first == first  # noqa: PLR0124 - the point of the test
    assert first != second
    assert repr(first).endswith("Alone(number=1)")
    assert attrs.evolve(first, number=2).number == 2


def test_methods_that_a_class_brings_stay() -> None:
    @frozen
    class Own:
        number: int

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 5

    assert (repr(Own(1)), hash(Own(1)), Own(1) == Own(2)) == ("own", 5, True)
