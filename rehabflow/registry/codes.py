"""The codes of plugins that cannot be used, and of protocols that stand in each other's way."""

from __future__ import annotations

from typing import Final

from rehabflow.problem_codes import Codes, Explanation

_TRUST: Final = (
    "Python can do anything that the person who runs it can do. So it runs only when that person says so: a folder by "
    "`--trust`, an installed plugin by `--allow`. Of a plugin whose Python may not run nothing is used, as half a "
    "plugin could be one without its gates."
)
_ASKED: Final = "Nothing of the plugin is used, because what is missing of it could be a gate."
_REQUIRES: Final = (
    "A plugin works only beside the plugins in its `requires`, each in a version of the range given there. One that "
    "lacks any of them is quarantined, and so is what needs it."
)
_POINT: Final = (
    "An installed plugin names its module in the entry point group `rehabflow`, under the id that its manifest says. "
    "`plugin.toml` lies beside that module, so that it can be read before any code is imported."
)
_ONE_NAME: Final = "Names have one owner. Neither of the two is used, as nothing says which was meant."

CODES: Final[Codes] = {
    "shadowed-protocol": Explanation(
        "A protocol takes the place of a bundled one",
        "A protocol given by its path has the id of one that comes with rehabflow; the one given is used. Give it an "
        "id of its own to have both, and to see at once which of them a decision followed.",
    ),
    "unknown-score": Explanation(
        "No plugin computes this score",
        "A score term whose `value` is `python.x` takes the score x that a Python plugin computes. The plugin has to "
        "be in `requires` of the protocol, or of a plugin that the protocol requires.",
        'few_words = { weight = 1, value = "python.few_words", if_unknown = 0 }',
    ),
    "plugin-file-problems": Explanation(
        "A plugin's files have problems",
        f"Each problem is told at its line. {_ASKED}",
    ),
    "plugin-cannot-read": Explanation(
        "A plugin's file cannot be opened", f"Look at its permissions. {_ASKED}"
    ),
    "plugin-api": Explanation(
        "A plugin for another api number",
        "`api` in its manifest is the number of the plugin interface that it was written for. This version of "
        "rehabflow does not speak it: install another version of one of the two.",
        "[plugin]\napi = 1",
    ),
    "plugin-same-id": Explanation("Two plugins with one id", f"{_ONE_NAME} Leave one out, or rename it."),
    "plugin-missing-plugin": Explanation("A plugin needs one that is not there", _REQUIRES),
    "plugin-other-version": Explanation("A plugin needs another version", _REQUIRES),
    "plugin-needs-quarantined": Explanation("A plugin needs one that is quarantined", _REQUIRES),
    "plugin-circle": Explanation(
        "Plugins that require each other in a circle", f"Take one `requires` out. {_REQUIRES}"
    ),
    "plugin-not-trusted": Explanation("A folder with Python that nobody trusted", _TRUST),
    "plugin-not-allowed": Explanation("An installed plugin that nobody allowed", _TRUST),
    "plugin-no-module": Explanation("An entry point that leads nowhere", _POINT),
    "plugin-not-a-module": Explanation("An entry point that names no module", _POINT),
    "plugin-no-manifest": Explanation("An installed plugin without its manifest", _POINT),
    "plugin-other-name": Explanation("An entry point and a manifest that disagree", _POINT),
    "plugin-other-module": Explanation("Another module answers to the plugin's name", _POINT),
    "plugin-import-failed": Explanation(
        "A plugin's code cannot be imported", f"The message has the line. {_ASKED}"
    ),
    "plugin-hook-failed": Explanation(
        "A plugin's code raised or exited", f"The message has the line. {_ASKED}"
    ),
    "plugin-unknown-hook": Explanation(
        "A plugin implements a hook that does not exist",
        f"It would never be called: mostly it is misspelt. {_ASKED}",
    ),
    "plugin-unmarked-hook": Explanation(
        "A plugin's hook is not marked", f"Write `@hookimpl` above it, or it would never be called. {_ASKED}"
    ),
    "plugin-wrong-arguments": Explanation(
        "A hook asks for arguments that do not exist",
        f"A hook may take fewer arguments than there are, under the names that there are. {_ASKED}",
    ),
    "plugin-wrong-type": Explanation(
        "A plugin gave something else than was asked for",
        f"The hook's page says what it has to return. {_ASKED}",
    ),
    "plugin-out-of-range": Explanation(
        "A computed score is out of range",
        f"A score is an exact number from -10 to 10, or None for unknown. {_ASKED}",
    ),
    "plugin-too-many": Explanation(
        "A plugin's results never end", f"A hook gives at most 1,000 results. {_ASKED}"
    ),
    "plugin-no-reason": Explanation(
        "A restriction without a reason",
        f"Every restriction says why, to the clinician who reads it. {_ASKED}",
    ),
    "plugin-unknown-exercise": Explanation(
        "A restriction of an exercise that does not exist",
        f"A misspelt exclusion would exclude nothing, so it counts as a failure. {_ASKED}",
    ),
    "plugin-lost-tables": Explanation(
        "A plugin's code leaves out tables of its files",
        f"What `rehabflow_definitions` returns is made by `contribution(plugin, files)`, which only adds. {_ASKED}",
    ),
    "plugin-not-as-written": Explanation(
        "A contribution that is not what its TOML says",
        f"Definitions are read from text, so that each has a line; `contribution(plugin, files)` makes them. {_ASKED}",
    ),
    "plugin-same-score": Explanation("Two scores of one name", f"{_ONE_NAME} Rename one of the scores."),
    "plugin-unstable": Explanation(
        "A plugin gave two answers to one question",
        "Decisions are the same every time, so plugins are asked twice. No clock, chance, file or counter may change "
        f"an answer. {_ASKED}",
    ),
    "plugin-changed-rehabflow": Explanation(
        "A plugin replaced a part of rehabflow",
        f"It was put back. Plugins add through hooks; they change nothing that is there. {_ASKED}",
    ),
}
