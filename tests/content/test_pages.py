"""protocols/README.md is what `make pages` writes, and every protocol has its page in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "protocols" / "README.md"
PROTOCOLS = sorted(path.parent.name for path in (ROOT / "protocols").glob("*/protocol.toml"))


def check(file: Path) -> tuple[int, str]:
    """Return the exit code of a comparison with a file, and what it said."""
    command = [sys.executable, str(ROOT / ".ci" / "pages.py"), "--check", str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    return ended.returncode, ended.stderr


def test_the_page_is_up_to_date() -> None:
    assert check(PAGE) == (0, "")


def test_a_page_that_is_out_of_date_is_found(tmp_path: Path) -> None:
    old = tmp_path / "README.md"
    old.write_text(
        PAGE.read_text(encoding="utf-8").replace(" 1.0.0, draft", " 0.9.0, draft", 1), encoding="utf-8"
    )
    code, said = check(old)
    assert code == 1
    assert "run `make pages`" in said


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_protocol_has_a_page(name: str) -> None:
    assert f"]({name}/protocol.toml)" in PAGE.read_text(encoding="utf-8")
