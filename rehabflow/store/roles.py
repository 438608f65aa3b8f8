"""Who may do what: one table of role by action; what is not in it is not allowed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from rehabflow.store.entries import Actor, Role
from rehabflow.store.errors import NotAllowed

Action: TypeAlias = Literal[
    "open",
    "read",
    "read_accepted",
    "history",
    "visit",
    "log",
    "clear",
    "override",
    "correct",
    "order",
    "change",
    "accept",
    "move",
    "close",
    "identify",
    "export",
    "import",
    "replay",
    "verify",
    "backup",
    "erase",
]

_ASSISTANT: Final[tuple[Action, ...]] = ("open", "read", "read_accepted", "visit", "log", "identify")
_CLINICIAN: Final[tuple[Action, ...]] = (
    *_ASSISTANT,
    *("history", "clear", "override", "correct", "order", "change", "accept", "move", "close", "export", "replay"),
)  # fmt: skip

TABLE: Final[Mapping[Role, frozenset[Action]]] = MappingProxyType({
    "patient": frozenset[Action](["log", "read_accepted"]),
    "assistant": frozenset(_ASSISTANT),
    "clinician": frozenset(_CLINICIAN),
    "lead": frozenset[Action]([*_CLINICIAN, "import", "verify", "backup", "erase"]),
    "auditor": frozenset[Action](["read", "read_accepted", "history", "replay", "verify"]),
})  # fmt: skip


def require(actor: Actor, action: Action, patient: str = "") -> None:
    """Refuse what an actor may not do.

    Args:
        actor: who wants to.
        action: what.
        patient: whose episode it is; a patient reaches only their own, by the patient's id as the actor's.

    Raises:
        NotAllowed: the table does not say that this role may, or the episode is another patient's.
    """
    if action not in TABLE.get(actor.role, frozenset()):
        who = ", ".join(role for role, actions in TABLE.items() if action in actions)
        raise NotAllowed(f"the role `{actor.role}` may not {action.replace('_', ' ')}; allowed: {who}")
    if actor.role == "patient" and patient and actor.id != patient:
        raise NotAllowed("a patient reaches only their own episodes")
    signs = actor.role == "clinician" or (actor.role == "lead" and action in ("accept", "change"))
    if signs and not actor.profession:
        raise NotAllowed("a clinician acts by a profession; name it, of a lead who accepts or changes too")
