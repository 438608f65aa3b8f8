"""Print, for each bundled case, the SHA-256 of all that would be stored of its decisions: run in many environments."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rehabflow import load_catalog, load_journeys
from rehabflow.catalog import Catalog
from rehabflow.engine.play import play
from rehabflow.record.journeys import Journey
from rehabflow.store.canonical import encode
from rehabflow.store.events import Derived
from rehabflow.store.forms import to_json
from rehabflow.store.trace import derived_of

ROOT = Path(__file__).resolve().parents[2]
STEPS = range(2, 5)
SHARES = 3


def cases(catalog: Catalog, paths: Iterable[Path]) -> Iterator[tuple[str, Journey]]:
    """Yield every case of some files with a name of its own."""
    for path in paths:
        for journey in load_journeys(path, catalog):
            yield f"{path.relative_to(ROOT).as_posix()}:{journey.id}", journey


def few(catalog: Catalog, share: int) -> Iterator[tuple[str, Journey]]:
    """Yield for every SHARES-th protocol a case with a few decisions, of its smallest file that has one."""
    for folder in sorted(ROOT.glob("protocols/*/cases"))[share::SHARES]:
        by_size = sorted(folder.glob("*.toml"), key=lambda path: (path.stat().st_size, path.name))
        yield next(one for one in cases(catalog, by_size) if len(one[1].steps) in STEPS)


def digest_of(catalog: Catalog, journey: Journey) -> str:
    """Return the digest of every decision of a case, as an episode would store it."""
    total = hashlib.sha256()
    for one in play(catalog, journey):
        total.update(encode(to_json(Derived, derived_of(one.decision, one.history), "derived")))
    return total.hexdigest()


def main(wanted: str) -> None:
    catalog = load_catalog()
    every = sorted(ROOT.glob("p*/*/cases/*.toml"))
    for name, journey in cases(catalog, every) if wanted == "all" else few(catalog, int(wanted)):
        sys.stdout.write(f"{digest_of(catalog, journey)} {name}\n")


if __name__ == "__main__":
    main(sys.argv[1])
