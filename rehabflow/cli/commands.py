"""Every command with its line of help; nothing is imported until it is called."""

from __future__ import annotations

from typing import Final

from rehabflow.cli.episode.listed import EPISODE
from rehabflow.cli.lazy import Entry, Lazies, Lazy

COMMANDS: Final[dict[str, Entry]] = {
    "run": Lazy("Play a journey through a protocol, or ask at the terminal.", "rehabflow.cli.run:run"),
    "check": Lazy("Name every problem of protocols, plugins and journeys.", "rehabflow.cli.check:check"),
    "test": Lazy("Play cases and compare what they expect.", "rehabflow.cli.test:test"),
    "protocol": Lazies(
        "List and show protocols.",
        {
            "list": Lazy("List protocols with version and status.", "rehabflow.cli.protocol:list_protocols"),
            "show": Lazy("Show a protocol in plain words.", "rehabflow.cli.protocol:show_protocol"),
        },
    ),
    "assessment": Lazies(
        "List, show and score assessments.",
        {
            "list": Lazy(
                "List assessments with the minutes they take.", "rehabflow.cli.assessment:list_assessments"
            ),
            "show": Lazy(
                "Show an assessment's measures and scoring.", "rehabflow.cli.assessment:show_assessment"
            ),
            "score": Lazy("Score a file of answers.", "rehabflow.cli.assessment:score_assessment"),
        },
    ),
    "exercise": Lazies(
        "List and show exercises.",
        {
            "list": Lazy("List exercises with what they train.", "rehabflow.cli.exercise:list_exercises"),
            "show": Lazy(
                "Show an exercise, its doses and its ladder.", "rehabflow.cli.exercise:show_exercise"
            ),
        },
    ),
    "gate": Lazies(
        "List and show safety gates.",
        {
            "list": Lazy("List safety gates with their levels.", "rehabflow.cli.gate:list_gates"),
            "show": Lazy("Show when a gate triggers and what ends it.", "rehabflow.cli.gate:show_gate"),
        },
    ),
    "plugin": Lazies(
        "List, show and examine plugins.",
        {
            "list": Lazy("List plugins, also those switched off.", "rehabflow.cli.plugin:list_plugins"),
            "show": Lazy("Show a plugin's manifest and what it brings.", "rehabflow.cli.plugin:show_plugin"),
            "doctor": Lazy("Tell what is wrong with each plugin.", "rehabflow.cli.plugin:doctor"),
        },
    ),
    "episode": Lazies("Keep the record of a patient's care.", EPISODE),
    "explain": Lazy("Tell what a problem's code means.", "rehabflow.cli.explain:explain"),
    "schema": Lazy("Print the JSON schema of a file format.", "rehabflow.cli.schema:schema"),
}
