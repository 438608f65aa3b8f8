"""The table of roles: what is not in it is not allowed."""

from __future__ import annotations

from typing import get_args

import pytest

from rehabflow.store.entries import Actor, Role
from rehabflow.store.errors import NotAllowed
from rehabflow.store.roles import TABLE, Action, require

ALL = [(role, action) for role in get_args(Role) for action in get_args(Action)]
# By hand, apart from the table: what each role is for.
MAY = {
    "patient": {"log", "read_accepted"},
    "assistant": {"open", "read", "read_accepted", "visit", "log", "identify"},
    "auditor": {"read", "read_accepted", "history", "replay", "verify"},
}
MAY_NOT = {"clinician": {"import", "verify", "backup", "erase"}, "lead": set()}


@pytest.mark.parametrize(("role", "action"), ALL)
def test_every_role_may_what_it_is_for_and_nothing_else(role: Role, action: Action) -> None:
    expected = action in MAY[role] if role in MAY else action not in MAY_NOT[role]
    actor = Actor("x", role, "physician" if role in ("clinician", "lead") else "")
    if expected:
        require(actor, action)
    else:
        with pytest.raises(NotAllowed):
            require(actor, action)


def test_every_role_has_a_row() -> None:
    assert set(TABLE) == set(get_args(Role))


def test_an_unknown_role_may_nothing() -> None:
    for action in get_args(Action):
        with pytest.raises(NotAllowed):
            require(Actor("x", "king"), action)  # type: ignore[arg-type]


def test_a_clinician_has_a_profession() -> None:
    with pytest.raises(NotAllowed, match="profession"):
        require(Actor("x", "clinician"), "visit")
