"""What commands take in all, start of Python included, and what an installation takes on disk."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
from functools import partial
from importlib.metadata import distribution
from pathlib import Path

import pytest

from bench.timing import fastest, table
from rehabflow import load_catalog, load_journeys, play

ROOT = Path(__file__).resolve().parents[2]
BARE = "import attrs, click, pluggy, tomllib"


def cpu_seconds(*command: str, runs: int = 5) -> float:
    """Return the least seconds of processor time of a command in a fresh process, bytecode warm."""
    least = float("inf")
    for _ in range(runs + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], cwd=ROOT, check=False, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least


@pytest.mark.bench
def test_commands(tmp_path: Path) -> None:
    protocol, size = _protocol_of_20_kb(tmp_path)
    files = [file for folder in ("plugins", "protocols") for file in (ROOT / folder).rglob("*.toml")]
    bare = cpu_seconds("-c", BARE)
    commands = {
        "`--help`": (["--help"], 0.15),
        f"`check` of one protocol, {size // 1024} KB": (["check", str(protocol)], 0.3),
        f"`check` of all that is bundled, {len(files)} files": (["check", "plugins", "protocols"], 2.0),
        "`run` of a journey of 12 visits": (["run", "low_back_pain", "--demo", "--day", "71"], 0.5),
    }
    rows = [["Python, and the libraries alone", f"{bare:.2f}", "1.0", ""]]
    for name, (arguments, target) in commands.items():
        seconds = cpu_seconds("-m", "rehabflow", *arguments, runs=3)
        rows.append([name, f"{seconds:.2f}", f"{seconds / bare:.1f}", f"{target:.2f}"])
    table("Commands, seconds of processor time", ["command", "s", "times the libraries", "target, s"], rows)


@pytest.mark.bench
def test_a_whole_decision() -> None:
    catalog = load_catalog()
    rows = []
    for protocol in ("low_back_pain", "acl_reconstruction", "achilles_tendinopathy"):
        path = ROOT / "protocols" / protocol / "cases" / "whole_course.toml"
        journey = load_journeys(path, catalog)[0]
        play(catalog, journey)
        seconds = fastest({protocol: partial(play, catalog, journey)}, rounds=5)[protocol]
        decisions = len(journey.steps)
        rows.append([protocol, str(decisions), f"{1000 * seconds / decisions:.1f}"])
    table("A whole decision", ["protocol's whole course", "decisions", "ms a decision"], rows)


def _protocol_of_20_kb(folder: Path) -> tuple[Path, int]:
    """Return a copy of the low back protocol without its cases, and its size."""
    copy = folder / "low_back_pain"
    shutil.copytree(ROOT / "protocols" / "low_back_pain", copy, ignore=shutil.ignore_patterns("cases"))
    return copy, sum(file.stat().st_size for file in copy.rglob("*.toml"))


@pytest.mark.bench
def test_size_of_the_base_installation() -> None:
    sizes = {name: _size(name) for name in sorted(_needed("rehabflow"))}
    own = sum(
        file.stat().st_size
        for folder in ("rehabflow", "plugins", "protocols")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    )
    rows = [[name, f"{size / 1e6:.1f}"] for name, size in {**sizes, "rehabflow": own}.items()]
    total = (sum(sizes.values()) + own) / 1e6
    table("The base installation", ["package", "MB"], [*rows, [f"{len(rows)} packages", f"{total:.1f}"]])
    assert len(rows) <= 12
    assert total < 30


def _needed(name: str) -> set[str]:
    """Return every package that an installation without extras needs, itself aside."""
    found: set[str] = set()
    for line in distribution(name).requires or []:
        if "extra ==" in line or "platform_system" in line or "sys_platform" in line:
            continue
        needed = re.split(r"[^A-Za-z0-9_.-]", line, maxsplit=1)[0]
        found |= {needed, *_needed(needed)}
    return found


def _size(name: str) -> int:
    files = distribution(name).files or []
    found = [Path(str(file.locate())) for file in files if "__pycache__" not in file.parts]
    return sum(file.stat().st_size for file in found if file.is_file())
