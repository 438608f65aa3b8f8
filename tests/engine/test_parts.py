"""What each part of the rules behind a decision gave: of gates as of their trigger, of criteria now."""

from __future__ import annotations

import json
from pathlib import Path

from cli.commands import rehabflow
from engine.tiny import CALM, EXERCISES, TINY, Episode, cached_catalog, catalog_of, gate
from rehabflow.conditions import truth
from rehabflow.conditions.possible import Truth
from rehabflow.engine.decision import Decision
from rehabflow.engine.facts import Facts
from rehabflow.engine.parts import Part, parts_of
from rehabflow.engine.prepared import prepare
from rehabflow.record.timeline import fold

WORRY, CALM_NOW = "worry.refer", "stage.middle.enter.calm"


def episode() -> Episode:
    return Episode(cached_catalog())


def parts(one: Episode, decision: Decision) -> dict[str, tuple[Part, ...]]:
    return dict(parts_of(one.catalog.rulebook("tiny"), one.history, decision))


def told(found: tuple[Part, ...]) -> list[tuple[str, str]]:
    return [(part.text, part.state.value) for part in found]


def test_the_part_that_decided_is_named() -> None:
    one = episode()
    decision = one.visit(0, clear=True, **{**CALM, "screen__worry": True})
    assert told(parts(one, decision)[WORRY]) == [("screen.worry", "met"), ("pain > 7", "not_met")]


def test_what_is_missing_is_unknown() -> None:
    one = episode()
    decision = one.visit(0, clear=True, screen__worry=True)
    assert told(parts(one, decision)[WORRY]) == [("screen.worry", "met"), ("pain > 7", "unknown")]


def test_a_level_in_force_is_looked_at_as_of_its_trigger() -> None:
    one = episode()
    one.visit(0, clear=True, **{**CALM, "screen__worry": True, "pain__now": 8})
    later = one.visit(2, **CALM)
    assert gate(later, WORRY) == "triggered"
    assert told(parts(one, later)[WORRY]) == [("screen.worry", "met"), ("pain > 7", "met")]


def test_criteria_have_their_parts_and_what_their_names_stand_for() -> None:
    text = TINY.replace('calm = "pain <= 4"', 'calm = "criterion.quiet and walk >= 1"')
    one = Episode(catalog_of(text + '[criterion.quiet]\nwhen = "pain <= 4 and walk >= 2"\n' + EXERCISES))
    one.visit(0, clear=True, **{**CALM, "pain__now": 3, "walk__time": 1})
    decision = one.visit(2, **{**CALM, "pain__now": 3, "walk__time": 1})
    quiet, walks = parts(one, decision)[CALM_NOW]
    assert (quiet.text, quiet.state, walks.state) == ("criterion.quiet", Truth.FALSE, Truth.TRUE)
    assert told(quiet.parts[0].parts) == [("pain <= 4", "met"), ("walk >= 2", "not_met")]


def test_a_rule_of_one_part_has_none_to_name() -> None:
    one = episode()
    found = parts(one, one.visit(0, clear=True, **CALM))
    assert "stage.late.enter.calm" not in found
    assert "alarm.emergency" not in found


def test_parts_together_give_what_the_rule_gives() -> None:
    one = episode()
    decision = one.visit(0, clear=True, screen__alarm=False, pain__now=8)
    rulebook = one.catalog.rulebook("tiny")
    facts = Facts(prepare(rulebook), fold(one.history, decision.at), decision.at, visit=True)
    rules = {rule.address: rule.when for rule in rulebook.gates}
    joint = {address: found for address, found in parts(one, decision).items() if len(found) == 2}
    assert joint
    for address, (left, right) in joint.items():
        if address in rules:
            weakest = min((left.state, right.state), key=[Truth.FALSE, Truth.UNKNOWN, Truth.TRUE].index)
            assert truth(rules[address], facts) is weakest


def test_explain_shows_the_parts_as_text_and_as_json(tmp_path: Path) -> None:
    file = tmp_path / "journey.toml"
    file.write_text(
        '[journey.x]\nprotocol = "low_back_pain"\nday_0 = 2026-03-02\n[[journey.x.visit]]\nday = 0\n'
        "observed = { red_flags = { cancer_history = true } }\n",
        encoding="utf-8",
    )
    page = rehabflow("run", "low_back_pain", file, "--explain").data
    assert "- met: red_flags.cancer_history\n" in page
    assert "- unknown: red_flags.night_pain\n" in page
    assert "- met: red_flags.cancer_history\n" not in rehabflow("run", "low_back_pain", file).data
    document = json.loads(rehabflow("run", "low_back_pain", file, "--explain", "--json").data)
    (reason,) = document["decisions"][0]["decision"]["reasons"]
    assert [part["state"] for part in reason["parts"]] == ["met", "met"]
    assert reason["parts"][0]["parts"][0] == {
        "text": "red_flags.cancer_history",
        "state": "met",
        "parts": [],
    }
