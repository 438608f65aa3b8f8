"""The pages that describe the whole say all of it: modules and their floors, changes and their kinds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from docs.blocks import ROOT, documents

KINDS = {"clinical", "breaking", "deprecation", "feature", "fix", "docs", "internal"}


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def floors_described() -> list[set[str]]:
    """Return the modules of each floor of the architecture page, lowest first."""
    floors: dict[int, set[str]] = {}
    for row in re.finditer(r"^\| (\d) \| ([^|]+) \|", page("docs/architecture.md"), re.MULTILINE):
        names = re.findall(r"`(\w+)(?:\.py|/)`", row[2])
        floors.setdefault(int(row[1]), set()).update(names)
    return [floors[floor] for floor in sorted(floors)]


def layers_checked() -> list[set[str]]:
    """Return the modules of each layer that lint-imports checks, lowest first."""
    contracts = tomllib.loads(page("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [set(re.findall(r"\w+", layer)) for layer in reversed(layers)]


def test_architecture_tells_the_floors_that_are_checked() -> None:
    checked = layers_checked()
    # The hooks and the registry share a floor on the page; the registry may import the hooks.
    at = checked.index({"hookspecs"})
    checked[at : at + 2] = [checked[at] | checked[at + 1]]
    assert floors_described() == checked


def test_architecture_tells_every_module() -> None:
    parts = {path.stem for path in (ROOT / "rehabflow").iterdir() if path.suffix == ".py" or path.is_dir()}
    described = set().union(*floors_described())
    assert parts - {"__init__", "__main__", "__pycache__", "_bundled"} <= described


def test_every_module_that_architecture_tells_exists() -> None:
    package = ROOT / "rehabflow"
    described = set().union(*floors_described())
    existing = {path.stem for path in package.iterdir()}
    assert described - existing == set()


def test_every_change_has_a_kind() -> None:
    entries = re.findall(r"^- (.*)", page("CHANGELOG.md"), re.MULTILINE)
    assert entries
    for entry in entries:
        kind = re.match(r"\*\*(\w+)\*\* \S", entry)
        assert kind, entry
        assert kind[1] in KINDS, entry


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name}: {target}"
