"""Where a rule stands and what it rests on: a consensus number says so, an unchecked one too."""

from __future__ import annotations

import pytest

from rehabflow.definitions.common import Evidence, Source
from rehabflow.definitions.contributions import Contribution
from rehabflow.problems import Place
from rehabflow.render.references import References

TEXT = 'a = 1\n\n[gate.sore.caution]\nwhen = "x"\n'
PLACE = Place("plugins/p/gates.toml", ("gate", "sore", "caution"))
SOURCES = {
    "trial": Source("trial", "A trial of 2020", "abstract", Place("plugins/p/plugin.toml")),
    "book": Source("book", "A textbook", "recalled", Place("plugins/p/plugin.toml")),
}
OWNER = Contribution("p", sources=SOURCES, texts={"plugins/p/gates.toml": TEXT})
REFERENCES = References.of([OWNER])


def test_a_place_is_a_file_and_a_line() -> None:
    assert REFERENCES.where(PLACE) == "plugins/p/gates.toml:3"
    assert REFERENCES.where(PLACE.child("when")) == "plugins/p/gates.toml:4"
    assert REFERENCES.where(Place("elsewhere.toml", ("x",))) == "elsewhere.toml"
    assert REFERENCES.where(None) == ""


@pytest.mark.parametrize(
    ("evidence", "short", "full"),
    [
        (Evidence("published", "trial"), "published: A trial of 2020", "published: A trial of 2020"),
        (
            Evidence("published", "book"),
            "published, unchecked: A textbook",
            "published, unchecked: A textbook",
        ),
        (Evidence("published", "trial", checked=False), "published, unchecked: A trial of 2020", None),
        (Evidence("consensus", "book"), "consensus, not published", "consensus, not published: A textbook"),
        (Evidence("consensus", note="Ours"), "consensus, not published", "consensus, not published. Ours"),
        (Evidence("clinic"), "the clinic's own", "the clinic's own"),
    ],
)
def test_what_a_rule_rests_on(evidence: Evidence, short: str, full: str | None) -> None:
    assert REFERENCES.basis(evidence, PLACE, full=False) == short
    assert REFERENCES.basis(evidence, PLACE) == (full or short)


def test_a_source_belongs_to_its_owner() -> None:
    other = Contribution("q", sources={}, texts={"plugins/q/gates.toml": TEXT})
    references = References.of([OWNER, other])
    place = Place("plugins/q/gates.toml", ("gate",))
    assert references.source(Evidence("published", "trial"), place) is None
    assert references.source(Evidence("published", "trial"), PLACE) == SOURCES["trial"]
