"""Write requirements.lock: every version and hash, first what a user needs, then what only developers need.

Run by `make lock`. The first part is all that `make demo` installs.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
RUN = "# To run rehabflow, and to install it from a checkout"
DEVELOP = "# For development"
PINNED = re.compile(r"^([a-z0-9._-]+)==", re.IGNORECASE)


def main() -> None:
    """Resolve all groups together, then part the result in two."""
    with tempfile.TemporaryDirectory() as folder:
        everything = Path(folder) / "everything.txt"
        everything.write_text(_compile("--group", "dev"), encoding="utf-8")
        run = _blocks(_compile("--group", "build", "--constraints", str(everything)))
        develop = _blocks(everything.read_text(encoding="utf-8"))
    kept = {_name(block) for block in run}
    rest = [block for block in develop if _name(block) not in kept]
    parts = ["# Written by `make lock`; do not edit.", RUN, *run, DEVELOP, *rest]
    LOCK.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _compile(*options: str) -> str:
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--quiet", *options]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _blocks(text: str) -> list[str]:
    """Return each requirement with the hash lines that follow it."""
    blocks: list[str] = []
    for line in text.splitlines():
        if PINNED.match(line):
            blocks.append(line)
        elif line.strip():
            blocks[-1] += "\n" + line
    return blocks


def _name(block: str) -> str:
    found = PINNED.match(block)
    if found is None:
        raise ValueError(f"not a pinned requirement: {block[:60]!r}")
    return found[1].lower()


main()
