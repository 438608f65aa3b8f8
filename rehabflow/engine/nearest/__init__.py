"""The smallest change of a record with which a decision would have been another one."""

from __future__ import annotations

from rehabflow.engine.nearest.answer import Change, Nearest, nearest

__all__ = ["Change", "Nearest", "nearest"]
