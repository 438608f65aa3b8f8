"""What the store refuses, and why; no text of an error ever holds a recorded value."""

from __future__ import annotations

from rehabflow.problems import RehabflowError, UsageError


class StoreError(RehabflowError):
    """The store cannot do what was asked; nothing was recorded."""


class StoreFailed(StoreError):
    """The disk, the file or the server failed; a repeat with the same key tells whether it was recorded."""


class Conflict(StoreError):
    """Somebody else recorded something first; read the episode again, it now has `version` entries."""

    def __init__(self, episode: str, expected: int, version: int) -> None:
        self.episode, self.expected, self.version = episode, expected, version
        super().__init__(
            f"episode {episode} has {version} entries, not {expected}: somebody else recorded something first; "
            "read it again and repeat what still applies"
        )


class RepeatedKey(StoreError):
    """The key of an earlier request came again with another content."""


class Unsafe(StoreError):
    """The store could be read by others, or would lose what it acknowledged."""


class Damaged(StoreError):
    """What is stored is not what was recorded; names the place, never the content."""


class TooNew(StoreError):
    """What is stored was written by a newer version of rehabflow."""


class MissingKey(StoreError):
    """A sealed episode cannot be read: its patient's key is not in the key ring."""


class ReplayDiffers(StoreError):
    """A decision derived anew is not the recorded one; `where` is the first difference, without values."""

    def __init__(self, episode: str, number: int, where: str) -> None:
        self.episode, self.number, self.where = episode, number, where
        super().__init__(f"episode {episode}, entry {number}: derived anew, the decision differs in {where}")


class NotReplayable(StoreError):
    """The definitions that a decision was made by are neither installed nor can be rebuilt from the store."""


class NotAllowed(RehabflowError):
    """This role, or this profession, may not do that."""


class NoEpisode(UsageError):
    """There is no such episode."""


class NotNow(UsageError):
    """The episode is not in a state for this: closed, erased, or overtaken by something recorded since."""


class MissingExtra(UsageError):
    """An optional package is not installed; the text says which extra brings it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional package; install rehabflow[{extra}]")
