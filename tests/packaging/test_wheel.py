"""What users get: the wheel, built through the sdist, in a clean environment outside the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000
CONTENT = ("plugins", "protocols")
# What a virtual environment brings by itself.
NOT_OURS = {"pip", "setuptools"}
MEASURE = """
import importlib.metadata, json
sizes = {}
for dist in importlib.metadata.distributions():
    files = [dist.locate_file(file) for file in dist.files or ()]
    sizes[dist.metadata["Name"].lower()] = sum(file.stat().st_size for file in files if file.is_file())
print(json.dumps(sizes))
"""

pytestmark = pytest.mark.slow


@attrs.frozen
class Installed:
    """A virtual environment that holds the built wheel and nothing of the checkout."""

    folder: Path

    @property
    def scripts(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment from an empty folder."""
        away = self.folder / "away"
        away.mkdir(exist_ok=True)
        program = [str(self.scripts / command[0]), *command[1:]]
        ours = ("PYTHON", "VIRTUAL_ENV")
        clean = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        return ran(*program, cwd=away, environment=clean)


def ran(
    *command: str | Path, cwd: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def succeed(*command: str | Path, cwd: Path) -> None:
    ended = ran(*command, cwd=cwd)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the sdist and with the wheel made from it."""
    folder = tmp_path_factory.mktemp("dist")
    succeed(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Return an environment into which pip brought the wheel and what its metadata asks for, as locked."""
    folder = tmp_path_factory.mktemp("clean")
    pins = folder / "pins.txt"
    pins.write_text("\n".join(locked_versions()), encoding="utf-8")
    succeed(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    environment = Installed(folder / "env")
    python = environment.scripts / "python"
    succeed(
        python, "-m", "pip", "install", "--quiet", "--no-compile", "--constraint", pins, wheel, cwd=folder
    )
    return environment


def locked_versions() -> list[str]:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return re.findall(r"^\S+==\S+(?: ; .*?)?(?= \\$)", lock, re.MULTILINE)


def tracked(*folders: str) -> set[str]:
    """Return the files below the folders that belong to the project, as posix paths from the root."""
    found = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts}


def test_wheel_carries_the_package_and_its_content(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    content = {f"rehabflow/_bundled/{name}" for name in tracked(*CONTENT)}
    assert names == tracked("rehabflow") | content


def test_wheel_has_its_licence_and_its_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert "rehabflow/py.typed" in names


def test_sdist_can_be_built_tested_and_read(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "Makefile",
        "requirements.lock",
        ".ci/run",
    }
    assert wanted <= names
    assert tracked("rehabflow", "tests", *CONTENT) <= names
    assert {"docs/conf.py", "docs/index.md", "docs/safety/hazards.toml"} <= names
    assert not any("__pycache__" in name or name.startswith((".venv", "docs/_build")) for name in names)


def test_version(installed: Installed) -> None:
    ended = installed.run("rehabflow", "--version")
    assert ended.returncode == 0, ended.stderr
    assert "0.1.0" in ended.stdout


def test_demo_plays_outside_the_checkout(installed: Installed) -> None:
    ended = installed.run("rehabflow", "run", "low_back_pain", "--demo", "--json")
    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout)
    assert result["schema"] == "rehabflow/run/1"
    assert result["protocol"]["id"] == "low_back_pain"
    actions = [entry["decision"]["action"] for entry in result["decisions"]]
    assert "start" in actions
    assert actions[-1] == "discharge"


def test_content_comes_from_the_wheel(installed: Installed) -> None:
    ended = installed.run("rehabflow", "protocol", "list", "--json")
    assert ended.returncode == 0, ended.stderr
    paths = [Path(entry["path"]) for entry in json.loads(ended.stdout)["protocols"]]
    assert paths
    assert not [path for path in paths if path.is_absolute() and path.resolve().is_relative_to(ROOT)]


def test_bundled_cases_hold_for_users_too(installed: Installed) -> None:
    ended = installed.run("rehabflow", "test", "--json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    result = json.loads(ended.stdout)
    assert result["passed"] >= 40
    assert result["failed"] == 0


def test_requirements_fit_together(installed: Installed) -> None:
    ended = installed.run("python", "-m", "pip", "check")
    assert ended.returncode == 0, ended.stdout


def test_installation_is_small(installed: Installed) -> None:
    sizes: dict[str, int] = json.loads(installed.run("python", "-c", MEASURE).stdout)
    ours = {name: size for name, size in sizes.items() if name not in NOT_OURS}
    assert "rehabflow" in ours
    assert len(ours) < 12, sorted(ours)
    assert sum(ours.values()) < 30 * MEGABYTE, ours
