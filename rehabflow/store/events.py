"""What happens to an episode beside what happens to the patient; `at` and `recorded` are as in `record.events`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import Decided, Event
from rehabflow.store.canonical import Json

Disposition: TypeAlias = Literal[
    "discharged", "referred", "declined_care", "lost_to_follow_up", "moved_away", "died", "other"
]
OverrideCode: TypeAlias = Literal[
    "clinical_judgement",
    "examined_since",
    "measured_wrongly",
    "patient_wish",
    "protocol_does_not_fit",
    "other",
]
VISIT: Final = "visit"


@frozen
class Opened:
    """The episode began. Its protocol is pinned: `digests` of protocol and plugins, `content` where they are kept."""

    at: Instant
    recorded: Instant
    protocol: str
    version: str
    digests: Mapping[str, str]
    content: str
    day_0: Instant
    involved: Literal["", "left", "right"] = ""


@frozen
class Derived:
    """A decision: of a visit proposed, between visits in force at once.

    `record` carries it into the history once it is in force. `facts` is what was known of each key at `at`, with its
    date; `trace` everything that led to the decision; `whole` the SHA-256 of all of it, what `trace` leaves out too.
    """

    at: Instant
    recorded: Instant
    kind: Literal["visit", "between"]
    action: str
    record: Decided
    digests: Mapping[str, str]
    engine: str
    facts: Json
    trace: Json
    whole: str


@frozen
class Accepted:
    """A clinician accepted the decision of entry `decision`; `changed`: after changes of their own."""

    at: Instant
    recorded: Instant
    decision: int
    changed: bool = False


@frozen
class Declined:
    """A clinician declined the decision of entry `decision`; what was in force before stays so."""

    at: Instant
    recorded: Instant
    decision: int
    reason: str


@frozen
class OverrideEnded:
    """An override was ended before its day."""

    at: Instant
    recorded: Instant
    rule: str
    by: str
    reason: str


@frozen
class Moved:
    """The episode goes on by another version of its protocol."""

    at: Instant
    recorded: Instant
    protocol: str
    version: str
    digests: Mapping[str, str]
    content: str
    reason: str


@frozen
class Closed:
    """The episode ended, and how."""

    at: Instant
    recorded: Instant
    disposition: Disposition
    reason: str = ""


@frozen
class Erased:
    """The patient's key was destroyed; this entry is never sealed, and says nothing of the patient."""

    at: Instant
    recorded: Instant
    ground: Literal["patient_request", "retention_over", "opened_in_error", "other"]


OwnEvent: TypeAlias = Opened | Derived | Accepted | Declined | OverrideEnded | Moved | Closed | Erased
AnyEvent: TypeAlias = Event | OwnEvent
