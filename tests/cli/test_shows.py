"""List and show: everything bundled can be shown; an id that two plugins use has to say whose it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commands import rehabflow


def ids(kind: str, name: str) -> list[str]:
    rows = json.loads(rehabflow(kind, "list", "--json").data)[name]
    return [
        f"{row['plugin']}.{row['id']}" if kind in ("assessment", "exercise") else row["id"] for row in rows
    ]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("protocol", "protocols"),
        ("assessment", "assessments"),
        ("exercise", "exercises"),
        ("gate", "gates"),
        ("plugin", "plugins"),
    ],
)
def test_everything_that_is_listed_can_be_shown(kind: str, name: str) -> None:
    found = ids(kind, name)
    assert found
    for id_ in found:
        ended = rehabflow(kind, "show", id_)
        assert ended.code == 0, f"{id_}: {ended.talk}"
        assert id_.rpartition(".")[2] in ended.data
        assert rehabflow(kind, "show", id_, "--json").code == 0


def test_a_gate_is_shown_by_its_level_too() -> None:
    assert (
        rehabflow("gate", "show", "red_flags.cauda_equina.emergency").data
        == rehabflow("gate", "show", "cauda_equina").data
    )


def test_an_id_of_two_plugins_has_to_say_whose(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "plugin.toml").write_text(
            f'[plugin]\nid = "{name}"\nversion = "1.0.0"\napi = 1\ntitle = "t"\nuse = "u"\nmisuse = "m"\n'
            f'default_basis = "clinic"\n[assessment.twin]\ntitle = "Of {name}"\n[assessment.twin.measure.yes]\n'
            'type = "yes_no"\nvalid_for = "1w"\n',
            encoding="utf-8",
        )
    options: list[str | Path] = ["--plugins", tmp_path]
    ended = rehabflow("assessment", "show", "twin", *options)
    assert ended.code == 2
    assert "one.twin or two.twin" in ended.talk
    assert "Of two" in rehabflow("assessment", "show", "two.twin", *options).data
    listed = json.loads(rehabflow("assessment", "list", "--json", *options).data)["assessments"]
    assert [row["plugin"] for row in listed if row["id"] == "twin"] == ["one", "two"]


def test_a_consensus_number_says_so_on_the_page() -> None:
    page = rehabflow("protocol", "show", "low_back_pain").data
    assert "consensus, not published" in page
    assert "unchecked" in page
    assert "Not for: Under 18" in page
