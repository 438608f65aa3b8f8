"""A plugin-based workflow engine for rehabilitation protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rehabflow.definitions.extensions import FactsView as FactsView
    from rehabflow.definitions.extensions import Restriction as Restriction
    from rehabflow.definitions.extensions import ScoreProvider as ScoreProvider
    from rehabflow.definitions.gates import Effect as Effect
    from rehabflow.engine.decide import decide as decide
    from rehabflow.engine.play import play as play
    from rehabflow.hookspecs import hookimpl as hookimpl
    from rehabflow.loading.journey_files import load_journey as load_journey
    from rehabflow.loading.journey_files import load_journeys as load_journeys
    from rehabflow.registry import contribution as contribution
    from rehabflow.registry import load_catalog as load_catalog

# Loaded when first asked for: `rehabflow --help` needs none of them.
_PLACES: Final = {
    "Effect": "rehabflow.definitions.gates",
    "FactsView": "rehabflow.definitions.extensions",
    "Restriction": "rehabflow.definitions.extensions",
    "ScoreProvider": "rehabflow.definitions.extensions",
    "contribution": "rehabflow.registry",
    "decide": "rehabflow.engine.decide",
    "hookimpl": "rehabflow.hookspecs",
    "load_catalog": "rehabflow.registry",
    "load_journey": "rehabflow.loading.journey_files",
    "load_journeys": "rehabflow.loading.journey_files",
    "play": "rehabflow.engine.play",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module `rehabflow` has no attribute `{name}`")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
