"""The house rules that no linter knows: what stands where, how long files are, what start-up loads."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import toml

ROOT = Path(__file__).resolve().parent.parent
AT_THE_ROOT = {
    *("README.md", "LICENSE", "CHANGELOG.md", "Makefile", "pyproject.toml", "requirements.lock"),
    *("rehabflow", "plugins", "protocols", "tests", "docs", ".ci", ".github", ".gitignore"),
}
LONGEST_FILE = 400
LOADED_BY_HELP = {"rehabflow", "click", "attr", "attrs", "pluggy"}
NOT_FOR_HELP = ("rehabflow.engine", "rehabflow.loading", "rehabflow.testing", "rehabflow.render")
PACKAGES = ("rehabflow", "plugins", "protocols")
BUNDLED = sorted(path for folder in PACKAGES[1:] for path in (ROOT / folder).rglob("*.toml"))
# Written in parts, so that this file does not name what it forbids.
HOST_NAMES = ("files.python" + "hosted", "py" + "pi", "registry.npm" + "js", "deb.deb" + "ian")
HOSTS = re.compile(rf"\b(?:{'|'.join(map(re.escape, HOST_NAMES))})\.(?:org|com)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~:/-])/(?:home|root|work|Users|opt|tmp)/\w")
# A parameter's cases, `["condition", 14]`: the older parser refuses a list of a text and a number, aloud.
CASE_NUMBER = re.compile(r"""(\["[^"\n]*", *)(-?[0-9.]+) *\]""")
HELP = """
import json, sys
before = set(sys.modules)
from rehabflow.cli import main
sys.argv = ["rehabflow", "--help"]
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)
"""


def project_files() -> list[Path]:
    """Return every file that is tracked or would be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_nothing_else_stands_at_the_root() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in project_files()} == AT_THE_ROOT


def test_every_file_is_text_in_utf_8() -> None:
    for path in project_files():
        if "bad" not in path.parts:  # what the reader has to refuse
            assert "\0" not in text_of(path), path


def test_no_python_file_is_too_long() -> None:
    files = [path for path in project_files() if path.suffix == ".py"]
    lengths = {path.relative_to(ROOT).as_posix(): len(text_of(path).splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize("forbidden", [HOSTS, MACHINE_PATH], ids=["registry host", "path of a machine"])
def test_no_file_names(forbidden: re.Pattern[str]) -> None:
    found = []
    for path in project_files():
        if "bad" in path.parts or path == Path(__file__):
            continue
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if forbidden.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (HOSTS, "index-url = https://py" + "pi.org/simple"),
        (HOSTS, "https://files.python" + "hosted.org/x.whl"),
        (MACHINE_PATH, 'open("/home/someone/x")'),
        (MACHINE_PATH, "see /root/x"),
    ],
)
def test_what_is_forbidden_is_found(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize("text", ["https://example.org/work/page", "home/page", "a/tmp/b", "~/work/x"])
def test_what_is_allowed_is_not_found(text: str) -> None:
    assert not MACHINE_PATH.search(text)


@pytest.fixture(scope="module")
def modules_of_help() -> set[str]:
    """Return the modules that `rehabflow --help` loads in a fresh interpreter."""
    ended = subprocess.run(
        [sys.executable, "-c", HELP], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ended.returncode == 0, ended.stderr
    assert "Usage" in ended.stdout
    names: list[str] = json.loads(ended.stderr.splitlines()[-1])
    return set(names)


def test_help_loads_few_packages(modules_of_help: set[str]) -> None:
    packages = {name.partition(".")[0] for name in modules_of_help} - sys.stdlib_module_names
    assert packages <= LOADED_BY_HELP


def test_help_loads_no_engine(modules_of_help: set[str]) -> None:
    assert not [name for name in modules_of_help if name.startswith(NOT_FOR_HELP)]


def test_there_is_bundled_content() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in BUNDLED} == {"plugins", "protocols"}


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_bundled_toml_reads_alike_with_an_older_parser(path: Path) -> None:
    text = CASE_NUMBER.sub(r"\1'\2']", text_of(path))
    read, read_by_older = tomllib.loads(text), toml.loads(text)
    assert read == read_by_older
    assert repr(read) == repr(read_by_older)  # true is not 1, and 1 is not 1.0


def test_no_list_of_notes_for_the_authors_stays() -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    files = [path for path in project_files() if path.suffix in {".py", ".toml", ".md"}]
    assert [path.relative_to(ROOT).as_posix() for path in files if marks.search(text_of(path))] == []
