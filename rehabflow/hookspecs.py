"""The hooks that plugins implement; TOML folders and Python packages come through the same ones.

A plugin imports what it needs from `rehabflow` itself: `from rehabflow import hookimpl, contribution, Restriction`.
An implementation may take fewer arguments than its hook.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pluggy

from rehabflow.definitions.contributions import Contribution, Plugin
from rehabflow.definitions.extensions import Restriction, ScoreProvider
from rehabflow.rulebook.owners import API

if TYPE_CHECKING:
    from rehabflow.engine.decision import Decision

PROJECT: Final = "rehabflow"
SUPPORTED_APIS: Final = (API,)
"""The api numbers of manifests that this version reads, oldest first."""

hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)


@hookspec
def rehabflow_definitions(plugin: Plugin) -> Contribution | None:
    """Contribute assessments, exercises, gates, selectors and every other definition.

    When: once, when the catalog is loaded; asked twice, the answers have to be alike.

    Return: `contribution(plugin, files)`, which is everything that the TOML files of the plugin say (`plugin`
    holds it, read-only) and what `files` adds; None to add nothing. All of it is read as strictly as a file.

    If it fails: the plugin is quarantined as a whole, also its TOML.

    Since: api 1.

    Example:
        ```python
        @hookimpl
        def rehabflow_definitions(plugin):
            return contribution(plugin, {"stairs.toml": {"assessment": {"stairs": {...}}}})
        ```
    """


@hookspec
def rehabflow_score_terms(plugin: Plugin) -> ScoreProvider | Iterable[ScoreProvider] | None:
    """Offer scores that are computed for each exercise; a score term takes one with `value = "python.<id>"`.

    When: once, when the catalog is loaded; each provider's `compute` then twice for every exercise that may be
    given, in every decision whose selector names it.

    Return: `ScoreProvider`s. `compute(facts, exercise)` gets the facts that `reads` names and the exercise, both
    read-only, and returns an int, Fraction or Decimal from -10 to 10, or None for unknown.

    If it fails: the hook, the plugin is quarantined. `compute`, the score is unknown for that exercise (the term's
    `if_unknown` counts), and the plugin is quarantined: protocols that need it do not start any more.

    Since: api 1.

    Example:
        ```python
        @hookimpl
        def rehabflow_score_terms():
            return [
                ScoreProvider(
                    "easy_first", "Easier ones first", (), lambda facts, exercise: 3 - exercise.demand
                )
            ]
        ```
    """


@hookspec
def rehabflow_review(decision: Decision) -> Restriction | Iterable[Restriction] | None:
    """Look at a decision and restrict it; nothing that is returned can permit more.

    When: in every decision of a protocol that requires the plugin, after everything else; asked twice, the answers
    have to be alike.

    Return: a `Restriction`, several, or None. Each says why. An effect below the present one adds nothing: the
    strictest wins.

    If it fails: the decision is a pause that names the plugin, as for a gate that errs, and the plugin is quarantined:
    protocols that need it do not start any more.

    Since: api 1.

    Example:
        ```python
        @hookimpl
        def rehabflow_review(decision):
            if decision.action == "advance":
                return Restriction("Advance only on weekdays", no_progress=True)
        ```
    """
