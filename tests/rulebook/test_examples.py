"""The five example protocols of the format, whole, over their plugins and stand-ins for the absent ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabflow.catalog import Catalog
from rehabflow.definitions.contributions import Plugin, ProtocolPackage
from rehabflow.definitions.gates import Effect
from rehabflow.loading.packages import load_plugin, load_protocol
from rulebook.building import told

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture(scope="module")
def examples() -> Catalog:
    plugins: list[Plugin] = []
    protocols: list[ProtocolPackage] = []
    for path in sorted((EXAMPLES / "plugins").glob("*.toml")):
        plugin, problems = load_plugin(path.stem, {path.name: path.read_text(encoding="utf-8")})
        assert plugin is not None, problems
        plugins.append(plugin)
    for path in sorted((EXAMPLES / "protocols").glob("*.toml")):
        protocol, problems = load_protocol(path.stem, {path.name: path.read_text(encoding="utf-8")})
        assert protocol is not None, problems
        protocols.append(protocol)
    return Catalog.of(plugins, protocols)


@pytest.mark.parametrize(
    ("protocol", "gates", "stages", "tracks"),
    [
        ("achilles_tendinopathy", 2, 5, ["main", "sport"]),
        ("acl_reconstruction", 6, 8, ["main", "running"]),
        ("concussion_2022", 5, 7, ["main"]),
        ("low_back_pain", 18, 3, ["main"]),
        ("rotator_cuff_repair", 6, 4, ["main"]),
    ],
)
def test_every_example_makes_a_rulebook(
    examples: Catalog, protocol: str, gates: int, stages: int, tracks: list[str]
) -> None:
    book = examples.rulebook(protocol)
    assert (len(book.gates), len(book.stages), list(book.tracks)) == (gates, stages, tracks)


def test_the_only_errors_of_the_examples_are_those_of_an_excerpt(examples: Catalog) -> None:
    assert told(examples.check()) == [
        ("unknown-name", "exercise.ham_stretch.only_if", "`finding.short_hamstrings` is not known here")
    ]


def test_the_warnings_of_the_examples(examples: Catalog) -> None:
    found = [
        (address, message)
        for code, address, message in told(examples.check(), warnings=True)
        if code not in ("no-note", "too-few-exercises", "no-agreement")
    ]
    assert found == [
        ("criterion.symptom_free.when", "`session.symptom_rise` is compared with 0 here and in criterion.back.when"),
        ("stage.strengthening.enter.control",
         "`hold_test.reps_10s` is compared with 10 here and in stage.stabilization.slot.big_three.open_when"),
        ("stage.strengthening.enter.low_disability",
         "`odi.percent` is compared with 20 here and in stage.strengthening.discharge.function"),
    ]  # fmt: skip


def test_what_the_low_back_example_says(examples: Catalog) -> None:
    book = examples.rulebook("low_back_pain")
    addresses = [gate.address for gate in book.gates]
    assert "red_flags.cauda_equina.emergency" in addresses
    assert "clearance.pause" in addresses
    strengthening = book.stages["strengthening"]
    assert [rule.address for rule in strengthening.enter] == [
        f"stage.strengthening.enter.{name}"
        for name in ("adherent", "calm", "control", "loading_agreed", "low_disability", "low_pain")
    ]
    assert (book.stages["acute"].next, strengthening.next) == (("stabilization",), ())
    assert [earlier for earlier, _ in strengthening.regress] == ["stabilization"]
    assert book.measures["odi.s1"].valid_for == book.measures["odi.percent"].valid_for
    assert book.measures["start_back.fear"].valid_for is not None
    assert {gate.effect for gate in book.gates if gate.until is not None} >= {Effect.REFER, Effect.EMERGENCY}
    assert book.facts["symptoms.preference"].choice_list == "direction"


def test_a_tracks_leave_holds_for_each_of_its_stages(examples: Catalog) -> None:
    book = examples.rulebook("concussion_2022")
    for stage in book.stages.values():
        assert [rule.address for rule in stage.leave] == [
            "track.main.leave.a_day",
            "track.main.leave.tolerated",
        ]


def test_regress_lists_the_earliest_stage_first(examples: Catalog) -> None:
    book = examples.rulebook("acl_reconstruction")
    assert [earlier for earlier, _ in book.stages["run_and_jump"].regress] == ["strength"]
    assert book.stages["run_intervals"].track == "running"
    assert book.stages["run_intervals"].next == ()
    sport = book.facts["track.running.stage"].type
    assert getattr(sport, "choices", ()) == ("none", "walk_jog", "jog", "run_intervals")
