"""The commands of `rehabflow episode`, in the order of its help page."""

from __future__ import annotations

from typing import Final

from rehabflow.cli.lazy import Lazy

_HERE: Final = "rehabflow.cli.episode"

EPISODE: Final[dict[str, Lazy]] = {
    "open": Lazy("Open an episode of a patient.", f"{_HERE}.opening:open_episode"),
    "visit": Lazy("Record a visit; show the decision for a clinician to answer.", f"{_HERE}.visit:visit"),
    "accept": Lazy("Put a decision in force.", f"{_HERE}.answering:accept"),
    "change": Lazy("Change what a waiting decision leads to.", f"{_HERE}.answering:change"),
    "decline": Lazy("Decline a decision.", f"{_HERE}.answering:decline"),
}
