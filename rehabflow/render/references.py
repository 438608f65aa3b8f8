"""Where a rule stands and what it rests on, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from rehabflow.definitions.common import Evidence, Source
from rehabflow.definitions.contributions import Contribution
from rehabflow.frozen import frozen
from rehabflow.problems import Place
from rehabflow.toml_source import locate


@frozen
class References:
    """Looks up lines and sources of definitions; a file's text is only read into positions when one is shown."""

    texts: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    sources: Mapping[str, Mapping[str, Source]] = attrs.field(factory=dict, repr=False)

    @classmethod
    def of(cls, contributions: Iterable[Contribution], texts: Mapping[str, str] | None = None) -> References:
        """Return the references of these owners; `texts` adds files of their own, such as a journey's."""
        known: dict[str, str] = dict(texts or {})
        sources: dict[str, Mapping[str, Source]] = {}
        for contribution in contributions:
            known.update(contribution.texts)
            sources.update(dict.fromkeys(contribution.texts, contribution.sources))
        return cls(known, sources)

    def line(self, place: Place) -> int:
        """Return the line of a place, 0 if its file is not known."""
        text = self.texts.get(place.file)
        return 0 if text is None else locate(text, place.path)[0]

    def where(self, place: Place | None) -> str:
        """Return `file:line`, the file alone if its text is not known, "" for no place."""
        if place is None:
            return ""
        line = self.line(place)
        return f"{place.file}:{line}" if line else place.file

    def source(self, evidence: Evidence, place: Place | None) -> Source | None:
        """Return the source of some evidence that stands at a place."""
        if place is None or not evidence.source:
            return None
        return self.sources.get(place.file, {}).get(evidence.source)

    def is_checked(self, evidence: Evidence, place: Place | None) -> bool:
        """Return whether somebody compared a published number with its source."""
        source = self.source(evidence, place)
        return evidence.checked and not (source is not None and source.seen == "recalled")

    def basis(self, evidence: Evidence | None, place: Place | None, *, full: bool = True) -> str:
        """Return what a rule rests on: its basis, its source, and whether that was checked.

        If `full`, also the note, and the source of what is no published number.
        """
        if evidence is None:
            return ""
        source = self.source(evidence, place)
        cite = source.cite if source else evidence.source
        words = [_BASIS[evidence.basis]]
        if not self.is_checked(evidence, place) and evidence.basis == "published":
            words.append("unchecked")
        text = ", ".join(words)
        if cite and (full or evidence.basis == "published"):
            text += f": {cite}"
        return f"{text}. {evidence.note}" if full and evidence.note else text


_BASIS: Mapping[str, str] = {
    "published": "published",
    "consensus": "consensus, not published",
    "clinic": "the clinic's own",
}
