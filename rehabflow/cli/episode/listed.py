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
    "log": Lazy("Log a session, or one line for several.", f"{_HERE}.sessions:log"),
    "clear": Lazy("Give an agreement, or withdraw it.", f"{_HERE}.clinicians:clear"),
    "override": Lazy("Set a gate level or rule aside until a day.", f"{_HERE}.clinicians:override"),
    "overrides": Lazy("Count what was set aside, over all episodes.", f"{_HERE}.clinicians:overrides"),
    "correct": Lazy("Correct what was recorded.", f"{_HERE}.clinicians:correct"),
    "identify": Lazy("Say who a patient is, or show it.", f"{_HERE}.identity:identify_patient"),
    "close": Lazy("Close an episode.", f"{_HERE}.ending:close"),
    "erase": Lazy("Make a patient's record unreadable.", f"{_HERE}.ending:erase"),
}
