"""`rehabflow explain`: what a problem's code means."""

from __future__ import annotations

import click

from rehabflow.cli.nearest import did_you_mean
from rehabflow.cli.options import json_option
from rehabflow.cli.printing import show, show_json
from rehabflow.problems import UsageError
from rehabflow.render.explanations import explanations
from rehabflow.render.page import Block, Gap, Heading, Line


@click.command("explain")
@click.argument("code")
@json_option
def explain(*, code: str, as_json: bool) -> int:
    """Tell what CODE means (the word in brackets of a message, such as unknown-key), and how it is repaired."""
    known = explanations()
    if code not in known:
        raise UsageError(f"no problem has the code `{code[:60]}`{did_you_mean(code, known)}")
    found = known[code]
    if as_json:
        document = {"code": code, "title": found.title, "text": found.text, "example": found.example or None}
        show_json({"schema": "rehabflow/explanation/1", **document})
        return 0
    blocks: list[Block] = [Heading(f"{found.title} ({code})", 1), Line(found.text)]
    if found.example:
        blocks += [Gap(), Line("This is right:"), *(Line(line, 4) for line in found.example.split("\n"))]
    show(blocks)
    return 0
