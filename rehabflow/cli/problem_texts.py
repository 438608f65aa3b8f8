"""Problems of files as text: each at its place, underlined, with what was expected and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rehabflow.cli.folders import text_of
from rehabflow.problems import Problem
from rehabflow.render import problems as rendering
from rehabflow.render.page import Screen


def problems_text(problems: Iterable[Problem], screen: Screen, texts: Mapping[str, str] | None = None) -> str:
    """Return the problems with the lines they are in; `texts` are files already read."""
    found = tuple(problems)
    known = dict(texts or {})
    for problem in found:
        file = problem.place.file
        if file not in known:
            text = text_of(file)
            if text is not None:
                known[file] = text
    return rendering.problems_text(found, known, screen)
