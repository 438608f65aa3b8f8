"""A digest is of what definitions say, not of how files are written."""

from __future__ import annotations

import attrs
import pytest

from rehabflow.catalog import Catalog
from rehabflow.loading.packages import load_plugin, load_protocol
from rehabflow.rulebook.digests import digest
from rulebook.building import BACK, PROTOCOL, catalog, edited, manifest, plugin, protocol, rulebook


def reordered(text: str) -> str:
    """Return the file with its top-level tables in the opposite order, each with its sub-tables."""
    tables: list[str] = []
    for line in text.strip().splitlines(keepends=True):
        starts = line.startswith("[")
        is_sub = (
            starts and tables and line.strip("[]\n").startswith(tables[-1].split("]")[0].strip("[") + ".")
        )
        if starts and not is_sub:
            tables.append(line)
        else:
            tables[-1] += line
    return "".join(reversed([table if table.endswith("\n") else table + "\n" for table in tables]))


def test_order_comments_layout_and_files_make_no_difference() -> None:
    plain = digest(plugin("back", BACK))
    assert digest(plugin("back", reordered(BACK))) == plain
    assert digest(plugin("back", BACK.replace("\n\n", "\n# a comment\n\n").replace(" = ", "  =  "))) == plain
    half = BACK.index("[diary.pain]")
    files = {"back/a.toml": BACK[half:], "back/plugin.toml": manifest("back"), "back/z.toml": BACK[:half]}
    split, problems = load_plugin("back", files)
    assert split is not None, problems
    assert digest(split) == plain
    other, _ = load_protocol("elsewhere", {"elsewhere/protocol.toml": reordered(PROTOCOL)})
    assert other is not None
    assert digest(other) == digest(protocol())


@pytest.mark.parametrize(
    "changes",
    [
        {"slr.this_side < 70": "slr.this_side < 71"},
        {"value = 5\n": "value = 6\n"},
        {'valid_for = "3w"\nmain': 'valid_for = "4w"\nmain'},
        {'say = "No bending yet"': 'say = "No bending"'},
        {'rungs = ["bridge", "deadlift"]': 'rungs = ["deadlift", "bridge"]'},
        {'steps = ["2 x 8", "3 x 8"]': 'steps = ["2 x 8", "3 x 9"]'},
        {"declinable": "declinable"}
        | {"contact_risk = false\ndemand = 4": "contact_risk = true\ndemand = 4"},
        {'basis = "clinic"': 'basis = "consensus"'},
        {'cap = { bending = "60 deg" }': 'cap = { bending = "61 deg" }'},
    ],
)
def test_every_value_makes_a_difference(changes: dict[str, str]) -> None:
    text = BACK
    for old, new in changes.items():
        text = text.replace(old, new)
    tables = manifest("back").replace('basis = "clinic"', changes.get('basis = "clinic"', 'basis = "clinic"'))
    changed, problems = load_plugin("back", {"back/plugin.toml": tables, "back/t.toml": text})
    assert changed is not None, problems
    assert digest(changed) != digest(plugin("back", BACK))


def test_a_rulebook_names_the_digests_of_all_it_is_made_of() -> None:
    book = rulebook()
    assert book.digests == {"protocol": digest(protocol()), "back": digest(plugin("back", BACK))}
    assert all(len(value) == 64 for value in book.digests.values())


def test_the_order_of_tables_never_shows_in_a_rulebook() -> None:
    first = catalog().rulebook("course")
    second = Catalog.of([plugin("back", reordered(BACK))], [protocol(reordered(PROTOCOL))]).rulebook("course")
    assert list(first.facts) == list(second.facts)
    assert list(first.exercises) == list(second.exercises)
    assert [gate.address for gate in first.gates] == [gate.address for gate in second.gates]
    assert [rule.address for rule in first.stages["late"].enter] == [
        rule.address for rule in second.stages["late"].enter
    ]
    assert first.digests == second.digests


def test_the_order_in_which_rules_were_made_makes_no_difference() -> None:
    package = protocol(
        edited(PROTOCOL, {'calm = "criterion.calm"\n': 'calm = "criterion.calm"\nmild = "nprs < 4"\n'})
    )
    late = package.protocol.stages["late"]
    stages = {**package.protocol.stages, "late": attrs.evolve(late, enter=tuple(reversed(late.enter)))}
    turned = attrs.evolve(package, protocol=attrs.evolve(package.protocol, stages=stages))
    assert digest(turned) == digest(package)


def test_a_number_written_otherwise_is_the_same_only_on_the_same_grid() -> None:
    changed = plugin("back", edited(BACK, {"value = 5\n": "value = 5.0\n"}))
    assert digest(changed) != digest(plugin("back", BACK))
