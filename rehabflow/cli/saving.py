"""A journey written as TOML, so that `rehabflow run` reads it back to the same entries."""

from __future__ import annotations

from pathlib import Path

from rehabflow.problems import UsageError
from rehabflow.record.journeys import Journey
from rehabflow.render.journey_toml import journey_toml


def save_journey(path: Path, journey: Journey) -> None:
    """Write a journey.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        path.write_text(journey_toml(journey), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"the journey cannot be written to `{path}`: {error.strerror}") from None
