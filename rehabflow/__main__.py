"""`python -m rehabflow` is the command line."""

from __future__ import annotations

from rehabflow.cli import main

main()
