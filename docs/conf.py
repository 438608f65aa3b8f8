"""Sphinx settings: MyST pages, Furo theme; `make docs` builds with warnings as errors."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # a table of TOML

from sphinx.application import Sphinx

_HERE = Path(__file__).parent
_PYPROJECT = _HERE.parent / "pyproject.toml"
_HAZARDS = _HERE / "safety" / "hazards.toml"

project = "rehabflow"
author = "The rehabflow contributors"
copyright = author
version = release = tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]["version"]

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_title = f"rehabflow {version}"
html_show_sourcelink = False
html_copy_source = False


def setup(app: Sphinx) -> None:
    """Let the page of the hazard log tell what the log says."""
    app.connect("source-read", _tell_hazards)


def _tell_hazards(app: Sphinx, page: str, source: list[str]) -> None:
    if page == "safety/hazards":
        app.env.note_dependency(str(_HAZARDS))
        log = tomllib.loads(_HAZARDS.read_text(encoding="utf-8"))
        parts = [f"- **{word}**: {meaning}" for word, meaning in log["severity"].items()]
        for name, hazard in log["hazard"].items():
            parts += _hazard(name, hazard)
        source[0] += "\n" + "\n".join(parts) + "\n"


def _hazard(name: str, hazard: dict[str, Any]) -> Iterator[str]:
    yield f"\n## {hazard['title']}\n"
    yield f"`{name}`, **{hazard['severity']}**\n"
    yield f"**Harm**\n: {hazard['harm']}\n"
    yield f"**Cause**\n: {hazard['cause']}\n"
    yield from _listed("Controls", hazard["controls"])
    yield f"**Left**\n: {hazard['residual']}\n"
    yield from _listed("Shown by", [f"`{test}`" for test in hazard["tests"]])


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    yield f"**{title}**"
    for index, line in enumerate(lines):
        yield f"{': ' if index == 0 else '  '}- {line}"
    yield ""
