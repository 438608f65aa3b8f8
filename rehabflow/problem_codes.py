"""What the code of a problem means; each module that reports problems explains its own codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rehabflow.frozen import frozen


@frozen
class Explanation:
    """One code, explained: a title, a paragraph of why it is refused and what to do, an example of what is right."""

    title: str
    text: str
    example: str = ""


Codes = Mapping[str, Explanation]


def united(contributions: Iterable[Codes]) -> dict[str, Explanation]:
    """Return the explanations of several modules by code, in alphabetical order; the first to explain a code counts."""
    found: dict[str, Explanation] = {}
    for codes in contributions:
        for code, explanation in codes.items():
            found.setdefault(code, explanation)
    return dict(sorted(found.items()))
