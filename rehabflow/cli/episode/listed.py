"""The commands of `rehabflow episode`, in the order of its help page."""

from __future__ import annotations

from typing import Final

from rehabflow.cli.lazy import Lazy

_HERE: Final = "rehabflow.cli.episode"

EPISODE: Final[dict[str, Lazy]] = {
    "open": Lazy("Open an episode of a patient.", f"{_HERE}.opening:open_episode"),
}
