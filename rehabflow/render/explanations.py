"""Every code that a problem can have, explained; for `rehabflow explain`."""

from __future__ import annotations

from rehabflow.conditions import codes as condition_codes
from rehabflow.loading import codes as loading_codes
from rehabflow.problem_codes import Explanation, united
from rehabflow.registry import codes as registry_codes
from rehabflow.rulebook import codes as rulebook_codes
from rehabflow.toml_source import codes as toml_codes


def explanations() -> dict[str, Explanation]:
    """Return every explained code, in alphabetical order."""
    return united(
        (
            toml_codes.CODES,
            loading_codes.CODES,
            rulebook_codes.CODES,
            registry_codes.CODES,
            condition_codes.CODES,
        )
    )
