"""`rehabflow schema`: the JSON schema of a file format, for editors."""

from __future__ import annotations

import click

from rehabflow.cli.printing import show_json
from rehabflow.loading.schema import FILE_KINDS, FileKind, json_schema


@click.command("schema")
@click.argument("kind", type=click.Choice(FILE_KINDS))
def schema(*, kind: FileKind) -> int:
    """Print the JSON schema of the files of KIND, for an editor that knows `#:schema`."""
    show_json(json_schema(kind))
    return 0
