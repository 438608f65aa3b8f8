"""Times as the least of many short runs in turn, so that what else the machine does falls on all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence


def fastest(jobs: Mapping[str, Callable[[], object]], rounds: int = 15) -> dict[str, float]:
    """Return the least seconds of processor time that each job took, over rounds in which each has its turn."""
    found = dict.fromkeys(jobs, float("inf"))
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            found[name] = min(found[name], time.process_time() - start)
    return found


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown, as it stands in docs/benchmarks.md."""
    print(f"\n\n{title}\n")
    print(f"| {' | '.join(head)} |")
    print(f"| {' | '.join('---' if i == 0 else '---:' for i in range(len(head)))} |")
    for row in rows:
        print(f"| {' | '.join(row)} |")
