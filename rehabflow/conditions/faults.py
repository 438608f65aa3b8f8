"""What can be wrong with the text of a condition."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rehabflow.frozen import frozen
from rehabflow.problems import RehabflowError

Span = tuple[int, int]


@frozen
class ConditionProblem:
    """One thing wrong in a condition; `span` is (start, end) in characters of the text, end exclusive.

    `expected` says what would be right there, `help` what to do.
    """

    code: str
    message: str
    span: Span
    expected: str = ""
    help: str = ""


class ConditionProblems(RehabflowError):
    """A text that is no condition; carries every problem found, in order of place."""

    def __init__(self, text: str, problems: Iterable[ConditionProblem]) -> None:
        self.text = text
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.span, problem.code)))
        super().__init__("; ".join(f"{p.span[0] + 1}: {p.message}" for p in self.problems))


def nearest(word: str, candidates: Collection[str]) -> str:
    """Return "did you mean `x`?" for the candidate most like `word`, or an empty text."""
    import difflib

    close = difflib.get_close_matches(word, sorted(candidates), n=5, cutoff=0.6)
    close.sort(key=lambda name: sorted(name) != sorted(word))  # swapped letters first
    if not close:
        tails = {name.rsplit(".", 1)[-1]: name for name in sorted(candidates, reverse=True)}
        close = [
            tails[tail] for tail in difflib.get_close_matches(word.rsplit(".", 1)[-1], sorted(tails), n=1)
        ]
    return f"did you mean `{close[0]}`?" if close else ""
