"""Sphinx settings: MyST pages, Furo theme; `make docs` builds with warnings as errors."""

from __future__ import annotations

import tomllib
from pathlib import Path

_PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"

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
html_title = f"rehabflow {version}"
html_show_sourcelink = False
html_copy_source = False
