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
    "status": Lazy("Show on one screen where an episode stands.", f"{_HERE}.status:status"),
    "list": Lazy("List episodes, those that need attention first.", f"{_HERE}.listing:list_episodes"),
    "plan": Lazy("Show the plan in force.", f"{_HERE}.plan:plan"),
    "why": Lazy("Say why a decision was made, or what would have changed it.", f"{_HERE}.why:why"),
    "history": Lazy("Show what was recorded, and what was known then.", f"{_HERE}.history:history"),
    "replay": Lazy("Derive every decision again.", f"{_HERE}.replaying:replay_episodes"),
    "verify": Lazy("Verify that no entry was changed.", f"{_HERE}.verifying:verify_store"),
    "note": Lazy("Write a signed note of all episodes, to be kept elsewhere.", f"{_HERE}.verifying:note"),
    "export": Lazy("Write an episode to a file, with all it takes to replay it.", f"{_HERE}.carrying:export"),
    "import": Lazy("Take in an exported episode.", f"{_HERE}.carrying:import_file"),
    "migrate": Lazy("Move an episode to the installed version.", f"{_HERE}.migrating:migrate"),
    "backup": Lazy("Back up the whole store.", f"{_HERE}.backing:backup_store"),
    "restore": Lazy("Make a store of a backup.", f"{_HERE}.backing:restore_store"),
    "close": Lazy("Close an episode.", f"{_HERE}.ending:close"),
    "erase": Lazy("Make a patient's record unreadable.", f"{_HERE}.ending:erase"),
}
