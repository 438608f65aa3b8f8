"""The clock: a decision is of one moment, and what is recorded by then cannot have been later."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.tiny import CALM, Episode, instant
from rehabflow.problems import UsageError
from rehabflow.record.events import Observed


def test_an_entry_later_than_now_is_refused() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.add(Observed(instant(9), instant(3), "pain.now", Decimal(1)))
    with pytest.raises(UsageError, match="later than"):
        episode.look(3)


def test_what_is_recorded_later_is_not_seen_yet() -> None:
    episode = Episode()
    episode.visit(0, clear=True, **CALM)
    episode.observe(9, pain__now=1)
    assert episode.look(3, kind="between").action == "stay"
