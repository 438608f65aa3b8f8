"""Small protocols made of conditions, and what every complete set of answers would come to on them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from engine.tiny import DAY_0, answer, catalog_of, instant
from rehabflow.catalog import Catalog
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision, Need
from rehabflow.problems import FileProblems
from rehabflow.record.events import Cleared, Event, History, Observed, Placed, Visited

HEAD = """
[protocol]
id = "tiny"
version = "1.0.0"
title = "A small protocol"
status = "draft"
for_whom = "Tests"
not_for = "Patients"
requires = {{}}
default_basis = "consensus"
[vocabulary]
pattern = ["plain"]
position = ["supine"]
body_part = ["trunk"]
joint = ["lumbar"]
equipment = ["mat"]
[clearance.start]
title = "Start"
by = ["physiotherapist", "physician"]
valid_for = "12w"
[clearance.excluded]
title = "Excluded"
by = ["physician"]
valid_for = "never_expires"
[track.main]
title = "Main"
stages = {stages}
"""

DOMAINS: Mapping[str, tuple[object, ...]] = {
    "s.a": (False, True),
    "s.b": (False, True),
    "s.d": (False, True),
    "s.n": (0, 1, 2, 3, 4),
    "s.k": (0, 1, 2),
    "s.c": ("low", "mid", "high"),
}

MEASURES = """
[assessment.s]
title = "Screen"
minutes = 2
[assessment.s.measure.a]
type = "yes_no"
valid_for = "2w"
[assessment.s.measure.b]
type = "yes_no"
valid_for = "2w"
[assessment.s.measure.d]
type = "yes_no"
valid_for = "2w"
[assessment.s.measure.n]
type = "number"
unit = "{score}"
range = [0, 4]
decimals = 0
better = "lower"
valid_for = "2w"
[assessment.s.measure.k]
type = "number"
unit = "{score}"
range = [0, 2]
decimals = 0
better = "lower"
valid_for = "2w"
[assessment.s.measure.c]
type = "choice"
choices = ["low", "mid", "high"]
ordered = true
better = "lower"
valid_for = "2w"
"""


def gate(name: str, level: str, when: str, *, until: str = "cleared('excluded')", extra: str = "") -> str:
    """Return the TOML of one level of a gate; emergency and refer end by a clearance."""
    lines = [f"[gate.{name}.{level}]", f'when = "{when}"', f'say = "{name} {level}"', f'tell = "{name}"']
    if level in ("emergency", "refer"):
        lines.append(f'until = "{until}"')
    return "\n".join([*lines, extra, ""])


def titled(gates: Sequence[tuple[str, str]]) -> str:
    """Return the TOML of gates, given as (name, levels)."""
    return "".join(f'[gate.{name}]\ntitle = "{name}"\n{levels}' for name, levels in gates)


def stage(name: str, tables: Mapping[str, Mapping[str, str]] | None = None, extra: str = "") -> str:
    """Return the TOML of a stage with its criteria by table."""
    text = f'[stage.{name}]\ntitle = "{name}"\ndose = "control"\nmax_demand = 5\n{extra}\n'
    for table, rules in (tables or {}).items():
        text += f"[stage.{name}.{table}]\n" + "".join(f'{id_} = "{when}"\n' for id_, when in rules.items())
    return text


def protocol(
    gates: Sequence[tuple[str, str]] = (),
    stages: Mapping[str, str] | None = None,
    *,
    measures: str = MEASURES,
    more: str = "",
) -> str:
    """Return the text of a protocol."""
    written = stages or {"one": stage("one")}
    names = "[" + ", ".join(f'"{name}"' for name in written) + "]"
    return HEAD.format(stages=names) + measures + titled(gates) + "".join(written.values()) + more


@lru_cache(maxsize=256)
def loaded(text: str) -> Catalog | None:
    """Return the catalog of a text; None if it has a mistake."""
    catalog = catalog_of(text)
    try:
        catalog.rulebook("tiny")
    except FileProblems:
        return None
    return catalog


def sound(text: str) -> Catalog:
    """Return the catalog of a text that has to be right."""
    catalog = catalog_of(text)
    catalog.rulebook("tiny")
    return catalog


def visit(
    day: int, observed: Mapping[str, object], clear: Sequence[str] = ("start",), place: str = ""
) -> list[Event]:
    """Return the events of a visit."""
    at = instant(day)
    found: list[Event] = [Visited(at, at)]
    if place:
        found.append(Placed(at, at, "main", place, "physiotherapist", "A. Therapist", "transferred"))
    found += [Cleared(at, at, scope, "physician", "B. Doctor") for scope in clear]
    return found + [Observed(at, at, key, answer(value)) for key, value in observed.items()]


def decided(catalog: Catalog, events: Sequence[Event], day: int = 0) -> Decision:
    """Return the decision on a record."""
    return decide(catalog, "tiny", History(DAY_0, tuple(events)), instant(day))


def outcome(decision: Decision) -> tuple[object, ...]:
    """Return what counts as the outcome of a decision: the join of effects; below pause, the action and stage."""
    strictest = max((gate.acts for gate in decision.gates), default=Effect.NONE)
    if strictest >= Effect.PAUSE:
        return (strictest,)
    return (strictest, *((t.track, t.is_open, t.action, t.after) for t in decision.tracks.values()))


def completions(
    missing: Sequence[str], domains: Mapping[str, tuple[object, ...]]
) -> Iterator[dict[str, object]]:
    """Yield every way to answer everything that is missing."""
    for values in itertools.product(*(domains[key] for key in missing)):
        yield dict(zip(missing, values, strict=True))


def relevant(
    catalog: Catalog,
    events: Sequence[Event],
    missing: Sequence[str],
    day: int = 0,
    domains: Mapping[str, tuple[object, ...]] = DOMAINS,
) -> set[str]:
    """Return the missing answers that are relevant, by trying every completion on the engine itself."""
    at = instant(day)
    found: dict[tuple[object, ...], tuple[object, ...]] = {}
    for values in completions(missing, domains):
        given = [Observed(at, at, key, answer(value)) for key, value in values.items()]
        found[tuple(values.values())] = outcome(decided(catalog, [*events, *given], day))
    witnessed = set()
    for place, key in enumerate(missing):
        groups: dict[tuple[object, ...], set[tuple[object, ...]]] = {}
        for values_, result in found.items():
            groups.setdefault(values_[:place] + values_[place + 1 :], set()).add(result)
        if any(len(results) > 1 for results in groups.values()):
            witnessed.add(key)
    return witnessed


def asked(decision: Decision) -> list[str]:
    """Return the ids of what is asked for its effect, in order; what is only due is left out."""
    return [need.id for need in decision.needs if need.could_change]


def need(decision: Decision, id_: str) -> Need:
    """Return one need."""
    return next(one for one in decision.needs if one.id == id_)
