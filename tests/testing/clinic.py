"""A case on the small clinic of the command line's stored outputs, one expectation at a time."""

from __future__ import annotations

import functools
from pathlib import Path

from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup
from rehabflow.registry import OpenCatalog, load_catalog
from rehabflow.testing.cases import CaseResult, run_case

CLINIC = Path(__file__).resolve().parent.parent / "cli" / "golden" / "clinic"
FIRST = 'observed = { screen = { rest = "normal" }, pain = { now = 6 } }'
SECOND = (
    'observed = { screen = { rest = "normal" }, pain = { now = 3 },'
    " sample_form = { reach = 2, lift = 2, sleep = 1, finished = true } }"
)
HEAD = '[journey.x]\nprotocol = "shoulder"\nday_0 = 2026-03-02\n'


@functools.lru_cache(maxsize=1)
def catalog() -> OpenCatalog:
    return load_catalog(CLINIC)


def case(expect: str, *, day: int = 7) -> CaseResult:
    """Return how a case ends whose visit of `day` (0 or 7) expects what is given."""
    table, _, plan = expect.partition("[[plan]]")
    visits = []
    for at, observed in ((0, FIRST), (7, SECOND)):
        visits.append(f"[[journey.x.visit]]\nday = {at}\n{observed}\n")
        if at == day:
            visits.append(f"[journey.x.visit.expect]\n{table}\n")
            if plan:
                visits.append(f"[[journey.x.visit.expect.plan]]\n{plan}\n")
    journeys, problems = load_journeys(HEAD + "".join(visits), "case.toml", CatalogLookup(catalog()))
    assert not problems, problems
    return run_case(catalog(), journeys[0])
