"""A plugin that fails while a journey is played is named, although the command ends right after."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commands import rehabflow
from cli.test_golden_outputs import GOLDEN

PLUGIN = """
[plugin]
id = "second_look"
version = "1.0.0"
api = 1
title = "A second look"
use = "Tests"
misuse = "Patients"
default_basis = "consensus"
"""
REVIEWER = """
from rehabflow import hookimpl

@hookimpl
def rehabflow_review(decision):
    raise ValueError("no look today")
"""


def test_a_reviewer_that_fails_is_named_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(GOLDEN)
    plugin = tmp_path / "second_look"
    plugin.mkdir()
    (plugin / "plugin.toml").write_text(PLUGIN, encoding="utf-8")
    (plugin / "plugin.py").write_text(REVIEWER, encoding="utf-8")
    protocol = tmp_path / "mine" / "protocol.toml"
    protocol.parent.mkdir()
    text = (GOLDEN / "clinic" / "protocols" / "shoulder" / "protocol.toml").read_text(encoding="utf-8")
    needed = text.replace('id = "shoulder"', 'id = "mine"', 1)
    needed = needed.replace("[protocol.requires]", '[protocol.requires]\nsecond_look = ">=1"')
    assert needed.count("second_look") == 1
    protocol.write_text(needed, encoding="utf-8")
    ended = rehabflow(
        "run", str(protocol.parent), "--no-input", "--plugins", "clinic", "--trust", str(plugin)
    )
    assert "plugin second_look is quarantined: it raised ValueError: no look today" in ended.talk
    assert (ended.code, "PAUSE" in ended.data) == (3, True)
